"""E01 to E03: whatever is named must exist, and be compared with what it can be."""

from forms.expression import Binary, Call, Expression, Literal, Name, Node, number, string, walk
from forms.findings import Level
from forms.sop import CASE, CLOSE, END_BRANCH, Test
from forms.tables import Cells
from server.sop.cells import COMPARISONS
from server.sop.check.model import CASE_FACTS, STEP_FACTS, Checked, nearest_name

_ORDER = frozenset({"<", "<=", ">", ">="})


def check_names(checked: Checked) -> None:
    """E01: steps, forms, fields, roles and documents that are named but nowhere defined; steps without a form."""
    sop = checked.sop
    papers = {paper.name for paper in sop.documents}
    for form in sop.forms:
        if checked.schemas and form.form_id not in checked.schemas:
            checked.add("E01", form.row, "form_id", name=form.form_id, problem="form_file")
        _form_fields(checked, form.form_id, form.row)
    _steps(checked)
    for route in sop.routes:
        checked.known(route.row, "from", route.from_step, checked.steps, "step")
        if route.to not in (CLOSE, END_BRANCH):
            checked.known(route.row, "to", route.to, checked.steps, "step")
    for paper in sop.documents:
        checked.known(paper.row, "step", paper.step, checked.steps, "step")
        checked.known(paper.row, "blocks", paper.blocks, checked.steps, "step")
        checked.known(paper.row, "signed_by", paper.signed_by, checked.roles, "role")
    for alert in sop.alerts:
        checked.known(alert.row, "to", alert.to, checked.roles, "role")
        checked.known(alert.row, "opens", alert.opens, checked.steps, "step")
    for said in sop.products:
        if said.about:
            checked.known(sop.row, "product", said.about, papers, "document")
    for role_ in sop.roles:
        checked.known(role_.row, "deputy", role_.deputy, checked.roles, "role")
    _assign_by(checked)
    if isinstance(sop.clock_start, str):
        checked.known(sop.row, "clock_start", sop.clock_start, checked.steps, "step")
    _tests(checked)


def _assign_by(checked: Checked) -> None:
    """The answer by which cases are given to officers must be asked, at best when the case opens, and be a word."""
    sop = checked.sop
    name = Name(sop.assign_by)
    if not sop.assign_by or not checked.schemas:
        return
    known = checked.about(name)
    if known is None and sop.assign_by not in checked.facts:
        asked = [field for form, field in checked.asked if form is None]
        checked.unknown(sop.row, "assign_by", sop.assign_by, [*asked, *checked.facts], "field")
    elif checked.info(name).type in ("integer", "decimal", "date", "multiple"):
        checked.add("E01", sop.row, "assign_by", name=sop.assign_by, problem="assign_type")
    elif known and sop.assign_by not in checked.facts and not known.forms & {form.form_id for form in sop.intakes}:
        checked.add("E01", sop.row, "assign_by", "warning", name=sop.assign_by, problem="assign_late")


def _steps(checked: Checked) -> None:
    for step in checked.sop.steps:
        checked.known(step.row, "form", step.form, checked.forms, "form")
        checked.known(step.row, "same_as", step.same_as, checked.steps, "step")
        for column in ("role", "escalate_to", "confirm_by"):
            checked.known(step.row, column, getattr(step, column), checked.roles, "role")
        for role in step.assign_to:
            checked.known(step.row, "assign_to", role, checked.roles, "role")
        for role in step.recorded_by:
            checked.known(step.row, "recorded_by", role, checked.roles, "role")
        if step.kind in ("form", "approval") and not step.form and not step.same_as:
            checked.add("no_form", step.row, "form", step=step.name)


def _form_fields(checked: Checked, form_id: str, row: Cells) -> None:
    schema = checked.schemas.get(form_id)
    if schema is None:
        return
    names = [item.name for item in schema.questions()]
    groups = [item.name for item in schema.fields]
    use = next(form for form in checked.sop.forms if form.form_id == form_id)
    checked.known(row, "event_date", use.event_date, names, "field")
    checked.known(row, "case_field", use.case_field, names, "field")
    for person_field in use.person_fields:
        checked.known(row, "person_fields", person_field, names, "field")
    if use.opens_case not in ("", "yes"):
        checked.known(row, "opens_case", use.opens_case, groups, "field")


def _tests(checked: Checked) -> None:
    """The rows of `tests` name forms, their questions, facts and steps too."""
    everything = {name for form, name in checked.asked if form is None} | set(checked.facts)
    for test in checked.sop.tests:
        checked.known(test.row, "form", test.form, checked.aliases, "form")
        schema = checked.schemas.get(checked.aliases.get(test.form, ""))
        for name in test.answers if schema else ():
            if schema and schema.by_name(name) is None:
                known = [item.name for item in schema.questions()]
                checked.unknown(test.row, name, name, known, "field")
            else:
                _answer(checked, test, name)
        for name in test.facts if checked.schemas else ():
            if name not in everything:
                checked.unknown(test.row, f"fakta:{name}", name, everything, "field")
        for name in test.expect_open or ():
            checked.known(test.row, "expect_open", name, checked.steps, "step")


def _answer(checked: Checked, test: Test, name: str) -> None:
    """E02: an answer in `tests` that its question does not offer."""
    asked, written = Name(name, test.form), test.answers[name]
    for word in written.split() if checked.info(asked).type == "multiple" else [written]:
        _choice(checked, test.row, name, asked, word)


def check_expressions(checked: Checked) -> None:
    """E01, E02 and E03 in every expression of the workbook."""
    for row, column, expression in checked.expressions():
        for name in dict.fromkeys(expression.names):
            _name(checked, row, column, name)
        for node in _comparisons(expression):
            _comparison(checked, row, column, node)


def _comparisons(expression: Expression) -> list[Node]:
    return [node for node in walk(expression.tree) if isinstance(node, Binary | Call)]


def _name(checked: Checked, row: Cells, column: str, name: Name) -> None:
    if name.form == CASE:
        checked.known(row, column, name.field, CASE_FACTS, "fact")
    elif name.form in checked.steps:
        checked.known(row, column, name.field, STEP_FACTS, "fact")
    elif name.form is not None and name.form not in checked.aliases:
        checked.unknown(row, column, name.form, [*checked.aliases, *checked.steps, CASE], "form")
    elif checked.schemas and checked.about(name) is None and not (name.form is None and name.field in checked.facts):
        form = checked.key(name)[0]
        known = [field for asking, field in checked.asked if asking == form]
        checked.unknown(row, column, name.field, [*known, *checked.facts], "field")


def _comparison(checked: Checked, row: Cells, column: str, node: Node) -> None:
    match node:
        case Binary(op=op, left=Name() as name, right=Literal(value=value)) if op in COMPARISONS:
            _compared(checked, row, column, op, name, value)
        case Binary(op=op, left=Literal(value=value), right=Name() as name) if op in COMPARISONS:
            _compared(checked, row, column, op, name, value)
        case Call(name="selected", args=(Name() as name, Literal(value=value))):
            _choice(checked, row, column, name, value)


def _compared(checked: Checked, row: Cells, column: str, op: str, name: Name, value: str | float) -> None:
    info = checked.info(name)
    numeric = isinstance(value, float) or number(value) == number(value)
    if info.type == "date" and isinstance(value, str) and value:
        checked.add("E03", row, column, name=str(name), value=value, problem="date_as_text")
    elif info.type in ("integer", "decimal") and not numeric and value != "":
        checked.add("E03", row, column, name=str(name), value=string(value), problem="number_as_text")
    elif op in _ORDER and info.type in ("choice", "multiple", "text"):
        level: Level = "warning" if info.type == "text" else "error"
        checked.add("E03", row, column, level, name=str(name), value=string(value), problem="order")
    elif op not in _ORDER:
        _choice(checked, row, column, name, value)


def _choice(checked: Checked, row: Cells, column: str, name: Name, value: str | float) -> None:
    info = checked.info(name)
    text = string(value)
    if info.type in ("choice", "multiple") and info.choices and text and text not in info.choices:
        more = {"options": ", ".join(info.choices), **nearest_name(text, info.choices)}
        checked.add("E02", row, column, "error", name=str(name), value=text, **more)

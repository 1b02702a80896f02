"""What reads the answers of one form: steps, rules, facts, alerts and letters of its SOPs, and lists on the phones."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from forms.expression import Expression
from forms.schema import Labels, Schema
from forms.sop import Sop
from server.access import Viewer, require
from server.queries.definitions import Definitions, SopVersion
from server.queries.form_head import FormHead
from server.store.database import Store
from server.store.forms import form, form_media, form_version


@dataclass(frozen=True, slots=True)
class Reader:
    """One thing that reads a question. `kind`: route, fact, alert, paper, not_before, clock or letter; `name` its
    code, `labels` what it is called; `step`: the step it stands at; `when` the condition as the SOP has it."""

    kind: str
    name: str
    labels: Labels
    step: str | None
    step_labels: Labels
    when: Expression | None


@dataclass(frozen=True, slots=True)
class ReadField:
    """A question something reads, and everything that does."""

    name: str
    labels: Labels
    readers: tuple[Reader, ...]


@dataclass(frozen=True, slots=True)
class SopUse:
    """How one service uses the form: it opens cases, or ends steps; `fields` are the questions its rules read."""

    code: str
    title: str
    version: str
    opens: bool
    steps: tuple[tuple[str, str, Labels], ...]
    fields: tuple[ReadField, ...]


@dataclass(frozen=True, slots=True)
class ListUse:
    """An entity list the form writes. `saves`: question and property; `readers`: forms that choose from the list, as
    (id, title)."""

    name: str
    creates: bool
    updates: bool
    saves: tuple[tuple[str, Labels, str], ...]
    readers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormUses:
    """Everything that would notice if the form changed."""

    sops: tuple[SopUse, ...]
    lists: tuple[ListUse, ...]


def form_uses(store: Store, viewer: Viewer, definitions: Definitions, head: FormHead) -> FormUses:
    """What reads the form now: the SOPs in force, and the live versions of the office's other forms."""
    require(viewer, "form.read", head.office.id)
    schema = definitions.form_version(head.version_id).schema
    with store.read() as db:
        sops = [found for found in definitions.current_sops(db, head.office.id) if found.sop.form(head.code)]
        return FormUses(
            tuple(_use(found, schema, head.code) for found in sops),
            tuple(_lists(db, schema, head)),
        )


def _use(version: SopVersion, schema: Schema, code: str) -> SopUse:
    sop = version.sop
    use = sop.form(code)
    steps = tuple((step.name, step.source, step.labels) for step in sop.steps if step.form == code)
    readers: dict[str, dict[tuple[str, str], Reader]] = {}
    for names, reader in _readers(version):
        for field, form_id in names:
            if form_id in (code, sop.short(code)) or (form_id is None and _asks(sop, schema, field)):
                readers.setdefault(field, {})[reader.kind, reader.name] = reader
    asked = {field.name: field.labels for field in schema.fields if schema.by_name(field.name) is field}
    fields = tuple(
        ReadField(name, labels, tuple(readers[name].values())) for name, labels in asked.items() if name in readers
    )
    return SopUse(sop.sop_id, sop.title, sop.version, bool(use and use.opens_case), steps, fields)


def _asks(sop: Sop, schema: Schema, field: str) -> bool:
    """Whether an unqualified name can mean this form's question: no fact of the SOP is called so."""
    return schema.by_name(field) is not None and all(fact.name != field for fact in sop.facts)


_Names = list[tuple[str, str | None]]


def _readers(version: SopVersion) -> Iterator[tuple[_Names, Reader]]:
    sop = version.sop
    steps = {step.name: step.labels for step in sop.steps}

    def one(kind: str, name: str, labels: Labels, step: str | None, when: object) -> tuple[_Names, Reader]:
        told = when if isinstance(when, Expression) else None
        names: _Names = [(asked.field, asked.form) for asked in told.names] if told else []
        return names, Reader(kind, name, labels, step, steps.get(step or "", {}), told)

    for route in sop.routes:
        yield one("route", route.name, route.labels, route.from_step, route.when)
    for fact in sop.facts:
        yield one("fact", fact.name, fact.labels, None, fact.calculation)
    for alert in sop.alerts:
        yield one("alert", alert.name, alert.labels, None, alert.when)
    for paper in sop.documents:
        yield one("paper", paper.name, paper.labels, paper.step, paper.required)
    for step in sop.steps:
        yield one("not_before", step.name, step.labels, step.name, step.not_before)
    yield one("clock", sop.sop_id, {}, None, sop.clock_start)
    papers = {paper.template or paper.name: paper for paper in sop.documents}
    for name, letter in version.letters.items():
        paper_of = papers.get(name)
        words = [read.strip("${} ").partition("#") for read, _place in letter.reads]
        names: _Names = [(field, form_id) if sign else (form_id, None) for form_id, sign, field in words]
        yield names, Reader("letter", name, paper_of.labels if paper_of else {}, None, {}, None)


def _lists(db: Connection, schema: Schema, head: FormHead) -> Iterator[ListUse]:
    for item in schema.entities:
        query = (
            select(form.c.xml_form_id, form_version.c.title)
            .join(form_version, form_version.c.id == form.c.current_version_id)
            .join(form_media, form_media.c.form_version_id == form_version.c.id)
            .where(form.c.project_id == head.office.id, form_media.c.name == f"{item.list}.csv")
            .order_by(form_version.c.title)
        )
        fields = ((schema.field(path), name) for path, name in item.saves.items())
        saves = tuple((field.name, field.labels, name) for field, name in fields if field is not None)
        readers = tuple((row.xml_form_id, row.title) for row in db.execute(query))
        yield ListUse(item.list, item.create, item.update, saves, readers)

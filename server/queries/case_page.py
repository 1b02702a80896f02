"""One case as its page shows it: what is next and why, what happened, what was answered, what was issued.

Reading a case is logged before anything is answered.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Row, select

from forms import values
from forms.schema import Field, Labels, Schema
from forms.sop import Route, Sop
from reports import letters
from server.access import Viewer, require
from server.problems import Problem
from server.queries.definitions import Definitions, find_form
from server.queries.dues import NO_DUE, Due, due_from
from server.queries.lineage import current_id, with_merged
from server.queries.list_labels import Choices, choices_of, plain_choices
from server.queries.scope import names
from server.sop import state as states
from server.sop.clock import Calendar
from server.sop.state import CaseState, Conflict, Decision, Notice, Visit, Waiting
from server.store.cases import case, event
from server.store.database import Store
from server.store.documents import document
from server.store.forms import form_version
from server.store.people import actor, grant, user
from server.store.projects import project, sop
from server.store.reading import log_read
from server.store.submissions import attachment, revision, submission


@dataclass(frozen=True, slots=True)
class StepName:
    """A step as people know it: its code, labels by language, number and words in the printed SOP."""

    name: str
    labels: Labels
    source: str
    source_text: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """One stop of the stepper. `state`: done, now or next (possible, not certain)."""

    step: StepName
    state: str
    day: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class Onward:
    """One way a step may go on: to a step (or `close`, `end_branch`), under the rule as written ('' = always)."""

    to: StepName | None
    target: str
    when: str
    labels: Labels


@dataclass(frozen=True, slots=True)
class Question:
    """A question of an approval's form, answered on the web. `type` as `forms.schema.Field.type`."""

    name: str
    labels: Labels
    type: str
    choices: tuple[tuple[str, Labels], ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Now:
    """What waits: an open step with everything a person needs to do it.

    `papers` are issued by themselves when the step is done, those `by_hand` somebody writes.
    """

    step: StepName
    visit: int
    kind: str
    form_id: str | None
    form_title: str | None
    role: str | None
    role_labels: Labels
    assignee: str | None
    due: Due
    not_before: str | None
    waits_for: str | None
    may_confirm: bool
    may_decide: bool
    may_override: bool
    questions: tuple[Question, ...]
    onward: tuple[Onward, ...]
    papers: tuple[Labels, ...]
    by_hand: tuple[Labels, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision with the labels a reader needs; `decision` is the engine's own record."""

    step: StepName
    to: tuple[StepName, ...]
    routes: tuple[Labels, ...]
    decision: Decision
    by: str | None
    what_if: tuple[tuple[tuple[tuple[str, str], ...], tuple[StepName, ...]], ...]


@dataclass(frozen=True, slots=True)
class Happening:
    """One entry of the history. `text` is what a person wrote (reason, note); `submission_id` leads to a form,
    `to` is whom work was given to."""

    at: str
    day: str
    type: str
    who: str | None
    step: StepName | None
    form_title: str | None
    submission_id: int | None
    text: str
    files: int
    to: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer in the words of its form; `level` indents rows of repeats, `value` '' means left blank."""

    label: Labels
    name: str
    value: str
    choices: tuple[Labels, ...]
    kind: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """The latest answers of one submission."""

    title: str
    form_id: str
    submission_id: int | None
    day: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class CaseFileItem:
    """A file that came with a submission; `size` None while it has not arrived."""

    name: str
    type: str | None
    size: int | None
    submission_id: int
    form_title: str
    received_at: str | None


@dataclass(frozen=True, slots=True)
class Paper:
    """An issued document; `ready` when its PDF can be fetched."""

    id: int
    title: str
    number: str | None
    dated: str
    status: str
    ready: bool
    check_code: str


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody work can be given to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class FreeTask:
    """Work beside the steps (ruling 39); `late` while it is open and its day has passed."""

    id: str
    text: str
    assignee: str | None
    due: str | None
    done_on: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything of one case, in the order the page shows it."""

    id: str
    number: str
    label: str
    project_id: int
    office: str
    zone: str
    sop_id: str
    sop_title: str
    sop_version: str
    sop_version_id: int
    status: str
    close_reason: str | None
    opened_on: str
    closed_on: str | None
    due: Due
    clock_started: bool
    paused: bool
    manager: str | None
    marks: tuple[Mark, ...]
    now: tuple[Now, ...]
    decisions: tuple[Decided, ...]
    conflicts: tuple[tuple[Conflict, StepName], ...]
    waiting: tuple[tuple[Waiting, str, int | None], ...]
    notices: tuple[Notice, ...]
    tasks: tuple[FreeTask, ...]
    history: tuple[Happening, ...]
    vocabulary: Mapping[str, Mapping[str, Labels]]
    answers: tuple[FormAnswers, ...]
    files: tuple[CaseFileItem, ...]
    papers: tuple[Paper, ...]
    steps: tuple[StepName, ...]
    close_reasons: tuple[str, ...]
    officers: tuple[Person, ...]
    may_act: bool
    may_override: bool
    may_assign: bool
    may_close: bool
    may_reopen: bool
    sop: Sop
    state: CaseState


def case_page(
    store: Store, viewer: Viewer, definitions: Definitions, case_id: str, address: str | None = None
) -> CasePage:
    """The case with this id or alias. Raises `request.not_found` outside the viewer's offices."""
    now = store.now()
    with store.read() as db:
        row = _find(db, case_id)
        if row is None or not viewer.roles_in(row.project_id):
            raise Problem("request.not_found")
        require(viewer, "case.read", row.project_id)
        page = _read(db, viewer, definitions, row, now)
    log_read(store, viewer.id, page.project_id, page.id, "case", address)
    return page


def case_project(store: Store, viewer: Viewer, case_id: str) -> tuple[int, str]:
    """The project and the present id of a case, for the acts of its page. Raises `request.not_found`."""
    with store.read() as db:
        row = _find(db, case_id)
    if row is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    return row.project_id, row.id


def _find(db: Connection, case_id: str) -> Row | None:
    query = (
        select(case, project.c.name.label("office"), project.c.timezone, sop.c.title)
        .join(project, project.c.id == case.c.project_id)
        .join(sop, (sop.c.project_id == case.c.project_id) & (sop.c.sop_id == case.c.sop_id))
    )
    return db.execute(query.where(case.c.id == current_id(case_id))).first()


def _read(db: Connection, viewer: Viewer, definitions: Definitions, row: Row, now: datetime) -> CasePage:
    state = states.from_json(json.loads(row.state))
    program = definitions.sop_version(row.sop_version_id).sop
    calendar = definitions.calendar(db, row.project_id, row.sop_version_id)
    events = db.execute(select(event).where(with_merged(event.c.case_id, row.id))).all()
    sent = _submissions(db, events)
    files = _files(db, sent)
    given = [json.loads(e.data).get("data", {}).get("assignee") for e in events if e.type in ("assign", "task")]
    people = names(db, [row.manager_id, *(e.actor_id for e in events), *_people_of(state), *_ids(given)])
    book = _Book(db, program, definitions, sent, people)
    roles = viewer.roles_in(row.project_id)
    return CasePage(
        id=row.id,
        number=row.number,
        label=row.label,
        project_id=row.project_id,
        office=row.office,
        zone=row.timezone,
        sop_id=row.sop_id,
        sop_title=row.title,
        sop_version=program.version,
        sop_version_id=row.sop_version_id,
        status=row.status,
        close_reason=row.close_reason,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        due=due_from(calendar, now, state.due_at) if row.status == "open" else NO_DUE,
        clock_started=state.clock_started is not None,
        paused=state.paused,
        manager=people.get(row.manager_id) if row.manager_id else None,
        marks=_marks(book, state, now, calendar),
        now=tuple(_now(db, book, row, visit, roles, now, calendar) for visit in state.visits if visit.state == "open"),
        decisions=tuple(_choice(book, decision) for decision in reversed(state.decisions)),
        conflicts=tuple((conflict, book.step(conflict.step)) for conflict in state.conflicts),
        waiting=tuple((w, book.form_title(w.form), book.submission_of(w.instance_id)) for w in state.waiting),
        notices=state.notices,
        tasks=_tasks(book, state, calendar.local(now).date()),
        history=_history(book, events, files, state),
        vocabulary=_vocabulary(book, state),
        answers=_answers(book, events),
        files=files,
        papers=_papers(db, row.id),
        steps=tuple(book.step(item.name) for item in program.steps if item.kind != "auto"),
        close_reasons=tuple(dict.fromkeys(r.close_reason for r in program.routes if r.close_reason)),
        officers=_officers(db, row.project_id),
        may_act=viewer.may("case.act", row.project_id),
        may_override=_flagged(program, roles, "may_override"),
        may_assign=viewer.may("case.assign", row.project_id),
        may_close=_flagged(program, roles, "may_close"),
        may_reopen=_flagged(program, roles, "may_reopen"),
        sop=program,
        state=state,
    )


def _tasks(book: "_Book", state: CaseState, today: date) -> tuple[FreeTask, ...]:
    """Open ones first, those with a day before those without."""
    made = []
    for item in state.tasks:
        due, done = (str(item[key]) if item.get(key) else None for key in ("due", "done_on"))
        assignee = item.get("assignee")
        who = book.person(str(assignee)) if assignee else None
        is_late = done is None and due is not None and due < today.isoformat()
        made.append(FreeTask(str(item["id"]), str(item["text"]), who, due, done, is_late))
    return tuple(sorted(made, key=lambda task: (task.done_on is not None, task.due is None, task.due or "")))


def _flagged(program: Sop, held: frozenset[str], flag: str) -> bool:
    """Whether one of the roles held has this right in the SOP (`may_override`, `may_close`, `may_reopen`)."""
    return any(getattr(role, flag) and role.name in held for role in program.roles)


def _officers(db: Connection, project_id: int) -> tuple[Person, ...]:
    query = (
        select(actor.c.id, actor.c.display_name)
        .join(user, user.c.actor_id == actor.c.id)
        .join(grant, grant.c.actor_id == actor.c.id)
        .where(grant.c.project_id == project_id, user.c.disabled_at.is_(None))
        .distinct()
        .order_by(actor.c.display_name)
    )
    return tuple(Person(row.id, row.display_name) for row in db.execute(query))


def _people_of(state: CaseState) -> list[int | None]:
    ids = [v.assignee for v in state.visits] + [d.by for d in state.decisions]
    return _ids([*ids, *(task.get("assignee") for task in state.tasks)])


def _ids(values: Iterable[object]) -> list[int | None]:
    return [int(str(value)) for value in values if value and str(value).isdecimal()]


class _Book:
    """Looks up what codes mean to people: steps, roles, forms, persons, and which submission an instance is."""

    def __init__(
        self,
        db: Connection,
        program: Sop,
        definitions: Definitions,
        sent: Mapping[str, Row],
        people: Mapping[int, str],
    ) -> None:
        self._db = db
        self._choices: dict[int | None, Choices] = {}
        self.program = program
        self.definitions = definitions
        self.sent = sent
        self.people = people

    def step(self, name: str) -> StepName:
        known = self.program.step(name)
        if known is None:
            return StepName(name, {}, "")
        return StepName(name, known.labels, known.source, known.source_text)

    def role_labels(self, name: str | None) -> Labels:
        return next((role.labels for role in self.program.roles if role.name == name), {})

    def form_title(self, form_id: str) -> str:
        for row in self.sent.values():
            if row.version_id is not None:
                version = self.definitions.form_version(row.version_id)
                if version.xml_form_id == form_id:
                    return version.title
        use = self.program.form(form_id)
        return next(iter(use.labels.values()), form_id) if use else form_id

    def schema(self, instance_id: str | None) -> Schema | None:
        row = self.sent.get(instance_id or "")
        if row is None or row.version_id is None:
            return None
        return self.definitions.form_version(row.version_id).schema

    def choices(self, instance_id: str | None) -> Choices:
        """The choices of the form version an instance was sent under."""
        row = self.sent.get(instance_id or "")
        version_id = row.version_id if row else None
        if version_id is None or row is None:
            return plain_choices
        if version_id not in self._choices:
            self._choices[version_id] = choices_of(self._db, self.definitions, row.project_id, version_id)
        return self._choices[version_id]

    def submission_of(self, instance_id: str | None) -> int | None:
        row = self.sent.get(instance_id or "")
        return row.id if row else None

    def person(self, value: str | int | None) -> str | None:
        if value is None or value == "":
            return None
        text = str(value)
        return self.people.get(int(text), text) if text.isdecimal() else text


def _submissions(db: Connection, events: Iterable[Row]) -> dict[str, Row]:
    instances = sorted({e.instance_id for e in events if e.instance_id})
    if not instances:
        return {}
    query = (
        select(
            submission.c.id,
            submission.c.instance_id,
            submission.c.project_id,
            submission.c.revision_id,
            revision.c.form_version_id.label("version_id"),
            revision.c.received_at,
        )
        .join(revision, revision.c.id == submission.c.revision_id)
        .where(submission.c.instance_id.in_(instances), submission.c.deleted_at.is_(None))
    )
    return {row.instance_id: row for row in db.execute(query)}


def _files(db: Connection, sent: Mapping[str, Row]) -> tuple[CaseFileItem, ...]:
    by_revision = {row.revision_id: row for row in sent.values()}
    if not by_revision:
        return ()
    versions = {row.version_id for row in sent.values() if row.version_id is not None}
    found = db.execute(select(form_version.c.id, form_version.c.title).where(form_version.c.id.in_(versions)))
    titles = {row.id: row.title for row in found}
    query = select(attachment).where(attachment.c.revision_id.in_(by_revision))
    return tuple(
        CaseFileItem(
            row.name,
            row.type,
            row.size if row.blob else None,
            by_revision[row.revision_id].id,
            titles.get(by_revision[row.revision_id].version_id, ""),
            row.received_at,
        )
        for row in db.execute(query.order_by(attachment.c.revision_id, attachment.c.name))
    )


def _papers(db: Connection, case_id: str) -> tuple[Paper, ...]:
    mine = with_merged(document.c.case_id, case_id)
    query = select(document).where(mine).order_by(document.c.dated, document.c.id)
    return tuple(
        Paper(row.id, row.title, row.number, row.dated, row.status, row.blob is not None, row.check_code)
        for row in db.execute(query)
    )


def _late(visit: Visit, now: datetime, calendar: Calendar) -> bool:
    """Done visits are judged by the fold, open ones against now (ruling 14)."""
    if visit.state != "open" or visit.due_at is None:
        return visit.late
    return calendar.local(now) > calendar.local(datetime.fromisoformat(visit.due_at))


def _marks(book: _Book, state: CaseState, now: datetime, calendar: Calendar) -> tuple[Mark, ...]:
    kept = [visit for visit in state.visits if visit.state != "withdrawn" and not _automatic(book, visit.step)]
    done = [Mark(book.step(v.step), "done", v.done_on, v.late) for v in kept if v.state == "done"]
    waiting = [Mark(book.step(v.step), "now", v.due_at, _late(v, now, calendar)) for v in kept if v.state == "open"]
    here = {visit.step for visit in kept if visit.state == "open"}
    ahead = [route.to for name in here for route in book.program.routes_from(name)]
    coming = [
        Mark(book.step(name), "next", None, False)
        for name in dict.fromkeys(ahead)
        if book.program.step(name) and name not in here
    ]
    return (*done, *waiting, *coming)


def _automatic(book: _Book, name: str) -> bool:
    known = book.program.step(name)
    return known is not None and known.kind == "auto"


def _onward(book: _Book, route: Route) -> Onward:
    known = book.program.step(route.to)
    return Onward(book.step(route.to) if known else None, route.to, route.when.text if route.when else "", route.labels)


def _now(
    db: Connection,
    book: _Book,
    row: Row,
    visit: Visit,
    held: frozenset[str],
    now: datetime,
    calendar: Calendar,
) -> Now:
    known = book.program.step(visit.step)
    kind = known.kind if known else "form"
    deciders = {known.role, *known.assign_to, *known.recorded_by} if known else set()
    owed = [paper for paper in book.program.documents if paper.step == visit.step and paper.direction == "out"]
    may_decide = kind in ("approval", "manual") and visit.waits_for is None and bool(held & deciders)
    return Now(
        step=book.step(visit.step),
        visit=visit.visit,
        kind=kind,
        form_id=visit.form,
        form_title=book.form_title(visit.form) if visit.form else None,
        role=visit.waits_for or visit.role,
        role_labels=book.role_labels(visit.waits_for or visit.role),
        assignee=book.person(visit.assignee),
        due=due_from(calendar, now, visit.due_at),
        not_before=visit.not_before,
        waits_for=visit.waits_for,
        may_confirm=visit.waits_for is not None and visit.waits_for in held,
        may_decide=may_decide,
        may_override=_flagged(book.program, held, "may_override"),
        questions=_questions(db, book, row.project_id, visit.form) if may_decide and visit.form else (),
        onward=tuple(_onward(book, route) for route in book.program.routes_from(visit.step)),
        papers=tuple(paper.labels for paper in owed if letters.serving(paper.name)),
        by_hand=tuple(paper.labels for paper in owed if not letters.serving(paper.name)),
    )


def _questions(db: Connection, book: _Book, project_id: int, form_id: str) -> tuple[Question, ...]:
    """The questions of an approval's form in force that a person answers."""
    row = find_form(db, project_id, form_id)
    if row is None or row.current_version_id is None:
        return ()
    schema = book.definitions.form_version(row.current_version_id).schema
    return tuple(
        Question(field.name, field.labels, field.type, field.choices, field.required)
        for field in schema.questions()
        if not (field.calculated or field.readonly or field.repeat or field.binary or field.name in _PLUMBING)
    )


def _choice(book: _Book, decision: Decision) -> Decided:
    routes = {route.name: route for route in book.program.routes}
    return Decided(
        step=book.step(decision.step),
        to=tuple(book.step(name) for name in decision.to),
        routes=tuple(routes[name].labels for name in decision.routes if name in routes),
        decision=decision,
        by=book.person(decision.by),
        what_if=tuple((other.changes, tuple(book.step(name) for name in other.to)) for other in decision.what_if),
    )


def _vocabulary(book: _Book, state: CaseState) -> Mapping[str, Mapping[str, Labels]]:
    """What the choices of the questions mean that decisions read or would have read."""
    wanted = {item.name.rpartition("#")[2] for decision in state.decisions for item in decision.inputs}
    found: dict[str, Mapping[str, Labels]] = {}
    for instance_id in book.sent:
        schema = book.schema(instance_id)
        for name in wanted - found.keys() if schema else ():
            field = schema.by_name(name) if schema else None
            if field and (known := book.choices(instance_id)(field)):
                found[name] = known
    return found


def _routed(book: _Book, events: Iterable[Row], state: CaseState) -> list[Happening]:
    """The decisions as entries of the history, at the moment of the event that brought them."""
    moments = {row.id: row.received_at for row in events}
    return [
        Happening(
            at=moments.get(decision.event_id, decision.on),
            day=decision.on,
            type="stuck" if decision.kind == "stuck" else "routed",
            who=None,
            step=book.step(decision.to[0]) if len(decision.to) == 1 else None,
            form_title=None,
            submission_id=None,
            text="",
            files=0,
        )
        for decision in state.decisions
        if decision.superseded_by is None and not _automatic(book, decision.to[0] if decision.to else "")
    ]


def _history(
    book: _Book, events: Sequence[Row], files: Iterable[CaseFileItem], state: CaseState
) -> tuple[Happening, ...]:
    counts: dict[int, int] = {}
    tasks = {task["id"]: str(task["text"]) for task in state.tasks}
    for item in files:
        counts[item.submission_id] = counts.get(item.submission_id, 0) + 1
    made = []
    for row in events:
        data = json.loads(row.data)
        extra = data.get("data", {})
        number = book.submission_of(row.instance_id)
        made.append(
            Happening(
                at=row.received_at,
                day=row.effective[:10],
                type=row.type,
                who=book.person(row.actor_id),
                step=book.step(data["step"]) if data.get("step") else None,
                form_title=book.form_title(row.form) if row.form else None,
                submission_id=number,
                text=str(extra.get("reason") or extra.get("text") or tasks.get(extra.get("task")) or ""),
                files=counts.get(number, 0) if number is not None else 0,
                to=book.person(extra.get("assignee")),
            )
        )
    made.extend(_routed(book, events, state))
    return tuple(sorted(made, key=lambda item: (item.at, item.day, item.type == "routed"), reverse=True))


def _answers(book: _Book, events: Iterable[Row]) -> tuple[FormAnswers, ...]:
    latest: dict[str, Row] = {}
    for row in sorted(events, key=lambda e: e.received_at):
        if row.type in ("submission", "submission_edit") and row.instance_id:
            latest[row.instance_id] = row
    made = []
    for instance_id, row in latest.items():
        answers = values.from_json(json.loads(row.data).get("answers", {}))
        schema = book.schema(instance_id)
        if isinstance(answers, Mapping):
            made.append(
                FormAnswers(
                    book.form_title(row.form or ""),
                    row.form or "",
                    book.submission_of(instance_id),
                    row.effective[:10],
                    tuple(readable(schema, answers, book.choices(instance_id))),
                )
            )
    return tuple(sorted(made, key=lambda item: item.day, reverse=True))


# The case's own key and the form's plumbing say nothing to a reader.
_PLUMBING = frozenset({"kasus_id", "instanceID", "instanceName", "tampil"})


def readable(
    schema: Schema | None, answers: Mapping[str, object], choices: Choices = plain_choices, level: int = 0
) -> list[Answer]:
    """Answers with the labels of their form, in the form's order; rows of repeats follow their heading.

    Without a schema (unknown form version) names stand for labels.
    """
    if schema is None:
        return [Answer({}, name, values.text(value), (), "text", level) for name, value in answers.items()]
    order = {field.name: place for place, field in enumerate(schema.fields)}
    made: list[Answer] = []
    for name in sorted(answers, key=lambda key: order.get(key, len(order))):
        if name in _PLUMBING:
            continue
        field, value = schema.by_name(name), answers[name]
        if field is not None and _silent(field, value):
            continue
        labels = field.labels if field else {}
        if isinstance(value, list):
            for number, row in enumerate(value, 1):
                made.append(Answer(labels, name, str(number), (), "row", level))
                made.extend(readable(schema, row, choices, level + 1))
        else:
            made.append(_answer(field, labels, name, value, choices, level))
    return made


def _silent(field: Field, value: object) -> bool:
    """Rows of the form that ask nobody anything: notes, and calculations and meta fields without a label."""
    if isinstance(value, list):
        return False
    return not field.labels or (field.readonly and value in ("", None))


def _answer(field: Field | None, labels: Labels, name: str, value: object, choices: Choices, level: int) -> Answer:
    text = values.text(value)
    kind = field.type if field else "string"
    known = choices(field) if field else {}
    picked = text.split() if kind in ("select_multiple", "rank") else [text]
    chosen = tuple(known[word] for word in picked if word in known)
    return Answer(labels, name, text, chosen, kind, level)

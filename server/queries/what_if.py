"""What would follow if these answers were given for an open case: tried on its events, nothing is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import uuid4

from forms.expression import Expression
from forms.schema import Field, Labels, Schema
from forms.sop import CASE, Sop
from forms.values import Value, text
from server.access import Viewer, require
from server.cases import privacy
from server.cases.privacy import Sight
from server.problems import Problem
from server.queries.case_reading import CaseFile, read_case
from server.queries.definitions import Definitions, find_form
from server.queries.list_labels import choices_of
from server.queries.masked_state import masked_state
from server.queries.masking import named
from server.queries.sight import sight_of_case
from server.queries.typed_answers import typed_answers
from server.sop.events import Event
from server.sop.settle import settle
from server.sop.state import CaseState, Conflict, Decision, Paper, Visit
from server.store.database import Store
from server.store.reading import log_read

MOST_CHOICES = 300
EDITED = frozenset({"submission", "submission_edit"})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question rules read, to try answers on. `value` is what the case knows by now, '' where it is `hidden` from
    who tries; `type` as `forms.schema.Field.type`, choices those of the form version in force."""

    name: str
    labels: Labels
    type: str
    choices: tuple[tuple[str, Labels], ...]
    value: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that can be tried on a case. `again`: it has been sent, trying it means correcting it."""

    form_id: str
    labels: Labels
    step: str | None
    again: bool
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What would follow. `waits`: why the form would wait (a catalogue code), None when it would be taken;
    `decisions` those that would be taken or changed, `opened`, `withdrawn` the visits that would be."""

    waits: str | None
    decisions: tuple[Decision, ...]
    opened: tuple[Visit, ...]
    withdrawn: tuple[Visit, ...]
    papers: tuple[Paper, ...]
    conflicts: tuple[Conflict, ...]
    closes: str | None
    due_at: str | None
    state: CaseState


@dataclass(frozen=True, slots=True)
class DraftPage:
    """An open case with the forms that can be tried on it, the one chosen first asked for."""

    id: str
    number: str
    project_id: int
    sop: Sop
    drafts: tuple[Draft, ...]
    chosen: Draft | None


def what_if(
    store: Store,
    viewer: Viewer | None,
    definitions: Definitions,
    project_id: int,
    case_id: str,
    form: str,
    answers: Mapping[str, object],
    *,
    address: str | None = None,
) -> WhatIf:
    """What would follow if this form came now with these answers; a form that was sent counts as corrected.

    The read is logged. Raises `request.not_found`, `case.closed`, `submission.form_unknown`, `request.bad_value`.
    """
    viewer = require(viewer, "case.read", project_id)
    file = _read(store, viewer, definitions, project_id, case_id, address)
    if file.state is None or file.state.status == "closed":
        raise Problem("case.closed")
    with store.read() as db:
        calendar = definitions.calendar(db, project_id, file.sop.id)
        sight = sight_of_case(db, store, viewer, project_id, file.id)
        shown = named(db, store, project_id, sight)
    typed = typed_answers(_schema(store, definitions, project_id, form), answers)
    cause = _event(file, form, typed, calendar.day(store.now()), store.now())
    settled = settle(file.sop.sop, file.state, (*file.events, cause), calendar, cause)
    state, changes = settled.state, settled.changes
    told = masked_state(replace(state, decisions=tuple(changes.decisions), conflicts=tuple(changes.conflicts)), shown)
    waits = next((one.reason for one in state.waiting if one.instance_id == cause.instance_id), None)
    return WhatIf(
        waits=waits,
        decisions=told.decisions,
        opened=changes.opened,
        withdrawn=(*changes.withdrawn, *(visit for visit in changes.gone if visit.state == "open")),
        papers=changes.papers,
        conflicts=told.conflicts,
        closes=state.close_reason if changes.closed else None,
        due_at=state.due_at,
        state=masked_state(state, shown),
    )


def _event(file: CaseFile, form: str, answers: Mapping[str, Value], day: date, now: datetime) -> Event:
    """The form as if it came now, after everything else: a further one where the case waits for it, else the last
    one corrected."""
    received = max([now, *(one.received_at + timedelta(milliseconds=1) for one in file.events)])
    state = file.state
    waited = state is not None and form in state.wanted_forms
    last = None if waited else _last(file, form)
    if last is None:
        return Event(str(uuid4()), "submission", day, received, None, f"coba:{uuid4()}", form=form, answers=answers)
    return replace(
        last,
        id=str(uuid4()),
        type="submission_edit",
        received_at=received,
        revision=last.revision + 1,
        answers={**last.answers, **answers},
    )


def draft_page(
    store: Store,
    viewer: Viewer | None,
    definitions: Definitions,
    project_id: int,
    case_id: str,
    form: str | None,
    address: str | None = None,
) -> DraftPage:
    """The forms of an open case that answers can be tried on: those it waits for, then those it has. The read is
    logged. Raises `request.not_found`, `case.closed`."""
    viewer = require(viewer, "case.read", project_id)
    file = _read(store, viewer, definitions, project_id, case_id, address)
    state = file.state
    if state is None or state.status == "closed":
        raise Problem("case.closed")
    with store.read() as db:
        sight = sight_of_case(db, store, viewer, project_id, file.id)
    wanted = {visit.form: visit.step for visit in state.visits if visit.state == "open" and visit.form}
    sent = dict.fromkeys(one.form for one in file.events if one.type in EDITED and one.form not in wanted)
    drafts = []
    for form_id in (*wanted, *(one for one in sent if one)):
        draft = _draft(store, definitions, file, state, form_id, wanted.get(form_id), sight)
        if draft.questions or not draft.again:
            drafts.append(draft)
    chosen = next((draft for draft in drafts if draft.form_id == form), drafts[0] if drafts else None)
    return DraftPage(file.id, file.number, project_id, file.sop.sop, tuple(drafts), chosen)


def _read(
    store: Store, viewer: Viewer, definitions: Definitions, project_id: int, case_id: str, address: str | None
) -> CaseFile:
    with store.read() as db:
        file = read_case(db, definitions, project_id, case_id)
    if file is None:
        raise Problem("request.not_found")
    log_read(store, viewer.id, project_id, file.id, "case", address)
    return file


def _schema(store: Store, definitions: Definitions, project_id: int, form: str) -> Schema:
    with store.read() as db:
        row = find_form(db, project_id, form)
    if row is None or row.current_version_id is None:
        raise Problem("submission.form_unknown", form=form)
    return definitions.form_version(row.current_version_id).schema


def _draft(
    store: Store,
    definitions: Definitions,
    file: CaseFile,
    state: CaseState,
    form_id: str,
    step: str | None,
    sight: Sight,
) -> Draft:
    sop = file.sop.sop
    use = sop.form(form_id)
    last = _last(file, form_id) if step is None else None
    with store.read() as db:
        row = find_form(db, file.project_id, form_id)
        if row is None or row.current_version_id is None:
            return Draft(form_id, use.labels if use else {}, step, last is not None, ())
        version = definitions.form_version(row.current_version_id)
        choices = choices_of(db, definitions, file.project_id, version.id)
        known = last.answers if last else state.facts
        facts = {fact.name: fact.labels for fact in sop.facts if fact.labels}
        questions = []
        for field in asked_by_rules(sop, version.schema, form_id):
            value = text(known.get(field.name, ""))
            hidden = privacy.on_page(privacy.seen_as(field, sight), value, sight) != value
            labels = field.labels or facts.get(field.name, {})
            options = tuple(choices(field).items())
            questions.append(Asked(field.name, labels, field.type, options, "" if hidden else value, hidden))
    called = use.labels if use and use.labels else {"id": version.title}
    return Draft(form_id, called, step, last is not None, tuple(questions))


def _last(file: CaseFile, form_id: str) -> Event | None:
    """The newest revision of the form that came last for this case."""
    sent = [one for one in file.events if one.type in EDITED and one.form == form_id]
    return max(sent, key=lambda one: (one.received_at, one.revision, one.id), default=None)


def asked_by_rules(sop: Sop, schema: Schema, form_id: str) -> list[Field]:
    """The questions of a form that rules, calculations, alerts, dates or papers of the SOP read."""
    read = [route.when for route in sop.routes] + [fact.calculation for fact in sop.facts]
    read += [step.not_before for step in sop.steps] + [alert.when for alert in sop.alerts]
    read += [paper.required for paper in sop.documents if isinstance(paper.required, Expression)]
    if isinstance(sop.clock_start, Expression):
        read.append(sop.clock_start)
    names = dict.fromkeys(name for one in read if isinstance(one, Expression) for name in one.names)
    mine = {None, form_id, sop.short(form_id)}
    wanted = dict.fromkeys(name.field for name in names if name.form in mine and name.form != CASE)
    found = [schema.by_name(name) for name in wanted]
    return [
        field
        for field in schema.fields
        if field in found and not (field.repeat or field.binary) and len(field.choices) <= MOST_CHOICES
    ]

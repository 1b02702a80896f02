"""One case as its page shows it. Reading a case is logged before anything is answered."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Row, select

from server.access import Viewer, require
from server.cases.privacy import Sight
from server.problems import Problem
from server.queries.case_page.asking import Asking, Given
from server.queries.case_page.book import Book
from server.queries.case_page.past import answers_of, decided, gaps, history, records, reports, vocabulary
from server.queries.case_page.present import (
    clocks,
    flagged,
    free_tasks,
    marks,
    offered_papers,
    owed_papers,
    waiting_step,
)
from server.queries.case_page.reading import attention_of, files_of, find_case, officers_of, papers_of, submissions
from server.queries.case_page.values import CasePage, Family, Service, StepName
from server.queries.definitions import Definitions
from server.queries.dues import NO_DUE, due_from
from server.queries.fact_conflicts import fact_conflicts, may_choose
from server.queries.lineage import relatives, with_merged
from server.queries.masked_state import masked_state
from server.queries.masking import named
from server.queries.proposals import proposals_in
from server.queries.scope import names
from server.queries.sight import sight_of_case
from server.sop import state as states
from server.sop.emergency import duty_roles, emergency_steps
from server.sop.state import CaseState
from server.store.cases import event
from server.store.database import Store
from server.store.reading import log_read


def case_page(
    store: Store,
    viewer: Viewer,
    definitions: Definitions,
    case_id: str,
    address: str | None = None,
    given: Given | None = None,
    reason: str = "",
) -> CasePage:
    """The case with this id or alias. Raises `request.not_found` outside the viewer's offices.

    given: answers so far to the forms of its open steps; what they ask depends on them. reason: why it is wanted whole,
    noted with the reading.
    """
    now = store.now()
    with store.read() as db:
        row = find_case(db, case_id)
        if row is None or not viewer.roles_in(row.project_id):
            raise Problem("request.not_found")
        require(viewer, "case.read", row.project_id)
        sight = "whole" if reason else sight_of_case(db, store, viewer, row.project_id, row.id)
        page = _read(db, _Reader(store, viewer, sight), definitions, row, now, given or {})
    what = f"unmasked:{page.id} {reason}" if reason else "case"
    log_read(store, viewer.id, page.project_id, page.id, what, address)
    return page


def case_project(store: Store, viewer: Viewer, case_id: str) -> tuple[int, str]:
    """The project and the present id of a case, for the acts of its page. Raises `request.not_found`."""
    with store.read() as db:
        row = find_case(db, case_id)
    if row is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    return row.project_id, row.id


@dataclass(frozen=True, slots=True)
class _Reader:
    """Who reads the case, and how much of it."""

    store: Store
    viewer: Viewer
    sight: Sight


def _read(db: Connection, reader: _Reader, definitions: Definitions, row: Row, now: datetime, given: Given) -> CasePage:
    viewer, sight = reader.viewer, reader.sight
    shown = named(db, reader.store, row.project_id, sight)
    folded = states.from_json(json.loads(row.state))
    state = masked_state(folded, shown)
    version = definitions.sop_version(row.sop_version_id)
    program = version.sop
    calendar = definitions.calendar(db, row.project_id, row.sop_version_id)
    events = db.execute(select(event).where(with_merged(event.c.case_id, row.id))).all()
    sent = submissions(db, row.project_id, events)
    assigned = [json.loads(e.data).get("data", {}).get("assignee") for e in events if e.type in ("assign", "task")]
    people = names(db, [row.manager_id, *(e.actor_id for e in events), *_people_of(state), *_ids(assigned)])
    book = Book(db, program, definitions, sent, people, version.sheets)
    answers = answers_of(book, events, sight)
    files = files_of(db, sent, answers, sight)
    roles = viewer.roles_in(row.project_id)
    may_act = viewer.may("case.act", row.project_id) and row.status == "open"
    asking = Asking(db, definitions, program, (row.project_id, row.id), given, now, sight)
    forms = asking.forms(folded, roles) if may_act else {}
    turns = sorted((e for e in events if e.type in ("pause", "resume")), key=lambda e: e.received_at)
    office = definitions.office(db, row.project_id) if state.records else None
    differing = fact_conflicts(db, definitions, row.project_id, row.id, sight)
    institutions = {one.code: one.name for one in office.institutions} if office else {}
    issued = papers_of(db, row.id)
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
        clocks=clocks(row, state, turns, now, calendar),
        held_close=state.held_close,
        uncertain=any(one.uncertain and not one.confirmed_by for one in state.current_decisions),
        paused=state.paused,
        manager=people.get(row.manager_id) if row.manager_id else None,
        marks=marks(book, state, now, calendar),
        now=tuple(
            waiting_step(book, one, roles, now, calendar, forms.get(one.step))
            for one in state.visits
            if one.state == "open"
        ),
        decisions=tuple(decided(book, decision) for decision in reversed(state.decisions)),
        conflicts=tuple((conflict, book.step(conflict.step)) for conflict in state.conflicts),
        differing=differing,
        waiting=tuple((w, book.form_title(w.form), book.submission_of(w.instance_id)) for w in state.waiting),
        notices=state.notices,
        tasks=free_tasks(book, state, calendar.local(now).date()),
        history=history(book, events, files, state, shown),
        vocabulary=vocabulary(book, state),
        answers=answers,
        files=files,
        papers=issued,
        owed=owed_papers(book, state),
        offered=offered_papers(book, state, issued) if may_act else (),
        records=records(book, state, institutions),
        reports=reports(book, state),
        gaps=gaps(book, state),
        attention=attention_of(db, viewer, row.project_id, row.id),
        emergency=_emergency(book, state, roles) if may_act else (),
        family=_family(db, definitions, row, events),
        steps=tuple(book.step(item.name) for item in program.steps if item.kind != "auto"),
        officers=officers_of(db, row.project_id),
        may_act=viewer.may("case.act", row.project_id),
        may_override=flagged(program, roles, "may_override"),
        may_assign=viewer.may("case.assign", row.project_id),
        may_confirm_age=viewer.may("case.override", row.project_id),
        may_choose=bool(differing) and may_choose(db, viewer, row.project_id, program, state, now),
        may_close=flagged(program, roles, "may_close"),
        may_reopen=flagged(program, roles, "may_reopen"),
        sop=program,
        state=state,
        sight=sight,
    )


def _emergency(book: Book, state: CaseState, held: frozenset[str]) -> tuple[StepName, ...]:
    """The steps one click opens (ruling 27), for whom the SOP lets do that."""
    if not (flagged(book.program, held, "may_override") or held & duty_roles(book.program)):
        return ()
    return tuple(book.step(name) for name in emergency_steps(book.program) if name not in state.open_steps)


def _family(db: Connection, definitions: Definitions, row: Row, events: Sequence[Row]) -> Family:
    joined = any(one.type in ("merge", "move", "start_at") for one in events)
    others = [found.sop for found in definitions.current_sops(db, row.project_id) if found.sop.sop_id != row.sop_id]
    return Family(
        relatives(db, row.project_id, row.id) if joined else (),
        tuple(proposals_in(db, row.project_id, row.id)) if row.status == "open" else (),
        tuple(Service(other.sop_id, other.title) for other in others),
    )


def _people_of(state: CaseState) -> list[int | None]:
    ids = (
        [v.assignee for v in state.visits] + [d.by for d in state.decisions] + [d.recorded_by for d in state.decisions]
    )
    ids += [str(entry.get("by") or "") for record in state.records for entry in record.entries]
    return _ids([*ids, *(task.get("assignee") for task in state.tasks)])


def _ids(values: Iterable[object]) -> list[int | None]:
    return [int(str(value)) for value in values if value and str(value).isdecimal()]

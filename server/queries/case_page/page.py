"""One case as its page shows it. Reading a case is logged before anything is answered."""

import json
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, Row, select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.case_page.book import Book
from server.queries.case_page.past import answers_of, decided, history, vocabulary
from server.queries.case_page.present import flagged, free_tasks, marks, waiting_step
from server.queries.case_page.reading import files_of, find_case, officers_of, papers_of, submissions
from server.queries.case_page.values import CasePage
from server.queries.definitions import Definitions
from server.queries.dues import NO_DUE, due_from
from server.queries.lineage import with_merged
from server.queries.scope import names
from server.sop import state as states
from server.sop.state import CaseState
from server.store.cases import event
from server.store.database import Store
from server.store.reading import log_read


def case_page(
    store: Store, viewer: Viewer, definitions: Definitions, case_id: str, address: str | None = None
) -> CasePage:
    """The case with this id or alias. Raises `request.not_found` outside the viewer's offices."""
    now = store.now()
    with store.read() as db:
        row = find_case(db, case_id)
        if row is None or not viewer.roles_in(row.project_id):
            raise Problem("request.not_found")
        require(viewer, "case.read", row.project_id)
        page = _read(db, viewer, definitions, row, now)
    log_read(store, viewer.id, page.project_id, page.id, "case", address)
    return page


def case_project(store: Store, viewer: Viewer, case_id: str) -> tuple[int, str]:
    """The project and the present id of a case, for the acts of its page. Raises `request.not_found`."""
    with store.read() as db:
        row = find_case(db, case_id)
    if row is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    return row.project_id, row.id


def _read(db: Connection, viewer: Viewer, definitions: Definitions, row: Row, now: datetime) -> CasePage:
    state = states.from_json(json.loads(row.state))
    program = definitions.sop_version(row.sop_version_id).sop
    calendar = definitions.calendar(db, row.project_id, row.sop_version_id)
    events = db.execute(select(event).where(with_merged(event.c.case_id, row.id))).all()
    sent = submissions(db, events)
    files = files_of(db, sent)
    given = [json.loads(e.data).get("data", {}).get("assignee") for e in events if e.type in ("assign", "task")]
    people = names(db, [row.manager_id, *(e.actor_id for e in events), *_people_of(state), *_ids(given)])
    book = Book(db, program, definitions, sent, people)
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
        marks=marks(book, state, now, calendar),
        now=tuple(
            waiting_step(db, book, row, visit, roles, now, calendar) for visit in state.visits if visit.state == "open"
        ),
        decisions=tuple(decided(book, decision) for decision in reversed(state.decisions)),
        conflicts=tuple((conflict, book.step(conflict.step)) for conflict in state.conflicts),
        waiting=tuple((w, book.form_title(w.form), book.submission_of(w.instance_id)) for w in state.waiting),
        notices=state.notices,
        tasks=free_tasks(book, state, calendar.local(now).date()),
        history=history(book, events, files, state),
        vocabulary=vocabulary(book, state),
        answers=answers_of(book, events),
        files=files,
        papers=papers_of(db, row.id),
        steps=tuple(book.step(item.name) for item in program.steps if item.kind != "auto"),
        close_reasons=tuple(dict.fromkeys(r.close_reason for r in program.routes if r.close_reason)),
        officers=officers_of(db, row.project_id),
        may_act=viewer.may("case.act", row.project_id),
        may_override=flagged(program, roles, "may_override"),
        may_assign=viewer.may("case.assign", row.project_id),
        may_close=flagged(program, roles, "may_close"),
        may_reopen=flagged(program, roles, "may_reopen"),
        sop=program,
        state=state,
    )


def _people_of(state: CaseState) -> list[int | None]:
    ids = [v.assignee for v in state.visits] + [d.by for d in state.decisions]
    return _ids([*ids, *(task.get("assignee") for task in state.tasks)])


def _ids(values: Iterable[object]) -> list[int | None]:
    return [int(str(value)) for value in values if value and str(value).isdecimal()]

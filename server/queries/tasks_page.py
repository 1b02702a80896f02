"""Submissions that wait for a person, with their fault class and what can be done."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select

from server.access import Viewer
from server.problems import Problem
from server.queries.definitions import Definitions
from server.queries.home import WaitingStep, escalated, open_tasks
from server.queries.scope import offices
from server.store.cases import case, task
from server.store.database import Store
from server.store.forms import form, form_version
from server.store.submissions import revision

PAGE_SIZE = 50
# What a person can settle by naming the case.
LINKABLE = frozenset({"unplaced.no_case", "unplaced.case_unknown", "unplaced.other_case"})
FAULTS = ("data", "formulir", "program")


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One open task. `reason` is a catalogue code with `args`; `fault` formulir, data, program or None;
    `linkable` when the viewer may name the case it belongs to, `settleable` when they may decide about the row of an
    author's list it is about."""

    id: str
    kind: str
    fault: str | None
    reason: str
    args: Mapping[str, object]
    form_title: str
    submission_id: int | None
    case_id: str | None
    case_number: str | None
    linkable: bool
    settleable: bool
    office: str
    zone: str
    created_at: str


@dataclass(frozen=True, slots=True)
class TasksPage:
    """Open tasks, oldest first; `counts` by fault class ('' for free work), `total` of what is shown.

    `escalated`: steps of others whose limit comes near, on the first page of all kinds.
    """

    fault: str
    rows: tuple[TaskRow, ...]
    total: int
    counts: tuple[tuple[str, int], ...]
    page: int
    pages: int
    escalated: tuple[WaitingStep, ...] = ()


def tasks_page(store: Store, viewer: Viewer, definitions: Definitions, fault: str = "", page: int = 1) -> TasksPage:
    """What waits for a person in the viewer's offices; `fault` narrows to one class."""
    with store.read() as db:
        places = {place.id: place for place in offices(db, viewer, "submission.read")}
        mine = open_tasks(viewer, places.values())
        found = db.execute(select(task.c.fault, func.count()).where(mine).group_by(task.c.fault))
        counted = {key or "": int(number) for key, number in found}
        wanted = mine & (task.c.fault == fault) if fault in FAULTS else mine
        total = counted.get(fault, 0) if fault in FAULTS else sum(counted.values())
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(page, 1), pages)
        query = (
            select(task, case.c.number, revision.c.submission_id, form_version.c.title)
            .outerjoin(case, case.c.id == task.c.case_id)
            .outerjoin(revision, revision.c.id == task.c.revision_id)
            .outerjoin(form, (form.c.project_id == task.c.project_id) & (form.c.xml_form_id == task.c.form))
            .outerjoin(form_version, form_version.c.id == form.c.current_version_id)
            .where(wanted)
            .order_by(task.c.created_at, task.c.id)
            .limit(PAGE_SIZE)
            .offset((page - 1) * PAGE_SIZE)
        )
        rows = tuple(
            TaskRow(
                row.id,
                row.kind,
                row.fault,
                row.reason,
                json.loads(row.args),
                row.title or row.form or "",
                row.submission_id,
                row.case_id,
                row.number,
                row.reason in LINKABLE and viewer.may("case.act", row.project_id),
                row.kind == "entity" and viewer.may("case.act", row.project_id),
                places[row.project_id].name,
                places[row.project_id].zone,
                row.created_at,
            )
            for row in db.execute(query)
        )
        near: tuple[WaitingStep, ...] = ()
        if page == 1 and fault not in FAULTS:
            near = escalated(db, viewer, definitions, offices(db, viewer, "case.read"), store.now())
    counts = tuple((key, counted.get(key, 0)) for key in FAULTS)
    return TasksPage(fault if fault in FAULTS else "", rows, total, counts, page, pages, near)


def task_office(store: Store, viewer: Viewer, task_id: str) -> int:
    """The office a task belongs to. Raises Problem `request.not_found`, also for another office's."""
    with store.read() as db:
        place = db.execute(select(task.c.project_id).where(task.c.id == task_id)).scalar()
    if place is None or not viewer.may("submission.read", place):
        raise Problem("request.not_found")
    return int(place)

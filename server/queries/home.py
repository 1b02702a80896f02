"""What waits for a person: the home page, and the counts of the navigation."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select
from sqlalchemy import case as when

from server.access import Viewer
from server.queries.case_finder import NOBODY, CaseFilter, Finder
from server.queries.definitions import Definitions
from server.queries.dues import NO_DUE, Due, due_from
from server.queries.scope import (
    OfficeRow,
    before,
    local_text,
    names,
    offices,
    stands_in_for,
    told_to,
    waiting_for,
    within,
)
from server.store.cases import NO_DEADLINE, case, step, task
from server.store.database import Store
from server.store.people import app_user
from server.store.projects import sop

ROWS = 12
OWN = ("emergency", "conflict", "fact_conflict", "free_task", "paper_review", "recorded_for_you")
"""Kinds of tasks that stand on the home page of whose they are."""


@dataclass(frozen=True, slots=True)
class Around:
    """What the frame of every page shows: the office's name and how many submissions wait for a person."""

    office: str
    tasks: int


@dataclass(frozen=True, slots=True)
class WaitingStep:
    """An open step that waits for the viewer."""

    case_id: str
    number: str
    label: str
    step: str
    labels: dict[str, str]
    form_id: str | None
    zone: str
    due: Due
    confirm: bool


@dataclass(frozen=True, slots=True)
class OwnTask:
    """Something put in front of this person: an emergency, a conflict, a free task, a paper to look at again.
    `reason` is a catalogue code with `args`; `due` a day or None, `late` when it has passed."""

    id: str
    kind: str
    reason: str
    args: Mapping[str, object]
    case_id: str
    number: str
    label: str
    due: str | None
    late: bool


@dataclass(frozen=True, slots=True)
class TeamRow:
    """Open work by officer; `id` None is work nobody was given yet. `due`: the earliest deadline of all."""

    id: int | None
    name: str
    open: int
    late: int
    due: Due


@dataclass(frozen=True, slots=True)
class Home:
    """The home page; `mine`, `late` and `today` are counted to CAP + 1. `escalated`: see the function.

    `undivided` are open cases without a manager, None for who may not appoint one; `works` is False for who
    only administers; `setup` says what an empty office lacks: sop, phone, or '' when work can begin."""

    mine: int
    late: int
    today: int
    unplaced: int
    undivided: int | None
    works: bool
    steps: tuple[WaitingStep, ...]
    own: tuple[OwnTask, ...]
    escalated: tuple[WaitingStep, ...]
    team: tuple[TeamRow, ...]
    setup: str
    now: str
    zone: str


def around(store: Store, viewer: Viewer) -> Around:
    """The frame of every page for this viewer."""
    with store.read() as db:
        places = offices(db, viewer, "project.read")
        return Around(places[0].name if len(places) == 1 else "", _unplaced(db, viewer))


def _unplaced(db: Connection, viewer: Viewer) -> int:
    places = offices(db, viewer, "submission.read")
    return int(db.execute(select(func.count()).select_from(task).where(open_tasks(viewer, places))).scalar_one())


def open_tasks(viewer: Viewer, places: Iterable[OfficeRow]) -> ColumnElement:
    """The condition that a task is open and nobody else's: neither another person's nor of a role the viewer lacks."""
    places = tuple(places)
    free = or_(task.c.assignee_id.is_(None), task.c.assignee_id == viewer.id)
    held = (and_(task.c.project_id == place.id, task.c.role.in_(viewer.roles_in(place.id))) for place in places)
    return and_(within(task.c.project_id, places), task.c.done_at.is_(None), free, or_(task.c.role.is_(None), *held))


def home(store: Store, viewer: Viewer, definitions: Definitions) -> Home:
    """What waits for this person today, and how the team stands."""
    now = store.now()
    with store.read() as db:
        places = offices(db, viewer, "case.read")
        count = Finder(db, viewer, places, now)
        divides = any(viewer.may("case.assign", place.id) for place in places)
        leads = divides or any(viewer.may("user.manage", place.id) for place in places)
        return Home(
            mine=count(CaseFilter(mine=True)),
            late=count(CaseFilter(due="late")),
            today=count(CaseFilter(due="today")),
            unplaced=_unplaced(db, viewer),
            undivided=count(CaseFilter(manager=NOBODY)) if divides else None,
            works=any(viewer.may("case.act", place.id) for place in places),
            steps=_steps(db, definitions, places, now, _first(db, viewer, places, now)),
            own=_own(db, viewer, places, now),
            escalated=escalated(db, viewer, definitions, places, now),
            team=_team(db, definitions, places, now) if leads else (),
            setup=_setup(db, places),
            now=now.isoformat(),
            zone=places[0].zone if places else "Asia/Jakarta",
        )


def escalated(
    db: Connection, viewer: Viewer, definitions: Definitions, places: tuple[OfficeRow, ...], now: datetime
) -> tuple[WaitingStep, ...]:
    """Open steps of others the viewer was told of because their limit comes near, the most urgent first."""
    found: list[Row] = []
    for condition in told_to(viewer, places):
        found += db.execute(select(step).where(condition).order_by(step.c.due_at, step.c.case_id).limit(ROWS)).all()
    return _steps(db, definitions, places, now, found)


def _steps(
    db: Connection, definitions: Definitions, places: tuple[OfficeRow, ...], now: datetime, waiting: list[Row]
) -> tuple[WaitingStep, ...]:
    shown = (case.c.id, case.c.number, case.c.label, case.c.sop_version_id, case.c.opened_on)
    found = db.execute(select(*shown).where(case.c.id.in_({row.case_id for row in waiting})))
    cases = {row.id: row for row in found}
    zones = {place.id: place.zone for place in places}
    made = []
    for row in sorted(waiting, key=lambda one: (*_urgency(one), cases[one.case_id].opened_on, one.case_id))[:ROWS]:
        whole = cases[row.case_id]
        known = definitions.sop_version(whole.sop_version_id).sop.step(row.step)
        calendar = definitions.calendar(db, row.project_id, whole.sop_version_id)
        made.append(
            WaitingStep(
                row.case_id,
                whole.number,
                whole.label,
                row.step,
                dict(known.labels) if known else {},
                row.form,
                zones[row.project_id],
                due_from(calendar, now, row.due_at),
                known is not None and bool(known.confirm_by) and row.role == known.confirm_by != known.role,
            )
        )
    return tuple(made)


def _first(db: Connection, viewer: Viewer, places: tuple[OfficeRow, ...], now: datetime) -> list[Row]:
    """The most urgent open steps of each queue the viewer works on: those with a deadline, then any."""
    found: list[Row] = []
    for condition in waiting_for(viewer, places, stands_in_for(db, viewer, places, now)):
        query = select(step).where(condition).limit(ROWS)
        dated = db.execute(query.where(step.c.due_at.is_not(None)).order_by(step.c.due_at, step.c.case_id)).all()
        found += dated
        if len(dated) < ROWS:
            found += db.execute(query.where(step.c.due_at.is_(None)).order_by(step.c.case_id)).all()
    return found


def _urgency(row: Row) -> tuple[bool, str]:
    return row.due_at is None, row.due_at or ""


def _own(db: Connection, viewer: Viewer, places: tuple[OfficeRow, ...], now: datetime) -> tuple[OwnTask, ...]:
    """What is this person's beside the steps: emergencies first, then by day, then the oldest."""
    zones = {place.id: place.zone for place in places}
    query = (
        select(task, case.c.number, case.c.label)
        .join(case, case.c.id == task.c.case_id)
        .where(open_tasks(viewer, places), task.c.kind.in_(OWN))
        .order_by(when((task.c.kind == OWN[0], 0), else_=1), task.c.due_at.is_(None), task.c.due_at, task.c.created_at)
        .limit(ROWS)
    )
    return tuple(
        OwnTask(
            row.id,
            row.kind,
            row.reason,
            json.loads(row.args),
            row.case_id,
            row.number,
            row.label,
            row.due_at,
            row.due_at is not None and row.due_at < local_text(now, zones[row.project_id])[:10],
        )
        for row in db.execute(query)
    )


def _team(
    db: Connection, definitions: Definitions, places: tuple[OfficeRow, ...], now: datetime
) -> tuple[TeamRow, ...]:
    present = {place.zone: local_text(now, place.zone) for place in places}
    late = before(case.c.next_due, case.c.project_id, places, present)
    query = (
        select(
            case.c.manager_id,
            func.count().label("open"),
            func.sum(when((late, 1), else_=0)).label("late"),
            func.min(case.c.next_due).label("due"),
            func.min(case.c.project_id).label("project_id"),
        )
        .where(within(case.c.project_id, places), case.c.status == "open")
        .group_by(case.c.manager_id)
    )
    rows = db.execute(query).all()
    people = names(db, (row.manager_id for row in rows))
    made = [
        TeamRow(
            row.manager_id,
            people.get(row.manager_id, "") if row.manager_id else "",
            row.open,
            row.late,
            _office_due(db, definitions, now, row),
        )
        for row in rows
    ]
    return tuple(sorted(made, key=lambda item: (item.id is not None, -item.late, -item.open, item.name)))


def _office_due(db: Connection, definitions: Definitions, now: datetime, row: Row) -> Due:
    """A deadline among many cases, in the calendar of the office's first SOP."""
    if row.due == NO_DEADLINE:
        return NO_DUE
    published = definitions.current_sops(db, row.project_id)
    return due_from(definitions.calendar(db, row.project_id, published[0].id), now, row.due) if published else NO_DUE


def _setup(db: Connection, places: tuple[OfficeRow, ...]) -> str:
    published = select(sop.c.id).where(within(sop.c.project_id, places), sop.c.current_version_id.is_not(None))
    if db.execute(published.limit(1)).first() is None:
        return "sop"
    phone = select(app_user.c.actor_id).where(within(app_user.c.project_id, places), app_user.c.token_hash.is_not(None))
    return "" if db.execute(phone.limit(1)).first() else "phone"

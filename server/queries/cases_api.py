"""Cases, SOPs and unplaced submissions as programs see them (DESIGN section 6, rulings 23 to 25)."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, and_, func, select

from forms.findings import Finding
from forms.sop import Sop, Step
from server.access import Viewer, require
from server.problems import Problem
from server.queries.definitions import Definitions
from server.queries.lineage import current_id, with_merged
from server.queries.masked_state import masked_state, plain
from server.queries.masking import ListMask, extent_in, extent_of, list_mask_of, named
from server.queries.narrowing import CAP, Narrow, by_person, by_step, by_words, narrowed
from server.queries.scope import OfficeRow, names
from server.queries.sight import sight_of_case
from server.sop import state as states
from server.sop.check import check
from server.sop.state import CaseState
from server.store import Store
from server.store.cases import OPEN_STEP, case, event, step, task
from server.store.documents import document
from server.store.forms import form
from server.store.people import user
from server.store.projects import project, sop, sop_version
from server.store.reading import log_read
from server.store.submissions import revision, submission

# A list without `limit` ends here; `total` tells how many there are.
MOST_ROWS = 1000


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What is asked for; None means no restriction. `assignee` is a login, an actor id or 'me'."""

    sop: str | None = None
    open: bool | None = None
    step: str | None = None
    assignee: str | None = None
    q: str | None = None
    limit: int | None = None
    offset: int | None = None


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case as lists show it; moments carry the project's offset."""

    id: str
    number: str
    sop: str
    sop_version: str
    label: str
    status: str
    close_reason: str | None
    opened_at: str
    closed_at: str | None
    due_at: str | None
    late: bool
    open_steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """A document issued for a case."""

    id: int
    kind: str
    title: str
    number: str | None
    dated: str
    status: str
    ready: bool
    review: str | None = None
    void_reason: str | None = None
    correction: int = 0


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of a case as it was recorded; `data` is what the fold read, as plain JSON."""

    id: str
    type: str
    effective: str
    received_at: str
    actor_id: int | None
    actor: str | None
    instance_id: str | None
    form: str | None
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission of a case with its revisions (instance id, received at, who sent it), oldest first."""

    instance_id: str
    form: str
    review_state: str | None
    revisions: tuple[tuple[str, str, str | None], ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case whole: its list row, folded state, SOP version, and what happened."""

    row: CaseRow
    state: CaseState
    sop: Sop
    now: datetime
    people: Mapping[int, str]
    documents: tuple[Paper, ...]
    events: tuple[Happening, ...]
    submissions: tuple[Sent, ...]

    def is_late(self, due_at: str | None) -> bool:
        """Whether a deadline has passed."""
        return is_past(due_at, self.now)

    def step(self, name: str) -> Step | None:
        return self.sop.step(name)


@dataclass(frozen=True, slots=True)
class SopRow:
    """One SOP of a project with its published versions (version, published at, by), newest first."""

    sop_id: str
    title: str
    version: str | None
    versions: tuple[tuple[str, str, str | None], ...]
    open_cases: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A submission that waits for a person; `reason` is a code, `args` what it is about."""

    id: str
    kind: str
    fault: str | None
    form: str | None
    reason: str
    args: Mapping[str, object]
    instance_id: str | None
    case_id: str | None
    created_at: str


def is_past(due_at: str | None, now: datetime) -> bool:
    """Whether a deadline has passed."""
    return due_at is not None and datetime.fromisoformat(due_at) < now


def _day(text: str | None, zone: ZoneInfo) -> str | None:
    """A local day as the moment it began, with the project's offset."""
    return datetime.combine(date.fromisoformat(text), time(), zone).isoformat() if text else None


def _zone(db: Connection, project_id: int) -> ZoneInfo:
    return ZoneInfo(db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one())


def cases(store: Store, viewer: Viewer | None, project_id: int, wanted: CaseFilter) -> tuple[list[CaseRow], int]:
    """The cases that match, newest number first, and how many match in all."""
    viewer = require(viewer, "case.read", project_id)
    now = store.now()
    with store.read() as db:
        mask = list_mask_of(db, store, viewer, project_id)
        counted = (project_id,) if extent_in(db, store, viewer, project_id) == "figures" else ()
        condition, total = _found(db, viewer, project_id, wanted, counted)
        query = (
            select(*_LISTED, sop_version.c.version.label("sop_version"))
            .join(sop_version, sop_version.c.id == case.c.sop_version_id)
            .where(condition)
            .order_by(case.c.number.desc(), case.c.id)
            .limit(MOST_ROWS if wanted.limit is None else wanted.limit)
            .offset(wanted.offset)
        )
        rows = _rows(db, db.execute(query).all(), _zone(db, project_id), now)
        return rows if mask is None else [replace(row, label=mask.label(row.label)) for row in rows], total


_LISTED = (
    case.c.id, case.c.number, case.c.sop_id, case.c.label, case.c.status, case.c.close_reason, case.c.opened_on,
    case.c.closed_on, case.c.due_at,
)  # fmt: skip


def _found(
    db: Connection, viewer: Viewer, project_id: int, wanted: CaseFilter, counted: Collection[int]
) -> tuple[ColumnElement[bool], int]:
    """The condition on `kasus` and how many meet it."""
    parts: list[ColumnElement[bool]] = [case.c.project_id == project_id]
    if wanted.sop:
        parts.append(case.c.sop_id == wanted.sop)
    if wanted.open is not None:
        parts.append(case.c.status == ("open" if wanted.open else "closed"))
    narrows = _narrows(db, viewer, project_id, wanted, counted)
    if not narrows:
        return and_(*parts), int(db.execute(select(func.count()).select_from(case).where(*parts)).scalar_one())
    query = narrowed(db, narrows, *parts, most=None)
    total = int(db.execute(select(func.count()).select_from(query.subquery())).scalar_one())
    if total <= CAP:
        return case.c.id.in_(db.execute(query).scalars().all()), total
    return and_(*parts, *(narrow.holds for narrow in narrows)), total


def _narrows(
    db: Connection, viewer: Viewer, project_id: int, wanted: CaseFilter, counted: Collection[int]
) -> list[Narrow]:
    here = (OfficeRow(project_id, "", ""),)
    narrows = list(by_words(here, wanted.q or "", counted))
    if wanted.step:
        narrows.append(by_step(here, wanted.step))
    if wanted.assignee:
        narrows.append(by_person(project_id, _person(db, viewer, wanted.assignee)))
    return narrows


def _person(db: Connection, viewer: Viewer, text: str) -> int:
    """The actor of 'me', an id or a login; -1 (nobody) when there is none."""
    if text == "me":
        return viewer.id
    found = db.execute(select(user.c.actor_id).where(user.c.login == text.lower())).scalar()
    if found is not None:
        return int(found)
    return int(text) if text.isdigit() and len(text) < 15 else -1


def _rows(db: Connection, rows: Iterable[Row], zone: ZoneInfo, now: datetime) -> list[CaseRow]:
    listed = list(rows)
    ids = [row.id for row in listed]
    opened: dict[str, list[tuple[str, str | None]]] = {}
    for start in range(0, len(ids), 500):
        query = (
            select(step.c.case_id, step.c.step, step.c.due_at)
            .where(step.c.case_id.in_(ids[start : start + 500]), step.c.state == OPEN_STEP)
            .order_by(step.c.opened_at, step.c.step)
        )
        for found in db.execute(query):
            opened.setdefault(found.case_id, []).append((found.step, found.due_at))
    return [_row(row, opened.get(row.id, []), zone, now) for row in listed]


def _row(row: Row, opened: list[tuple[str, str | None]], zone: ZoneInfo, now: datetime) -> CaseRow:
    late = row.status == "open" and any(is_past(due, now) for due in (row.due_at, *(due for _, due in opened)))
    return CaseRow(
        row.id,
        row.number,
        row.sop_id,
        row.sop_version,
        row.label,
        row.status,
        row.close_reason,
        _day(row.opened_on, zone) or "",
        _day(row.closed_on, zone),
        row.due_at,
        late,
        tuple(name for name, _ in opened),
    )


def one_case(
    store: Store,
    viewer: Viewer | None,
    definitions: Definitions,
    project_id: int,
    case_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> Case:
    """One case, by its id or an alias of it. The read is logged first. Raises `request.not_found`.

    Who may not have everything sees its values as pages show them, unless a `reason` is given.
    """
    viewer = require(viewer, "case.read", project_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    with store.read() as db:
        row = db.execute(
            select(case, sop_version.c.version.label("sop_version"))
            .join(sop_version, sop_version.c.id == case.c.sop_version_id)
            .where(case.c.project_id == project_id, case.c.id == current_id(case_id))
        ).first()
        if row is None:
            raise Problem("request.not_found")
    what = f"unmasked:{row.id} {reason}" if reason and not whole else "case"
    log_read(store, viewer.id, project_id, row.id, what, address)
    with store.read() as db:
        state = states.from_json(json.loads(row.state))
        events = _events(db, row.id)
        if not whole and not reason:
            sight = sight_of_case(db, store, viewer, project_id, row.id)
            shown = named(db, store, project_id, sight)
            state = masked_state(state, shown)
            events = [replace(item, data=shown.tree(item.data)) for item in events]
        sent = _sent(db, row.id)
        people = names(db, _people(state, events))
        return Case(
            _rows(db, [row], _zone(db, project_id), store.now())[0],
            state,
            definitions.sop_version(row.sop_version_id).sop,
            store.now(),
            people,
            _documents(db, row.id),
            tuple(_named(item, people) for item in events),
            sent,
        )


def _people(state: CaseState, events: Iterable[Happening]) -> set[int]:
    ids = {item.actor_id for item in events if item.actor_id is not None}
    deciding = (who for d in state.decisions for who in (d.by, d.recorded_by, d.confirmed_by))
    texts = [state.manager, *(visit.assignee for visit in state.visits), *deciding]
    return ids | {int(text) for text in texts if text is not None and text.isdigit()}


def _named(item: Happening, people: Mapping[int, str]) -> Happening:
    return Happening(
        item.id,
        item.type,
        item.effective,
        item.received_at,
        item.actor_id,
        people.get(item.actor_id) if item.actor_id is not None else None,
        item.instance_id,
        item.form,
        item.data,
    )


def _events(db: Connection, case_id: str) -> list[Happening]:
    query = select(event).where(with_merged(event.c.case_id, case_id)).order_by(event.c.received_at, event.c.id)
    return [
        Happening(
            row.id,
            row.type,
            row.effective,
            row.received_at,
            row.actor_id,
            None,
            row.instance_id,
            row.form,
            {str(name): plain(value) for name, value in json.loads(row.data).items()},
        )
        for row in db.execute(query)
    ]


def _sent(db: Connection, case_id: str) -> tuple[Sent, ...]:
    mine = (
        select(revision.c.submission_id)
        .join(event, event.c.revision_id == revision.c.id)
        .where(with_merged(event.c.case_id, case_id))
    )
    query = (
        select(
            submission.c.instance_id.label("root"),
            submission.c.review_state,
            submission.c.created_at,
            form.c.xml_form_id,
            revision.c.instance_id,
            revision.c.received_at,
            revision.c.submitter_id,
        )
        .join(form, form.c.id == submission.c.form_id)
        .join(revision, revision.c.submission_id == submission.c.id)
        .where(submission.c.id.in_(mine))
        .order_by(submission.c.created_at, submission.c.id, revision.c.received_at, revision.c.id)
    )
    rows = db.execute(query).all()
    people = names(db, (row.submitter_id for row in rows))
    grouped: dict[tuple[str, str], Sent] = {}
    for row in rows:
        key = (row.xml_form_id, row.root)
        before = grouped.get(key)
        revisions = before.revisions if before else ()
        added = (*revisions, (row.instance_id, row.received_at, people.get(row.submitter_id)))
        grouped[key] = Sent(row.root, row.xml_form_id, row.review_state, added)
    return tuple(grouped.values())


def _documents(db: Connection, case_id: str) -> tuple[Paper, ...]:
    query = select(document).where(with_merged(document.c.case_id, case_id)).order_by(document.c.id)
    return tuple(
        Paper(
            row.id,
            row.kind,
            row.title,
            row.number,
            row.dated,
            row.status,
            row.blob is not None,
            row.review,
            row.void_reason,
            row.correction,
        )
        for row in db.execute(query)
    )


def sops(store: Store, viewer: Viewer | None, project_id: int) -> list[SopRow]:
    """The SOPs of a project, by id."""
    require(viewer, "sop.read", project_id)
    with store.read() as db:
        rows = db.execute(select(sop).where(sop.c.project_id == project_id).order_by(sop.c.sop_id)).all()
        return [_sop(db, row) for row in rows]


def _sop(db: Connection, row: Row, findings: tuple[Finding, ...] = ()) -> SopRow:
    published = db.execute(
        select(sop_version).where(sop_version.c.sop_id == row.id).order_by(sop_version.c.id.desc())
    ).all()
    people = names(db, (version.published_by for version in published))
    opened = select(func.count()).where(
        case.c.project_id == row.project_id, case.c.sop_id == row.sop_id, case.c.status == "open"
    )
    return SopRow(
        row.sop_id,
        row.title,
        next((version.version for version in published if version.id == row.current_version_id), None),
        tuple((v.version, v.published_at, people.get(v.published_by)) for v in published),
        int(db.execute(opened).scalar_one()),
        findings,
    )


def one_sop(
    store: Store, viewer: Viewer | None, definitions: Definitions, project_id: int, sop_id: str
) -> tuple[SopRow, Sop]:
    """One SOP with its versions, the findings of the version in force, and that version. Raises `request.not_found`."""
    require(viewer, "sop.read", project_id)
    with store.read() as db:
        row = db.execute(select(sop).where(sop.c.project_id == project_id, sop.c.sop_id == sop_id)).first()
        if row is None or row.current_version_id is None:
            raise Problem("request.not_found")
        read = definitions.sop_version(row.current_version_id).sop
        published = db.execute(
            select(form.c.xml_form_id, form.c.current_version_id).where(
                form.c.project_id == project_id, form.c.current_version_id.is_not(None)
            )
        ).all()
        schemas = {name: definitions.form_version(version_id).schema for name, version_id in published}
        return _sop(db, row, tuple(check(read, schemas))), read


def unplaced(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    *,
    limit: int | None = None,
    offset: int | None = None,
) -> list[Unplaced]:
    """What was sent and waits for a person in a project, oldest first: to be placed, or to be applied to a row."""
    viewer = require(viewer, "case.read", project_id)
    query = (
        select(task, revision.c.instance_id)
        .join(revision, revision.c.id == task.c.revision_id)
        .where(task.c.project_id == project_id, task.c.done_at.is_(None))
        .order_by(task.c.created_at, task.c.id)
        .limit(MOST_ROWS if limit is None else min(limit, MOST_ROWS))
        .offset(offset)
    )
    with store.read() as db:
        mask = list_mask_of(db, store, viewer, project_id)
        return [_unplaced(row, mask) for row in db.execute(query)]


def _unplaced(row: Any, mask: ListMask | None) -> Unplaced:
    args = json.loads(row.args)
    if mask is not None and args.get("label"):
        args["label"] = mask.label(args["label"])
    return Unplaced(
        row.id,
        row.kind,
        row.fault,
        row.form,
        row.reason,
        args,
        row.instance_id,
        row.case_id,
        row.created_at,
    )

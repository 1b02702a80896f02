"""A case with its events as they lie in the database, for whatever folds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, func, null, select, union_all

from forms import values
from server.queries.definitions import Definitions, SopVersion
from server.sop import state as states
from server.sop.events import Event
from server.sop.state import CaseState
from server.store.cases import alias, case, event
from server.store.hot import Hot
from server.store.schema import loads


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case as read: `revision` is 0 while the case is not yet in the database."""

    id: str
    project_id: int
    sop: SopVersion
    number: str
    revision: int
    state: CaseState | None
    events: tuple[Event, ...]
    search: str = ""


_COLUMNS = (
    case.c.id,
    case.c.project_id,
    case.c.sop_version_id,
    case.c.number,
    case.c.revision,
    case.c.state,
    case.c.search,
)
_SURVIVOR = select(alias.c.case_id).where(alias.c.id == bindparam("case")).scalar_subquery()
# The case of this id, or the one it was merged into.
_CASE = Hot(
    select(*_COLUMNS).where(
        case.c.id == func.coalesce(_SURVIVOR, bindparam("case")), case.c.project_id == bindparam("project")
    )
)
_OWN_CASE = Hot(select(*_COLUMNS).where(case.c.id == bindparam("case"), case.c.project_id == bindparam("project")))
_ALIAS = Hot(select(alias.c.case_id).where(alias.c.id == bindparam("case")))
_KEPT = (
    event.c.id,
    event.c.type,
    event.c.effective,
    event.c.received_at,
    event.c.actor_id,
    event.c.instance_id,
    event.c.form,
    event.c.data,
)
_OWN = select(*_KEPT, null().label("of")).where(event.c.case_id == bindparam("case"))
_EVENTS = Hot(
    union_all(
        _OWN,
        select(*_KEPT, event.c.case_id.label("of")).where(
            event.c.case_id.in_(select(alias.c.id).where(alias.c.case_id == bindparam("case")))
        ),
    )
)
_OWN_EVENTS = Hot(_OWN)
_REVISION = Hot(select(case.c.revision).where(case.c.id == bindparam("case")))


def _moment(value: str) -> date | datetime:
    return datetime.fromisoformat(value) if "T" in value else date.fromisoformat(value)


def _event(row: tuple, of: str | None = None) -> Event:
    key, kind, effective, received_at, actor_id, instance_id, form, text = row
    data = loads(text)
    return Event(
        id=key,
        type=kind,
        effective=_moment(effective),
        received_at=datetime.fromisoformat(received_at),
        actor=None if actor_id is None else str(actor_id),
        instance_id=instance_id,
        revision=data.get("revision", 0),
        form=form,
        step=data.get("step"),
        answers=values.from_json(data.get("answers", {})),  # type: ignore[arg-type]
        data=values.from_json(data.get("data", {})),  # type: ignore[arg-type]
        case=of,
    )


def read_events(db: Connection, case_id: str) -> tuple[Event, ...]:
    """All events of a case and of those merged into it, in no particular order: the fold orders them (ruling 5)."""
    return tuple(_event(row[:-1], row[-1]) for row in _EVENTS.all(db, {"case": case_id}))


def read_events_of(db: Connection, case_ids: Sequence[str]) -> dict[str, tuple[Event, ...]]:
    """The events of many cases at once, by case id, as `read_events` gives them one by one."""
    found: dict[str, list[Event]] = {case_id: [] for case_id in case_ids}
    for case_id, *row in db.execute(select(event.c.case_id, *_KEPT).where(event.c.case_id.in_(case_ids))):
        found[case_id].append(_event(tuple(row)))
    joined = {case_id for case_id, events in found.items() if any(one.type == "merge" for one in events)}
    return {
        case_id: read_events(db, case_id) if case_id in joined else tuple(events) for case_id, events in found.items()
    }


def read_case(db: Connection, definitions: Definitions, project_id: int, case_id: str) -> CaseFile | None:
    """The case of this project with this id or alias, with its events; None when there is none.

    The id of a merged case gives the case it was merged into.
    """
    row = _CASE.first(db, {"case": case_id, "project": project_id})
    return _file(definitions, row, read_events(db, row[0])) if row else None


def read_own(db: Connection, definitions: Definitions, project_id: int, case_id: str) -> CaseFile | None:
    """The case with exactly this id and its own events, also when it has been merged into another."""
    row = _OWN_CASE.first(db, {"case": case_id, "project": project_id})
    if row is None:
        return None
    return _file(definitions, row, tuple(_event(found[:-1]) for found in _OWN_EVENTS.all(db, {"case": case_id})))


def _file(definitions: Definitions, row: tuple, events: tuple[Event, ...]) -> CaseFile:
    key, project, sop_version_id, number, revision, state, search = row
    return CaseFile(
        key,
        project,
        definitions.sop_version(sop_version_id),
        number,
        revision,
        states.from_json(loads(state)),
        events,
        search,
    )


def survivor_of(db: Connection, case_id: str) -> str | None:
    """The case this one was merged into; None when it stands for itself."""
    row = _ALIAS.first(db, {"case": case_id})
    return row[0] if row else None


def is_unchanged(db: Connection, file: CaseFile) -> bool:
    """Whether the case is still the one that was read before the write lock."""
    row = _REVISION.first(db, {"case": file.id})
    return (row[0] if row else 0) == file.revision

"""Running cases moved in the act that publishes their SOP: asked for in its transaction, done case by case after it.

Either the publication stands and every case that was to move is being moved, or nothing happened at all.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from forms.findings import Finding
from forms.sop import Sop
from server.access import Viewer, require
from server.actions.bundle import Bundle, Upload
from server.actions.bundle_existing import find_project
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.migration import ACT, MOVE
from server.queries.move_trial import Progress
from server.queries.past_cases import Wanted, count_cases
from server.queries.publish_moves import CHOICES, MOVE_ALL, STAY, conflicts, remaining_errors, try_moves, wanted_to_move
from server.sop.clock import Calendar, calendar_of
from server.store import Store, Transaction, jobs
from server.store.jobs import job


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of the running cases of one SOP: a choice of `CHOICES`, with the counterparts of steps that are
    gone."""

    choice: str = STAY
    step_map: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What becomes of running cases, by SOP id. `key` names the act, so that repeating it moves nothing twice."""

    key: str = ""
    reason: str = ""
    moves: Mapping[str, Move] = field(default_factory=dict)

    @property
    def is_none(self) -> bool:
        return all(move.choice == STAY for move in self.moves.values())


STAYING = Chosen()


def newer_sops(bundle: Bundle) -> dict[str, tuple[Upload, Sop]]:
    """The SOPs of a bundle that take the place of a published version, by SOP id."""
    newer = {change.file for change in bundle.changes if (change.kind, change.change) == ("sop", "update")}
    return {item.sop_id: (upload, item) for upload, item in bundle.sops if upload.path in newer}


def errors_left(bundle: Bundle, chosen: Chosen) -> tuple[Finding, ...]:
    """The errors that still forbid publishing when these cases move in the same act."""
    newer = newer_sops(bundle)
    moved = {sop_id for sop_id, move in chosen.moves.items() if move.choice == MOVE_ALL and sop_id in newer}
    return remaining_errors(bundle.findings, moved)


def refuse_reason(chosen: Chosen) -> None:
    """Raises `case.reason_required` when cases shall move and nobody says why."""
    if not chosen.is_none and not chosen.reason.strip():
        raise Problem("case.reason_required")


def trials(
    store: Store,
    viewer: Viewer | None,
    project_id: int | None,
    bundle: Bundle,
    maps: Mapping[str, Mapping[str, str]],
    progress: Progress = lambda done, total: None,
) -> dict[str, dict[str, object]]:
    """The trial of every newer SOP of a bundle that has running cases, by SOP id; none while other errors are there.

    maps: counterparts of steps that are gone, by SOP id, where somebody chose them.
    """
    newer = newer_sops(bundle)
    if remaining_errors(bundle.findings, newer):
        return {}
    with store.read() as db:
        project_id = project_id or find_project(db, bundle.office_code)
    if project_id is None:
        return {}
    found: dict[str, dict[str, object]] = {}
    for upload, item in newer.values():
        if not count_cases(store, Wanted(project_id, item.sop_id, open_only=True)):
            continue
        calendar = _calendar(store, project_id, bundle, item)
        tried = try_moves(store, viewer, project_id, item, calendar, maps.get(item.sop_id), progress)
        about = {"file": upload.path, "title": item.title, "version": item.version, "project": project_id}
        found[item.sop_id] = {**tried, **about}
    return found


def _calendar(store: Store, project_id: int, bundle: Bundle, item: Sop) -> Calendar:
    """The working days there will be once the bundle is published."""
    with store.read() as db:
        office = bundle.office[1] if bundle.office else definitions_of(store).office(db, project_id)
    return calendar_of(office, item) if office else Calendar("Asia/Jakarta")


def refuse_unmovable(bundle: Bundle, tried: Mapping[str, Mapping]) -> None:
    """Raises `publish.cannot_move` when forms of the bundle want all running cases moved and a trial of them, as they
    are now, found one that cannot be."""
    stuck = sum(conflicts(tried[sop_id]) for sop_id in wanted_to_move(bundle.findings) if sop_id in tried)
    if stuck:
        raise Problem("publish.cannot_move", findings=bundle.findings, n=stuck)


def ask_moves(
    tx: Transaction, viewer: Viewer, project_id: int, published: Mapping[str, int], chosen: Chosen
) -> dict[str, int]:
    """Asks for the moves in the transaction that publishes; the ids of their jobs by SOP id.

    published: the row of each newly published version, by SOP id; an SOP that was published by an earlier attempt of
    this act has its job already.
    """
    found: dict[str, int] = {}
    for sop_id, move in chosen.moves.items():
        if move.choice == STAY:
            continue
        key = f"{MOVE}:{chosen.key}:{sop_id}"
        if sop_id not in published:
            known = tx.execute(select(job.c.id).where(job.c.key == key)).scalar()
            found |= {sop_id: int(known)} if known is not None else {}
            continue
        require(viewer, ACT, project_id)
        args = {
            "sop_id": sop_id,
            "actor": viewer.id,
            "map": dict(move.step_map),
            "classes": list(CHOICES[move.choice]),
            "reason": chosen.reason.strip(),
            "to": published[sop_id],
        }
        found[sop_id] = jobs.add(tx, key=key, kind=MOVE, args=args, project_id=project_id, actor=viewer.id)
        details = {"sop": sop_id, "choice": move.choice, "reason": args["reason"]}
        tx.audit(viewer.id, f"sop.{MOVE}", project=project_id, subject=f"job:{found[sop_id]}", details=details)
    return found

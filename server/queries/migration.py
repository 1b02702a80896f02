"""Running cases of older SOP versions before they move: the dry run over all of them, and one case by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from forms.schema import Labels
from server.access import Viewer, require
from server.problems import Problem
from server.queries.case_reading import CaseFile, read_case
from server.queries.definitions import SopVersion, definitions_of
from server.queries.job_view import JobView, job_view, latest_jobs
from server.queries.move_trial import (
    Checked,
    Gone,
    Progress,
    gone_steps,
    judge_of,
    step_stops,
    stops_of,
    tally,
    told,
)
from server.queries.past_cases import PastCase, Wanted, past_cases
from server.queries.simulation import Example, SopOf, Stop, sop_of
from server.sop.events import Event
from server.sop.history import undone_by
from server.sop.migration import Verdict
from server.store.cases import case
from server.store.database import Store
from server.store.projects import sop_version

CHECK, MOVE, UNDO = "migration_check", "migration", "migration_undo"
KINDS = (CHECK, MOVE, UNDO)
ACT = "sop.publish"
MOST_SHOWN = 5
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """A version open cases still run under."""

    id: int
    version: str
    cases: int


@dataclass(frozen=True, slots=True)
class MovePage:
    """Where cases are moved: the version in force, those cases still run under, the steps that need another name,
    and the last jobs."""

    sop: SopOf
    older: tuple[OlderVersion, ...]
    gone: tuple[Gone, ...]
    steps: tuple[Stop, ...]
    jobs: tuple[JobView, ...]

    @property
    def cases(self) -> int:
        return sum(version.cases for version in self.older)


@dataclass(frozen=True, slots=True)
class MoveJob:
    """One piece of work on many cases: `checked` for a dry run that is done, `stayed` the cases a move has left."""

    sop: SopOf
    job: JobView
    checked: Checked | None
    gone: tuple[Gone, ...]
    steps: tuple[Stop, ...]
    stayed: Checked | None = None


@dataclass(frozen=True, slots=True)
class OneMove:
    """One case before it moves: its class and why, and the steps it needs another name for. `undoable`: the version
    it came from, when it has moved before."""

    case: Example
    sop: SopOf
    version: str
    to_version: str
    verdict: Verdict | None
    gone: tuple[Gone, ...]
    steps: tuple[Stop, ...]
    labels: Mapping[str, Stop]
    undoable: str | None


def in_force(store: Store, project_id: int, found: SopOf) -> SopVersion:
    """The version cases move to. Raises `request.not_found` while none is published."""
    if found.version_id is None:
        raise Problem("request.not_found")
    return definitions_of(store).sop_version(found.version_id)


def check(
    store: Store,
    viewer: Viewer | None,
    found: SopOf,
    step_map: Mapping[str, str],
    progress: Progress = lambda done, total: None,
) -> dict[str, object]:
    """The dry run over all open cases of older versions; writes nothing. Gives what `checked` reads."""
    project_id = found.office.id
    require(viewer, ACT, project_id)
    to = in_force(store, project_id, found)
    judge = judge_of(store, project_id, to)
    with store.read() as db:
        total = sum(version.cases for version in _older(db, found))
    sums = tally(store, judge, waiting_cases(store, found), total, step_map, progress)
    return {**sums.to_json(), "map": dict(step_map)}


def waiting_cases(store: Store, found: SopOf) -> Iterable[PastCase]:
    """The open cases that do not run under the version in force."""
    return past_cases(store, Wanted(found.office.id, found.sop_id, open_only=True, beside=found.version_id))


def checked(store: Store, viewer: Viewer | None, found: SopOf, kept: Mapping) -> Checked:
    """A dry run as kept, with cases this viewer may see and steps by their labels."""
    require(viewer, ACT, found.office.id)
    return told(store, viewer, found.office.id, kept, _labels(store, found))


def _older(db: Connection, found: SopOf) -> tuple[OlderVersion, ...]:
    query = (
        select(sop_version.c.id, sop_version.c.version, func.count().label("cases"))
        .join(case, case.c.sop_version_id == sop_version.c.id)
        .where(
            case.c.project_id == found.office.id,
            case.c.sop_id == found.sop_id,
            case.c.status == "open",
            sop_version.c.id != found.version_id,
        )
        .group_by(sop_version.c.id, sop_version.c.version)
        .order_by(sop_version.c.id)
    )
    return tuple(OlderVersion(*row) for row in db.execute(query))


def _labels(store: Store, found: SopOf) -> dict[str, Stop]:
    """The steps and forms of all versions that matter, by name; the newer version's labels count."""
    with store.read() as db:
        ids = [version.id for version in _older(db, found)]
    labels: dict[str, Stop] = {}
    for version_id in (*ids, found.version_id):
        if version_id is not None:
            labels |= {stop.name: stop for stop in stops_of(definitions_of(store).sop_version(version_id).sop)}
    return labels


def _gone(store: Store, version_ids: Iterable[int], to: SopVersion) -> tuple[Gone, ...]:
    return gone_steps([definitions_of(store).sop_version(version_id).sop for version_id in version_ids], to.sop)


def move_page(store: Store, viewer: Viewer, sop_id: str, project_id: int | None = None) -> MovePage:
    """The page cases of older versions are moved from. Raises as `sop_of`."""
    found = sop_of(store, viewer, sop_id, project_id, ACT)
    to = in_force(store, found.office.id, found)
    with store.read() as db:
        older = _older(db, found)
    office = found.office.id
    about = {"sop_id": sop_id}
    jobs = [
        one for kind in KINDS for one in latest_jobs(store, viewer, office, kind, ACT, about=about, most=MOST_SHOWN)
    ]
    jobs.sort(key=lambda one: -one.id)
    gone = _gone(store, (version.id for version in older), to)
    return MovePage(found, older, gone, step_stops(to.sop), tuple(jobs[:MOST_SHOWN]))


def move_job(store: Store, viewer: Viewer, sop_id: str, project_id: int | None, job_id: int) -> MoveJob:
    """A dry run, a move of many cases, or its undoing. Raises as `sop_of` and `job_view`."""
    found = sop_of(store, viewer, sop_id, project_id, ACT)
    job = _job(store, viewer, found, job_id)
    to = in_force(store, found.office.id, found)
    with store.read() as db:
        older = _older(db, found)
    done = checked(store, viewer, found, job.result) if job.kind == CHECK and job.result else None
    left = job.result.get("stayed") if job.kind == MOVE else None
    stayed = checked(store, viewer, found, left) if left else None
    return MoveJob(found, job, done, _gone(store, (version.id for version in older), to), step_stops(to.sop), stayed)


def _job(store: Store, viewer: Viewer, found: SopOf, job_id: int) -> JobView:
    for kind in KINDS:
        try:
            job = job_view(store, viewer, found.office.id, job_id, kind, ACT)
        except Problem as problem:
            if problem.code != "request.not_found":
                raise
            continue
        if job.args.get("sop_id") == found.sop_id:
            return job
    raise Problem("request.not_found")


def last_move(events: Iterable[Event]) -> Event | None:
    """The newest migration of a case that stands; None when it runs under the version it began with."""
    kept = tuple(events)
    undone = undone_by(kept)
    own = (e for e in kept if e.type == "migrate" and e.case is None)
    moves = [e for e in own if not e.data.get("undoes") and e.id not in undone]
    return max(moves, key=lambda event: (event.received_at, event.id), default=None)


def one_move(store: Store, viewer: Viewer, case_id: str, step_map: Mapping[str, str]) -> OneMove:
    """One case before it moves to the version in force. Raises `request.not_found`, `access.denied`."""
    definitions = definitions_of(store)
    with store.read() as db:
        project_id = db.execute(select(case.c.project_id).where(case.c.id == case_id)).scalar()
        if project_id is None:
            raise Problem("request.not_found")
        require(viewer, ACT, project_id)
        file = read_case(db, definitions, project_id, case_id)
        if file is None:
            raise Problem("request.not_found")
    found = sop_of(store, viewer, file.sop.sop.sop_id, project_id, ACT)
    to = in_force(store, project_id, found)
    undoable = last_move(file.events)
    return OneMove(
        case=Example(file.id, file.number),
        sop=found,
        version=file.sop.sop.version,
        to_version=to.sop.version,
        verdict=_verdict(store, file, to, step_map) if to.id != file.sop.id else None,
        gone=_passed(store, file, to),
        steps=step_stops(to.sop),
        labels={stop.name: stop for known in (file.sop.sop, to.sop) for stop in stops_of(known)},
        undoable=str(undoable.data.get("from", "")) if undoable else None,
    )


def _verdict(store: Store, file: CaseFile, to: SopVersion, step_map: Mapping[str, str]) -> Verdict:
    judge = judge_of(store, file.project_id, to)
    with store.read() as db:
        return judge.verdict(db, file.sop.id, file.events, store.now(), step_map)


def _passed(store: Store, file: CaseFile, to: SopVersion) -> tuple[Gone, ...]:
    """The steps this case has been in that need another name."""
    passed = {visit.step for visit in file.state.visits} if file.state else set()
    return tuple(gone for gone in _gone(store, [file.sop.id], to) if gone.step.name in passed)


def label_of(stop: Stop) -> Labels:
    """The labels of a step, its name where it has none."""
    return stop.labels or {"id": stop.name}

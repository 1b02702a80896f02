"""Running cases of older SOP versions before they move: the dry run over all of them, and one case by itself."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import Connection, func, select

from forms.schema import Labels
from forms.sop import Sop
from server.access import Viewer, require
from server.problems import Problem
from server.queries.case_reading import CaseFile, read_case
from server.queries.definitions import Definitions, SopVersion, definitions_of
from server.queries.job_view import JobView, job_view, latest_jobs
from server.queries.past_cases import PastCase, Wanted, past_cases
from server.queries.simulation import Example, SopOf, Stop, sop_of
from server.sop.events import Event
from server.sop.history import undone_by
from server.sop.migration import CLASSES, CONFLICT, Verdict, classify, proposed
from server.store.cases import case
from server.store.database import Store
from server.store.projects import sop_version

CHECK, MOVE, UNDO = "migration_check", "migration", "migration_undo"
KINDS = (CHECK, MOVE, UNDO)
ACT = "sop.publish"
MOST_EXAMPLES = 20
MOST_CONFLICTS = 200
MOST_SHOWN = 5
AT_ONCE = 500

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class OlderVersion:
    """A version open cases still run under."""

    id: int
    version: str
    cases: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A step of older versions that the newer one lacks; `proposed`: the new step it seems to have become."""

    step: Stop
    proposed: str


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
class ReasonRow:
    """Why cases are not simply the same: `code` of `server.sop.migration.Reason`, its step (or form), how many."""

    code: str
    step: Stop
    cases: int


@dataclass(frozen=True, slots=True)
class Checked:
    """The dry run: how many cases of each class, examples, why, and the conflicts one by one (at most 200)."""

    counts: Mapping[str, int]
    examples: Mapping[str, tuple[Example, ...]]
    reasons: Mapping[str, tuple[ReasonRow, ...]]
    conflicts: tuple[tuple[Example, tuple[tuple[str, Stop], ...]], ...]


@dataclass(frozen=True, slots=True)
class MoveJob:
    """One piece of work on many cases: `checked` for a dry run that is done."""

    sop: SopOf
    job: JobView
    checked: Checked | None
    gone: tuple[Gone, ...]
    steps: tuple[Stop, ...]


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


@dataclass(slots=True)
class Sums:
    """What a dry run counts; case ids stand for examples."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)
    reasons: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    conflicts: list[tuple[str, list[list[str]]]] = field(default_factory=list)

    def add(self, case_id: str, verdict: Verdict) -> None:
        self.counts[verdict.kind] += 1
        kept = self.examples.setdefault(verdict.kind, [])
        if len(kept) < MOST_EXAMPLES:
            kept.append(case_id)
        why = list(dict.fromkeys((reason.code, reason.step) for reason in verdict.reasons))
        for code, step in why:
            self.reasons[(verdict.kind, code, step)] += 1
        if verdict.kind == CONFLICT and len(self.conflicts) < MOST_CONFLICTS:
            self.conflicts.append((case_id, [list(one) for one in why]))

    def to_json(self) -> dict[str, object]:
        return {
            "counts": dict(self.counts),
            "examples": self.examples,
            "reasons": [[*key, count] for key, count in self.reasons.most_common()],
            "conflicts": [[case_id, why] for case_id, why in self.conflicts],
        }


def in_force(store: Store, project_id: int, found: SopOf) -> SopVersion:
    """The version cases move to. Raises `request.not_found` while none is published."""
    if found.version_id is None:
        raise Problem("request.not_found")
    return definitions_of(store).sop_version(found.version_id)


def intended(case_events: Iterable[Event], today: date, step_map: Mapping[str, str], **data: object) -> Event:
    """The event that would move a case, as received after everything else."""
    last = max((event.received_at for event in case_events), default=datetime.min.replace(tzinfo=UTC))
    return Event(str(uuid4()), "migrate", today, last + timedelta(milliseconds=1), data={**data, "map": dict(step_map)})


class Judge:
    """Puts cases into the three classes against one version; remembers the calendars of the older ones."""

    def __init__(self, db: Connection, definitions: Definitions, project_id: int, to: SopVersion) -> None:
        self._definitions = definitions
        self._project = project_id
        self._to = to
        self._calendar = definitions.calendar(db, project_id, to.id)
        self._calendars = {to.id: self._calendar}

    def verdict(
        self, db: Connection, version_id: int, events: tuple[Event, ...], now: datetime, step_map: Mapping[str, str]
    ) -> Verdict:
        old = self._definitions.sop_version(version_id).sop
        if version_id not in self._calendars:
            self._calendars[version_id] = self._definitions.calendar(db, self._project, version_id)
        migrate = intended(events, self._calendar.day(now), step_map)
        return classify(old, self._to.sop, events, self._calendars[version_id], self._calendar, migrate)


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
    sums = Sums()
    with store.read() as db:
        judge = Judge(db, definitions_of(store), project_id, to)
        total = sum(version.cases for version in _older(db, found))
    for number, one in enumerate(waiting_cases(store, found), 1):
        with store.read() as db:
            sums.add(one.id, judge.verdict(db, one.version_id, one.events, store.now(), step_map))
        if number % 100 == 0:
            progress(number, max(total, number))
    progress(total, total)
    return {**sums.to_json(), "map": dict(step_map)}


def waiting_cases(store: Store, found: SopOf) -> Iterable[PastCase]:
    """The open cases that do not run under the version in force."""
    return past_cases(store, Wanted(found.office.id, found.sop_id, open_only=True, beside=found.version_id))


def checked(store: Store, viewer: Viewer | None, found: SopOf, kept: Mapping) -> Checked:
    """A dry run as kept, with cases this viewer may see and steps by their labels."""
    require(viewer, ACT, found.office.id)
    labels = _labels(store, found)
    ids = {case_id for some in kept["examples"].values() for case_id in some}
    ids |= {case_id for case_id, _ in kept["conflicts"]}
    numbers = _numbers(store, viewer, found.office.id, ids)

    def stop(name: str) -> Stop:
        return labels.get(name, Stop(name, {}, ""))

    return Checked(
        counts={kind: kept["counts"].get(kind, 0) for kind in CLASSES},
        examples={
            kind: tuple(Example(one, numbers[one]) for one in some if one in numbers)
            for kind, some in kept["examples"].items()
        },
        reasons={
            kind: tuple(ReasonRow(code, stop(step), n) for of, code, step, n in kept["reasons"] if of == kind)
            for kind in CLASSES
        },
        conflicts=tuple(
            (Example(one, numbers[one]), tuple((code, stop(step)) for code, step in why))
            for one, why in kept["conflicts"]
            if one in numbers
        ),
    )


def _numbers(store: Store, viewer: Viewer | None, project_id: int, ids: Iterable[str]) -> dict[str, str]:
    if viewer is None or not viewer.may("case.read", project_id):
        return {}
    with store.read() as db:
        query = select(case.c.id, case.c.number).where(case.c.project_id == project_id, case.c.id.in_(sorted(ids)))
        return {row.id: row.number for row in db.execute(query)}


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


def _stops(known: Sop) -> tuple[Stop, ...]:
    return tuple(Stop(step.name, step.labels, step.source) for step in known.steps)


def _labels(store: Store, found: SopOf) -> dict[str, Stop]:
    """The steps and forms of all versions that matter, by name; the newer version's labels count."""
    with store.read() as db:
        ids = [version.id for version in _older(db, found)]
    labels: dict[str, Stop] = {}
    for version_id in (*ids, found.version_id):
        if version_id is not None:
            known = definitions_of(store).sop_version(version_id).sop
            labels |= {stop.name: stop for stop in _stops(known)}
            labels |= {use.form_id: Stop(use.form_id, use.labels, "") for use in known.forms}
    return labels


def _gone(store: Store, version_ids: Iterable[int], to: SopVersion) -> tuple[Gone, ...]:
    found: dict[str, Gone] = {}
    for version_id in version_ids:
        old = definitions_of(store).sop_version(version_id).sop
        guesses = proposed(old, to.sop)
        for step in old.steps:
            if to.sop.step(step.name) is None and step.name not in found:
                found[step.name] = Gone(Stop(step.name, step.labels, step.source), guesses.get(step.name, ""))
    return tuple(found.values())


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
    return MovePage(found, older, gone, _stops(to.sop), tuple(jobs[:MOST_SHOWN]))


def move_job(store: Store, viewer: Viewer, sop_id: str, project_id: int | None, job_id: int) -> MoveJob:
    """A dry run, a move of many cases, or its undoing. Raises as `sop_of` and `job_view`."""
    found = sop_of(store, viewer, sop_id, project_id, ACT)
    job = _job(store, viewer, found, job_id)
    to = in_force(store, found.office.id, found)
    with store.read() as db:
        older = _older(db, found)
    done = checked(store, viewer, found, job.result) if job.kind == CHECK and job.result else None
    return MoveJob(found, job, done, _gone(store, (version.id for version in older), to), _stops(to.sop))


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
        steps=_stops(to.sop),
        labels={stop.name: stop for known in (file.sop.sop, to.sop) for stop in (*_stops(known), *_forms(known))},
        undoable=str(undoable.data.get("from", "")) if undoable else None,
    )


def _forms(known: Sop) -> tuple[Stop, ...]:
    return tuple(Stop(use.form_id, use.labels, "") for use in known.forms)


def _verdict(store: Store, file: CaseFile, to: SopVersion, step_map: Mapping[str, str]) -> Verdict:
    with store.read() as db:
        judge = Judge(db, definitions_of(store), file.project_id, to)
        return judge.verdict(db, file.sop.id, file.events, store.now(), step_map)


def _passed(store: Store, file: CaseFile, to: SopVersion) -> tuple[Gone, ...]:
    """The steps this case has been in that need another name."""
    passed = {visit.step for visit in file.state.visits} if file.state else set()
    return tuple(gone for gone in _gone(store, [file.sop.id], to) if gone.step.name in passed)


def label_of(stop: Stop) -> Labels:
    """The labels of a step, its name where it has none."""
    return stop.labels or {"id": stop.name}

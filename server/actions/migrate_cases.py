"""Running cases moved to the SOP version in force, and back (sop-engine.md section 6, Versions and migration).

Moving is an event of the case, written case by case; so is its undoing. No decision taken before it changes.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import uuid4

from sqlalchemy import Connection, select

from forms.sop import Sop
from server.access import OPERATOR, Viewer, require
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.jobs import Job, Progress
from server.problems import Problem
from server.queries.definitions import Definitions, SopVersion, definitions_of
from server.queries.migration import ACT, CHECK, MOVE, UNDO, check, in_force, last_move, waiting_cases
from server.queries.move_trial import Sums, judge_of
from server.queries.past_cases import Wanted, count_cases, past_cases
from server.queries.simulation import SopOf, sop_of
from server.queries.viewers import account_by_id
from server.sop.events import Event
from server.sop.migration import CLASS_SAME, CLASSES, FUTURE_ONLY, Verdict, missing_steps
from server.sop.settle import settle
from server.store import Store, Transaction, jobs
from server.store.cases import case
from server.store.projects import sop_version

MOVABLE = (CLASS_SAME, FUTURE_ONLY)
"""The classes that move in bulk; a conflict moves one by one."""
REPORT_EVERY = 20


def move_case(
    store: Store, viewer: Viewer | None, project_id: int, case_id: str, step_map: Mapping[str, str], reason: str
) -> None:
    """Moves one case to the version in force, whatever its class.

    step_map: for steps the newer version lacks, the step each has become. Raises `request.not_found`,
    `case.reason_required`, `migrate.already`, `migrate.bad_map` (an open step without a new name, or an unknown
    one), `case.closed`.
    """
    viewer = require(viewer, ACT, project_id)
    _require_reason(reason)
    file = _read(store, project_id, case_id)
    found = sop_of(store, viewer, file.sop.sop.sop_id, project_id, ACT)
    _Mover(store, viewer, found, step_map, {"reason": reason.strip()}).move(file)


def undo_case(store: Store, viewer: Viewer | None, project_id: int, case_id: str, reason: str) -> None:
    """Takes the last move of a case back. Raises `request.not_found`, `case.reason_required`, `migrate.nothing`."""
    viewer = require(viewer, ACT, project_id)
    _require_reason(reason)
    _Undoer(store, viewer, {"reason": reason.strip()}).undo(_read(store, project_id, case_id))


def ask_check(store: Store, viewer: Viewer | None, found: SopOf, step_map: Mapping[str, str]) -> int:
    """Asks for a dry run over all open cases of older versions; the id of its job."""
    require(viewer, ACT, found.office.id)
    _check_map(in_force(store, found.office.id, found).sop, step_map)
    return _ask(store, viewer, found, CHECK, {"map": dict(step_map)})


def ask_move(
    store: Store,
    viewer: Viewer | None,
    found: SopOf,
    classes: tuple[str, ...],
    step_map: Mapping[str, str],
    reason: str,
) -> int:
    """Asks for a move of all cases of these classes (`same`, `future_only`); the id of its job.

    Raises `case.reason_required`, `migrate.conflict` for a class that moves one by one only, `migrate.bad_map`.
    """
    require(viewer, ACT, found.office.id)
    _require_reason(reason)
    if not classes or not set(classes) <= set(MOVABLE):
        raise Problem("migrate.conflict")
    to = in_force(store, found.office.id, found)
    _check_map(to.sop, step_map)
    args = {"map": dict(step_map), "classes": list(classes), "reason": reason.strip(), "to": to.id}
    return _ask(store, viewer, found, MOVE, args)


def ask_undo(store: Store, viewer: Viewer | None, found: SopOf, job_id: int, reason: str) -> int:
    """Asks for the undoing of a move of many cases; the id of its job. Raises `case.reason_required`,
    `request.not_found`."""
    require(viewer, ACT, found.office.id)
    _require_reason(reason)
    with store.read() as db:
        moved = jobs.read(db, job_id)
    if moved is None or moved.kind != MOVE or moved.project_id != found.office.id:
        raise Problem("request.not_found")
    args = {"batch": moved.key, "to": moved.args["to"], "reason": reason.strip(), "undoes": job_id}
    return _ask(store, viewer, found, UNDO, args)


def _ask(store: Store, viewer: Viewer | None, found: SopOf, kind: str, args: Mapping[str, object]) -> int:
    assert viewer is not None
    with store.write() as tx:
        whole = {"sop_id": found.sop_id, "actor": viewer.id, **args}
        key = f"{kind}:{uuid4()}"
        job_id = jobs.add(tx, key=key, kind=kind, args=whole, project_id=found.office.id, actor=viewer.id)
        details = {"sop": found.sop_id, "reason": args.get("reason")}
        tx.audit(viewer.id, f"sop.{kind}", project=found.office.id, subject=f"job:{job_id}", details=details)
    return job_id


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Problem("case.reason_required")


def _check_map(new: Sop, step_map: Mapping[str, str]) -> None:
    for name in step_map.values():
        if new.step(name) is None:
            raise Problem("migrate.bad_map", step=name)


def _read(store: Store, project_id: int, case_id: str) -> CaseFile:
    with store.read() as db:
        file = case_file.read_case(db, definitions_of(store), project_id, case_id)
    if file is None or file.state is None:
        raise Problem("request.not_found")
    return file


# ---------------------------------------------------------------------- what workers do


def run_check(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """The dry run. Gives what `queries.migration.checked` reads."""
    viewer, found = _asked(store, job)
    return check(store, viewer, found, _map(job), progress)


def run_move(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """Moves every open case of the classes asked for, each in its own transaction. Repeated, it goes on where it
    stopped: what has moved runs under the version in force already."""
    viewer, found = _asked(store, job)
    if found.version_id != job.args["to"]:
        raise Problem("migrate.already", version=found.version or "-")
    data = {"reason": str(job.args["reason"]), "batch": job.key}
    mover = _Mover(store, viewer, found, _map(job), data)
    wanted = Wanted(found.office.id, found.sop_id, open_only=True, beside=found.version_id)
    total = count_cases(store, wanted)
    classes = job.args["classes"]
    assert isinstance(classes, list)
    moved, left = _moved_before(store, found, job), Sums()
    for number, one in enumerate(waiting_cases(store, found), 1):
        verdict = mover.move_if(one.id, classes)
        if verdict is None:
            moved += 1
        else:
            left.add(one.id, verdict)
        if number % REPORT_EVERY == 0:
            progress(number, max(number, total))
    progress(total, total)
    return {"moved": moved, "left": dict.fromkeys(CLASSES, 0) | left.counts, "stayed": left.to_json()}


def _moved_before(store: Store, found: SopOf, job: Job) -> int:
    """How many cases an earlier attempt of this job has moved, whose worker is gone."""
    if job.attempts < 2:
        return 0
    under = past_cases(store, Wanted(found.office.id, found.sop_id, under=found.version_id))
    moves = (last_move(one.events) for one in under)
    return sum(1 for last in moves if last is not None and last.data.get("batch") == job.key)


def run_undo(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """Takes back what one move did to its cases, closed ones included. Repeated, it goes on where it stopped."""
    viewer, found = _asked(store, job)
    to = job.args["to"]
    assert isinstance(to, int)
    undoer = _Undoer(store, viewer, {"reason": str(job.args["reason"]), "batch": job.key})
    wanted = Wanted(found.office.id, found.sop_id, under=to)
    total, undone = count_cases(store, wanted), 0
    for number, one in enumerate(past_cases(store, wanted), 1):
        last = last_move(one.events)
        if last is not None and last.data.get("batch") == job.args["batch"]:
            undoer.undo(_read(store, found.office.id, one.id))
            undone += 1
        if number % REPORT_EVERY == 0:
            progress(number, max(number, total))
    progress(total, total)
    return {"moved": undone}


def _asked(store: Store, job: Job) -> tuple[Viewer, SopOf]:
    """Who asked for it, with the rights that person has by now, and the SOP."""
    viewer = OPERATOR if job.args["actor"] == OPERATOR.id else None
    if viewer is None and (account := account_by_id(store, int(str(job.args["actor"])))) is not None:
        viewer = account.viewer
    if viewer is None:
        raise Problem("access.denied")
    return viewer, sop_of(store, viewer, str(job.args["sop_id"]), job.project_id, ACT)


def _map(job: Job) -> dict[str, str]:
    kept = job.args.get("map")
    return {str(old): str(new) for old, new in kept.items()} if isinstance(kept, Mapping) else {}


# ---------------------------------------------------------------------- one case


class _Mover:
    """Moves cases to the version in force, each in a transaction of its own."""

    def __init__(
        self, store: Store, viewer: Viewer, found: SopOf, step_map: Mapping[str, str], data: Mapping[str, object]
    ) -> None:
        self._store = store
        self._viewer = viewer
        self._definitions = definitions_of(store)
        self._to = in_force(store, found.office.id, found)
        self._map = step_map
        self._data = data
        _check_map(self._to.sop, step_map)
        self._judge = judge_of(store, found.office.id, self._to)

    def move(self, file: CaseFile) -> None:
        """Moves this case; raises what `move_case` does."""
        self._refuse(file)
        with self._store.write() as tx:
            self._write(tx, _again(tx, self._definitions, file))

    def move_if(self, case_id: str, classes: list[str]) -> Verdict | None:
        """Moves the case if it is of one of these classes when its turn comes; None, or why it stays."""
        with self._store.read() as db:
            project_id = db.execute(select(case.c.project_id).where(case.c.id == case_id)).scalar_one()
            file = case_file.read_case(db, self._definitions, project_id, case_id)
        assert file is not None
        if (found := self._verdict(file)).kind not in classes:
            return found
        with self._store.write() as tx:
            now = _again(tx, self._definitions, file)
            if now.revision != file.revision and (found := self._verdict(now)).kind not in classes:
                tx.housekeeping()
                return found
            if now.sop.id == self._to.id:
                tx.housekeeping()
                return None
            self._write(tx, now)
        return None

    def _verdict(self, file: CaseFile) -> Verdict:
        with self._store.read() as db:
            return self._judge.verdict(db, file.sop.id, file.events, self._store.now(), self._map)

    def _refuse(self, file: CaseFile) -> None:
        assert file.state is not None
        if file.sop.id == self._to.id:
            raise Problem("migrate.already", version=self._to.sop.version)
        if file.state.status == "closed":
            raise Problem("case.closed")
        for name in missing_steps(file.state, self._to.sop, self._map):
            if name in file.state.open_steps:
                raise Problem("migrate.bad_map", step=name)

    def _write(self, tx: Transaction, file: CaseFile) -> None:
        self._refuse(file)
        data = {**self._data, "from": file.sop.sop.version, "to": self._to.sop.version, "map": dict(self._map)}
        _write(tx, self._definitions, self._viewer, file, self._to, data)


class _Undoer:
    """Takes the last move of a case back."""

    def __init__(self, store: Store, viewer: Viewer, data: Mapping[str, object]) -> None:
        self._store = store
        self._viewer = viewer
        self._definitions = definitions_of(store)
        self._data = data

    def undo(self, file: CaseFile) -> None:
        """Raises `migrate.nothing` when the case has not moved."""
        with self._store.write() as tx:
            file = _again(tx, self._definitions, file)
            last = last_move(file.events)
            if last is None:
                raise Problem("migrate.nothing")
            before = self._version(tx.connection, file, str(last.data.get("from", "")))
            data = {**self._data, "from": file.sop.sop.version, "to": before.sop.version, "undoes": last.id}
            _write(tx, self._definitions, self._viewer, file, before, data)

    def _version(self, db: Connection, file: CaseFile, version: str) -> SopVersion:
        query = select(sop_version.c.id).where(
            sop_version.c.sop_id == file.sop.row_id, sop_version.c.version == version
        )
        return self._definitions.sop_version(db.execute(query).scalar_one())


def _again(tx: Transaction, definitions: Definitions, file: CaseFile) -> CaseFile:
    """The case under its lock, as it is now."""
    tx.lock_cases([file.id])
    if case_file.is_unchanged(tx.connection, file):
        return file
    again = case_file.read_case(tx.connection, definitions, file.project_id, file.id)
    assert again is not None
    return again


def _write(
    tx: Transaction,
    definitions: Definitions,
    viewer: Viewer,
    file: CaseFile,
    to: SopVersion,
    data: Mapping[str, object],
) -> None:
    calendar = definitions.calendar(tx.connection, file.project_id, to.id)
    received = case_file.arrival(file, tx.now)
    event = Event(str(uuid4()), "migrate", calendar.day(tx.now), received, str(viewer.id), data=data)
    settled = settle(to.sop, file.state, (*file.events, event), calendar, event)
    case_file.save(tx, definitions, replace(file, sop=to), settled, event)
    tx.execute(case.update().where(case.c.id == file.id), {"sop_version_id": to.id})
    details = {"from": data["from"], "to": data["to"], "reason": data["reason"], "undoes": data.get("undoes")}
    tx.audit(viewer.id, "case.migrate", project=file.project_id, subject=f"case:{file.id}", details=details)

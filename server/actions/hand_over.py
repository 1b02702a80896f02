"""Many cases change hands in one act (ruling 41): each gets its own `assign` events, in its own transaction."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, select, union

from server.access import Viewer, require
from server.actions import case_file
from server.actions.add_events import add_events
from server.actions.case_file import CaseFile
from server.actions.jobs import Job, Progress
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.queries.narrowing import by_person
from server.queries.officers import find_officer
from server.queries.viewers import account_by_id
from server.sop.events import Event
from server.store import Store, Transaction, jobs
from server.store.cases import case

KIND = "hand_over"
ACT = "case.assign"
AT_ONCE = 50
"""Cases handed over while the caller waits; more become a job."""
MOST = 20_000
REPORT_EVERY = 20


@dataclass(frozen=True, slots=True)
class HandOver:
    """What is asked: to whom, why, and from whom (None: whoever manages the cases) or which cases (None: all)."""

    to: int
    reason: str
    giver: int | None
    cases: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How many cases changed hands, or the job that does it (None: done)."""

    cases: int
    job: int | None = None


def hand_over(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    *,
    to: str,
    reason: str,
    giver: str = "",
    cases: Collection[str] | None = None,
) -> HandedOver:
    """Gives open cases to another officer.

    to, giver: login or id. With `giver` the cases that person manages and the open steps given to them by name,
    narrowed to `cases` when those are named; without, the named cases get `to` as manager. Raises
    `case.reason_required`, `request.missing`, `request.bad_value` (a person or a case that is not here, or is closed).
    """
    viewer = require(viewer, ACT, project_id)
    if not reason.strip():
        raise Problem("case.reason_required")
    if not giver and not cases:
        raise Problem("request.missing", field="cases")
    with store.read() as db:
        asked = HandOver(
            _person(db, project_id, "to", to),
            reason.strip(),
            _person(db, project_id, "from", giver) if giver else None,
            None if cases is None else tuple(dict.fromkeys(cases)),
        )
        wanted = _wanted(db, project_id, asked)
    if len(wanted) > AT_ONCE:
        return HandedOver(0, _ask(store, viewer, project_id, asked))
    giving = _Giving(store, viewer, project_id, asked)
    return HandedOver(sum(giving.give(case_id) for case_id in wanted))


def run(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """The hand-over as a worker does it. Repeated, it goes on where it stopped: what was given is no more to give."""
    assert job.project_id is not None
    account = account_by_id(store, int(str(job.args["by"])))
    viewer = require(account.viewer if account else None, ACT, job.project_id)
    named = job.args["cases"]
    asked = HandOver(
        int(str(job.args["to"])),
        str(job.args["reason"]),
        None if job.args["from"] is None else int(str(job.args["from"])),
        tuple(str(one) for one in named) if isinstance(named, list) else None,
    )
    with store.read() as db:
        wanted = _wanted(db, job.project_id, asked, strict=False)
    giving, given = _Giving(store, viewer, job.project_id, asked), 0
    for number, case_id in enumerate(wanted, 1):
        given += giving.give(case_id)
        if number % REPORT_EVERY == 0:
            progress(number, len(wanted))
    progress(len(wanted), len(wanted))
    return {"cases": given}


def _ask(store: Store, viewer: Viewer, project_id: int, asked: HandOver) -> int:
    args = {
        "to": asked.to,
        "from": asked.giver,
        "cases": None if asked.cases is None else list(asked.cases),
        "reason": asked.reason,
        "by": viewer.id,
    }
    with store.write() as tx:
        key = f"{KIND}:{uuid4()}"
        job_id = jobs.add(tx, key=key, kind=KIND, args=args, project_id=project_id, actor=viewer.id)
        told = {"from": asked.giver, "to": asked.to, "reason": asked.reason}
        tx.audit(viewer.id, "case.hand_over", project=project_id, subject=f"job:{job_id}", details=told)
    return job_id


def _person(db: Connection, project_id: int, name: str, wanted: str) -> int:
    found = find_officer(db, project_id, wanted.strip())
    if found is None:
        raise Problem("request.bad_value", field=name, value=wanted[:100], reason="-")
    return found


def _wanted(db: Connection, project_id: int, asked: HandOver, strict: bool = True) -> list[str]:
    """The ids of the open cases to give, in order. strict: a named case that is not among them is refused."""
    open_here = (case.c.project_id == project_id, case.c.status == "open")
    if asked.giver is None:
        query = select(case.c.id).where(*open_here, case.c.id.in_(asked.cases or ()))
        found = set(db.execute(query).scalars())
        missing = [one for one in asked.cases or () if one not in found]
        if missing and strict:
            raise Problem("request.bad_value", field="cases", value=missing[0][:100], reason="-")
        return sorted(found)
    theirs = union(*by_person(project_id, asked.giver).starts).subquery()
    query = select(case.c.id).where(*open_here, case.c.id.in_(select(theirs.c[0]))).order_by(case.c.id).limit(MOST)
    found = set(db.execute(query).scalars())
    return sorted(found if asked.cases is None else found & set(asked.cases))


class _Giving:
    """Gives cases, each in a transaction of its own."""

    def __init__(self, store: Store, viewer: Viewer, project_id: int, asked: HandOver) -> None:
        self._store = store
        self._viewer = viewer
        self._project = project_id
        self._asked = asked
        self._definitions: Definitions = definitions_of(store)

    def give(self, case_id: str) -> bool:
        """Whether the case changed hands; one that has been given or closed meanwhile does not."""
        with self._store.read() as db:
            file = case_file.read_case(db, self._definitions, self._project, case_id)
        return file is not None and bool(add_events(self._store, self._definitions, file, self._events, self._tell))

    def _events(self, db: Connection, file: CaseFile, now: datetime) -> Sequence[Event]:
        state, asked = file.state, self._asked
        assert state is not None
        if state.status == "closed":
            return ()
        to = str(asked.to)
        giver = state.manager if asked.giver is None else str(asked.giver)
        steps: list[str | None] = [None] if state.manager == giver and state.manager != to else []
        if asked.giver is not None and giver != to:
            mine = (visit.step for visit in state.visits if visit.state == "open" and visit.assignee == giver)
            steps += dict.fromkeys(mine)
        day = self._definitions.calendar(db, file.project_id, file.sop.id).day(now)
        data = {"assignee": to, "reason": asked.reason}
        return [Event(str(uuid4()), "assign", day, now, str(self._viewer.id), step=name, data=data) for name in steps]

    def _tell(self, tx: Transaction, file: CaseFile, events: Sequence[Event]) -> None:
        for event in events:
            told = {"step": event.step, "reason": self._asked.reason, "to": self._asked.to, "from": self._asked.giver}
            tx.audit(self._viewer.id, "case.assign", project=file.project_id, subject=f"case:{file.id}", details=told)

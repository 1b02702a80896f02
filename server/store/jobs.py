"""Long work: a row written in the transaction that asks for it, claimed by a worker with a lease."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    CheckConstraint,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Table,
    Text,
    and_,
    or_,
    select,
)

from server.store.schema import dumps, metadata, stamp
from server.store.transaction import Transaction

# How long a worker may be silent before its job is somebody else's, and how often a job is tried at all.
LEASE = timedelta(minutes=2)
ATTEMPTS = 5

job = Table(
    "job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("project_id", Integer),
    Column("args", Text, nullable=False),
    Column(
        "state",
        Text,
        CheckConstraint("state IN ('waiting', 'running', 'done', 'failed', 'cancelled')", name="state"),
        nullable=False,
    ),
    Column("progress", Integer, nullable=False, server_default="0"),
    Column("total", Integer),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("not_before", Text, nullable=False),
    Column("lease_until", Text),
    Column("worker", Text),
    Column("result", Text),
    Column("fault", Text),
    Column("created_at", Text, nullable=False),
    Column("created_by", Integer),
    Column("done_at", Text),
    Index(None, "state", "not_before"),
)


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job: what to do (`kind`, `args`), for whom, and which worker holds it on which attempt."""

    id: int
    key: str
    kind: str
    project_id: int | None
    args: Mapping[str, object]
    attempts: int
    worker: str


def add(
    tx: Transaction,
    *,
    key: str,
    kind: str,
    args: Mapping[str, object],
    project_id: int | None = None,
    actor: int | None = None,
    not_before: datetime | None = None,
) -> int:
    """Asks for work in the transaction of the event that needs it; the id of the job with this key, old or new."""
    known = tx.execute(select(job.c.id).where(job.c.key == key)).scalar()
    if known is not None:
        return int(known)
    row = {
        "key": key,
        "kind": kind,
        "project_id": project_id,
        "args": dumps(args),
        "state": "waiting",
        "not_before": stamp(not_before or tx.now),
        "created_at": stamp(tx.now),
        "created_by": actor,
    }
    return int(tx.execute(job.insert().returning(job.c.id), row).scalar_one())


def _ready(now: str, kinds: Collection[str]) -> ColumnElement[bool]:
    silent = and_(job.c.state == "running", job.c.lease_until < now)
    waiting = and_(job.c.state == "waiting", job.c.not_before <= now)
    return and_(or_(waiting, silent), job.c.kind.in_(sorted(kinds)))


def any_ready(db: Connection, now: datetime, kinds: Collection[str]) -> bool:
    """Whether a claim would find something; asked often, so it takes no write lock."""
    return db.execute(select(job.c.id).where(_ready(stamp(now), kinds)).limit(1)).first() is not None


def claim(tx: Transaction, worker: str, kinds: Collection[str]) -> Job | None:
    """The oldest job that is due, or whose worker went silent, leased to `worker`; None when there is none."""
    wanted = select(job).where(_ready(stamp(tx.now), kinds)).order_by(job.c.not_before, job.c.id).limit(1)
    while True:
        row = tx.execute(wanted.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        if row.attempts < ATTEMPTS:
            break
        # It ended every worker that tried it; the next one shall live.
        news = {"state": "failed", "fault": "worker_lost", "lease_until": None, "done_at": stamp(tx.now)}
        tx.execute(job.update().where(job.c.id == row.id).values(news))
    lease = {"state": "running", "worker": worker, "lease_until": stamp(tx.now + LEASE), "attempts": row.attempts + 1}
    tx.execute(job.update().where(job.c.id == row.id).values(lease))
    return Job(row.id, row.key, row.kind, row.project_id, json.loads(row.args), row.attempts + 1, worker)


def _held(held: Job) -> ColumnElement[bool]:
    return and_(
        job.c.id == held.id,
        job.c.state == "running",
        job.c.worker == held.worker,
        job.c.attempts == held.attempts,
    )


def beat(tx: Transaction, held: Job, progress: int, total: int | None) -> bool:
    """Renews the lease and shows progress; False when the job is no longer this worker's (or was cancelled)."""
    news = {"lease_until": stamp(tx.now + LEASE), "progress": progress, "total": total}
    return tx.execute(job.update().where(_held(held)).values(news)).rowcount == 1


def finish(tx: Transaction, held: Job, result: Mapping[str, object]) -> bool:
    """Marks the job done with what it made; False when another worker has taken it over."""
    news = {"state": "done", "result": dumps(result), "done_at": stamp(tx.now), "lease_until": None, "fault": None}
    return tx.execute(job.update().where(_held(held)).values(news)).rowcount == 1


def fail(tx: Transaction, held: Job, fault: str) -> bool:
    """Puts the job back with a growing pause, or gives up after five attempts. `fault`: a code, never a sentence.

    Returns True when it was given up.
    """
    last = held.attempts >= ATTEMPTS
    news = {
        "state": "failed" if last else "waiting",
        "fault": fault,
        "lease_until": None,
        "not_before": stamp(tx.now + timedelta(seconds=5 * 4 ** (held.attempts - 1))),
        "done_at": stamp(tx.now) if last else None,
    }
    return tx.execute(job.update().where(_held(held)).values(news)).rowcount == 1 and last


def cancel(tx: Transaction, job_id: int) -> bool:
    """Takes a job back that is not finished; its worker learns of it at the next `beat`. False when it had ended."""
    news = {"state": "cancelled", "lease_until": None, "done_at": stamp(tx.now)}
    alive = and_(job.c.id == job_id, job.c.state.in_(["waiting", "running"]))
    return tx.execute(job.update().where(alive).values(news)).rowcount == 1


def read(db: Connection, job_id: int) -> Job | None:
    """The job of this id, whatever its state."""
    row = db.execute(select(job).where(job.c.id == job_id)).first()
    if row is None:
        return None
    return Job(row.id, row.key, row.kind, row.project_id, json.loads(row.args), row.attempts, row.worker or "")

"""What machines watch: whether the database answers, and how much work waits or went wrong."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from server.problems import Problem
from server.store import Store
from server.store.cases import task
from server.store.documents import MISPREDICTED, register
from server.store.jobs import job
from server.store.migrate import is_current


@dataclass(frozen=True, slots=True)
class Figures:
    """Open tasks by fault class ('' for none), jobs by state, and how many forms predicted wrongly."""

    tasks: dict[str, int]
    jobs: dict[str, int]
    mispredicted: int


def healthy(store: Store) -> bool:
    """Whether the database answers and has the schema this program needs."""
    try:
        return is_current(store)
    except (SQLAlchemyError, Problem):
        return False


def figures(store: Store) -> Figures:
    """The numbers of `/metrics`; 'program' tasks are defects of ours and must be zero."""
    faults = func.coalesce(task.c.fault, "")
    with store.read() as db:
        tasks = db.execute(select(faults, func.count()).where(task.c.done_at.is_(None)).group_by(faults)).all()
        jobs = db.execute(select(job.c.state, func.count()).group_by(job.c.state)).all()
        missed = db.execute(select(func.sum(register.c.last)).where(register.c.name == MISPREDICTED)).scalar()
    return Figures({row[0]: row[1] for row in tasks}, {row[0]: row[1] for row in jobs}, int(missed or 0))

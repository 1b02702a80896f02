"""A piece of long work as those see it who asked for it: how far it is, and what it made."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Row, select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.scope import names
from server.store.database import Store
from server.store.jobs import job


@dataclass(frozen=True, slots=True)
class JobView:
    """`state`: waiting, running, done, failed or cancelled; `total` None while it is not known how much there is;
    `result` is what it made once it is done; `fault` a code."""

    id: int
    kind: str
    state: str
    progress: int
    total: int | None
    args: Mapping
    result: Mapping
    fault: str | None
    created_at: str
    by: str | None

    @property
    def ended(self) -> bool:
        return self.state in ("done", "failed", "cancelled")

    @property
    def percent(self) -> int:
        """How much is done, 0 to 100."""
        return 100 * self.progress // self.total if self.total else 0


def job_view(store: Store, viewer: Viewer | None, project_id: int, job_id: int, kind: str, act: str) -> JobView:
    """A job of this kind and project. Raises as `access.require(act)`, and `request.not_found`."""
    require(viewer, act, project_id)
    query = select(job).where(job.c.id == job_id, job.c.project_id == project_id, job.c.kind == kind)
    with store.read() as db:
        row = db.execute(query).first()
        if row is None:
            raise Problem("request.not_found")
        return _view(row, names(db, [row.created_by]))


def latest_jobs(
    store: Store, viewer: Viewer | None, project_id: int, kind: str, act: str, *, about: Mapping[str, object], most: int
) -> tuple[JobView, ...]:
    """The newest jobs of this kind and project whose arguments hold all of `about`."""
    require(viewer, act, project_id)
    query = select(job).where(job.c.project_id == project_id, job.c.kind == kind).order_by(job.c.id.desc())
    with store.read() as db:
        rows = [row for row in db.execute(query.limit(most * 5)) if about.items() <= json.loads(row.args).items()]
        people = names(db, [row.created_by for row in rows])
    return tuple(_view(row, people) for row in rows[:most])


def _view(row: Row, people: Mapping[int, str]) -> JobView:
    return JobView(
        row.id,
        row.kind,
        row.state,
        row.progress,
        row.total,
        json.loads(row.args),
        json.loads(row.result) if row.result else {},
        row.fault,
        row.created_at,
        people.get(row.created_by),
    )

"""Long work, as a worker does it: take a job, show that it lives, hand in what it made.

None of this is somebody's act, so none of it is audited; what a job changes audits itself. Calling one off is an act.
"""

from collections.abc import Callable, Collection, Mapping

from server.access import Viewer, require
from server.store import Store, jobs
from server.store.jobs import Job

# A job's function: does the work, calls `progress(done, total)` now and then, returns what it made (ids, counts).
Progress = Callable[[int, int | None], None]
Work = Callable[[Store, Job, Progress], Mapping[str, object]]


class LostJob(Exception):
    """The job went to another worker, or was cancelled, while this one was at it: stop and forget it."""


def take(store: Store, worker: str, kinds: Collection[str]) -> Job | None:
    """The next job of these kinds, leased to `worker`; None when nothing waits. Costs one read when idle."""
    with store.read() as db:
        if not jobs.any_ready(db, store.now(), kinds):
            return None
    with store.write() as tx:
        tx.housekeeping()
        return jobs.claim(tx, worker, kinds)


def report(store: Store, job: Job, done: int, total: int | None) -> None:
    """Renews the lease and shows how far it is. Raises LostJob when the job is no longer this worker's."""
    with store.write() as tx:
        tx.housekeeping()
        held = jobs.beat(tx, job, done, total)
    if not held:
        raise LostJob(job.key)


def hand_in(store: Store, job: Job, result: Mapping[str, object]) -> None:
    """Marks it done. A worker whose lease ran out meanwhile changes nothing: the work is the same by its key."""
    with store.write() as tx:
        tx.housekeeping()
        jobs.finish(tx, job, result)


def give_back(store: Store, job: Job, fault: str) -> None:
    """Puts a job back for a later try; the fifth failure is written down as an act of the program."""
    with store.write() as tx:
        tx.housekeeping()
        if jobs.fail(tx, job, fault):
            tx.audit(None, "job.failed", project=job.project_id, subject=f"job:{job.id}", details={"fault": fault})


def call_off(store: Store, viewer: Viewer | None, project_id: int, job_id: int, act: str) -> bool:
    """Takes back a job of this project that is not finished; what it has done so far stays. False when it had ended.

    act: what asking for the job meant (server.access.ACTS). The caller has seen the job (`queries.job_view`).
    """
    viewer = require(viewer, act, project_id)
    with store.write() as tx:
        stopped = jobs.cancel(tx, job_id)
        if stopped:
            tx.audit(viewer.id, "job.cancel", project=project_id, subject=f"job:{job_id}")
        else:
            tx.housekeeping()
    return stopped

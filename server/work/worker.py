"""The door of time: claims jobs one by one and does them, and lets deadlines act on cases.

A worker may be killed at any moment. Its job keeps a lease of two minutes, renewed while it works, and is
claimed again when the lease runs out; every job's function may be repeated.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from server.actions import (
    calendar_change,
    hand_over,
    import_cases,
    issue_documents,
    migrate_cases,
    place_later,
    publishing,
    render_document,
    simulate,
    sweep,
    timers,
)
from server.actions import jobs as job_actions
from server.actions.jobs import Job, LostJob, Progress, Store, Work
from server.problems import Problem
from server.queries import migration, simulation
from server.queries.publishing import CHECK, PUBLISH

POLL_SECONDS = 0.5
BEAT_SECONDS = 30.0

log = logging.getLogger("alur.work")


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a worker works with. `public_url` is the address papers print; `name` tells workers apart."""

    store: Store
    public_url: str = ""
    name: str = field(default_factory=lambda: f"worker-{uuid4().hex[:12]}")


Kind = Callable[[Runtime, Job, Progress], Mapping[str, object]]


def _render_document(runtime: Runtime, job: Job, progress: Progress) -> Mapping[str, object]:
    return render_document.render(runtime.store, job, runtime.public_url)


def _simulate(runtime: Runtime, job: Job, progress: Progress) -> Mapping[str, object]:
    return simulate.run(runtime.store, job, progress, runtime.public_url)


def _on_store(work: Work) -> Kind:
    """A kind of job that needs nothing of its worker but the store."""
    return lambda runtime, job, progress: work(runtime.store, job, progress)


KINDS: dict[str, Kind] = {
    hand_over.KIND: _on_store(hand_over.run),
    calendar_change.KIND: _on_store(calendar_change.run),
    import_cases.KIND: _on_store(import_cases.run),
    issue_documents.RENDER: _render_document,
    simulation.KIND: _simulate,
    place_later.KIND: _on_store(place_later.run),
    sweep.KIND: _on_store(sweep.run),
    migration.CHECK: _on_store(migrate_cases.run_check),
    migration.MOVE: _on_store(migrate_cases.run_move),
    migration.UNDO: _on_store(migrate_cases.run_undo),
    CHECK: _on_store(publishing.run_check),
    PUBLISH: _on_store(publishing.run_publish),
}


def run_once(runtime: Runtime, kinds: Mapping[str, Kind] = KINDS) -> bool:
    """Does one job, if one is due. True when there was one, whether it went well or not."""
    job = job_actions.take(runtime.store, runtime.name, kinds.keys())
    if job is None:
        return False
    try:
        with _Heart(runtime, job) as heart:
            result = kinds[job.kind](runtime, job, heart.progress)
    except LostJob:
        log.warning("job lost", extra={"job": job.id, "kind": job.kind})
    except Problem as problem:
        log.warning("job refused", extra={"job": job.id, "kind": job.kind, "fault": problem.code})
        job_actions.give_back(runtime.store, job, problem.code)
    except Exception as error:
        # Its text may hold answers; the log and the job's row get the class and the place only.
        log.error("job failed", extra={"job": job.id, "kind": job.kind, "fault": _fault(error)})
        job_actions.give_back(runtime.store, job, _fault(error))
    else:
        job_actions.hand_in(runtime.store, job, result)
    return True


def run_timers(runtime: Runtime) -> bool:
    """Lets time act on a few cases, if it is time. True when there were any."""
    try:
        return timers.fire_due(runtime.store) > 0
    except Problem:
        raise
    except Exception as error:
        log.error("timers failed", extra={"fault": _fault(error)})
        return False


def run_forever(runtime: Runtime, stop: threading.Event, wake: threading.Event | None = None) -> None:
    """Works until `stop` is set; looks again every half second, or at once when `wake` is set."""
    sweep.tidy(runtime.store)
    while not stop.is_set():
        try:
            # Both, so that neither a long queue nor many deadlines at once make the other wait.
            busy = any([run_once(runtime), run_timers(runtime)])
        except Problem as problem:
            log.warning("worker waits", extra={"fault": problem.code})
            busy = False
        if not busy:
            (wake or stop).wait(POLL_SECONDS)
            if wake is not None:
                wake.clear()


def _fault(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__} {place}".strip()


class _Heart:
    """Renews a job's lease from a thread of its own while the job's function works; holds its last progress."""

    def __init__(self, runtime: Runtime, job: Job) -> None:
        self._runtime = runtime
        self._job = job
        self._done = threading.Event()
        self._lost = False
        self._at: tuple[int, int | None] = (0, None)
        self._thread = threading.Thread(target=self._beat, name=f"lease-{job.id}", daemon=True)

    def __enter__(self) -> "_Heart":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._thread.join()

    def progress(self, done: int, total: int | None = None) -> None:
        """Shows how far the job is. Raises LostJob when it is no longer this worker's."""
        self._at = (done, total)
        if self._lost:
            raise LostJob(self._job.key)
        job_actions.report(self._runtime.store, self._job, done, total)

    def _beat(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            try:
                job_actions.report(self._runtime.store, self._job, *self._at)
            except LostJob:
                self._lost = True
                return
            except Problem as problem:
                log.warning("lease not renewed", extra={"job": self._job.id, "fault": problem.code})

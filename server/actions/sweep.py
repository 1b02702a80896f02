"""Files of what was forgotten go too, once nothing names them any more."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

from server.actions.jobs import Job, Progress
from server.store import Store, Transaction, jobs
from server.store.blob_names import SWEEP as KIND
from server.store.blob_names import unnamed
from server.store.blobs import NAMED_WITHIN
from server.store.schema import new_id

__all__ = ["KIND", "forget", "run", "tidy"]

# Who stored the same bytes at the same moment has named them by then.
AFTER = timedelta(seconds=2 * NAMED_WITHIN)
_AT_ONCE = 2_000


def forget(tx: Transaction, hashes: Iterable[str]) -> None:
    """Asks, in the transaction that forgets who named these blobs, for their removal two days later."""
    blobs = sorted(set(hashes))
    for start in range(0, len(blobs), _AT_ONCE):
        args = {"blobs": blobs[start : start + _AT_ONCE]}
        jobs.add(tx, key=f"{KIND}:{new_id()}", kind=KIND, args=args, not_before=tx.now + AFTER)


def tidy(store: Store) -> None:
    """Removes half-written files of killed processes, once they cannot be anybody's any more."""
    store.blobs.tidy()


def run(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """Removes the blobs of a job that nothing names; how many. What is gone already is no fault."""
    asked = job.args["blobs"]
    assert isinstance(asked, list)
    with store.read() as db:
        idle = unnamed(db, asked)
    progress(0, len(idle))
    return {"removed": sum(store.blobs.remove(sha256) for sha256 in sorted(idle))}

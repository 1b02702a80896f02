"""The log of who looked at whom, written before the answer leaves."""

from server.store.audit import read_log
from server.store.database import Store
from server.store.schema import stamp


def log_read(
    store: Store, actor_id: int, project_id: int, case_id: str | None, what: str, address: str | None = None
) -> None:
    """Notes that `actor_id` saw `what` (`case`, `submission:<instance>`, `document:<id>`) of a case.

    Durable on return. Raises Problem('store.busy') or ('store.full') when it cannot be noted: then
    nothing is shown.
    """
    with store.write() as tx:
        tx.housekeeping()
        tx.execute(
            read_log.insert(),
            {
                "at": stamp(tx.now),
                "actor_id": actor_id,
                "project_id": project_id,
                "case_id": case_id,
                "what": what,
                "address": address,
            },
        )

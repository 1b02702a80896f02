"""A proof of HTTP Digest counts once: who recorded a request on the network cannot repeat it."""

from server.store import Store
from server.store.marks import Marks


def _marks(store: Store) -> Marks:
    return Marks(store.data / "digest")


def first_use(store: Store, made: int, proof: str, lifetime: int) -> bool:
    """Whether this proof (hex) under a nonce of the moment `made` has not been used yet, by any process on this data.

    `lifetime`: how many seconds a nonce is good for. Raises Problem `store.full` and `store.unavailable`.
    """
    since = int(store.now().timestamp()) - lifetime
    return store.kept(_marks).first(made, proof, since=since)

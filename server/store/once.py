"""What pages have sent: each once, so that a second click changes nothing and leads where the first one led.

The key is written in the transaction of the act it asks for, with its audit line: either both are kept or neither.
"""

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, Index, Table, Text
from sqlalchemy.exc import IntegrityError

from server.store.schema import metadata, stamp

KEPT = timedelta(days=2)

# `location`: where the answer led, NULL until it left.
page_post = Table(
    "page_post",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Text, nullable=False),
    Column("location", Text),
    Index(None, "at"),
)


class SentBefore(Exception):
    """What this page asks for was done when it was sent the first time."""


@dataclass(slots=True)
class Post:
    """A page that is being answered; `taken` once its act has begun."""

    key: str
    taken: bool = False


post: ContextVar[Post | None] = ContextVar("page_post", default=None)
"""The page whose act is done at this moment."""


def take(connection: Connection, now: datetime) -> None:
    """Keeps in an act's transaction which page asked for it. Raises SentBefore when it had been sent."""
    wanted = post.get()
    if wanted is None or wanted.taken:
        return
    try:
        connection.execute(page_post.insert(), {"key": wanted.key, "at": stamp(now)})
    except IntegrityError:
        raise SentBefore from None
    wanted.taken = True

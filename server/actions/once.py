"""Pages that are sent twice, by a double click or by a browser that asks whether to send again, act once."""

import hashlib
import time
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import delete, select, update

from server.access import Viewer
from server.problems import Problem
from server.store import Store
from server.store.once import KEPT, Post, SentBefore, page_post, post
from server.store.schema import stamp

__all__ = ["Post", "SentBefore", "expect", "forget", "led_to", "where_it_led"]

# How long a second click waits for the answer of the first one.
WAIT_SECONDS = 3.0
_PAUSE = 0.05


def expect(viewer: Viewer, token: str, path: str, fields: Iterable[tuple[str, str]]) -> Post:
    """From now on in this thread: whatever is changed is asked for by this page. Changing a field makes another one."""
    told = repr((viewer.id, token, path, sorted(fields)))
    made = Post(hashlib.sha256(told.encode()).hexdigest())
    post.set(made)
    return made


def forget() -> None:
    """What is changed from now on in this thread is asked for by no page."""
    post.set(None)


def led_to(store: Store, sent: Post, location: str) -> None:
    """Keeps where the answer led, and forgets pages of days ago."""
    # A second click that finds nothing here goes back to the page it came from.
    with suppress(Problem), store.write() as tx:
        tx.housekeeping()
        tx.execute(delete(page_post).where(page_post.c.at < stamp(tx.now - KEPT)))
        tx.execute(update(page_post).where(page_post.c.key == sent.key).values(location=location))


def where_it_led(store: Store, sent: Post) -> str | None:
    """Where the first answer to this page led; None when it is not known, also after a wait."""
    query = select(page_post.c.location).where(page_post.c.key == sent.key)
    end = time.monotonic() + WAIT_SECONDS
    while True:
        with store.read() as db:
            location = db.execute(query).scalar()
        if location is not None or time.monotonic() > end:
            return location
        time.sleep(_PAUSE)

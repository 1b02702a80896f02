"""Whether phones are sending just now, so that work nobody waits for so urgently makes room."""

import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

Item = TypeVar("Item")

# A phone that sends many forms needs this long from one to the next.
RECENT_SECONDS = 1.0
LONGEST_PAUSE = 0.5


class Traffic:
    """What one process knows of it; kept with the store (`store.kept(Traffic)`)."""

    def __init__(self, _store: object = None) -> None:
        self._last = -RECENT_SECONDS

    def arrived(self) -> None:
        """Something was sent."""
        self._last = time.monotonic()

    def busy(self) -> bool:
        return time.monotonic() - self._last < RECENT_SECONDS


def making_room(traffic: Traffic, items: Iterable[Item]) -> Iterator[Item]:
    """The items; while phones send, with a pause after each as long as the work on it took."""
    begun = time.monotonic()
    for item in items:
        yield item
        if traffic.busy():
            time.sleep(min(time.monotonic() - begun, LONGEST_PAUSE))
        begun = time.monotonic()

"""An act killed (kill -9) in each of its transactions in turn, and then done again by whoever got no answer: it must
end as if nothing had happened."""

import os
import shutil
import signal
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

from server.store import Store
from tests.world import Clock

Act = Callable[[Store], None]


def copied(store: Store, folder: Path, clock: Clock) -> Store:
    """A copy of an installation on SQLite, database and files."""
    shutil.copytree(store.data / "blobs", folder / "blobs")
    source, target = (sqlite3.connect(place / "alur.sqlite") for place in (store.data, folder))
    with closing(source), closing(target):
        source.backup(target)
    return Store(folder, None, clock)


def killed(act: Act, data: Path, clock: Clock, at: int) -> bool:
    """Does the act in a process of its own, which dies in its transaction of this number, before the commit: what came
    before is there. False when it has fewer and came to its end."""
    child = os.fork()
    if child == 0:
        try:
            _dies(at)
            act(Store(data, None, clock))
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    assert status in (0, signal.SIGKILL), f"the act ended with {status}"
    return status != 0


def _dies(at: int) -> None:
    whole, numbers = Store._transaction, count(1)

    @contextmanager
    def mortal(self: Store) -> Iterator[object]:
        with whole(self) as transaction:
            yield transaction
            if next(numbers) == at:
                os.kill(os.getpid(), signal.SIGKILL)

    Store._transaction = mortal  # type: ignore[method-assign]


def walk(store: Store, folder: Path, clock: Clock, act: Act, seen: Callable[[Store], object], again: Act) -> int:
    """Kills the act everywhere; `again` is what then happens by itself or by its user. What is `seen` afterwards, and
    after one more time, must be what an act leaves that was never killed. How many deaths there were."""
    whole = copied(store, folder / "whole", clock)
    act(whole)
    expected = seen(whole)
    whole.close()
    for at in count(1):
        data = folder / f"death-{at}"
        copied(store, data, clock).close()
        died = killed(act, data, clock, at)
        survivor = Store(data, None, clock)
        for time in ("once", "twice") if died else ("once",):
            again(survivor)
            assert seen(survivor) == expected, f"killed in transaction {at}, then done {time} more"
        survivor.close()
        shutil.rmtree(data)
        if not died:
            return at - 1
    raise AssertionError("it never ends")

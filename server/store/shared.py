"""Submissions that wait at the same time share one commit, each in a savepoint of its own (DESIGN section 5).

A commit costs a sync of the disk and, in SQLite, a copy of every page it touched; ten at once cost little
more than one. Whoever comes first does the work of all who wait; nobody is answered before the commit.
"""

import threading
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from contextvars import copy_context
from typing import Any, TypeVar

from sqlalchemy.exc import OperationalError

from server.problems import Problem
from server.store.transaction import QUEUE_SECONDS, Transaction

Result = TypeVar("Result")

# Nobody holds the writers' queue much longer than it takes to place this many submissions.
MOST = 16


class _Work:
    """One caller's part: what to do, and what came of it."""

    def __init__(self, do: Callable[[Transaction], Any]) -> None:
        self.do = do
        # What the caller notes on its audit lines must be neither lost nor another's when somebody else leads.
        self.context = copy_context()
        self.done = False
        self.result: Any = None
        self.error: BaseException | None = None

    def try_in(self, transaction: Transaction) -> None:
        """Does it in a savepoint; what fails is undone alone and fails for its own caller only.

        The database's own trouble (OperationalError) fails for all: SQLite may have rolled everything back.
        """
        try:
            with transaction.savepoint():
                self.result = self.context.run(transaction.audited_part, self.do)
        except OperationalError:
            raise
        except Exception as error:
            self.error = error


class SharedWrites:
    """The submissions of one process that wait for the writer."""

    def __init__(self, write: Callable[[], AbstractContextManager[Transaction]]) -> None:
        self._write = write
        self._waiting: deque[_Work] = deque()
        self._guard = threading.Lock()
        self._turn = threading.Lock()

    def run(self, do: Callable[[Transaction], Result]) -> Result:
        """What `do` returns, once it is committed; what it raises, with nothing of it kept.

        Raises Problem('store.busy') after 5 s, and what `Store.write` raises.
        """
        work = _Work(do)
        with self._guard:
            self._waiting.append(work)
        if not self._turn.acquire(timeout=QUEUE_SECONDS):
            with self._guard:
                if work in self._waiting:
                    self._waiting.remove(work)
                    raise Problem("store.busy")
            self._turn.acquire()  # somebody is at it: the outcome must be known before anybody is answered
        try:
            while not work.done:
                self._lead()
        finally:
            self._turn.release()
        if work.error is not None:
            raise work.error
        return work.result

    def _lead(self) -> None:
        with self._guard:
            batch = [self._waiting.popleft() for _ in range(min(MOST, len(self._waiting)))]
        try:
            with self._write() as transaction:
                for work in batch:
                    work.try_in(transaction)
                if all(work.error for work in batch):
                    transaction.housekeeping()
        except BaseException as error:
            for work in batch:
                work.error = work.error or error
            if not isinstance(error, Exception):
                raise
        finally:
            for work in batch:
                work.done = True

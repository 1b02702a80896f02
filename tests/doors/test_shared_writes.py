"""Submissions that arrive together share one commit; each is kept or refused for itself."""

import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from server.problems import Problem
from server.store import Store, Transaction
from server.store.audit import audit


def count(store: Store) -> int:
    with store.read() as db:
        return db.execute(select(func.count()).select_from(audit)).scalar_one()


def test_forty_at_once_are_all_kept_once(store: Store) -> None:
    before = count(store)
    with ThreadPoolExecutor(40) as pool:
        numbers = list(pool.map(lambda n: store.write_shared(lambda tx: (tx.audit(None, f"uji.{n}"), n)[1]), range(40)))
    assert numbers == list(range(40)), "everybody gets their own answer"
    assert count(store) - before == 40


def test_one_that_fails_takes_nobody_with_it(store: Store) -> None:
    before = count(store)
    together = threading.Barrier(8)

    def do(tx: Transaction, number: int) -> int:
        tx.audit(None, f"uji.{number}")
        if number % 2:
            raise Problem("case.closed")
        return number

    def send(number: int) -> int | str:
        together.wait()
        try:
            return store.write_shared(lambda tx: do(tx, number))
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(8)))
    assert answers == [0, "case.closed", 2, "case.closed", 4, "case.closed", 6, "case.closed"]
    assert count(store) - before == 4, "nothing of the refused is kept"


def test_a_part_without_its_own_audit_line_is_not_kept(store: Store) -> None:
    before = count(store)
    with pytest.raises(RuntimeError, match="audit"):
        store.write_shared(lambda tx: None)
    assert count(store) == before


def test_nobody_is_answered_before_the_commit(store: Store) -> None:
    """The answer of each is there only when another connection can already read what it wrote."""

    def send(number: int) -> bool:
        store.write_shared(lambda tx: tx.audit(None, f"uji.{number}"))
        with store.read() as db:
            return db.execute(select(audit.c.id).where(audit.c.action == f"uji.{number}")).first() is not None

    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(send, range(64)))


@pytest.mark.parametrize("trouble", ["SQLite gives the transaction up", "the error is swallowed"])
def test_when_the_database_gives_up_nobody_of_the_batch_is_told_it_was_kept(store: Store, trouble: str) -> None:
    """On a full disk SQLite rolls the whole transaction back: those before in the same batch are lost with it."""
    if store.engine.dialect.name != "sqlite":
        return  # PostgreSQL: one transaction each, there is no batch
    before = count(store)
    leading, released = threading.Event(), threading.Event()

    def lead(tx: Transaction) -> None:
        tx.audit(None, "uji.pertama")
        leading.set()
        assert released.wait(10)

    def keep(tx: Transaction) -> None:
        tx.audit(None, "uji.baik")

    def give_up(tx: Transaction) -> None:
        tx.audit(None, "uji.penuh")
        tx.connection.connection.cursor().execute("ROLLBACK")
        if trouble == "SQLite gives the transaction up":
            raise OperationalError("INSERT", None, sqlite3.OperationalError("database or disk is full"))

    def send(do: Callable[[Transaction], None]) -> str:
        try:
            store.write_shared(do)
        except Problem as problem:
            return problem.code
        return "kept"

    with ThreadPoolExecutor(4) as pool:
        first = pool.submit(send, lead)
        assert leading.wait(10)
        waiting = []
        for number, do in enumerate((keep, give_up, keep), 1):
            waiting.append(pool.submit(send, do))
            while len(store._shared._waiting) < number:
                time.sleep(0.001)
        released.set()
        answers = [future.result(20) for future in waiting]
    assert first.result() == "kept"
    assert set(answers) <= {"store.full", "store.unavailable"}, answers
    assert count(store) - before == 1, "only the one that was told so is kept"

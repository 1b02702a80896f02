"""Long work: asked for in the transaction that needs it, done once, and never lost with the worker that had it."""

import multiprocessing
import threading
import time
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from server.actions import jobs as acts
from server.actions.jobs import Job, LostJob, Progress
from server.problems import Problem
from server.store import Store, jobs
from server.store.audit import audit
from server.store.schema import stamp
from server.work.worker import Runtime, run_forever, run_once
from tests.world import Clock

Made = list[str]


def ask(store: Store, key: str, kind: str = "rekap", **args: object) -> int:
    with store.write() as tx:
        tx.audit(None, "test.ask")
        return jobs.add(tx, key=key, kind=kind, args=args)


def row(store: Store, number: int):  # type: ignore[no-untyped-def]
    with store.read() as db:
        return db.execute(select(jobs.job).where(jobs.job.c.id == number)).one()


@pytest.fixture
def made() -> Made:
    return []


@pytest.fixture
def kinds(made: Made) -> dict:
    def recap(_runtime: Runtime, job: Job, progress: Progress) -> Mapping[str, object]:
        progress(1, 2)
        made.append(job.key)
        return {"rows": 2}

    def broken(_runtime: Runtime, _job: Job, _progress: Progress) -> Mapping[str, object]:
        raise ZeroDivisionError("Rizky Pratama, NIK 3575010101100001")

    def refused(_runtime: Runtime, _job: Job, _progress: Progress) -> Mapping[str, object]:
        raise Problem("request.not_found")

    return {"rekap": recap, "rusak": broken, "ditolak": refused}


def test_a_job_is_done_once_and_shows_what_it_made(store: Store, kinds: dict, made: Made) -> None:
    number = ask(store, "rekap:2026-02", month="2026-02")
    assert run_once(Runtime(store), kinds)
    assert not run_once(Runtime(store), kinds)
    done = row(store, number)
    assert (done.state, done.result, done.progress, done.total, done.lease_until) == ("done", '{"rows":2}', 1, 2, None)
    assert made == ["rekap:2026-02"]


def test_asking_twice_for_the_same_work_is_one_job(store: Store, kinds: dict, made: Made) -> None:
    first = ask(store, "rekap:2026-02")
    assert ask(store, "rekap:2026-02") == first
    while run_once(Runtime(store), kinds):
        pass
    assert ask(store, "rekap:2026-02") == first
    assert not run_once(Runtime(store), kinds)
    assert made == ["rekap:2026-02"]


def test_an_act_that_fails_asks_for_nothing(store: Store, kinds: dict) -> None:
    def act() -> None:
        with store.write() as tx:
            tx.audit(None, "test.ask")
            jobs.add(tx, key="rekap:x", kind="rekap", args={})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        act()
    assert not run_once(Runtime(store), kinds)


def test_the_oldest_job_goes_first_and_a_later_one_waits_for_its_time(
    store: Store, kinds: dict, made: Made, clock: Clock
) -> None:
    with store.write() as tx:
        tx.audit(None, "test.ask")
        jobs.add(tx, key="nanti", kind="rekap", args={}, not_before=clock.now + timedelta(hours=1))
    ask(store, "pertama")
    clock.advance(seconds=1)
    ask(store, "kedua")
    while run_once(Runtime(store), kinds):
        pass
    assert made == ["pertama", "kedua"]
    clock.advance(hours=1)
    assert run_once(Runtime(store), kinds)
    assert made[-1] == "nanti"


def test_work_of_a_kind_a_worker_does_not_know_is_left_to_others(store: Store, kinds: dict) -> None:
    number = ask(store, "lain", kind="lain")
    assert not run_once(Runtime(store), kinds)
    assert row(store, number).state == "waiting"


def test_the_job_of_a_silent_worker_goes_to_another_after_its_lease(
    store: Store, kinds: dict, made: Made, clock: Clock
) -> None:
    number = ask(store, "rekap:2026-02")
    assert acts.take(store, "pekerja-mati", kinds) is not None
    assert not run_once(Runtime(store), kinds)
    clock.advance(seconds=jobs.LEASE.total_seconds() - 1)
    assert not run_once(Runtime(store), kinds)
    clock.advance(seconds=2)
    assert run_once(Runtime(store), kinds)
    assert (row(store, number).state, row(store, number).attempts, made) == ("done", 2, ["rekap:2026-02"])


def test_a_worker_that_comes_back_late_finds_its_job_gone(store: Store, kinds: dict, clock: Clock) -> None:
    number = ask(store, "rekap:2026-02")
    mine = acts.take(store, "lambat", kinds)
    assert mine is not None
    clock.advance(minutes=10)
    assert run_once(Runtime(store), kinds)
    with pytest.raises(LostJob):
        acts.report(store, mine, 1, 2)
    acts.hand_in(store, mine, {"rows": 99})
    acts.give_back(store, mine, "x")
    assert (row(store, number).state, row(store, number).result) == ("done", '{"rows":2}')


def test_progress_keeps_a_long_job_from_being_taken_away(store: Store, clock: Clock) -> None:
    number = ask(store, "panjang", kind="panjang")

    def long(runtime: Runtime, _job: Job, progress: Progress) -> Mapping[str, object]:
        for done in range(4):
            clock.advance(seconds=100)
            progress(done, 4)
            assert acts.take(runtime.store, "lain", {"panjang"}) is None
        return {}

    assert run_once(Runtime(store), {"panjang": long})
    assert (row(store, number).state, row(store, number).attempts) == ("done", 1)


def test_a_failing_job_is_tried_five_times_further_and_further_apart(store: Store, kinds: dict, clock: Clock) -> None:
    number = ask(store, "rusak", kind="rusak")
    pauses = []
    for _ in range(5):
        assert run_once(Runtime(store), kinds)
        assert not run_once(Runtime(store), kinds)
        before = clock.now
        while row(store, number).state == "waiting" and row(store, number).not_before > stamp(clock.now):
            clock.advance(seconds=5)
        pauses.append((clock.now - before).total_seconds())
    assert pauses == [5, 20, 80, 320, 0]
    assert row(store, number).state == "failed"


def test_a_failed_job_says_where_but_never_about_whom(store: Store, kinds: dict, clock: Clock) -> None:
    number = ask(store, "rusak", kind="rusak")
    for _ in range(5):
        run_once(Runtime(store), kinds)
        clock.advance(hours=1)
    assert row(store, number).fault.startswith("ZeroDivisionError tests.doors.test_jobs:")
    with store.read() as db:
        line = db.execute(select(audit).where(audit.c.action == "job.failed")).one()
    assert line.subject == f"job:{number}"
    assert "Rizky" not in row(store, number).fault + line.details


def test_a_refused_job_keeps_the_code_of_the_refusal(store: Store, kinds: dict) -> None:
    number = ask(store, "ditolak", kind="ditolak")
    assert run_once(Runtime(store), kinds)
    assert row(store, number).fault == "request.not_found"


def test_a_job_that_ends_every_worker_is_given_up_and_the_next_one_gets_its_turn(
    store: Store, kinds: dict, made: Made, clock: Clock
) -> None:
    number = ask(store, "rekap:maut")
    for _ in range(jobs.ATTEMPTS):
        assert acts.take(store, "pekerja", kinds) is not None
        clock.advance(minutes=5)
    ask(store, "rekap:biasa")
    assert run_once(Runtime(store), kinds)
    assert made == ["rekap:biasa"]
    assert (row(store, number).state, row(store, number).fault) == ("failed", "worker_lost")


def test_workers_side_by_side_never_do_the_same_job(store: Store, kinds: dict, made: Made) -> None:
    for number in range(12):
        ask(store, f"rekap:{number}")

    def work() -> None:
        while run_once(Runtime(store), kinds):
            pass

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(30)
    assert sorted(made) == sorted(f"rekap:{number}" for number in range(12))


def test_a_worker_works_until_it_is_told_to_stop(store: Store) -> None:
    stop, wake = threading.Event(), threading.Event()
    worker = threading.Thread(target=run_forever, args=(Runtime(store), stop, wake))
    worker.start()
    stop.set()
    wake.set()
    worker.join(5)
    assert not worker.is_alive()


def _sleep_at_work(data: Path, url: str | None, started: Path) -> None:
    def sleep(_runtime: Runtime, _job: Job, progress: Progress) -> Mapping[str, object]:
        progress(1, 2)
        started.touch()
        time.sleep(60)
        return {}

    run_once(Runtime(Store(data, url)), {"rekap": sleep})


def test_the_job_of_a_killed_worker_is_done_by_the_next(
    store: Store, kinds: dict, made: Made, tmp_path: Path, clock: Clock
) -> None:
    number = ask(store, "rekap:2026-02")
    started = tmp_path / "started"
    child = multiprocessing.get_context("spawn").Process(
        target=_sleep_at_work, args=(store.data, None if store.url.startswith("sqlite") else store.url, started)
    )
    child.start()
    deadline = time.monotonic() + 20
    while not started.exists() and time.monotonic() < deadline:
        time.sleep(0.02)
    child.kill()
    child.join(10)
    left = row(store, number)
    assert (left.state, left.progress) == ("running", 1)
    clock.set(clock.now.fromisoformat(left.lease_until) + timedelta(seconds=1))
    assert run_once(Runtime(store), kinds)
    assert (row(store, number).state, row(store, number).attempts, made) == ("done", 2, ["rekap:2026-02"])

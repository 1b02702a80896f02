"""The office's memory keeps its word on both databases: all or nothing, audited, one writer after another."""

import hashlib
import multiprocessing
import os
import threading
import time
from pathlib import Path

import pytest
from sqlalchemy import Select, select, text
from sqlalchemy.exc import DBAPIError

from server.problems import Problem
from server.queries.definitions import definitions_of
from server.store import Store, projects
from server.store.audit import TOLD, audit
from server.store.reading import log_read
from server.store.schema import stamp
from server.store.submissions import MISSING, attachment
from tests.world import Clock, Database


def add_project(store: Store, name: str) -> None:
    with store.write() as tx:
        tx.execute(projects.project.insert(), {"name": name, "timezone": "Asia/Jakarta", "created_at": stamp(tx.now)})
        tx.audit(None, "project.create", subject=name)


def names(store: Store) -> list[str]:
    with store.read() as db:
        return list(db.execute(select(projects.project.c.name).order_by(projects.project.c.name)).scalars())


def test_what_was_written_is_there_with_who_did_it_and_when(store: Store, clock: Clock) -> None:
    add_project(store, "Dinas Sosial Kota Pasuruan")
    assert names(store) == ["Dinas Sosial Kota Pasuruan"]
    with store.read() as db:
        line = db.execute(select(audit).where(audit.c.action == "project.create")).one()
    assert (line.subject, line.at) == ("Dinas Sosial Kota Pasuruan", stamp(clock.now))


def test_an_act_without_an_audit_line_does_not_happen(store: Store) -> None:
    with pytest.raises(RuntimeError, match="audit"), store.write() as tx:
        tx.execute(projects.project.insert(), {"name": "Diam-diam", "timezone": "Asia/Jakarta", "created_at": "x"})
    assert names(store) == []


def test_an_act_that_fails_half_way_leaves_nothing(store: Store) -> None:
    def half(store: Store) -> None:
        with store.write() as tx:
            tx.audit(None, "project.create")
            tx.execute(projects.project.insert(), {"name": "Separuh", "timezone": "x", "created_at": "x"})
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half(store)
    assert names(store) == []
    with store.read() as db:
        assert db.execute(select(audit.c.action)).scalars().all() == ["store.migrate"]


def test_reading_changes_nothing(store: Store) -> None:
    with store.read() as db:
        db.execute(projects.project.insert(), {"name": "Baca", "timezone": "x", "created_at": "x"})
    assert names(store) == []


def test_a_reader_sees_the_last_commit_while_somebody_writes(store: Store) -> None:
    add_project(store, "Lama")
    with store.write() as tx:
        tx.execute(projects.project.insert(), {"name": "Baru", "timezone": "x", "created_at": "x"})
        tx.audit(None, "project.create")
        assert names(store) == ["Lama"]
    assert names(store) == ["Baru", "Lama"]


def _write_many(data: Path, url: str | None, who: int, count: int) -> None:
    store = Store(data, url)
    for number in range(count):
        add_project(store, f"{who}-{number}")
    store.close()


def test_writers_in_several_processes_take_turns_and_none_is_turned_away(store: Store, database: Database) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(database.data, database.url, who, 40)) for who in range(3)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert len(names(store)) == 120


@pytest.mark.parametrize("kind", ["sqlite"])
def test_who_waits_too_long_for_a_turn_is_told_so(
    store: Store, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.store.database.QUEUE_SECONDS", 0.2)
    other = Store(database.data, database.url)
    holding, release = threading.Event(), threading.Event()

    def hold() -> None:
        with other.write() as tx:
            tx.audit(None, "test")
            holding.set()
            release.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    holding.wait(10)
    begun = time.monotonic()
    with pytest.raises(Problem) as refusal:
        add_project(store, "Terlambat")
    assert refusal.value.code == "store.busy"
    assert time.monotonic() - begun < 2
    release.set()
    thread.join()
    other.close()
    add_project(store, "Sekarang")
    assert names(store) == ["Sekarang"]


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_full_disk_is_said_so_and_heals_by_itself(store: Store) -> None:
    with store.read() as db:
        pages = db.execute(text("PRAGMA page_count")).scalar_one()
    for limit, grows in ((pages, False), (pages * 100, True)):
        # The limit counts per connection; the pool hands the same one out again.
        with store.engine.connect() as connection:
            connection.execute(text(f"PRAGMA max_page_count = {limit}"))
            connection.rollback()
        if grows:
            add_project(store, "y" * 200_000)
        else:
            with pytest.raises(Problem) as refusal:
                add_project(store, "x" * 200_000)
            assert refusal.value.code == "store.full"
    assert len(names(store)) == 1


def test_a_foreign_key_to_nothing_is_refused_by_the_database(store: Store) -> None:
    with store.write() as tx:
        tx.audit(None, "test")
        with pytest.raises(DBAPIError), tx.savepoint():
            tx.execute(text("INSERT INTO sop (project_id, sop_id, title) VALUES (77, 'abh', 'ABH')"))


@pytest.mark.parametrize("kind", ["sqlite"])  # PostgreSQL reads an empty table as it lies
@pytest.mark.parametrize(
    ("question", "index"),
    [
        (select(audit.c.id).where(audit.c.subject == "form:1", TOLD), "ix_audit_subject"),
        (select(attachment.c.revision_id).where(MISSING), "ix_attachment_missing"),
    ],
)
def test_what_few_rows_have_is_found_by_an_index_of_those_rows(store: Store, question: Select, index: str) -> None:
    asked = question.compile(store.engine, compile_kwargs={"literal_binds": True})
    with store.read() as db:
        (step, *_) = [line.detail for line in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")]
    assert index in step


def test_a_file_is_kept_once_under_its_hash_and_no_name_becomes_a_path(store: Store) -> None:
    first = store.blobs.put(b"foto rumah")
    assert store.blobs.put_stream([b"foto ", b"rumah"]) == first
    assert store.blobs.get(first.sha256) == b"foto rumah"
    assert (first.size, first.md5) == (10, hashlib.md5(b"foto rumah").hexdigest())
    kept = [path for path in store.blobs.folder.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == [first.sha256]
    with pytest.raises(ValueError, match="SHA-256"):
        store.blobs.path("../../etc/passwd")


def test_a_closed_store_holds_no_file_and_may_be_used_again(store: Store) -> None:
    def held() -> int:
        links = (os.readlink(entry) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink())
        return sum(link.startswith(str(store.data)) for link in links)

    add_project(store, "Dinas Sosial Kota Pasuruan")
    log_read(store, 1, 1, None, "case")
    definitions = definitions_of(store)
    assert definitions_of(store) is definitions, "one set as long as the store is open"
    store.close()
    assert held() == 0
    add_project(store, "Dinas Sosial Kota Banjar")
    assert len(names(store)) == 2

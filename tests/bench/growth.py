"""What happens when the office has been working for years: ingest and pages over a small and a large database.

Bars (DESIGN section 9): ingest and case page at 1,000,000 submissions within 1.25 of the same at 1,000; a page under
50 ms of server time at 100,000 cases. `make bench` grows to 100,000 (ALUR_GROWTH says otherwise).
"""

import os
import re
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from tests.bench.ingest import WARM_UP, endless, measure, phone, running
from tests.bench.load import post
from tests.intake import UUID
from tests.live import ADMIN, Live
from tests.office import PASSWORD

SMALL = 1_000
LARGE = int(os.environ.get("ALUR_GROWTH", "100000"))
SENT = 600
SENDERS = 8
VIEWS = 40

# Tables with rows of one case, and the columns whose whole numbers are ids made before the insert.
CLONED = {
    "submission": ("id", "revision_id"),
    "revision": ("id", "submission_id"),
    "entity": (),
    "entity_version": ("revision_id",),
    "entity_holder": (),
    "kasus": (),
    "case_event": ("revision_id",),
    "case_step": (),
    "case_word": (),
}


@dataclass(frozen=True, slots=True)
class At:
    """Measured at one size: submissions per second, and milliseconds per page."""

    size: int
    rate: float
    pages: dict[str, float]


def grow(path: Path, size: int, tables: Mapping[str, tuple[str, ...]] = CLONED, models: int = 1) -> None:
    """Adds cases like the newest ones in turn until there are `size` submissions; only ids and numbers differ."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")
    present = connection.execute("SELECT count(*) FROM submission").fetchone()[0]
    cases = connection.execute("SELECT id, number FROM kasus ORDER BY created_at DESC LIMIT ?", (models,)).fetchall()
    connection.execute("BEGIN")
    for turn, case in enumerate(cases):
        _copy(connection, case, range(present + turn, size, len(cases)), tables)
    _spread(connection)
    connection.execute("COMMIT")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _copy(
    connection: sqlite3.Connection, case: tuple[str, str], copies: range, tables: Mapping[str, tuple[str, ...]]
) -> None:
    """One copy of the case and its first submission for each number."""
    submission = connection.execute(
        "SELECT r.submission_id FROM case_event e JOIN revision r ON r.id = e.revision_id WHERE e.case_id = ?", case[:1]
    ).fetchone()[0]
    keys = {
        "submission": ("id", submission),
        "revision": ("submission_id", submission),
        "entity": ("id", case[0]),
        "entity_version": ("entity_id", case[0]),
        "entity_holder": ("entity_id", case[0]),
        "kasus": ("id", case[0]),
        "case_event": ("case_id", case[0]),
        "case_step": ("case_id", case[0]),
        "case_word": ("case_id", case[0]),
    }
    for table, numbers in tables.items():
        column, value = keys[table]
        cursor = connection.execute(f"SELECT * FROM {table} WHERE {column} = ?", (value,))
        names = [description[0] for description in cursor.description]
        holes = ", ".join("?" * len(names))
        for row in cursor.fetchall():
            model = _Model(names, row, numbers, case[1])
            connection.executemany(f"INSERT INTO {table} VALUES ({holes})", map(model.copy, copies))


def _spread(connection: sqlite3.Connection) -> None:
    """As in an office of years: twenty officers, four of five cases closed, deadlines over the coming month."""
    last = connection.execute("SELECT coalesce(max(rowid), 0) FROM kasus WHERE manager_id IS NOT NULL").fetchone()[0]
    officers = "manager_id = CASE WHEN rowid % 20 THEN 1 + rowid % 20 END"
    due = "strftime('%Y-%m-%dT23:59:59+07:00', 'now', (rowid % 30 - 3) || ' days')"
    connection.execute(f"UPDATE kasus SET {officers}, next_due = {due} WHERE rowid > ?", (last,))
    connection.execute(
        "UPDATE kasus SET status = 'closed', close_reason = 'selesai', next_due = '9999',"
        " closed_on = date('now', -(rowid % 3000) || ' days') WHERE rowid > ? AND rowid % 5",
        (last,),
    )
    closed = "SELECT id FROM kasus WHERE rowid > ? AND status = 'closed'"
    connection.execute(
        f"UPDATE case_step SET state = 'withdrawn' WHERE state = 'open' AND case_id IN ({closed})", (last,)
    )


class _Model:
    """A row to be copied with other ids: each text is cut where ids and the case's number stand."""

    def __init__(self, names: list[str], row: tuple, numbers: tuple[str, ...], number: str) -> None:
        self._pattern = re.compile(f"({UUID.pattern}|{re.escape(number)}(?![0-9]))", re.IGNORECASE)
        self._cells = [self._cut(name in numbers, value) for name, value in zip(names, row, strict=True)]

    def _cut(self, is_id: bool, value: object) -> object:
        if is_id and isinstance(value, int):
            return (value,)
        if isinstance(value, str) and self._pattern.search(value):
            return self._pattern.split(value)
        return value

    def copy(self, number: int) -> list[object]:
        return [self._made(cell, number) for cell in self._cells]

    @staticmethod
    def _made(cell: object, number: int) -> object:
        if isinstance(cell, tuple):
            return cell[0] - (number + 1) * 1_000_003
        if isinstance(cell, list):
            told = cell.copy()
            for at in range(1, len(told), 2):
                old = told[at]
                told[at] = f"{number:08x}{old[8:]}" if UUID.fullmatch(old) else f"{old}-{number}"
            return "".join(told)
        return cell


class Desk:
    """A signed-in supervisor at a desk, over one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookies: dict[str, str] = {}
        form = self.get("/masuk")
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        if token is None:
            raise RuntimeError("no token on the sign-in page")
        self._ask("POST", "/masuk", {"csrf_token": token[1], "login": ADMIN, "password": PASSWORD})

    def get(self, path: str) -> str:
        status, body = self._ask("GET", path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        return body

    def time(self, path: str) -> float:
        """Milliseconds of the median of VIEWS views."""
        self.get(path)
        times = []
        for _ in range(VIEWS):
            begun = time.perf_counter()
            self.get(path)
            times.append(time.perf_counter() - begun)
        return sorted(times)[VIEWS // 2] * 1e3

    def _ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        if form:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, urlencode(form) if form else None, headers)
        answer = self._connection.getresponse()
        body = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        return answer.status, body


def paths(database: Path) -> dict[str, str]:
    connection = sqlite3.connect(database)
    case = connection.execute("SELECT id FROM kasus ORDER BY created_at DESC LIMIT 1").fetchone()[0]
    connection.close()
    return {
        "case": f"/kasus/{case}",
        "cases": "/kasus",
        "closed": "/kasus?status=closed",
        "late": "/kasus?tenggat=late",
        "mine": "/kasus?milik=saya",
        "officer": "/kasus?petugas=7",
        "step": "/kasus?sop=abh&tahap=s03",
        "last page": "/kasus?hal=40",
        "home": "/",
        "search": "/kasus?q=jeneponto",
        "number": "/kasus?q=abh-2026-0003",
        "nothing": "/kasus?q=anak+tidakada",
        "tasks": "/tugas",
        "papers": "/dokumen",
        "forms": "/formulir",
        "form": "/formulir/abh_laporan_awal",
        "form, reviewed": "/formulir/abh_laporan_awal?tinjauan=approved",
        "form, waiting": "/formulir/abh_laporan_awal?letak=waiting",
        "form, first day": "/formulir/abh_laporan_awal?sebelum=2026-01-01T00:00:00.000Z~0",
        "programs": "/v1/projects/1/cases?limit=50",
    }


def at(live: Live, requests: Iterator[bytes], size: int) -> At:
    database = live.data / "alur.sqlite"
    grow(database, size)
    with running(live):
        measure(live, requests, WARM_UP, 1)
        rate = measure(live, requests, SENT, SENDERS).result.rate
        desk = Desk(live.port)
        pages = {name: desk.time(path) for name, path in paths(database).items()}
    return At(size, rate, pages)


def bench() -> list[str]:
    """Runs everything once and returns the lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        live = Live(Path(name) / "data", workers="2")
        live.prepare()
        requests = endless(*phone(live))
        with running(live):
            post(live.port, [next(requests) for _ in range(WARM_UP)], 1)
        small, large = at(live, requests, SMALL), at(live, requests, LARGE)
    lines = [
        f"growth from {SMALL:,} to {LARGE:,} submissions, SQLite",
        f"  ingest, {SENDERS} senders: {small.rate:.0f}/s then {large.rate:.0f}/s,"
        f" {small.rate / large.rate:.2f} times slower (bar: 1.25)",
    ]
    for page, before in small.pages.items():
        after = large.pages[page]
        bar = f", {after / before:.2f} times slower (bar: 1.25)" if page == "case" else ""
        lines.append(f"  page {page}: {before:.1f} ms then {after:.1f} ms (bar: 50 ms){bar}")
    return lines

"""Taking a form's answers out of a large database: the CSV zip against bare `csv`, OData pages, who sends meanwhile.

Bars (DESIGN section 9 and issue 4): the zip of 100,000 submissions at least a third of the rate of bare `csv` writing
the same rows into a zip, flat memory, first byte at once; the p95 of submissions under a running export at most twice
that without. ALUR_EXPORT says how many submissions.
"""

import csv
import io
import os
import tempfile
import threading
import time
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection
from itertools import cycle
from pathlib import Path
from typing import IO

from tests.bench.growth import CLONED, grow
from tests.bench.ingest import running
from tests.bench.load import post, request
from tests.intake import INTAKE, Intakes, filled_intakes
from tests.live import ADMIN, Live
from tests.office import PASSWORD

SIZE = int(os.environ.get("ALUR_EXPORT", "100000"))
FILLS = 40  # different forms filled at random; the others are like them, with ids of their own
SENT = 400
SENDERS = 4
PAGES = 20
FORM = f"/v1/projects/1/forms/{INTAKE}"
TABLES = {name: CLONED[name] for name in ("submission", "revision")}
Rows = list[list[str]]
_SIGNED_IN = {"Authorization": "Basic " + b64encode(f"{ADMIN}:{PASSWORD}".encode()).decode()}


@dataclass(frozen=True, slots=True)
class Taken:
    """A download: its bytes, seconds until the first and the last of them."""

    data: bytes
    first: float
    whole: float


def fetch(port: int, path: str) -> Taken:
    """Raises RuntimeError when it is refused."""
    connection = HTTPConnection("127.0.0.1", port, timeout=600)
    begun = time.perf_counter()
    connection.request("GET", path, headers=_SIGNED_IN)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status} {answer.read(500)!r}")
    parts = [answer.read(1)]
    first = time.perf_counter() - begun
    while chunk := answer.read(1 << 20):
        parts.append(chunk)
    whole = time.perf_counter() - begun
    connection.close()
    return Taken(b"".join(parts), first, whole)


def peak(live: Live) -> int:
    """The most memory any of its processes has held so far, in kilobytes."""
    found = 0
    for pid in live.stats():
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                found = max(found, int(line.split()[1]))
    return found


def bare(tables: Mapping[str, Rows], target: IO[bytes], *, packed: bool) -> float:
    """Seconds of `csv` alone for the same rows: into a zip as `zipfile` makes it unless told otherwise, or as it is."""
    begun = time.perf_counter()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name, rows in tables.items():
            with made.open(name, "w") as entry, io.TextIOWrapper(entry, "utf-8", newline="") as text:
                csv.writer(text).writerows(rows)
    return time.perf_counter() - begun


def _tables(data: bytes) -> dict[str, Rows]:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {
            name: list(csv.reader(io.TextIOWrapper(found.open(name), "utf-8", newline=""))) for name in found.namelist()
        }


def _median(measure: Callable[[], float]) -> float:
    return sorted(measure() for _ in range(PAGES))[PAGES // 2]


def _pages(port: int) -> Iterator[str]:
    options = {"page of 250": "?$top=250", "with $count": "?$top=250&$count=true", "expanded": "?$top=250&$expand=*"}
    for name, option in options.items():
        took = _median(lambda option=option: fetch(port, f"{FORM}.svc/Submissions{option}").whole)  # type: ignore[misc]
        yield f"  OData {name}: {took * 1e3:.0f} ms"


def _requests(path: str, intakes: Sequence[Intakes]) -> Iterator[bytes]:
    """Submissions made from each in turn that never repeat an id."""
    for each in cycle(intakes):
        yield request(path, each.make()[2].encode())


def _p95(live: Live, requests: Iterator[bytes]) -> float:
    return post(live.port, [next(requests) for _ in range(SENT)], SENDERS).p95


def _while_exporting(live: Live, requests: Iterator[bytes]) -> tuple[float, int]:
    """The p95 of submissions while one export after another runs, and how many ran."""
    ended, count = threading.Event(), 0

    def export() -> None:
        nonlocal count
        while not ended.is_set():
            fetch(live.port, f"{FORM}/submissions.csv.zip?attachments=false&bom={count % 2 == 0}")
            count += 1

    thread = threading.Thread(target=export)
    thread.start()
    time.sleep(0.5)
    result = _p95(live, requests)
    ended.set()
    thread.join()
    return result, count


def bench(size: int = SIZE) -> list[str]:
    """Runs everything once and returns the lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        live = Live(Path(name) / "data")
        live.prepare()
        made = live.phone("Bench")
        with running(live):
            intakes = list(filled_intakes(made["serverUrl"], range(FILLS)))
        requests = _requests(f"/v1/key/{made['token']}/projects/1/submission", intakes)
        with running(live):
            post(live.port, [next(requests) for _ in range(FILLS)], 1)
        grow(live.data / "alur.sqlite", 1_000, TABLES, FILLS)
        with running(live):
            fetch(live.port, f"{FORM}/submissions.csv.zip")
            small = peak(live)
        grow(live.data / "alur.sqlite", size, TABLES, FILLS)
        answers = sum(each.questions for each in intakes) / FILLS
        lines = [f"export, {size} submissions of {answers:.0f} answers, SQLite, one process"]
        with running(live):
            taken = fetch(live.port, f"{FORM}/submissions.csv.zip?attachments=false")
            large = peak(live)
            lines += _pages(live.port)
        tables = _tables(taken.data)
        if len(tables[f"{INTAKE}.csv"]) != size + 1:
            raise RuntimeError(f"{len(tables[f'{INTAKE}.csv']) - 1} rows of {size}")
        with tempfile.TemporaryFile() as target:
            packed, plain = bare(tables, target, packed=True), bare(tables, target, packed=False)
        lines.append(
            f"  zip: {size / taken.whole:.0f}/s, {taken.whole:.1f} s, first byte after {taken.first * 1e3:.0f} ms;"
            f" {packed / taken.whole:.2f} of the rate of bare csv into a zip (bar: 0.33), {plain / taken.whole:.2f} of"
            " that of csv into a file"
        )
        lines.append(f"  memory at its peak: {small / 1e3:.0f} MB at 1,000, {large / 1e3:.0f} MB at {size}")
        with running(live):
            _p95(live, requests)
            alone = _p95(live, requests)
            busy, count = _while_exporting(live, requests)
            lines.append(
                f"  {SENDERS} senders: p95 {alone:.1f} ms alone, {busy:.1f} ms while exports ran ({count} ended):"
                f" {busy / alone:.1f} times (bar: 2.0)"
            )
    return lines

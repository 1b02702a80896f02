"""What a phone's sync costs with 10,000 cases on its list, asked over HTTP of the real server.

Bars (issue 4): formList under 3 ms; the list of 10,000 cases under 50 ms from its cache. Times are those of the whole
request on the loopback, median of VIEWS.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from lxml import etree

from tests.bench.growth import grow
from tests.bench.ingest import endless, running
from tests.bench.load import post
from tests.intake import filled_intake
from tests.live import Live

CASES = 10_000
VIEWS = 40
COUNTED = 100
FORM = "abh_asesmen"


class Asker:
    """A phone's requests over one kept connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, url: str, etag: str | None = None) -> bytes:
        self._connection.request("GET", urlsplit(url).path, headers={"If-None-Match": etag} if etag else {})
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status not in (200, 304):
            raise RuntimeError(f"{url}: {answer.status}")
        return body


def timed(do: Callable[[], object]) -> float:
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1e3


def median(do: Callable[[], object]) -> float:
    return sorted(timed(do) for _ in range(VIEWS))[VIEWS // 2]


def bench() -> list[str]:
    """Runs everything once and returns the lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        live = Live(Path(name) / "data", workers="1")
        live.prepare()
        live.alur("user", "add", "sri@dinsos.example", "--role", "peksos", "--project", "1", "--name", "Sri")
        made = live.phone("Bench", user="sri@dinsos.example")
        base = f"/v1/key/{made['token']}/projects/1"
        with running(live):
            requests = endless(f"{base}/submission", filled_intake(made["serverUrl"]))
            post(live.port, [next(requests)], 1)
        grow(live.data / "alur.sqlite", CASES)
        with running(live):
            return _measured(live, base, lambda: post(live.port, [next(requests)], 1))


def cpu(live: Live, do: Callable[[], object]) -> float:
    """Milliseconds of the server's processors per request: what remains of the time on a machine with nothing else."""
    before = live.cpu_seconds()
    for _ in range(COUNTED):
        do()
    return (live.cpu_seconds() - before) / COUNTED * 1e3


def _measured(live: Live, base: str, send: Callable[[], object]) -> list[str]:
    asker = Asker(live.port)
    listed = etree.fromstring(asker.get(f"{base}/formList"))
    (item,) = [one for one in listed if one.findtext("{*}formID") == FORM]
    manifest = str(item.findtext("{*}manifestUrl"))

    def of_list() -> tuple[str, str]:
        files = etree.fromstring(asker.get(manifest))
        (found,) = [one for one in files if one.findtext("{*}filename") == "kasus_abh.csv"]
        return str(found.findtext("{*}downloadUrl")), str(found.findtext("{*}hash")).removeprefix("md5:")

    def form_list() -> bytes:
        return asker.get(f"{base}/formList")

    url, digest = of_list()
    first = timed(lambda: asker.get(url))
    rows = asker.get(url).count(b"\n") - 1
    size = len(asker.get(url))
    again = median(lambda: asker.get(url))
    not_modified = median(lambda: asker.get(url, f'"{digest}"'))
    send()
    changed = timed(lambda: asker.get(of_list()[0]))
    integrity = manifest.rpartition("/openrosa/")[0] + "/openrosa/lists/kasus_abh/integrity"
    connection = sqlite3.connect(live.data / "alur.sqlite")
    held = connection.execute("SELECT count(*) FROM entity_holder").fetchone()[0]
    connection.close()
    return [
        f"lists, an officer's phone with {rows:,} cases ({size / 1e6:.1f} MB, {held:,} holders), SQLite, one process",
        f"  formList: {median(form_list):.1f} ms (bar: 3 ms), {cpu(live, form_list):.1f} ms of CPU",
        f"  manifest: {median(lambda: asker.get(manifest)):.1f} ms",
        f"  list from its cache: {again:.1f} ms (bar: 50 ms), {cpu(live, lambda: asker.get(url)):.1f} ms of CPU;"
        f" not modified: {not_modified:.1f} ms",
        f"  list made for the first time: {first:.0f} ms; with its manifest after one case changed: {changed:.0f} ms",
        f"  integrity: {median(lambda: asker.get(integrity)):.1f} ms",
    ]

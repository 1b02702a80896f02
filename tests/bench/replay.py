"""A draft SOP tried on all past cases of an office, from the rows in the database to the finished workbook.

Bar (DESIGN section 9): 10,000 cases under a minute on 2 cores; memory flat, whatever the number of cases.
"""

import random
import resource
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from forms.sop import Sop
from forms.values import Value, to_json
from server.access import OPERATOR
from server.actions.simulate import Simulated, read_draft, simulate_to_workbook
from server.store import Store, cases
from server.store.migrate import migrate
from server.store.projects import project, sop, sop_version
from server.store.schema import dumps, stamp
from tests import drafts

CASES = 10_000
BEGIN = date(2025, 1, 6)
# What an intake asks besides what routes it.
REST: dict[str, Value] = {f"isian_{number}": "jawaban yang cukup panjang untuk sebuah isian" for number in range(35)}

FROM_14 = {
    ("routes", "r06", "when"): "${usia_saat_kejadian} < 14 or ${abh_konferensi_kasus#berat_tindakan} = 'ringan'",
    ("routes", "r07", "when"): "${usia_saat_kejadian} >= 14 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'",
}


def acts(dice: random.Random) -> list[tuple[str, dict[str, Value]]]:
    """A reported child of some age, a serious or minor act, RJ or diversion, some visits."""
    serious = dice.choice(("berat", "ringan"))
    born = dice.randint(8, 17)
    begin: list[tuple[str, dict[str, Value]]] = [
        ("abh_laporan_awal", {**REST, "jenis_masuk": "laporan", "usia_saat_kejadian": born, "inisial": "R. S."}),
        ("abh_asesmen", {**REST, "berat_tindakan": serious}),
        ("abh_konferensi_kasus", {"berat_tindakan": serious}),
    ]
    if serious == "berat" and born >= 12:
        begin += [("abh_pelaporan_uppa", {}), ("abh_diversi", {"interval_monitoring": 7})]
    else:
        begin += [("abh_upaya_rj", {}), ("abh_putusan_rj", {"hasil_rj": "sepakat", "interval_monitoring": 7})]
    visits = dice.randint(1, 6)
    begin += [("abh_pemantauan", {"tujuan_tercapai": "ya" if left == 0 else "tidak"}) for left in range(visits)[::-1]]
    return [*begin, ("abh_terminasi", {})]


def fill(store: Store, count: int) -> int:
    """An office with the SOP in force and so many past cases; gives its project."""
    dice = random.Random(7)
    book = drafts.draft(version="2026010101")
    kept = store.blobs.put(book)
    now = stamp(store.now())
    with store.write() as tx:
        office = tx.execute(
            project.insert().returning(project.c.id),
            {"name": "Dinas Sosial", "timezone": "Asia/Jakarta", "created_at": now},
        ).scalar_one()
        row = {"project_id": office, "sop_id": "abh", "title": "ABH"}
        sop_row = tx.execute(sop.insert().returning(sop.c.id), row).scalar_one()
        version = {
            "sop_id": sop_row,
            "version": "2026010101",
            "digest": kept.sha256,
            "workbook": kept.sha256,
            "published_at": now,
        }
        version_row = tx.execute(sop_version.insert().returning(sop_version.c.id), version).scalar_one()
        tx.execute(sop.update().where(sop.c.id == sop_row), {"current_version_id": version_row})
        tx.audit(None, "bench.fill")
    for start in range(0, count, 500):
        with store.write() as tx:
            numbers = range(start, min(start + 500, count))
            tx.execute(cases.case.insert(), [_case(number, office, version_row, now) for number in numbers])
            tx.execute(cases.event.insert(), [event for number in numbers for event in _events(number, acts(dice))])
            tx.audit(None, "bench.fill")
    return int(office)


def _case(number: int, office: int, version: int, now: str) -> dict[str, object]:
    return {
        "id": f"{number * 2_654_435_761 % 2**32:08x}-{number}",
        "project_id": office,
        "sop_id": "abh",
        "sop_version_id": version,
        "number": f"ABH-2025-{number:05d}",
        "revision": 1,
        "label": "R. S.",
        "status": "open",
        "opened_on": BEGIN.isoformat(),
        "created_at": now,
        "updated_at": now,
        "state": "{}",
    }


def _events(number: int, done: list[tuple[str, dict[str, Value]]]) -> list[dict[str, object]]:
    case_id = _case(number, 0, 0, "")["id"]
    found: list[dict[str, object]] = []
    for place, (form, answers) in enumerate(done):
        day = BEGIN + timedelta(days=number % 250 + place)
        found.append(
            {
                "id": f"{case_id}/{place}",
                "case_id": case_id,
                "type": "submission",
                "effective": day.isoformat(),
                "received_at": stamp(datetime(day.year, day.month, day.day, 3, tzinfo=UTC)),
                "instance_id": f"uuid:{case_id}/{place}",
                "form": form,
                "data": dumps({"answers": to_json(answers)}),
            }
        )
    return found


def timed(store: Store, office: int, draft: Sop) -> tuple[Simulated, bytes, str]:
    """One trial with its workbook, and how long it took on the clock and on the processor."""
    begun, worked = time.perf_counter(), time.process_time()
    found, book = simulate_to_workbook(store, OPERATOR, office, draft, "id")
    return found, book, f"{time.perf_counter() - begun:.0f} s, {time.process_time() - worked:.0f} s of one processor"


def bench() -> list[str]:
    """Runs everything once and returns the lines of the report."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder) / "data")
        migrate(store)
        office = fill(store, CASES)
        same, changed = read_draft(drafts.draft()), read_draft(drafts.draft(FROM_14))
        found, _, unchanged = timed(store, office, same)
        if not found.tally.is_same:
            raise RuntimeError("an unchanged SOP makes a difference")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found, book, took = timed(store, office, changed)
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
        store.close()
    tally = found.tally
    return [
        "replay of a draft, SOP abh, one process",
        f"  {tally.cases} cases, unchanged: {unchanged} (bar: 60 s); no difference",
        f"  {tally.cases} cases, another age: {took}; {tally.changed} turn elsewhere;"
        f" workbook {len(book) // 1024} kB; {grown:.0f} MB more memory",
    ]

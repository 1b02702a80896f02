"""The fold: one case of 100 events, and the replay of many ordinary cases.

Bars (DESIGN section 9): 100 events under 5 ms; 10,000 cases under a minute on 2 cores.
"""

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta

from forms import sop as sop_workbook
from forms import workbook
from forms.sop import Sop
from forms.values import Value
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from tests.office import XLSFORMS

CALENDAR = Calendar("Asia/Jakarta")
BEGIN = date(2026, 3, 2)
REPLAYED = 2_000
CORES = 2


def abh() -> Sop:
    book = workbook.read((XLSFORMS / "abh" / "sop.xlsx").read_bytes())
    read, findings = sop_workbook.read(book)
    if read is None:
        raise RuntimeError(f"the SOP workbook cannot be read: {findings[:3]}")
    return read


def case(monitoring: int) -> list[Event]:
    """An invitation to diversion, accompanied, carried out, then so many visits; the last one reaches the goal."""
    acts: list[tuple[str, dict[str, Value]]] = [
        ("abh_laporan_awal", {"jenis_masuk": "undangan_diversi", "usia_saat_kejadian": 14, "tgl_laporan": BEGIN}),
        ("abh_pendampingan_aph", {}),
        ("abh_diversi", {"interval_monitoring": 7}),
    ]
    acts += [
        ("abh_pemantauan", {"tujuan_tercapai": "ya" if left == 0 else "tidak"}) for left in range(monitoring)[::-1]
    ]
    events = []
    for number, (form, answers) in enumerate(acts):
        day = BEGIN + timedelta(days=number)
        moment = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        events.append(Event(f"e{number}", "submission", day, moment, "7", f"uuid:{number}", 0, form, answers=answers))
    return events


def best(run: Callable[[], object], times: int) -> float:
    """Seconds of the fastest of so many runs."""
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return min(found)


def replay(count: int) -> int:
    sop, events = abh(), case(9)
    return sum(fold(sop, events, CALENDAR).status == "open" for _ in range(count))


def bench() -> list[str]:
    """Runs everything once and returns the lines of the report."""
    sop, events = abh(), case(97)
    state = fold(sop, events, CALENDAR)
    placed = sum(visit.state == "done" for visit in state.visits)
    if placed < len(events):
        raise RuntimeError(f"only {placed} of {len(events)} events completed a step")
    took = best(lambda: fold(sop, events, CALENDAR), 20)
    begun = time.perf_counter()
    with ProcessPoolExecutor(CORES) as pool:
        list(pool.map(replay, [REPLAYED // CORES] * CORES))
    replayed = (time.perf_counter() - begun) * 10_000 / REPLAYED
    return [
        "fold, SOP abh",
        f"  one case of {len(events)} events: {took * 1e3:.2f} ms (bar: 5 ms)",
        f"  10,000 cases of {len(case(9))} events on {CORES} cores: {replayed:.0f} s, from {REPLAYED} (bar: 60 s)",
    ]

"""Durable ingest against the floor: the real `alur serve`, the real office, real intakes, the same senders.

Bars (DESIGN section 9): at least half the floor's rate, at most 3 times its CPU per submission, at most 1.2 syncs per
acknowledgement, 8 and 32 senders no slower than 1.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench import floor
from tests.bench.load import Result, post, request
from tests.intake import Intakes, filled_intake
from tests.live import Live, Program

SENDERS = (1, 8, 32)
WARM_UP = 100
TRACED = 100


@dataclass(frozen=True, slots=True)
class Measured:
    """One server at one number of senders: the result and CPU milliseconds per submission."""

    result: Result
    cpu: float


def measure(program: Program, requests: Iterator[bytes], count: int, senders: int) -> Measured:
    prepared = [next(requests) for _ in range(count)]
    before = program.cpu_seconds()
    result = post(program.port, prepared, senders)
    return Measured(result, (program.cpu_seconds() - before) / count * 1e3)


def endless(path: str, intakes: Intakes) -> Iterator[bytes]:
    """Requests that never repeat an id."""
    while True:
        yield request(path, intakes.make()[2].encode())


@contextmanager
def running_floor(folder: Path, prefix: tuple[str, ...] = ()) -> Iterator[Program]:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    program = Program([sys.executable, "-m", floor.__name__, str(folder)], folder)
    program.command.append(str(program.port))
    program.start(prefix=prefix)
    try:
        yield program
    finally:
        program.kill()


@contextmanager
def running(live: Live, prefix: tuple[str, ...] = ()) -> Iterator[Live]:
    live.start(prefix=prefix)
    try:
        yield live
    finally:
        live.stop()


def syncs(program: Program, requests: Iterator[bytes], trace: Path) -> float:
    """fsync and fdatasync calls per acknowledged submission, one sender."""
    post(program.port, [next(requests) for _ in range(WARM_UP)], 1)
    before = _traced(trace)
    post(program.port, [next(requests) for _ in range(TRACED)], 1)
    return (_traced(trace) - before) / TRACED


def _traced(trace: Path) -> int:
    return sum("sync(" in line for line in trace.read_text(errors="replace").splitlines())


def strace(trace: Path) -> tuple[str, ...]:
    return ("strace", "-f", "--seccomp-bpf", "-e", "trace=fsync,fdatasync", "-o", str(trace))


def phone(live: Live) -> tuple[str, Intakes]:
    """The path a new phone posts to, and intakes of the form it was given."""
    made = live.phone("Bench")
    with running(live):
        return f"/v1/key/{made['token']}/projects/1/submission", filled_intake(made["serverUrl"])


def bench(count: int = 1500) -> list[str]:
    """Runs everything once and returns the lines of the report."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        live = Live(folder / "data", workers=str(floor.PROCESSES))
        live.prepare()
        path, intakes = phone(live)
        size = len(intakes.make()[2])
        lines = [
            f"ingest, {count} submissions a run, {intakes.questions} answers in {size / 1e3:.1f} kB,"
            f" {floor.PROCESSES} processes each, SQLite"
        ]
        measured: dict[int, tuple[Measured, Measured]] = {}
        for senders in SENDERS:
            # Side by side, so that both see the machine in the same mood.
            with running_floor(folder / "floor") as bare:
                requests = endless("/submission", intakes)
                measure(bare, requests, WARM_UP, 1)
                least = measure(bare, requests, count, senders)
            with running(live):
                requests = endless(path, intakes)
                measure(live, requests, WARM_UP, 1)
                ours = measure(live, requests, count, senders)
            measured[senders] = (least, ours)
            lines.append(_line(senders, least, ours))
        slowdown = {senders: measured[senders][1].result.rate / measured[1][1].result.rate for senders in SENDERS}
        lines += [f"  {senders:2} senders / 1: {slowdown[senders]:.2f} (bar: at least 1.00)" for senders in SENDERS[1:]]
        if shutil.which("strace"):
            trace = folder / "trace"
            with running(live, strace(trace)):
                lines.append(f"  syncs per ack: {syncs(live, endless(path, intakes), trace):.2f} (bar: 1.20)")
        else:
            lines.append("  syncs per ack: not measured, strace is not installed")
    return lines


def _line(senders: int, least: Measured, ours: Measured) -> str:
    rate = ours.result.rate / least.result.rate
    cpu = ours.cpu / least.cpu
    return (
        f"  {senders:2} senders: floor {least.result.rate:6.0f}/s, p95 {least.result.p95:5.1f} ms,"
        f" {least.cpu:5.2f} ms CPU; alur {ours.result.rate:6.0f}/s, p95 {ours.result.p95:5.1f} ms,"
        f" {ours.cpu:5.2f} ms CPU; rate {rate:.2f} of the floor (bar: 0.50), CPU {cpu:.1f} times (bar: 3.0)"
    )

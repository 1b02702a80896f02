"""What runs in a child: it takes its limits, then answers."""

import gc
import importlib
import json
import os
import resource
import signal
import sys
import traceback
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import IO

from server.limits.children import FILE_SIZE, GIB, NICE, WIDTH

MEMORY_EXIT, FILES_EXIT, _FAILED = 73, 74, 75


@dataclass(frozen=True, slots=True)
class _Limits:
    wall: float
    cpu: int
    memory: int


def write_frame(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8))
    pipe.write(data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> bytes | None:
    """None at the end."""
    head = pipe.read(8)
    if len(head) < 8:
        return None
    data = pipe.read(int.from_bytes(head))
    return data if len(data) == int.from_bytes(head) else None


def serve_stream() -> None:
    """Entry of a child of `stream_python`: answers pieces until its input ends."""
    function = _function(sys.argv[1])
    os.nice(NICE)
    resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    setup = read_frame(asked)
    answer = function(setup)
    while (piece := read_frame(asked)) is not None:
        write_frame(answers, answer(piece))


def _function(name: str):  # type: ignore[no-untyped-def]
    module, _, name = name.partition(":")
    return getattr(importlib.import_module(module), name)


def serve_child() -> None:
    """Entry of the child: reads the plan from the folder named on the command line, forks for each argument."""
    work = Path(sys.argv[1])
    plan = json.loads((work / "plan.json").read_text())
    limits = _Limits(plan["wall"], plan["cpu"], plan["memory"])
    function = _function(plan["function"])
    gc.freeze()  # what is imported stays shared between the forks
    running: dict[int, int] = {}
    for number in range(plan["count"]):
        if len(running) == WIDTH:
            _reap(work, running)
        child = os.fork()
        if child == 0:
            os._exit(_work(function, work, number, limits))
        running[child] = number
    while running:
        _reap(work, running)


def _reap(work: Path, running: dict[int, int]) -> None:
    child, status = os.wait()
    if child in running:
        (work / f"{running.pop(child)}.status").write_text(str(os.waitstatus_to_exitcode(status)))


def _work(function, work: Path, number: int, limits: _Limits) -> int:  # type: ignore[no-untyped-def]
    """One argument under limits; the exit code tells the parent how it went."""
    try:
        _limit(limits)
        (work / f"{number}.out").write_bytes(function((work / f"{number}.in").read_bytes()))
    except MemoryError:
        return MEMORY_EXIT
    except OSError as error:
        if error.errno == 27:  # EFBIG
            return FILES_EXIT
        (work / f"{number}.err").write_text(traceback.format_exc())
        return _FAILED
    except BaseException:
        (work / f"{number}.err").write_text(traceback.format_exc())
        return _FAILED
    return 0


def _limit(limits: _Limits) -> None:
    os.nice(NICE)
    for what, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, ceil(limits.cpu)),
        (resource.RLIMIT_FSIZE, FILE_SIZE),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = most + 1 if what == resource.RLIMIT_CPU else most  # only the soft limit says which one it was
        resource.setrlimit(what, (most, hard))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.wall)

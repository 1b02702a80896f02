"""Starts children and ends them: a few at a time, with little of our environment, always reaped."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

GIB = 2**30
FILE_SIZE = 256 * 2**20
NICE = 5  # people who wait for a page go first
WIDTH = min(2, os.cpu_count() or 1)

_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH")
_ROOT = Path(__file__).resolve().parents[2]
_PYTHON_CHILD = "import sys; sys.path.insert(0, {!r}); from server.limits.inside import {} as serve; serve()"
_SLOTS = threading.BoundedSemaphore(2)
_SLOT_SECONDS = 60.0


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


def python(serve: str) -> list[str]:
    """The command of a child that runs this function of `inside`."""
    return [sys.executable, "-I", "-c", _PYTHON_CHILD.format(str(_ROOT), serve)]


def environment() -> dict[str, str]:
    return {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}


def words_in(path: Path) -> str:
    return last_words(path.read_bytes()) if path.exists() else ""


def last_words(said: bytes) -> str:
    return said[-4000:].decode(errors="replace")


def run(command: Sequence[str], work: Path, wall: float) -> int | None:
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
                env={**environment(), "TMPDIR": str(work)},
                start_new_session=True,
            )
            try:
                return child.wait(timeout=wall)
            except subprocess.TimeoutExpired:
                return None
            finally:
                kill(child)
    finally:
        _SLOTS.release()


def kill(child: subprocess.Popen) -> None:
    """Ends what is left of the child's whole session, then reaps it."""
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except ProcessLookupError:
        return
    finally:
        child.wait()

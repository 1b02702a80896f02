"""A function fed one piece after another, in children that live as long as the pieces come."""

import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Generator, Iterable
from contextlib import suppress
from itertools import cycle

from server.limits.children import WIDTH, ChildFailed, environment, kill, last_words, python
from server.limits.inside import read_frame, write_frame

PIECE_WALL = 60.0


def stream_python(function: str, setup: bytes, pieces: Iterable[bytes]) -> Generator[bytes]:
    """What `function` (`module:name`; given `setup` it makes a function bytes → bytes) makes of each piece, in order.

    Two children share the pieces and yield to whoever serves people; they end with the iterator. They have a limit of
    memory, and of time for each piece. Raises ChildFailed.
    """
    crew = [_Streaming(function, setup) for _ in range(WIDTH)]
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
            [*python("serve_stream"), function],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            env=environment(),
            start_new_session=True,
        )
        self.send(setup)

    def send(self, data: bytes) -> None:
        """Raises ChildFailed."""
        assert self._child.stdin is not None
        try:
            write_frame(self._child.stdin, data)
        except BrokenPipeError:
            raise self._ended() from None

    def receive(self) -> bytes:
        """Raises ChildFailed."""
        assert self._child.stdout is not None
        watch = threading.Timer(PIECE_WALL, self._child.kill)
        watch.start()
        try:
            data = read_frame(self._child.stdout)
        finally:
            watch.cancel()
        if data is None:
            raise self._ended()
        return data

    def _ended(self) -> ChildFailed:
        code = self._child.wait()
        self._said.seek(0)
        return ChildFailed(f"the child ended with {code}: {last_words(self._said.read())}")

    def end(self) -> None:
        kill(self._child)
        for file in (self._child.stdin, self._child.stdout, self._said):
            if file is not None:
                with suppress(BrokenPipeError):
                    file.close()

"""Functions that misbehave, for `server.limits` to hold in check. Each takes bytes and gives bytes."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path


def echo(argument: bytes) -> bytes:
    return argument[::-1]


def chatter(argument: bytes) -> bytes:
    """Says much on stdout and stderr before it answers."""
    for stream in (sys.stdout, sys.stderr):
        stream.write("x" * 1_000_000)
    return argument


def sleep(argument: bytes) -> bytes:
    time.sleep(60)
    return argument


def burn(argument: bytes) -> bytes:
    while True:
        argument = argument[::-1]


def eat(argument: bytes) -> bytes:
    return b"x" * (3 * 2**30) + argument


def fill(argument: bytes) -> bytes:
    with Path("besar").open("wb") as out:
        while True:
            out.write(b"x" * 2**20)


def fail(argument: bytes) -> bytes:
    raise ValueError("rusak: " + argument.decode())


def crash(argument: bytes) -> bytes:
    os.abort()


def leave(argument: bytes) -> bytes:
    sys.exit(0)


def environment(argument: bytes) -> bytes:
    return "\n".join(sorted(os.environ)).encode()


def linger(argument: bytes) -> bytes:
    """Leaves a grandchild behind and answers with its id."""
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    return str(child).encode()


def by_name(argument: bytes) -> bytes:
    """One function for a batch of different ends."""
    return {b"echo": echo, b"fail": fail, b"crash": crash, b"sleep": sleep}[argument](argument)


def stream(setup: bytes) -> Callable[[bytes], bytes]:
    """`setup` in front of what `by_name` or, for other pieces, `echo` makes of a piece."""

    def answer(piece: bytes) -> bytes:
        known = piece in (b"fail", b"crash", b"sleep")
        return setup + (by_name if known else echo)(piece)

    return answer


def process(_setup: bytes) -> Callable[[bytes], bytes]:
    return lambda _piece: str(os.getpid()).encode()

"""Runs the web server and the job worker as forked processes under one small parent.

The parent binds the address once, forks, starts a fallen child again and passes the end on. It opens
no database: every child makes its own connections. When the parent itself is killed, its children
notice the closed pipe and leave, so that the address is free for the next start.
"""

import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType

from waitress.server import create_server

from server.app import create_app
from server.log import log, places, start_logging
from server.settings import Settings
from server.store import Store
from server.work import worker

# Python runs one thread at a time: more threads only wait for each other (16 cost half as much CPU again a
# submission under load). Bodies arrive before a thread is taken, so slow phones need none.
THREADS = 6
CONNECTIONS = 2000
BODY_SECONDS = 60
# Above Flask's own limit of 100 MB, so that the refusal is written by us and not by waitress.
MAX_BODY = 128 * 1024 * 1024
BIND_SECONDS = 5.0
START_SECONDS = 60.0
LEAVE_SECONDS = 15.0
# A child that falls within this time of its start is not started again more often than once per pause.
PAUSE_SECONDS = 1.0
MAX_EARLY_FALLS = 5


def serve(settings: Settings, *, work: bool, ready: Callable[[], None]) -> int:
    """Serves until SIGTERM or SIGINT; `ready` is called once the address answers.

    Returns 0, or 1 when children keep falling. Raises OSError when the address is taken.
    """
    listening = _bind(settings.host, settings.port)
    parent = _Parent()
    jobs: list[Callable[[], None]] = [lambda: _web(settings, listening, parent.up) for _ in range(settings.workers)]
    if work:
        jobs.append(lambda: _work(settings))
    parent.start(jobs)
    if parent.is_up(settings.workers):
        ready()
    return parent.watch()


def work(settings: Settings) -> int:
    """Runs one job worker in this process until SIGTERM or SIGINT."""
    start_logging("work")
    signal.signal(signal.SIGTERM, _leave)
    _work(settings)
    return 0


def _bind(host: str, port: int) -> socket.socket:
    family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    bound = socket.socket(family, kind, proto)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    deadline = time.monotonic() + BIND_SECONDS
    while True:
        try:
            bound.bind(address)
            break
        except OSError as error:
            # Children of a killed parent need a moment to notice.
            if time.monotonic() > deadline:
                raise OSError(error.errno, error.strerror, f"{host}:{port}") from error
            time.sleep(0.1)
    bound.listen(1024)
    bound.setblocking(False)
    return bound


def _web(settings: Settings, listening: socket.socket, up: Callable[[], None]) -> None:
    start_logging("web")
    proxy: dict[str, object] = {}
    if settings.trusted_proxy:
        headers = {"x-forwarded-for", "x-forwarded-proto", "x-forwarded-host"}
        proxy = {
            "trusted_proxy": settings.trusted_proxy,
            "trusted_proxy_count": 1,
            "trusted_proxy_headers": headers,
        }
    server = create_server(
        create_app(settings),
        sockets=[listening],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        asyncore_use_poll=True,
        channel_timeout=BODY_SECONDS,
        max_request_body_size=MAX_BODY,
        ident="alur",
        clear_untrusted_proxy_headers=True,
        **proxy,
    )
    signal.signal(signal.SIGTERM, _leave)
    up()
    server.run()


def _work(settings: Settings) -> None:
    store = Store(settings.data, settings.database_url)
    signal.signal(signal.SIGTERM, _leave)
    try:
        worker.run_forever(worker.Runtime(store, settings.base_url), threading.Event())
    finally:
        store.close()


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _leave_at_once(_signal: int, _frame: FrameType | None) -> None:
    """For a child that has begun nothing yet: while it loads, an exception may be raised where Python swallows it."""
    os._exit(0)


class _Parent:
    def __init__(self) -> None:
        self._children: dict[int, tuple[Callable[[], None], float]] = {}
        self._alive, self._hold = os.pipe()
        self._hear, self._tell = os.pipe()
        self._ending = False
        self._early_falls = 0

    def start(self, jobs: list[Callable[[], None]]) -> None:
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, self._end)
        for job in jobs:
            self._fork(job)

    def up(self) -> None:
        """Called in a child: it answers from now on."""
        os.write(self._tell, b"+")

    def is_up(self, count: int) -> bool:
        """Waits until so many children answer; False when one fell or it takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while count and time.monotonic() < deadline and not self._ending:
            if select.select([self._hear], [], [], 0.2)[0]:
                count -= len(os.read(self._hear, count))
            elif os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
        return not count

    def watch(self) -> int:
        """Waits for children: starts fallen ones again until it is time to end."""
        while self._children:
            try:
                pid, status = os.wait()
            except InterruptedError:
                continue
            except ChildProcessError:
                break
            job, started = self._children.pop(pid, (None, 0.0))
            if job is None or self._ending:
                continue
            log("error", "process_fell", pid=pid, status=os.waitstatus_to_exitcode(status))
            if time.monotonic() - started < PAUSE_SECONDS * 5:
                self._early_falls += 1
                time.sleep(PAUSE_SECONDS)
            else:
                self._early_falls = 0
            if self._early_falls > MAX_EARLY_FALLS:
                self._end(signal.SIGTERM, None)
            elif not self._ending:
                self._fork(job)
        return 1 if self._early_falls > MAX_EARLY_FALLS else 0

    def _fork(self, job: Callable[[], None]) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid:
            self._children[pid] = (job, time.monotonic())
            return
        code = 1
        try:
            signal.signal(signal.SIGTERM, _leave_at_once)
            # Ctrl-C reaches the whole group; the parent passes the end on in order.
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            os.close(self._hold)
            threading.Thread(target=self._follow_parent, daemon=True).start()
            job()
            code = 0
        except SystemExit:
            code = 0
        except BaseException as error:
            log("error", "crash", type=type(error).__name__, places=places(error))
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)

    def _follow_parent(self) -> None:
        os.read(self._alive, 1)
        os._exit(0)

    def _end(self, _signal: int, _frame: FrameType | None) -> None:
        self._ending = True
        for pid in self._children:
            os.kill(pid, signal.SIGTERM)
        # A child that does not leave in time is ended; everything acknowledged is on disk.
        signal.signal(signal.SIGALRM, self._end_now)
        signal.setitimer(signal.ITIMER_REAL, LEAVE_SECONDS)

    def _end_now(self, _signal: int, _frame: FrameType | None) -> None:
        for pid in self._children:
            os.kill(pid, signal.SIGKILL)

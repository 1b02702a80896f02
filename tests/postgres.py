"""A PostgreSQL of the test run's own: Debian's programs, a temporary folder, a socket inside it, no network.

It never uses a server that is already there. Root may not run PostgreSQL, so there it runs as `nobody`.
"""

import os
import re
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import quote

import psycopg

MISSING = """\
PostgreSQL 15 or newer is not installed, and the tests run on both databases without skipping one.
PostgreSQL 15 atau lebih baru belum terpasang, padahal pengujian berjalan di kedua basis data.
    make test        installs it where you may / memasangnya bila Anda berhak
    sudo .ci/system-packages test
"""


def programs() -> Path:
    """The folder of the newest installed `initdb` and `postgres`. Raises RuntimeError when there is none."""
    found = [Path(which).resolve().parent] if (which := shutil.which("initdb")) else []
    found += [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    found.sort(key=lambda path: [int(part) for part in re.findall(r"\d+", str(path))], reverse=True)
    for folder in found:
        if (folder / "postgres").exists():
            return folder
    raise RuntimeError(MISSING)


class Cluster:
    """A running cluster. `url(name)` addresses one of its databases; `stop()` ends it and removes its folder."""

    def __init__(self) -> None:
        self._programs = programs()
        self._folder = Path(tempfile.mkdtemp(prefix="alur-pg-"))
        self._data = self._folder / "data"
        self._data.mkdir()
        if os.geteuid() == 0:
            for folder in (self._folder, self._data):
                shutil.chown(folder, "nobody", "nogroup")
        self._run("initdb", "--username=alur", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._process = self._start()
        self._wait()

    def url(self, name: str) -> str:
        return f"postgresql://alur@/{name}?host={quote(str(self._folder), safe='')}"

    def execute(self, statement: str) -> None:
        """One statement outside any transaction, such as CREATE DATABASE."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        self._process.send_signal(signal.SIGQUIT)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _command(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._programs / program), "-D", str(self._data), *arguments]
        drop = ["--reuid=nobody", "--regid=nogroup", "--clear-groups"] if os.geteuid() == 0 else []
        return ["setpriv", *drop, "--pdeathsig=KILL", "--", *command]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._command(program, *arguments), cwd=self._folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _start(self) -> subprocess.Popen:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self._folder),
            "max_connections": "200",
            # Nothing here has to survive a power cut.
            "fsync": "off",
            "full_page_writes": "off",
            "synchronous_commit": "off",
            "autovacuum": "off",
            "jit": "off",
        }
        flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self._folder / "log").open("wb") as log:
            return subprocess.Popen(self._command("postgres", *flags), cwd=self._folder, stdout=log, stderr=log)

    def _wait(self) -> None:
        ready = self._command("postgres")[:-3]
        ready += [str(self._programs / "pg_isready"), "-h", str(self._folder), "-q"]
        for _ in range(200):
            if self._process.poll() is not None:
                break
            if subprocess.run(ready, check=False, timeout=10).returncode == 0:
                return
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        raise RuntimeError("PostgreSQL did not start:\n" + (self._folder / "log").read_text())

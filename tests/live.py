"""Real programs in real processes: started in a folder, measured, killed, started again."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.office import PASSWORD, SECRET, XLSFORMS

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-P", "-c", "from server.cli import main; raise SystemExit(main())"]
ADMIN = "admin@dinsos.example"
READY_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """A server that answers GET /healthz, in a process group of its own; `folder` takes its log."""

    def __init__(self, command: list[str], folder: Path) -> None:
        self.command = command
        self.port = free_port()
        self.log = folder / "server.log"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
        self.environment["PYTHONPATH"] = str(ROOT)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, prefix: tuple[str, ...] = ()) -> None:
        """Starts it and waits until it answers. `prefix` is a command around it, such as strace."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*prefix, *self.command, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            if self.healthy():
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError("the server did not come up:\n" + self.log.read_text(errors="replace")[-4000:])

    def healthy(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def stats(self) -> dict[int, list[str]]:
        """The fields of /proc/PID/stat after the name, for every living process of the group."""
        found: dict[int, list[str]] = {}
        if self.process is None:
            return found
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with contextlib.suppress(OSError):
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                    if int(fields[2]) == self.process.pid and fields[0] != "Z":
                        found[int(entry.name)] = fields
        return found

    def cpu_seconds(self) -> float:
        """User and system time its processes have used so far."""
        ticks = sum(int(fields[11]) + int(fields[12]) for fields in self.stats().values())
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """A polite end, as systemd would ask for it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9 of the whole process group; returns when the last of it is gone."""
        self._end(signal.SIGKILL)

    def _end(self, how: signal.Signals) -> None:
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, how)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(30)
        while self.stats():
            time.sleep(0.01)
        self.process = None


class Live(Program):
    """One installation of Alur: a data folder, a database, a port; `start` is `alur serve`.

    `settings` are more of the environment, without ALUR_ and in lower case: `workers="2"`.
    """

    def __init__(self, data: Path, url: str | None = None, **settings: str) -> None:
        super().__init__([*COMMAND, "serve"], data.parent)
        self.data = data
        named = {"data": str(data), "port": str(self.port), "secret_key": SECRET, "lang": "id", **settings}
        if url:
            named["database_url"] = url
        self.environment |= {f"ALUR_{name.upper()}": value for name, value in named.items()}

    def alur(self, *arguments: str, given: str | None = None) -> str:
        """Runs one command to its end and returns what it printed. Raises RuntimeError when it fails."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        if done.returncode:
            raise RuntimeError(f"alur {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stdout

    def prepare(self, bundle: Path = XLSFORMS) -> None:
        """init and publish, with a known first admin."""
        self.alur("init", "--admin", ADMIN, "--password-stdin", given=f"{PASSWORD}\n")
        self.alur("publish", str(bundle))

    def phone(self, name: str, project: str = "1", user: str | None = None) -> dict[str, Any]:
        """A new phone (of the officer `user`): {id, name, token, serverUrl, formListUrl, qr}."""
        whose = ["--user", user] if user else []
        return json.loads(self.alur("phone", "add", name, "--project", project, *whose, "--json"))

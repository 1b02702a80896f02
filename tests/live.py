"""The real command in a real process: set up in a folder, started, killed, started again."""

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

ROOT = Path(__file__).parents[1]
OFFICE = ROOT / "xlsforms" / "kota_pasuruan"
COMMAND = [sys.executable, "-P", "-c", "from server.cli import main; raise SystemExit(main())"]
ADMIN = "admin@dinsos.example"
PASSWORD = "rahasia-untuk-uji-2026"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Live:
    """One installation: a data folder, a database, a port, and the processes of `alur serve` while it runs."""

    def __init__(self, data: Path, url: str | None = None, **settings: str) -> None:
        self.data = data
        self.port = free_port()
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ALUR_")}
        self.environment = kept | {"ALUR_DATA": str(data), "ALUR_PORT": str(self.port), "ALUR_LANG": "id"}
        self.environment |= {f"ALUR_{name.upper()}": value for name, value in settings.items()}
        if url:
            self.environment["ALUR_DATABASE_URL"] = url
        self.process: subprocess.Popen[bytes] | None = None
        self.log = data.parent / f"{data.name}.log"

    def alur(self, *arguments: str, given: str | None = None) -> str:
        """Runs one command to its end and returns what it printed. Raises RuntimeError when it fails."""
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.data.parent,
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

    def prepare(self, bundle: Path = OFFICE) -> None:
        """init, migrate and publish, with a known first admin."""
        self.alur("init", "--admin", ADMIN, "--password-stdin", given=f"{PASSWORD}\n")
        self.alur("migrate")
        self.alur("publish", str(bundle))

    def phone(self, name: str, project: str = "1") -> dict[str, Any]:
        """A new phone: {id, name, token, serverUrl, formListUrl, qr}."""
        return json.loads(self.alur("phone", "add", name, "--project", project, "--json"))

    def start(self, *arguments: str, prefix: tuple[str, ...] = ()) -> None:
        """Starts `alur serve` in a process group of its own and waits until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*prefix, *COMMAND, "serve", *arguments],
                cwd=self.data.parent,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                break
            if self.healthy():
                return
            time.sleep(0.05)
        self.kill()
        raise RuntimeError("alur serve did not come up:\n" + self.log.read_text(errors="replace")[-4000:])

    def healthy(self) -> bool:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, HTTPException):
            return False
        finally:
            connection.close()

    def pids(self) -> list[int]:
        """All processes of the running server."""
        if self.process is None:
            return []
        group = self.process.pid
        found = []
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    fields = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[2]) == group and fields[0] != "Z":
                    found.append(int(entry.name))
        return found

    def cpu_seconds(self) -> float:
        """User and system time its processes have used so far."""
        ticks = 0
        for pid in self.pids():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")

    def stop(self) -> None:
        """A polite end, as systemd would ask for it."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """kill -9 of the whole process group, and waiting until the last of it is gone."""
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
        while self.pids():
            time.sleep(0.01)
        self.process = None

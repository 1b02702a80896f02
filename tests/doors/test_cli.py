"""The operator's command, as it is typed: what it says, what it refuses, what it never shows."""

import base64
import io
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from server import cli
from server.access import OPERATOR
from server.actions.projects import create_project
from server.actions.sign_in import sign_in
from server.locale import LANGUAGES, catalogue
from server.problems import Problem
from server.queries.viewers import viewer_of_phone
from server.store import Store
from server.store.people import grant
from tests.books import form as workbook

PASSWORD = "hujan di bulan juni"
ROOT = Path(__file__).parents[2]
EMPTY_OFFICE = "Dinas Sosial Kota Pasuruan"


@dataclass
class Alur:
    """The command `alur` over one data folder."""

    data: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def __call__(self, *words: str, typed: str = "") -> tuple[int, str, str]:
        """Runs it; gives exit code, stdout, stderr."""
        self.monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        self.capsys.readouterr()
        try:
            code = cli.main(list(words))
        except SystemExit as left:
            code = int(left.code or 0)
        out, err = self.capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    def store(self) -> Store:
        return Store(self.data)


@pytest.fixture
def alur(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Alur]:
    for name in [name for name in os.environ if name.startswith("ALUR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("ALUR_DATA", str(tmp_path / "data"))
    mask = os.umask(0o022)
    yield Alur(tmp_path / "data", monkeypatch, capsys)
    os.umask(mask)


@pytest.fixture
def office(alur: Alur) -> Alur:
    """An installation with its admin and one office."""
    assert alur("init", "--admin", "rina@pasuruan.test", "--password-stdin", typed=PASSWORD + "\n")[0] == 0
    store = alur.store()
    create_project(store, OPERATOR, EMPTY_OFFICE)
    store.close()
    return alur


def test_init_makes_everything_once(alur: Alur) -> None:
    code, out, _err = alur("init")
    assert code == 0
    assert "admin@alur.local" in out
    assert stat.S_IMODE((alur.data / "secret.key").stat().st_mode) == 0o600
    assert stat.S_IMODE((alur.data / "alur.sqlite").stat().st_mode) == 0o600
    one_time = out.split()[-1]
    signed = sign_in(alur.store(), "admin@alur.local", one_time, "127.0.0.1")
    assert signed.must_change
    code, again, _err = alur("init")
    assert code == 0
    assert one_time not in again
    assert "siap" in again


def test_init_takes_the_admins_own_password(alur: Alur) -> None:
    code, out, err = alur("init", "--admin", "Rina@pasuruan.test", "--password-stdin", typed=PASSWORD + "\n")
    assert code == 0
    assert PASSWORD not in out + err
    assert not sign_in(alur.store(), "rina@pasuruan.test", PASSWORD, "127.0.0.1").must_change
    assert alur("init", "--admin", "rina@pasuruan.test")[0] == 0


def test_a_weak_password_is_refused_with_a_sentence(alur: Alur) -> None:
    code, _out, err = alur("init", "--password-stdin", typed="pendek\n")
    assert code == 1
    assert "12 karakter" in err


def test_help_is_indonesian_and_in_english_on_request(alur: Alur) -> None:
    for words in ((), ("user",), ("user", "add"), ("phone", "add"), ("serve",), ("check",), ("doctor",)):
        code, out, _err = alur(*words, "--help")
        assert code == 0
        assert "cara pakai:" in out
        assert "usage:" not in out
    alur.monkeypatch.setenv("ALUR_LANG", "en")
    code, out, _err = alur("--help")
    assert "usage: alur" in out
    assert "cara pakai" not in out


def test_both_languages_know_every_sentence_of_the_command() -> None:
    keys = {language: {key for key in catalogue(language) if key.startswith("cli.")} for language in LANGUAGES}
    assert keys["id"] == keys["en"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "PERINTAH"),
        (("menari",), "menari"),
        (("user", "add"), "LOGIN, --role"),
        (("user", "add", "x@y.z", "--role"), "--role"),
        (("serve", "--port", "banyak"), "banyak"),
        (("phone", "add", "HP", "--user", "a", "--shift", "b"), "--shift"),
        (("init", "--aneh"), "--aneh"),
    ],
)
def test_what_is_not_understood_is_told_with_where_to_look(alur: Alur, words: tuple[str, ...], told: str) -> None:
    code, out, err = alur(*words)
    assert code == 2
    assert out == ""
    assert told in err
    assert "--help" in err


@pytest.mark.parametrize("words", [("init",), ("doctor",), ("serve",)])
def test_a_wrong_setting_stops_every_command_by_name(alur: Alur, words: tuple[str, ...]) -> None:
    alur.monkeypatch.setenv("ALUR_PORT", "delapan")
    code, _out, err = alur(*words)
    assert code == 2
    assert "ALUR_PORT" in err
    assert "delapan" in err
    assert not alur.data.exists()


@pytest.mark.parametrize("port", ["0", "70000"])
def test_serve_refuses_a_port_that_is_none(office: Alur, port: str) -> None:
    code, _out, err = office("serve", "--port", port)
    assert code == 2
    assert "ALUR_PORT" in err


@pytest.mark.parametrize("words", [("serve",), ("user", "disable", "x"), ("phone", "add", "HP"), ("worker",)])
def test_without_init_the_next_step_is_told(alur: Alur, words: tuple[str, ...]) -> None:
    code, _out, err = alur(*words)
    assert code in (1, 2)
    assert "alur init" in err or "alur migrate" in err


def test_an_older_database_is_refused_until_it_is_migrated(office: Alur) -> None:
    store = office.store()
    with store.write() as tx:
        tx.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        tx.audit(None, "test")
    store.close()
    code, _out, err = office("serve")
    assert code == 1
    assert "alur migrate" in err


def test_migrate_says_when_there_is_nothing_to_do(alur: Alur) -> None:
    assert alur("migrate")[0] == 0
    code, out, _err = alur("migrate")
    assert (code, out.strip()) == (0, catalogue("id")["cli.migrate.current"])


def test_accounts_are_added_given_new_passwords_and_closed(office: Alur) -> None:
    code, out, _err = office("user", "add", "Sri@pasuruan.test", "--role", "peksos", "--name", "Sri Wahyuni")
    assert code == 0
    one_time = out.split()[-1]
    store = office.store()
    viewer = sign_in(store, "sri@pasuruan.test", one_time, "127.0.0.1").viewer
    assert (viewer.name, viewer.roles) == ("Sri Wahyuni", {1: frozenset({"peksos"})})

    code, out, _err = office("user", "passwd", "sri@pasuruan.test", "--password-stdin", typed=PASSWORD)
    assert code == 0
    assert PASSWORD not in out
    assert sign_in(store, "sri@pasuruan.test", PASSWORD, "127.0.0.1").viewer.id == viewer.id

    assert office("user", "disable", "sri@pasuruan.test")[0] == 0
    with pytest.raises(Problem, match=r"auth\.wrong"):
        sign_in(store, "sri@pasuruan.test", PASSWORD, "127.0.0.1")
    store.close()


def test_an_admin_holds_for_all_offices_unless_one_is_named(office: Alur) -> None:
    assert office("user", "add", "a@pasuruan.test", "--role", "admin")[0] == 0
    code, out, _err = office("user", "add", "b@pasuruan.test", "--role", "admin", "--project", EMPTY_OFFICE, "--json")
    assert code == 0
    made = json.loads(out)
    with office.store().read() as db:
        rows = db.execute(select(grant.c.actor_id, grant.c.project_id)).all()
    assert (made["id"], 1) in [tuple(row) for row in rows]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("user", "add", "rina@pasuruan.test", "--role", "peksos"), "rina@pasuruan.test"),
        (("user", "add", "x@y.z", "--role", "peksos", "--project", "Kota Lain"), EMPTY_OFFICE),
        (("user", "add", "x@y.z", "--role", "Kepala Dinas"), "Kepala Dinas"),
        (("user", "passwd", "tidak.ada@y.z"), "tidak.ada@y.z"),
        (("user", "disable", "rina@pasuruan.test"), "admin"),
        (("phone", "revoke", "HP hilang"), "HP hilang"),
        (("phone", "add", "HP", "--user", "tidak.ada@y.z"), "tidak.ada@y.z"),
    ],
)
def test_what_cannot_be_done_is_told_on_stderr(office: Alur, words: tuple[str, ...], told: str) -> None:
    code, out, err = office(*words)
    assert (code, out) == (1, "")
    assert told in err


def test_a_phone_is_added_for_an_officer_and_revoked_when_lost(office: Alur) -> None:
    office("user", "add", "sri@pasuruan.test", "--role", "peksos")
    office.monkeypatch.setenv("ALUR_PUBLIC_URL", "https://alur.pasuruan.example")
    words = ("phone", "add", "HP Sri", "--project", "1", "--user", "sri@pasuruan.test", "--json")
    code, out, err = office(*words)
    assert (code, err) == (0, "")
    made = json.loads(out)
    assert set(made) == {"id", "name", "token", "serverUrl", "formListUrl", "qr"}
    assert made["serverUrl"] == f"https://alur.pasuruan.example/v1/key/{made['token']}/projects/1"
    assert made["formListUrl"] == made["serverUrl"] + "/formList"
    settings = json.loads(zlib.decompress(base64.b64decode(made["qr"])))
    assert settings["general"]["server_url"] == made["serverUrl"]
    store = office.store()
    assert viewer_of_phone(store, made["token"], 1) is not None
    store.close()

    assert office("phone", "revoke", "HP Sri", "--project", "1")[0] == 0
    store = office.store()
    assert viewer_of_phone(store, made["token"], 1) is None
    store.close()


def test_a_phone_of_nobody_is_warned_about(office: Alur) -> None:
    code, out, err = office("phone", "add", "HP jaga", "--json")
    assert code == 0
    assert json.loads(out)["name"] == "HP jaga"
    assert "--shift" in err
    assert office("phone", "add", "HP regu", "--shift", "rehsos")[2] == ""


def test_of_two_phones_with_one_name_the_number_decides(office: Alur) -> None:
    ids = [json.loads(office("phone", "add", "HP jaga", "--json")[1])["id"] for _ in range(2)]
    code, _out, err = office("phone", "revoke", "HP jaga")
    assert code == 1
    assert all(str(number) in err for number in ids)
    assert office("phone", "revoke", str(ids[0]))[0] == 0
    assert office("phone", "revoke", "HP jaga")[0] == 0


def test_check_needs_no_installation_and_names_the_cell(alur: Alur, tmp_path: Path) -> None:
    rows = "| | text | nama | Nama | | | | | | |\n| | teks | umur | Umur | | | | | | |"
    (tmp_path / "rusak.xlsx").write_bytes(workbook(rows))
    code, out, _err = alur("check", str(tmp_path / "rusak.xlsx"))
    assert code == 1
    assert "rusak.xlsx: survey!" in out
    code, out, _err = alur("check", "--json", str(tmp_path / "rusak.xlsx"))
    assert code == 1
    assert json.loads(out)[0]["sheet"] == "survey"
    assert not (alur.data / "alur.sqlite").exists()


def test_check_of_a_good_form_leaves_with_0(alur: Alur, tmp_path: Path) -> None:
    (tmp_path / "baik.xlsx").write_bytes(workbook("| | text | nama | Nama | | | | | | |"))
    assert alur("check", str(tmp_path / "baik.xlsx"))[0] == 0


def test_publishing_what_is_wrong_changes_nothing(office: Alur, tmp_path: Path) -> None:
    rows = "| | teks | umur | Umur | | | | | | |"
    (tmp_path / "rusak.xlsx").write_bytes(workbook(rows))
    code, _out, err = office("publish", str(tmp_path / "rusak.xlsx"), "--project", "1")
    assert code == 1
    assert "survey!" in err
    code, _out, err = office("publish", str(tmp_path / "tidak-ada"))
    assert code == 1
    assert "tidak-ada" in err


def test_the_monthly_recap_is_written_whole_and_for_its_owner_only(office: Alur, tmp_path: Path) -> None:
    file = tmp_path / "rekap.xlsx"
    words = ("report", "rekap_bulanan", "--from", "2026-03-01", "--to", "2026-03-31")
    code, out, err = office(*words, "--out", str(file))
    assert (code, err) == (0, "")
    assert str(file) in out
    assert load_workbook(file).sheetnames
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["rekap.xlsx"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("rekap_bulanan", "--from", "2026-03-02", "--to", "2026-03-31", "--out", "a.xlsx"), "--from"),
        (("rekap_bulanan", "--from", "2026-03-01", "--to", "2026-03-31", "--out", "a.pdf"), ".xlsx"),
        (("rekap_bulanan", "--from", "maret", "--to", "2026-03-31", "--out", "a.xlsx"), "maret"),
        (("lain", "--from", "2026-03-01", "--to", "2026-03-31", "--out", "a.xlsx"), "rekap_bulanan"),
    ],
)
def test_a_report_that_cannot_be_made_is_told(office: Alur, words: tuple[str, ...], told: str) -> None:
    code, out, err = office("report", *words)
    assert (code, out) == (2, "")
    assert told in err


def test_doctor_tells_what_to_repair(alur: Alur) -> None:
    code, out, _err = alur("doctor")
    assert code == 1
    assert "alur init" in out
    alur("init")
    code, out, _err = alur("doctor")
    assert code == 0
    assert "alur publish" in out
    (alur.data / "secret.key").chmod(0o644)
    code, out, _err = alur("doctor")
    assert code == 1
    assert "chmod 600" in out


def test_a_folder_that_cannot_be_used_is_told(alur: Alur, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("")
    alur.monkeypatch.setenv("ALUR_DATA", str(tmp_path / "berkas"))
    code, _out, err = alur("init")
    assert code == 2
    assert "ALUR_DATA" in err


def test_an_unreachable_database_is_told_without_its_password(alur: Alur) -> None:
    alur.monkeypatch.setenv("ALUR_DATABASE_URL", "postgresql://alur:sandi-rahasia@127.0.0.1:9/alur")
    code, out, err = alur("migrate")
    assert code == 1
    assert "ALUR_DATABASE_URL" in err
    assert "sandi-rahasia" not in out + err


# --- the server as a real process --------------------------------------------------------------


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(alur: Alur, port: int, log: Path, *words: str) -> subprocess.Popen[bytes]:
    """`alur serve` in a process group of its own; returns once it says that it is ready."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "ALUR_DATA": str(alur.data)}
    with log.open("ab") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "server.cli", "serve", "--port", str(port), *words],
            env=environment,
            cwd=alur.data,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
        )
    assert process.stdout is not None
    assert str(port).encode() in process.stdout.readline(), log.read_text()
    return process


def ask(port: int, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_the_server_serves_restarts_what_falls_and_leaves_when_asked(office: Alur, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    process = start(office, port, log, "--workers", "2", "--no-work")
    try:
        assert process.stdout is not None
        assert ask(port, "/healthz") == 200
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert len(children) == 2
        os.kill(int(children[0]), signal.SIGKILL)
        deadline = time.monotonic() + 20
        now = children
        while len(now) != 2 or children[0] in now:
            assert time.monotonic() < deadline
            time.sleep(0.1)
            now = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert ask(port, "/healthz") == 200
        process.terminate()
        assert process.wait(20) == 0
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        process.stdout.close()
    told = [json.loads(line)["event"] if line.startswith("{") else line for line in log.read_text().splitlines()]
    assert told == ["process_fell"]


def test_a_killed_server_frees_its_address_and_comes_back(office: Alur, tmp_path: Path) -> None:
    """Only the parent is killed: its children notice and leave."""
    port, log = free_port(), tmp_path / "log"
    first = start(office, port, log, "--no-work")
    first.kill()
    first.wait()
    assert first.stdout is not None
    first.stdout.close()
    second = start(office, port, log, "--no-work")
    try:
        assert ask(port, "/healthz") == 200
    finally:
        second.terminate()
        second.wait(20)
        assert second.stdout is not None
        second.stdout.close()


def test_a_taken_address_is_told(office: Alur, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.serve.BIND_SECONDS", 0.1)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, _out, err = office("serve", "--port", str(port))
    assert code == 1
    assert f"127.0.0.1:{port}" in err


def test_the_demo_says_what_it_needs_where_the_development_packages_are_missing(
    alur: Alur, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "jpype", None)
    code, _, complaint = alur("demo")
    assert code == 1
    assert "make demo" in complaint


def test_the_demo_needs_an_initialised_installation_with_its_office(alur: Alur) -> None:
    code, _, complaint = alur("demo", "--cases", "1")
    assert code == 1
    assert "alur migrate" in complaint
    assert alur("init", "--password-stdin", typed=f"{PASSWORD}\n")[0] == 0
    code, _, complaint = alur("demo", "--cases", "1")
    assert code == 1
    assert EMPTY_OFFICE in complaint

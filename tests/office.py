"""The four social-service offices as tests meet them: published, with their people, on a running server."""

import http.client
import json
import shutil
import tempfile
import threading
from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select, update
from waitress.server import create_server

from forms.schema import Schema
from server.access import OPERATOR, Viewer
from server.actions.phones import add_phone
from server.actions.publish import publish_folders
from server.actions.runtime import Runtime, make_runtime
from server.actions.users import add_user
from server.app import create_app
from server.queries.definitions import definitions_of, find_form
from server.queries.viewers import account_by_login
from server.settings import Settings
from server.store import Store, cases, people, projects
from server.work import worker
from tests.world import Clock, Database, Databases, watched

OFFICES = Path(__file__).parents[1] / "xlsforms"
PASURUAN = OFFICES / "kota_pasuruan"
_COPY = tempfile.TemporaryDirectory(prefix="alur-office-")
XLSFORMS = Path(_COPY.name) / "kota_pasuruan"
"""The office with its service for children before the law alone: what most stories need, published in half the time."""
shutil.copytree(PASURUAN / "abh", XLSFORMS / "abh")
shutil.copy(PASURUAN / "kantor.xlsx", XLSFORMS)
SECRET = "rahasia-untuk-uji-coba-saja-1234567890"
PASSWORD = "kata sandi yang panjang"

People = Mapping[str, tuple[str, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Town:
    """An office and who works there: `people` by log-in (their name, their roles), its `supervisor` by log-in."""

    folder: Path
    domain: str
    supervisor: str
    people: People

    @property
    def name(self) -> str:
        """What its prepared database is called; the usual office is the one most fixtures lend."""
        return "office" if self.folder == XLSFORMS else self.folder.name

    def login(self, name: str) -> str:
        """What somebody of this office signs in with."""
        return f"{name}@{self.domain}"


# Named people with fixed posts; Bambang is always the outsider, of another office.
PEOPLE: People = {
    "rina": ("Rina Kartika", ("admin",)),
    "sri": ("Sri Wahyuni", ("peksos",)),
    "tono": ("Tono Hartono", ("tksk",)),
    "hadi": ("Hadi Prasetyo", ("supervisor",)),
    "dewi": ("Dewi Lestari", ("staf_datin",)),
}
KOTA_PASURUAN = Town(XLSFORMS, "pasuruan.test", "hadi", PEOPLE)
KOTA_PANGKALPINANG = Town(
    OFFICES / "kota_pangkalpinang",
    "pangkalpinang.test",
    "linda",
    {
        "rudi": ("Rudi Hartanto", ("admin",)),
        "nurul": ("Nurul Umpamawati", ("peksos_kasi",)),
        "feri": ("Feri Rekaanto", ("peksos_kasi",)),
        "rosidah": ("Rosidah Tamsilwati", ("ketua_rps",)),
        "yusuf": ("Yusuf Misalkan", ("kabid",)),
        "linda": ("Linda Contohani", ("supervisor",)),
    },
)
KAB_LUMAJANG = Town(
    OFFICES / "kab_lumajang",
    "lumajang.test",
    "slamet",
    {
        "rudi": ("Rudi Hartanto", ("admin",)),
        "rina": ("Rina Misalsari", ("peksos",)),
        "wahyu": ("Wahyu Rekawan", ("petugas",)),
        "dewi": ("Dewi Tamsilningsih", ("sakti_peksos",)),
        "budi": ("Budi Andaiwan", ("subkoor",)),
        "susi": ("Susi Rekaaningrum", ("kasi",)),
        "retno": ("Retno Misalwati", ("kabid",)),
        "endang": ("Endang Perumpami", ("kadis",)),
        "slamet": ("Slamet Contoharjo", ("supervisor",)),
    },
)
KOTA_BANJAR = Town(
    OFFICES / "kota_banjar",
    "banjar.test",
    "dadan",
    {
        "rudi": ("Rudi Hartanto", ("admin",)),
        "yayat": ("Yayat Umpama", ("petugas_rehsos",)),
        "iis": ("Iis Tamsilah", ("petugas_rehsos",)),
        "dadan": ("Dadan Andaian", ("supervisor",)),
    },
)
OUTSIDER = ("bambang", "Bambang Sutejo", "peksos")


@dataclass
class Answer:
    """What the server answered: status, headers (lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Client:
    """A program that asks the server as one person (Basic log-in) or as nobody."""

    address: str
    login: str | None = None
    password: str = PASSWORD
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None) -> Answer:
        parts = urlsplit(self.address)
        sent = {**self.headers, **(headers or {})}
        if self.login:
            sent["Authorization"] = "Basic " + b64encode(f"{self.login}:{self.password}".encode()).decode()
            sent["X-Forwarded-Proto"] = "https"
        data = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        if data is not None and not isinstance(body, bytes):
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            connection.request(method, quote(path, safe="/?&=$%:,'()+*"), data, sent)
            got = connection.getresponse()
            return Answer(got.status, {k.lower(): v for k, v in got.getheaders()}, got.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, None, headers)

    def post(self, path: str, body: object = None, **headers: str) -> Answer:
        return self.ask("POST", path, body, headers)


@dataclass
class Office:
    """A published office on a running server. `project` is its id; `other` the project of another office."""

    store: Store
    address: str
    project: int
    other: int
    clock: Clock
    town: Town = KOTA_PASURUAN

    def work(self, public_url: str = "") -> None:
        """Lets the worker do all that waits."""
        while worker.run_once(worker.Runtime(self.store, public_url)):
            pass

    def as_(self, name: str | None) -> Client:
        """A client signed in as one of the town's people, as `bambang`, or as nobody (None)."""
        return Client(self.address, self.town.login(name) if name else None)

    def viewer(self, name: str) -> Viewer:
        account = account_by_login(self.store, self.town.login(name))
        assert account is not None
        return account.viewer

    def phone_url(self, name: str = "Ponsel Sri", officer: str | None = "sri") -> str:
        """Adds a phone and gives the server address its QR code holds."""
        login = self.town.login(officer) if officer else None
        phone = add_phone(self.store, OPERATOR, self.project, name, login, secret=SECRET.encode())
        return f"{self.address}/v1/key/{phone.token}/projects/{self.project}"

    def schema(self, form_id: str) -> Schema:
        """The published schema of a form."""
        with self.store.read() as db:
            form = find_form(db, self.project, form_id)
        assert form is not None
        assert form.current_version_id is not None
        return definitions_of(self.store).form_version(form.current_version_id).schema

    def count(self, table) -> int:
        with self.store.read() as db:
            return db.execute(select(func.count()).select_from(table)).scalar_one()

    @property
    def cases(self) -> list[dict]:
        answer = self.as_(self.town.supervisor).get(f"/v1/projects/{self.project}/cases?limit=1000")
        assert answer.status == 200, answer.text
        return answer.json

    def case(self, case_id: str) -> dict:
        answer = self.as_(self.town.supervisor).get(f"/v1/projects/{self.project}/cases/{case_id}")
        assert answer.status == 200, answer.text
        return answer.json

    def routes(self, case_id: str) -> set[str]:
        """The routes the case has taken, those of decisions taken back included."""
        return {name for decision in self.case(case_id)["decisions"] for name in decision["routes"]}

    def act(self, name: str, case_id: str, kind: str, **body: object) -> Answer:
        """What somebody does to a case on the web: `act("yusuf", case, "decision", step="s03", answers={…})`."""
        return self.as_(name).post(f"/v1/projects/{self.project}/cases/{case_id}/events", {"type": kind, **body})


def settle(store: Store, bundle: Path | None = None, town: Town = KOTA_PASURUAN) -> None:
    """Publishes the office (`bundle` in place of the town's folder) and takes its people on.

    Once per test run; later tests copy the result.
    """
    publish_folders(store, OPERATOR, [bundle or town.folder])
    with store.read() as db:
        project = db.execute(select(projects.project.c.id).order_by(projects.project.c.id)).scalars().first()
    with store.write() as tx:
        row = {"name": "Dinas Sosial Kota Lain", "timezone": "Asia/Makassar", "created_at": "2026-01-01T00:00:00.000Z"}
        other = tx.execute(projects.project.insert().returning(projects.project.c.id), row).scalar_one()
        tx.audit(None, "test.settle")
    for login, (name, roles) in town.people.items():
        where = None if roles == ("admin",) else project
        add_user(store, OPERATOR, town.login(login), role=roles[0], project_id=where, name=name, password=PASSWORD)
    login, name, role = OUTSIDER
    add_user(store, OPERATOR, town.login(login), role=role, project_id=other, name=name, password=PASSWORD)
    _quick_to_check(store)


def _quick_to_check(store: Store) -> None:
    """Everybody's password is the same and kept by a hash that costs little to check, as thousands of tests do."""
    light = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with store.write() as tx:
        tx.execute(update(people.user), {"password_hash": light})
        tx.audit(None, "test.settle")


_IDLE: list[Flask] = []


@contextmanager
def application(store: Store) -> Iterator[Flask]:
    """The web application over this store.

    Making one costs more than most tests: its routes and pages are compiled. So one that has served its test serves
    the next, with what `make_runtime` wires to a store wired anew.
    """
    app = _IDLE.pop() if _IDLE else create_app(Settings(data=store.data, secret_key=SECRET), store)
    kept: Runtime = app.extensions["alur"]
    wired = make_runtime(store, secret=kept.secret, public_url=kept.public_url)
    for part in fields(Runtime):
        # Runtime never changes while it serves; between two tests it does.
        object.__setattr__(kept, part.name, getattr(wired, part.name))
    yield app
    _IDLE.append(app)


@contextmanager
def running(store: Store) -> Iterator[str]:
    """Serves this store from a thread on a free port; gives the address."""
    with application(store) as app, _served(app) as address:
        yield address


@contextmanager
def _served(app: Flask) -> Iterator[str]:
    server = create_server(app, host="127.0.0.1", port=0, threads=8, clear_untrusted_proxy_headers=False)
    # Waitress takes whole seconds only, and every test waits this long for its server to leave.
    server.adj.asyncore_loop_timeout = 0.05
    leaving = threading.Event()

    def run() -> None:
        try:
            server.run()
        except (OSError, ValueError):
            # waitress has no door to leave by: closing its sockets ends the loop with an error.
            if not leaving.is_set():
                raise

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.effective_port}"
    finally:
        leaving.set()
        # A thread still winding up its answer would write to a closed socket.
        server.task_dispatcher.shutdown()
        server.close()
        thread.join(5)


@contextmanager
def open_office(database: Database, clock: Clock, town: Town = KOTA_PASURUAN) -> Iterator[Office]:
    """The office of a copied database, open for business."""
    store = Store(database.data, database.url, clock)
    with store.read() as db:
        ids = db.execute(select(projects.project.c.id).order_by(projects.project.c.id)).scalars().all()
    with running(store) as address:
        yield Office(store, address, ids[0], ids[1], clock, town)
    with store.read() as db:
        faults = db.execute(select(cases.task).where(cases.task.c.fault == "program")).all()
    store.close()
    assert not faults, faults


def opened(
    town: Town, kind: str, databases: Databases, folder: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    """What a fixture yields from for a published office of a town: its own database, open for business."""
    prepared = databases.prepared(town.name, partial(settle, town=town), kind, folder)
    for database in watched(databases, prepared, request):
        with open_office(database, clock, town) as office:
            yield office

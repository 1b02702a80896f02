"""Workbooks made to hurt are published while phones go on sending: each is answered in time, and nobody else waits."""

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.users import add_user
from server.limits.books import convert_forms
from server.store import Store, projects
from tests.hostile_books import HOSTILE, book
from tests.office import PASSWORD, SECRET, Client, running
from tests.sending import answers_xml, send
from tests.world import Clock, Databases

RINA = "rina@musuh.test"
WALL = 10.0
OPENED = [item for item in HOSTILE if not (item.code or "").startswith("workbook.")]
TRIED = ("sejuta sel", "bom zip", "sel sepanjang sejuta huruf", "kelompok seribu tingkat", "zip bersandi")


@dataclass(frozen=True, slots=True)
class Server:
    rina: Client
    phone: str


@pytest.fixture(scope="module")
def server(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    database = databases.migrated("sqlite", tmp_path_factory.mktemp("musuh") / "data")
    store = Store(database.data, clock=Clock())
    with store.write() as tx:
        row = {"name": "Kantor", "timezone": "Asia/Jakarta", "created_at": "2026-01-01T00:00:00.000Z"}
        tx.execute(projects.project.insert(), row)
        tx.audit(None, "test.settle")
    add_user(store, OPERATOR, RINA, role="admin", project_id=None, name="Rina Kartika", password=PASSWORD)
    made = add_phone(store, OPERATOR, 1, "Ponsel", None, secret=SECRET.encode())
    with running(store) as address:
        yield Server(Client(address, RINA), f"{address}/v1/key/{made.token}/projects/1")
    store.close()


def test_what_opens_is_converted_under_limits_and_told_by_its_fault() -> None:
    """All in one start of the converter, so that none can spoil the others."""
    outcomes = convert_forms([(item.make(), item.name) for item in OPENED])
    for item, converted in zip(OPENED, outcomes, strict=True):
        errors = [finding.code for finding in converted.findings if finding.level == "error"]
        if item.code is None:
            assert errors == [], item.name
            assert converted.xform is not None
        else:
            assert any(code.startswith(item.code) for code in errors), (item.name, errors)
            assert converted.xform is None


def test_phones_go_on_sending_while_hostile_workbooks_are_published(server: Server) -> None:
    forms = "/v1/projects/1/forms?publish=true&ignoreWarnings=true"
    made = server.rina.ask("POST", forms, book())
    assert made.status == 200, made.text
    taken: list[float] = []
    statuses: list[int] = []
    done = threading.Event()

    def phone() -> None:
        while not done.is_set():
            began = time.monotonic()
            statuses.append(send(server.phone, answers_xml("musuh", "1", {"nama": "Ani"})).status)
            taken.append(time.monotonic() - began)

    sender = threading.Thread(target=phone)
    sender.start()
    try:
        for item in (item for item in HOSTILE if item.name in TRIED):
            began = time.monotonic()
            answer = server.rina.ask("POST", forms, item.make())
            assert answer.status == 400, (item.name, answer.text)
            assert answer.json["message"]
            assert time.monotonic() - began < WALL, item.name
    finally:
        done.set()
        sender.join(30)
    assert set(statuses) == {201}
    assert len(statuses) > len(TRIED)
    assert max(taken) < 5
    listed = server.rina.get("/v1/projects/1/forms/musuh/submissions").json
    assert len(listed) == len(statuses)

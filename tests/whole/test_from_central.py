"""An office leaves ODK Central: its script uploads every form to Alur, twenty phones scan a new code, work goes on.

The script is pyodk as it ran against Central; nothing of it is changed but the address.
"""

import base64
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyodk._utils.config import CentralConfig, Config
from pyodk._utils.session import Session
from pyodk.client import Client as Script

from forms.schema import read as read_schema
from server.access import OPERATOR
from server.actions.users import add_user
from server.queries.phones_page import phones_page
from server.store import Store, projects
from tests import corpus
from tests.books import from_rows
from tests.corpus import filling, reading
from tests.office import PASSWORD, SECRET, running
from tests.phone.collect import Instance, Phone
from tests.world import Clock, Databases, program_faults

PHONES = 20
RINA = "rina@pindah.test"
EDITED = "korpus_setelan"


@dataclass(frozen=True, slots=True)
class Moved:
    """The office after its first day: the script of its admin, the phones, and what each of them has sent by form."""

    script: Script
    phones: list[Phone]
    sent: dict[str, list[Instance]]
    store: Store

    def get(self, path: str) -> bytes:
        answer = self.script.get(f"projects/1/{path}")
        assert answer.status_code == 200, answer.text
        return answer.content


@pytest.fixture(scope="module")
def moved(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Moved]:
    folder = tmp_path_factory.mktemp("pindah")
    database = databases.prepared("empty", empty, "sqlite", folder / "data")
    store = Store(database.data, clock=Clock())
    with running(store) as address:
        session = Session(address, "v1", RINA, PASSWORD, cache_path=folder / "token.toml")
        with Script(config=Config(CentralConfig(address, RINA, PASSWORD, 1)), session=session) as script:
            upload(script, folder)
            phones = [scanned(code) for code in codes(script, store, address)]
            yield Moved(script, phones, a_day_of_work(phones), store)
    store.close()


def empty(store: Store) -> None:
    """An office with an admin and nothing else."""
    row = {"name": "Dinas Sosial Kota Pindah", "timezone": "Asia/Jakarta", "created_at": "2026-01-01T00:00:00.000Z"}
    with store.write() as tx:
        tx.execute(projects.project.insert(), row)
        tx.audit(None, "test.settle")
    add_user(store, OPERATOR, RINA, role="admin", project_id=None, name="Rina Kartika", password=PASSWORD)


def upload(script: Script, folder: Path) -> None:
    """Every form with the files it names, the one that makes a list before those that choose from it."""
    for name, data in corpus.media().items():
        (folder / name).write_bytes(data)
    for form_id in sorted(corpus.FORM_IDS, key=lambda form_id: form_id != filling.FIRST):
        text = corpus.text_of(form_id)
        files = [folder / name for name in corpus.media() if named(name, text)]
        made = script.forms.create(corpus.workbook(form_id), attachments=files)
        assert (made.xmlFormId, made.state) == (form_id, "open")


def named(file: str, text: str) -> bool:
    """Whether a form's text names a file: in a cell as it is, or without its ending in a formula."""
    return re.search(rf"\b{re.escape(file)}|['\"]{re.escape(Path(file).stem)}['\"]", text) is not None


def codes(script: Script, store: Store, address: str) -> list[str]:
    """The text of each new phone's QR code, as the office's page shows it."""
    script.projects.create_app_users([f"HP {number:02}" for number in range(1, PHONES + 1)], forms=corpus.FORM_IDS)
    return [card.qr for card in phones_page(store, OPERATOR, SECRET.encode(), address, 1).cards]


def scanned(code: str) -> Phone:
    """A phone that had Central's code and scans this one."""
    settings = json.loads(zlib.decompress(base64.b64decode(code)))
    return Phone(settings["general"]["server_url"])


def a_day_of_work(phones: list[Phone]) -> dict[str, list[Instance]]:
    """Each phone fills two forms, so that every form is filled; the list that others choose from comes first."""
    sent: dict[str, list[Instance]] = defaultdict(list)
    order = sorted(corpus.FORM_IDS, key=lambda form_id: form_id != filling.FIRST)
    for number, phone in enumerate(phones):
        phone.sync()
        for form_id in {order[number % len(order)], order[(7 * number + 1) % len(order)]}:
            grown = filling.GROWN if form_id == filling.FIRST else {}
            sent[form_id].append(filling.sent(phone, form_id, seed=900 + number, answers=grown))
    return sent


def test_every_phone_has_every_form_and_every_file(moved: Moved) -> None:
    wanted = set(corpus.FORM_IDS)
    assert all(set(phone.installed) == wanted for phone in moved.phones)
    assert all(
        phone.requests and {status for *_, status in phone.requests} <= {200, 201, 204} for phone in moved.phones
    )


def test_every_answer_of_every_form_comes_back(moved: Moved) -> None:
    assert set(moved.sent) == set(corpus.FORM_IDS)
    for form_id, instances in moved.sent.items():
        schema = read_schema(moved.get(f"forms/{form_id}.xml").decode())
        rows = reading.rows_of(moved.get(f"forms/{form_id}/submissions.csv.zip?attachments=false"))
        feed = {row["__id"]: row for row in moved.script.submissions.get_table(form_id, expand="*")["value"]}
        assert {row.instanceId for row in moved.script.submissions.list(form_id)} == set(feed)
        for instance in instances:
            assert instance.status == 201, instance.message
            place = f"forms/{form_id}/submissions/{instance.instance_id}"
            assert moved.get(f"{place}.xml") == instance.xml
            for name, data in instance.files.items():
                assert moved.get(f"{place}/attachments/{name}") == data
            for one in reading.said(instance.xml, schema, instance.instance_id):
                assert reading.in_csv(one, rows[one.key]), one
                assert reading.in_odata(one, feed[instance.instance_id]), one
    assert program_faults(moved.store) == 0


def test_a_new_version_reaches_the_phones_and_what_they_sent_stays_under_the_old_one(moved: Moved) -> None:
    script, phone = moved.script, moved.phones[0]
    before = script.forms.get(EDITED).version
    sheets = corpus.sheets(corpus.text_of(EDITED))
    heads, values = sheets["settings"][:2]
    values[heads.index("version")] = f"{before}-a"
    script.forms.update(EDITED, definition=from_rows(sheets))
    held = {form_id: installed.hash for form_id, installed in phone.installed.items()}
    phone.sync()
    assert {form_id for form_id, installed in phone.installed.items() if installed.hash != held[form_id]} == {EDITED}
    assert phone.forms[EDITED].version == f"{before}-a"
    again = filling.sent(phone, EDITED, seed=950)
    assert again.status == 201
    versions = {row["__id"]: row["__system"]["formVersion"] for row in script.submissions.get_table(EDITED)["value"]}
    assert versions.pop(again.instance_id) == f"{before}-a"
    assert set(versions.values()) == {before}

"""Files of trials go with their draft; never one that anything else still names."""

import os
import re
import threading
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Text, select

from server.store import Store, metadata
from server.store.blob_names import COLUMNS, TEXTS
from server.store.blobs import NAMED_WITHIN, Blobs
from server.store.drafts import draft_attachment
from server.work.worker import Runtime, run_forever
from tests.books import form as workbook
from tests.doors.test_recorded_decisions import ANSWERS
from tests.doors.test_tuna_susila_stories import assessed, taken_in
from tests.office import KOTA_PANGKALPINANG, Office, opened
from tests.officer import Officer
from tests.sending import answers_xml, send
from tests.world import Clock, Databases

FORM = "uji_kunjungan"
OTHER = "uji_lagi"
REPORT = "tuna_susila_laporan_awal"
ALONE, IN_A_CASE, IN_AN_ACT, WAITING, IN_TWO_DRAFTS = (
    b"\xff\xd8\xff" + name for name in (b"coba", b"kasus", b"lembar", b"menunggu", b"dua draf")
)


@pytest.fixture
def office(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KOTA_PANGKALPINANG, kind, databases, tmp_path / "office", clock, request)


def trial(office: Office, form: str, files: dict[str, bytes]) -> str:
    """The address of a new draft on trial, with one trial sent that has these files."""
    book = workbook("| | text | catatan | Catatan | | | | | | |", settings=f"| | {form} | 1 | Uji |")
    path = f"/v1/projects/{office.project}/forms"
    token = office.as_("rudi").post(f"{path}?publish=false&ignoreWarnings=true", book).json["draftToken"]
    url = f"{office.address}/v1/test/{token}/projects/{office.project}/forms/{form}/draft"
    assert send(url, answers_xml(form, "1", {"catatan": "coba"}, instance="uuid:coba"), files).status == 201
    return url


def later(office: Office) -> None:
    """Three days on, the worker has done what waited."""
    office.clock.advance(days=3)
    for file in office.store.blobs.folder.rglob("*"):
        os.utime(file, (time.time() - 3 * NAMED_WITHIN,) * 2)
    office.work()


def there(office: Office, data: bytes) -> bool:
    return any(path.is_file() and path.read_bytes() == data for path in office.store.blobs.folder.rglob("*"))


def test_photos_of_trials_go_with_the_draft_and_those_somebody_else_has_stay(office: Office) -> None:
    nurul = Officer(office, "Ponsel Nurul", sop="tuna_susila", who="nurul")
    case = taken_in(nurul, "Melati")
    assessed(nurul, case)
    scan = {"type": "image/jpeg", "content": b64encode(IN_AN_ACT).decode()}
    decided = {"step": "s03", "answers": ANSWERS, "decidedOn": "2026-03-03", "decidedBy": office.town.login("yusuf")}
    assert office.act("linda", case, "decision", scan=scan, **decided).status == 200
    for photo, ids in (
        (IN_A_CASE, {"instance": "uuid:a"}),
        (WAITING, {"instance": "uuid:c", "deprecatedID": "uuid:b"}),
    ):
        sent = answers_xml(REPORT, office.schema(REPORT).version, {}, **ids)
        assert send(office.phone_url(officer="nurul"), sent, {"foto.jpg": photo}).status == 201
    every = {"1.jpg": ALONE, "2.jpg": IN_A_CASE, "3.jpg": IN_AN_ACT, "4.jpg": WAITING, "5.jpg": IN_TWO_DRAFTS}
    url = trial(office, FORM, every)
    assert (
        send(url, answers_xml(FORM, "1", {"catatan": "coba"}, instance="uuid:coba"), {"1.jpg": b"lain"}).status == 201
    )
    assert office.count(draft_attachment) == 6, "two photos of one name are both kept"
    trial(office, OTHER, {"1.jpg": IN_TWO_DRAFTS})
    assert office.as_("rudi").post(f"/v1/projects/{office.project}/forms/{FORM}/draft/publish").status == 200
    assert there(office, ALONE), "who sent the same photo a moment ago is not done yet"
    later(office)
    gone = [name for name, data in every.items() if not there(office, data)]
    assert gone == ["1.jpg"]
    assert not there(office, b"lain")
    strangers = {f"{column.table.name}.{column.name}" for column in naming(office) - set(COLUMNS) - set(TEXTS)}
    assert strangers == set(), "they name files that would be swept: server/store/blob_names.py"


def naming(office: Office) -> set:
    """The columns in which the name of a stored file was found."""
    stored = {path.name for path in office.store.blobs.folder.rglob("*") if path.is_file()}
    found = set()
    with office.store.read() as db:
        for table in metadata.tables.values():
            for column in table.columns:
                # `sha256` tells what something is, not where it lies.
                if isinstance(column.type, Text) and column.name != "sha256":
                    said = " ".join(str(text) for text in db.execute(select(column)).scalars())
                    if stored & set(re.findall(r"[0-9a-f]{64}", said)):
                        found.add(column)
    return found


def test_what_is_stored_again_is_not_removed_while_it_may_still_be_named(tmp_path: Path) -> None:
    blobs = Blobs(tmp_path)
    blob = blobs.put(b"foto")
    assert not blobs.remove(blob.sha256)
    os.utime(blobs.path(blob.sha256), (time.time() - 2 * NAMED_WITHIN,) * 2)
    assert blobs.put(b"foto") == blob
    assert not blobs.remove(blob.sha256)
    assert blobs.get(blob.sha256) == b"foto"
    os.utime(blobs.path(blob.sha256), (time.time() - 2 * NAMED_WITHIN,) * 2)
    assert blobs.remove(blob.sha256)
    assert blobs.remove(blob.sha256), "a worker killed in the middle does it again"
    assert blobs.put(b"foto") == blob
    assert blobs.get(blob.sha256) == b"foto"


def test_what_a_killed_process_was_storing_goes_when_the_worker_starts_a_day_later(store: Store) -> None:
    old, new = store.blobs.folder / ".new-lama", store.blobs.folder / ".new-baru"
    for path in (old, new):
        path.write_bytes(b"setengah")
    os.utime(old, (time.time() - 2 * NAMED_WITHIN,) * 2)
    stop = threading.Event()
    stop.set()
    run_forever(Runtime(store), stop)
    assert not old.exists()
    assert new.exists(), "somebody may still be at it"

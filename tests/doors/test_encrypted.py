"""Encrypted forms: kept whole as the phone sent them, opened only with the key of whoever takes the answers out."""

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.doors.test_exports import AUDIT, archive, table
from tests.exporting import base, instance, publish, read, xml
from tests.office import Answer, Office, open_office, settle
from tests.phone.encrypting import NAMESPACES, Keys, Sent, encrypt
from tests.sending import send as send_parts
from tests.world import Clock, Databases

FORM = "rahasia"
BOOK = """
| survey |
| | type | name | label |
| | text | nama | Nama |
| | image | foto | Foto |
| | image | foto2 | Foto |
| | audit | audit | |
| settings |
| | form_id | version | form_title | public_key |
| | rahasia | 1 | Rahasia | {key} |
"""
KEYS, OTHER = Keys.make(), Keys.make()
SECRET = "Nama Yang Dirahasiakan"
MEDIA = {"1.jpg": b"foto satu" * 1000, "2.jpg": b"", "audit.csv": AUDIT}


def answers(number: int, name: str = SECRET) -> bytes:
    more = "<orx:audit>audit.csv</orx:audit>"
    return xml(number, f"<nama>{name}</nama><foto>1.jpg</foto><foto2>2.jpg</foto2>", form=FORM, more=more)


def sealed(number: int, keys: Keys = KEYS, namespace: str = NAMESPACES[1], signed: bytes | None = None) -> Sent:
    return encrypt(keys, FORM, "1", instance(number), answers(number), MEDIA, namespace=namespace, signed=signed)


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """The office with an encrypted form and five submissions: two good ones (one of each kind of envelope), one whose
    answers are still on the phone, one for another key, one that was changed on the way. Tests here only read."""
    folder: Path = tmp_path_factory.mktemp("encrypted") / "office"
    database = databases.prepared("office", settle, "sqlite", folder)
    clock = Clock()
    with open_office(database, clock) as made:
        publish(made, BOOK.format(key=KEYS.public_text))
        phone = made.phone_url()
        without_answers = sealed(3)
        del without_answers.files["submission.xml.enc"]
        changed = sealed(5, signed=answers(5, "Nama lain"))
        for sent in (sealed(1), sealed(2, namespace=NAMESPACES[0]), without_answers, sealed(4, OTHER), changed):
            clock.advance(minutes=1)
            got = send_parts(phone, sent.envelope, sent.files)
            assert got.status == 201, got.text
            assert send_parts(phone, sent.envelope, sent.files).status == 201
        yield made
    databases.drop(database)


def take(office: Office, body: dict[str, str], path: str = "/submissions.csv.zip") -> Answer:
    return office.as_("hadi").post(base(office, FORM) + path, body)


def test_the_envelope_and_its_files_are_kept_to_the_byte(office: Office) -> None:
    files = read(office, f"/submissions/{instance(1)}/attachments", FORM).json
    names = ["1.jpg.enc", "2.jpg.enc", "audit.csv.enc", "submission.xml.enc"]
    assert files == [{"name": name, "exists": True} for name in names]
    assert b'encrypted="yes"' in read(office, f"/submissions/{instance(1)}.xml", FORM).body
    late = read(office, f"/submissions/{instance(3)}/attachments", FORM).json
    assert {"name": "submission.xml.enc", "exists": False} in late
    late_file = office.as_("sri").post(f"{base(office, FORM)}/submissions/{instance(3)}/attachments/tidak.jpg", b"x")
    assert late_file.status == 404


def test_without_a_key_only_what_is_not_secret_is_told(office: Office) -> None:
    got = read(office, "/submissions.csv", FORM)
    assert SECRET not in got.text
    assert [(row["KEY"], row["Status"], row["nama"]) for row in table(got.text)] == [
        (instance(5), "not decrypted", ""),
        (instance(4), "not decrypted", ""),
        (instance(3), "missing encrypted form data", ""),
        (instance(2), "not decrypted", ""),
        (instance(1), "not decrypted", ""),
    ]
    first = table(got.text)[-1]
    assert (first["AttachmentsPresent"], first["AttachmentsExpected"]) == ("4", "4")
    statuses = [row["__system"]["status"] for row in rows_of(office)]
    assert statuses == ["notDecrypted", "notDecrypted", "missingEncryptedFormData", "notDecrypted", "notDecrypted"]
    assert {row["nama"] for row in rows_of(office)} == {None}


def rows_of(office: Office) -> list[dict]:
    return read(office, ".svc/Submissions", FORM).json["value"]


def test_with_the_key_the_answers_the_photos_and_the_log_come_out(office: Office) -> None:
    found = archive(take(office, {"privateKey": KEYS.pem()}).body)
    told = [(row["KEY"], row["Status"], row["nama"]) for row in table(found["rahasia.csv"].decode())]
    assert told == [
        (instance(5), "signature does not match", SECRET),
        (instance(4), "not decrypted", ""),
        (instance(3), "missing encrypted form data", ""),
        (instance(2), "", SECRET),
        (instance(1), "", SECRET),
    ]
    assert found["media/1.jpg"] == MEDIA["1.jpg"]
    assert found["media/2.jpg"] == b""
    assert not [name for name in found if name.endswith("submission.xml.enc")]
    # What the key does not open leaves as it is: nothing is lost.
    assert any(name.endswith("1.jpg.enc") for name in found)
    log = table(found["rahasia - audit.csv"].decode())
    assert {row["instance ID"] for row in log} == {instance(n) for n in (1, 2, 3, 5)}
    root = table(take(office, {"privateKey": KEYS.pem()}, "/submissions.csv").text)
    assert [row["nama"] for row in root] == [SECRET, "", "", SECRET, SECRET]


def test_a_key_is_given_as_central_takes_it_and_with_its_passphrase(office: Office) -> None:
    (key,) = read(office, "/submissions/keys", FORM).json
    assert (key["public"], key["managed"]) == (KEYS.public_text, False)
    form = urlencode({str(key["id"]): KEYS.pem("kata sandi"), "passphrase": "kata sandi", "attachments": "false"})
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    got = office.as_("hadi").post(f"{base(office, FORM)}/submissions.csv.zip", form.encode(), **kind)
    assert table(archive(got.body)["rahasia.csv"].decode())[-1]["nama"] == SECRET


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"privateKey": OTHER.pem()}, "export.key_other"),
        ({"privateKey": "bukan kunci"}, "export.key_unreadable"),
        ({"privateKey": KEYS.public_text}, "export.key_unreadable"),
        ({"privateKey": KEYS.pem("benar"), "passphrase": "salah"}, "export.key_passphrase"),
        ({"privateKey": KEYS.pem("benar")}, "export.key_passphrase"),
    ],
)
def test_a_key_that_cannot_open_is_refused_in_words(office: Office, body: dict[str, str], problem: str) -> None:
    got = take(office, body)
    assert (got.status, got.json["details"]["problem"]) == (400, problem)
    assert "PRIVATE" not in got.text


def test_the_key_and_what_it_opened_are_kept_nowhere(office: Office) -> None:
    take(office, {"privateKey": KEYS.pem(), "passphrase": "kata-sandi-yang-dicari"})
    middle = KEYS.pem().splitlines()[5].encode()
    for path in office.store.data.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert middle not in data, path
            assert SECRET.encode() not in data, path
            assert b"kata-sandi-yang-dicari" not in data, path


def test_a_key_in_the_address_is_not_taken(office: Office) -> None:
    got = read(office, f"/submissions.csv?privateKey={KEYS.pem()[:40].replace(chr(10), '')}", FORM)
    assert json.dumps([row["nama"] for row in table(got.text)]) == json.dumps([""] * 5)

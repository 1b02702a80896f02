"""Section D, what is read back: OData, CSV and logs; and the decryption of section E."""

import base64
import csv
import hashlib
import io
import math
import zipfile
from collections.abc import Mapping
from uuid import uuid4

import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from lxml import etree

from forms import client_audit, encryption, envelope, geo
from forms.xlsform import convert
from tests.books import form as workbook
from tests.office import Office
from tests.sending import send

FORM = "panjang"
ROWS = """
| | geopoint | titik | Titik | | | | | | |
| | geotrace | jejak | Jejak | | | | | | |
| | select_multiple k or_other | pilih | Pilih | | | | | | |
| | text | a-b | AB | | | | | | |
| | text | a.b | AB | | | | | | |
| | begin_group | hilang | Hilang | | ${a-b} = 'ada' | | | | |
| | text | isi | Isi | | | | | | |
| | end_group | | | | | | | | |
| | begin_group | g | G | | | | | | |
| | begin_repeat | anak | Anak | | | | | | |
| | text | nama | Nama | | | | | | |
| | begin_repeat | mainan | Mainan | | | | | | |
| | text | apa | Apa | | | | | | |
| | end_repeat | | | | | | | | |
| | end_repeat | | | | | | | | |
| | end_group | | | | | | | | |
| | begin_group | h | H | | | | | | |
| | begin_repeat | saudara | Anak | | | | | | |
| | text | nama | Nama | | | | | | |
| | end_repeat | | | | | | | | |
| | end_group | | | | | | | | |
"""
CHOICES = "| | k | k1 | Satu |\n| | k | k10 | Sepuluh |\n| | k | k2 | Dua |"
ANSWERS = (
    "<titik>-7.65 112.9 0 0</titik><jejak>-7.6 112.9 0 0; NaN 1 ;-7.7 112.8;</jejak><pilih>k10\n k2</pilih>"
    "<pilih_other/><a-b>x</a-b><a.b>y</a.b>"
    "<g><anak><nama>A</nama><mainan><apa>bola</apa></mainan><mainan><apa>tali</apa></mainan></anak>"
    "<anak><nama>B</nama></anak></g><h/>"
)


def answers(instance: str, told: str = ANSWERS) -> bytes:
    return f'<data id="{FORM}" version="1">{told}<meta><instanceID>{instance}</instanceID></meta></data>'.encode()


@pytest.fixture(scope="module")
def one(office: Office, url: str) -> str:
    """The id of a submission of the form, which is published for it."""
    book = workbook(ROWS, CHOICES, settings=f"| | {FORM} | 1 | Panjang |")
    made = office.as_("rina").post(f"/v1/projects/{office.project}/forms?publish=true&ignoreWarnings=true", book)
    assert made.status == 200, made.text
    instance = f"uuid:{uuid4()}"
    assert send(url, answers(instance)).status == 201
    return instance


def svc(office: Office, path: str = "") -> dict:
    answer = office.as_("hadi").get(f"/v1/projects/{office.project}/forms/{FORM}.svc{path}")
    assert answer.status == 200, answer.text
    return answer.json


def tables(office: Office, query: str = "") -> Mapping[str, list[dict[str, str]]]:
    path = f"/v1/projects/{office.project}/forms/{FORM}/submissions.csv.zip{query}"
    with zipfile.ZipFile(io.BytesIO(office.as_("hadi").get(path).body)) as packed:
        return {
            name: list(csv.DictReader(io.StringIO(packed.read(name).decode("utf-8-sig"), newline="")))
            for name in packed.namelist()
            if name.endswith(".csv")
        }


def headers(office: Office) -> Mapping[str, list[str]]:
    path = f"/v1/projects/{office.project}/forms/{FORM}/submissions.csv.zip"
    with zipfile.ZipFile(io.BytesIO(office.as_("hadi").get(path).body)) as packed:
        return {
            name: next(csv.reader(io.StringIO(packed.read(name).decode("utf-8-sig"))))
            for name in packed.namelist()
            if name.endswith(".csv")
        }


def test_45_read_points_of_two_to_four_numbers_skip_blank_ones_keep_accuracy_0_and_give_longitude_first(
    office: Office, one: str
) -> None:
    assert [len(geo.points(text)) for text in ("", "1", "1 2", "1 2 3", "1 2 3 0", "1 2 3 4 5", "NaN 2")] == [
        *(0, 0, 1, 1, 1, 0, 0)
    ]
    assert geo.points("1 2 3 0")[0].accuracy == 0
    (row,) = svc(office, "/Submissions")["value"]
    assert row["titik"]["coordinates"][:2] == [112.9, -7.65]
    assert row["titik"]["properties"]["accuracy"] == 0
    assert [place[:2] for place in row["jejak"]["coordinates"]] == [[112.9, -7.6], [112.8, -7.7]]


def test_46_split_choices_at_any_whitespace_count_k1_apart_from_k10_and_show_also_what_nobody_chose(
    office: Office, one: str
) -> None:
    (row,) = tables(office, "?splitSelectMultiples=true")[f"{FORM}.csv"]
    assert row["pilih"].split() == ["k10", "k2"]
    assert (row["pilih/k1"], row["pilih/k10"], row["pilih/k2"]) == ("0", "1", "1")
    assert "pilih_other" in row


def test_50_give_each_row_the_key_of_its_nearest_repeat_distinct_files_and_headers_also_without_rows(
    office: Office, one: str
) -> None:
    told = tables(office)
    children = told[f"{FORM}-anak.csv"]
    toys = told[f"{FORM}-mainan.csv"]
    assert [row["PARENT_KEY"] for row in toys] == [f"{one}/g/anak[1]"] * 2
    assert [row["KEY"] for row in toys] == [f"{one}/g/anak[1]/mainan[{number}]" for number in (1, 2)]
    assert [(row["PARENT_KEY"], row["KEY"]) for row in children] == [(one, f"{one}/g/anak[{n}]") for n in (1, 2)]
    # Two repeats of one name, whose tables could be taken for one another, are refused before anybody fills them.
    twice = convert(workbook(ROWS.replace("saudara", "anak"), CHOICES), "panjang.xlsx")
    assert "xlsform.duplicate_repeat" in {item.code for item in twice.findings if item.level == "error"}
    columns = headers(office)
    assert told[f"{FORM}-saudara.csv"] == []
    assert all({"PARENT_KEY", "KEY"} <= set(names) for name, names in columns.items() if name != f"{FORM}.csv")


def test_52_show_a_group_that_was_not_asked_as_empty_columns(office: Office, one: str) -> None:
    (row,) = svc(office, "/Submissions")["value"]
    assert row["hilang"] == {"isi": None}


def test_53_let_names_agree_in_service_document_metadata_and_rows_also_when_they_collide(
    office: Office, one: str
) -> None:
    base = f"/v1/projects/{office.project}/forms/{FORM}.svc"
    metadata = etree.fromstring(office.as_("hadi").get(f"{base}/$metadata").body)
    sets = {node.get("Name") for node in metadata.iter("{*}EntitySet")}
    named = {node.get("Name") for node in metadata.iter("{*}Property", "{*}NavigationProperty")}
    listed = {item["name"] for item in svc(office)["value"]}
    assert listed == sets
    assert len(listed) == 4
    for name in listed:
        for row in svc(office, f"/{name}")["value"]:
            plain = {key.partition("@")[0] for key in row if not key.startswith("@")}
            assert plain <= named, plain - named
    (row,) = svc(office, "/Submissions")["value"]
    assert sorted(value for key, value in row.items() if key.startswith("a_b")) == ["x", "y"]


def test_54_page_with_a_cursor_that_new_rows_do_not_disturb_and_row_ids_that_stay(
    office: Office, url: str, one: str
) -> None:
    office.clock.advance(minutes=1)
    second = f"uuid:{uuid4()}"
    assert send(url, answers(second)).status == 201
    toys = [row["__id"] for row in svc(office, "/Submissions.g.anak.mainan")["value"]]
    first = svc(office, "/Submissions?$top=1")
    assert [row["__id"] for row in first["value"]] == [second]
    office.clock.advance(minutes=1)
    assert send(url, answers(f"uuid:{uuid4()}")).status == 201
    follow = first["@odata.nextLink"].partition(".svc")[2]
    following = office.as_("hadi").get(f"/v1/projects/{office.project}/forms/{FORM}.svc{follow}")
    assert [row["__id"] for row in following.json["value"]] == [one]
    again = [row["__id"] for row in svc(office, "/Submissions.g.anak.mainan")["value"]]
    assert set(toys) < set(again)
    assert len(set(again)) == len(again) == 6


def test_58_read_a_log_leniently_bom_uneven_rows_bare_quotes_unknown_columns_and_a_header_in_mid_file() -> None:
    log = (
        "\ufeffevent,node,start,end\r\nform start,,1772416502123\r\nquestion,/data/a,1,2,3,4\n"
        "event,node,start,end,latitude,longitude,baru\n"
        'question,/data/b,5,6,-7.5,112,ya\nquestion,/data/"c,7,8\n'
    )
    found = list(client_audit.read(log.encode()))
    assert [item.event for item in found] == ["form start", "question", "question", "question"]
    assert (found[2].node, found[2].latitude, found[2].longitude) == ("/data/b", "-7.5", "112")
    assert "ya" in found[2].more.values()
    assert found[3].start == "7"


@pytest.mark.parametrize(
    "namespace", ["http://opendatakit.org/submissions", "http://www.opendatakit.org/xforms/encrypted"]
)
def test_69_open_what_a_phone_sealed_media_in_the_envelopes_order_and_the_answers_last(namespace: str) -> None:
    private = rsa.generate_private_key(65537, 2048)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    key, instance = bytes(range(32)), "uuid:11111111-1111-4111-8111-111111111111"
    plain = {"b.jpg": b"foto", "a.m4a": b"x" * 33, "submission.xml": b"<data/>"}

    def sealed(number: int, data: bytes) -> bytes:
        seed = bytearray(hashlib.md5(instance.encode() + key, usedforsecurity=False).digest())
        for step in range(number + 1):
            seed[step % 16] = (seed[step % 16] + 1) % 256
        fill = 16 - len(data) % 16
        encryptor = Cipher(algorithms.AES(key), CFB(bytes(seed))).encryptor()
        return encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize()

    files = {f"{name}.enc": sealed(number, data) for number, (name, data) in enumerate(plain.items())}
    wrapped = base64.b64encode(private.public_key().encrypt(key, oaep)).decode()
    media = "".join(f"<media><file>{name}.enc</file></media>" for name in list(plain)[:-1])
    xml = (
        f'<data xmlns="{namespace}" id="f" encrypted="yes"><base64EncryptedKey>{wrapped}</base64EncryptedKey>'
        f'<orx:meta xmlns:orx="http://openrosa.org/xforms"><orx:instanceID>{instance}</orx:instanceID></orx:meta>'
        f"{media}<encryptedXmlFile>submission.xml.enc</encryptedXmlFile></data>"
    )
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    root = etree.fromstring(xml)
    assert envelope.is_envelope(root)
    opened = encryption.Opened(envelope.envelope(root), encryption.PrivateKey(pem))
    for name, data in files.items():
        assert b"".join(opened.file(name, [data])) == plain[name.removesuffix(".enc")]
    assert math.ceil(len(files["a.m4a.enc"]) / 16) == 3

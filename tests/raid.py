"""A second service of Kota Pasuruan for tests: people found in raids, many in one letter (004 E10, ruling 28)."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from uuid import uuid4

import pytest
from lxml import etree
from sqlalchemy import select

from forms.schema import Schema
from server.access import OPERATOR
from server.actions.bundle import Upload
from server.actions.publish import check_bundle, write_bundle
from server.store import Store, projects
from tests.books import from_markdown
from tests.core.sop_books import SETTINGS, book_bytes, table
from tests.office import Office, open_office, settle
from tests.world import Clock, Database, Databases, watched

LETTER = """
| settings |
| | form_id | version | form_title |
| | razia_surat | 1 | Surat hasil razia |
| survey |
| | type | name | label | save_to |
| | date | tgl_laporan | Hari razia | |
| | text | lokasi | Lokasi razia | |
| | begin_repeat | klien | Orang yang terjaring | |
| | text | nama_lengkap | Nama | kasus_razia#nama_lengkap |
| | text | nik | NIK | |
| | date | tgl_lahir | Tanggal lahir | |
| | text | jk | Jenis kelamin | |
| | integer | usia | Perkiraan umur | |
| | text | ciri_khusus | Ciri khusus | |
| | text | kelurahan | Kelurahan | |
| | end_repeat | | | |
| entities |
| | list_name | label | create_if |
| | kasus_razia | ${kelurahan} | ${nama_lengkap} != '' |
"""
ASSESSMENT = """
| settings |
| | form_id | version | form_title |
| | razia_asesmen | 1 | Asesmen |
| survey |
| | type | name | label | choice_filter |
| | select_one_from_file kasus_razia.csv | kasus_id | Kasus | terbuka = 'ya' or name = current()/../kasus_id |
| | date | tgl_kegiatan | Hari | |
| | text | hasil | Hasil | |
"""
GROUP = """
| settings |
| | form_id | version | form_title |
| | razia_bimbingan | 1 | Bimbingan kelompok |
| survey |
| | type | name | label | choice_filter |
| | select_multiple_from_file kasus_razia.csv | kasus_id | Peserta | selected(current()/../kasus_id, name) |
| | date | tgl_kegiatan | Hari | |
| | text | materi | Materi | |
"""
VISIT = """
| settings |
| | form_id | version | form_title |
| | razia_kunjungan | 1 | Kunjungan rumah |
| survey |
| | type | name | label | choice_filter |
| | date | tgl_kegiatan | Hari | |
| | text | keadaan_rumah | Keadaan rumah | |
| | begin_repeat | anggota | Anak | |
| | select_one_from_file kasus_razia.csv | kasus_id | Kasus | terbuka = 'ya' or name = current()/../kasus_id |
| | text | keadaan_anak | Keadaan anak | |
| | end_repeat | | | |
"""
STEPS = """
name | source | kind   | form            | role   | choose | repeat | interpretation
s01  | 1      | form   | razia_surat     | tksk   | one    | once   | uji
s02  | 2      | form   | razia_asesmen   | peksos | one    | once   | uji
s03  | 3      | form   | razia_bimbingan | peksos | one    | once   | uji
s04  | 4      | form   | razia_kunjungan | peksos | one    | once   | uji
s05  | 5      | manual |                 | peksos | one    | once   | uji
"""
ROUTES = """
name | from | when | to    | close_reason | source | interpretation
r01  | s01  |      | s02   |              | 1      | uji
r02  | s02  |      | s03   |              | 2      | uji
r03  | s03  |      | s04   |              | 3      | uji
r04  | s04  |      | s05   |              | 4      | uji
r05  | s05  |      | close | selesai      | 5      | uji
"""
FORMS = """
form_id         | opens_case | case_field | person_fields    | event_date
razia_surat     | klien      |            | nama_lengkap nik | tgl_laporan
razia_asesmen   | no         | kasus_id   |                  | tgl_kegiatan
razia_bimbingan | no         | kasus_id   |                  | tgl_kegiatan
razia_kunjungan | no         | kasus_id   |                  | tgl_kegiatan
"""
ROLES = [
    {"name": "tksk"},
    {"name": "peksos"},
    {"name": "supervisor", "may_override": "yes", "may_close": "yes", "may_reopen": "yes"},
]


@cache
def books() -> tuple[Upload, ...]:
    """The service as its office would upload it."""
    settings = {
        **SETTINGS,
        "sop_id": "razia",
        "title": "Penanganan hasil razia",
        "office": "kota_pasuruan",
        "case_label": "${kelurahan}",
    }
    sop = book_bytes(
        {
            "settings": [settings],
            "roles": ROLES,
            "forms": table(FORMS),
            "steps": table(STEPS),
            "routes": table(ROUTES),
        }
    )
    forms = {
        "razia_surat": LETTER,
        "razia_asesmen": ASSESSMENT,
        "razia_bimbingan": GROUP,
        "razia_kunjungan": VISIT,
    }
    made = [Upload(f"{name}.xlsx", from_markdown(text), "razia") for name, text in forms.items()]
    return (Upload("sop.xlsx", sop, "razia"), *made)


def settle_raids(store: Store) -> None:
    """Publishes Kota Pasuruan and, beside its ABH service, the one for raids."""
    settle(store)
    with store.read() as db:
        project = db.execute(select(projects.project.c.id).order_by(projects.project.c.id)).scalars().first()
    bundle = check_bundle(store, OPERATOR, project, books())
    assert not bundle.blocked, bundle.findings
    write_bundle(store, OPERATOR, project, bundle, draft=False)


@pytest.fixture
def raid_database(
    kind: str, databases: Databases, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Database]:
    """A database with the office's two services published, and its people."""
    yield from watched(databases, databases.prepared("raids", settle_raids, kind, tmp_path / "office"), request)


@pytest.fixture
def raids(raid_database: Database, clock: Clock) -> Iterator[Office]:
    """The office with both services, open for business."""
    with open_office(raid_database, clock) as made:
        yield made


def letter(
    schema: Schema,
    people: Sequence[Mapping[str, str]],
    *,
    day: str = "2026-03-02",
    ids: Sequence[str] | None = None,
    instance: str = "",
    deprecated: str = "",
) -> tuple[list[str], bytes]:
    """A raid letter with these people; gives the case id of each and the XML."""
    cases = list(ids) if ids is not None else [str(uuid4()) for _ in people]
    rows = []
    for case, person in zip(cases, people, strict=True):
        row = etree.Element("klien")
        _fill(row, person)
        block = etree.SubElement(row, "meta")
        entity = etree.SubElement(block, "entity", dataset="kasus_razia", id=case, create="1")
        etree.SubElement(entity, "label").text = person.get("nama_lengkap", "")
        rows.append(row)
    shared = {"tgl_laporan": day, "lokasi": "Alun-alun"}
    return cases, _submission(schema, shared, rows, instance, deprecated)


def group(
    schema: Schema,
    cases: Sequence[str],
    day: str = "2026-03-02",
    instance: str = "",
    deprecated: str = "",
    **answers: str,
) -> bytes:
    """Group guidance of these cases: one question names them all."""
    return _submission(schema, {"kasus_id": " ".join(cases), "tgl_kegiatan": day, **answers}, (), instance, deprecated)


def visit(
    schema: Schema,
    children: Mapping[str, str] | Sequence[tuple[str, str]],
    day: str = "2026-03-02",
    instance: str = "",
    deprecated: str = "",
    **answers: str,
) -> bytes:
    """A home visit of siblings: what was seen of each child, by case id."""
    rows = []
    for case, seen in children.items() if isinstance(children, Mapping) else children:
        row = etree.Element("anggota")
        _fill(row, {"kasus_id": case, "keadaan_anak": seen})
        rows.append(row)
    return _submission(schema, {"tgl_kegiatan": day, **answers}, rows, instance, deprecated)


def _fill(node: etree._Element, answers: Mapping[str, str]) -> None:
    for name, value in answers.items():
        etree.SubElement(node, name).text = value


def _submission(
    schema: Schema, answers: Mapping[str, str], rows: Sequence[etree._Element], instance: str, deprecated: str
) -> bytes:
    root = etree.Element("data", id=schema.form_id, version=schema.version)
    _fill(root, answers)
    root.extend(rows)
    block = etree.SubElement(root, "meta")
    _fill(block, {"instanceID": instance or f"uuid:{uuid4()}"})
    if deprecated:
        _fill(block, {"deprecatedID": deprecated})
    return etree.tostring(root, encoding="utf-8")

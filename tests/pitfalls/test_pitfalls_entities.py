"""Section E: entities."""

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from lxml import etree
from sqlalchemy import select

from forms import entities as wire
from forms import schema, submission
from forms.xlsform import convert
from server.cases.entity_merge import EntityState, merge
from server.store import entities
from tests.books import form as workbook
from tests.office import Office
from tests.sending import follow_up, intake, send

STORY = "abh_asesmen"


def row(office: Office, case: str):
    with office.store.read() as db:
        return db.execute(select(entities.entity).where(entities.entity.c.id == case)).first()


def waiting(office: Office) -> int:
    """How many submissions wait for a person to say where they belong."""
    return len(office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json)


def version_of(office: Office, case: str) -> int:
    return int(row(office, case).version)


def test_61_never_let_a_fault_of_an_entity_refuse_the_submission_but_show_it_to_people(
    office: Office, url: str
) -> None:
    """As ruling 47 amends it: within the submission's own commit."""
    form = office.schema("abh_laporan_awal")
    before = waiting(office)
    unknown = follow_up(office.schema(STORY), str(uuid4()), {}, instance=f"uuid:{uuid4()}")
    assert send(url, unknown).status == 201
    assert waiting(office) == before + 1
    _, xml = intake(form, case=str(uuid4()))
    absurd = xml.replace(b'create="1"', b'create="1" update="1" baseVersion="9999999999999"')
    assert send(url, absurd).status == 201


def test_62_place_what_was_made_offline_in_any_order_of_arrival_and_let_what_lacks_its_base_wait_for_a_person(
    office: Office, url: str
) -> None:
    """As ruling 49 amends it: nothing is forced after five days."""
    case, first = intake(office.schema("abh_laporan_awal"))
    later = [
        follow_up(office.schema(STORY), case, {"catatan_asesmen": str(number)}, day=f"2026-03-0{number}")
        for number in (3, 4)
    ]
    before = waiting(office)
    assert [send(url, xml).status for xml in reversed(later)] == [201, 201]
    assert waiting(office) == before + 2
    office.clock.advance(days=6)
    assert waiting(office) == before + 2
    assert row(office, case) is None
    assert send(url, first).status == 201
    # Both are in their case; that the step was done twice is a question of the SOP, not of the order of arrival.
    still = office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json
    assert [item["reason"] for item in still if item["caseId"] == case] == ["waiting.already_done"]
    told = office.case(case)
    assert {event["form"] for event in told["events"] if event["type"] == "submission"} == {"abh_laporan_awal", STORY}


def test_63_hold_an_entity_before_reading_it_also_one_that_does_not_exist_yet(office: Office, url: str) -> None:
    case, first = intake(office.schema("abh_laporan_awal"))
    bodies = [first, *(follow_up(office.schema(STORY), case, {"catatan_asesmen": str(n)}) for n in range(3))]
    with ThreadPoolExecutor(4) as people:
        statuses = list(people.map(lambda xml: send(url, xml).status, bodies))
    assert statuses == [201] * 4
    with office.store.read() as db:
        versions = db.execute(
            select(entities.entity_version.c.version).where(entities.entity_version.c.entity_id == case)
        ).scalars()
        numbers = sorted(versions)
    assert len(set(numbers)) == len(numbers)
    assert numbers[-1] == version_of(office, case)
    assert sum(event["type"] == "submission" for event in office.case(case)["events"]) == 4


@pytest.mark.parametrize(
    ("text", "on"), [("1", True), ("true", True), ("0", False), ("", False), ("yes", False), (None, False)]
)
def test_64_let_only_1_and_true_switch_an_action_on(text: str | None, on: bool) -> None:
    assert wire.truthy(text) is on


def test_64_take_ids_with_a_prefix_and_in_capitals_and_tell_those_no_phone_keeps(office: Office, url: str) -> None:
    case, xml = intake(office.schema("abh_laporan_awal"))
    shouted = xml.replace(f'id="{case}"'.encode(), f'id="uuid:{case.upper()}"'.encode())
    assert send(url, shouted).status == 201
    assert row(office, case) is not None
    for entity_id, valid in ((case, True), ("7e1c5d1e-5c1a-1b7a-9a77-0a6f3d1c2b3a", False), ("", False)):
        assert wire.EntityAct("k", entity_id, True, False, None, None, None, None, {}).has_valid_id is valid


def test_65_never_serve_a_row_with_an_empty_id_label_or_version(office: Office, url: str) -> None:
    for entity_id, version in (("", 1), ("a", 0)):
        with pytest.raises(ValueError, match="id and a version"):
            wire.csv([(entity_id, "x", version, {})], [])
    blank = wire.csv([("a", "", 1, {"nama": "x"})], ["nama"])
    assert list(csv.reader(io.StringIO(blank)))[1] == ["a", "a", "1", "x"]
    _case, xml = intake(office.schema("abh_laporan_awal"))
    assert send(url, xml.replace(b"<label>A. B.</label>", b"<label/>")).status == 201
    path = f"/v1/projects/{office.project}/forms/{STORY}/attachments/kasus_abh.csv"
    served = list(csv.DictReader(io.StringIO(office.as_("hadi").get(path).text)))
    assert served
    assert all(item["name"] and item["label"] and int(item["__version"]) > 0 for item in served)


def test_68_keep_a_property_that_was_not_sent_and_clear_one_that_was_sent_empty() -> None:
    rows = "| | text | alamat | Alamat | | | | alamat | | |\n| | text | hp | HP | | | | hp | | |"
    converted = convert(workbook(rows, entities="| | anak | ${alamat} | |"), "tes.xlsx")
    assert converted.xform is not None, converted.findings
    form = schema.read(converted.xform)
    xml = (
        '<data id="tes" version="2026112101"><alamat/><meta><instanceID>uuid:1</instanceID>'
        '<entity dataset="anak" id="a" create="1"><label>A</label></entity></meta></data>'
    )
    (act,) = submission.read(xml.encode(), form).entities
    assert act.data == {"alamat": ""}
    before = EntityState(3, {"alamat": "Jl. Mawar", "hp": "0812"}, {}, "A")
    assert merge(before, act, {}, "A", {}).state.data == {"alamat": "", "hp": "0812"}
    assert etree.fromstring(xml).find("hp") is None

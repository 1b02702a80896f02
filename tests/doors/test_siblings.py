"""One form about several children: group guidance and the home visit of siblings (ruling 28)."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from server.store import cases, entities
from tests.office import Answer, Office
from tests.raid import group, letter, visit
from tests.sending import answers_xml, send

CHILDREN = tuple({"nama_lengkap": name, "usia": "9", "kelurahan": "Bugul"} for name in ("Ayu", "Bayu", "Citra"))


@pytest.fixture
def office(raids: Office) -> Office:
    return raids


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url("Ponsel Sri", "sri")


@pytest.fixture
def siblings(office: Office, url: str) -> list[str]:
    """Ayu, Bayu and Citra, each with a case whose assessment is done."""
    opened, xml = letter(office.schema("razia_surat"), CHILDREN)
    assert send(url, xml).status == 201
    for case in opened:
        form = office.schema("razia_asesmen")
        told = {"kasus_id": case, "tgl_kegiatan": "2026-03-02"}
        assert send(url, answers_xml(form.form_id, form.version, told, schema=form)).status == 201
    return opened


def unlinked(office: Office) -> list[dict]:
    return office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json


def link(office: Office, task: str, case: str) -> Answer:
    return office.as_("hadi").post(f"/v1/projects/{office.project}/unlinked/{task}/link", {"caseId": case})


def steps(office: Office, children: list[str]) -> list[str]:
    return [" ".join(office.case(case)["openSteps"]) for case in children]


def test_guidance_of_a_group_counts_for_each_of_them(office: Office, url: str, siblings: list[str]) -> None:
    xml = group(office.schema("razia_bimbingan"), siblings, materi="Kembali ke sekolah")
    answer = send(url, xml)
    assert answer.status == 201
    assert "ABH" not in answer.text
    assert steps(office, siblings) == ["s04"] * 3
    assert {office.case(case)["facts"]["materi"] for case in siblings} == {"Kembali ke sekolah"}
    before = office.count(cases.event)
    assert send(url, xml).status == 201
    assert office.count(cases.event) == before, "a resend is nothing new"


def test_what_was_seen_of_one_child_is_no_fact_of_its_sister(office: Office, url: str, siblings: list[str]) -> None:
    send(url, group(office.schema("razia_bimbingan"), siblings))
    seen = {siblings[0]: "sehat", siblings[1]: "sakit", siblings[2]: ""}
    assert send(url, visit(office.schema("razia_kunjungan"), seen, keadaan_rumah="layak")).status == 201
    facts = [office.case(case)["facts"] for case in siblings]
    assert [fact["keadaan_anak"] for fact in facts] == ["sehat", "sakit", ""]
    assert [fact["keadaan_rumah"] for fact in facts] == ["layak"] * 3
    assert all("anggota" not in fact for fact in facts)
    assert steps(office, siblings) == ["s05"] * 3


def test_a_row_whose_case_nobody_knows_waits_alone(office: Office, url: str, siblings: list[str]) -> None:
    send(url, group(office.schema("razia_bimbingan"), siblings))
    stranger = str(uuid4())
    seen = [(siblings[0], "sehat"), (stranger, "sakit"), (siblings[1], "sehat")]
    answer = send(url, visit(office.schema("razia_kunjungan"), seen))
    assert answer.status == 201
    assert "Sebagian" in answer.text
    assert steps(office, siblings) == ["s05", "s05", "s04"]
    (waiting,) = unlinked(office)
    assert (waiting["reason"], waiting["args"]["row"]) == ("unplaced.case_unknown", 2)
    assert link(office, waiting["id"], siblings[2]).status == 200
    assert office.case(siblings[2])["facts"]["keadaan_anak"] == "sakit"
    assert steps(office, siblings) == ["s05"] * 3
    assert unlinked(office) == []


def test_a_correction_keeps_the_row_a_person_linked(office: Office, url: str, siblings: list[str]) -> None:
    send(url, group(office.schema("razia_bimbingan"), siblings))
    form, stranger = office.schema("razia_kunjungan"), str(uuid4())
    assert send(url, visit(form, [(siblings[0], "sehat"), (stranger, "sakit")], instance="uuid:a")).status == 201
    (waiting,) = unlinked(office)
    assert link(office, waiting["id"], siblings[2]).status == 200
    corrected = [(siblings[0], "sehat"), (stranger, "sudah sembuh")]
    assert send(url, visit(form, corrected, instance="uuid:b", deprecated="uuid:a")).status == 201
    assert unlinked(office) == []
    assert office.case(siblings[2])["facts"]["keadaan_anak"] == "sudah sembuh"


def test_a_child_no_longer_named_is_as_if_it_had_not_been_visited(
    office: Office, url: str, siblings: list[str]
) -> None:
    form = office.schema("razia_bimbingan")
    assert send(url, group(form, siblings[:2], instance="uuid:a", materi="satu")).status == 201
    assert steps(office, siblings) == ["s04", "s04", "s03"]
    corrected = [siblings[0], siblings[2]]
    assert send(url, group(form, corrected, instance="uuid:b", deprecated="uuid:a", materi="dua")).status == 201
    assert steps(office, siblings) == ["s04", "s03", "s04"]
    assert office.case(siblings[0])["facts"]["materi"] == "dua"
    kept = [event["type"] for event in office.case(siblings[1])["events"]]
    assert kept.count("submission") == 3, "nothing is deleted"
    # Named again, it counts again.
    assert send(url, group(form, siblings, instance="uuid:c", deprecated="uuid:b", materi="tiga")).status == 201
    assert steps(office, siblings) == ["s04"] * 3
    assert {office.case(case)["facts"]["materi"] for case in siblings} == {"tiga"}


def test_guidance_sent_before_the_letter_is_placed_for_each_when_it_arrives(office: Office, url: str) -> None:
    opened, xml = letter(office.schema("razia_surat"), CHILDREN)
    form = office.schema("razia_kunjungan")
    assert send(url, visit(form, dict.fromkeys(opened, "sehat"))).status == 201
    assert len(unlinked(office)) == 3
    assert send(url, xml).status == 201
    assert [item["form"] for case in opened for item in office.case(case)["waiting"]] == ["razia_kunjungan"] * 3
    with office.store.read() as db:
        open_tasks = db.execute(select(cases.task.c.kind).where(cases.task.c.done_at.is_(None))).scalars().all()
    assert open_tasks == ["waiting"] * 3


def test_a_whole_form_about_several_is_never_linked_to_one(office: Office, url: str, siblings: list[str]) -> None:
    form = office.schema("razia_bimbingan")
    strangers = [str(uuid4()), str(uuid4())]
    assert send(url, group(form, strangers)).status == 201
    first, second = unlinked(office)
    assert link(office, first["id"], siblings[0]).status == 200
    assert [item["id"] for item in unlinked(office)] == [second["id"]]
    assert steps(office, siblings) == ["s04", "s03", "s03"]


def test_each_named_row_on_the_phones_is_touched_by_its_own_block_alone(
    office: Office, url: str, siblings: list[str]
) -> None:
    with office.store.read() as db:
        before = {row.id: row.version for row in db.execute(select(entities.entity))}
    assert send(url, group(office.schema("razia_bimbingan"), siblings[:2])).status == 201
    with office.store.read() as db:
        after = {row.id: row.version for row in db.execute(select(entities.entity))}
    assert [after[case] > before[case] for case in siblings] == [True, True, False]

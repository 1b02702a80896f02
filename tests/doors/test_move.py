"""A case goes on under another SOP of the same office, and may come back (ruling 29)."""

from json import loads
from typing import Any

import pytest
from sqlalchemy import select

from server.store import audit, entities
from tests.browsing import signed_in
from tests.office import Answer, Office
from tests.raid import letter
from tests.sending import follow_up, intake, send


@pytest.fixture
def office(raids: Office) -> Office:
    return raids


@pytest.fixture
def url(office: Office) -> str:
    return office.phone_url("Ponsel Sri", "sri")


@pytest.fixture
def child(office: Office, url: str) -> str:
    """A child reported under ABH whose assessment is done."""
    told: dict[str, Any] = {"nama_lengkap": "Bagas Prakoso", "kelurahan": "3575021001", "nik": "3575010405120001"}
    case, xml = intake(office.schema("abh_laporan_awal"), **told)
    assert send(url, xml).status == 201
    assert send(url, follow_up(office.schema("abh_asesmen"), case, {})).status == 201
    office.clock.advance(days=3)
    return case


def act(office: Office, case: str, who: str = "hadi", **body: object) -> Answer:
    path = f"/v1/projects/{office.project}/cases/{case}/events"
    return office.as_(who).post(path, {"type": "move", "reason": "ternyata terjaring razia", **body})


def test_the_old_case_closes_and_a_linked_one_opens_with_the_same_person(office: Office, child: str) -> None:
    moved = act(office, child, toSop="razia")
    assert moved.status == 200, moved.text
    new, old = moved.json, office.case(child)
    assert (old["status"], old["closeReason"]) == ("closed", "pindah_layanan")
    assert new["id"] != child
    assert (new["sop"], new["status"], new["openSteps"]) == ("razia", "open", ["s01"])
    assert new["number"].startswith("RAZIA-2026-")
    assert new["facts"]["nama_lengkap"] == "Bagas Prakoso"
    assert new["facts"]["nik"] == "3575010405120001"
    assert "jenis_masuk" not in new["facts"], "only what the other SOP asks too"
    assert (old["openedAt"][:10], new["openedAt"][:10]) == ("2026-03-02", "2026-03-05"), "each has its own clock"


def test_each_case_tells_of_the_other(office: Office, child: str) -> None:
    new = act(office, child, toSop="razia").json["id"]
    path = f"/v1/projects/{office.project}/cases"
    (after,) = office.as_("sri").get(f"{path}/{child}/lineage").json
    (before,) = office.as_("sri").get(f"{path}/{new}/lineage").json
    assert (after["id"], after["how"], before["id"], before["how"]) == (new, "after", child, "before")
    assert office.as_("bambang").get(f"{path}/{child}/lineage").status in (403, 404)
    with office.store.read() as db:
        noted = db.execute(select(audit.audit.c.subject).where(audit.audit.c.action == "case.move")).scalars().all()
    assert set(noted) == {f"case:{child}", f"case:{new}"}


def test_on_the_phones_the_old_row_is_marked_and_the_new_one_is_in_the_other_list(office: Office, child: str) -> None:
    new = act(office, child, toSop="razia").json
    with office.store.read() as db:
        rows = {row.id: row for row in db.execute(select(entities.entity))}
        lists = {row.id: row.name for row in db.execute(select(entities.entity_list))}
    assert loads(rows[child].workflow)["terbuka"] == "tidak"
    assert new["number"] in rows[child].label
    assert lists[rows[new["id"]].list_id] == "kasus_razia"
    assert "Bagas" in rows[new["id"]].data


def test_the_first_form_is_filled_on_the_web_because_a_phone_would_open_another_case(
    office: Office, child: str
) -> None:
    new = act(office, child, toSop="razia").json["id"]
    path = f"/v1/projects/{office.project}/cases/{new}/events"
    answers = {"tgl_laporan": "2026-03-05", "lokasi": "Alun-alun"}
    done = office.as_("tono").post(path, {"type": "decision", "step": "s01", "answers": answers})
    if done.status == 403:
        done = office.as_("hadi").post(path, {"type": "decision", "step": "s01", "answers": answers})
    assert done.status == 200, done.text
    assert done.json["openSteps"] == ["s02"]


def test_undone_the_old_case_goes_on_as_it_was(office: Office, url: str, child: str) -> None:
    before = office.case(child)["openSteps"]
    new = act(office, child, toSop="razia").json["id"]
    undone = act(office, new, undo=True)
    assert undone.status == 200, undone.text
    assert undone.json["id"] == child
    assert (undone.json["status"], undone.json["openSteps"]) == ("open", before)
    assert (office.case(new)["status"], office.case(new)["closeReason"]) == ("closed", "pindah_dibatalkan")
    assert act(office, child, undo=True).status == 409
    form = office.schema("abh_konferensi_kasus")
    assert send(url, follow_up(form, child, {"berat_tindakan": "ringan"}, day="2026-03-05")).status == 201
    assert office.case(child)["openSteps"] == ["s07"]
    assert act(office, child, toSop="razia").status == 200, "and may be moved once more"
    assert len([case for case in office.cases if case["sop"] == "razia"]) == 2


def test_moved_it_is_the_same_service_and_may_be_merged(office: Office, url: str, child: str) -> None:
    opened, xml = letter(office.schema("razia_surat"), [{"nama_lengkap": "Bagas Prakoso"}])
    assert send(url, xml).status == 201
    new = act(office, child, toSop="razia").json["id"]
    path = f"/v1/projects/{office.project}/cases/{new}/events"
    merged = office.as_("hadi").post(path, {"type": "merge", "with": opened[0], "reason": "anak yang sama"})
    assert merged.status == 200, merged.text
    assert merged.json["id"] == opened[0]
    assert merged.json["openSteps"] == ["s02"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_correction_of_the_old_case_reaches_the_new_one_and_says_so(office: Office, url: str) -> None:
    schema, told = office.schema("abh_laporan_awal"), {"nama_lengkap": "Bagas Prakoso", "nik": "3575010405120001"}
    child, xml = intake(schema, instance="uuid:satu", **told)
    assert send(url, xml).status == 201
    office.clock.advance(days=3)
    new = act(office, child, toSop="razia").json["id"]
    told = {**told, "nama_lengkap": "Bagus Prakasa", "instance": "uuid:dua", "deprecatedID": "uuid:satu"}
    assert send(url, intake(schema, case=child, **told)[1]).status == 201
    assert office.case(new)["facts"]["nama_lengkap"] == "Bagus Prakasa"
    assert office.case(new)["openSteps"] == ["s01"]
    page = signed_in(office, "hadi").read(f"/kasus/{new}").text
    assert "Laporan pada kasus asal dikoreksi" in page
    assert "Dikoreksi pada kasus asal" in page
    found = office.as_("sri").get(f"/v1/projects/{office.project}/cases?q=Prakasa&sop=razia").json
    assert [case["id"] for case in found] == [new], "found by the right name"
    with office.store.read() as db:
        row = db.execute(select(entities.entity.c.data).where(entities.entity.c.id == new)).scalar_one()
    assert "Bagus Prakasa" in row
    assert act(office, new, undo=True).status == 200
    told = {**told, "nama_lengkap": "Bagas Prakasa", "instance": "uuid:tiga", "deprecatedID": "uuid:dua"}
    assert send(url, intake(schema, case=child, **told)[1]).status == 201
    assert office.case(new)["facts"]["nama_lengkap"] == "Bagus Prakasa", "of the undone move nothing goes over any more"


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_the_new_case_asked_again_is_newer_than_a_correction_of_the_old_one(office: Office, url: str) -> None:
    schema = office.schema("abh_laporan_awal")
    child, xml = intake(schema, instance="uuid:satu", nama_lengkap="Bagas Prakoso")
    assert send(url, xml).status == 201
    office.clock.advance(days=3)
    new = act(office, child, toSop="razia").json["id"]
    answers = {"tgl_laporan": "2026-03-05", "lokasi": "Alun-alun"}
    done = office.act("tono", new, "decision", step="s01", answers=answers)
    assert done.status == 200, done.text
    told = {"nama_lengkap": "Bagus Prakasa", "instance": "uuid:dua", "deprecatedID": "uuid:satu", "day": "2026-03-01"}
    assert send(url, intake(schema, case=child, **told)[1]).status == 201
    facts = office.case(new)["facts"]
    assert (facts["nama_lengkap"], facts["tgl_laporan"]) == ("Bagus Prakasa", "2026-03-05")
    assert office.case(child)["facts"]["tgl_laporan"] == "2026-03-01"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"toSop": "abh"}, 409),
        ({"toSop": "tidak_ada"}, 400),
        ({}, 400),
        ({"toSop": "razia", "reason": ""}, 400),
        ({"undo": True}, 409),
    ],
    ids=["same-sop", "unknown-sop", "no-sop", "no-reason", "nothing-to-undo"],
)
def test_what_cannot_be_moved_is_refused(office: Office, child: str, body: dict[str, Any], status: int) -> None:
    assert act(office, child, **body).status == status


@pytest.mark.parametrize(("who", "status"), [("sri", 403), ("bambang", 404)])
def test_only_who_may_close_a_case_may_move_it(office: Office, child: str, who: str, status: int) -> None:
    assert act(office, child, who, toSop="razia").status == status
    assert len(office.cases) == 1


def managed_by(office: Office, case: str, who: str) -> None:
    answer = office.act("hadi", case, "assign", assignee=office.town.login(who))
    assert answer.status == 200, answer.text


def undivided(office: Office) -> str:
    return signed_in(office, "hadi").read("/kasus?petugas=tanpa").text


def test_whoever_led_the_case_goes_on_leading_it_when_they_work_in_the_other_service(
    office: Office, child: str
) -> None:
    managed_by(office, child, "sri")
    new = act(office, child, toSop="razia").json
    assert office.case(new["id"])["manager"]["displayName"] == "Sri Wahyuni"
    assert new["number"] not in undivided(office)
    assert new["number"] in signed_in(office, "tono").read("/").text, "the first step waits for the TKSK"


def test_a_case_whose_manager_has_no_part_in_the_other_service_waits_to_be_shared_out(
    office: Office, child: str
) -> None:
    managed_by(office, child, "dewi")
    new = act(office, child, toSop="razia").json
    assert new["number"] in undivided(office)
    home = signed_in(office, "hadi").read("/")
    assert "belum dibagi" in home.text.lower()
    page = signed_in(office, "hadi").read(f"/kasus/{new['id']}")
    assert "Kasus ini belum dibagi" in page.text


def test_a_long_first_form_is_filled_on_the_page_with_what_the_case_brought_along(office: Office) -> None:
    person = {"nama_lengkap": "Bagas Prakoso", "jk": "L", "usia": "15", "kelurahan": "Bugul Lor"}
    (found,), xml = letter(office.schema("razia_surat"), [person])
    assert send(office.phone_url("Ponsel Tono", "tono"), xml).status == 201
    managed_by(office, found, "sri")
    new = act(office, found, toSop="abh").json["id"]
    sri = signed_in(office, "sri")
    page = sri.read(f"/kasus/{new}")
    assert "di ponsel formulir ini membuka kasus baru" in page.text
    assert page.tree.xpath("//input[@name='isian.nama_lengkap']/@value") == ["Bagas Prakoso"]
    assert "di ponsel formulir ini membuka kasus baru" in signed_in(office, "hadi").read(f"/kasus/{new}").text
    wrong = sri.fill(f"/kasus/{new}/decision", {"step": "s01", "isian.nama_lengkap": "Bagas Prakoso"})
    assert wrong.status == 400
    assert [field for field, _ in wrong.errors if "jenis_masuk" in field]
    assert office.case(new)["openSteps"] == ["s01"]

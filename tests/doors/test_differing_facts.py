"""Two officers without signal answer one question differently: the case manager says which one holds."""

import pytest
from sqlalchemy import select

from server.access import OPERATOR
from server.actions.users import add_user
from server.store.cases import task
from server.store.entities import read_entity
from tests.browsing import signed_in
from tests.office import PASSWORD, Office
from tests.officer import Officer

GRAVITY = "berat_tindakan"


@pytest.fixture
def wati(office: Office) -> Officer:
    login = office.town.login("wati")
    add_user(office.store, OPERATOR, login, role="peksos", project_id=office.project, name="Wati", password=PASSWORD)
    return Officer(office, "Ponsel Wati", seed=2, who="wati")


def differing(office: Office, sri: Officer, wati: Officer) -> str:
    """A case of Hadi's that Sri and Wati assessed in the field, each alone."""
    case = sri.intake()
    assert office.act("hadi", case, "assign", assignee=office.town.login("hadi")).status == 200
    for one in (sri, wati):
        one.phone.sync()
    mine = sri.fill("abh_asesmen", {"kasus_id": case, GRAVITY: "berat"})
    theirs = wati.fill("abh_kunjungan_rumah", {"kasus_id": case, "tampil": "semua", GRAVITY: "ringan"})
    sri.send(mine)
    office.clock.advance(hours=1)
    wati.send(theirs)
    return case


def on_phone(officer: Officer, case: str) -> str:
    return next(row[GRAVITY] for row in officer.phone.sync().rows("kasus_abh") if row["name"] == case)


def asked(office: Office) -> list[tuple]:
    with office.store.read() as db:
        query = select(task.c.assignee_id, task.c.role, task.c.done_by).where(task.c.kind == "fact_conflict")
        return [tuple(row) for row in db.execute(query)]


def test_the_manager_sees_both_values_with_who_and_when_and_chooses_the_earlier_one(
    office: Office, wati: Officer
) -> None:
    sri = Officer(office)
    case = differing(office, sri, wati)
    hadi = office.viewer("hadi").id
    assert (on_phone(sri, case), asked(office)) == ("ringan", [(hadi, None, None)])
    manager, other = signed_in(office, "hadi"), signed_in(office, "tono")
    for place in ("/", "/tugas"):
        told = manager.read(place).text
        assert "Dua ponsel menulis isi yang berbeda" in told, place
        assert "Berat (Sri Wahyuni, 2 Mar 2026" in told, place
        assert "Ringan (Wati, 2 Mar 2026" in told, place
    seen = other.read(f"/kasus/{case}")
    assert "Menunggu manajer kasus" in seen.text
    assert not seen.tree.xpath("//form[contains(@action, '/choose')]")
    page = manager.read(f"/kasus/{case}")
    options = page.tree.xpath(f"//input[@name='fakta.{GRAVITY}']")
    words = [" ".join(one.getparent().text_content().split()) for one in options]
    assert words[0].startswith("BeratSri Wahyuni, 2 Mar 2026 09.00")
    assert words[1].startswith("Ringan Sekarang di ponselWati, 2 Mar 2026 10.00")
    assert "belum dipilih" in manager.fill(f"/kasus/{case}/choose").text
    before = office.case(case)
    done = manager.fill(f"/kasus/{case}/choose", {f"fakta.{GRAVITY}": options[0].get("value"), "reason": "ada visum"})
    assert done.status == 303
    shown = manager.read(done.headers["location"])
    assert "Pilihan tersimpan" in shown.text
    assert "Dua ponsel menulis" not in shown.text
    assert "ada visum" in shown.text
    after = office.case(case)
    assert after["facts"][GRAVITY] == "berat"
    assert after["decisions"] == before["decisions"], "what was decided stands"
    assert (on_phone(sri, case), on_phone(wati, case)) == ("berat", "berat")
    assert asked(office) == [(hadi, None, hadi)]
    again = office.act("hadi", case, "choose", values={GRAVITY: 1})
    assert (again.status, again.json["message"][:22]) == (409, "Tidak ada isian yang b"), again.text


def test_keeping_what_stands_ends_it_too_and_a_later_contradiction_is_asked_anew(office: Office, wati: Officer) -> None:
    sri = Officer(office)
    case = differing(office, sri, wati)
    with office.store.read() as db:
        row = read_entity(db, case)
    assert row is not None
    assert row.conflict == "hard"
    denied = office.act("tono", case, "choose", values={GRAVITY: row.version})
    assert denied.status == 403
    page = signed_in(office, "hadi").read(f"/kasus/{case}")
    stands = page.tree.xpath(f"//input[@name='fakta.{GRAVITY}']/@value")[1]
    # The case goes to Sri before anybody has chosen, and so does the question.
    assert office.act("hadi", case, "assign", assignee=office.town.login("sri")).status == 200
    assert asked(office)[0][0] == office.viewer("sri").id
    told = office.act("sri", case, "choose", values={GRAVITY: stands})
    assert told.status == 200, told.text
    assert told.json["facts"][GRAVITY] == "ringan"
    assert on_phone(wati, case) == "ringan"
    with office.store.read() as db:
        row = read_entity(db, case)
    assert row is not None
    assert row.conflict is None
    assert office.act("hadi", case, "assign", assignee=office.town.login("hadi")).status == 200
    office.clock.advance(days=1)
    for one in (sri, wati):
        one.phone.sync()
    one = sri.fill("abh_konferensi_kasus", {"kasus_id": case, "tampil": "semua", GRAVITY: "berat"})
    two = wati.fill("abh_konferensi_kasus", {"kasus_id": case, "tampil": "semua", GRAVITY: "ringan"})
    sri.send(one)
    wati.send(two)
    (fact,) = signed_in(office, "hadi").read(f"/kasus/{case}").tree.xpath("//section[@id='berbeda']//fieldset")
    who = [" ".join(one.text_content().split()) for one in fact.xpath(".//label")]
    assert len(who) == 2, "only what is open now"
    assert asked(office) == [(office.viewer("hadi").id, None, None)]

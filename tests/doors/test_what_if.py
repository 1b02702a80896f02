"""Sri asks before she sends: where would this child go if the answers were these? Nothing is written."""

import pytest

from tests.browsing import signed_in
from tests.office import Office
from tests.past import Past
from tests.reads import readings

CONFERENCE = "abh_konferensi_kasus"


@pytest.fixture
def child(office: Office) -> str:
    """A child of 13, assessed; the case conference is next."""
    return Past(office).child(13, ("abh_asesmen", {"berat_tindakan": "berat"}))


def asked(office: Office, case: str, form: str, who: str = "sri", lang: str = "", **answers: object):
    rest = f"?lang={lang}" if lang else ""
    path = f"/v1/projects/{office.project}/cases/{case}/what-if{rest}"
    return office.as_(who).post(path, {"form": form, "answers": answers})


def test_a_serious_act_would_lead_to_uppa_a_minor_one_to_rj(office: Office, child: str) -> None:
    serious = asked(office, child, CONFERENCE, berat_tindakan="berat").json
    assert [step["name"] for step in serious["opens"]] == ["s08"]
    assert serious["opens"][0]["dueAt"].startswith("2026-03-")
    assert serious["decisions"][0]["to"] == ["s08"]
    assert "13 (≥ 12 benar" in serious["decisions"][0]["explanation"]
    minor = asked(office, child, CONFERENCE, berat_tindakan="ringan").json
    assert [step["name"] for step in minor["opens"]] == ["s07"]


def test_the_explanation_comes_in_the_language_asked_for(office: Office, child: str) -> None:
    english = asked(office, child, CONFERENCE, lang="en", berat_tindakan="berat").json
    assert english["decisions"][0]["explanation"].startswith("From step 6 (Case conference)")


def test_trying_writes_nothing_but_that_the_case_was_read(office: Office, child: str) -> None:
    before = office.case(child)
    seen = len(readings(office.store))
    asked(office, child, CONFERENCE, berat_tindakan="berat")
    assert {one.case_id for one in readings(office.store)[seen:]} == {child}
    assert office.case(child) == before


def test_a_correction_of_what_was_sent_is_tried_as_a_correction(office: Office) -> None:
    case = Past(office).conference(13, "berat")
    found = asked(office, case, "abh_laporan_awal", usia_saat_kejadian=11).json
    assert [step["name"] for step in found["opens"]] == ["s07"]
    assert [step["name"] for step in found["withdraws"]] == ["s08"]
    assert found["conflicts"] == []


def test_a_correction_after_somebody_acted_would_be_a_conflict(office: Office) -> None:
    past = Past(office)
    case = past.conference(13, "berat")
    past.follow(case, ("abh_pelaporan_uppa", {}))
    found = asked(office, case, "abh_laporan_awal", usia_saat_kejadian=11).json
    assert [(one["step"], one["old"], one["new"]) for one in found["conflicts"]] == [("s06", ["s08"], ["s07"])]


def test_a_form_nothing_waits_for_would_wait(office: Office, child: str) -> None:
    assert asked(office, child, "abh_diversi").json["waits"] == "step_not_open"


def test_wrong_questions_choices_and_people_are_refused(office: Office, child: str) -> None:
    assert asked(office, child, CONFERENCE, berat_tindakan="parah").status == 400
    assert asked(office, child, CONFERENCE, warna="biru").status == 400
    assert asked(office, child, "tidak_ada").status == 404
    assert asked(office, child, CONFERENCE, who="bambang").status == 404


def test_the_page_shows_the_questions_rules_read_and_what_would_follow(office: Office, child: str) -> None:
    sri = signed_in(office, "sri")
    case_page = sri.read(f"/kasus/{child}")
    assert any(link.startswith(f"/kasus/{child}/coba-jawaban") for link in case_page.links("/kasus"))
    start = sri.read(f"/kasus/{child}/coba-jawaban")
    assert start.status == 200
    names = start.tree.xpath("//form[@method='post']//*[starts-with(@name, 'isian.')]/@name")
    assert names == ["isian.tingkat_risiko", "isian.berat_tindakan", "isian.interval_monitoring"]
    answer = sri.fill(f"/kasus/{child}/coba-jawaban", {"formulir": CONFERENCE, "isian.berat_tindakan": "berat"})
    assert answer.status == 200
    assert "Pelaporan ke UPPA" in answer.text
    assert "jatuh tempo" in answer.text
    assert "Dari langkah 6 (Konferensi kasus) ke langkah 8" in answer.text
    assert answer.tree.xpath("//option[@selected]/@value")[-1] == "berat"


def test_the_page_lets_a_form_that_was_sent_be_corrected_in_thought(office: Office, child: str) -> None:
    sri = signed_in(office, "sri")
    page = sri.read(f"/kasus/{child}/coba-jawaban?formulir=abh_laporan_awal")
    assert page.tree.xpath("//input[@name='isian.usia_saat_kejadian']/@value") == ["13"]
    wrong = sri.fill(
        f"/kasus/{child}/coba-jawaban", {"formulir": "abh_laporan_awal", "isian.usia_saat_kejadian": "tiga"}
    )
    assert wrong.status == 400
    assert wrong.errors[0][0] == "isian.usia_saat_kejadian"
    assert wrong.tree.xpath("//input[@name='isian.usia_saat_kejadian']/@value") == ["tiga"]


def test_a_closed_case_and_a_strangers_case_have_no_such_page(office: Office, child: str) -> None:
    assert signed_in(office, "bambang").read(f"/kasus/{child}/coba-jawaban").status == 404

"""Nobody knows how old the boy is: the letter to the police waits until a supervisor has confirmed it (ruling 34)."""

import pytest

from server.queries import documents as queries
from tests.office import Office
from tests.sending import follow_up, intake, send


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def case(office: Office) -> str:
    """A boy between 11 and 13 with a serious act. Under 12 is the more protective road; Hadi leads him to the police
    unit all the same, because the talks failed."""
    phone = office.phone_url()
    estimate = {"usia_min": "11", "usia_maks": "13"}
    made, xml = intake(office.schema("abh_laporan_awal"), age=12, **estimate)
    assert send(phone, xml).status == 201
    for form, answers in (
        ("asesmen", {"berat_tindakan": "berat", **estimate}),
        ("konferensi_kasus", {"berat_tindakan": "berat", "interval_monitoring": "7"}),
    ):
        assert send(phone, follow_up(office.schema(f"abh_{form}"), made, answers)).status == 201
    assert office.case(made)["openSteps"] == ["s07"]
    assert office.act("hadi", made, "override", step="s07", to="s08", reason="korban menolak").status == 200
    report = follow_up(office.schema("abh_pelaporan_uppa"), made, {"uraian": "Pengeroyokan."})
    assert send(phone, report).status == 201
    return made


def numbers(office: Office, case: str) -> list[str]:
    return [line.number for line in queries.of_case(office.store, office.viewer("hadi"), office.project, case)]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_letter_is_held_and_says_why_until_the_age_is_confirmed(office: Office, case: str) -> None:
    (paper,) = office.case(case)["papers"]
    assert (paper["document"], paper["held"], paper["issued"]) == ("surat_uppa", "uncertain_age", False)
    assert numbers(office, case) == []
    by_hand = office.act("sri", case, "document", document="surat_uppa", action="issued")
    assert (by_hand.status, by_hand.json["details"]["problem"]) == (409, "case.paper_held")
    outside = office.act("sri", case, "document", document="surat_uppa", action="issued", number="1/2/3")
    assert outside.json["details"]["problem"] == "case.paper_held"
    answer = office.act("hadi", case, "confirm", about="age", ok=True, reason="rapor: lahir 2013")
    assert answer.status == 200, answer.text
    (paper,) = answer.json["papers"]
    assert (paper["held"], paper["issued"]) == (None, True)
    assert numbers(office, case) == ["400.9.2.3/001/423.104/2026"]
    confirmed = next(d for d in answer.json["decisions"] if d["uncertain"])
    assert confirmed["confirmedBy"]["displayName"] == "Hadi Prasetyo"


def test_only_a_supervisor_confirms_and_says_why(office: Office, case: str) -> None:
    told = {"about": "age", "ok": True, "reason": "rapor"}
    assert office.act("sri", case, "confirm", **told).status == 403
    assert (
        office.act("hadi", case, "confirm", **{**told, "reason": ""}).json["details"]["problem"]
        == "case.reason_required"
    )
    assert (
        office.act("hadi", case, "confirm", **{**told, "ok": False}).json["details"]["problem"] == "request.bad_value"
    )
    assert office.act("hadi", case, "confirm", **told).status == 200
    assert office.act("hadi", case, "confirm", **told).json["details"]["problem"] == "case.age_certain"

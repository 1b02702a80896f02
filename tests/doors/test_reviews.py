"""A supervisor sends a form back: what it said no longer counts, until it is corrected or found right after all."""

from datetime import date

import pytest

from tests.office import Office
from tests.officer import Officer
from tests.phone.collect import Instance

ACT = date(2026, 2, 20)
THIRTEEN = ACT.replace(year=ACT.year - 13)


@pytest.fixture
def sri(office: Office) -> Officer:
    return Officer(office)


def review(office: Office, sent: Instance, state: str | None) -> None:
    path = f"/v1/projects/{office.project}/forms/{sent.form.form_id}/submissions/{sent.instance_id}"
    answer = office.as_("hadi").ask("PATCH", path, {"reviewState": state})
    assert answer.status == 200, answer.text


def assessed(sri: Officer) -> tuple[str, Instance]:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    sent = sri.later().follow("asesmen", case)
    assert sri.steps(case) == ["s06"]
    return case, sent


def test_a_rejected_assessment_is_asked_for_again(sri: Officer, office: Office) -> None:
    case, sent = assessed(sri)
    review(office, sent, "rejected")
    assert sri.steps(case) == ["s03"]
    assert "review" in [event["type"] for event in office.case(case)["events"]]


def test_its_correction_leads_the_case_on(sri: Officer, office: Office) -> None:
    case, sent = assessed(sri)
    review(office, sent, "rejected")
    sri.later().phone.sync()
    sri.send(sri.phone.edit_sent(sent, {"berat_tindakan": "ringan"}))
    assert sri.steps(case) == ["s06"]


def test_a_rejection_taken_back_leaves_the_case_as_it_was(sri: Officer, office: Office) -> None:
    case, sent = assessed(sri)
    sri.later().follow("konferensi_kasus", case, berat_tindakan="berat")
    before = office.case(case)
    review(office, sent, "rejected")
    assert sri.steps(case) == ["s03"]
    assert [w["form"] for w in office.case(case)["waiting"]] == ["abh_konferensi_kasus"]
    review(office, sent, "approved")
    after = office.case(case)
    for part in ("openSteps", "status", "dueAt", "waiting", "facts"):
        assert after[part] == before[part]


def test_an_approval_that_changes_nothing_writes_nothing_into_the_case(sri: Officer, office: Office) -> None:
    case, sent = assessed(sri)
    review(office, sent, "approved")
    assert "review" not in [event["type"] for event in office.case(case)["events"]]


def test_a_rejected_intake_leaves_a_case_in_which_nothing_can_be_done(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    intake = sri.phone.instances[-1]
    opened = office.case(case)["openedAt"]
    review(office, intake, "rejected")
    assert sri.steps(case) == []
    assert office.case(case)["openedAt"] == opened
    review(office, intake, None)
    assert sri.steps(case) == ["s03"]

"""A form corrected after the office acted on it: the supervisor is asked, nothing is rerouted behind anybody's back."""

from datetime import date

import pytest

from tests.office import Office
from tests.officer import Officer

ACT = date(2026, 2, 20)
THIRTEEN = ACT.replace(year=ACT.year - 13)


@pytest.fixture
def sri(office: Office) -> Officer:
    return Officer(office)


def conference(sri: Officer) -> tuple[str, object]:
    """A reported child of 13, a serious act by the conference: the way to UPPA."""
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    sri.later().follow("asesmen", case)
    sent = sri.later().follow("konferensi_kasus", case, berat_tindakan="berat")
    assert sri.steps(case) == ["s08"]
    return case, sent


def correct(sri: Officer, sent: object) -> None:
    """The conference had said minor after all; the sent form is edited on the phone."""
    sri.later().phone.sync()
    sri.send(sri.phone.edit_sent(sent, {"berat_tindakan": "ringan"}))


def test_nobody_acted_yet_so_the_case_is_led_on_by_itself(sri: Officer, office: Office) -> None:
    case, sent = conference(sri)
    correct(sri, sent)
    assert sri.steps(case) == ["s07"]
    told = office.case(case)
    assert told["conflicts"] == []
    assert [(d["to"], bool(d["supersededBy"])) for d in told["decisions"] if d["step"] == "s06"] == [
        (["s08"], True),
        (["s07"], False),
    ]


@pytest.mark.parametrize(("resolution", "steps"), [("accept", ["s07"]), ("keep", ["s10"])])
def test_after_the_report_to_the_police_the_supervisor_decides(
    sri: Officer, office: Office, resolution: str, steps: list[str]
) -> None:
    case, sent = conference(sri)
    sri.later().follow("pelaporan_uppa", case)
    correct(sri, sent)
    assert sri.steps(case) == ["s10"], "only the old branch is open"
    (conflict,) = office.case(case)["conflicts"]
    assert conflict
    body = {"type": "resolve", "step": "s06", "resolution": resolution, "reason": "dibahas bersama polisi"}
    events = f"/v1/projects/{office.project}/cases/{case}/events"
    assert office.as_("sri").post(events, body).status == 403
    answer = office.as_("hadi").post(events, body)
    assert answer.status == 200, answer.text
    told = office.case(case)
    assert (told["openSteps"], told["conflicts"]) == (steps, [])

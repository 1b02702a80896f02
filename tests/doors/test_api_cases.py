"""Cases for programs: lists and filters, one case with its reasons, acts, SOPs, and what waits for a person."""

import io

import pytest
from openpyxl import load_workbook

from tests.office import XLSFORMS, Office
from tests.reads import readings
from tests.sending import follow_up, intake, send

LISTED = {
    "id",
    "number",
    "sop",
    "sopVersion",
    "label",
    "status",
    "closeReason",
    "openedAt",
    "closedAt",
    "dueAt",
    "late",
    "openSteps",
}
WHOLE = LISTED | {
    "facts",
    "steps",
    "decisions",
    "waiting",
    "documents",
    "events",
    "conflicts",
    "submissions",
}
STEP = {"name", "source", "visit", "state", "role", "assignee", "openedAt", "dueAt", "doneAt", "late"}
DECISION = {
    "step",
    "visit",
    "routes",
    "to",
    "source",
    "interpretation",
    "inputs",
    "explanation",
    "whatIf",
    "supersededBy",
}


@pytest.fixture
def path(office: Office) -> str:
    return f"/v1/projects/{office.project}/cases"


@pytest.fixture
def phone(office: Office) -> str:
    return office.phone_url()


@pytest.fixture
def case(office: Office, phone: str) -> str:
    """A report of a child of 13, sent from Sri's phone."""
    case_id, xml = intake(office.schema("abh_laporan_awal"))
    assert send(phone, xml).status == 201
    return case_id


def opened(office: Office, phone: str, **how: object) -> str:
    case_id, xml = intake(office.schema("abh_laporan_awal"), **how)  # type: ignore[arg-type]
    assert send(phone, xml).status == 201
    return case_id


def test_a_case_is_listed_with_its_open_step(office: Office, path: str, case: str) -> None:
    (row,) = office.as_("sri").get(path).json
    assert set(row) == LISTED
    assert (row["id"], row["sop"], row["status"], row["openSteps"]) == (case, "abh", "open", ["s03"])
    assert row["openedAt"].startswith("2026-03-02T")
    assert row["openedAt"].endswith("+07:00")
    assert row["late"] is False


def test_one_case_tells_everything_and_why(office: Office, path: str, case: str) -> None:
    whole = office.as_("hadi").get(f"{path}/{case}").json
    assert set(whole) >= WHOLE
    assert whole["facts"]["usia_saat_kejadian"] == 13
    assert all(set(step) >= STEP for step in whole["steps"])
    assert [step["name"] for step in whole["steps"] if step["state"] == "open"] == ["s03"]
    assert all(set(decision) >= DECISION for decision in whole["decisions"])
    assert all(decision["explanation"] for decision in whole["decisions"])
    assert [event["type"] for event in whole["events"]] == ["submission"]
    assert len(whole["submissions"]) == 1
    assert whole["waiting"] == whole["conflicts"] == []


def test_the_reason_is_told_in_the_readers_language(office: Office, path: str, phone: str, case: str) -> None:
    send(phone, follow_up(office.schema("abh_asesmen"), case, {}))
    answers = {"berat_tindakan": "berat"}
    assert send(phone, follow_up(office.schema("abh_konferensi_kasus"), case, answers)).status == 201
    decision = office.case(case)["decisions"][-1]
    assert (decision["step"], decision["to"]) == ("s06", ["s08"])
    assert "Berlaku r07" in decision["explanation"]
    assert "Akan ke langkah 7" in decision["explanation"]
    assert "≤ 11" in decision["explanation"]
    assert {read["name"] for read in decision["inputs"]} >= {"berat_tindakan"}
    assert "karena" in decision["explanation"]


def test_every_look_at_a_case_is_noted_before_it_is_shown(office: Office, path: str, case: str) -> None:
    office.as_("hadi").get(path)
    office.as_("hadi").get(f"{path}/{case}")
    reads = readings(office.store)
    assert [(row.actor_id, row.case_id, row.what) for row in reads] == [(office.viewer("hadi").id, case, "case")]


def test_cases_are_filtered_and_paged(office: Office, path: str, phone: str) -> None:
    report = opened(office, phone)
    invitation = opened(office, phone, entrance="undangan_rj")
    ask = office.as_("hadi").get
    numbers = [row["number"] for row in ask(path).json]
    assert numbers == sorted(numbers, reverse=True)
    assert [row["id"] for row in ask(f"{path}?step=s03").json] == [report]
    assert [row["id"] for row in ask(f"{path}?step=s04").json] == [invitation]
    assert ask(f"{path}?sop=lain").json == []
    assert ask(f"{path}?open=false").json == []
    assert len(ask(f"{path}?open=True&sop=abh").json) == 2
    first = ask(f"{path}?limit=1")
    assert (len(first.json), first.headers["x-total-count"]) == (1, "2")
    second = ask(f"{path}?limit=1&offset=1")
    assert {first.json[0]["id"], second.json[0]["id"]} == {report, invitation}
    wanted = ask(f"{path}?q={numbers[0]}").json
    assert [row["number"] for row in wanted] == [numbers[0]]
    assert ask(f"{path}?q=tidakadayangbegini").json == []


def test_work_is_found_by_who_has_it(office: Office, path: str, case: str) -> None:
    given = office.as_("hadi").post(
        f"{path}/{case}/events", {"type": "assign", "step": "s03", "assignee": "sri@pasuruan.test"}
    )
    assert given.status == 200, given.text
    sri = office.viewer("sri").id
    assert given.json["steps"][-1]["assignee"] == {"id": sri, "displayName": "Sri Wahyuni"}
    for who in ("sri@pasuruan.test", str(sri)):
        assert [row["id"] for row in office.as_("hadi").get(f"{path}?assignee={who}").json] == [case]
    assert [row["id"] for row in office.as_("sri").get(f"{path}?assignee=me").json] == [case]
    assert office.as_("hadi").get(f"{path}?assignee=tono@pasuruan.test").json == []


def test_a_step_is_late_once_its_day_is_over(office: Office, path: str, case: str) -> None:
    assert office.case(case)["late"] is False
    office.clock.advance(days=2)
    whole = office.case(case)
    assert whole["late"] is True
    assert [step["late"] for step in whole["steps"] if step["state"] == "open"] == [True]
    assert [row["late"] for row in office.cases] == [True]


def test_an_act_answers_with_the_case(office: Office, path: str, case: str) -> None:
    body = {"type": "override", "step": "s02", "to": ["s04"], "reason": "Keluarga minta kunjungan lebih dulu"}
    done = office.as_("hadi").post(f"{path}/{case}/events", body)
    assert done.status == 200, done.text
    assert done.json["openSteps"] == ["s04"]
    last = done.json["decisions"][-1]
    assert (last["kind"], last["to"]) == ("override", ["s04"])
    assert body["reason"] in last["explanation"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"type": "menghilang"}, 400),
        ({"type": "override", "step": "s01", "to": ["s04"]}, 400),
        ({"type": "override", "step": "s99", "to": ["s04"], "reason": "x"}, 400),
        ({"type": "note", "text": "a", "effectiveAt": "2099-01-01"}, 400),
        ({"type": "note", "text": "a", "effectiveAt": "kemarin"}, 400),
        ({"type": "close", "reason": "x"}, 400),
        ({"type": "reopen", "step": "s03", "reason": "x"}, 400),
    ],
)
def test_an_act_that_makes_no_sense_changes_nothing(
    office: Office, path: str, case: str, body: dict, status: int
) -> None:
    before = office.case(case)["events"]
    answer = office.as_("hadi").post(f"{path}/{case}/events", body)
    assert answer.status == status, answer.text
    assert answer.json["message"]
    assert office.case(case)["events"] == before


def test_an_officer_neither_overrides_nor_assigns(office: Office, path: str, case: str) -> None:
    for body in (
        {"type": "override", "step": "s01", "to": ["s04"], "reason": "x"},
        {"type": "assign", "assignee": "sri@pasuruan.test"},
    ):
        assert office.as_("sri").post(f"{path}/{case}/events", body).status == 403


def test_another_office_learns_nothing_of_a_case(office: Office, path: str, case: str) -> None:
    bambang = office.as_("bambang")
    other = f"/v1/projects/{office.other}/cases"
    note = {"type": "note", "text": "x"}
    for answer in (
        bambang.get(f"{path}/{case}"),
        bambang.get(f"{other}/{case}"),
        bambang.post(f"{path}/{case}/events", note),
        bambang.post(f"{other}/{case}/events", note),
    ):
        assert (answer.status, len(answer.body)) == (404, 76)
    assert bambang.get(other).json == []


def test_the_sop_can_be_read_with_its_versions(office: Office) -> None:
    base = f"/v1/projects/{office.project}/sops"
    (row,) = office.as_("sri").get(base).json
    assert row["id"] == "abh"
    assert [v["current"] for v in row["versions"]] == [True]
    whole = office.as_("sri").get(f"{base}/abh").json
    assert [f for f in whole["findings"] if f["level"] == "error"] == []
    assert {"s01", "s13"} <= {step["name"] for step in whole["steps"]}
    assert any(route["when"] for route in whole["routes"])
    assert office.as_("sri").get(f"{base}/lain").status == 404


def _sop_that_leads_nowhere() -> bytes:
    """The published SOP with one route to a step that does not exist."""
    book = load_workbook(next(XLSFORMS.rglob("sop.xlsx")))
    sheet = book["routes"]
    column = next(cell.column for cell in sheet[1] if cell.value == "to")
    sheet.cell(2, column, "s99")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_same_sop_again_changes_nothing_and_a_broken_one_is_refused(office: Office) -> None:
    base = f"/v1/projects/{office.project}/sops"
    same = office.as_("rina").post(f"{base}?publish=true", next(XLSFORMS.rglob("sop.xlsx")).read_bytes())
    assert same.status == 200, same.text
    assert (same.json["id"], same.json["change"]) == ("abh", "same")
    assert len(office.as_("rina").get(f"{base}/abh").json["versions"]) == 1
    refused = office.as_("rina").post(base, _sop_that_leads_nowhere())
    assert refused.status == 400
    (finding,) = [f for f in refused.json["details"]["findings"] if f["level"] == "error" and f["value"] == "s99"]
    assert (finding["sheet"], finding["cell"][0].isalpha()) == ("routes", True)
    assert finding["message"]
    assert finding["repair"]
    assert len(office.as_("rina").get(f"{base}/abh").json["versions"]) == 1
    assert office.as_("rina").post(base, b"bukan excel").json["code"] == 400.15


def test_a_form_without_its_case_waits_for_a_person_who_links_it(
    office: Office, path: str, phone: str, case: str
) -> None:
    unknown = "99999999-9999-4999-8999-999999999999"
    stray = follow_up(office.schema("abh_asesmen"), unknown, {})
    assert send(phone, stray).status == 201
    base = f"/v1/projects/{office.project}/unlinked"
    (item,) = office.as_("hadi").get(base).json
    assert (item["form"], item["caseId"]) == ("abh_asesmen", unknown)
    assert item["reason"]
    assert office.as_("hadi").post(f"{base}/{item['id']}/link", {"caseId": "tidak-ada"}).status == 404
    linked = office.as_("sri").post(f"{base}/{item['id']}/link", {"caseId": case})
    assert linked.status == 200, linked.text
    assert linked.json["openSteps"] == ["s06"]
    assert office.as_("hadi").get(base).json == []

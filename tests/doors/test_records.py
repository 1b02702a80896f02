"""Referrals and shelter stays as records beside the steps (ruling 44), and how a case is closed by hand."""

import pytest

from tests.office import Office
from tests.sending import intake, send

PANTI = "UPT PPSAA Batu"


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def case(office: Office) -> str:
    """A child reported to Sri; the assessment waits."""
    made, xml = intake(office.schema("abh_laporan_awal"))
    assert send(office.phone_url(), xml).status == 201
    return made


def note(office: Office, case: str, who: str = "sri", **body: object) -> tuple[int, str]:
    path = f"/v1/projects/{office.project}/cases/{case}/events"
    answer = office.as_(who).post(path, {"type": "record", **body})
    return answer.status, answer.json.get("details", {}).get("problem", "")


def only(office: Office, case: str) -> dict:
    (record,) = office.case(case)["records"]
    return record


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_referral_goes_its_way_from_sent_to_arrived_and_back(office: Office, case: str) -> None:
    assert note(office, case, kind="referral", state="sent", lembaga_tujuan=PANTI) == (200, "")
    record = only(office, case)["id"]
    office.clock.advance(days=2)
    assert note(office, case, record=record, state="accepted", on="2026-03-03", kepada="Bu Ratna") == (200, "")
    assert note(office, case, record=record, state="arrived") == (200, "")
    assert note(office, case, record=record, state="returned") == (400, "case.reason_required")
    assert note(office, case, record=record, state="returned", reason="selesai dirawat") == (200, "")
    entries = [(row["state"], row["on"]) for row in only(office, case)["entries"]]
    assert entries == [
        ("sent", "2026-03-02"),
        ("accepted", "2026-03-03"),
        ("arrived", "2026-03-04"),
        ("returned", "2026-03-04"),
    ]
    assert office.case(case)["openSteps"] == ["s03"]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"kind": "referral", "state": "arrived"}, "case.record_state"),
        ({"kind": "referral", "state": "sent"}, "request.missing"),
        ({"kind": "trip", "state": "sent"}, "request.bad_value"),
        ({"kind": "stay", "state": "sent"}, "request.bad_value"),
        ({"kind": "stay", "state": "in"}, "request.missing"),
        ({"kind": "stay", "state": "out"}, "case.record_state"),
        ({"kind": "stay", "state": "in", "tempat": "RPS", "on": "2026-03-03"}, "case.bad_date"),
        ({"record": "tidak-ada", "state": "sent"}, "request.bad_value"),
    ],
)
def test_a_record_that_makes_no_sense_is_refused(office: Office, case: str, body: dict, refusal: str) -> None:
    assert note(office, case, **body)[1] == refusal
    assert office.case(case)["records"] == []


def test_a_refused_referral_says_why_and_ends(office: Office, case: str) -> None:
    note(office, case, kind="referral", state="sent", lembaga_tujuan=PANTI)
    record = only(office, case)["id"]
    assert note(office, case, record=record, state="refused") == (400, "case.reason_required")
    assert note(office, case, record=record, state="refused", reason="penuh") == (200, "")
    assert note(office, case, record=record, state="accepted") == (409, "case.record_state")


def test_a_stay_has_its_in_and_out(office: Office, case: str) -> None:
    assert note(office, case, kind="stay", state="in", tempat="RPS", cara="diantar polisi") == (200, "")
    assert note(office, case, kind="stay", state="in", tempat="RPS") == (409, "case.stay_open")
    record = only(office, case)["id"]
    assert note(office, case, record=record, state="out", cara="terbang") == (400, "request.bad_value")
    assert note(office, case, record=record, state="out", cara="serah_terima") == (400, "request.missing")
    office.clock.advance(days=1)
    assert note(office, case, record=record, state="out", cara="serah_terima", kepada="Ibu kandung") == (200, "")
    assert only(office, case)["state"] == "out"
    assert note(office, case, kind="stay", state="in", tempat="RPS") == (200, "")


def test_another_office_writes_no_record(office: Office, case: str) -> None:
    assert note(office, case, who="bambang", kind="stay", state="in", tempat="RPS")[0] == 404


def close(office: Office, closing: str, **body: object) -> tuple[int, str]:
    path = f"/v1/projects/{office.project}/cases/{closing}/events"
    answer = office.as_("hadi").post(path, {"type": "close", "reason": "sudah dibahas", **body})
    return answer.status, answer.json.get("details", {}).get("problem", "")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({"closeReason": "bosan"}, "request.bad_value"),
        ({}, "request.missing"),
        ({"closeReason": "pindah", "reason": ""}, "case.reason_required"),
        ({"closeReason": "hilang_kontak"}, "case.search_required"),
        ({"closeReason": "melarikan_diri", "search": " "}, "case.search_required"),
        ({"closeReason": "duplikat"}, "request.missing"),
        ({"closeReason": "duplikat", "case": "ABH-2026-9999"}, "case.unknown_survivor"),
        ({"closeReason": "duplikat", "case": "ABH-2026-0001"}, "case.unknown_survivor"),
    ],
)
def test_a_case_is_closed_for_a_known_reason_only(office: Office, case: str, body: dict, refusal: str) -> None:
    assert close(office, case, **body)[1] == refusal
    assert office.case(case)["status"] == "open"


def test_contact_lost_after_a_search_that_is_written_down(office: Office, case: str) -> None:
    assert close(office, case, closeReason="hilang_kontak", search="Tiga kali ke rumah, tetangga tidak tahu") == (
        200,
        "",
    )
    told = office.case(case)
    assert told["closeReason"] == "hilang_kontak"
    assert told["events"][-1]["data"]["data"]["search"].startswith("Tiga kali")


def test_a_duplicate_names_the_case_that_goes_on(office: Office, case: str) -> None:
    other, xml = intake(office.schema("abh_laporan_awal"), age=11)
    assert send(office.phone_url("Ponsel kedua"), xml).status == 201
    assert close(office, other, closeReason="duplikat", case="abh-2026-0001") == (200, "")
    assert office.case(other)["events"][-1]["data"]["data"]["case"] == case


def test_who_may_not_close_does_not(office: Office, case: str) -> None:
    assert office.act("sri", case, "close", closeReason="pindah", reason="x").status == 403


def test_a_deadline_is_put_off_with_a_reason(office: Office, case: str) -> None:
    before = office.case(case)["steps"][-1]["dueAt"]
    assert office.act("sri", case, "override", step="s03", due="2026-03-09", reason="x").status == 403
    past = office.act("hadi", case, "override", step="s03", due="2026-03-01", reason="x")
    assert past.json["details"]["problem"] == "case.bad_due"
    answer = office.act("hadi", case, "override", step="s03", due="2026-03-09", reason="banjir")
    step = next(step for step in answer.json["steps"] if step["name"] == "s03")
    assert (step["dueAt"][:10], step["extended"]) == ("2026-03-09", "banjir")
    assert before[:10] < "2026-03-09"


def test_a_step_is_skipped_to_its_only_target_and_a_branch_is_taken_back(office: Office, case: str) -> None:
    skipped = office.act("hadi", case, "override", step="s03", skip=True, reason="asesmen dari RS dipakai")
    assert skipped.json["openSteps"] == ["s06"]
    where = office.act("hadi", case, "override", step="s06", skip=True, reason="x")
    assert (where.status, where.json["details"]["problem"]) == (400, "case.skip_where")
    chosen = office.act("hadi", case, "override", step="s06", skip=True, to="s07", reason="disepakati lisan")
    assert chosen.json["openSteps"] == ["s07"]
    assert office.act("sri", case, "withdraw", step="s07", reason="x").status == 403
    assert office.act("hadi", case, "withdraw", step="s07").json["details"]["problem"] == "case.reason_required"
    assert office.act("hadi", case, "withdraw", step="s07", reason="keliru dibuka").json["openSteps"] == []

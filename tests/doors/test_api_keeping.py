"""Submissions put away and brought back, who sent them, and what the audit says of them, for programs."""

import pytest

from tests.office import Office
from tests.sending import intake, send

FIRST = "uuid:11111111-1111-4111-8111-111111111111"


@pytest.fixture
def path(office: Office) -> str:
    return f"/v1/projects/{office.project}/forms/abh_laporan_awal/submissions"


def test_a_deleted_submission_counts_no_more_keeps_its_id_and_comes_back_whole(office: Office, path: str) -> None:
    phone = office.phone_url()
    case, xml = intake(office.schema("abh_laporan_awal"), instance=FIRST)
    assert send(phone, xml).status == 201
    before = office.case(case)
    assert before["openSteps"]
    assert office.as_("sri").ask("DELETE", f"{path}/{FIRST}").status == 403
    note = {"X-Action-Notes": "dikirim dua kali"}
    assert office.as_("hadi").ask("DELETE", f"{path}/{FIRST}", None, note).json == {"success": True}

    assert office.as_("hadi").get(f"{path}/{FIRST}").status == 404
    assert office.as_("hadi").get(path).json == []
    (gone,) = office.as_("hadi").get(f"{path}?deleted=true").json
    assert gone["deletedAt"]
    assert office.case(case)["openSteps"] == []
    again = send(phone, xml)
    assert again.status == 409
    assert "dihapus" in again.text
    reused = office.as_("sri").post(path, xml)
    assert (reused.status, reused.json["code"]) == (409, 409.18)
    assert office.as_("hadi").ask("DELETE", f"{path}/{FIRST}").status == 404

    assert office.as_("hadi").post(f"{path}/{FIRST}/restore").json == {"success": True}
    assert office.as_("hadi").get(f"{path}/{FIRST}.xml").body == xml
    assert office.case(case)["openSteps"] == before["openSteps"]
    assert office.as_("hadi").post(f"{path}/{FIRST}/restore").status == 404
    told = office.as_("hadi").get(f"{path}/{FIRST}/audits").json
    assert [row["action"] for row in told] == ["submission.restore", "submission.delete", "submission.create"]
    assert [row["notes"] for row in told] == [None, "dikirim dua kali", None]
    assert told[1]["actor"]["displayName"] == "Hadi Prasetyo"


def test_a_rejected_one_stays_rejected_when_it_comes_back(office: Office, path: str) -> None:
    case, xml = intake(office.schema("abh_laporan_awal"), instance=FIRST)
    assert office.as_("sri").post(path, xml).status == 200
    office.as_("hadi").ask("PATCH", f"{path}/{FIRST}", {"reviewState": "rejected"})
    office.as_("hadi").ask("DELETE", f"{path}/{FIRST}")
    office.as_("hadi").post(f"{path}/{FIRST}/restore")
    assert office.as_("hadi").get(f"{path}/{FIRST}").json["reviewState"] == "rejected"
    assert office.case(case)["openSteps"] == []


def test_who_has_sent_and_which_keys_encrypt_are_listed(office: Office, path: str) -> None:
    phone = office.phone_url("Ponsel Sri")
    assert send(phone, intake(office.schema("abh_laporan_awal"))[1]).status == 201
    assert office.as_("sri").post(path, intake(office.schema("abh_laporan_awal"))[1]).status == 200
    sent = office.as_("hadi").get(f"{path}/submitters").json
    assert [(row["displayName"], row["type"]) for row in sent] == [("Ponsel Sri", "field_key"), ("Sri Wahyuni", "user")]
    assert office.as_("hadi").get(f"{path}/keys").json == []


def test_the_audit_is_read_by_the_servers_admin_in_parts(office: Office, path: str) -> None:
    office.as_("sri").post(path, intake(office.schema("abh_laporan_awal"), instance=FIRST)[1])
    rina = office.as_("rina")
    assert office.as_("hadi").get("/v1/audits").status == 404
    assert [row["action"] for row in rina.get("/v1/audits?action=submission.create").json] == ["submission.create"]
    assert {row["action"].partition(".")[0] for row in rina.get("/v1/audits?action=user").json} == {"user"}
    assert "submission.create" not in {row["action"] for row in rina.get("/v1/audits?action=nonverbose").json}
    assert len(rina.get("/v1/audits?limit=1&offset=1").json) == 1
    assert rina.get("/v1/audits?start=2026-03-02T00:00:00%2B07:00&action=submission").json
    assert rina.get("/v1/audits?end=2020-01-01").json == []
    wrong = rina.get("/v1/audits?start=kemarin")
    assert (wrong.status, wrong.json["code"]) == (400, 400.11)

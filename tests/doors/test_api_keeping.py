"""Submissions put away and brought back, who sent them, and what the audit says of them, for programs."""

import pytest

from tests.office import Office
from tests.sending import intake, send

FIRST = "uuid:11111111-1111-4111-8111-111111111111"


def test_phones_and_links_are_renamed_counted_and_ended_by_their_token(office: Office) -> None:
    project, rina, hadi = f"/v1/projects/{office.project}", office.as_("rina"), office.as_("hadi")
    phone = hadi.post(f"{project}/app-users", {"displayName": "HP lama"}).json
    forms = f"{project}/forms/abh_laporan_awal"
    assert hadi.post(f"{forms}/assignments/2/{phone['id']}").status == 200
    renamed = hadi.ask("PATCH", f"{project}/app-users/{phone['id']}", {"displayName": "HP regu A"}).json
    assert (renamed["displayName"], renamed["token"]) == ("HP regu A", phone["token"])
    assert renamed["updatedAt"]
    assert hadi.ask("PATCH", f"{project}/app-users/999999", {"displayName": "x"}).json["code"] == 404.1

    given = [row for row in hadi.get(f"{project}/assignments/forms").json if row["actorId"] == phone["id"]]
    assert given == [{"actorId": phone["id"], "roleId": 2, "xmlFormId": "abh_laporan_awal"}]
    extended = {"X-Extended-Metadata": "true"}
    named = hadi.get(f"{project}/assignments/forms/app-user", **extended).json
    assert "HP regu A" in {row["actor"]["displayName"] for row in named}
    assert hadi.get(f"{project}/assignments/forms/manager").json == []
    assert hadi.get(f"{project}/assignments/forms/tidak_ada").json["code"] == 404.1

    links = f"{forms}/public-links"
    link = hadi.post(links, {"displayName": "Spanduk"}).json
    assert (
        hadi.ask("PATCH", f"{links}/{link['id']}", {"displayName": "Spanduk balai"}).json["displayName"]
        == "Spanduk balai"
    )
    assert hadi.ask("PATCH", f"{links}/999999", {"displayName": "x"}).json["code"] == 404.1
    assert hadi.get(forms, **extended).json["publicLinks"] == 1

    for token in (phone["token"], link["token"]):
        assert office.as_("sri").ask("DELETE", f"/v1/sessions/{token}").json["code"] == 403.1
        assert office.as_("bambang").ask("DELETE", f"/v1/sessions/{token}").json["code"] == 404.1
        assert hadi.ask("DELETE", f"/v1/sessions/{token}").json == {"success": True}
        assert office.as_(None).get(f"/v1/key/{token}{project.removeprefix('/v1')}/formList").status == 403
    assert hadi.get(forms, **extended).json["publicLinks"] == 0
    assert rina.get(f"{project}/app-users/{phone['id']}").json["token"] is None


def test_properties_that_would_filter_rows_never_seem_to_be_kept(office: Office) -> None:
    project, hadi = f"/v1/projects/{office.project}", office.as_("hadi")
    links = f"{project}/forms/abh_laporan_awal/public-links"
    for path in (f"{project}/app-users", links):
        before = len(hadi.get(path).json)
        refused = hadi.post(path, {"displayName": "Regu A", "properties": {"wilayah": "gadingrejo"}})
        assert (refused.status, refused.json["code"]) == (501, 501.1)
        assert len(hadi.get(path).json) == before
        # What clients read and send back says nothing, and is taken.
        made = hadi.post(path, {"displayName": "Regu A", "properties": {}}).json
        assert made["properties"] == {}
        one = f"{path}/{made['id']}"
        assert hadi.ask("PATCH", one, {"properties": {"wilayah": "1"}}).json["code"] == 501.1
        assert hadi.ask("PATCH", one, {"displayName": "B", "properties": {"wilayah": ""}}).json["displayName"] == "B"
    assert hadi.get(f"{project}/actor-properties").json == []
    assert hadi.post(f"{project}/actor-properties", {"name": "wilayah"}).json["code"] == 501.1


def test_extended_answers_tell_what_one_may_do_what_lists_there_are_and_what_was_noted(office: Office) -> None:
    project, rina, extended = f"/v1/projects/{office.project}", office.as_("rina"), {"X-Extended-Metadata": "true"}
    assert "verbs" not in office.as_("sri").get(project).json
    sri = office.as_("sri").get(project, **extended).json
    assert "case.act" in sri["verbs"]
    assert "form.publish" not in sri["verbs"]
    assert "form.publish" in rina.get(project, **extended).json["verbs"]
    (whole,) = office.as_("hadi").get("/v1/projects?datasets=true").json
    assert [row["name"] for row in whole["datasetList"]] == ["kasus_abh"]
    assert (whole["datasets"], whole["datasetList"][0]["entities"], whole["lastEntity"]) == (1, 0, None)

    form = f"{project}/forms/abh_laporan_awal"
    assert rina.post(f"{form}/draft").status == 200
    note = {"X-Action-Notes": "label diperjelas"}
    assert rina.ask("POST", f"{form}/draft/publish?version=9", None, note).status == 200
    told = {row["version"]: row["publishNotes"] for row in rina.get(f"{form}/versions", **extended).json}
    assert told.pop("9") == "label diperjelas"
    assert set(told.values()) == {None}
    assert "publishNotes" not in rina.get(f"{form}/versions").json[0]
    assert rina.get(f"{project}/forms?deleted=true").json == []


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

"""Which forms a phone may fill: given on its page or by a program, honoured wherever the phone asks."""

import re

from server.store.submissions import quarantine, submission
from tests.browsing import signed_in
from tests.office import Client, Office
from tests.sending import follow_up, intake, offered, send, url_path

INTAKE, VISIT = "abh_laporan_awal", "abh_asesmen"


def phone_id(office: Office) -> int:
    return office.as_("rina").get(f"/v1/projects/{office.project}/app-users").json[0]["id"]


def test_a_phone_given_one_form_is_offered_and_may_send_that_one_only(office: Office) -> None:
    url = office.phone_url()
    before = offered(url)
    assert {INTAKE, VISIT} < set(before)
    rina = signed_in(office, "rina")
    rina.read(f"/petugas/ponsel/{phone_id(office)}")
    assert len(rina.page.tree.xpath("//input[@name='form' and @checked]")) == len(before)
    given = rina.fill(f"/petugas/ponsel/{phone_id(office)}/formulir", {"which": "chosen", "form": [INTAKE]})
    assert "Tersimpan" in rina.read(given.headers["location"].partition("#")[0]).text
    assert "1 formulir" in rina.read("/petugas/ponsel").text
    assert set(offered(url)) == {INTAKE}
    stranger = Client(office.address)
    for kind in ("downloadUrl", "manifestUrl"):
        assert stranger.get(url_path(before[INTAKE][kind])).status == 200
        assert stranger.get(url_path(before[VISIT][kind])).status == 404
    case, xml = intake(office.schema(INTAKE))
    assert send(url, xml).status == 201
    refused = send(url, follow_up(office.schema(VISIT), case, {}))
    assert refused.status == 403
    assert "minta admin memberikan formulir itu" in refused.text
    assert (office.count(submission), office.count(quarantine)) == (1, 1)
    again = rina.fill(f"/petugas/ponsel/{phone_id(office)}/formulir", {"which": "all", "form": [INTAKE]})
    assert again.status == 303
    assert set(offered(url)) == set(before)
    assert send(url, follow_up(office.schema(VISIT), case, {})).status == 201


def test_ticks_and_the_choice_above_them_must_say_the_same(office: Office) -> None:
    url = office.phone_url()
    before = set(offered(url))
    rina, path = signed_in(office, "rina"), f"/petugas/ponsel/{phone_id(office)}"
    # Rina takes ticks away and forgets the choice above them.
    rina.read(path)
    refused = rina.fill(f"{path}/formulir", {"which": "all", "form": [INTAKE]})
    assert (refused.status, [field for field, _ in refused.errors]) == (400, ["which-chosen"])
    assert "Hanya yang dicentang" in refused.errors[0][1]
    assert refused.tree.xpath("//input[@name='form' and @checked]/@value") == [INTAKE]
    assert refused.tree.xpath("//input[@name='which' and @checked]/@value") == ["all"]
    assert set(offered(url)) == before
    # She chooses it and ticks nothing.
    refused = rina.fill(f"{path}/formulir", {"which": "chosen"})
    assert (refused.status, [field for field, _ in refused.errors]) == (400, ["form-1"])
    assert refused.tree.xpath("//input[@name='form' and @checked]") == []
    assert set(offered(url)) == before
    assert rina.fill(f"{path}/formulir", {"which": "chosen", "form": [INTAKE, VISIT]}).status == 303
    assert set(offered(url)) == {INTAKE, VISIT}
    # All of them are one click away, whatever is ticked.
    rina.read(path)
    assert rina.fill(f"{path}/formulir", {"which": "all", "form": [INTAKE, VISIT]}).status == 303
    assert set(offered(url)) == before


def test_a_program_gives_forms_as_pyodk_does(office: Office) -> None:
    rina, project = office.as_("rina"), f"/v1/projects/{office.project}"
    made = rina.post(f"{project}/app-users", {"displayName": "HP regu"}).json
    key = f"{office.address}/v1/key/{made['token']}/projects/{office.project}"
    assert len(offered(key)) == 13
    path = f"{project}/forms/{{}}/assignments"
    for form in (INTAKE, VISIT):
        assert rina.post(f"{path.format(form)}/2/{made['id']}").json == {"success": True}
    assert set(offered(key)) == {INTAKE, VISIT}
    assert rina.get(path.format(VISIT)).json == [{"actorId": made["id"], "roleId": 2}]
    (actor,) = rina.get(f"{path.format(VISIT)}/app-user").json
    assert (actor["id"], actor["type"], actor["displayName"]) == (made["id"], "field_key", "HP regu")
    assert rina.get(path.format("abh_arsip")).json == []
    taken = f"{path.format(VISIT)}/app-user/{made['id']}"
    assert rina.ask("DELETE", taken).json == {"success": True}
    assert set(offered(key)) == {INTAKE}
    assert rina.ask("DELETE", taken).json["code"] == 404.1
    assert rina.post(f"{path.format('tidak_ada')}/2/{made['id']}").json["code"] == 404.1
    assert rina.post(f"{path.format(VISIT)}/1/{made['id']}").json["code"] == 501.1
    shown = [row["forms"] for row in rina.get(f"{project}/app-users").json if row["id"] == made["id"]]
    assert shown == [[INTAKE]]


def test_a_phone_of_the_page_keeps_all_forms_until_one_is_taken(office: Office) -> None:
    url = office.phone_url()
    rina, path = office.as_("rina"), f"/v1/projects/{office.project}/forms/{VISIT}/assignments/2/{phone_id(office)}"
    assert rina.post(path).status == 200
    assert len(offered(url)) == 13
    assert rina.ask("DELETE", path).status == 200
    assert len(offered(url)) == 12
    assert VISIT not in offered(url)
    stranger = office.as_("bambang").ask("DELETE", re.sub(VISIT, INTAKE, path))
    assert stranger.status == 404

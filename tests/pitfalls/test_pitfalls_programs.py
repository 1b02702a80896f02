"""Section D, what programs ask: actors, errors, spellings, revalidation."""

import http.client
from base64 import b64encode
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from server.problems import Problem
from server.queries import briefcase
from tests.office import Office
from tests.pitfalls.conftest import NOTES, VERSION
from tests.sending import answers_xml, send

FORM_KEYS = {
    "projectId",
    "xmlFormId",
    "version",
    "hash",
    "state",
    "createdAt",
    "name",
    "enketoId",
    "keyId",
    "updatedAt",
    "publishedAt",
}


def note(**meta: str) -> bytes:
    return answers_xml(NOTES, VERSION, {"nama": "Sari"}, **meta)


def test_55_name_a_real_actor_for_every_submission_and_give_every_key_clients_require(
    office: Office, url: str, path: str
) -> None:
    assert send(url, note()).status == 201
    for row in office.as_("hadi").get(path).json:
        assert isinstance(row["submitterId"], int)
        assert row["submitterId"] > 0
        assert row["createdAt"]
    form = office.as_("hadi").get(f"/v1/projects/{office.project}/forms/{NOTES}").json
    assert set(form) >= FORM_KEYS
    assert isinstance(form["version"], str)


def test_56_keep_the_body_of_404_1_at_76_bytes(office: Office, path: str) -> None:
    for address in (f"{path}/uuid:tidak-ada", f"{path}/uuid:tidak-ada/attachments/a.jpg", "/v1/projects/999"):
        answer = office.as_("hadi").get(address)
        assert (answer.status, len(answer.body), answer.json["code"]) == (404, 76, 404.1)


def test_57_accept_capital_booleans_empty_bodies_any_accept_header_and_ids_with_or_without_percent_signs(
    office: Office, url: str, path: str
) -> None:
    one = f"uuid:{uuid4()}"
    assert send(url, note(instance=one)).status == 201
    forms = f"/v1/projects/{office.project}/forms"
    asked = office.as_("hadi").ask("GET", f"{forms}?publish=False", None, {"Accept": "application/xml"})
    assert asked.headers["content-type"].startswith("application/json")
    assert office.as_("hadi").get(f"{path}?deleted=True").json == []
    assert one in [row["instanceId"] for row in office.as_("hadi").get(f"{path}?deleted=False").json]
    assert office.as_("rina").ask("POST", f"{forms}/{NOTES}/draft").json == {"success": True}
    assert office.as_("rina").ask("DELETE", f"{forms}/{NOTES}/draft").json == {"success": True}
    for written in (one, one.replace(":", "%3A"), one.replace(":", "%3a")):
        assert as_written(office, f"{path}/{written}") == 200


def as_written(office: Office, address: str) -> int:
    """The status of an address that is not encoded once more."""
    parts, hadi = urlsplit(office.address), office.as_("hadi")
    told = b64encode(f"{hadi.login}:{hadi.password}".encode()).decode()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=30)
    try:
        connection.request("GET", address, None, {"Authorization": f"Basic {told}"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_59_answer_304_only_for_exactly_this_view_and_only_this_forms_data_changes_it(
    office: Office, url: str, path: str
) -> None:
    one = f"uuid:{uuid4()}"
    assert send(url, note(instance=one)).status == 201
    hadi = office.as_("hadi")

    def unchanged(tag: str, address: str = path) -> bool:
        return hadi.ask("GET", address, None, {"If-None-Match": tag}).status == 304

    tag = hadi.get(path).headers["etag"]
    assert unchanged(tag)
    assert not unchanged(tag, f"{path}?limit=1&offset=1")
    schema = office.schema("abh_laporan_awal")
    other = answers_xml("abh_laporan_awal", schema.version, {"inisial": "A."}, schema=schema)
    assert send(url, other).status == 201
    assert unchanged(tag)
    assert send(url, note(deprecatedID=one)).status == 201
    assert not unchanged(tag)
    tag = hadi.get(path).headers["etag"]
    assert hadi.ask("PATCH", f"{path}/{one}", {"reviewState": "approved"}).status == 200
    assert not unchanged(tag)
    tag = hadi.get(path).headers["etag"]
    assert hadi.ask("DELETE", f"{path}/{one}").status == 200
    assert not unchanged(tag)


@pytest.mark.parametrize("version", ["null", "7", "Optional[2019061201]", "Optional.empty", ""])
@pytest.mark.parametrize("form_id", ["catatan", "http://ona.io/x/form?id=1", "a[@b=c]"])
def test_60_read_briefcase_keys_with_optional_as_version_and_addresses_as_form_ids(form_id: str, version: str) -> None:
    key = f"{form_id}[@version={version} and @uiVersion=null]/data[@key=uuid:1]"
    assert briefcase.asked_for(key) == (form_id, "uuid:1")


def test_60_refuse_a_key_that_is_none() -> None:
    for key in ("", "catatan", "catatan[@version=1]", "[@key=uuid:1]"):
        with pytest.raises(Problem, match=r"request\.bad_value"):
            briefcase.asked_for(key)

"""Briefcase-style tools pull what was sent, with its files, and only those who may read submissions."""

import hashlib

import requests
from lxml import etree
from requests.auth import HTTPDigestAuth

from server.actions.sign_in import turn_on_collect
from server.queries.collect_login import collect_login
from tests.books import form as workbook
from tests.office import SECRET, Office
from tests.sending import answers_xml, send, url_path

PHOTO = "rumah é 😂.jpg"


def texts(body: bytes, name: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(body).iter(f"{{*}}{name}")]


def test_everything_sent_is_pulled_with_its_files_by_those_who_may_read_it(office: Office) -> None:
    form = "catatan_lapangan"
    rows = "| | text | isi | Isi | | | | | | |\n| | image | foto | Foto | | | | | | |"
    book = workbook(rows, settings=f"| | {form} | 1 | Catatan |")
    made = office.as_("rina").post(f"/v1/projects/{office.project}/forms?publish=true&ignoreWarnings=true", book)
    assert made.status == 200, made.text
    phone = office.phone_url()
    sent = [
        answers_xml(form, "1", {"isi": f"<{n}> & é", "foto": PHOTO}, instance=f"uuid:catatan-{n}") for n in range(5)
    ]
    for number, xml in enumerate(sent):
        office.clock.advance(seconds=1)
        assert send(phone, xml, {PHOTO: b"\xff\xd8\xff" + bytes([number])} if number != 3 else None).status == 201
    edit = answers_xml(
        form, "1", {"isi": "diperbaiki", "foto": PHOTO}, instance="uuid:catatan-0b", deprecatedID="uuid:catatan-0"
    )
    assert send(phone, edit).status == 201
    gone = f"/v1/projects/{office.project}/forms/{form}/submissions/uuid:catatan-4"
    assert office.as_("rina").ask("DELETE", gone).status == 200

    turn_on_collect(office.store, office.viewer("hadi"))
    password = collect_login(office.store, office.viewer("hadi"), SECRET.encode(), office.address).password or ""
    tool = requests.Session()
    tool.auth = HTTPDigestAuth(office.town.login("hadi"), password)
    tool.headers["X-OpenRosa-Version"] = "1.0"
    base = f"{office.address}/v1/projects/{office.project}/view"

    def pulled_ids(**more: str) -> list[str]:
        found, cursor = [], ""
        while True:
            answer = tool.get(
                f"{base}/submissionList", params={"formId": form, "cursor": cursor, "numEntries": "2", **more}
            )
            assert answer.status_code == 200, answer.text
            found += texts(answer.content, "id")
            (after,) = texts(answer.content, "resumptionCursor")
            if after == cursor:
                return found
            cursor = after

    assert pulled_ids() == ["uuid:catatan-0", "uuid:catatan-1", "uuid:catatan-2"]
    assert pulled_ids(includeIncomplete="true") == [f"uuid:catatan-{n}" for n in range(4)]

    def pull(instance: str, version: str = "null") -> requests.Response:
        key = f"{form}[@version={version} and @uiVersion=null]/data[@key={instance}]"
        return tool.get(f"{base}/downloadSubmission", params={"formId": key})

    one = pull("uuid:catatan-1", "Optional[1]")
    assert one.status_code == 200, one.text
    (data,) = etree.fromstring(one.content).iterfind("{*}data/data")
    assert (data.get("id"), data.get("version"), data.get("instanceID")) == (form, "1", "uuid:catatan-1")
    assert data.get("isComplete") == "true"
    assert data.get("submissionDate").endswith("Z")
    assert data.findtext("isi") == "<1> & é"
    assert texts(one.content, "filename") == [PHOTO]
    (address,) = texts(one.content, "downloadUrl")
    photo = tool.get(address).content
    assert photo == b"\xff\xd8\xff\x01"
    assert texts(one.content, "hash") == [f"md5:{hashlib.md5(photo).hexdigest()}"]
    assert "diperbaiki" in pull("uuid:catatan-0").text
    assert pull("uuid:catatan-4").status_code == 404
    assert pull("uuid:tidak-ada").status_code == 404
    assert tool.get(f"{base}/downloadSubmission", params={"formId": form}).status_code == 400
    assert tool.get(f"{base}/submissionList", params={"formId": form, "cursor": "x"}).status_code == 400
    listing = f"/view/submissionList?formId={form}"
    assert office.as_(None).get(url_path(phone) + listing).status == 403
    assert office.as_("bambang").get(f"/v1/projects/{office.project}{listing}").status == 404
    assert office.as_(None).get(f"/v1/projects/{office.project}{listing}").status == 401

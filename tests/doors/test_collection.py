"""A form is opened, closing, closed; a link lets anybody fill one open form and nothing else."""

import base64
import json
import zlib

from server.queries.collection import collection_page
from server.queries.viewers import forget_phones
from server.store.cases import case
from server.store.submissions import submission
from tests.books import form as workbook
from tests.browsing import signed_in
from tests.office import SECRET, Client, Office
from tests.sending import answers_xml, intake, offered, send, url_path

INTAKE, VISIT, REPORT = "abh_laporan_awal", "abh_asesmen", "laporan_warga"


def published(office: Office) -> int:
    """A form for citizens, published; its row as the pages name it."""
    book = workbook("| | text | isi | Isi laporan | | | | | | |", settings=f"| | {REPORT} | 1 | Laporan warga |")
    made = office.as_("rina").post(f"/v1/projects/{office.project}/forms?publish=true&ignoreWarnings=true", book)
    assert made.status == 200, made.text
    rina = signed_in(office, "rina")
    (address,) = rina.read(f"/formulir/{REPORT}?kantor={office.project}").links("/pengumpulan/")
    return int(address.rpartition("/")[2])


def test_a_form_that_closes_leaves_the_phones_takes_what_was_filled_and_then_nothing(office: Office) -> None:
    row, url = published(office), office.phone_url()
    rina, address = signed_in(office, "rina"), f"/pengumpulan/{row}"
    assert REPORT in offered(url)
    assert "Dibuka" in rina.read(address).text
    assert rina.fill(f"{address}/keadaan", {"state": "closing"}).status == 303
    assert REPORT not in offered(url)
    first = answers_xml(REPORT, "1", {"isi": "sudah diisi"})
    assert send(url, first).status == 201
    rina.read(address)
    assert rina.fill(f"{address}/keadaan", {"state": "closed"}).status == 303
    assert "Ditutup" in rina.read("/formulir").text
    refused = send(url, answers_xml(REPORT, "1", {"isi": "terlambat"}))
    assert refused.status == 409
    assert "hubungi Dinas Sosial" in refused.text
    assert send(url, first).status == 201, "a phone that missed our answer learns that it arrived"
    assert office.count(submission) == 1
    hadi = signed_in(office, "hadi")
    hadi.read(address)
    assert hadi.fill(f"{address}/keadaan", {"state": "open"}).status == 403
    rina.read(address)
    assert rina.fill(f"{address}/keadaan", {"state": "open"}).status == 303
    assert REPORT in offered(url)
    assert signed_in(office, "bambang").read(address).status == 404


def test_a_link_lets_anybody_fill_one_open_form_and_nothing_else(office: Office) -> None:
    row = published(office)
    hadi, address = signed_in(office, "hadi"), f"/pengumpulan/{row}"
    hadi.read(address)
    assert "tautan" in hadi.fill(f"{address}/tautan", {"name": " "}).errors[0][1].lower()
    hadi.read(address)
    assert hadi.fill(f"{address}/tautan", {"name": "Spanduk balai kota"}).status == 303
    assert "Spanduk balai kota" in hadi.read(address).text
    assert hadi.page.tree.xpath("//img[contains(@alt, 'Spanduk')]/@src")
    links = f"/v1/projects/{office.project}/forms/{REPORT}/public-links"
    (link,) = office.as_("rina").get(links).json
    assert (link["type"], link["displayName"], link["once"]) == ("public_link", "Spanduk balai kota", False)
    url = f"{office.address}/v1/key/{link['token']}/projects/{office.project}"
    mine = offered(url)
    assert set(mine) == {REPORT}
    stranger = Client(office.address)
    assert stranger.get(url_path(mine[REPORT]["downloadUrl"])).status == 200
    others = offered(office.phone_url())
    foreign = others[VISIT]["manifestUrl"].partition("/openrosa/")[2]
    assert stranger.get(f"{url_path(url)}/openrosa/{foreign}").status == 404
    assert "<entity " not in stranger.get(f"{url_path(url)}/openrosa/lists/kasus_abh/integrity?id=x").text
    first = answers_xml(REPORT, "1", {"isi": "ada anak"}, instance="uuid:warga-1")
    sent = send(url, first)
    assert (sent.status, "Kasus" in sent.text) == (201, False)
    edit = answers_xml(REPORT, "1", {"isi": "x"}, instance="uuid:warga-2", deprecatedID="uuid:warga-1")
    assert send(url, edit).status == 403
    assert send(url, intake(office.schema(INTAKE))[1]).status == 403
    assert office.count(case) == 0
    listed = office.as_("sri").get(f"/v1/projects/{office.project}/forms/{REPORT}/submissions").json
    assert [row["submitter"]["displayName"] for row in listed] == ["Spanduk balai kota"]
    for path in (f"/v1/projects/{office.project}/forms", f"/v1/projects/{office.project}/cases"):
        assert stranger.get(path, Authorization=f"Bearer {link['token']}").status == 401
        assert stranger.get(path.replace("/v1/", f"/v1/key/{link['token']}/")).status == 404
    assert stranger.get(f"{url_path(url)}/view/submissionList?formId={REPORT}").status in (403, 404)
    office.as_("rina").ask("PATCH", f"/v1/projects/{office.project}/forms/{REPORT}", {"state": "closed"})
    forget_phones(office.store)
    assert offered(url) == {}
    assert stranger.get(url_path(mine[REPORT]["downloadUrl"])).status == 404
    hadi.read(address)
    assert hadi.fill(f"{address}/tautan/{link['id']}/cabut").status == 303
    assert stranger.get(f"{url_path(url)}/formList").status == 403
    assert office.as_("rina").get(links).json[0]["token"] is None


def test_a_form_with_the_case_list_is_never_opened_to_the_public(office: Office) -> None:
    path = f"/v1/projects/{office.project}/forms/{VISIT}/public-links"
    refused = office.as_("rina").post(path, {"displayName": "Spanduk"})
    assert refused.status == 409
    assert "daftar kasus" in refused.text
    made = office.as_("rina").post(
        f"/v1/projects/{office.project}/forms/{REPORT}/public-links", {"displayName": "Spanduk"}
    )
    assert made.status == 404


def test_which_lists_go_out_with_a_link_is_said_before_it_is_made(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    assert "ikut dengan formulirnya" not in hadi.read(f"/pengumpulan/{published(office)}").text
    (address,) = hadi.read(f"/formulir/{INTAKE}?kantor={office.project}").links("/pengumpulan/")
    page = hadi.read(address)
    assert "ikut dengan formulirnya" in page.text
    assert "petugas.csv" in page.tree.xpath("//section[@aria-labelledby='tautan']//code/text()")


def test_the_pages_code_sets_up_collect_for_the_link(office: Office) -> None:
    row = published(office)
    made = office.as_("rina").post(
        f"/v1/projects/{office.project}/forms/{REPORT}/public-links", {"displayName": "Spanduk", "once": True}
    )
    assert made.json["once"] is True
    found = collection_page(office.store, office.viewer("rina"), SECRET.encode(), office.address, row)
    settings = json.loads(zlib.decompress(base64.b64decode(found.links[0].qr)))
    assert settings["general"]["server_url"] == (
        f"{office.address}/v1/key/{made.json['token']}/projects/{office.project}"
    )

"""People of the office in a browser: they look at forms without a phone, correct what was sent, and fill in what came
on paper."""

import json

import pytest
from lxml import etree
from playwright.sync_api import Page
from sqlalchemy import select

from server.store.forms import form
from server.store.submissions import attachment, revision, submission
from tests.books import form as workbook
from tests.browsing import signed_in
from tests.doors.test_browser import browsing, listening
from tests.doors.test_returned import review
from tests.office import Office
from tests.officer import Officer
from tests.phone.collect import Instance
from tests.reads import readings
from tests.sending import answers_xml, send

CHANGES_BY_ITSELF = {"end", "kasus_jatuh_tempo", "instanceID", "deprecatedID", "entity"}


@pytest.fixture
def kind() -> str:
    """The browser sees the same pages whatever the database; once is enough."""
    return "sqlite"


def told(xml: bytes) -> list[tuple[str, str]]:
    """Every leaf of an instance with its text, but for what each filling writes anew."""
    root = etree.fromstring(xml)
    leaves = [node for node in root.iter(etree.Element) if not len(node)]
    names = [(etree.QName(node).localname, (node.text or "").strip()) for node in leaves]
    return [(name, text) for name, text in names if name not in CHANGES_BY_ITSELF]


def revisions(office: Office, submission_id: int) -> list[tuple[int, bytes]]:
    query = select(revision.c.id, revision.c.xml).where(revision.c.submission_id == submission_id)
    with office.store.read() as db:
        return [(row, bytes(xml)) for row, xml in db.execute(query.order_by(revision.c.received_at))]


def opened(page: Page) -> None:
    page.locator(".odk-form").wait_for()
    assert page.locator(".form-load-failure-dialog").count() == 0


@pytest.mark.browser
def test_hadi_corrects_a_returned_report_in_the_browser_and_nothing_else_changes(office: Office) -> None:
    sri = Officer(office)
    case = sri.intake()
    record = sri.follow("asesmen", case, berat_tindakan="berat")
    review(office, record, "hasIssues", "tindakannya ringan")
    with office.store.read() as db:
        sent = db.execute(select(submission.c.id).where(submission.c.instance_id == record.instance_id)).scalar_one()
    with browsing(office, "hadi") as context:
        page = context.new_page()
        heard = listening(page)
        page.goto(f"{office.address}/kiriman/{sent}")
        page.get_by_role("link", name="Perbaiki di sini").click()
        page.get_by_role("button", name="Buka dan perbaiki").click()
        page.locator(".govuk-error-summary").wait_for()
        page.get_by_label("Alasan").fill("tindakan ringan menurut berita acara")
        page.get_by_role("button", name="Buka dan perbaiki").click()
        opened(page)
        page.locator(".question-container", has_text="Berat tindakan").get_by_text("Ringan", exact=True).click()
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Yang berubah (1)").wait_for()
        assert "berat → ringan" in page.locator(".fill__changes").inner_text()
        page.get_by_role("button", name="Kirim perbaikan").click()
        page.get_by_text("Perbaikan diterima. Kasus ABH-2026-0001.").wait_for()
        page.get_by_role("link", name="Lihat kiriman").last.click()
        page.wait_for_url(f"**/kiriman/{sent}")
        assert [text for text in heard if "map" not in text and "400" not in text] == []
    (_, before), (_, after) = kept = revisions(office, sent)
    rows = [row for row, _ in kept]
    changed = [pair for pair in zip(told(before), told(after), strict=True) if pair[0] != pair[1]]
    assert changed == [(("berat_tindakan", "berat"), ("berat_tindakan", "ringan"))]
    assert office.case(case)["facts"]["berat_tindakan"] == "ringan"
    assert etree.fromstring(after).findtext(".//{*}deprecatedID") == record.instance_id
    with office.store.read() as db:
        files = db.execute(select(attachment.c.revision_id, attachment.c.name, attachment.c.blob)).all()
    first, second = ({(row.name, row.blob) for row in files if row.revision_id == one} for one in rows)
    assert first == second
    noted = [one.what for one in readings(office.store) if one.what.startswith("unmasked:")]
    why = "tindakan ringan menurut berita acara"
    assert noted == [f"unmasked:{record.instance_id} {told}" for told in (why, "audit.csv")]


@pytest.mark.browser
def test_rina_sees_a_draft_and_the_live_form_without_a_phone_and_nothing_is_kept(office: Office) -> None:
    book = "| | text | isi | Apa yang Anda lihat? | | | | | | |"
    made = office.as_("rina").post(
        f"/v1/projects/{office.project}/forms?ignoreWarnings=true",
        workbook(book, settings="| | laporan_warga | 1 | Laporan warga |"),
    )
    assert made.status == 200, made.text
    with office.store.read() as db:
        found = {row.xml_form_id: row.id for row in db.execute(select(form))}
    draft, live = found["laporan_warga"], found["abh_laporan_awal"]
    with browsing(office, "rina") as context:
        page = context.new_page()
        heard = listening(page)
        page.goto(f"{office.address}/pengumpulan/{draft}")
        page.get_by_role("link", name="Lihat draf di peramban").click()
        opened(page)
        page.get_by_label("Apa yang Anda lihat?").fill("coba")
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Ini hanya pratinjau").wait_for()
        page.goto(f"{office.address}/isi/pratinjau/{live}")
        opened(page)
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.locator("#keadaan", has_text="pertanyaan perlu diperbaiki").wait_for()
        assert heard == []
    assert office.count(submission) == 0
    assert signed_in(office, "hadi").read(f"/isi/pratinjau/{draft}/draf").status == 403
    assert signed_in(office, "rina").read(f"/isi/pratinjau/{live}/draf").status == 404


@pytest.mark.browser
def test_hadi_types_in_what_came_on_paper_for_a_case_of_the_list(office: Office) -> None:
    sri = Officer(office)
    case = sri.intake()
    with browsing(office, "hadi") as context:
        page = context.new_page()
        heard = listening(page)
        page.goto(f"{office.address}/formulir/abh_arsip?kantor={office.project}")
        page.get_by_role("link", name="Isi di peramban").click()
        opened(page)
        page.get_by_text("Semua kasus terbuka", exact=True).click()
        page.get_by_text("ABH-2026-0001").first.click()
        for question, choice in (
            ("Berkas yang diarsipkan", "Surat rujukan"),
            ("Berkas lengkap?", "Ya"),
            ("Bentuk arsip", "Kertas"),
        ):
            page.locator(".question-container", has_text=question).get_by_text(choice, exact=True).click()
        # The session ends while he types; he signs in again in another tab, and nothing is lost.
        context.clear_cookies()
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Belum terkirim: Anda sudah keluar").wait_for()
        again = signed_in(office, "hadi").cookies
        context.add_cookies([{"name": key, "value": value, "url": office.address} for key, value in again.items()])
        page.get_by_role("button", name="Kirim lagi").click()
        page.get_by_role("heading", name="Terkirim").wait_for()
        assert "Kasus ABH-2026-0001" in page.locator("#terkirim").inner_text()
        assert [text for text in heard if "400" not in text] == []
    with office.store.read() as db:
        mine = select(submission.c.instance_id).where(submission.c.submitter_id == office.viewer("hadi").id)
        instance = db.execute(mine).scalar_one()
    assert instance in {one["instanceId"] for one in office.case(case)["submissions"]}


def test_an_edit_is_taken_by_its_own_page_only_and_never_loses_the_case(office: Office) -> None:
    sri = Officer(office)
    case = sri.intake()
    record, other = sri.follow("asesmen", case), sri.follow("konferensi_kasus", case)
    with office.store.read() as db:
        rows = {row.instance_id: row.id for row in db.execute(select(submission))}
    hadi = signed_in(office, "hadi")
    here = f"/isi/kiriman/{rows[record.instance_id]}"
    token = hadi.read(here).token()

    def sent(xml: bytes, path: str = here, **headers: str) -> tuple[int, str]:
        body = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n\r\n'
        told = {"Content_Type": "multipart/form-data; boundary=x", "X_CSRFToken": token, **headers}
        answer = hadi.ask("POST", f"{path}/kirim", body + xml + b"\r\n--x--\r\n", **told)
        assert answer.headers["content-type"] == "application/json"
        return answer.status, json.loads(answer.body)["code"]

    def edit(of: Instance, **changes: str) -> bytes:
        root = etree.fromstring(of.xml)
        meta = root.find("{*}meta")
        assert meta is not None
        etree.SubElement(meta, f"{{{etree.QName(meta).namespace}}}deprecatedID").text = of.instance_id
        for name, text in {"instanceID": "uuid:perbaikan", **changes}.items():
            found = root.find(f".//{{*}}{name}")
            assert found is not None
            found.text = text
        return etree.tostring(root)

    assert sent(record.xml) == (400, "request.missing")
    assert sent(edit(other)) == (400, "request.bad_value")
    assert sent(edit(record, kasus_id="")) == (409, "submission.case_lost")
    assert sent(edit(record), X_CSRFToken="") == (400, "access.csrf")
    assert sent(b"<x") == (400, "submission.not_xml")
    assert sent(edit(record), "/isi/kiriman/1") == (404, "request.not_found")
    assert sent(edit(record)) == (201, "edited")
    assert sent(edit(record)) == (201, "again")
    assert sent(edit(record, instanceID="uuid:lain")) == (409, "submission.edit_outdated")
    hadi.cookies.clear()
    assert sent(edit(record))[0] in (400, 401), "signed out: the page keeps what was typed and says so"
    assert office.count(revision) == 4
    outsider = signed_in(office, "bambang")
    assert outsider.read(here).status == outsider.read(f"{here}/formulir.xml").status == 404


def test_what_cannot_be_corrected_here_says_why(office: Office) -> None:
    sri = Officer(office)
    record = sri.follow("asesmen", sri.intake())
    with office.store.read() as db:
        query = select(submission.c.id).where(submission.c.instance_id == record.instance_id)
        row = db.execute(query).scalar_one()
    rina, here = office.as_("rina"), f"/v1/projects/{office.project}/forms/abh_asesmen"
    assert rina.ask("PATCH", here, {"state": "closed"}).status == 200
    hadi = signed_in(office, "hadi")
    shown = hadi.read(f"/isi/kiriman/{row}")
    assert (shown.status, "sudah ditutup" in shown.text) == (409, True)
    assert rina.ask("PATCH", here, {"state": "open"}).status == 200
    unknown = answers_xml("abh_asesmen", "belum-terbit", {"tampil": "semua"}, instance="uuid:belum-terbit")
    assert send(sri.phone.url, unknown).status == 201
    with office.store.read() as db:
        query = select(submission.c.id).where(submission.c.instance_id == "uuid:belum-terbit")
        row = db.execute(query).scalar_one()
    shown = hadi.read(f"/isi/kiriman/{row}")
    assert (shown.status, "belum pernah terbit" in shown.text) == (409, True)
    assert not hadi.read(f"/kiriman/{row}").links("/isi/")

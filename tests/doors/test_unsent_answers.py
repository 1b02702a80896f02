"""Hadi types in what came on paper and his browser dies: what he typed is still there for him, and for nobody else."""

import json

import pytest
from playwright.sync_api import BrowserContext, Page, Route
from sqlalchemy import select

from server.store.forms import form
from server.store.submissions import attachment, revision, submission
from tests.books import form as workbook
from tests.browsing import signed_in
from tests.doors.test_browser import browsing, listening
from tests.office import Office
from tests.officer import Officer
from tests.photos import JPEG, jpeg
from tests.sending import answers_xml, send

GUESTS = """
| | text | nama | Nama tamu | | | | | | |
| | image | foto | Foto buku tamu | | | | | | |
| | begin repeat | teman | Teman | | | | | | |
| | text | teman_nama | Nama teman | | | | | | |
| | end repeat | | | | | | | | |
"""


@pytest.fixture
def kind() -> str:
    """The browser sees the same pages whatever the database; once is enough."""
    return "sqlite"


@pytest.fixture
def guests(office: Office) -> str:
    """The address of a form filled in by the office."""
    data = workbook(GUESTS, settings="| | buku_tamu | 1 | Buku tamu |")
    made = office.as_("rina").post(f"/v1/projects/{office.project}/forms?publish=true&ignoreWarnings=true", data)
    assert made.status == 200, made.text
    with office.store.read() as db:
        row = db.execute(select(form.c.id).where(form.c.xml_form_id == "buku_tamu")).scalar_one()
    return f"{office.address}/isi/formulir/{row}"


def opened(page: Page) -> None:
    page.locator(".odk-form").wait_for()
    assert page.locator(".form-load-failure-dialog").count() == 0


def kept(page: Page) -> list[dict]:
    """What lies in the browser, sealed texts as letters."""
    return page.evaluate(
        """async () => {
          const asked = (request) => new Promise((done) => (request.onsuccess = () => done(request.result)));
          const db = await asked(indexedDB.open("alur-isian"));
          if (!db.objectStoreNames.length) return [];
          const drafts = await asked(db.transaction("drafts").objectStore("drafts").getAll());
          db.close();
          return drafts.map((one) => ({ ...one, data: new TextDecoder("latin1").decode(one.data) }));
        }"""
    )


def wait_until_kept(page: Page, count: int = 1) -> None:
    for _ in range(100):
        if len(kept(page)) == count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(kept(page))


def sign_in(context: BrowserContext, office: Office, name: str) -> None:
    context.clear_cookies()
    cookies = signed_in(office, name).cookies
    context.add_cookies([{"name": key, "value": value, "url": office.address} for key, value in cookies.items()])


@pytest.mark.browser
def test_a_crashed_tab_gives_back_everything_and_it_is_sent_once(office: Office, guests: str) -> None:
    with browsing(office, "hadi") as context:
        page = context.new_page()
        page.goto(guests)
        opened(page)
        assert "tersimpan terkunci di peramban ini" in page.locator("#disimpan").inner_text()
        page.get_by_label("Nama tamu").fill("Ibu Wulandari")
        page.locator("input[type=file]").first.set_input_files(
            {"name": "tamu.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
        )
        page.get_by_label("Nama teman").fill("Pak Karyo")
        page.wait_for_timeout(2500)
        wait_until_kept(page)
        assert "Wulandari" not in json.dumps(kept(page)), "nothing can be read there"
        page.close()

        # Dewi uses the same computer, in her own name.
        sign_in(context, office, "sri")
        other = context.new_page()
        other.goto(guests)
        opened(other)
        assert other.get_by_text("Ada isian Anda yang belum terkirim").count() == 0
        other.close()

        sign_in(context, office, "hadi")
        page = context.new_page()
        heard = listening(page)
        page.goto(guests)
        page.get_by_text("Ada isian Anda yang belum terkirim").wait_for()
        beside = context.new_page()
        page.get_by_role("button", name="Lanjutkan isian itu").click()
        opened(page)
        beside.goto(guests)
        opened(beside)
        beside.close()
        assert page.get_by_label("Nama tamu").input_value() == "Ibu Wulandari"
        assert page.get_by_label("Nama teman").input_value() == "Pak Karyo"
        page.get_by_label("Nama teman").fill("Pak Karyo Utomo")

        def lost(route: Route) -> None:
            route.fetch()
            route.abort()

        # The server takes it, its answer is lost, and the browser dies again.
        page.route("**/kirim**", lost)
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Belum terkirim: server tidak terjangkau").wait_for()
        assert [text for text in heard if "ERR_FAILED" not in text] == []
        page.close()
        page = context.new_page()
        page.goto(guests)
        page.get_by_text("jawaban server tidak terdengar").wait_for()
        page.get_by_role("button", name="Kirim lagi").click()
        page.get_by_role("heading", name="Terkirim").wait_for()
        wait_until_kept(page, 0)
        page.goto(guests)
        opened(page)
    with office.store.read() as db:
        rows = db.execute(select(submission.c.id, submission.c.instance_id)).all()
        files = db.execute(select(attachment.c.blob)).scalars().all()
    assert len(rows) == 1
    assert len(files) == 1
    assert len(office.store.blobs.get(files[0])) > 100
    sent = office.as_("rina").get(
        f"/v1/projects/{office.project}/forms/buku_tamu/submissions/{rows[0].instance_id}.xml"
    )
    assert "Ibu Wulandari" in sent.text
    assert "Pak Karyo Utomo" in sent.text
    assert "deprecatedID" not in sent.text


@pytest.mark.browser
def test_one_of_two_tabs_goes_on_and_the_other_takes_nothing_from_it(office: Office, guests: str) -> None:
    with browsing(office, "hadi") as context:
        page = context.new_page()
        page.goto(guests)
        opened(page)
        page.get_by_label("Nama tamu").fill("Ibu Wulandari")
        page.locator("input[type=file]").first.set_input_files(
            {"name": "tamu.jpg", "mimeType": "image/jpeg", "buffer": JPEG}
        )
        page.wait_for_timeout(2500)
        wait_until_kept(page)
        page.close()
        tabs = [context.new_page() for _ in range(4)]
        for tab in tabs:
            tab.goto(guests)
            tab.get_by_text("Ada isian Anda yang belum terkirim").wait_for()
        first, beside, cleaning, late = tabs
        first.get_by_role("button", name="Lanjutkan isian itu").click()
        opened(first)
        beside.get_by_role("button", name="Lanjutkan isian itu").click()
        opened(beside)
        assert beside.get_by_label("Nama tamu").input_value() == ""
        cleaning.get_by_role("button", name="Buang isian itu").click()
        opened(cleaning)
        assert len(kept(first)) == 1
        first.get_by_role("button", name="Kirim", exact=True).click()
        first.get_by_role("heading", name="Terkirim").wait_for()
        wait_until_kept(first, 0)
        first.close()
        late.get_by_role("button", name="Lanjutkan isian itu").click()
        opened(late)
        assert late.get_by_label("Nama tamu").input_value() == ""
    with office.store.read() as db:
        assert len(db.execute(select(submission.c.id)).all()) == 1
        assert len(db.execute(select(attachment.c.blob).where(attachment.c.blob.is_not(None))).all()) == 1


@pytest.mark.browser
def test_a_chosen_case_comes_back_and_signing_out_leaves_nothing(office: Office) -> None:
    sri = Officer(office)
    case = sri.intake()
    with office.store.read() as db:
        row = db.execute(select(form.c.id).where(form.c.xml_form_id == "abh_arsip")).scalar_one()
    address = f"{office.address}/isi/formulir/{row}"
    with browsing(office, "hadi") as context:
        page = context.new_page()
        page.goto(address)
        opened(page)
        page.get_by_text("Semua kasus terbuka", exact=True).click()
        page.get_by_text("ABH-2026-0001").first.click()
        page.locator(".question-container", has_text="Berkas lengkap?").get_by_text("Ya", exact=True).click()
        page.wait_for_timeout(2500)
        wait_until_kept(page)
        page.close()
        page = context.new_page()
        page.goto(address)
        page.get_by_role("button", name="Lanjutkan isian itu").click()
        opened(page)
        for question, choice in (("Berkas yang diarsipkan", "Surat rujukan"), ("Bentuk arsip", "Kertas")):
            page.locator(".question-container", has_text=question).get_by_text(choice, exact=True).click()
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_role("heading", name="Terkirim").wait_for()
        assert "Kasus ABH-2026-0001" in page.locator("#terkirim").inner_text()

        page.goto(address)
        opened(page)
        page.get_by_text("Semua kasus terbuka", exact=True).click()
        page.wait_for_timeout(2500)
        wait_until_kept(page)
        page.on("dialog", lambda dialog: dialog.accept())
        page.locator("summary", has_text="Hadi Prasetyo").click()
        page.get_by_role("button", name="Keluar").click()
        page.wait_for_url("**/masuk**")
        assert kept(page) == []
    with office.store.read() as db:
        mine = select(submission.c.instance_id).where(submission.c.submitter_id == office.viewer("hadi").id)
        instance = db.execute(mine).scalar_one()
    assert instance in {one["instanceId"] for one in office.case(case)["submissions"]}


@pytest.mark.browser
def test_a_correction_goes_on_from_the_submission_it_began_with(office: Office, guests: str) -> None:
    path = f"/v1/projects/{office.project}/forms/buku_tamu/submissions"
    xml = answers_xml("buku_tamu", "1", {"nama": "Ibu Wulan", "foto": "lama.jpg"}, instance="uuid:tamu-1")
    assert send(office.phone_url(), xml, {"lama.jpg": JPEG}).status == 201
    with office.store.read() as db:
        row = db.execute(select(submission.c.id).where(submission.c.instance_id == "uuid:tamu-1")).scalar_one()

    def begin(page: Page) -> None:
        page.goto(f"{office.address}/kiriman/{row}")
        page.get_by_role("link", name="Perbaiki di sini").click()
        if page.get_by_label("Alasan").count():
            page.get_by_label("Alasan").fill("ejaan nama di buku tamu")
            page.get_by_role("button", name="Buka dan perbaiki").click()

    with browsing(office, "hadi") as context:
        page = context.new_page()
        begin(page)
        opened(page)
        page.get_by_label("Nama tamu").fill("Ibu Wulandari")
        page.locator("input[type=file]").first.set_input_files(
            {"name": "jelas.jpg", "mimeType": "image/jpeg", "buffer": jpeg(device="Pemindai")}
        )
        page.wait_for_timeout(2500)
        wait_until_kept(page)
        page.close()
        page = context.new_page()
        begin(page)
        page.get_by_role("button", name="Lanjutkan isian itu").click()
        opened(page)
        assert page.get_by_label("Nama tamu").input_value() == "Ibu Wulandari"
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Yang berubah (2)").wait_for()
        page.get_by_role("button", name="Kirim perbaikan").click()
        page.get_by_role("heading", name="Terkirim").wait_for()
        wait_until_kept(page, 0)

        # Somebody else corrects it while the next correction lies in a closed browser: that one begins anew.
        page = context.new_page()
        begin(page)
        opened(page)
        page.get_by_label("Nama tamu").fill("Bu Wulan")
        page.wait_for_timeout(2500)
        wait_until_kept(page)
        page.close()
        now = office.as_("rina").get(f"{path}/uuid:tamu-1").json["currentVersion"]["instanceId"]
        edited = answers_xml("buku_tamu", "1", {"nama": "Ny. Wulandari", "foto": "lama.jpg"}, instance="uuid:tamu-3")
        edited = edited.replace(b"</meta>", f"<deprecatedID>{now}</deprecatedID></meta>".encode())
        answer = office.as_("rina").ask("PUT", f"{path}/uuid:tamu-1", edited)
        assert answer.status == 200, answer.text
        page = context.new_page()
        begin(page)
        opened(page)
        assert page.get_by_label("Nama tamu").input_value() == "Ny. Wulandari"
    with office.store.read() as db:
        query = select(revision.c.xml).where(revision.c.submission_id == row).order_by(revision.c.id)
        texts = [bytes(one).decode() for one in db.execute(query).scalars()]
    assert ["Ibu Wulandari" in one for one in texts] == [False, True, False]
    assert ["lama.jpg" in one for one in texts] == [True, False, True]
    with office.store.read() as db:
        blobs = set(db.execute(select(attachment.c.blob)).scalars())
    assert b"Pemindai" in b"".join(office.store.blobs.get(one) for one in blobs if one)

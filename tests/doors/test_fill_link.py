"""A public link opened in a browser: a citizen fills the form there, with a photo, also when the network fails."""

import base64
import hashlib
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from lxml import etree
from PIL import Image
from playwright.sync_api import Page, Route, expect, sync_playwright
from sqlalchemy import select

from server.queries.viewers import forget_phones
from server.store.submissions import attachment, revision, submission
from tests.books import from_rows
from tests.browsing import signed_in, visitor
from tests.doors.test_browser import ARGUMENTS, listening
from tests.office import Office
from tests.phone.encrypting import Keys
from tests.phone.random_answers import PIXEL
from tests.sending import answers_xml

REPORT = "laporan_warga"
SURVEY = [
    ["type", "name", "label::Indonesia (id)", "label::English (en)", "required", "constraint", "constraint_message"],
    ["text", "isi", "Apa yang Anda lihat?", "What did you see?", "yes", None, None],
    ["integer", "usia", "Kira-kira umurnya", "Age, about", None, ". < 120", "Umur terlalu tinggi."],
    ["image", "foto", "Foto", "Photo", None, None, None],
    ["datetime", "saat", "Kapan?", "When?", None, None, None],
    ["file", "surat", "Surat", "Letter", None, None, None],
    ["date", "tgl", "Tanggal kejadian", "Day", None, None, None],
]
SIGNED = [
    ["type", "name", "label", "appearance", "required", "calculation"],
    ["text", "nama", "Nama Anda", None, "yes", None],
    ["image", "paraf", "Tanda tangan", "signature", "yes", None],
    # No phone asks for what nobody can answer.
    ["calculate", "hitungan", None, None, "yes", "if(${nama} = '', '', '')"],
]


def published(office: Office, survey: list[list[object]] = SURVEY, **settings: str) -> None:
    """A form for citizens in the office, published."""
    told = {"form_id": REPORT, "form_title": "Laporan warga", "version": "1", **settings}
    book = from_rows({"survey": survey, "settings": [list(told), list(told.values())]})
    made = office.as_("rina").post(f"/v1/projects/{office.project}/forms?publish=true&ignoreWarnings=true", book)
    assert made.status == 200, made.text


def link(office: Office, *, once: bool = False) -> str:
    """The token of a new public link to it."""
    links = f"/v1/projects/{office.project}/forms/{REPORT}/public-links"
    return str(office.as_("rina").post(links, {"displayName": "Spanduk balai kota", "once": once}).json["token"])


@contextmanager
def citizen(width: int = 1280, **options: object) -> Iterator[Page]:
    """The browser of somebody without an account."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        try:
            yield chromium.new_context(viewport={"width": width, "height": 800}, locale="id-ID", **options).new_page()
        finally:
            chromium.close()


def answers(office: Office) -> list[etree._Element]:
    """What is stored of the report form."""
    with office.store.read() as db:
        return [etree.fromstring(xml) for xml in db.execute(select(revision.c.xml)).scalars()]


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sqlite"])
def test_on_the_office_network_a_large_photo_is_made_smaller_and_a_broken_answer_stays_to_be_mended(
    office: Office,
) -> None:
    survey = [
        ["type", "name", "label", "parameters"],
        ["image", "foto", "Foto", "max-pixels=100"],
        ["text", "isi", "Isi", None],
    ]
    published(office, survey)
    large = io.BytesIO()
    Image.effect_noise((400, 300), 40).convert("RGB").save(large, "JPEG")
    with citizen(360) as page:
        # Over plain http browsers do not give it (ruling 42).
        page.add_init_script("Object.defineProperty(crypto, 'randomUUID', { value: undefined, writable: true })")
        page.goto(f"{office.address}/isi/{link(office)}")
        page.get_by_label("Isi", exact=True).fill("dari kantor")
        broken = {"name": "rusak.jpg", "mimeType": "image/jpeg", "buffer": b"bukan gambar"}
        page.locator("input[type=file]").last.set_input_files(broken)
        page.get_by_text("tidak dapat ditampilkan sebagai gambar").wait_for()
        page.locator("input[type=file]").last.set_input_files(
            {"name": "besar.jpg", "mimeType": "image/jpeg", "buffer": large.getvalue()}
        )
        page.locator(".media-block img").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        page.route("**/kirim?*", lambda route: route.fulfill(status=503, body="sibuk"), times=1)
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("server sedang sibuk").wait_for()
        page.get_by_role("button", name="Kirim lagi").click()
        page.get_by_role("heading", name="Terkirim").wait_for()
    (answer,) = answers(office)
    assert (answer.findtext("{*}meta/{*}instanceID") or "").startswith("uuid:")
    with office.store.read() as db:
        (blob,) = db.execute(select(attachment.c.blob)).scalars()
    assert max(Image.open(io.BytesIO(office.store.blobs.get(blob))).size) == 100


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sqlite"])
def test_numbers_are_typed_with_the_keyboard_of_a_phone_that_names_no_keys(office: Office) -> None:
    survey = [["type", "name", "label"], ["integer", "usia", "Usia"], ["decimal", "jarak", "Jarak"]]
    published(office, survey)
    with citizen(360) as page:
        page.goto(f"{office.address}/isi/{link(office)}")
        phone = page.context.new_cdp_session(page)

        def typed(label: str, *keys: str) -> str:
            page.get_by_label(label, exact=True).click()
            for key in keys:
                unnamed = {"windowsVirtualKeyCode": 229, "key": "Unidentified"}
                rubs_out = {"commands": ["deleteBackward"]} if key == "hapus" else {}
                phone.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **unnamed, **rubs_out})
                if not rubs_out:
                    phone.send("Input.insertText", {"text": key})
                phone.send("Input.dispatchKeyEvent", {"type": "keyUp", **unnamed})
            return page.get_by_label(label, exact=True).input_value()

        assert typed("Usia", "1", "9", "hapus", "4") == "14"
        typed("Jarak", "2", page.evaluate("(1.5).toLocaleString(navigator.language)[1]"), "5")
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_role("heading", name="Terkirim").wait_for()
    (answer,) = answers(office)
    assert (answer.findtext("usia"), answer.findtext("jarak")) == ("14", "2.5")


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_citizen_fills_sends_a_photo_and_loses_nothing_when_the_network_fails(office: Office) -> None:
    published(office)
    with citizen() as page:
        heard = listening(page)
        page.goto(f"{office.address}/isi/{link(office)}")
        send = page.get_by_role("button", name="Kirim", exact=True)
        send.click()
        page.locator("#keadaan", has_text="1 pertanyaan perlu diperbaiki.").wait_for()
        page.get_by_role("link", name="Apa yang Anda lihat?").press("Enter")
        assert page.evaluate("document.activeElement.tagName") == "INPUT"
        page.get_by_text("Pertanyaan ini harus dijawab.").wait_for()
        page.get_by_label("Apa yang Anda lihat?").fill("Anak tidur di emper toko")
        page.get_by_label("Kapan?").fill("2026-03-02T08:15")
        page.get_by_label("Tanggal kejadian").fill("02/03/2026")
        page.keyboard.press("Escape")
        page.locator("input[type=file][accept='image/*']").last.set_input_files(
            {"name": "emper.png", "mimeType": "image/png", "buffer": PIXEL}
        )
        page.locator(".fill__upload input[type=file]").set_input_files(
            {"name": "surat rt.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 surat"}
        )
        page.get_by_text("surat rt.pdf").wait_for()

        # The server keeps it, and its answer is lost on the way.
        def lost(route: Route) -> None:
            route.fetch()
            route.abort()

        page.route("**/kirim?*", lost, times=1)
        send.click()
        page.get_by_text("Belum terkirim: server tidak terjangkau").wait_for()
        assert page.locator("#formulir").evaluate("node => node.inert")
        assert page.get_by_label("Apa yang Anda lihat?").input_value() == "Anak tidur di emper toko"
        page.get_by_role("button", name="Kirim lagi").click()
        page.get_by_role("heading", name="Terkirim").wait_for()
        page.get_by_text("Sudah diterima sebelumnya; tidak ada yang digandakan.").wait_for()
        instance = page.locator("[data-instance]").text_content()
        assert [text for text in heard if "net::ERR_FAILED" not in text] == []
        page.get_by_role("link", name="Isi lagi").click()
        page.get_by_label("Apa yang Anda lihat?").fill("Sekali lagi")
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Diterima.", exact=True).wait_for()
        assert page.locator("[data-instance]").text_content() != instance
    first, second = answers(office)
    assert office.count(submission) == 2
    assert (first.findtext("isi"), second.findtext("isi")) == ("Anak tidur di emper toko", "Sekali lagi")
    assert first.findtext("{*}meta/{*}instanceID") == instance
    assert (first.findtext("saat") or "").startswith("2026-03-02T08:15:00.000")
    assert first.findtext("tgl") == "2026-03-02"
    with office.store.read() as db:
        files = db.execute(select(attachment.c.name, attachment.c.blob)).all()
    kept = {row.name: office.store.blobs.get(row.blob) for row in files}
    assert kept == {first.findtext("foto"): PIXEL, first.findtext("surat"): b"%PDF-1.4 surat"}


def test_what_is_sent_after_the_form_closed_says_so_in_the_reader_s_language(office: Office) -> None:
    published(office)
    token = link(office)
    forms = f"/v1/projects/{office.project}/forms/{REPORT}"
    assert office.as_("rina").ask("PATCH", forms, {"state": "closed"}).status == 200
    head = b'--x\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="a.xml"\r\n\r\n'
    body = head + answers_xml(REPORT, "1", {"isi": "terlambat"}) + b"\r\n--x--\r\n"
    kind = "multipart/form-data; boundary=x"
    refused = visitor(office).ask("POST", f"/isi/{token}/kirim?bahasa=en", body, Content_Type=kind)
    text = json.loads(refused.body)["text"]
    assert (refused.status, "closed while you were filling" in text, "(0343) 423628" in text) == (409, True, True)
    assert office.count(submission) == 0


@pytest.mark.browser
@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_citizen_signs_with_a_finger_and_signs_again(office: Office) -> None:
    published(office, SIGNED)
    with citizen(360, has_touch=True) as page:
        heard = listening(page)
        address = f"{office.address}/isi/{link(office, once=True)}"
        page.goto(address)
        page.get_by_label("Nama Anda").fill("Ibu Ningsih")
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_text("Pertanyaan ini harus dijawab.").wait_for()
        board = page.locator("canvas.fill__board")

        def sign() -> None:
            board.scroll_into_view_if_needed()
            box = board.bounding_box()
            assert box is not None
            page.mouse.move(box["x"] + 20, box["y"] + 20)
            page.mouse.down()
            page.mouse.move(box["x"] + 120, box["y"] + 90, steps=5)
            page.mouse.up()
            page.get_by_role("button", name="Kosongkan").wait_for()

        sign()
        page.get_by_role("button", name="Kosongkan").click()
        page.get_by_text("Pertanyaan ini harus dijawab.").wait_for()
        sign()
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_role("heading", name="Terkirim").wait_for()
        expect(page.get_by_role("link", name="Isi lagi")).to_be_hidden()
        page.goto(address)
        page.get_by_text("Isian sudah dikirim dari peramban ini.").wait_for()
        assert heard == []
    (answer,) = answers(office)
    with office.store.read() as db:
        name, blob = db.execute(select(attachment.c.name, attachment.c.blob)).one()
    assert name == answer.findtext("paraf")
    signed = Image.open(io.BytesIO(office.store.blobs.get(blob))).convert("L")
    assert (signed.format, signed.size, signed.getextrema()[0] < 60) == (None, (800, 360), True)


def test_the_page_of_a_link_has_its_own_policy_and_no_other_page_has_it(office: Office) -> None:
    published(office)
    stranger = visitor(office)
    shown = stranger.read(f"/isi/{link(office)}")
    assert shown.status == 200
    (planned,) = shown.tree.xpath("//script[@type='importmap']/text()")
    known = base64.b64encode(hashlib.sha256(planned.encode()).digest()).decode()
    rules = dict(part.strip().split(" ", 1) for part in shown.headers["content-security-policy"].split(";"))
    assert rules["script-src"] == f"'self' 'sha256-{known}' 'wasm-unsafe-eval'"
    assert (rules["style-src"], rules["default-src"]) == ("'self' 'unsafe-inline'", "'none'")
    assert (rules["img-src"], rules["font-src"]) == ("'self' data: blob:", "'self' data:")
    assert (rules["connect-src"], rules["frame-ancestors"]) == ("'self'", "'none'")
    assert len(shown.body) < 100_000
    assert "ODK Collect" in shown.tree.xpath("//noscript")[0].text_content()
    assert "Jl. Balai Kota No. 10" in shown.text
    assert shown.tree.xpath("//noscript//img[contains(@alt, 'ODK Collect')]")
    for asset in json.loads(planned)["imports"].values():
        loaded = stranger.ask("GET", asset, Accept_Encoding="gzip")
        assert loaded.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert loaded.headers["content-type"].startswith("text/javascript")
    assert "unsafe" not in stranger.read("/masuk").headers["content-security-policy"]
    assert "unsafe" not in stranger.read("/isi/tidak-ada").headers["content-security-policy"]


def test_a_link_that_cannot_be_filled_says_why_and_what_to_do(office: Office) -> None:
    published(office)
    token, other = link(office), link(office)
    stranger, rina = visitor(office), office.as_("rina")
    forms = f"/v1/projects/{office.project}/forms"
    for state, words in (("closing", "sedang ditutup"), ("closed", "sudah ditutup")):
        assert rina.ask("PATCH", f"{forms}/{REPORT}", {"state": state}).status == 200
        shown = stranger.read(f"/isi/{token}")
        assert (shown.status, words in shown.text, "Jl. Balai Kota" in shown.text) == (409, True, True)
        assert "takes no" in stranger.read(f"/isi/{token}?bahasa=en").text
        stranger.read(f"/isi/{token}?bahasa=id")
    assert rina.ask("PATCH", f"{forms}/{REPORT}", {"state": "open"}).status == 200
    (listed,) = [row for row in rina.get(f"{forms}/{REPORT}/public-links").json if row["token"] == token]
    hadi = signed_in(office, "hadi")
    row = hadi.read(f"/formulir/{REPORT}?kantor={office.project}").links("/pengumpulan/")[0]
    shown = hadi.read(row)
    assert f"/isi/{other}" in shown.text
    assert hadi.fill(f"{row}/tautan/{listed['id']}/cabut").status == 303
    forget_phones(office.store)
    for gone in (token, "tidak-ada", office.phone_url().split("/")[5]):
        assert "tidak berlaku" in stranger.read(f"/isi/{gone}").text
        assert stranger.page is not None
        assert stranger.page.status == 403
        sent = stranger.ask("POST", f"/isi/{gone}/kirim", b"", Content_Type="multipart/form-data; boundary=x")
        assert (sent.status, sent.headers["content-type"]) == (403, "application/json")
    assert stranger.read(f"/isi/{other}").status == 200
    assert stranger.ask("POST", f"/isi/{other}/kirim", b"", Content_Type="text/plain").status == 400
    assert stranger.ask("POST", f"/isi/{other}/kirim", b"", Origin="https://lain.test").status == 400


def test_a_form_that_locks_its_answers_is_not_filled_in_a_browser(office: Office) -> None:
    published(office, public_key=Keys.make().public_text)
    shown = visitor(office).read(f"/isi/{link(office)}")
    assert (shown.status, "hanya diisi dengan ODK Collect" in shown.text) == (501, True)
    assert shown.tree.xpath("//img[contains(@alt, 'ODK Collect')]")
    assert not shown.tree.xpath("//script[@type='importmap']")

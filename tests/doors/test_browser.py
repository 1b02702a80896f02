"""The pages in a real browser: on a desk and on a phone, by keyboard, without scripts, and against planted ones."""

import gzip
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from tests.books import from_rows
from tests.browsing import signed_in
from tests.office import Office
from tests.sending import follow_up, intake, send

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]
EVIL = "<script>window.__xss=1</script><img src=x onerror='window.__xss=1'>"


@contextmanager
def browsing(office: Office, name: str, width: int = 1280, *, scripts: bool = True) -> Iterator[BrowserContext]:
    """A browser in which this person has signed in; anything it complains about fails the test."""
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        try:
            context = chromium.new_context(viewport={"width": width, "height": 800}, java_script_enabled=scripts)
            kept = signed_in(office, name).cookies
            context.add_cookies([{"name": key, "value": value, "url": office.address} for key, value in kept.items()])
            yield context
        finally:
            chromium.close()


def listening(page: Page) -> list[str]:
    """Everything the browser complains about from now on."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


@pytest.fixture
def case_id(office: Office) -> str:
    """A case whose typed texts are attacks."""
    url = office.phone_url()
    case_id, xml = intake(office.schema("abh_laporan_awal"), inisial=EVIL, tempat_kejadian=EVIL)
    assert send(url, xml).status == 201
    assessed = follow_up(office.schema("abh_asesmen"), case_id, {"berat_tindakan": "berat"})
    assert send(url, assessed).status == 201
    return case_id


@pytest.fixture
def kind() -> str:
    """The browser sees the same pages whatever the database; once is enough."""
    return "sqlite"


def test_no_page_runs_what_was_planted_or_scrolls_sideways(office: Office, case_id: str) -> None:
    paths = ["/", "/kasus", f"/kasus/{case_id}", f"/kasus/{case_id}?bagian=answers", "/tugas", "/sop", "/formulir"]
    paths += [f"/kasus/{case_id}?bagian={part}" for part in ("papers", "records", "flow")]
    paths += [f"/kasus/{case_id}/banding", f"/kasus/{case_id}?bagian=decisions", "/petugas/ponsel"]
    paths += [f"/formulir/abh_laporan_awal?bagian={part}" for part in ("kiriman", "pertanyaan", "versi", "dipakai")]
    paths += signed_in(office, "hadi").read("/formulir/abh_laporan_awal").links("/kiriman/")
    paths += ["/laporan", "/dokumen", "/periksa", "/sandi"]
    for width in (1280, 360):
        with browsing(office, "hadi", width) as context:
            page = context.new_page()
            heard = listening(page)
            for path in paths:
                assert page.goto(office.address + path).status == 200, path  # type: ignore[union-attr]
                assert page.evaluate("window.__xss") is None, path
                assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
            assert heard == []


def test_a_form_nobody_gave_a_title_and_an_office_of_many_words_fit_a_phone(office: Office) -> None:
    rina, form = office.as_("rina"), "Instrumen_Pendataan_PPKS_Kota_2019_final_perbaikan"
    name = "Dinas Sosial, Pemberdayaan Perempuan dan Perlindungan Anak Kabupaten Lumajang"
    other = rina.post("/v1/projects", {"name": name}).json["id"]
    for project in (office.project, other):
        survey = [["type", "name", "label"], ["text", "nama", "Nama"]]
        book = from_rows({"survey": survey, "settings": [["form_id", "version"], [form, "1"]]})
        made = rina.post(f"/v1/projects/{project}/forms?publish=true&ignoreWarnings=true", book)
        assert made.status == 200, made.text
    link = rina.post(f"/v1/projects/{other}/forms/{form}/public-links", {"displayName": "Spanduk"}).json["token"]
    here = f"/formulir/{form}?kantor={other}"
    paths = ["/formulir", here, *(f"{here}&bagian={part}" for part in ("pertanyaan", "versi", "temuan", "dipakai"))]
    paths += [*signed_in(office, "rina").read(here).links("/pengumpulan/"), f"/isi/{link}"]
    paths += ["/petugas/ponsel", "/dokumen", "/kasus", "/laporan", "/sop"]
    with browsing(office, "rina", 360) as context:
        page = context.new_page()
        for path in paths:
            assert page.goto(office.address + path).status == 200, path  # type: ignore[union-attr]
            assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_the_keyboard_reaches_search_menu_and_content(office: Office, case_id: str) -> None:
    with browsing(office, "hadi") as context:
        page = context.new_page()
        page.goto(office.address + "/")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('href')") == "#isi"
        page.keyboard.press("/")
        assert page.evaluate("document.activeElement.id") == "cari"
        page.locator("details.menu:not(.nav-menu) > summary").focus()
        page.keyboard.press("Enter")
        expect(page.locator("text=Keluar")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("text=Keluar")).to_be_hidden()


def test_choosing_a_filter_narrows_the_list_and_the_address(office: Office, case_id: str) -> None:
    with browsing(office, "hadi") as context:
        page = context.new_page()
        heard = listening(page)
        page.goto(office.address + "/kasus")
        page.locator("input[name=status][value=closed]").check()
        page.locator("text=Tidak ada kasus yang cocok").wait_for()
        page.wait_for_url("**status=closed**")
        page.go_back()
        page.locator(f"a[href='/kasus/{case_id}']").first.wait_for()
        assert heard == []


def test_a_tab_of_the_case_opens_in_place(office: Office, case_id: str) -> None:
    with browsing(office, "hadi") as context:
        page = context.new_page()
        page.goto(f"{office.address}/kasus/{case_id}")
        page.locator(".tabs a", has_text="Jawaban").click()
        page.locator("details.answers").first.wait_for()
        page.wait_for_url("**bagian=answers")
        expect(page.locator(".tabs a[aria-current]")).to_have_text(re.compile(r"^\s*Jawaban"))


def test_everything_works_without_scripts(office: Office, case_id: str) -> None:
    with browsing(office, "hadi", 360, scripts=False) as context:
        page = context.new_page()
        page.goto(office.address + "/kasus")
        page.locator(".filter summary").click()
        page.locator("input[name=status][value=closed]").check()
        page.locator("button", has_text="Terapkan").click()
        page.wait_for_url("**status=closed**")
        page.goto(f"{office.address}/kasus/{case_id}")
        page.locator("summary", has_text="Tulis catatan").click()
        page.locator("#note-text").fill("Sudah ditelepon.")
        page.locator("button", has_text="Simpan catatan").click()
        expect(page.locator("text=Catatan tersimpan.")).to_be_visible()
        expect(page.locator("text=Sudah ditelepon.").first).to_be_visible()


def test_a_short_form_is_answered_on_a_small_screen_without_scripts(office: Office, case_id: str) -> None:
    with browsing(office, "sri", 360, scripts=False) as context:
        page = context.new_page()
        page.goto(f"{office.address}/kasus/{case_id}")
        page.locator("summary", has_text="Isi di sini tanpa ponsel").focus()
        page.keyboard.press("Enter")
        page.locator("[name='isian.pimpinan_rapat']").fill("Hadi Prasetyo")
        page.locator("button", has_text="Simpan keputusan").click()
        expect(page.locator(".govuk-error-summary")).to_be_visible()
        assert page.locator("[name='isian.pimpinan_rapat']").input_value() == "Hadi Prasetyo"
        page.locator(".govuk-error-summary a").first.click()
        page.wait_for_url("**#decision-isian.*")
        for name, text in (("notulis", "Sri"), ("ringkasan_kasus", "Dibahas"), ("kepentingan_terbaik", "Sekolah")):
            page.locator(f"[name='isian.{name}']").fill(text)
        page.locator("[name='isian.interval_monitoring']").fill("14")
        page.locator("[name='isian.tingkat_risiko']").first.check()
        page.locator("[name='isian.berat_tindakan'][value=berat]").check()
        page.locator("button", has_text="Simpan keputusan").click()
        expect(page.locator("text=Keputusan tersimpan.")).to_be_visible()


def test_the_first_visit_weighs_less_than_100_kilobytes(office: Office) -> None:
    """As sent through the office's proxy, which compresses text; fonts and the rest as they are."""
    with browsing(office, "hadi") as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on("response", lambda answer: sizes.append(weight(answer.headers.get("content-type", ""), answer.body())))
        page.goto(office.address + "/kasus", wait_until="networkidle")
        assert 0 < sum(sizes) < 100_000


def weight(kind: str, body: bytes) -> int:
    return len(gzip.compress(body)) if kind.startswith("text/") or "javascript" in kind else len(body)

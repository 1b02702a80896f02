"""The pages for people who read larger, in the dark, by ear or by keyboard: WCAG 2.2 AA, as far as axe can tell."""

from collections.abc import Iterator
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browsing import signed_in, worked
from tests.doors.test_browser import ARGUMENTS
from tests.drafts import draft
from tests.office import Office
from tests.past import Past

pytestmark = pytest.mark.browser

DRAFT = draft({("routes", "r07", "when"): "${usia_saat_kejadian} >= 14"})
AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = "only => axe.run(document, {runOnly: only, resultTypes: ['violations']})"
WIDE, TWICE = 1280, 640
"""A desk's screen, and what is left of it at 200 %."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def paths(shared_office: Office) -> dict[str, list[str]]:
    """Pages by who sees them, with something on each."""
    office = shared_office
    past = Past(office)
    case = past.conference(13, "berat")
    past.child(14)
    submission = signed_in(office, "hadi").read(f"/kasus/{case}?bagian=answers").links("/kiriman/")[0]
    rina = signed_in(office, "rina")
    rina.read("/sop/abh/coba")
    tried = rina.upload("/sop/abh/coba", {"rancangan.xlsx": DRAFT}, {"kantor": str(office.project)})
    worked(office, rina, tried)
    rina.read("/formulir")
    checked = rina.upload(
        "/terbitkan", {"sop.xlsx": draft({("routes", "r01", "to"): "s99"})}, {"kantor": str(office.project)}
    )
    worked(office, rina, checked)
    parts = [f"/kasus/{case}?bagian={part}" for part in ("answers", "decisions", "papers", "records", "flow")]
    desk = ["/", "/kasus", f"/kasus/{case}", *parts, f"/kasus/{case}/coba-jawaban", "/tugas", submission]
    desk += ["/dokumen", "/laporan", "/petugas", "/petugas/ponsel", "/sop", "/sop/abh"]
    made = [tried.headers["location"], checked.headers["location"]]
    return {
        "hadi": desk,
        "rina": ["/sop/abh/coba", "/sop/abh/pindah-versi", *made, "/formulir", "/formulir/abh_asesmen"],
    }


def complaints(page: Page, only: dict[str, object]) -> list[tuple[object, ...]]:
    """What axe finds: the rule, the element and what it looks like."""
    found = page.evaluate(RUN, only)["violations"]
    return [(rule["id"], node["target"], node["html"][:160]) for rule in found for node in rule["nodes"][:3]]


def test_every_page_can_be_read_by_everybody(
    shared_office: Office, paths: dict[str, list[str]], chromium: Browser
) -> None:
    office, wrong = shared_office, []
    for who, pages in paths.items():
        context = chromium.new_context(viewport={"width": WIDE, "height": 900}, color_scheme="light")
        kept = signed_in(office, who).cookies
        context.add_cookies([{"name": key, "value": value, "url": office.address} for key, value in kept.items()])
        page = context.new_page()
        for path in pages:
            assert page.goto(office.address + path).status == 200, path  # type: ignore[union-attr]
            page.evaluate(AXE)
            wrong += [(path, "light", *found) for found in complaints(page, {"type": "tag", "values": RULES})]
            page.emulate_media(color_scheme="dark")
            wrong += [
                (path, "dark", *found) for found in complaints(page, {"type": "rule", "values": ["color-contrast"]})
            ]
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": TWICE, "height": 450})
            width = page.evaluate("document.documentElement.scrollWidth")
            wrong += [(path, "scrolls sideways at 200 %", width)] if width > TWICE else []
            page.set_viewport_size({"width": WIDE, "height": 900})
        context.close()
    assert wrong == []

"""Every XLSForm feature in the browser: what a phone answered comes through an edit there as it was, or the page says
before anybody types what it cannot do."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest
from lxml import etree
from playwright.sync_api import BrowserContext, Route, sync_playwright
from sqlalchemy import select

from server.access import OPERATOR
from server.actions.users import add_user
from server.store import Store
from server.store.submissions import revision, submission
from tests import corpus
from tests.browsing import Visitor
from tests.corpus import filling
from tests.doors.test_browser import ARGUMENTS
from tests.office import PASSWORD, running
from tests.phone.collect import Instance
from tests.world import Clock, Databases

RINA = "rina@korpus.test"
ON_PHONES_ONLY = {
    "korpus_cari": "mencari pilihannya dengan cara yang hanya dikenal ODK Collect",
    "korpus_kunci": "terkunci",
    "korpus_luar": "mengambil pilihannya dengan cara yang hanya dikenal ODK Collect",
}
# Written anew by every filling, and by an edit on the server's own list.
ANEW = {"instanceID", "deprecatedID", "selesai", "a39", "a40", "entity"}
# A random phone may choose a number its own range does not have; the browser has no such number.
NOT_IN_RANGE = {("r_label", "6")}


@dataclass(frozen=True, slots=True)
class Corpus:
    """The published corpus, what a phone sent, and Rina's browser."""

    store: Store
    address: str
    sent: Mapping[str, list[Instance]]
    browser: BrowserContext


@pytest.fixture(scope="module")
def made(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    folder = tmp_path_factory.mktemp("korpus") / "data"
    database = databases.prepared("corpus", filling.settle, "sqlite", folder)
    store = Store(database.data, clock=Clock())
    add_user(store, OPERATOR, RINA, role="admin", project_id=None, name="Rina Kartika", password=PASSWORD)
    with running(store) as address, sync_playwright() as play:
        sent = filling.fill(filling.phone(store, address), [1])
        rina = Visitor(address)
        rina.read("/masuk")
        assert rina.fill("/masuk", {"login": RINA, "password": PASSWORD}).status == 303
        chromium = play.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)
        context = chromium.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
        context.add_cookies([{"name": key, "value": value, "url": address} for key, value in rina.cookies.items()])
        yield Corpus(store, address, sent, context)
        chromium.close()
    store.close()


def leaves(xml: bytes) -> Counter[tuple[str, str]]:
    """Every answer with its name; the points of a shape without the blank between them."""
    found = Counter[tuple[str, str]]()
    for node in etree.fromstring(xml).iter(etree.Element):
        name = etree.QName(node).localname
        if not len(node) and name not in ANEW:
            found[name, (node.text or "").strip().replace("; ", ";")] += 1
    return found


def with_its_id_as_a_change(route: Route) -> None:
    answer = route.fetch()
    text = answer.text().replace('"labels": {', '"labels": {"/meta/instanceID": "id", ')
    route.fulfill(response=answer, body=text)


@pytest.mark.browser
@pytest.mark.parametrize("form_id", corpus.FORM_IDS)
def test_an_answer_of_every_kind_goes_through_the_browser_unchanged(made: Corpus, form_id: str) -> None:
    (instance,) = made.sent[form_id]
    with made.store.read() as db:
        query = select(submission.c.id).where(submission.c.instance_id == instance.instance_id)
        row = db.execute(query).scalar_one()
    page = made.browser.new_page()
    # So that there is always something to send: its id is new.
    page.route("**/isi/kiriman/*", with_its_id_as_a_change)
    try:
        answer = page.goto(f"{made.address}/isi/kiriman/{row}")
        assert answer is not None
        if form_id in ON_PHONES_ONLY:
            assert (answer.status, ON_PHONES_ONLY[form_id] in page.locator("main").inner_text()) == (409, True)
            return
        if page.locator("#alasan").count():
            page.fill("#alasan", "uji coba")
            page.get_by_role("button", name="Buka dan perbaiki").click()
        page.locator(".odk-form, .form-load-failure-dialog").first.wait_for()
        assert page.locator(".form-load-failure-dialog").count() == 0
        page.wait_for_function("document.querySelectorAll('.question-container').length > 0")
        page.get_by_role("button", name="Kirim", exact=True).click()
        page.get_by_role("button", name="Kirim perbaikan").click()
        page.get_by_role("heading", name="Terkirim").wait_for()
    finally:
        page.close()
    with made.store.read() as db:
        kept = select(revision.c.xml).where(revision.c.submission_id == row).order_by(revision.c.received_at)
        first, edit = (leaves(bytes(xml)) for xml in db.execute(kept).scalars())
    assert set(first - edit) <= NOT_IN_RANGE
    assert {name for name, text in edit - first if text} == set()

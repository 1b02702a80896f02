"""Rina publishes a form again and again: what changed, what is refused, how she goes back, and what phones do then."""

import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from openpyxl import load_workbook

from forms.xlsform import convert
from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.users import add_user
from server.store import Store, projects
from tests.books import from_rows
from tests.browsing import Visitor
from tests.corpus import sheets
from tests.office import PASSWORD, SECRET, Answer, Client, running
from tests.phone.collect import Phone
from tests.world import Clock, Databases

RINA = "rina@versi.test"
BOOK = """
[settings]
form_id | version | form_title
panti | {version} | Kunjungan panti
[choices]
list_name | name | label
jk | l | Laki-laki
jk | p | Perempuan
[survey]
type | name | label | constraint
text | nama | Nama |
integer | umur | Umur | . < 100
select_one jk | jk | Jenis kelamin |
"""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Rina at her server, with a phone of her office."""

    rina: Client
    phone: Phone

    def path(self, form_id: str) -> str:
        return f"/v1/projects/1/forms/{form_id}"

    def publish(self, form_id: str, version: str, *changes: tuple[str, str], book: bytes | None = None) -> Answer:
        """A version of the form `panti` under this id, after these changes."""
        text = BOOK.replace("{version}", version).replace("panti | ", f"{form_id} | ")
        for old, new in changes:
            text = text.replace(old, new)
        data = book or from_rows(sheets(text))
        if self.rina.get(self.path(form_id)).status == 404:
            return self.rina.ask("POST", "/v1/projects/1/forms?publish=true&ignoreWarnings=true", data)
        made = self.rina.ask("POST", f"{self.path(form_id)}/draft?ignoreWarnings=true", data)
        return made if made.status != 200 else self.rina.post(f"{self.path(form_id)}/draft/publish")


@pytest.fixture(scope="module")
def office(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    database = databases.migrated("sqlite", tmp_path_factory.mktemp("versi") / "data")
    store = Store(database.data, clock=Clock())
    with store.write() as tx:
        row = {"name": "Kantor", "timezone": "Asia/Jakarta", "created_at": "2026-01-01T00:00:00.000Z"}
        tx.execute(projects.project.insert(), row)
        tx.audit(None, "test.settle")
    add_user(store, OPERATOR, RINA, role="admin", project_id=None, name="Rina Kartika", password=PASSWORD)
    made = add_phone(store, OPERATOR, 1, "Ponsel", None, secret=SECRET.encode())
    with running(store) as address:
        yield Publisher(Client(address, RINA), Phone(f"{address}/v1/key/{made.token}/projects/1"))
    store.close()


def test_going_back_gives_phones_the_earlier_questions_under_a_new_version(office: Publisher) -> None:
    path = office.path("panti")
    assert office.publish("panti", "1").status == 200
    phone = office.phone.sync()
    old = phone.report("panti", {"nama": "Ani", "umur": 99})
    assert phone.resend(old).status == 201
    more = ("jk | p | Perempuan", "jk | p | Perempuan\njk | x | Lainnya")
    assert office.publish("panti", "2", more, ("Umur | . < 100", "Usia | . < 120")).status == 200
    assert phone.sync().forms["panti"].version == "2"

    found = office.rina.get(f"{path}/versions/1/compare/2").json
    assert (found["from"], found["to"]) == ("1", "2")
    said = {(change["subject"], change["act"], change["name"], change["what"]): change for change in found["changes"]}
    label = said.pop(("text", "changed", "umur", "label"))
    assert (label["old"], label["new"], label["place"], label["oldPlace"]) == ("Umur", "Usia", "survey!C3", "survey!C3")
    assert label["message"] == "Label pertanyaan umur berubah."
    assert said.keys() == {("logic", "changed", "umur", "constraint"), ("choice", "added", "x", None)}
    assert office.rina.get(f"{path}/versions/1/compare/7").status == 404

    back = office.rina.post(f"{path}/versions/1/publish")
    assert (back.status, back.json["version"]) == (200, "3"), back.text
    assert phone.sync().forms["panti"].version == "3"
    assert phone.open("panti").question("umur").label == "Umur"
    listed = office.rina.get(f"{path}/versions").json
    assert [row["version"] for row in listed] == ["3", "2", "1"]
    for row in listed:
        xml = office.rina.get(f"{path}/versions/{row['version']}.xml").body
        assert hashlib.md5(xml).hexdigest() == row["hash"]
    book = load_workbook(io.BytesIO(office.rina.get(f"{path}/versions/3.xlsx").body))
    assert [cell.value for cell in book["settings"][2]] == ["panti", "3", "Kunjungan panti"]
    assert book["survey"]["C3"].value == "Umur"
    kept = office.rina.get(f"{path}/submissions/{old.instance_id}").json
    assert kept["currentVersion"]["formVersion"] == "1"
    assert office.rina.get(f"{path}/submissions/{old.instance_id}.xml").body == old.xml
    assert office.rina.post(f"{path}/versions/9/publish").status == 404

    desk = Visitor(office.rina.address)
    desk.read("/masuk")
    assert desk.fill("/masuk", {"login": RINA, "password": PASSWORD}).status == 303
    page = desk.read("/formulir/panti?bagian=versi")
    counts = page.tree.xpath("//section[@aria-labelledby='semua-versi']//td[@data-label='Kiriman']")
    assert [cell.text_content() for cell in counts] == ["0", "0", "1"]
    newer, older = page.tree.xpath("//a[contains(@href, 'banding=')]/@href")
    assert "pertanyaan umur berubah" in desk.read(older.partition("#")[0]).text
    told = desk.read(newer.partition("#")[0]).tree.xpath("//section[@aria-labelledby='beda']")[0].text_content()
    assert "versi 2 ke 3" in told
    assert desk.read(counts[2].xpath("a/@href")[0]).tree.xpath("//section[@id='daftar']//tbody/tr")


def test_a_question_may_become_text_and_nothing_else(office: Publisher) -> None:
    assert office.publish("jenis", "1").status == 200
    refused = office.publish("jenis", "2", ("integer | umur", "decimal | umur"))
    assert (refused.status, refused.json["code"]) == (400, 400.17), refused.text
    (finding,) = refused.json["details"]["findings"]
    assert (finding["address"], finding["code"]) == ("survey!A3", "form.retyped")
    assert "string" not in finding["message"], "types are told as authors call them"
    assert office.publish("jenis", "2", ("integer | umur", "text | umur"), (". < 100", "")).status == 200
    back = office.rina.post(f"{office.path('jenis')}/versions/1/publish")
    assert (back.status, back.json["code"]) == (400, 400.17)


def test_one_id_and_version_is_one_form_for_ever(office: Publisher) -> None:
    assert office.publish("tetap", "2026.01").status == 200
    before = office.rina.get(office.path("tetap")).json
    assert office.publish("tetap", "2026.01").json == {"success": True}
    assert office.rina.get(f"{office.path('tetap')}/draft").status == 404
    other = office.publish("tetap", "2026.01", ("Nama |", "Nama lengkap |"))
    with_draft = office.rina.get(f"{office.path('tetap')}/versions/2026.01/compare-draft").json
    assert [(change["what"], change["new"]) for change in with_draft["changes"]] == [("label", "Nama lengkap")]
    assert (other.status, other.json["code"]) == (409, 409.6)
    now = office.rina.get(office.path("tetap")).json
    assert (now["hash"], now["publishedAt"]) == (before["hash"], before["publishedAt"])
    renamed = office.rina.post(f"{office.path('tetap')}/draft/publish?version=2026.02")
    assert renamed.json == {"success": True}
    assert office.rina.get(f"{office.path('tetap')}/versions/2026.01").json["hash"] == before["hash"]


def test_a_form_comes_as_xform_xml_through_the_same_checks(office: Publisher) -> None:
    book = BOOK.replace("{version}", "1").replace("panti | ", "lewat_xml | ")
    xform = str(convert(from_rows(sheets(book))).xform).encode()
    forms = "/v1/projects/1/forms?publish=true&ignoreWarnings=true"
    made = office.rina.ask("POST", forms, xform, {"Content-Type": "application/xml"})
    assert made.status == 200, made.text
    assert made.json["excelContentType"] is None
    assert office.rina.get(f"{office.path('lewat_xml')}.xml").body == xform
    assert office.rina.get(f"{office.path('lewat_xml')}.xlsx").status == 404
    phone = office.phone.sync()
    sent = phone.resend(phone.report("lewat_xml", {"nama": "Budi", "umur": 4}))
    assert sent.status == 201
    for broken, code in (
        (xform.replace(b". &lt; 100", b". &lt; 100)").replace(b"lewat_xml", b"salah_xml"), "xlsform.brackets"),
        (b"<html/>", "xform.no_instance"),
    ):
        refused = office.rina.ask("POST", forms, broken)
        assert refused.status == 400, refused.text
        assert code in {finding["code"] for finding in refused.json["details"]["findings"]}, refused.text
    again = office.rina.post(f"{office.path('lewat_xml')}/versions/1/publish?version=2")
    assert (again.status, again.json["version"]) == (200, "2"), again.text


NAMES = (
    "1/2 #3?x=50%&y+z",
    "a//b/../c",
    "%2F..%20",
    "Survei 2019.xlsx",
    "é字-;:@" * 33,
    ".../<'\">{}\\",
    "=1+1",
)


def test_every_address_of_a_version_works_whatever_it_is_called(office: Publisher) -> None:
    rina, path = office.rina, office.path("nama_aneh")
    assert office.publish("nama_aneh", "1").status == 200
    earlier = {"1": rina.get(f"{path}.xml").body}
    for name in NAMES:
        assert rina.post(f"{path}/draft").status == 200
        made = rina.post(f"{path}/draft/publish?version={quote(name, safe='')}")
        assert made.status == 200, (name, made.text)
        phone = office.phone.sync()
        assert phone.forms["nama_aneh"].version == name
        sent = phone.report("nama_aneh", {"nama": "Ani", "umur": 9})
        assert phone.resend(sent).status == 201
        here = f"{path}/versions/{quote(name, safe='')}"
        assert rina.get(here).json["version"] == name
        xml = rina.get(f"{here}.xml").body
        assert hashlib.md5(xml).hexdigest() == rina.get(here).json["hash"]
        for other in ("/fields", "/attachments", ".xlsx"):
            assert rina.get(f"{here}{other}").status == 200, (name, other)
        for old in earlier:
            assert rina.get(f"{here}/compare/{quote(old, safe='')}").json["to"] == old
            assert rina.get(f"{path}/versions/{quote(old, safe='')}/compare/{quote(name, safe='')}").status == 200
        kept = rina.get(f"{path}/submissions/{sent.instance_id}").json
        assert kept["currentVersion"]["formVersion"] == name
        earlier[name] = xml
    for name, xml in earlier.items():
        assert rina.get(f"{path}/versions/{quote(name, safe='')}.xml").body == xml

    desk = Visitor(rina.address)
    desk.read("/masuk")
    assert desk.fill("/masuk", {"login": RINA, "password": PASSWORD}).status == 303
    page = desk.read("/formulir/nama_aneh?bagian=versi")
    for name in NAMES:
        assert name in page.text
    for link in page.tree.xpath("//section[@aria-labelledby='semua-versi']//a/@href"):
        target = urlsplit(link)
        # A browser sends the address as it stands in the page, without what follows the hash.
        got = desk.ask("GET", target.path + (f"?{target.query}" if target.query else ""))
        assert got.status == 200, link
        if "versi" in parse_qs(target.query):
            assert got.tree.xpath("//section[@id='daftar']//tbody/tr"), link

    back = rina.post(f"{path}/versions/{quote(NAMES[0], safe='')}/publish?version={quote('=2/3', safe='')}")
    assert (back.status, back.json["version"]) == (200, "=2/3"), back.text
    book = load_workbook(io.BytesIO(rina.get(f"{path}/versions/{quote('=2/3', safe='')}.xlsx").body))
    cell = book["settings"]["B2"]
    assert (cell.value, cell.data_type) == ("=2/3", "s")


def test_a_version_no_address_can_hold_is_refused_with_its_cell(office: Publisher) -> None:
    for version in ("..", "___", "v" * 256):
        refused = office.publish("nama_salah", version)
        (finding,) = [f for f in refused.json["details"]["findings"] if f["code"] == "xlsform.bad_version"]
        assert (refused.status, finding["address"]) == (400, "settings!B2")
    assert office.publish("nama_benar", "1").status == 200
    assert office.rina.post(f"{office.path('nama_benar')}/draft").status == 200
    renamed = office.rina.post(f"{office.path('nama_benar')}/draft/publish?version=..")
    assert (renamed.status, renamed.json["code"]) == (400, 400.8)


def test_a_script_that_hears_no_answer_may_ask_again(office: Publisher) -> None:
    rina, path = office.rina, office.path("ulang")

    def listed() -> list[str]:
        return [row["version"] for row in rina.get(f"{path}/versions").json]

    assert office.publish("ulang", "1").status == 200
    assert office.publish("ulang", "2", ("Umur", "Usia")).status == 200
    # The same workbook from the start, as a script that begins anew.
    for _ in range(2):
        assert office.publish("ulang", "2", ("Umur", "Usia")).status == 200
    assert listed() == ["2", "1"]

    # A renamed draft, asked for again after it has become the version in force.
    assert rina.post(f"{path}/draft").status == 200
    for _ in range(2):
        assert rina.post(f"{path}/draft/publish?version=2026.3").json == {"success": True}
    assert rina.post(f"{path}/draft/publish?version=2").status == 404
    assert rina.post(f"{path}/draft/publish").status == 404
    assert listed() == ["2026.3", "2", "1"]

    # An earlier version, under a number of the server's or of the script's own.
    for _ in range(2):
        again = rina.post(f"{path}/versions/1/publish")
        assert (again.status, again.json["version"]) == (200, "2026.4"), again.text
    for _ in range(2):
        again = rina.post(f"{path}/versions/2/publish?version=x")
        assert (again.status, again.json["version"]) == (200, "x"), again.text
    with ThreadPoolExecutor() as both:
        made = list(both.map(lambda _: rina.post(f"{path}/versions/1/publish?version=y"), range(2)))
    assert [one.json["version"] for one in made] == ["y", "y"]
    assert listed() == ["y", "x", "2026.4", "2026.3", "2", "1"]
    assert rina.post(f"{path}/versions/2/publish").json["version"] == "y.2", "what has changed since is published"

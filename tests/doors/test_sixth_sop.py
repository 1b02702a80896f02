"""Rina, admin in Kota Pasuruan, adds a sixth SOP from the template: Lanjut Usia Terlantar. No line of code changes.

She writes it in Excel (here: openpyxl), leaves a hole, is told cell and client, repairs, publishes on the web; the
next report from Sri's phone opens a case that follows it.
"""

import io
from collections.abc import Mapping

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from forms import sop as sop_reader
from forms import workbook
from tests.browsing import Page, Visitor, signed_in, worked
from tests.office import Office
from tests.officer import Officer, entity_of
from tests.phone.collect import Phone

INTAKE, ASSESSMENT = "lansia_laporan_awal", "lansia_asesmen"
SETTINGS = {
    "title": "Penanganan Lanjut Usia Terlantar",
    "service_time": "10",
    "service_time_text": "10 Hari kerja",
    "product": "Rujukan ke panti atau pendampingan di rumah",
}
STEPS = (
    {"name": "s01", "label::Indonesian (id)": "Penerimaan laporan", "kind": "form", "form": INTAKE, "role": "petugas"},
    {"name": "s02", "label::Indonesian (id)": "Asesmen lanjut usia", "kind": "form", "form": ASSESSMENT, "limit": "3"},
    {"name": "s03", "label::Indonesian (id)": "Rujukan ke panti", "kind": "manual", "limit": "7"},
    {"name": "s04", "label::Indonesian (id)": "Pendampingan di rumah", "kind": "manual", "limit": "10"},
)
# "Di atas 60 tahun" and "di bawah 60 tahun", as the office said it: nobody thought of the client who is exactly 60.
ROUTES = (
    {"name": "r01", "from": "s01", "to": "s02"},
    {"name": "r02", "from": "s02", "when": "${usia} > 60 and ${keluarga} = 'tidak'", "to": "s03"},
    {"name": "r03", "from": "s02", "when": "${usia} > 60 and ${keluarga} = 'ya'", "to": "s04"},
    {"name": "r04", "from": "s02", "when": "${usia} < 60", "to": "close", "close_reason": "bukan_sasaran"},
    {"name": "r05", "from": "s03", "to": "close", "close_reason": "dirujuk"},
    {"name": "r06", "from": "s04", "to": "close", "close_reason": "didampingi"},
)


def columns(page: Worksheet) -> dict[str, int]:
    return {str(cell.value): cell.column for cell in page[1]}


def fill(page: Worksheet, rows: tuple[Mapping[str, str], ...], shared: Mapping[str, str]) -> None:
    """Writes rows over the example's, as somebody does who types them into the sheet."""
    page.delete_rows(2, page.max_row)
    at = columns(page)
    for number, row in enumerate(rows, 2):
        for column, text in {**shared, **row}.items():
            page.cell(number, at[column]).value = text


def saved(book) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sop_book(template: bytes) -> bytes:
    book = load_workbook(io.BytesIO(template))
    settings = book["settings"]
    for column, text in SETTINGS.items():
        settings.cell(2, columns(settings)[column]).value = text
    fill(book["steps"], STEPS, {"role": "petugas", "source": "1", "limit_unit": "working_day"})
    fill(book["routes"], ROUTES, {"source": "1"})
    book["tests"].delete_rows(2, 20)
    book["products"].delete_rows(2, 20)
    return saved(book)


def assessment(template: bytes) -> bytes:
    """The follow-up template with her own question in place of the example's."""
    book = load_workbook(io.BytesIO(template))
    page = book["survey"]
    at = columns(page)
    row = next(number for number in range(2, 20) if page.cell(number, at["name"]).value == "layak")
    page.cell(row, at["name"]).value = "keluarga"
    page.cell(row, at["label::Indonesian (id)"]).value = "Ada keluarga yang merawat?"
    page.cell(row, at["label::English (en)"]).value = "Is there family who cares?"
    page.cell(row, at["save_to"]).value = "keluarga"
    return saved(book)


def repaired(annotated: bytes) -> bytes:
    """Her own workbook back from the server, with the rule that had the hole."""
    book = load_workbook(io.BytesIO(annotated))
    page = book["routes"]
    for row in (3, 4):
        cell = page.cell(row, columns(page)["when"])
        cell.value = str(cell.value).replace("> 60", ">= 60")
    return saved(book)


def older(book_: bytes) -> bytes:
    """Version 2, for people of 65 and over."""
    book = load_workbook(io.BytesIO(book_))
    book["settings"].cell(2, columns(book["settings"])["version"]).value = "2"
    page = book["routes"]
    for row in (3, 4, 5):
        cell = page.cell(row, columns(page)["when"])
        cell.value = str(cell.value).replace("60", "65")
    return saved(book)


class Author:
    """Rina at her desk."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.browser: Visitor = signed_in(office, "rina")

    def download(self, path: str) -> bytes:
        answer = self.browser.ask("GET", f"{path}?kode=lansia&kantor={self.office.project}")
        assert answer.status == 200
        return answer.body

    def upload(self, files: Mapping[str, bytes]) -> Page:
        self.browser.read("/sop")
        sent = self.browser.upload("/terbitkan", files, {"kantor": str(self.office.project)})
        return worked(self.office, self.browser, sent)

    def publish(self, page: Page) -> Page:
        form = page.tree.xpath("//form[contains(@action, '/ya')]")[0]
        ticks = [str(value) for value in form.xpath(".//input[@name='terima']/@value")]
        asked = self.browser.fill(form.get("action"), {"terima": ticks, "nama": "Rina Kartika"})
        return worked(self.office, self.browser, asked)


@pytest.fixture
def author(office: Office) -> Author:
    return Author(office)


def test_a_sixth_sop_from_the_template_to_the_first_case(office: Office, author: Author) -> None:
    files = {
        "sop.xlsx": sop_book(author.download("/templat/sop")),
        f"{INTAKE}.xlsx": author.download("/templat/formulir/awal"),
        f"{ASSESSMENT}.xlsx": assessment(author.download("/templat/formulir/lanjutan")),
    }

    # She is told which cell and which client would fall through, and nothing is published.
    page = author.upload(files)
    hole = page.tree.xpath("//section[contains(@class, 'findings--salah')]")[0].text_content()
    assert "steps!A3" in hole
    assert "tidak ada aturan untuk usia = 60" in hole
    assert "Tidak ada yang diterbitkan" in page.text
    assert "lansia" not in office.as_("rina").get(f"/v1/projects/{office.project}/forms").text

    # Her workbook comes back with the note in the cell; she repairs it there.
    link = next(link for link in page.links("/terbitkan/") if "/berkas/0" in link)
    annotated = author.browser.ask("GET", link).body
    notes = [
        (page.title, cell.coordinate, cell.comment.text)
        for page in load_workbook(io.BytesIO(annotated)).worksheets
        for row in page.iter_rows(min_row=2)
        for cell in row
        if cell.comment
    ]
    assert [(sheet, cell) for sheet, cell, text in notes if "usia = 60" in text] == [("steps", "A3")]
    page = author.upload({**files, "sop.xlsx": repaired(annotated)})
    assert page.tree.xpath("//section[contains(@class, 'findings--salah')]") == []
    assert "Sudah terbit" in author.publish(page).text

    # The next report on Sri's phone opens a case of the new SOP; exactly sixty is taken in.
    sri = Officer(office)
    assert {INTAKE, ASSESSMENT} <= set(sri.phone.forms)
    report = sri.phone.report(
        INTAKE,
        {"tgl_laporan": sri.today, "inisial": "M. S.", "nama_lengkap": "Mbah Sarti", "jk": "P", "usia": 60},
        at=sri.now,
        seed=1,
    )
    sri.send(report)
    case = entity_of(report)
    assert office.case(case)["openSteps"] == ["s02"]
    told = assessed(sri.phone.sync(), sri, case, keluarga="tidak")
    sri.send(told)
    found = office.case(case)
    assert found["openSteps"] == ["s03"]
    assert [decision["routes"] for decision in found["decisions"]][-1] == ["r02"]
    assert found["sop"] == "lansia"

    # A year later the office begins at 65. She tries it on the past cases first: Mbah Sarti would have been refused.
    later = {"sop.xlsx": older(repaired(annotated))}
    page = author.upload(later)
    trial = page.tree.xpath("//form[contains(@action, '/coba/')]/@action")[0]
    tried = worked(office, author.browser, author.browser.fill(trial))
    assert found["number"] in tried.text
    page = author.upload(later)
    assert "Semua 1 kasus tetap di versinya" in page.text
    assert "Sudah terbit" in author.publish(page).text
    second = sri.phone.sync().report(
        INTAKE, {"tgl_laporan": sri.today, "inisial": "K. D.", "jk": "L", "usia": 60}, at=sri.now, seed=3
    )
    sri.send(second)
    refused = entity_of(second)
    sri.send(assessed(sri.phone.sync(), sri, refused, keluarga="tidak"))
    assert office.case(refused)["closeReason"] == "bukan_sasaran"
    assert office.case(case)["openSteps"] == ["s03"]


def assessed(phone: Phone, sri: Officer, case: str, **answers: str):
    told: dict[str, object] = {"kasus_id": case, "tgl_kegiatan": sri.today, **answers}
    return phone.report(ASSESSMENT, told, at=sri.now, seed=2)


def test_her_drop_downs_and_explanations_survive_the_way_back(office: Office, author: Author) -> None:
    files = {
        "sop.xlsx": sop_book(author.download("/templat/sop")),
        f"{INTAKE}.xlsx": author.download("/templat/formulir/awal"),
        f"{ASSESSMENT}.xlsx": assessment(author.download("/templat/formulir/lanjutan")),
    }
    page = author.upload(files)
    link = next(link for link in page.links("/terbitkan/") if "/berkas/0" in link)
    before = load_workbook(io.BytesIO(files["sop.xlsx"]))
    after = load_workbook(io.BytesIO(author.browser.ask("GET", link).body))
    for sheet in before.sheetnames:
        rules = [
            [(str(rule.sqref), rule.type, rule.formula1) for rule in book[sheet].data_validations.dataValidation]
            for book in (before, after)
        ]
        assert rules[0] == rules[1]
        heads = [[cell.comment.text if cell.comment else "" for cell in book[sheet][1]] for book in (before, after)]
        assert heads[0] == heads[1]


def test_proposed_trials_are_added_to_her_tests_sheet_and_hold(office: Office, author: Author) -> None:
    files = {
        "sop.xlsx": sop_book(author.download("/templat/sop")),
        f"{INTAKE}.xlsx": author.download("/templat/formulir/awal"),
        f"{ASSESSMENT}.xlsx": assessment(author.download("/templat/formulir/lanjutan")),
    }
    page = author.upload({**files, "sop.xlsx": repaired(files["sop.xlsx"])})
    assert "baris uji usulan" in page.text
    link = next(link for link in page.links("/terbitkan/") if "/berkas/0" in link)
    proposed = author.browser.ask("GET", link).body
    read, findings = sop_reader.read(workbook.read(proposed))
    assert read is not None, findings
    ages = {test.answers.get("usia") for test in read.tests}
    assert {"59", "60", "61"} <= ages
    page = author.upload({**files, "sop.xlsx": proposed})
    assert page.tree.xpath("//section[contains(@class, 'findings--salah')]") == []

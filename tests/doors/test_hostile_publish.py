"""A careless admin publishes: what would break phones or running cases is refused with the place to mend."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from tests.office import XLSFORMS, Answer, Office
from tests.sending import intake, send

FORM = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
ABH = XLSFORMS / "abh"


def changed(path: Path, change: Callable[[Workbook], None], version: str = "2099010101") -> bytes:
    """The workbook of the office after somebody's hand went over it, under a new version."""
    book = openpyxl.load_workbook(path)
    cells(book, "settings", "version")[0].value = version
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(book: Workbook, sheet: str, column: str) -> list:
    heads = [cell.value for cell in book[sheet][1]]
    return [row[heads.index(column)] for row in book[sheet].iter_rows(min_row=2)]


def replace(old: str, new: str, *columns: str) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        for column in columns:
            for cell in cells(book, "survey", column):
                if isinstance(cell.value, str):
                    cell.value = new if cell.value == old else cell.value.replace(f"${{{old}}}", f"${{{new}}}")

    return change


@pytest.fixture
def draft(office: Office) -> Callable[[str, bytes], Answer]:
    def put(form_id: str, data: bytes) -> Answer:
        path = f"/v1/projects/{office.project}/forms/{form_id}/draft?ignoreWarnings=true"
        return office.as_("rina").ask("POST", path, data, FORM)

    return put


def publish(office: Office, form_id: str) -> Answer:
    return office.as_("rina").post(f"/v1/projects/{office.project}/forms/{form_id}/draft/publish")


Draft = Callable[[str, bytes], Answer]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_draft_goes_live_only_with_all_its_files(office: Office, draft: Draft) -> None:
    def names_a_file(book: Workbook) -> None:
        book["survey"].cell(book["survey"].max_row + 1, 1).value = "note"
        answers = {"type": "select_one_from_file hilang.csv", "name": "pilihan"}
        labels = dict.fromkeys(("label::Indonesian (id)", "label::English (en)"), "Pilihan")
        for column, value in {**answers, **labels}.items():
            cells(book, "survey", column)[-1].value = value

    assert draft("abh_asesmen", changed(ABH / "abh_asesmen.xlsx", names_a_file)).status == 200
    refused = publish(office, "abh_asesmen")
    assert refused.status == 400
    assert "hilang.csv" in refused.json["details"]["error"]
    path = f"/v1/projects/{office.project}/forms/abh_asesmen/draft/attachments/hilang.csv"
    assert office.as_("rina").ask("POST", path, b"name,label\na,A\n", {"Content-Type": "text/csv"}).status == 200
    assert publish(office, "abh_asesmen").status == 200


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_a_form_alone_may_not_lose_the_answer_its_sop_routes_by(office: Office, draft: Draft) -> None:
    rename = replace("berat_tindakan", "bobot_tindakan", "name", "relevant", "calculation", "constraint")
    refused = draft("abh_konferensi_kasus", changed(ABH / "abh_konferensi_kasus.xlsx", rename))
    assert refused.status == 400
    assert "berat_tindakan" in refused.json["details"]["error"]


@pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
def test_what_came_under_an_unknown_version_is_placed_with_its_files_when_that_is_published(
    office: Office, draft: Draft
) -> None:
    case, xml = intake(office.schema("abh_laporan_awal"), version="2099010103", foto="a.jpg")
    assert send(office.phone_url(), xml, {"a.jpg": b"foto", "b.bin": b"lain"}).status == 201
    assert office.cases == []
    data = changed(ABH / "abh_laporan_awal.xlsx", lambda _: None, "2099010103")
    assert draft("abh_laporan_awal", data).status == 200
    assert publish(office, "abh_laporan_awal").status == 200
    assert [found["id"] for found in office.cases] == [case]
    assert office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json == []

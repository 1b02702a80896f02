"""Rina, admin of Kota Pasuruan, knows Excel and no code: what goes wrong at her desk is told in her words, and nothing
half-made goes live."""

import io
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell
from openpyxl.workbook import Workbook

from server.actions.publish import check_folders
from tests.browsing import Page, Visitor, signed_in, worked
from tests.office import XLSFORMS, Office

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)
Change = Callable[[Workbook], None]


def sop(*changes: Change, version: str = "2099010101") -> bytes:
    """SOP 003 after Rina's hand went over it."""
    book = openpyxl.load_workbook(XLSFORMS / "abh" / "sop.xlsx")
    cell(book, "settings", "abh", "version").value = version
    for change in changes:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(book: Workbook, sheet: str, row: str, column: str) -> Cell:
    at = [head.value for head in book[sheet][1]].index(column)
    return next(cells[at] for cells in book[sheet].iter_rows(min_row=2) if cells[0].value == row)


def put(sheet: str, row: str, column: str, value: str) -> Change:
    def change(book: Workbook) -> None:
        cell(book, sheet, row, column).value = value

    return change


FULL_NAME = put("settings", "abh", "case_label", "${nama_lengkap}")


def uploaded(office: Office, rina: Visitor, **files: bytes) -> Page:
    rina.read("/sop")
    named = {f"{name}.xlsx": data for name, data in files.items()}
    return worked(office, rina, rina.upload("/terbitkan", named, {"kantor": str(office.project)}))


def test_the_page_and_her_workbook_say_where_a_condition_breaks(office: Office) -> None:
    rina = signed_in(office, "rina")
    page = uploaded(office, rina, sop=sop(put("routes", "r12", "when", "${hasil_rj} = 'sepakat' dan 1 = 1")))
    assert "routes!C13" in page.text
    assert "ditemukan dan (huruf ke-25)" in page.text
    found = rina.ask("GET", next(link for link in page.links("/terbitkan/") if "/berkas/" in link))
    note = openpyxl.load_workbook(io.BytesIO(found.body))["routes"]["C13"].comment
    assert "ditemukan dan (huruf ke-25)" in note.text


def test_a_gap_names_the_child_who_falls_through_and_in_english_too(office: Office) -> None:
    rina = signed_in(office, "rina")
    gap = put(
        "routes", "r07", "when", "${usia_saat_kejadian} > 12 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'"
    )
    page = uploaded(office, rina, sop=sop(gap))
    assert "usia_saat_kejadian = 12; abh_konferensi_kasus#berat_tindakan = berat" in page.text
    assert "dengan from s06" in page.text
    told = office.as_("rina").post(f"/v1/projects/{office.project}/sops?lang=en", sop(gap)).json["details"]["findings"]
    [finding] = [item for item in told if item["level"] == "error"]
    assert (finding["address"], finding["message"].startswith("Step s06: no rule for")) == ("steps!A7", True)


def test_a_program_puts_a_name_under_each_warning_or_publishes_nothing(office: Office) -> None:
    base = f"/v1/projects/{office.project}/sops"
    rina = office.as_("rina")
    refused = rina.post(f"{base}?publish=true", sop(FULL_NAME))
    assert refused.status == 400
    [finding] = refused.json["details"]["findings"]
    assert (finding["code"], finding["address"]) == ("sop.label_personal", "settings!N2")
    assert len(rina.get(f"{base}/abh").json["versions"]) == 1
    assert rina.post(f"{base}?publish=true&accept=salah", sop(FULL_NAME)).status == 400
    done = rina.post(f"{base}?publish=true&accept={finding['key']}", sop(FULL_NAME))
    assert (done.status, done.json["published"]) == (200, True)
    assert rina.get(f"{base}/abh").json["version"] == "2099010101"


def test_two_browsers_publish_at_once_and_one_version_wins(office: Office) -> None:
    first, second = signed_in(office, "rina"), signed_in(office, "rina")
    one = sop(put("steps", "s08", "label::Indonesian (id)", "Lapor UPPA"))
    other = sop(put("steps", "s08", "label::Indonesian (id)", "Pelaporan"))
    uploaded(office, first, sop=one)
    assert first.page is not None
    asked = first.page.tree.xpath("//form[contains(@action, '/ya')]/@action")[0]
    uploaded(office, second, sop=other)
    assert second.page is not None
    later = second.page.tree.xpath("//form[contains(@action, '/ya')]/@action")[0]
    assert "Sudah terbit" in worked(office, first, first.fill(asked)).text
    told = worked(office, second, second.fill(later))
    assert "2099010102" in told.text  # the same version with other content: the next one is proposed
    assert office.as_("rina").get(f"/v1/projects/{office.project}/sops/abh").json["version"] == "2099010101"


def test_an_expired_page_publishes_nothing(office: Office) -> None:
    rina = signed_in(office, "rina")
    page = uploaded(office, rina, sop=sop())
    asked = page.tree.xpath("//form[contains(@action, '/ya')]/@action")[0]
    assert rina.fill(asked, token="kemarin").status in (400, 403, 419)
    rina.cookies.clear()
    assert rina.fill(asked, token="kemarin").status in (303, 400, 401, 403)
    assert len(office.as_("rina").get(f"/v1/projects/{office.project}/sops/abh").json["versions"]) == 1


def test_tables_of_other_programs_are_refused_on_the_page(office: Office) -> None:
    rina = signed_in(office, "rina")
    rina.read("/sop")
    page = worked(office, rina, rina.upload("/terbitkan", {"sop.ods": b"PK\x03\x04", "sop.xls": b"\xd0\xcf\x11\xe0"}))
    assert "bukan buku kerja Excel" in page.text
    assert "Excel lama" in page.text


def test_one_service_is_checked_with_the_lists_of_its_office(office: Office) -> None:
    assert not [f for f in check_folders([Path(XLSFORMS) / "abh"]) if f.level == "error"]


def test_an_sop_of_another_office_is_not_published_here_without_a_word(office: Office) -> None:
    rina = signed_in(office, "rina")
    page = uploaded(office, rina, sop=sop(put("settings", "abh", "office", "kota_pasuruann")))
    assert "menyebut kantor kota_pasuruann, tetapi akan diterbitkan untuk kantor kota_pasuruan" in page.text
    assert page.tree.xpath("//input[@name='terima']")

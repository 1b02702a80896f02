"""The page of an SOP: the public standard, the flow, what is interpretation, what really happens, what changed."""

import pytest

from tests.browsing import Visitor, signed_in, worked
from tests.doors.test_pages_office import SOP, changed, column
from tests.office import Office
from tests.officer import Officer

PAGE = "/sop/abh"


@pytest.fixture
def rina(office: Office) -> Visitor:
    return signed_in(office, "rina")


def test_the_standard_is_printed_word_for_word(rina: Visitor) -> None:
    page = rina.read(PAGE)
    assert page.status == 200
    assert "Anak melakukan tindakan kriminal dan harus melewati proses hukum formal" in page.text
    assert "Jika tujuan rehabilitasi tercapai maka kasus dinyatakan Terminasi" in page.text
    assert "5 Hari kerja" in page.text


def test_the_flow_is_a_picture_and_a_table(rina: Visitor) -> None:
    page = rina.read(f"{PAGE}?bagian=alur")
    assert len(page.tree.xpath("//*[local-name()='svg'][@role='img']//*[local-name()='rect']")) == 15
    assert "usia saat kejadian < 12 atau berat tindakan = ringan" in page.text
    picture = rina.read(f"{PAGE}/alur.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    assert b"<script" not in picture.body


def test_an_interpretation_stands_as_proposed_until_the_office_confirms_it(office: Office, rina: Visitor) -> None:
    page = rina.read(f"{PAGE}?bagian=tafsir")
    waiting = page.text.count("belum dikukuhkan")
    assert "UU 11/2012" in page.text
    after = rina.fill(f"{PAGE}/tafsir?kantor={office.project}", {"butir": "routes:r06"})
    assert after.status == 303
    page = rina.read(after.headers["location"])
    assert "dikukuhkan Rina Kartika" in page.text
    assert page.text.count("belum dikukuhkan") == waiting - 1
    assert rina.fill(f"{PAGE}/tafsir?kantor={office.project}", {"butir": "routes:r01"}).status == 404


def test_an_officer_reads_the_page_but_confirms_nothing(office: Office) -> None:
    sri = signed_in(office, "sri")
    assert "Kukuhkan" not in sri.read(f"{PAGE}?bagian=tafsir").text
    assert sri.fill(f"{PAGE}/tafsir?kantor={office.project}", {"butir": "routes:r06"}).status == 403


def test_routes_are_counted_from_real_cases(office: Office, rina: Visitor) -> None:
    assert "Belum ada kasus" in rina.read(f"{PAGE}?bagian=kenyataan").text
    sri = Officer(office)
    sri.intake("laporan")
    sri.intake("undangan_rj")
    page = rina.read(f"{PAGE}?bagian=kenyataan")
    assert "Dihitung dari 2 kasus" in page.text
    bars = {dt.text_content().split()[0]: dt.getnext().text_content().strip() for dt in page.tree.xpath("//dl//dt")}
    assert (bars["r01"], bars["r02"], bars["r03"], bars["r04"]) == ("2", "1", "1", "belum pernah")


def test_a_new_version_is_shown_beside_the_one_before(office: Office, rina: Visitor) -> None:
    assert "Ini versi pertama" in rina.read(f"{PAGE}?bagian=versi").text

    def longer(page) -> None:
        page.cell(2, column(page, "version")).value = "berikutnya"
        page.cell(2, column(page, "service_time_text")).value = "6 Hari kerja"

    rina.read("/sop")
    book = changed(SOP, "settings", longer)
    shown = worked(office, rina, rina.upload("/terbitkan", {"sop.xlsx": book}, {"kantor": str(office.project)}))
    form = shown.tree.xpath("//form[contains(@action, '/ya')]")[0]
    ticks = form.xpath(".//input[@name='terima']/@value")
    asked = rina.fill(form.get("action"), {"terima": ticks, "nama": "Rina Kartika"})
    assert "Sudah terbit" in worked(office, rina, asked).text
    page = rina.read(f"{PAGE}?bagian=versi")
    assert "ke versi berikutnya" in page.text
    assert "5 Hari kerja" in page.text
    assert "6 Hari kerja" in page.text
    older = page.links(f"{PAGE}?kantor={office.project}&versi=")[-1]
    assert "Ini bukan versi yang dipakai untuk kasus baru" in rina.read(older).text


@pytest.mark.parametrize("address", ["/sop/tidak_ada", f"{PAGE}?bagian=x", f"{PAGE}?versi=99999", f"{PAGE}?kantor=99"])
def test_what_does_not_exist_is_not_found(rina: Visitor, address: str) -> None:
    assert rina.read(address).status == 404


def test_in_english(rina: Visitor) -> None:
    for part in ("standar", "alur", "tafsir", "kenyataan", "uji", "versi"):
        assert rina.read(f"{PAGE}?bagian={part}&bahasa=en").status == 200
    assert "Service standard" in rina.read(f"{PAGE}?bahasa=en").text

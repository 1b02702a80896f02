"""The office's own pages: publishing, phones, papers, the public check and the monthly report."""

import io
from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import select, update

from server.access import OPERATOR
from server.actions.users import add_user
from server.store.forms import form_version
from server.store.people import app_user
from server.store.projects import sop_version
from tests.books import form
from tests.browsing import Visitor, signed_in, visitor, worked
from tests.office import PASSWORD, XLSFORMS, Client, Office

SOP = XLSFORMS / "abh" / "sop.xlsx"
FORM = XLSFORMS / "abh" / "abh_arsip.xlsx"


@pytest.fixture
def rina(office: Office) -> Visitor:
    return signed_in(office, "rina")


def changed(path: Path, sheet: str, change) -> bytes:
    book = openpyxl.load_workbook(path)
    change(book[sheet])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column(page, name: str) -> int:
    return next(cell.column for cell in page[1] if str(cell.value).split(" ")[0].strip() == name)


def test_a_workbook_with_a_mistake_is_sent_back_with_sheet_and_cell(office: Office, rina: Visitor) -> None:
    def break_route(page) -> None:
        page.cell(3, column(page, "to")).value = "s99"

    before = office.count(sop_version)
    rina.read("/sop")
    sent = rina.upload("/terbitkan", {"sop.xlsx": changed(SOP, "routes", break_route)}, {"kantor": str(office.project)})
    page = worked(office, rina, sent)
    assert "routes!" in page.text
    assert page.errors
    assert "Tidak ada yang diterbitkan" in page.text
    assert page.tree.xpath("//form[contains(@action, '/ya')]") == []
    assert office.count(sop_version) == before


def test_what_is_no_workbook_is_told_and_leads_on(office: Office, rina: Visitor) -> None:
    rina.read("/formulir")
    sent = rina.upload("/terbitkan", {"foto.png": b"\x89PNG"}, {"kantor": str(office.project)})
    page = worked(office, rina, sent)
    assert "tidak ada yang dapat diterbitkan" in page.text
    assert "foto.png" in page.text
    assert page.links("/sop#unggah")
    rina.read("/formulir")
    broken = worked(office, rina, rina.upload("/terbitkan", {"rusak.xlsx": b"PK"}, {"kantor": str(office.project)}))
    assert "rusak.xlsx" in broken.text
    assert [link for link in broken.links("/terbitkan/") if "/berkas/" in link] == [], "no cell of it can be marked"


def test_a_mistake_in_the_structure_is_told_once_not_again_by_each_trial(office: Office, rina: Visitor) -> None:
    def overlap(page) -> None:
        row = next(row for row in range(2, page.max_row) if page.cell(row, column(page, "name")).value == "r07")
        page.cell(row, column(page, "when")).value = "true()"

    rina.read("/sop")
    sent = rina.upload("/terbitkan", {"sop.xlsx": changed(SOP, "routes", overlap)}, {"kantor": str(office.project)})
    page = worked(office, rina, sent)
    assert "routes!" in page.text
    assert "tests!" not in page.text


def test_publishing_shows_what_will_change_and_then_does_it(office: Office, rina: Visitor) -> None:
    def next_version(page) -> None:
        cell = page.cell(2, column(page, "version"))
        cell.value = str(int(str(cell.value)) + 1)

    def other_words(page) -> None:
        row = next(row for row in page.iter_rows() if any(cell.value == "catatan_arsip" for cell in row))
        page.cell(row[0].row, column(page, "label::Indonesian")).value = "Catatan untuk arsip kantor"

    rina.read("/formulir")
    book = changed(FORM, "settings", next_version)
    with_words = openpyxl.load_workbook(io.BytesIO(book))
    other_words(with_words["survey"])
    out = io.BytesIO()
    with_words.save(out)
    book = out.getvalue()
    sent = rina.upload("/terbitkan", {"abh_arsip.xlsx": book}, {"kantor": str(office.project), "dari": "form"})
    page = worked(office, rina, sent)
    assert page.status == 200, page.text
    assert "diperbarui" in page.text
    assert "Label (Indonesian (id)) pertanyaan catatan_arsip berubah." in page.text
    assert page.tree.xpath("//ins")[0].text_content() == "Catatan untuk arsip kantor"
    form = page.tree.xpath("//form[contains(@action, '/ya')]")[0]
    assert "1 formulir" in form.xpath(".//button")[0].text_content()
    asked = rina.fill(
        form.get("action"), {"terima": form.xpath(".//input[@name='terima']/@value"), "nama": "Rina Kartika"}
    )
    assert "Sudah terbit" in worked(office, rina, asked).text
    with office.store.read() as db:
        rows = db.execute(select(form_version.c.version, form_version.c.xlsx).order_by(form_version.c.id)).all()
    newest = rows[-1]
    assert office.store.blobs.get(newest.xlsx or "") == book

    shown = rina.read("/formulir/abh_arsip?bagian=versi")
    (again,) = shown.tree.xpath("//form[starts-with(@action, '/formulir/versi/')]/@action")
    back = worked(office, rina, rina.fill(again))
    assert "Label (Indonesian (id)) pertanyaan catatan_arsip berubah." in back.text
    assert back.tree.xpath("//del")[0].text_content() == "Catatan untuk arsip kantor"
    assert str(int(newest.version) + 1) in back.text


def test_what_is_published_must_be_what_was_shown(office: Office, rina: Visitor) -> None:
    rina.read("/sop")
    assert rina.fill("/terbitkan/12345/ya").status == 404
    sent = rina.upload("/terbitkan", {"sop.xlsx": SOP.read_bytes()}, {"kantor": str(office.project)})
    other = signed_in(office, "hadi")
    assert other.read(sent.headers["location"]).status == 404


def test_the_way_back_never_publishes_again(office: Office, rina: Visitor) -> None:
    rina.read("/formulir")
    book = form("| | integer | nik | NIK | | | | | | |", settings="| | uji_nik | 1 | Uji NIK |")
    sent = rina.upload("/terbitkan", {"uji_nik.xlsx": book}, {"kantor": str(office.project), "dari": "form"})
    check = sent.headers["location"]
    page = worked(office, rina, sent)
    ticks = page.tree.xpath("//input[@name='terima']/@value")
    assert ticks
    # Refused: the browser is led back to the check, which says why and keeps what was ticked; once.
    refused = rina.fill(f"{check}/ya", {"terima": ticks, "nama": "Rina"})
    assert (refused.status, refused.headers["location"]) == (303, check)
    shown = rina.read(check)
    assert ([field for field, _ in shown.errors], shown.status) == (["nama"], 200)
    assert shown.tree.xpath("//input[@name='terima' and @checked]/@value") == ticks
    assert shown.tree.xpath("//input[@name='nama']/@value") == ["Rina"]
    assert rina.read(check).errors == []
    # Published: the check says so, and sending it again leads to the same outcome.
    asked = rina.fill(f"{check}/ya", {"terima": ticks, "nama": "Rina Kartika"})
    waiting = rina.read(check)
    assert "Penerbitannya sedang dikerjakan" in waiting.text
    assert "Sudah terbit" in worked(office, rina, asked).text
    back = rina.read(check)
    assert "sudah terbit" in back.text
    assert "Belum ada yang diterbitkan" not in back.text
    assert asked.headers["location"] in back.links("/terbitkan/")
    assert back.tree.xpath("//form[contains(@action, '/ya')]") == []
    again = rina.fill(f"{check}/ya", {"terima": ticks, "nama": "Rina Kartika"})
    assert again.headers["location"] == asked.headers["location"]


def test_a_draft_kept_may_be_published_from_the_same_check(office: Office, rina: Visitor) -> None:
    def next_version(page) -> None:
        cell = page.cell(2, column(page, "version"))
        cell.value = str(int(str(cell.value)) + 1)

    rina.read("/formulir")
    book = changed(FORM, "settings", next_version)
    sent = rina.upload("/terbitkan", {"abh_arsip.xlsx": book}, {"kantor": str(office.project), "dari": "form"})
    check, page = sent.headers["location"], worked(office, rina, sent)
    fields = {"terima": page.tree.xpath("//input[@name='terima']/@value"), "nama": "Rina Kartika"}
    kept = rina.fill(f"{check}/ya", {**fields, "draf": "ya"})
    worked(office, rina, kept)
    assert "sudah disimpan sebagai draf" in rina.read(check).text
    done = rina.fill(f"{check}/ya", fields)
    assert done.headers["location"] != kept.headers["location"]
    assert "Sudah terbit" in worked(office, rina, done).text


@pytest.mark.parametrize(("place", "fields"), [("/sop", {}), ("/formulir", {"dari": "form"})])
def test_nothing_chosen_is_said_at_the_field(rina: Visitor, place: str, fields: dict[str, str]) -> None:
    rina.read(place)
    refused = rina.upload("/terbitkan", {}, fields)
    assert refused.status == 303
    assert [field for field, _ in rina.read(refused.headers["location"].partition("#")[0]).errors] == ["berkas"]


def test_a_page_that_answers_a_form_tells_the_browser_where_it_was(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    here = f"/petugas/ponsel?kantor={office.project}"
    token = hadi.read(here).token()
    body = f"csrf_token={token}&name=".encode()
    answer = hadi.ask(
        "POST",
        "/petugas/ponsel",
        body,
        Content_Type="application/x-www-form-urlencoded",
        Referer=f"{office.address}{here}",
        Host=office.address.removeprefix("http://"),
    )
    assert (answer.status, answer.tree.xpath("//meta[@name='alamat']/@content")) == (400, [here])
    assert hadi.read(here).tree.xpath("//meta[@name='alamat']") == []


def test_the_workbook_comes_back_as_it_was_uploaded(rina: Visitor) -> None:
    page = rina.read("/sop")
    answer = rina.ask("GET", page.links("/buku-kerja/sop/")[0])
    assert answer.body == SOP.read_bytes()
    assert answer.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize("name", ["sri", "hadi"])
def test_only_an_admin_may_publish(office: Office, name: str) -> None:
    somebody = signed_in(office, name)
    page = somebody.read("/sop")
    assert page.tree.xpath("//input[@type='file']") == []
    assert somebody.upload("/terbitkan", {"sop.xlsx": SOP.read_bytes()}).status in (403, 404)


def test_a_phone_is_added_shown_with_its_code_and_revoked(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    hadi.read("/petugas/ponsel")
    answer = hadi.fill("/petugas/ponsel", {"name": "Samsung A15 Sri", "officer": "sri@pasuruan.test"})
    page = hadi.read(answer.headers["location"])
    assert "Samsung A15 Sri" in page.text
    assert page.tree.xpath("//img[starts-with(@src, 'data:image/svg+xml')]")
    assert "Samsung A15 Sri" in hadi.read("/petugas/ponsel/kartu").text
    with office.store.read() as db:
        phone = db.execute(select(app_user.c.actor_id)).scalar_one()
    hadi.read("/petugas/ponsel")
    hadi.fill(f"/petugas/ponsel/{phone}/cabut")
    page = hadi.read("/petugas/ponsel")
    assert "Ponsel yang sudah dicabut (1)" in page.text
    at = page.tree.xpath("//details[contains(., 'dicabut (1)')]//li")[0].text_content()
    office.clock.advance(minutes=10)
    hadi.fill(f"/petugas/ponsel/{phone}/cabut")
    again = hadi.read("/petugas/ponsel").tree.xpath("//details[contains(., 'dicabut (1)')]//li")[0].text_content()
    assert again == at, "a second click revokes nothing"
    loaded_again = hadi.read(f"/petugas/ponsel/{phone}/cabut")
    assert (loaded_again.status, "Kembali ke halaman sebelumnya" in loaded_again.text) == (405, True)
    assert page.tree.xpath("//img[starts-with(@src, 'data:image/svg+xml')]") == []


def test_a_phone_is_given_to_the_people_of_a_unit(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    assert "unit:rehsos" not in hadi.read("/petugas/ponsel").source, "nobody works there yet"
    login, where = office.town.login("wati"), {"project_id": office.project, "unit": "rehsos"}
    add_user(office.store, OPERATOR, login, role="peksos", name="Wati", password=PASSWORD, **where)
    assert "unit:rehsos" in hadi.read("/petugas/ponsel").source
    hadi.fill("/petugas/ponsel", {"name": "HP regu", "officer": "unit:rehsos"})
    with office.store.read() as db:
        assert db.execute(select(app_user.c.shift, app_user.c.officer_id)).one() == ("rehsos", None)
    hadi.read("/petugas/ponsel")
    answer = hadi.fill("/petugas/ponsel", {"name": "HP lain", "officer": "unit:tidak-ada"})
    assert [field for field, _ in answer.errors] == ["officer"]


def test_a_phones_address_with_nonsense_shows_the_page(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    for query in (f"baru={'9' * 4400}", "baru=x", "kantor=x"):
        assert hadi.read(f"/petugas/ponsel?{query}").status == 200


def test_a_phone_needs_a_name(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    hadi.read("/petugas/ponsel")
    assert [field for field, _ in hadi.fill("/petugas/ponsel", {"name": " ", "officer": ""}).errors] == ["name"]


def test_codes_of_phones_are_not_for_everybody(office: Office) -> None:
    office.phone_url()
    sri = signed_in(office, "sri")
    for path in ("/petugas/ponsel", "/petugas/ponsel/kartu"):
        page = sri.read(path)
        assert page.status == 403
        assert "data:image/svg+xml" not in page.source
    assert sri.read("/").links("/petugas/ponsel") == []
    assert sri.read("/formulir/abh_terminasi").links("/petugas/ponsel") == [], "no way to where she may not go"
    assert signed_in(office, "hadi").read("/formulir/abh_terminasi").links("/petugas/ponsel?kantor=")


def test_a_code_nobody_was_given_proves_nothing(office: Office) -> None:
    page = visitor(office).read("/periksa/7KQ2-M9XD-4TBA")
    assert page.status == 404
    assert "tidak dikenal" in page.text
    form = visitor(office).ask("GET", "/periksa?kode=7kq2 m9xd 4tba")
    assert form.headers["location"] == "/periksa/7kq2m9xd4tba"


def test_the_month_is_shown_and_handed_out_as_a_workbook(office: Office) -> None:
    hadi = signed_in(office, "hadi")
    page = hadi.read("/laporan")
    assert "Maret 2026" in page.text
    answer = hadi.ask("GET", page.links("/laporan/rekap.xlsx")[0])
    assert answer.headers["content-disposition"].startswith('attachment; filename="rekap-2026-03.xlsx"')
    assert openpyxl.load_workbook(io.BytesIO(answer.body)).sheetnames
    assert hadi.read("/laporan?bulan=2026-13").status == 400
    assert hadi.read("/laporan?bulan=kemarin").status == 400


def test_a_disabled_phone_code_stays_worthless(office: Office) -> None:
    url = office.phone_url()
    path = "/" + url.split("/", 3)[3]
    assert Client(office.address).ask("GET", f"{path}/formList", headers={"X-OpenRosa-Version": "1.0"}).status == 200
    with office.store.write() as tx:
        tx.execute(update(app_user).values(token_hash=None, revoked_at="2026-03-02T00:00:00.000Z"))
        tx.audit(None, "test")
    hadi = signed_in(office, "hadi")
    assert "data:image/svg+xml" not in hadi.read("/petugas/ponsel").source

"""Templates and annotated workbooks through the web, the API and the command line."""

import io
from pathlib import Path

import pytest
from openpyxl import load_workbook

from forms import sop as sop_reader
from forms import workbook
from reports.sheets.annotated import FINDINGS
from reports.sheets.sop_template import GUIDE
from server.actions import jobs
from server.actions.publish import check_folders
from server.actions.publishing import run_check
from server.cli import main
from server.queries.publishing import CHECK
from tests.browsing import Page, Visitor, signed_in, worked
from tests.office import XLSFORMS, Office

ABH = XLSFORMS / "abh" / "sop.xlsx"
PARTS = {"sop.xlsx": [], "awal.xlsx": ["--form", "intake"], "asesmen.xlsx": ["--form", "follow_up"]}


@pytest.fixture
def rina(office: Office) -> Visitor:
    return signed_in(office, "rina")


def edited(data: bytes, sheet: str, **cells: object) -> bytes:
    book = load_workbook(io.BytesIO(data))
    for cell, value in cells.items():
        book[sheet][cell] = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def annotated_of(page: Page) -> list[str]:
    return [link for link in page.links("/terbitkan/") if "/berkas/" in link]


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_template_and_its_two_forms_pass_the_check_as_they_are(tmp_path: Path, language: str) -> None:
    for name, more in PARTS.items():
        assert main(["template", "--code", "lansia", "--lang", language, *more, str(tmp_path / name)]) == 0
    assert check_folders([tmp_path]) == ()


def test_a_code_no_sop_may_have_is_refused(tmp_path: Path) -> None:
    assert main(["template", "--code", "Lansia Terlantar!", str(tmp_path / "a.xlsx")]) == 1
    assert not (tmp_path / "a.xlsx").exists()


def test_the_command_writes_the_workbook_with_its_findings(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "lansia"
    folder.mkdir()
    for name, more in PARTS.items():
        main(["template", "--code", "lansia", *more, str(folder / name)])
    whole = folder / "sop.xlsx"
    whole.write_bytes(edited(whole.read_bytes(), "routes", F3="s99"))
    assert main(["check", "--annotate", str(tmp_path / "kembali"), str(folder)]) == 1
    assert str(tmp_path / "kembali" / "lansia" / "sop.xlsx") in capsys.readouterr().err
    book = load_workbook(tmp_path / "kembali" / "lansia" / "sop.xlsx")
    assert "s99" in book["routes"]["F3"].comment.text
    assert book[FINDINGS]["B4"].value == "routes!F3"
    assert [path.name for path in (tmp_path / "kembali").rglob("*.xlsx")] == ["sop.xlsx"]


def test_rina_downloads_the_template_from_the_sop_page(office: Office, rina: Visitor) -> None:
    page = rina.read("/sop")
    assert page.tree.xpath("//form[@action='/templat/sop']")
    answer = rina.ask("GET", f"/templat/sop?kode=lansia&kantor={office.project}")
    sop, findings = sop_reader.read(workbook.read(answer.body))
    assert findings == ()
    assert sop is not None
    assert (sop.sop_id, sop.office) == ("lansia", "kota_pasuruan")
    assert 'filename="lansia-sop.xlsx"' in answer.headers["content-disposition"]
    for kind, form in (("awal", "lansia_laporan_awal"), ("lanjutan", "lansia_asesmen")):
        assert (
            f'filename="{form}.xlsx"'
            in rina.ask("GET", f"/templat/formulir/{kind}?kode=lansia").headers["content-disposition"]
        )
    assert rina.ask("GET", "/templat/formulir/lain").status == 404


def test_an_sop_in_force_is_downloaded_in_the_templates_form(office: Office, rina: Visitor) -> None:
    links = rina.read("/sop").links("/templat/sop/abh")
    answer = rina.ask("GET", links[0])
    assert load_workbook(io.BytesIO(answer.body)).sheetnames[0] == GUIDE
    digests = {sop_reader.digest(workbook.read(data)) for data in (answer.body, ABH.read_bytes())}
    assert len(digests) == 1


def test_programs_ask_for_the_same(office: Office) -> None:
    address = f"/v1/projects/{office.project}/sops/template"
    rina = office.as_("rina")
    for query, sheet in (
        ("", "steps"),
        ("?sop=abh", "steps"),
        ("?form=intake", "survey"),
        ("?code=x&lang=en", "steps"),
    ):
        answer = rina.get(address + query)
        assert answer.status == 200, answer.text
        assert sheet in load_workbook(io.BytesIO(answer.body)).sheetnames
    assert rina.get(f"{address}?sop=tidak_ada").status == 404
    assert rina.get(f"{address}?lang=jv").status == 400
    assert rina.get(f"{address}?code=A B").status == 400
    assert office.as_("bambang").get(address).status == 404
    assert office.as_(None).get(address).status == 401


def test_another_offices_sop_is_not_handed_out(office: Office) -> None:
    bambang = signed_in(office, "bambang")
    assert bambang.ask("GET", f"/templat/sop/abh?kantor={office.project}").status == 404


def test_a_changed_sop_of_the_same_version_comes_back_with_the_next_one_filled_in(
    office: Office, rina: Visitor
) -> None:
    data = edited(ABH.read_bytes(), "settings", B2="Judul lain")
    rina.read("/sop")
    page = worked(office, rina, rina.upload("/terbitkan", {"sop.xlsx": data}, {"kantor": str(office.project)}))
    assert "sudah terbit dengan isi lain" in page.text
    back = rina.ask("GET", annotated_of(page)[0]).body
    was, _ = sop_reader.read(workbook.read(data))
    now, _ = sop_reader.read(workbook.read(back))
    assert was is not None
    assert now is not None
    assert int(now.version) == int(was.version) + 1
    page = rina.read("/sop")
    page = worked(office, rina, rina.upload("/terbitkan", {"sop.xlsx": back}, {"kantor": str(office.project)}))
    assert "sudah terbit dengan isi lain" not in page.text


def test_the_page_says_how_far_the_check_is(office: Office, rina: Visitor) -> None:
    rina.read("/sop")
    sent = rina.upload("/terbitkan", {"sop.xlsx": ABH.read_bytes()}, {"kantor": str(office.project)})
    taken = jobs.take(office.store, "pekerja", [CHECK])
    assert taken is not None
    seen: list[str] = []

    def progress(done: int, total: int | None = None) -> None:
        jobs.report(office.store, taken, done, total)
        seen.append(rina.read(sent.headers["location"]).text)

    run_check(office.store, taken, progress)
    assert "Tahap 1 dari 4: membaca buku kerja" in seen[0]
    assert "Tahap 4 dari 4: memeriksa aturan SOP" in seen[-1]


def test_a_check_can_be_called_off_and_found_again(office: Office, rina: Visitor) -> None:
    rina.read("/sop")
    sent = rina.upload("/terbitkan", {"sop.xlsx": ABH.read_bytes()}, {"kantor": str(office.project)})
    page = rina.read(sent.headers["location"])
    assert "Menunggu giliran" in page.text
    assert page.tree.xpath("//meta[@http-equiv='refresh']")
    rina.fill(sent.headers["location"] + "/batal")
    assert "Dibatalkan" in worked(office, rina, sent).text
    assert rina.read(sent.headers["location"]).tree.xpath("//meta[@http-equiv='refresh']") == []


def test_what_is_no_workbook_is_told_not_thrown(office: Office, rina: Visitor) -> None:
    rina.read("/sop")
    sent = rina.upload("/terbitkan", {"sop.xlsx": b"PK\x03\x04 rusak"}, {"kantor": str(office.project)})
    page = worked(office, rina, sent)
    assert "harus diperbaiki" in page.text
    for link in annotated_of(page):
        assert rina.ask("GET", link).status == 400

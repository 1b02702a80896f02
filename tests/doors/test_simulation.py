"""Rina tries a draft of the SOP on last year's children before she publishes it: by program, command and page."""

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from server import cli
from tests import drafts
from tests.browsing import signed_in, worked
from tests.office import Office
from tests.past import Past

FROM_14 = drafts.draft(
    {
        ("routes", "r06", "when"): "${usia_saat_kejadian} < 14 or ${abh_konferensi_kasus#berat_tindakan} = 'ringan'",
        ("routes", "r07", "when"): "${usia_saat_kejadian} >= 14 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'",
    }
)
HOLE = drafts.draft(
    {("routes", "r07", "when"): "${usia_saat_kejadian} > 14 and ${abh_konferensi_kasus#berat_tindakan} = 'berat'"}
)


def address(office: Office, rest: str = "") -> str:
    return f"/v1/projects/{office.project}/sops/abh/simulate{rest}"


def tried(office: Office, book: bytes, who: str = "rina") -> dict:
    answer = office.as_(who).post(address(office), book)
    assert answer.status == 200, answer.text
    return answer.json


def row(found: dict, step: str, route: str) -> dict:
    return next(r for r in found["decisions"] if r["step"] == step and [x["name"] for x in r["routes"]] == [route])


def test_the_workbook_in_force_tried_again_changes_nothing(office: Office) -> None:
    Past(office).conferences(11, 13, 15)
    found = tried(office, drafts.ABH.read_bytes())
    assert (found["cases"], found["changed"], found["moved"], found["same"]) == (3, 0, 0, True)
    assert {name for name, count in found["verdicts"].items() if count} == {"same"}


def test_children_between_12_and_14_would_go_to_rj(office: Office) -> None:
    children = Past(office).conferences(11, 12, 13, 14)
    found = tried(office, FROM_14)
    assert (found["cases"], found["changed"]) == (4, 2)
    turned = row(found, "s06", "r07")
    assert turned["counts"] == {"elsewhere": 2, "same": 1}
    assert turned["elsewhere"] == [{"to": ["s07"], "cases": 2}]
    assert {one["id"] for one in turned["examples"]["elsewhere"]} == {children[12], children[13]}
    assert all(one["number"].startswith("ABH-2026-") for one in turned["examples"]["elsewhere"])


def test_a_hole_shows_the_child_that_would_have_no_rule(office: Office) -> None:
    children = Past(office).conferences(12, 15)
    found = tried(office, HOLE)
    assert found["verdicts"]["no_rule"] == 1
    assert [one["id"] for one in row(found, "s06", "r07")["examples"]["no_rule"]] == [children[12]]


def test_trying_changes_no_case(office: Office) -> None:
    case = Past(office).conference(13, "berat")
    before = office.case(case)
    tried(office, FROM_14)
    assert office.case(case) == before


def test_only_who_publishes_may_try_and_another_office_is_not_there(office: Office) -> None:
    assert office.as_("sri").post(address(office), FROM_14).status == 403
    assert office.as_("bambang").post(address(office), FROM_14).status == 404
    assert office.as_(None).post(address(office), FROM_14).status == 401


@pytest.mark.parametrize(("book", "code"), [(b"bukan buku kerja", "form.not_xlsx"), (b"PK rusak", "sop.invalid")])
def test_what_is_no_workbook_is_refused_with_a_sentence(office: Office, book: bytes, code: str) -> None:
    answer = office.as_("rina").post(address(office), book)
    assert (answer.status, answer.json["details"]["problem"]) == (400, code)


def test_a_draft_of_another_sop_is_refused_by_name(office: Office) -> None:
    answer = office.as_("rina").post(f"/v1/projects/{office.project}/sops/lansia/simulate", FROM_14)
    assert (answer.status, answer.json["details"]["problem"]) == (400, "simulate.other_sop")
    assert "lansia" in answer.json["message"]


def test_many_cases_are_a_job_with_progress_a_result_and_a_workbook(office: Office) -> None:
    children = Past(office).conferences(12, 13, 15)
    asked = office.as_("rina").post(address(office, "?job=true"), FROM_14)
    assert (asked.status, asked.json["state"]) == (202, "waiting")
    here = asked.headers["location"]
    assert here == asked.json["href"]
    office.work("https://alur.pasuruan.test")
    done = office.as_("rina").get(here).json
    assert (done["state"], done["progress"], done["total"]) == ("done", 3, 3)
    assert done["changed"] == 2
    book = load_workbook(io.BytesIO(office.as_("rina").get(f"{here}.xlsx").body))
    assert book.sheetnames == ["Ringkasan", "Per keputusan", "Kasus"]
    numbers = {str(cell.value) for cell in book["Kasus"]["A"][1:]}
    assert numbers == {office.case(children[age])["number"] for age in (12, 13)}
    links = {cell.hyperlink.target for cell in book["Kasus"]["A"][1:]}
    assert links == {f"https://alur.pasuruan.test/kasus/{children[age]}" for age in (12, 13)}
    assert not any("A. B." in str(cell.value) for page in book for line in page for cell in line)
    assert office.as_("sri").get(here).status == 403


def test_a_trial_can_be_called_off(office: Office) -> None:
    Past(office).conference(13, "berat")
    here = office.as_("rina").post(address(office, "?job=true"), FROM_14).json["href"]
    assert office.as_("rina").ask("DELETE", here).json["state"] == "cancelled"
    office.work()
    assert office.as_("rina").get(here).json["state"] == "cancelled"


def alur(office: Office, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str):
    """What the command answers in this office: exit code and what it printed."""
    for name, value in (("DATA", str(office.store.data)), ("SECRET_KEY", "rahasia " * 8), ("LANG", "id")):
        monkeypatch.setenv(f"ALUR_{name}", value)
    if office.store.engine.dialect.name == "postgresql":
        monkeypatch.setenv("ALUR_DATABASE_URL", office.store.engine.url.render_as_string(hide_password=False))
    code = cli.main(words)
    return code, capsys.readouterr()


def test_the_operator_tries_a_draft_on_the_command_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Past(office).conferences(11, 13)
    book, result = tmp_path / "rancangan.xlsx", tmp_path / "hasil.xlsx"
    book.write_bytes(FROM_14)
    code, said = alur(office, monkeypatch, capsys, "simulate", str(book), "--out", str(result))
    assert (code, said.err) == (0, "")
    assert "2 kasus dicoba, 1 berbeda keputusan atau penutupannya, 0 bergeser tenggatnya." in said.out
    assert "Langkah 6 (r07): 1 keputusan, 0 tetap, 1 ke tahap lain, 0 tanpa aturan" in said.out
    assert load_workbook(result).sheetnames[0] == "Ringkasan"
    code, said = alur(office, monkeypatch, capsys, "simulate", str(book), "--json", "--project", "1")
    assert (code, json.loads(said.out)["changed"]) == (0, 1)


def test_rina_tries_a_draft_on_the_page_and_goes_on_to_publish_it(office: Office) -> None:
    children = Past(office).conferences(11, 12, 15)
    rina = signed_in(office, "rina")
    start = rina.read("/sop/abh/coba")
    assert "3 kasus yang sudah ada" in start.text
    sent = rina.upload("/sop/abh/coba", {"rancangan.xlsx": FROM_14}, {"kantor": str(office.project)})
    here = sent.headers["location"]
    waiting = rina.read(here)
    assert "Menunggu giliran" in waiting.text
    assert waiting.tree.xpath("//noscript/meta[@http-equiv='refresh']")
    done = worked(office, rina, sent)
    assert "1 dari 2 berbeda" in done.text
    assert "7. Upaya RJ di masyarakat" in done.text
    assert f"/kasus/{children[12]}" in done.links("/kasus/")
    assert done.tree.xpath("//*[local-name()='svg'][@class='trial__bar']/*[@class='trial__elsewhere']")
    workbook = rina.ask("GET", here.replace("?", "/hasil.xlsx?"))
    assert load_workbook(io.BytesIO(workbook.body)).sheetnames == ["Ringkasan", "Per keputusan", "Kasus"]
    checked = rina.fill(here.replace("?", "/terbitkan?"))
    assert checked.status == 303
    assert checked.headers["location"].startswith("/terbitkan/")
    assert "Rancangan versi 2099010101" in rina.read("/sop/abh/coba").text


def test_a_page_without_a_workbook_and_with_a_wrong_one_says_what_to_do(office: Office) -> None:
    rina = signed_in(office, "rina")
    rina.read("/sop/abh/coba")
    assert rina.upload("/sop/abh/coba", {"": b""}).errors == [("berkas", "Pilih dulu buku kerja SOP yang akan dicoba.")]
    broken = rina.upload("/sop/abh/coba", {"foto.xlsx": b"\x89PNG"})
    assert (broken.status, broken.errors[0][0]) == (400, "berkas")


def test_a_trial_is_stopped_from_its_page(office: Office) -> None:
    Past(office).conference(13, "berat")
    rina = signed_in(office, "rina")
    rina.read("/sop/abh/coba")
    here = rina.upload("/sop/abh/coba", {"rancangan.xlsx": FROM_14}).headers["location"]
    rina.read(here)
    assert rina.fill(here.replace("?", "/batal?")).status == 303
    assert "dihentikan sebelum selesai" in rina.read(here).text


def test_the_pages_are_for_those_who_publish(office: Office) -> None:
    assert signed_in(office, "sri").read("/sop/abh/coba").status == 404
    assert signed_in(office, "bambang").read("/sop/abh/coba").status == 404

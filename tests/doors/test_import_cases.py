"""The office's running cases come in from its register in Excel (ruling 43)."""

import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from forms import workbook
from server.cli import main
from server.store import cases, entities
from tests.office import Answer, Office
from tests.sending import follow_up, send

BAGAS = {
    "nomor_lama": "ABH/17/2025",
    "tanggal_buka": "2025-11-03",
    "langkah": "s06",
    "petugas": "sri@pasuruan.test",
    "nama_lengkap": "Bagas Prakoso",
    "jk": "L",
    "jenis_masuk": "laporan",
    "usia_saat_kejadian": "13",
}
AYU = {**BAGAS, "nomor_lama": "ABH/18/2025", "langkah": "s11", "petugas": "", "nama_lengkap": "Ayu Lestari", "jk": "P"}


def path(office: Office, rest: str = "") -> str:
    return f"/v1/projects/{office.project}/sops/abh/import{rest}"


def register(office: Office, *rows: dict[str, Any]) -> bytes:
    """The office's own template, filled with these rows."""
    got = office.as_("hadi").get(path(office, "/template"))
    assert got.status == 200, got.text
    book = load_workbook(io.BytesIO(got.body))
    page = book["kasus"]
    headers = [cell.value for cell in page[1]]
    for number, row in enumerate(rows, 2):
        for name, value in row.items():
            if name not in headers:
                headers.append(name)
                page.cell(1, len(headers)).value = name
            page.cell(number, headers.index(name) + 1).value = value or None
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def bring(office: Office, data: bytes, dry: str = "false", who: str = "hadi") -> Answer:
    return office.as_(who).post(path(office, f"?dry={dry}"), data)


def test_the_template_asks_what_the_sop_reads_with_its_steps_and_choices_to_pick(office: Office) -> None:
    book = load_workbook(io.BytesIO(office.as_("hadi").get(path(office, "/template")).body))
    headers = [cell.value for cell in book["kasus"][1]]
    assert headers[:4] == ["nomor_lama", "tanggal_buka", "langkah", "petugas"]
    assert {"nik", "nama_lengkap", "jenis_masuk", "berat_tindakan", "hasil_rj"} <= set(headers)
    lists = workbook.read(office.as_("hadi").get(path(office, "/template")).body).sheet("pilihan")
    assert lists is not None
    steps = [row.text("langkah") for row in lists.rows if row.text("langkah")]
    assert [step.split(" · ")[0] for step in steps][:3] == ["s01", "s03", "s04"]
    assert len(book["kasus"].data_validations.dataValidation) > 3


def test_a_dry_run_tells_what_would_come_and_keeps_nothing(office: Office) -> None:
    tried = bring(office, register(office, BAGAS, AYU), dry="true")
    assert tried.status == 200, tried.text
    assert (tried.json["ready"], tried.json["opened"], tried.json["findings"]) == (2, 0, [])
    assert office.cases == []


def test_cases_open_where_they_stood_with_their_day_their_manager_and_their_facts(office: Office) -> None:
    done = bring(office, register(office, BAGAS, AYU))
    assert done.status == 200, done.text
    assert done.json["opened"] == 2
    told = {case["openSteps"][0]: office.case(case["id"]) for case in office.cases}
    assert set(told) == {"s06", "s11"}
    bagas = told["s06"]
    assert bagas["openedAt"].startswith("2025-11-03")
    assert bagas["number"].startswith("ABH-2025-")
    assert bagas["manager"]["displayName"] == "Sri Wahyuni"
    assert bagas["facts"]["usia_saat_kejadian"] == 13
    found = office.as_("sri").get(f"/v1/projects/{office.project}/cases?q=ABH/17/2025").json
    assert [case["id"] for case in found] == [bagas["id"]], "found by the number people know"
    with office.store.read() as db:
        row = db.execute(select(entities.entity).where(entities.entity.c.id == bagas["id"])).one()
    assert '"formulir":"abh_konferensi_kasus"' in row.workflow


def test_an_imported_case_goes_on_by_the_rules_from_the_next_form(office: Office) -> None:
    assert bring(office, register(office, BAGAS)).json["opened"] == 1
    (case,) = office.cases
    form = office.schema("abh_konferensi_kasus")
    url = office.phone_url("Ponsel Sri", "sri")
    assert send(url, follow_up(form, case["id"], {"berat_tindakan": "berat"})).status == 201
    assert office.case(case["id"])["openSteps"] == ["s08"]


def test_the_same_register_again_brings_only_what_is_new(office: Office) -> None:
    assert bring(office, register(office, BAGAS)).json["opened"] == 1
    again = bring(office, register(office, BAGAS, AYU)).json
    assert (again["opened"], again["already"]) == (1, 1)
    assert len(office.cases) == 2


def test_a_row_changed_after_it_came_in_is_named_by_its_cells_and_changes_nothing(office: Office) -> None:
    assert bring(office, register(office, BAGAS, AYU)).json["opened"] == 2
    (bagas,) = (case for case in office.cases if case["openSteps"] == ["s06"])
    other = {**BAGAS, "langkah": "s08", "petugas": "tono@pasuruan.test", "usia_saat_kejadian": "14", "jk": ""}
    for dry in ("true", "false"):
        again = bring(office, register(office, other, AYU), dry=dry)
        assert again.status == 200, again.text
        assert (again.json["opened"], again.json["already"]) == (0, 2)
        found = again.json["findings"]
        assert {(item["code"], item["level"]) for item in found} == {("import.changed", "warning")}
        said = "\n".join(item["message"] for item in found)
        assert [item["cell"] for item in found if "langkah" in item["message"]] == ["C2"]
        for change in ("s06 menjadi s08", "sri@pasuruan.test menjadi tono@", "13 menjadi 14", "L menjadi –"):
            assert change in said
        assert (len(found), said.count(bagas["number"])) == (4, 4)
    assert office.case(bagas["id"])["facts"]["usia_saat_kejadian"] == 13


@pytest.mark.parametrize(
    ("change", "cell", "code"),
    [
        ({"nomor_lama": ""}, "A3", "import.missing"),
        ({"tanggal_buka": "kemarin"}, "B3", "import.bad_day"),
        ({"tanggal_buka": "2030-01-01"}, "B3", "import.bad_day"),
        ({"langkah": "s99"}, "C3", "import.unknown_step"),
        ({"langkah": ""}, "C3", "import.missing"),
        ({"petugas": "orang@lain.test"}, "D3", "import.unknown_officer"),
        ({"nomor_lama": "ABH/17/2025"}, "A3", "import.same_number"),
        ({"jk": "X"}, None, "import.unknown_choice"),
        ({"usia_saat_kejadian": "dua belas"}, None, "import.bad_value"),
        ({"inisial": "AL" * 251}, None, "import.long_label"),
    ],
    ids=["number", "day", "future", "step", "no-step", "officer", "twice", "choice", "type", "label"],
)
def test_what_is_wrong_is_named_by_its_cell_and_nothing_is_opened(
    office: Office, change: dict[str, Any], cell: str | None, code: str
) -> None:
    data = register(office, BAGAS, {**AYU, **change})
    refused = bring(office, data)
    assert refused.status == 400
    (found,) = bring(office, data, dry="true").json["findings"]
    assert found["code"] == code
    if cell:
        assert found["cell"] == cell
    else:
        assert found["cell"].endswith("3")
    assert office.cases == []


def test_many_rows_are_a_job_with_progress_that_may_be_repeated(office: Office) -> None:
    rows = [{**AYU, "nomor_lama": f"ABH/{number}/2025", "nama_lengkap": f"Anak {number}"} for number in range(60)]
    asked = bring(office, register(office, *rows))
    assert asked.status == 202, asked.text
    assert office.cases == []
    office.work()
    job = office.as_("hadi").get(asked.json["job"]["href"]).json
    assert (job["state"], job["progress"], job["total"], job["opened"]) == ("done", 60, 60, 60)
    assert len(office.cases) == 60
    assert office.count(cases.event) == 60


def test_a_register_of_another_sop_is_refused(office: Office) -> None:
    book = load_workbook(io.BytesIO(register(office, BAGAS)))
    book["tentang"]["B2"] = "tuna_susila"
    out = io.BytesIO()
    book.save(out)
    tried = bring(office, out.getvalue(), dry="true").json
    assert [found["code"] for found in tried["findings"]] == ["import.other_sop"]


@pytest.mark.parametrize(("who", "status"), [("sri", 403), ("bambang", 404)])
def test_only_supervisors_and_admins_bring_cases_in(office: Office, who: str, status: int) -> None:
    assert bring(office, b"PK", who=who).status == status


def test_the_operator_does_it_from_the_command_line(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ALUR_DATA", str(office.store.data))
    if office.store.engine.dialect.name == "postgresql":
        monkeypatch.setenv("ALUR_DATABASE_URL", office.store.url)
    where = ["--project", str(office.project)]
    empty = tmp_path / "templat.xlsx"
    assert main(["import", "cases", str(empty), "--template", "abh", *where]) == 0
    assert load_workbook(empty)["tentang"]["B2"].value == "abh"
    filled = tmp_path / "register.xlsx"
    filled.write_bytes(register(office, BAGAS, {**AYU, "langkah": "s99"}))
    assert main(["import", "cases", str(filled), *where]) == 1
    assert "kasus!C3" in capsys.readouterr().out
    filled.write_bytes(register(office, BAGAS, AYU))
    assert main(["import", "cases", str(filled), "--dry-run", *where]) == 0
    assert office.cases == []
    assert main(["import", "cases", str(filled), "--apply", *where]) == 0
    assert "2 kasus dibuka" in capsys.readouterr().out
    assert len(office.cases) == 2

"""The workbook Rina downloads to write an SOP: complete, explained, valid as it is, its explanations never read."""

import io
import json

import pytest
from openpyxl import load_workbook

from forms import sop as sop_reader
from forms import workbook
from forms.sop import COLUMNS, OPTIONS, SHEETS
from reports.sheets.form_template import KINDS, form_template
from reports.sheets.sop_template import GUIDE, LISTS, example, refilled, sop_template
from reports.sheets.sop_template.columns import columns, explained
from server.locale import LANGUAGES, topic
from tests.core.sop_books import ROOT, read_sheets

WORDS = {language: topic(language, "sop_book.", "form_book.") for language in LANGUAGES}


@pytest.fixture(scope="module", params=LANGUAGES)
def template(request: pytest.FixtureRequest) -> bytes:
    return sop_template(example("sop", "lansia", "kota_pasuruan"), WORDS[request.param])


def edited(data: bytes, change) -> bytes:
    book = load_workbook(io.BytesIO(data))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_template_is_read_without_a_single_complaint(template: bytes) -> None:
    sop, findings = sop_reader.read(workbook.read(template))
    assert findings == ()
    assert sop is not None
    assert (sop.sop_id, sop.office) == ("lansia", "kota_pasuruan")
    assert [step.name for step in sop.steps] == ["s01", "s02", "s03"]
    assert [route.to for route in sop.routes] == ["s02", "s03", "close", "close"]
    assert sop.steps[1].labels == {"id": "Asesmen kelayakan", "en": "Assessment"}


def test_it_has_every_sheet_and_every_column_the_reader_knows(template: bytes) -> None:
    book = load_workbook(io.BytesIO(template))
    assert book.sheetnames == [GUIDE, *SHEETS, LISTS]
    for sheet, known in COLUMNS.items():
        titles = [cell.value for cell in book[sheet][1]]
        assert set(known.names) <= set(titles)
        assert book[sheet].freeze_panes == "B2"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_column_is_explained_on_its_heading_and_in_the_guide(language: str) -> None:
    book = load_workbook(io.BytesIO(sop_template(example("sop", "lansia"), WORDS[language])))
    told = {(row[0].value, row[1].value): row[4].value for row in book[GUIDE].iter_rows(min_row=9)}
    for sheet in COLUMNS:
        for number, column in enumerate(columns(sheet), 1):
            words = explained(column, WORDS[language])
            assert book[sheet].cell(1, number).comment.text.startswith(words)
            assert told[(sheet, column.name)] == words


def test_the_two_languages_say_the_same_workbook(template: bytes) -> None:
    other = sop_template(example("sop", "lansia", "kota_pasuruan"), WORDS["en"])
    assert sop_reader.digest(workbook.read(template)) == sop_reader.digest(workbook.read(other))


def test_remarks_notes_lists_and_the_guide_are_not_read(template: bytes) -> None:
    def remark(book) -> None:
        titles = [cell.value for cell in book["routes"][1]]
        book["routes"].cell(2, titles.index("# catatan") + 1).value = "tanyakan ke Pak Hadi"
        book["routes"].cell(40, titles.index("# catatan") + 1).value = "baris ini hanya catatan"
        book[GUIDE]["A40"] = "apa saja"

    read = workbook.read(edited(template, remark))
    assert sop_reader.read(read)[1] == ()
    assert sop_reader.digest(read) == sop_reader.digest(workbook.read(template))


def lists_of(data: bytes, sheet: str) -> dict[str, str]:
    book = load_workbook(io.BytesIO(data))
    page = book[sheet]
    titles = {cell.column_letter: str(cell.value) for cell in page[1]}
    return {
        titles["".join(filter(str.isalpha, str(rule.sqref).split(":")[0]))]: rule.formula1
        for rule in page.data_validations.dataValidation
        if rule.type == "list"
    }


def test_closed_choices_drop_down_as_the_reader_knows_them(template: bytes) -> None:
    for sheet, options in OPTIONS.items():
        offered = lists_of(template, sheet)
        for column, words in options.items():
            assert offered[column] == '"' + ",".join(words) + '"'


@pytest.mark.parametrize(("sheet", "column"), [(s, c) for s, columns_ in OPTIONS.items() for c in columns_])
def test_the_offered_words_are_exactly_those_the_reader_takes(sheet: str, column: str) -> None:
    rows = example("sop", "lansia")
    rows.setdefault(sheet, [{"name": "a", "date": "2026-12-24", "step": "s01", "when": "true()", "to": "supervisor"}])
    refused = {**rows, sheet: [{**rows[sheet][0], column: "entah-apa"}, *rows[sheet][1:]]}
    wrong = [finding for finding in read_sheets(refused)[1] if finding.code == "sop.bad_option"]
    assert [finding.args["options"] for finding in wrong] == [", ".join(OPTIONS[sheet][column])]


def test_names_typed_on_one_sheet_are_offered_on_the_others(template: bytes) -> None:
    steps, routes = lists_of(template, "steps"), lists_of(template, "routes")
    assert steps["role"] != steps["form"] != routes["from"]
    listed = load_workbook(io.BytesIO(template), data_only=True)[LISTS]
    offered = {
        letter: [cell.value for cell in listed[letter][2 : 2 + int(listed[f"{letter}1"].value)]] for letter in "ABCDE"
    }
    assert offered["A"] == ["close", "end_branch", "s01", "s02", "s03"]
    assert offered["B"] == ["petugas", "supervisor"]
    assert offered["C"] == ["lansia_laporan_awal", "lansia_asesmen"]
    for letter, rule in (("A", routes["to"]), ("B", steps["role"]), ("C", steps["form"]), ("D", routes["from"])):
        assert f"{LISTS}!${letter}$3" in rule


def test_an_sop_in_force_comes_in_the_templates_form_and_says_the_same() -> None:
    data = (ROOT / "xlsforms" / "kota_pasuruan" / "abh" / "sop.xlsx").read_bytes()
    head = json.dumps(WORDS["id"]).encode() + b"\n"
    made = refilled(head + data)
    assert sop_reader.digest(workbook.read(made)) == sop_reader.digest(workbook.read(data))
    assert load_workbook(io.BytesIO(made)).sheetnames[0] == GUIDE
    assert refilled(head + made) == made


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_template_names_the_sops_list_and_keeps_the_chosen_case(kind: str) -> None:
    book = workbook.read(form_template(kind, "lansia", WORDS["id"]))  # type: ignore[arg-type]
    entities = book.sheet("entities")
    survey = book.sheet("survey")
    assert entities is not None
    assert survey is not None
    assert [row.text("list_name") for row in entities.rows] == ["kasus_lansia"]
    filters = {row.text("name"): row.text("choice_filter") for row in survey.rows}
    if kind == "follow_up":
        assert filters["kasus_id"].endswith("or name = current()/../kasus_id")
        assert "selected(formulir, 'lansia_asesmen')" in filters["kasus_id"]
    else:
        assert "tgl_laporan" in filters

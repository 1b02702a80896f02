"""Section C: authoring forms."""

from datetime import datetime

import pytest

from forms.converted import Converted
from forms.findings import Finding, has_errors
from forms.xlsform import convert
from server.limits.odk_validate import validate_xforms
from server.locale import LANGUAGES, findings
from tests.books import form as workbook
from tests.books import from_rows
from tests.office import Office
from tests.pitfalls.conftest import publish

SETTINGS = [["form_id", "version", "form_title"], ["tes", "1", "Tes"]]
SURVEY: list[list[object]] = [["type", "name", "label"], ["text", "nama", "Nama"]]


def made(**sheets: list[list[object]]) -> Converted:
    return convert(from_rows({"settings": SETTINGS, "survey": SURVEY, **sheets}), "tes.xlsx")


def errors(converted: Converted) -> list[Finding]:
    return [item for item in converted.findings if item.level == "error"]


def test_36_detect_rows_lost_by_conversion_61_blank_rows_in_the_middle_are_an_error() -> None:
    found = made(survey=[*SURVEY, *([[None]] * 61), ["text", "alamat", "Alamat"]])
    assert found.xform is None
    assert any(item.place and item.place.sheet == "survey" and item.place.row == 64 for item in errors(found))


@pytest.mark.parametrize(("version", "read"), [(1.1, "1.1"), (datetime(2024, 1, 2), "2024-01-02")])
def test_37_refuse_a_version_cell_that_is_a_number_with_a_point_or_a_date(version: object, read: str) -> None:
    """Until somebody accepts what is read in it: a third of the forms that offices have are written so."""
    found = made(settings=[["form_id", "version", "form_title"], ["tes", version, "Tes"]])
    (finding,) = found.findings
    assert (finding.level, finding.place and finding.place.address) == ("warning", "settings!B2")
    assert finding.args == {"version": read}
    assert f'version="{read}"' in str(found.xform)


def test_38_treat_a_sheet_whose_name_is_nearly_right_as_an_error() -> None:
    misspelt = convert(from_rows({"setting": SETTINGS, "survey": SURVEY}), "tes.xlsx")
    assert misspelt.xform is None
    assert any("setting" in str(item.args.values()) or "setting" in str(item.place) for item in errors(misspelt))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04 rusak",
        b"bukan buku kerja",
        workbook("| | begin_group | g | G | | | | | | |\n| | text | a | A | | | | | | |"),
        workbook("| | tidak_ada | a | A | | | | | | |"),
        workbook("| | select_one tak_ada | a | A | | | | | | |"),
        workbook("| | text | a b | A | | | | | | |"),
    ],
)
def test_39_turn_any_exception_of_the_converter_into_a_finding_with_its_place(data: bytes) -> None:
    found = errors(convert(data, "tes.xlsx"))
    assert found
    for item in found:
        assert all(findings.line(item, language) for language in LANGUAGES)
    if data.startswith(b"PK\x03\x04") and b"rusak" not in data:
        assert any(item.place and item.place.sheet == "survey" and item.place.row for item in found)


def test_40_run_validate_before_publishing_a_call_without_an_end_and_a_cycle_are_refused() -> None:
    open_call = workbook("| | integer | a | A | | | | | | |\n| | calculate | b | | foo(${a} | | | | | |")
    cycle = workbook("| | calculate | a | | ${b} + 1 | | | | | |\n| | calculate | b | | ${a} + 1 | | | | | |")
    converted = [(convert(data, "tes.xlsx"), data) for data in (open_call, cycle)]
    passed = [(one.xform, data) for one, data in converted if one.xform is not None]
    for found in [one.findings for one, _ in converted if one.xform is None] + validate_xforms(passed):
        assert has_errors(found), found


@pytest.mark.parametrize("name", ["nik", "no_kk", "no_hp"])
def test_41_flag_a_number_question_for_what_has_more_digits_than_a_phone_takes_and_suggest_text(name: str) -> None:
    found = made(survey=[SURVEY[0], ["integer", name, "Nomor"]])
    (flagged,) = [item for item in found.findings if item.place and item.place.row == 2 and item.level != "note"]
    assert "numbers" in findings.line(flagged, "en")
    text = made(survey=[[*SURVEY[0], "appearance"], ["text", name, "Nomor", "numbers"]])
    assert text.findings == ()


def test_42_refuse_a_changed_type_except_to_text_and_keep_what_was_taken_out_readable(office: Office) -> None:
    rows = "| | integer | umur | Umur | | | | | | |\n| | text | kota | Kota | | | | | | |"
    publish(office, "berubah", "1", rows)
    forms = f"/v1/projects/{office.project}/forms"
    for kind, status in (("date", 400), ("text", 200)):
        book = workbook(f"| | {kind} | umur | Umur | | | | | | |", settings="| | berubah | 2 | Formulir berubah |")
        sent = office.as_("rina").post(f"{forms}/berubah/draft?ignoreWarnings=true", book)
        assert sent.status == status, sent.text
        if status == 400:
            assert "survey!A2" in sent.text
    assert office.as_("rina").post(f"{forms}/berubah/draft/publish").status == 200
    old = office.as_("sri").get(f"{forms}/berubah/versions/1/fields").json
    assert {field["name"] for field in old} >= {"umur", "kota"}

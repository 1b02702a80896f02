"""An admin uploads an XLSForm: what is lost in silence, what is refused, and in which cell."""

import io
from datetime import datetime

import pytest
from openpyxl import load_workbook

from forms import schema, validate
from forms.converted import Converted
from forms.findings import Finding
from forms.workbook import read
from forms.xlsform import convert
from server.locale import LANGUAGES, knows, say
from tests.books import form, from_rows

SETTINGS = [["form_id", "version", "form_title"], ["tes", "2026112101", "Tes"]]
SURVEY = [["type", "name", "label"], ["text", "nama", "Nama"]]


def found(data: bytes, **kwargs) -> dict[str, str]:
    """The codes found, without their subject, and the first place of each."""
    places: dict[str, str] = {}
    for finding in convert(data, "formulir.xlsx", **kwargs).findings:
        places.setdefault(finding.code.removeprefix("xlsform."), finding.place.address if finding.place else "")
    return places


def only(data: bytes, code: str) -> Finding:
    (finding,) = (item for item in convert(data).findings if item.code == f"xlsform.{code}")
    return finding


def book(settings=SETTINGS, survey=SURVEY, **sheets) -> bytes:
    return from_rows({"settings": settings, "survey": survey, **sheets})


class TestAGoodForm:
    def test_it_is_converted_without_a_word(self):
        converted = convert(form("| | text | nama | Nama |"), "formulir.xlsx")
        assert converted.findings == ()
        assert (converted.form_id, converted.version, converted.title) == ("tes", "2026112101", "Tes")
        assert 'id="tes" version="2026112101"' in converted.xform
        assert converted.itemsets is None

    def test_the_same_workbook_gives_the_same_bytes(self):
        data = form("| | text | nama | Nama |")
        assert convert(data).xform == convert(data).xform

    def test_a_whole_number_may_be_a_version(self):
        converted = convert(book([["form_id", "version", "form_title"], ["tes", 2026112101, "Tes"]]))
        assert converted.findings == ()
        assert 'version="2026112101"' in converted.xform

    def test_select_one_external_brings_its_itemsets(self):
        converted = convert(
            book(
                survey=[
                    ["type", "name", "label", "choice_filter"],
                    ["text", "kec", "Kec", None],
                    ["select_one_external desa", "desa", "Desa", "kec=${kec}"],
                ],
                external_choices=[["list_name", "name", "kec"], ["desa", "a", "1"]],
            )
        )
        assert converted.findings == ()
        assert '"a"' in converted.itemsets

    def test_it_crosses_to_another_process_and_back(self):
        converted = convert(form("| | integer | nik | NIK |"))
        assert converted.findings
        assert Converted.from_json(converted.to_json()) == converted


class TestHeadingsOfOurs:
    @pytest.mark.parametrize("declared", [None, 'foo="urn:foo"', 'alur="urn:alur:xforms"'])
    def test_how_sensitive_an_answer_is_needs_no_row_of_the_settings(self, declared):
        more = ([], []) if declared is None else (["namespaces"], [declared])
        settings = [[*SETTINGS[0], *more[0]], [*SETTINGS[1], *more[1]]]
        survey = [["type", "name", "label", "bind::alur:sensitivity"], ["text", "ciri", "Ciri", "secret"]]
        made = convert(book(settings, survey))
        assert not [item for item in made.findings if item.level == "error"]
        assert schema.read(made.xform or "").field("/ciri").sensitivity == "secret"
        assert ("urn:foo" in (made.xform or "")) == (declared == 'foo="urn:foo"')

    def test_a_form_without_them_says_nothing_of_us(self):
        assert "alur" not in (convert(book()).xform or "")


class TestWhatWouldBeLostInSilence:
    @pytest.mark.parametrize("sheet", ["survey", "choices"])
    def test_61_blank_rows_hide_everything_below(self, sheet):
        rows = {
            "survey": [["type", "name", "label"], ["select_one jk", "a", "A"]],
            "choices": [["list_name", "name", "label"], ["jk", "l", "L"]],
        }
        last = ["text", "akhir", "Akhir"] if sheet == "survey" else ["jk", "p", "P"]
        rows[sheet] += [[None]] * 61 + [last]
        finding = only(from_rows({"settings": SETTINGS, **rows}), "blank_rows")
        assert finding.place.address == f"{sheet}!A64"
        assert (finding.args["blank"], finding.args["lost"]) == (61, 1)

    def test_60_blank_rows_hide_nothing(self):
        survey = [*SURVEY, *([[None]] * 60), ["text", "akhir", "Akhir"]]
        converted = convert(book(survey=survey))
        assert converted.findings == ()
        assert "akhir" in converted.xform

    def test_columns_after_21_blank_ones_are_lost(self):
        survey = [["type", "name", "label", *([None] * 21), "relevant"], ["text", "a", "A", *([None] * 21), "1=2"]]
        assert found(book(survey=survey)) == {"blank_columns": "survey!Y1"}

    def test_columns_after_20_blank_ones_are_not(self):
        survey = [["type", "name", "label", *([None] * 20), "relevant"], ["text", "a", "A", *([None] * 20), "1=2"]]
        converted = convert(book(survey=survey))
        assert converted.findings == ()
        assert "1=2" in converted.xform

    def test_headers_in_the_second_row_are_not_headers(self):
        assert "header_not_first" in found(book(survey=[[None], *SURVEY]))

    @pytest.mark.parametrize(
        ("version", "shown"),
        [(1.1, "1.1"), (20.25, "20.25"), (datetime(2023, 5, 2, 10, 43), "2023-05-02T10:43:00"), (True, "TRUE")],
    )
    def test_a_version_that_is_no_text_is_taken_as_it_reads_and_told(self, version, shown):
        data = book([["form_id", "version", "form_title"], ["tes", version, "Tes"]])
        assert found(data) == {"version_not_text": "settings!B2"}
        assert (convert(data).version, convert(data).ok) == (shown, True)
        assert f'version="{shown}"' in convert(data).xform

    def test_a_version_shown_with_two_decimals_keeps_them(self):
        shown = load_workbook(io.BytesIO(book([["form_id", "version", "form_title"], ["tes", 1.1, "Tes"]])))
        shown["settings"]["B2"].number_format = "0.00"
        shown.save(out := io.BytesIO())
        data = out.getvalue()
        assert convert(data).version == "1.10"
        assert 'version="1.10"' in convert(data).xform

    @pytest.mark.parametrize("name", [True, 1.1])
    def test_a_choice_that_excel_changes_is_refused(self, name):
        data = book(
            survey=[["type", "name", "label"], ["select_one jk", "a", "A"]],
            choices=[["list_name", "name", "label"], ["jk", name, "X"]],
        )
        assert found(data) == {"choice_not_text": "choices!B2"}

    @pytest.mark.parametrize("misspelt", ["setting", "Settingss", "pengaturan"])
    def test_a_misspelt_settings_sheet_is_an_error_not_a_form_called_data(self, misspelt):
        problems = found(from_rows({misspelt: SETTINGS, "survey": SURVEY}))
        assert problems["sheet_misspelt"] == misspelt
        assert "no_settings" in problems

    def test_a_misspelt_choices_sheet_is_an_error(self):
        data = book(choises=[["list_name", "name", "label"], ["jk", "l", "L"]])
        assert found(data) == {"sheet_misspelt": "choises"}

    def test_sheets_of_notes_are_nobodys_business(self):
        assert found(book(_setting=[["x"]], Catatan=[["x"]], choices=[["list_name", "name"]], choices2=[["x"]])) == {}

    @pytest.mark.parametrize("default", ["01/02/2026", "1-2-2026"])
    def test_a_default_date_the_phone_cannot_read_is_refused(self, default):
        survey = [["type", "name", "label", "default"], ["date", "tgl", "Tanggal", default]]
        assert found(book(survey=survey)) == {"date_default": "survey!D2"}

    @pytest.mark.parametrize("default", ["2026-02-01", "today()"])
    def test_other_default_dates_are_taken(self, default):
        survey = [["type", "name", "label", "default"], ["date", "tgl", "Tanggal", default]]
        assert found(book(survey=survey)) == {}

    def test_a_default_language_no_column_has_marks_nothing(self):
        settings = [["form_id", "version", "form_title", "default_language"], ["tes", "1", "Tes", "Indonesia"]]
        survey = [["type", "name", "label::Indonesia (id)"], ["text", "a", "A"]]
        assert found(book(settings, survey)) == {"default_language": "settings!D2"}

    def test_a_label_blank_in_one_language_is_named(self):
        survey = [
            ["type", "name", "label::Indonesia (id)", "label::English (en)"],
            ["text", "a", "Nama", "Name"],
            ["text", "b", "Umur", None],
        ]
        assert found(book(survey=survey)) == {"label_blank": "survey!D3"}

    def test_labels_with_and_without_language_are_warned_of(self):
        survey = [["type", "name", "label", "label::English (en)"], ["text", "a", "Nama", "Name"]]
        assert found(book(survey=survey))["mixed_languages"] == "survey!C1"


class TestSettings:
    @pytest.mark.parametrize(
        ("column", "code", "called"),
        [
            (0, "form_id_given", ("Survei_rumah_2019", "Tes", "1")),
            (1, "no_version", ("tes", "Tes", "")),
            (2, "no_title", ("tes", "tes", "1")),
        ],
    )
    def test_what_the_settings_do_not_say_follows_from_the_file_and_is_told(self, column, code, called):
        row = ["tes", "1", "Tes"]
        row[column] = None
        converted = convert(book([SETTINGS[0], row]), "Survei rumah 2019.xlsx")
        assert {finding.code for finding in converted.findings} == {f"xlsform.{code}"}
        made = schema.read(converted.xform)
        assert (made.form_id, made.title, made.version) == called
        assert (converted.form_id, converted.title, converted.version) == called

    def test_a_form_without_settings_is_called_after_its_file(self):
        converted = convert(from_rows({"survey": SURVEY}), "Survei rumah 2019.xlsx")
        (finding,) = converted.findings
        assert (finding.code, finding.level) == ("xlsform.no_settings", "warning")
        made = schema.read(converted.xform)
        assert (made.form_id, made.title, made.version) == ("Survei_rumah_2019", "Survei rumah 2019", "")

    def test_a_form_that_nothing_names_is_refused(self):
        (finding,) = convert(from_rows({"survey": SURVEY})).findings
        assert (finding.code, finding.level) == ("xlsform.no_form_id", "error")

    @pytest.mark.parametrize("form_id", ["dua kata", "ünï", "1abc", "328b5fbf-dfe6-4c1d-9561-d82e1d65b77e", "12:30"])
    def test_a_form_may_be_called_as_odk_allows(self, form_id):
        assert found(book([SETTINGS[0], [form_id, "1", "Tes"]])) == {}

    @pytest.mark.parametrize("form_id", [
            "a/b", "a" * 101, "../x", "a#b", "a?b", "..", "dua  spasi", "<b>",
            "data.svc", "data.XML", "data.xlsx", "data\u202egnp", "da\u200bta", "dua\u00a0kata",
        ])  # fmt: skip
    def test_a_form_id_that_breaks_addresses_is_refused(self, form_id):
        assert found(book([SETTINGS[0], [form_id, "1", "Tes"]])) == {"bad_form_id": "settings!A2"}

    @pytest.mark.parametrize(
        ("setting", "value", "code"),
        [
            ("omit_instanceID", "yes", "omit_instance_id"),
            ("public_key", "bukan kunci", "bad_public_key"),
        ],
    )
    def test_settings_that_lose_data_are_refused(self, setting, value, code):
        data = book([[*SETTINGS[0], setting], [*SETTINGS[1], value]])
        assert found(data) == {code: "settings!D2"}
        assert convert(data).xform is None

    def test_another_servers_address_is_taken_out_and_told(self):
        data = book([[*SETTINGS[0], "submission_url"], [*SETTINGS[1], "http://lain.example/submission"]])
        assert found(data) == {"submission_url": "settings!D2"}
        assert "lain.example" not in convert(data).xform

    def test_an_id_overridden_by_a_row_of_the_survey_is_refused(self):
        survey = [*SURVEY, ["form_id", "lain", None]]
        assert found(book(survey=survey)) == {"identity_differs": "settings"}

    def test_hidden_letters_in_an_id_do_not_reach_phones(self):
        converted = convert(book([SETTINGS[0], ["tes\u200b", "1", "Tes"]]))
        assert converted.findings == ()
        assert schema.read(converted.xform).form_id == "tes"

    def test_deleting_after_sending_hinders_case_work_and_is_warned_of(self):
        data = book([[*SETTINGS[0], "auto_delete"], [*SETTINGS[1], "yes"]])
        assert found(data) == {"auto_delete": "settings!D2"}
        assert convert(data).ok


class TestListsOfExpressions:
    @pytest.mark.parametrize("quotes", ["''", '""', "'\u2019", "\u201c\u201d"])
    def test_an_expression_that_reads_a_list_the_form_does_not_have_is_refused_with_its_cell(self, quotes):
        reads = f"instance({quotes[0]}rumah{quotes[1]})/root/item[name=${{nama}}]/label"
        survey = [["type", "name", "label", "calculation"], ["text", "nama", "Nama", None]]
        data = book(survey=[*survey, ["calculate", "alamat", None, reads]])
        assert found(data) == {"unknown_instance": "survey!D3"}
        choices = [["list_name", "name", "label"], ["rumah", "a", "A"]]
        assert found(book(survey=[*survey, ["calculate", "alamat", None, reads]], choices=choices)) == {}

    def test_external_choices_have_the_headings_phones_look_for(self):
        data = book(
            survey=[
                ["type", "name", "label", "choice_filter"],
                ["select_one_external desa", "desa", "Desa", "kec='1'"],
            ],
            external_choices=[["List Name", "NAME", "label", "kec"], ["desa", "a", 'Desa "A"', "1"]],
        )
        assert convert(data).itemsets.splitlines() == [
            '"list_name","name","label","kec"',
            '"desa","a","Desa ""A""","1"',
        ]


class TestRulesOfThisServer:
    @pytest.mark.parametrize("name", ["nik", "no_kk", "nomor_hp", "nik_ibu", "no_telp", "NIK"])
    def test_long_numbers_should_be_text(self, name):
        assert found(form(f"| | integer | {name} | X |")) == {"number_for_id": "survey!A2"}

    @pytest.mark.parametrize("name", ["umur", "unik", "teknik", "jumlah_anak", "hpp"])
    def test_ordinary_numbers_may_be_numbers(self, name):
        assert found(form(f"| | integer | {name} | X |")) == {}

    def test_the_prefix_of_generated_rows_is_kept_for_the_server(self):
        data = form("| | text | nama | Nama |\n| | calculate | alur_langkah | | 's02' |")
        assert found(data) == {"alur_name": "survey!B3"}
        assert found(data, generated=True) == {}

    @pytest.mark.parametrize("save_to", ["langkah", "kasus_abh#langkah", "kasus_abh#terbuka", "versi"])
    def test_a_form_may_not_write_the_course_of_a_case(self, save_to):
        data = form(
            f"| | text | nama | Nama | | | | {save_to} |",
            entities="| | kasus_abh | ${nama} |",
        )
        assert found(data)["workflow_property"] == "survey!G2"

    def test_facts_and_other_lists_may_be_written(self):
        rows = "| | text | inisial | Inisial | | | | inisial |\n| | text | langkah | Langkah | | | | {} |"
        assert found(form(rows.format("l"), entities="| | kasus_abh | ${inisial} |")) == {}
        assert found(form(rows.format("langkah"), entities="| | sekolah | ${inisial} |")) == {}

    def test_generated_rows_may_write_the_course_of_a_case(self):
        data = form(
            "| | text | inisial | Inisial |\n| | calculate | alur_langkah | | 's02' | | | langkah |",
            entities="| | kasus_abh | ${inisial} |",
        )
        assert found(data, generated=True) == {}

    @pytest.mark.parametrize("name", ["nama_lengkap", "nik"])
    def test_a_case_label_with_personal_data_is_warned_of(self, name):
        data = form(f"| | text | {name} | X |", entities=f"| | kasus_abh | ${{{name}}} |")
        assert found(data) == {"label_personal": "entities!B2"}

    OFFERED = "selected(formulir, 'tes') or (${tampil} = 'semua' and terbuka = 'ya')"

    @pytest.mark.parametrize(
        "choice_filter",
        [
            "",
            OFFERED + " or name = current()/../kasus_id",
            OFFERED + " or name=${kasus_id}",
            "terbuka = 'ya' or name = current() / .. / kasus_id",
            "name = current()/../kasus_id",
        ],
    )
    def test_a_case_filter_that_keeps_the_chosen_case_is_taken(self, choice_filter):
        assert "case_filter" not in found(self.picking(choice_filter))

    @pytest.mark.parametrize(
        "choice_filter",
        [
            OFFERED,
            "terbuka = 'ya' or name = current()/../tampil",
            "terbuka = 'ya' and name = current()/../kasus_id",
            "not(terbuka = 'ya' or name = current()/../kasus_id)",
            "name = current()/../kasus_id or terbuka = 'ya'",
            "terbuka = 'ya' and (petugas = 'x' or name = current()/../kasus_id",
        ],
    )
    def test_a_case_filter_that_would_empty_a_draft_is_refused(self, choice_filter):
        assert found(self.picking(choice_filter))["case_filter"] == "survey!F3"

    def test_several_cases_are_kept_with_selected(self):
        row = "| | select_multiple_from_file kasus_abh.csv | k | Kasus | | | terbuka='ya' or {} |"
        assert found(form(row.format("selected(current()/../k, name)"))) == {}
        assert found(form(row.format("name = current()/../k"))) == {"case_filter": "survey!F2"}

    def test_other_lists_may_be_filtered_freely(self):
        assert found(form("| | select_one_from_file desa.csv | desa | Desa | | | kec = '1' |")) == {}

    @staticmethod
    def picking(choice_filter: str) -> bytes:
        return form(
            "| | text | tampil | Tampil |\n"
            f"| | select_one_from_file kasus_abh.csv | kasus_id | Kasus | | | {choice_filter} |"
        )

    @pytest.mark.parametrize("name", ["../../etc/passwd.csv", "http://lain.example/x.csv", "folder/x.csv"])
    def test_files_lie_beside_the_form(self, name):
        assert found(form(f"| | select_one_from_file {name} | a | A |"))["media_name"] == "survey!A2"

    def test_pictures_without_a_size_are_noted_once_and_only_noted(self):
        converted = convert(form("| | image | a | A |\n| | image | b | B |"))
        assert [(item.code, item.level, item.args["count"]) for item in converted.findings] == [
            ("xlsform.image_size", "note", 2)
        ]
        assert converted.ok

    def test_loops_of_old_are_refused(self):
        assert "loop" in found(form("| | begin loop over jk | a | A |\n| | end loop | | |", "| | jk | l | L |"))

    def test_a_form_without_questions_is_refused(self):
        assert found(form("| | begin_group | a | A |\n| | end_group | | |"))["no_questions"] == "survey"
        assert "no_questions" in found(book(survey=[["type", "name", "label"]]))


class TestErrorsNameTheCell:
    @pytest.mark.parametrize(
        ("survey", "code", "place"),
        [
            ("| | text | a | A |\n| | text | a | B |", "duplicate_name", "survey!B3"),
            ("| | teks | a | A |", "unknown_type", "survey!A2"),
            ("| | select_one tidak_ada | a | A |", "missing_list", "survey!A2"),
            ("| | begin_group | g | G |\n| | text | a | A |", "unmatched_begin", "survey!A2"),
            ("| | text | a | A |\n| | end_group | | |", "unmatched_end", "survey!A3"),
            ("| | text | dua kata | A |", "bad_name", "survey!B2"),
            ("| | text | a | A ${tidak_ada} |", "unknown_reference", "survey!C2"),
            ("| | text | a | A | | ${tidak_ada}='x' |", "unknown_reference", "survey!E2"),
            ("| | text | a | |", "no_label", "survey!C2"),
            ("| | | a | A |", "no_type", "survey!A2"),
            ("| | text | | A |", "no_name", "survey!B2"),
            ("| | calculate | a | |", "no_calculation", "survey!D2"),
            ("| | text | a | ${a |", "bad_reference", "survey!C2"),
            ("| | text | a | A | | | | nama |", "saveto_without_entity", "survey!G2"),
        ],
    )
    def test_the_most_common_mistakes(self, survey, code, place):
        converted = convert(form(survey, "| | jk | l | L |"))
        first = next(item for item in converted.findings if item.level == "error")
        assert (first.code, first.place.address) == (f"xlsform.{code}", place)
        assert converted.xform is None

    def test_mistakes_on_the_choices_sheet(self):
        assert found(form("| | select_one jk | a | A |", "| | jk | l | L |\n| | jk | l | M |\n| | jk | l | N |")) == {
            "duplicate_choice": "choices!B3"
        }
        assert found(form("| | select_multiple jk | a | A |", "| | jk | dua kata | L |")) == {
            "choice_with_space": "choices!B2"
        }
        assert found(form("| | select_one jk | a | A |", "| | jk | l | |"))["choice_no_label"].startswith("choices!")

    def test_mistakes_on_the_entities_sheet(self):
        assert found(form("| | text | a | A |", entities="| | kasus_abh | |"))["entity_no_label"] == "entities!B2"
        assert "saveto_unknown_list" in found(
            form("| | text | a | A | | | | lain#a |", entities="| | kasus_abh | ${a} |")
        )

    def test_all_common_mistakes_are_told_at_once_not_one_per_upload(self):
        problems = found(
            form(
                "| | text | a | A |\n| | text | a | B |\n| | select_one hilang | c | C |\n"
                "| | text | d | D | | ${entah}='x' |\n| | begin_group | g | G |"
            )
        )
        assert problems == {
            "duplicate_name": "survey!B3",
            "missing_list": "survey!A4",
            "unknown_reference": "survey!E5",
            "unmatched_begin": "survey!A6",
        }

    def test_the_same_name_in_two_groups_is_no_mistake(self):
        group = "| | begin_group | {0} | G |\n| | text | nama | Nama |\n| | end_group | | |\n"
        assert found(form(group.format("a") + group.format("b"))) == {}

    def test_a_header_written_twice(self):
        data = book(survey=[["type", "name", "label", "label"], ["text", "a", "A", "B"]])
        assert "duplicate_header" in found(data)

    def test_a_form_without_a_survey_sheet(self):
        assert "no_survey" in found(from_rows({"settings": SETTINGS, "lembar": SURVEY}))

    def test_warnings_an_author_can_act_on_name_their_cell(self):
        data = book(
            survey=[
                ["type", "name", "label::Indonesia", "label::English (en)"],
                ["text", "Nama", "Nama", "Name"],
                ["text", "nama", "Nama", "Name"],
                ["simserial", "sim", None, None],
            ]
        )
        assert found(data) == {"language_code": "survey!C1", "name_case": "survey!B3", "deprecated_type": "survey!A4"}
        assert convert(data).ok

    @pytest.mark.parametrize("data", [b"", b"PK\x03\x04xx", b"type,name\ntext,a"])
    def test_what_is_no_workbook_is_a_finding_not_an_exception(self, data):
        (finding,) = convert(data, "surat.docx").findings
        assert finding.code.startswith("workbook.")


class TestWhatOdkValidateSays:
    """Its own words, as recorded from ODK Validate 1.20; tests/doors/test_limits.py runs it for real."""

    BOOK = staticmethod(
        lambda: read(
            form(
                "| | text | a | A |\n| | begin_group | g | G |\n| | calculate | b | | foo(${a}) |\n"
                "| | text | c | C | | ${a} = = 'x' |\n| | end_group | | |"
            )
        )
    )
    STACK = "\n\tat org.javarosa.core.model.TriggerableDag.evaluateTriggerable(TriggerableDag.java:568)\n"

    def said(self, text: str, code: int = 1) -> Finding:
        (finding,) = validate.findings(text + self.STACK, code, self.BOOK())
        return finding

    def test_an_unknown_function_names_function_and_cell(self):
        finding = self.said(
            ">> Something broke the parser.\njava.lang.RuntimeException: Error evaluating field 'b' (/data/g[1]/b[1]): "
            "The problem was located in Calculate expression for /data/g/b\nXPath evaluation: "
            "cannot handle function 'foo'"
        )
        assert (finding.code, finding.args["function"]) == ("xlsform.unknown_function", "foo")
        assert finding.place.address == "survey!D4"

    def test_a_bad_expression_is_told_without_class_names_and_hashes(self):
        finding = self.said(
            ">> XForm is invalid.\norg.javarosa.xform.parse.XFormParseException: Encountered a problem with display "
            "condition for node [/data/g/c] at line:  /data/a  = = 'x', Bad node: "
            "org.javarosa.xpath.parser.ast.ASTNodeAbstractExpr@d706f19"
        )
        assert finding.code == "xlsform.bad_expression"
        assert finding.place.address == "survey!E5"
        message = finding.args["message"]
        assert "${a}  = = 'x'" in message
        assert not any(word in message for word in ("javarosa", "Exception", "@d7", "/data"))

    def test_a_cycle_names_each_of_its_questions(self):
        text = (
            ">> XForm is invalid.\norg.javarosa.xform.parse.XFormParseException: Cycle detected in form's relevant and "
            "calculation logic!\nThe following nodes are likely involved in the loop:\n/data/g/b\n/data/g/c"
            + self.STACK
        )
        found = validate.findings(text, 1, self.BOOK())
        assert [(item.code, item.place.address) for item in found] == [
            ("xlsform.cycle", "survey!D4"),
            ("xlsform.cycle", "survey!E5"),
        ]

    def test_valid_is_valid(self):
        assert validate.findings("\n>> Xform parsing completed!\n\n>> Xform is valid!\n", 0, None) == ()

    def test_a_group_without_questions_is_told_in_the_words_of_the_validator(self):
        said = "\n\n>> Xform parsing completed!\n\nGroup has no children! Group: /data. The XML is invalid.\n\n\n\n"
        (finding,) = validate.findings(f"{said}>> Xform is invalid!\n", 1, None)
        assert finding.code == "xlsform.validate"
        assert "Group has no children!" in finding.args["message"]

    @pytest.mark.parametrize(("text", "code"), [("", 0), ("", 137), (">> Xform is valid!", 1), ("Killed", -9)])
    def test_no_verdict_is_not_checked_never_valid(self, text, code):
        assert [item.code for item in validate.findings(text, code, None)] == ["xlsform.not_checked"]

    def test_several_files_keep_their_own_words(self):
        said = validate.sections(
            "Validating: 0.xml\n>> Xform is valid!\nValidating: 1.xml\n>> XForm is invalid.\n\n"
            "The following files failed validation:\n1.xml\n\nResult: Invalid\n"
        )
        assert said == {"0.xml": "\n>> Xform is valid!\n", "1.xml": "\n>> XForm is invalid.\n\n"}


class TestSentences:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_finding_has_a_sentence_and_a_remedy(self, language):
        survey = (
            "| | text | a | A |\n| | text | a | B |\n| | integer | nik | NIK |\n| | image | f | F |\n"
            "| | select_one hilang | c | C |\n| | begin_group | g | G |"
        )
        findings = convert(form(survey)).findings
        assert len(findings) > 4
        for finding in findings:
            assert "{" not in say(language, f"finding.{finding.code}", **finding.args)
            assert knows(f"finding.{finding.code}.repair")

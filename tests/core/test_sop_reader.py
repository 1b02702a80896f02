"""sop.xlsx as it is read: every wrong cell by its address, English and Indonesian headers alike."""

from collections.abc import Mapping, Sequence

import pytest

from forms import sop as reader
from forms import workbook
from forms.sop import Sop
from tests.core.sop_books import ROLES, SETTINGS, abh, book_bytes, read_sheets

STEPS = [
    {"name": "s01", "kind": "form", "form": "coba_lapor", "role": "peksos", "limit": "0", "clock": "service"},
    {
        "name": "s02",
        "kind": "form",
        "form": "coba_pantau",
        "role": "peksos",
        "repeat": "loop",
        "clock": "outside",
        "limit": "7",
        "limit_unit": "day",
    },
]
ROUTES = [
    {"name": "r1", "from": "s01", "when": "", "to": "s02"},
    {"name": "r2", "from": "s02", "when": "${tercapai} = 'ya'", "to": "close", "close_reason": "selesai"},
    {
        "name": "r3",
        "from": "s02",
        "when": "${tercapai} = 'tidak'",
        "to": "s02",
        "interpretation": "diulang",
        "protective": "2",
    },
]
FORMS = [
    {
        "form_id": "coba_lapor",
        "opens_case": "yes",
        "event_date": "tgl_laporan",
        "label::Indonesian (id)": "Laporan",
        "label::English (en)": "Report",
    },
    {"form_id": "coba_pantau", "opens_case": "no", "case_field": "kasus_id"},
]


def sheets(**more: Sequence[Mapping[str, object]]) -> dict[str, Sequence[Mapping[str, object]]]:
    return {"settings": [SETTINGS], "roles": ROLES, "forms": FORMS, "steps": STEPS, "routes": ROUTES, **more}


def whole(**more: Sequence[Mapping[str, object]]) -> Sop:
    sop, findings = read_sheets(sheets(**more))
    assert sop is not None, findings
    assert findings == ()
    return sop


def test_rows_become_typed_rules() -> None:
    sop = whole()
    step = sop.step("s02")
    assert (step.repeat, step.limit, step.limit_unit, step.limit_from, step.choose) == ("loop", 7, "day", "step", "one")
    assert sop.step("s01").limit_from == "clock"
    assert [route.name for route in sop.routes_from("s02")] == ["r2", "r3"]
    assert [str(name) for name in sop.routes_from("s02")[0].when.names] == ["${tercapai}"]
    assert sop.form("lapor") is sop.form("coba_lapor")
    assert sop.form("coba_lapor").labels == {"id": "Laporan", "en": "Report"}
    assert [form.form_id for form in sop.intakes] == ["coba_lapor"]
    assert [reading.name for reading in sop.readings] == ["r3"]
    assert sop.step("s99") is None
    assert sop.routes[2].protective == 2


def test_the_workbook_of_pasuruan_is_read_whole() -> None:
    sop = abh()
    assert (sop.sop_id, sop.office, sop.service_time, sop.service_time_unit) == (
        "abh",
        "kota_pasuruan",
        5,
        "working_day",
    )
    assert [step.name for step in sop.steps] == [*(f"s{n:02}" for n in range(1, 14)), "s13a"]
    assert len(sop.routes) == 20
    assert sop.step("s02").same_as == "s01"
    assert sop.step("s12").confirm_by == "supervisor"
    assert len(sop.complaints) == 8
    assert len(sop.requirements) == 3
    assert len(sop.products) == 2


def test_sheets_and_columns_may_be_written_in_indonesian() -> None:
    book = {
        "pengaturan": [
            {
                "kode_sop": "coba",
                "judul": "Percobaan",
                "versi": "1",
                "kantor": "k",
                "waktu_layanan": "3",
                "satuan_waktu_layanan": "hari kerja",
            }
        ],
        "peran": [{"nama": "peksos", "boleh_menutup": "ya"}],
        "formulir": [{"kode_formulir": "coba_lapor", "membuka_kasus": "ya"}],
        "langkah": [
            {
                "nama": "s01",
                "jenis": "formulir",
                "formulir": "coba_lapor",
                "peran": "peksos",
                "ulang": "berulang",
                "batas": "2",
                "satuan_batas": "jam",
                "jam": "luar",
            }
        ],
        "alur": [{"nama": "r1", "dari": "s01", "bila": "${a} = 'b'", "ke": "close", "alasan_tutup": "selesai"}],
    }
    sop, findings = read_sheets(book)
    assert findings == ()
    step = sop.steps[0]
    assert (step.kind, step.repeat, step.limit, step.limit_unit, step.clock) == ("form", "loop", 2, "hour", "outside")
    assert sop.roles[0].may_close
    assert sop.routes[0].close_reason == "selesai"


@pytest.mark.parametrize(
    ("sheet", "row", "column", "value", "code", "address"),
    [
        ("settings", 0, "sop_id", "", "sop.missing_value", "settings!A2"),
        ("settings", 0, "service_time", "lima", "sop.bad_number", "settings!E2"),
        ("settings", 0, "clock_start", "${", "sop.bad_expression", "settings!G2"),
        ("roles", 1, "may_override", "mungkin", "sop.bad_yes_no", "roles!B3"),
        ("steps", 0, "kind", "fromulir", "sop.bad_option", "steps!B2"),
        ("steps", 1, "limit", "-1", "sop.bad_number", "steps!E3"),
        ("steps", 1, "name", "s01", "sop.same_name", "steps!A3"),
        ("steps", 1, "name", "langkah dua", "sop.bad_name", "steps!A3"),
        ("routes", 1, "when", "${tercapai} = 'ya", "sop.bad_expression", "routes!C3"),
        ("routes", 1, "when", "random() > 1", "sop.bad_expression", "routes!C3"),
        ("routes", 2, "to", "", "sop.missing_value", "routes!D4"),
    ],
)
def test_a_wrong_cell_is_named(sheet: str, row: int, column: str, value: str, code: str, address: str) -> None:
    book = {name: [dict(line) for line in lines] for name, lines in sheets().items()}
    book[sheet][row][column] = value
    sop, findings = read_sheets(book)
    assert [(f.code, f.place.address) for f in findings if f.code == code] == [(code, address)]
    assert sop is None


def test_a_column_nobody_reads_is_a_warning_with_the_nearest_name() -> None:
    misspelt = [{**row, "interpretasion": "x", "#catatan": "y"} for row in ROUTES]
    sop, (finding,) = read_sheets(sheets(routes=misspelt))
    assert sop is not None
    assert (finding.code, finding.level, finding.args["nearest"]) == ("sop.unknown_column", "warning", "interpretation")


def test_a_missing_sheet_and_two_rows_of_settings_are_named() -> None:
    book = sheets()
    del book["routes"]
    sop, findings = read_sheets(book)
    assert sop is None
    assert [(f.code, f.args["sheet"]) for f in findings] == [("sop.missing_sheet", "routes")]
    sop, findings = read_sheets(sheets(settings=[SETTINGS, SETTINGS]))
    assert [f.code for f in findings] == ["sop.one_settings_row"]
    assert sop is None


def test_test_rows_keep_answers_and_set_facts_apart() -> None:
    rows = [
        {
            "case": "t1",
            "at": "2026-11-02",
            "form": "lapor",
            "jenis": "a",
            "fakta:usia": "12",
            "#ket": "x",
            "expect_open": "s02 s03",
        }
    ]
    test = whole(tests=rows).tests[0]
    assert (test.answers, test.facts, test.expect_open) == ({"jenis": "a"}, {"usia": "12"}, ("s02", "s03"))
    assert test.expect_decision is None


def test_the_digest_is_the_same_for_the_same_rules() -> None:
    plain = reader.digest(workbook.read(book_bytes(sheets())))
    assert reader.digest(workbook.read(book_bytes(dict(reversed(sheets().items()))))) == plain
    turned = [dict(reversed(row.items())) for row in STEPS]
    assert reader.digest(workbook.read(book_bytes(sheets(steps=turned)))) == plain
    assert reader.digest(workbook.read(book_bytes(sheets(routes=ROUTES[:2])))) != plain
    assert reader.digest(workbook.read(book_bytes(sheets(routes=[ROUTES[1], ROUTES[0], ROUTES[2]])))) != plain


@pytest.mark.parametrize(
    ("written", "share"), [("80%", 80), ("80", 80), ("0.8", 80), (0.8, 80), ("100 %", 100), ("", None)]
)
def test_the_share_of_a_limit_after_which_somebody_is_told(written: object, share: int | None) -> None:
    steps = [{**STEPS[0], "escalate_to": "supervisor", "escalate_at": written}, STEPS[1]]
    assert whole(steps=steps).steps[0].escalate_at == share


@pytest.mark.parametrize("written", ["banyak", "0%", "900%", "-5"])
def test_a_share_that_is_none_is_a_finding_on_its_cell(written: str) -> None:
    steps = [{**STEPS[0], "escalate_at": written}, STEPS[1]]
    _, findings = read_sheets(sheets(steps=steps))
    assert [(f.code, f.args["column"]) for f in findings] == [("sop.bad_number", "escalate_at")]


def test_what_a_form_records_and_which_paper_goes_to_the_police_are_read() -> None:
    forms = [*FORMS, {"form_id": "coba_rujuk", "record": "rujukan"}, {"form_id": "coba_rps", "catatan": "stay_in"}]
    documents = [
        {"name": "surat", "direction": "out", "step": "s01", "blocks": "s02", "ke_aparat": "ya"},
        {"name": "boleh", "direction": "out", "step": "s01", "blocks": "s02", "required": "no"},
    ]
    read = whole(forms=forms, documents=documents)
    assert [form.record for form in read.forms] == ["", "", "referral", "stay_in"]
    assert [(paper.required, paper.to_authority) for paper in read.documents] == [(True, True), (False, False)]


def test_the_limit_of_a_wait_counts_from_its_own_opening() -> None:
    steps = [{**STEPS[0]}, {**STEPS[1], "kind": "tunggu", "form": "", "clock": "service"}]
    assert [step.limit_from for step in whole(steps=steps).steps] == ["clock", "step"]

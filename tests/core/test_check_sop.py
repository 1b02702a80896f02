"""What the checker tells an admin before an SOP goes live."""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

import pytest

from forms import schema, xlsform
from forms.findings import Finding
from forms.schema import Field, Schema
from server.locale import knows
from server.sop.check import check
from server.sop.trials import run_tests
from tests.core.sop_books import ROLES, ROOT, SETTINGS, WIB, abh, read_sheets, small_sop, table


def form(form_id: str, *questions: tuple[str, str, tuple[str, ...]], required: bool = False) -> Schema:
    """A form that asks these questions: name, type, choices."""
    fields = tuple(
        Field(f"/{name}", name, "field", kind, choices=tuple((choice, {}) for choice in choices), required=required)
        for name, kind, choices in questions
    )
    return Schema(form_id, "1", form_id, fields)


def codes(findings: Iterable[Finding], level: str | None = None) -> set[str]:
    return {finding.code for finding in findings if level in (None, finding.level)}


def said(findings: Iterable[Finding], code: str) -> list[dict[str, object]]:
    return [dict(finding.args) for finding in findings if finding.code == f"sop.{code}"]


@cache
def published_forms() -> dict[str, Schema]:
    paths = sorted((ROOT / "xlsforms" / "kota_pasuruan" / "abh").glob("abh_*.xlsx"))
    forms = (schema.read(xlsform.convert(path.read_bytes(), path.stem).xform) for path in paths)
    return {one.form_id: one for one in forms}


def test_003_as_interpreted_is_complete() -> None:
    assert check(abh(), published_forms()) == ()


def test_the_cases_the_office_wrote_down_for_003_come_out_as_expected() -> None:
    assert abh().tests
    assert run_tests(abh(), WIB, published_forms()) == ()


def test_a_case_that_comes_out_otherwise_names_the_cell_and_what_was_found() -> None:
    sop = small_sop(
        STEPS,
        ROUTES,
        tests=[{"case": "u1", "at": "2026-11-02", "form": "lapor", "berat": "ringan", "expect_open": "s03"}],
    )
    (finding,) = run_tests(sop, WIB)
    assert finding.place.address == "tests!E2"
    assert dict(finding.args) == {"case": "u1", "expected": "s03", "found": "s02"}


STEPS = """
name | kind | form | role
s01 | form | lapor | peksos
s02 | form | ringankan | peksos
s03 | form | beratkan | peksos
"""
ROUTES = """
name | from | when | to | close_reason
r1 | s01 | ${berat} = 'ringan' | s02 |
r2 | s01 | ${berat} = 'berat' | s03 |
r3 | s02 | | close | selesai
r4 | s03 | | close | selesai
"""
BERAT = {
    "lapor": form("lapor", ("berat", "select", ("ringan", "berat")), ("usia", "int", ()), required=True),
    "ringankan": form("ringankan"),
    "beratkan": form("beratkan"),
}


def test_a_complete_small_sop_has_no_findings() -> None:
    assert check(small_sop(STEPS, ROUTES), BERAT) == ()


def test_a_question_that_may_stay_blank_is_a_gap_and_a_warning() -> None:
    optional = BERAT | {"lapor": form("lapor", ("berat", "select", ("ringan", "berat")))}
    findings = check(small_sop(STEPS, ROUTES), optional)
    assert said(findings, "E06") == [{"step": "s01", "where": "berat = ∅"}]
    assert {row["problem"] for row in said(findings, "E15")} == {"optional"}


@pytest.mark.parametrize(
    ("old", "new", "code", "args"),
    [
        ("| s03 |\n", "| s04 |\n", "E01", {"name": "s04", "what": "step", "nearest": "s03"}),
        ("${berat} = 'berat'", "${beratt} = 'berat'", "E01", {"name": "beratt", "what": "field", "nearest": "berat"}),
        ("= 'berat'", "= 'beratt'", "E02", {"value": "beratt", "nearest": "berat", "options": "ringan, berat"}),
        ("${berat} = 'berat'", "${berat} > 3", "E03", {"problem": "order"}),
        ("${berat} = 'berat'", "${usia} = 'dua belas'", "E03", {"problem": "number_as_text"}),
        ("${berat} = 'berat'", "${berat} = 'ringan'", "E07", {"route": "r2", "other": "r1", "where": "berat = ringan"}),
        (
            "${berat} = 'berat'",
            "${berat} = 'berat' and ${berat} = 'ringan'",
            "E08",
            {"route": "r2", "problem": "never"},
        ),
        ("${berat} = 'berat'", "${berat} = 'berat' and ${usia} < 12", "E06", {"where": "berat = berat; usia ≥ 12"}),
        ("| s03 |\n", "| s02 |\n", "E04", {"step": "s03"}),
        ("r3 | s02 | | close | selesai\n", "", "E05", {"step": "s02", "problem": "nowhere"}),
    ],
)
def test_each_mistake_is_named(old: str, new: str, code: str, args: dict[str, str]) -> None:
    assert old in ROUTES
    findings = said(check(small_sop(STEPS, ROUTES.replace(old, new)), BERAT), code)
    assert any(args.items() <= found.items() for found in findings), findings


def test_a_circle_needs_steps_that_repeat_a_brake_and_a_way_out() -> None:
    steps = (
        "name | kind | form | role | repeat\ns01 | form | lapor | peksos | once\ns02 | form | pantau | peksos | once\n"
    )
    routes = """name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s02 | ${selesai} = 'ya' | close | x
r3 | s02 | ${selesai} = 'tidak' | s02 |
"""
    asked = {"lapor": form("lapor"), "pantau": form("pantau", ("selesai", "select", ("ya", "tidak")), required=True)}
    assert codes(check(small_sop(steps, routes), asked)) == {"sop.E20"}
    again = steps.replace("pantau | peksos | once", "pantau | peksos | loop")
    (brake,) = check(small_sop(again, routes), asked)
    assert (brake.code, brake.level, brake.args["problem"]) == ("sop.E11", "warning", "no_brake")
    endless = routes.replace("'ya' | close | x", "'ya' | s02 |")
    assert {("sop.E11", "error"), ("sop.E05", "error")} <= {
        (f.code, f.level) for f in check(small_sop(again, endless), asked)
    }


def test_a_circle_nobody_waits_in_would_never_stop() -> None:
    steps = """name | kind | form | role | repeat
s01 | form | lapor | peksos | once
s02 | auto | | peksos | loop
s03 | auto | | peksos | loop
"""
    routes = """name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s02 | | s03 |
r3 | s03 | ${selesai} = 'ya' | close | x
r4 | s03 | ${selesai} != 'ya' | s02 |
"""
    asked = {"lapor": form("lapor", ("selesai", "select", ("ya", "tidak")), required=True)}
    assert "sop.E10" in codes(check(small_sop(steps, routes), asked), "error")


def test_readings_must_say_something_and_no_printed_step_may_be_lost() -> None:
    sop = small_sop(
        STEPS.replace("role", "role | source")
        .replace("peksos", "peksos | 1", 1)
        .replace("n | peksos\n", "n | peksos | 3\n"),
        ROUTES.replace("close_reason", "close_reason | interpretation")
        .replace("selesai", "selesai | tafsir D1")
        .replace("|\n", "| |\n"),
    )
    found = {(row["name"], row["problem"]) for row in said(check(sop, BERAT), "E18")}
    assert found == {("r3", "no_text"), ("r4", "no_text"), ("2", "missing_step")}


def test_an_emergency_somebody_reports_must_reach_somebody() -> None:
    asked = BERAT | {
        "lapor": form(
            "lapor", ("berat", "select", ("ringan", "berat")), ("perlu_medis", "select", ("ya",)), required=True
        )
    }
    assert said(check(small_sop(STEPS, ROUTES), asked), "emergency_unheard") == [
        {"name": "perlu_medis", "form": "lapor"}
    ]
    alert = [{"name": "a1", "when": "${perlu_medis} = 'ya'", "to": "supervisor"}]
    assert check(small_sop(STEPS, ROUTES, alerts=alert), asked) == ()


def test_a_label_that_names_a_person_is_pointed_out() -> None:
    settings = SETTINGS | {"case_label": "concat(${nama_lengkap}, '!')"}
    asked = BERAT | {
        "lapor": form("lapor", ("berat", "select", ("ringan", "berat")), ("nama_lengkap", "string", ()), required=True)
    }
    sop, _ = read_sheets(
        {
            "settings": [settings],
            "roles": ROLES,
            "forms": [{"form_id": f, "opens_case": "yes" if f == "lapor" else ""} for f in BERAT],
            "steps": table(STEPS),
            "routes": table(ROUTES),
        }
    )
    assert codes(check(sop, asked)) == {"sop.label_personal"}


def test_under_first_a_rule_hidden_by_the_ones_above_is_pointed_out() -> None:
    steps = (
        STEPS.replace("role", "role | choose")
        .replace("lapor | peksos", "lapor | peksos | first")
        .replace("kan | peksos", "kan | peksos |")
    )
    routes = ROUTES.replace("${berat} = 'berat'", "${berat} = 'ringan' and ${usia} < 5")
    findings = check(small_sop(steps, routes), BERAT)
    assert said(findings, "E08") == [{"route": "r2", "step": "s01", "problem": "hidden"}]
    assert said(findings, "E06") == [{"step": "s01", "where": "berat = berat; usia: ✱"}]


def test_an_estimated_age_needs_ranked_rules() -> None:
    asked = BERAT | {
        "lapor": form(
            "lapor",
            ("berat", "select", ("ringan", "berat")),
            ("usia", "int", ()),
            ("usia_min", "int", ()),
            required=True,
        )
    }
    routes = ROUTES.replace("${berat} = 'ringan'", "${usia} < 12").replace("${berat} = 'berat'", "${usia} >= 12")
    assert {row["route"] for row in said(check(small_sop(STEPS, routes), asked), "E22")} == {"r1", "r2"}
    ranked = (
        routes.replace("close_reason", "close_reason | protective")
        .replace("| s02 |\n", "| s02 | | 2\n")
        .replace("| s03 |\n", "| s03 | | 1\n")
        .replace("selesai", "selesai |")
    )
    assert check(small_sop(STEPS, ranked), asked) == ()


def test_a_decision_over_too_many_questions_is_not_checked_for_ever() -> None:
    questions = [(f"q{number}", "select", tuple("abcd")) for number in range(30)]
    asked = BERAT | {"lapor": form("lapor", *questions, required=True)}
    pairs = pairwise(questions)
    rule = " or ".join(f"(${{{first[0]}}} = 'a' and ${{{second[0]}}} = 'b')" for first, second in pairs)
    routes = ROUTES.replace("${berat} = 'ringan'", rule).replace("${berat} = 'berat'", f"not({rule})")
    findings = check(small_sop(STEPS, routes), asked)
    assert codes(findings) == {"sop.too_wide"}
    assert {finding.level for finding in findings} == {"warning"}


def test_what_only_a_free_comparison_decides_is_noted() -> None:
    routes = ROUTES.replace("${berat} = 'ringan'", "${usia} > ${batas}").replace(
        "${berat} = 'berat'", "${usia} <= ${batas}"
    )
    asked = BERAT | {"lapor": form("lapor", ("usia", "int", ()), ("batas", "int", ()), required=True)}
    findings = check(small_sop(STEPS, routes), asked)
    noted = [(f.code, f.place.address) for f in findings if f.level == "note"]
    assert noted == [("sop.E19", "routes!C2"), ("sop.E19", "routes!C3")]


def test_a_step_longer_than_the_service_and_a_step_without_its_form_are_named() -> None:
    steps = (
        STEPS.replace("role", "role | limit")
        .replace("peksos\ns02", "peksos | 9\ns02")
        .replace("kan | peksos", "kan | peksos |")
    )
    assert said(check(small_sop(steps, ROUTES), BERAT), "E13") == [
        {"step": "s01", "limit": 9, "total": 5, "problem": "limit"}
    ]
    without = STEPS.replace("beratkan | peksos", " | peksos")
    assert said(check(small_sop(without, ROUTES), BERAT), "no_form") == [{"step": "s03"}]


CODE = re.compile(r'(?:\.add|\.wrong|_known|_span)\([^()]*?"([a-z]+_[a-z_]+|E\d\d)"|Finding\("sop\.(\w+)"')
NOTICE = re.compile(r'"(notice\.\w+)"')
CHECKER = [str(path.relative_to(ROOT)) for path in (ROOT / "server" / "sop" / "check").glob("*.py")]


@pytest.mark.parametrize(
    ("subject", "paths"),
    [
        ("sop", ["forms/tables.py", "forms/sop.py", "server/sop/trials.py", *CHECKER]),
        ("office", ["forms/tables.py", "forms/office.py"]),
    ],
)
def test_every_complaint_has_its_sentence(subject: str, paths: list[str]) -> None:
    source = "".join((ROOT / path).read_text("utf-8") for path in paths)
    columns = {"case_label", "clock_start", "event_date", "case_field", "person_fields", "opens_case", "form_id"}
    columns |= {"head_post", "assign_to", "recorded_by", "same_as", "signed_by", "max_visits"}
    named = {code for found in CODE.findall(source) for code in found if code} - columns
    assert {"bad_option", "missing_sheet"} <= named
    for code in named:
        assert knows(f"finding.{subject}.{code}"), code
        assert knows(f"finding.{subject}.{code}.repair"), code


def test_every_notice_of_the_engine_has_its_sentence() -> None:
    fold = sorted((ROOT / "server" / "sop").glob("fold*.py"))
    notices = set(NOTICE.findall("".join(path.read_text("utf-8") for path in fold)))
    assert {"notice.stuck", "notice.alert"} <= notices
    assert {key for key in notices if not knows(key)} == set()


FORKED = """
name | kind | form | role | choose | join
s01 | form | lapor | peksos | each |
s02 | form | sehat | peksos | |
s03 | form | sekolah | peksos | |
s04 | form | rapat | peksos | one | all
"""
JOINED = """
name | from | when | to | close_reason
r1 | s01 | | s02 |
r2 | s01 | | s03 |
r3 | s02 | | s04 |
r4 | s03 | | s04 |
r5 | s04 | ${sakit} = 'ya' or ${sekolah} = 'tidak' | close | dibantu
r6 | s04 | ${sakit} = 'tidak' and ${sekolah} = 'ya' | close | selesai
"""
BRANCHES = {
    "lapor": form("lapor", ("perlu", "select", ("ya", "tidak")), required=True),
    "sehat": form("sehat", ("sakit", "select", ("ya", "tidak")), required=True),
    "sekolah": form("sekolah", ("sekolah", "select", ("ya", "tidak")), required=True),
    "rapat": form("rapat"),
}


def test_where_branches_join_the_answers_of_all_of_them_are_there() -> None:
    assert check(small_sop(FORKED, JOINED), BRANCHES) == ()


def test_a_branch_that_may_not_be_taken_leaves_its_answers_open_at_the_join() -> None:
    sometimes = JOINED.replace("r2 | s01 | | s03", "r2 | s01 | ${perlu} = 'ya' | s03")
    findings = check(small_sop(FORKED, sometimes), BRANCHES)
    assert {row["name"] for row in said(findings, "E15")} == {"${sekolah}"}
    assert {row["where"] for row in said(findings, "E06")} == {"sakit = tidak; sekolah = ∅"}

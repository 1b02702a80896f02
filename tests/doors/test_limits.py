"""Children with limits: hostile workbooks, runaway functions, and ODK Validate without a verdict."""

import io
import os
import time
import zipfile
from collections.abc import Generator
from pathlib import Path

import pytest

from server.limits import books, odk_validate, streams
from server.limits.books import convert_form, convert_forms
from server.limits.children import ChildFailed, LimitExceeded
from server.limits.functions import run_python, run_python_many
from server.limits.odk_validate import validate_xform, validate_xforms
from server.limits.streams import stream_python
from tests.books import form, from_rows

GOOD = "| | text | nama | Nama |"


def run(name: str, argument: bytes = b"abc", *, wall: float = 10, cpu: int = 10) -> bytes:
    return run_python(f"tests.doors.hostile:{name}", argument, wall=wall, cpu=cpu)


class TestAFunctionInAChild:
    def test_it_answers(self):
        assert run("echo", b"\x00abc") == b"cba\x00"

    def test_what_it_prints_is_not_its_answer(self):
        assert run("chatter") == b"abc"

    @pytest.mark.parametrize(
        ("name", "what", "wall", "cpu"),
        [("sleep", "wall", 0.5, 5), ("burn", "cpu", 10, 1), ("eat", "memory", 10, 5), ("fill", "file", 20, 20)],
    )
    def test_it_is_stopped_at_each_limit(self, name, what, wall, cpu):
        with pytest.raises(LimitExceeded) as stopped:
            run(name, wall=wall, cpu=cpu)
        assert stopped.value.what == what

    @pytest.mark.parametrize(("name", "said"), [("fail", "rusak: abc"), ("crash", "-6"), ("leave", "SystemExit")])
    def test_a_failure_is_a_failure_and_tells_why(self, name, said):
        with pytest.raises(ChildFailed) as failed:
            run(name)
        assert said in failed.value.detail

    def test_a_function_that_does_not_exist_is_a_failure(self):
        with pytest.raises(ChildFailed) as failed:
            run("tidak_ada")
        assert "tidak_ada" in failed.value.detail

    def test_it_sees_no_secret_of_ours(self, monkeypatch):
        monkeypatch.setenv("ALUR_SECRET_KEY", "rahasia")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "rahasia")
        seen = run("environment").decode().split("\n")
        assert not [name for name in seen if name.startswith(("ALUR", "AWS"))]
        assert "TMPDIR" in seen

    def test_nothing_it_started_is_left_behind(self):
        left = int(run("linger"))
        assert not _alive(left)

    def test_nothing_is_left_on_disk(self, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
        run("echo")
        with pytest.raises(LimitExceeded):
            run("sleep", wall=0.2)
        assert list(tmp_path.iterdir()) == []

    def test_in_a_batch_one_that_fails_does_not_spoil_the_others(self):
        first, second, third, fourth, fifth = run_python_many(
            "tests.doors.hostile:by_name", [b"echo", b"crash", b"fail", b"sleep", b"echo"], wall=1, cpu=5
        )
        assert (first, fifth) == (b"ohce", b"ohce")
        assert isinstance(second, ChildFailed)
        assert isinstance(third, ChildFailed)
        assert isinstance(fourth, LimitExceeded)

    def test_an_empty_batch_starts_nothing(self):
        assert run_python_many("tests.doors.hostile:fail", [], wall=1, cpu=1) == []


class TestAStreamOfPieces:
    def stream(self, *pieces: bytes, name: str = "stream", setup: bytes = b">") -> Generator[bytes]:
        return stream_python(f"tests.doors.hostile:{name}", setup, pieces)

    def test_each_piece_is_answered_in_order(self):
        pieces = [f"{number:05}".encode() * 50_000 for number in range(7)]
        assert list(self.stream(*pieces)) == [b">" + piece[::-1] for piece in pieces]

    def test_no_pieces_no_answers(self):
        assert list(self.stream()) == []

    @pytest.mark.parametrize(("piece", "said"), [(b"fail", "rusak: fail"), (b"crash", "-6")])
    def test_a_failure_ends_it_and_tells_why(self, piece, said):
        with pytest.raises(ChildFailed) as failed:
            list(self.stream(b"a", piece, b"b", b"c", b"d"))
        assert said in failed.value.detail

    def test_a_piece_that_takes_for_ever_ends_it(self, monkeypatch):
        monkeypatch.setattr(streams, "PIECE_WALL", 1)
        with pytest.raises(ChildFailed):
            list(self.stream(b"sleep"))

    def test_who_stops_listening_leaves_no_child(self):
        children = self.stream(b"a", b"b", b"c", name="process")
        first = int(next(children))
        children.close()
        assert not _alive(first)


def _alive(process: int) -> bool:
    """Whether a process runs; one that ended and waits for its parent does not."""
    for _ in range(20):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return False
        if state in "ZX":
            return False
        time.sleep(0.05)
    os.kill(process, 9)
    return True


class TestForms:
    def test_a_form_is_converted_in_a_child(self):
        converted = convert_form(form(GOOD), "tes.xlsx")
        assert converted.ok
        assert converted.findings == ()

    def test_several_forms_keep_their_own_findings(self):
        good, bad, none = convert_forms([(form(GOOD), "a"), (form("| | teks | a | A |"), "b"), (b"", "c")])
        assert good.ok
        assert [item.code for item in bad.findings] == ["xlsform.unknown_type"]
        assert [item.code for item in none.findings] == ["workbook.empty"]

    @pytest.mark.parametrize(
        "data",
        [
            pytest.param(lambda: _bomb(), id="bomb"),
            pytest.param(lambda: _many_cells(), id="three million cells"),
            pytest.param(lambda: _wide_relevant(), id="one megabyte of relevant"),
            pytest.param(lambda: form(GOOD)[:2000], id="cut off"),
        ],
    )
    def test_a_hostile_workbook_gets_a_clear_answer_in_time(self, data):
        workbook = data()
        began = time.monotonic()
        converted = convert_form(workbook, "jahat.xlsx")
        assert time.monotonic() - began < 12
        assert not converted.ok
        assert next(item.level for item in converted.findings) == "error"

    def test_a_form_too_heavy_says_so(self, monkeypatch):
        monkeypatch.setattr(books, "CONVERT_WALL", 0.01)
        (finding,) = convert_form(form(GOOD), "berat.xlsx").findings
        assert finding.code == "xlsform.too_heavy"


def _bomb() -> bytes:
    out = io.BytesIO(form(GOOD))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"<row/>" * 20_000_000)
    return out.getvalue()


def _many_cells() -> bytes:
    out = io.BytesIO(form(GOOD))
    cells = b"".join(b"<c><v>%d</v></c>" % (number * 7919) for number in range(1_000_000))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/worksheets/sheet9.xml", b"<worksheet><sheetData><row>" + cells + b"</row></sheetData></worksheet>"
        )
    return out.getvalue()


def _wide_relevant() -> bytes:
    long = " and ".join("${a} = 'x'" for _ in range(2_000))
    rows = [["type", "name", "label", "relevant"], ["text", "a", "A", None]]
    rows += [["text", f"b{number}", "B", long] for number in range(200)]
    return from_rows({"survey": rows, "settings": [["form_id", "version", "form_title"], ["t", "1", ""]]})


class TestOdkValidate:
    """ODK Validate itself, on Java, as before every publish."""

    def test_it_finds_what_conversion_lets_pass_and_names_the_cell_of_each_form(self):
        rows = {
            "good": GOOD,
            "brackets": "| | text | a | A |\n| | calculate | b | | foo(${a} |",
            "function": "| | text | a | A |\n| | calculate | b | | foo(${a}) |",
            "cycle": "| | integer | a | A | ${b} + 1 |\n| | integer | b | B | ${a} + 1 |",
            "equals": "| | text | a | A |\n| | begin_group | g | G |\n"
            "| | text | b | B | | ${a} = = 'x' |\n| | end_group | | |",
        }
        books = {name: form(survey) for name, survey in rows.items()}
        converted = convert_forms([(data, name) for name, data in books.items()])
        assert all(item.ok for item in converted)
        found = validate_xforms([(item.xform, data) for item, data in zip(converted, books.values(), strict=True)])
        assert {
            name: [(finding.code, finding.place.address) for finding in findings]
            for name, findings in zip(rows, found, strict=True)
        } == {
            "good": [],
            "brackets": [("xlsform.brackets", "survey!D3")],
            "function": [("xlsform.unknown_function", "survey!D3")],
            "cycle": [("xlsform.cycle", "survey!D2"), ("xlsform.cycle", "survey!D3")],
            "equals": [("xlsform.bad_expression", "survey!E4")],
        }
        said = " ".join(str(finding.args) for findings in found for finding in findings)
        assert "javarosa" not in said
        assert "Exception" not in said

    def test_the_case_filter_of_a_follow_up_is_valid(self):
        survey = (
            "| | text | tampil | Tampil |\n| | select_one_from_file kasus_abh.csv | kasus_id | Kasus | | | "
            "selected(formulir, 'tes') or (${tampil} = 'semua' and terbuka = 'ya') or name = current()/../kasus_id |"
        )
        converted = convert_form(form(survey))
        assert converted.findings == ()
        assert validate_xform(converted.xform) == ()

    @pytest.mark.parametrize("setting", ["VALIDATE_WALL", "VALIDATE_CPU", "JAVA_MEMORY"])
    def test_an_end_without_a_verdict_is_not_checked_never_valid(self, monkeypatch, setting):
        monkeypatch.setattr(
            odk_validate, setting, {"VALIDATE_WALL": -1.99, "VALIDATE_CPU": -1, "JAVA_MEMORY": 2**28}[setting]
        )
        (finding,) = validate_xform("<a/>")
        assert (finding.code, finding.level) == ("xlsform.not_checked", "error")

    def test_what_is_no_form_is_refused(self):
        (finding,) = validate_xform("<a>")
        assert finding.code == "xlsform.validate"

    def test_no_forms_start_no_java(self):
        assert validate_xforms([]) == []

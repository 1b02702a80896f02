"""Rina, the admin of Kota Pasuruan, changes what is in force: what running cases still need, and whose name is
under each warning."""

import io
import json
import re
from collections.abc import Callable, Sequence

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from sqlalchemy import select

from forms.findings import Finding
from server.actions.bundle import Bundle, Upload, warning_key
from server.actions.publish import Published, check_bundle, publish_bundle, write_bundle
from server.problems import Problem
from server.store.forms import form_version
from server.store.projects import sop, sop_version
from tests.books import form, from_rows
from tests.office import XLSFORMS, Office
from tests.sending import answers_xml, intake, send

ABH = XLSFORMS / "abh"
Change = Callable[[Workbook], None]

pytestmark = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def column(book: Workbook, sheet: str, name: str) -> list:
    heads = [cell.value for cell in book[sheet][1]]
    return [row[heads.index(name)] for row in book[sheet].iter_rows(min_row=2)]


def put(sheet: str, row: str, name: str, value: str) -> Change:
    """One cell of the row with this name."""

    def change(book: Workbook) -> None:
        key = {"settings": "sop_id"}.get(sheet, "name")
        at = [cell.value for cell in column(book, sheet, key)].index(row)
        column(book, sheet, name)[at].value = value

    return change


def workbook(file: str, version: str | None, *changes: Change) -> Upload:
    book = openpyxl.load_workbook(ABH / file)
    for change in changes:
        change(book)
    if version:
        column(book, "settings", "version")[0].value = version
    out = io.BytesIO()
    book.save(out)
    return Upload(file, out.getvalue())


def check(office: Office, *uploads: Upload) -> tuple[Finding, ...]:
    return check_bundle(office.store, office.viewer("rina"), office.project, uploads).findings


def publish(office: Office, *uploads: Upload, accepted: Sequence[Finding] = (), by: str = "rina") -> Published:
    keys = [warning_key(finding) for finding in accepted]
    return publish_bundle(office.store, office.viewer(by), office.project, uploads, accepted=keys)


def refusal(office: Office, *uploads: Upload, accepted: Sequence[Finding] = ()) -> tuple[str, tuple[Finding, ...]]:
    with pytest.raises(Problem) as caught:
        publish(office, *uploads, accepted=accepted)
    return caught.value.code, caught.value.findings


def accepted_by(office: Office, version: str) -> list[tuple[str, str, int]]:
    """The ticks of an SOP version: code, cell and who."""
    query = select(sop_version.c.accepted).join(sop, sop.c.id == sop_version.c.sop_id)
    with office.store.read() as db:
        text = db.execute(query.where(sop.c.sop_id == "abh", sop_version.c.version == version)).scalar_one()
    return [(item["code"], item["at"], item["by"]) for item in json.loads(text)]


NO_BRAKE = put("steps", "s06", "max_visits", "")
NO_BRAKE_EITHER = put("steps", "s07", "max_visits", "")


def test_each_warning_needs_a_tick_once_and_again_when_it_says_something_else(office: Office) -> None:
    first = workbook("sop.xlsx", "2099.1", NO_BRAKE)
    code, (warning,) = refusal(office, first)
    assert (code, warning.code, warning.args["step"]) == ("form.warnings", "sop.E11", "s06")
    publish(office, first, accepted=[warning])
    rina = office.viewer("rina").id
    assert accepted_by(office, "2099.1") == [("sop.E11", "steps!L7", rina)]

    same_again = workbook("sop.xlsx", "2099.2", NO_BRAKE, put("steps", "s06", "limit", "4"))
    publish(office, same_again)
    assert accepted_by(office, "2099.2") == [("sop.E11", "steps!L7", rina)]

    another = workbook("sop.xlsx", "2099.3", NO_BRAKE, NO_BRAKE_EITHER)
    code, (new,) = refusal(office, another)
    assert (code, new.args["step"]) == ("form.warnings", "s07")


def test_a_remark_needs_no_tick(office: Office) -> None:
    doubled = workbook("sop.xlsx", "2099.1", lambda book: book["routes"].append(_row(book, "r16", "r16b")))
    assert ("sop.E09", "note") in {(finding.code, finding.level) for finding in check(office, doubled)}
    assert publish(office, doubled).bundle.unaccepted == ()


def _row(book: Workbook, name: str, new: str) -> list:
    names = [cell.value for cell in column(book, "routes", "name")]
    row = [cell.value for cell in list(book["routes"].iter_rows(min_row=2))[names.index(name)]]
    return [new if value == name else value for value in row]


def test_a_role_no_officer_holds_is_a_warning_with_its_step(office: Office) -> None:
    def judge(book: Workbook) -> None:
        book["roles"].append(["hakim", "Hakim", "Judge"])
        put("steps", "s08", "role", "hakim")(book)

    code, (warning,) = refusal(office, workbook("sop.xlsx", "2099.1", judge))
    assert (code, warning.code, warning.args["role"], warning.args["step"]) == (
        "form.warnings",
        "sop.E12",
        "hakim",
        "s08",
    )


def test_the_same_workbook_again_changes_nothing_and_another_of_the_same_version_is_refused(office: Office) -> None:
    same = [workbook("sop.xlsx", None), Upload("abh_arsip.xlsx", (ABH / "abh_arsip.xlsx").read_bytes())]
    assert {change.change for change in publish(office, *same).bundle.changes} == {"same"}
    code, findings = refusal(office, workbook("sop.xlsx", None, put("steps", "s06", "limit", "2")))
    (taken,) = [f for f in findings if f.code == "sop.version_taken"]
    version = str(taken.args["version"])
    assert (code, taken.place and taken.place.column) == ("bundle.invalid", "version")
    assert taken.args["next"] > version
    label = put("survey", "catatan_arsip", "label::Indonesian (id)", "Catatan lain")
    code, findings = refusal(office, workbook("abh_arsip.xlsx", None, label))
    assert "form.version_taken" in {f.code for f in findings}


def test_new_words_in_a_form_are_a_new_form_version_and_no_new_rules(office: Office) -> None:
    label = put("survey", "catatan_arsip", "label::Indonesian (id)", "Catatan lain")
    made = publish(office, workbook("abh_arsip.xlsx", "2099010101", label))
    assert [(change.kind, change.change) for change in made.bundle.changes] == [("form", "update")]
    with office.store.read() as db:
        versions = db.execute(
            select(sop_version.c.id).join(sop, sop.c.id == sop_version.c.sop_id).where(sop.c.sop_id == "abh")
        ).all()
    assert len(versions) == 1


def rename(old: str, new: str) -> Change:
    """A question and everything in its form that names it."""

    def change(book: Workbook) -> None:
        for row in book["survey"].iter_rows(min_row=2):
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = new if cell.value == old else cell.value.replace(f"${{{old}}}", f"${{{new}}}")

    return change


def renamed_rules(book: Workbook) -> None:
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str):
                    cell.value = (
                        "hasil_putusan"
                        if cell.value == "hasil_rj"
                        else cell.value.replace("${hasil_rj}", "${hasil_putusan}")
                    )


def with_renames(book: Workbook) -> None:
    page = book.create_sheet("renames")
    page.append(["form", "field", "new_field", "choice", "new_choice"])
    page.append(["abh_putusan_rj", "hasil_rj", "hasil_putusan", None, None])


def test_a_question_running_cases_need_is_kept_or_renamed_in_so_many_words(office: Office) -> None:
    phone = office.phone_url()
    case, xml = intake(office.schema("abh_laporan_awal"), jenis_masuk="undangan_rj")
    assert send(phone, xml).status == 201
    form = workbook("abh_putusan_rj.xlsx", "2099010101", rename("hasil_rj", "hasil_putusan"))
    rules = workbook("sop.xlsx", "2099.1", renamed_rules)

    found = check(office, form)
    (gone,) = [finding for finding in found if finding.code == "form.field_gone"]
    assert gone.args["nearest"] == "hasil_putusan"
    assert {"routes!C13", "routes!C14", "routes!C15"} <= {use.split()[-1] for use in str(gone.args["uses"]).split("; ")}
    code, findings = refusal(office, form, rules)
    (held,) = [finding for finding in findings if finding.code == "sop.E21"]
    assert (code, held.level, held.args["name"], held.args["cases"]) == ("bundle.invalid", "error", "hasil_rj", 1)
    assert held.args["numbers"] == office.case(case)["number"]

    publish(office, form, workbook("sop.xlsx", "2099.1", renamed_rules, with_renames))
    for form_id, answers in (
        ("abh_kunjungan_rumah", {"tgl_kegiatan": "2026-03-03"}),
        ("abh_putusan_rj", {"tgl_kegiatan": "2026-03-04", "hasil_putusan": "sepakat", "interval_monitoring": "7"}),
    ):
        schema = office.schema(form_id)
        xml = answers_xml(form_id, schema.version, {"kasus_id": case, **answers}, schema=schema)
        assert send(phone, xml).status == 201
    now = office.case(case)
    assert now["openSteps"] == ["s11"], now["waiting"]
    assert now["sopVersion"] != "2099.1"


def test_a_question_the_drawn_letter_reads_is_missed_on_the_cell_of_its_document(office: Office) -> None:
    form = workbook("abh_asesmen.xlsx", "2099010101", rename("masalah_utama", "pokok_masalah"))
    (gone,) = [finding for finding in check(office, form) if finding.code == "form.field_gone"]
    assert gone.args["nearest"] == "pokok_masalah"
    assert re.fullmatch(r"abh [\w.-]+ documents!\w\d+", str(gone.args["uses"]))

    def told(book: Workbook) -> None:
        with_renames(book)
        book["renames"].append(["abh_asesmen", "masalah_utama", "pokok_masalah", None, None])

    publish(office, form, workbook("sop.xlsx", "2099.1", told))


def test_one_form_may_not_come_in_two_files(office: Office) -> None:
    book = (ABH / "abh_arsip.xlsx").read_bytes()
    found = check(office, Upload("abh_arsip.xlsx", book), Upload("salinan.xlsx", book))
    (same,) = [finding for finding in found if finding.code == "bundle.same_form"]
    assert (same.args["file"], same.args["other"], same.args["name"]) == ("salinan.xlsx", "abh_arsip.xlsx", "abh_arsip")
    assert same.place is not None
    assert same.place.column == "form_id"


def test_two_files_that_give_their_forms_one_name_may_not_come_together(office: Office) -> None:
    book = from_rows({"survey": [["type", "name", "label"], ["text", "nama", "Nama"]]})
    found = check(office, Upload("Survei.xlsx", book, "utara"), Upload("Survei.xlsx", book, "selatan"))
    (same,) = [finding for finding in found if finding.code == "bundle.same_form"]
    assert (same.args["file"], same.args["other"], same.args["name"]) == (
        "selatan/Survei.xlsx",
        "utara/Survei.xlsx",
        "Survei",
    )


def test_a_question_may_not_change_its_kind(office: Office) -> None:
    number = put("survey", "hasil_rj", "type", "integer")
    found = check(office, workbook("abh_putusan_rj.xlsx", "2099010101", number))
    (retyped,) = [finding for finding in found if finding.code == "form.retyped"]
    assert (retyped.args["was"], retyped.args["now"], retyped.place and retyped.place.column) == (
        "select",
        "int",
        "type",
    )


def test_two_who_publish_one_version_at_once_never_give_it_two_texts(office: Office) -> None:
    def checked(title: str) -> Bundle:
        book = form("| | text | nama | Nama | | | | | | |", settings=f"| | uji_serentak | 1 | {title} |")
        return check_bundle(office.store, office.viewer("rina"), office.project, [Upload("uji.xlsx", book)])

    first, same, other = checked("Satu"), checked("Satu"), checked("Dua")
    for bundle in (first, same):
        write_bundle(office.store, office.viewer("rina"), office.project, bundle, draft=False)
    with pytest.raises(Problem) as refused:
        write_bundle(office.store, office.viewer("rina"), office.project, other, draft=False)
    assert refused.value.code == "form.version_taken"
    with office.store.read() as db:
        texts = set(db.execute(select(form_version.c.md5).where(form_version.c.title.in_(("Satu", "Dua")))).scalars())
    assert len(texts) == 1

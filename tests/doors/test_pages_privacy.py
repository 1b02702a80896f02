"""Who reads what on the pages of one case: whoever works on it reads what the work needs, others give a reason
(decision 36).

Sri leads the case of Rizki. Tono works in the same office, on other cases; Dewi counts; Hadi answers for the section.
"""

import io
from collections.abc import Iterator

import pytest
from openpyxl import load_workbook

from tests.browsing import Visitor, signed_in
from tests.doors.test_publish_checks import workbook
from tests.office import Office
from tests.photos import jpeg
from tests.reads import readings
from tests.sending import follow_up, intake, send

CHILD = {
    "nama_lengkap": "Rizki Aditya Pratama",
    "nik": "3575014102110003",
    "alamat": "Jalan Melati 7",
    "patokan": "belakang Toko Makmur",
    "pelapor_hp": "081234567890",
    "jenis_perbuatan": "pencurian",
    "kelurahan": "35.75.01.1001",
}
FOUND = {
    "kronologi": "Dipukul ayah tirinya",
    "hamil": "tidak",
    "lokasi": "-7.645678 112.907654 0 5",
    "berat_tindakan": "berat",
    "catatan_rahasia": "Tante bersedia menampung",
    "foto_wajah": "wajah.jpg",
    "foto_luka": "luka.jpg",
}
NAME, NIK, PLACE = "Rizki Aditya Pratama", "3575014102110003", "7.6456"
NEEDED = (NAME, "Jalan Melati 7", "Toko Makmur", "081234567890", "Dipukul", "ditelepon")
RESTRICTED = (NIK, PLACE, "Tante")
TABS = ("history", "answers", "files", "records", "decisions")


@pytest.fixture
def case(office: Office) -> Iterator[str]:
    """The case Sri leads: reported, assessed, with a note."""
    phone = office.phone_url()
    key, first = intake(office.schema("abh_laporan_awal"), **CHILD)
    assert send(phone, first).status == 201
    assert office.act("hadi", key, "assign", assignee="sri@pasuruan.test").status == 200
    found = follow_up(office.schema("abh_asesmen"), key, FOUND, instance="uuid:asesmen")
    assert send(phone, found, {"wajah.jpg": jpeg(), "luka.jpg": jpeg()}).status == 201
    assert office.act("sri", key, "note", text="ibunya sudah ditelepon").status == 200
    return key


def seen(reader: Visitor, case: str) -> str:
    pages = [reader.read(f"/kasus/{case}?bagian={tab}").source for tab in TABS]
    pages.append(reader.read(f"/kasus/{case}/coba-jawaban").source)
    return "\n".join(pages)


def words(text: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in wanted if word in text)


def test_who_leads_a_case_reads_what_the_work_needs_and_others_read_whose_case_it_is(office: Office, case: str) -> None:
    for who in ("sri", "hadi", "rina"):
        text = seen(signed_in(office, who), case)
        assert words(text, NEEDED + RESTRICTED) == NEEDED, who
        assert "3575********0003" in text
    assert words(seen(signed_in(office, "tono"), case), NEEDED + RESTRICTED) == (NAME,)
    assert words(seen(signed_in(office, "dewi"), case), NEEDED + RESTRICTED) == ()


def test_who_is_given_the_case_reads_it_from_then_on_and_who_gave_it_away_no_longer(office: Office, case: str) -> None:
    tono = signed_in(office, "tono")
    assert "Dipukul" not in seen(tono, case)
    assert office.act("hadi", case, "assign", assignee="tono@pasuruan.test").status == 200
    assert words(seen(tono, case), NEEDED) == NEEDED


def test_a_reason_opens_the_case_once_and_is_noted(office: Office, case: str) -> None:
    tono = signed_in(office, "tono")
    tono.read(f"/kasus/{case}?bagian=answers")
    page = tono.fill(f"/kasus/{case}/buka?bagian=answers", {"alasan": " "})
    assert page.status == 400
    assert page.errors == [("alasan-buka", "Tulis alasannya dulu.")]
    whole = tono.fill(f"/kasus/{case}/buka?bagian=answers", {"alasan": "menggantikan Sri malam ini"})
    assert words(whole.source, (NAME, NIK, "Dipukul", "Tante")) == (NAME, NIK, "Dipukul", "Tante")
    last = readings(office.store)[-1]
    assert (last.what, last.case_id) == (f"unmasked:{case} menggantikan Sri malam ini", case)
    assert NIK not in tono.read(f"/kasus/{case}?bagian=answers").source
    # Its files open from the page that was opened, for that person alone.
    files = tono.fill(f"/kasus/{case}/buka?bagian=files", {"alasan": "menggantikan Sri malam ini"})
    (wound,) = files.tree.xpath("//a[contains(@href, 'luka.jpg')]/@href")
    assert tono.ask("GET", wound).status == 200
    assert readings(office.store)[-1].what == "unmasked:uuid:asesmen luka.jpg"
    for other in (signed_in(office, "dewi"), tono):
        assert other.ask("GET", wound.split("?")[0]).status == 403
    assert signed_in(office, "dewi").ask("GET", wound).status == 403


def test_a_submission_is_read_as_its_case(office: Office, case: str) -> None:
    (sent,) = {
        link
        for link in signed_in(office, "sri").read(f"/kasus/{case}?bagian=answers").links("/kiriman/")
        if "Dipukul" in signed_in(office, "sri").read(link).source
    }
    assert "Dipukul" not in signed_in(office, "tono").read(sent).source
    assert "Dipukul" in signed_in(office, "hadi").read(sent).source
    photos = {
        who: [signed_in(office, who).ask("GET", f"{sent}/berkas/{name}").status for name in ("wajah.jpg", "luka.jpg")]
        for who in ("sri", "tono", "dewi")
    }
    assert photos == {"sri": [200, 403], "tono": [200, 403], "dewi": [403, 403]}


def test_a_file_no_answer_names_opens_to_who_works_on_the_case(office: Office, case: str) -> None:
    stray = follow_up(office.schema("abh_asesmen"), case, {}, instance="uuid:lampiran")
    assert send(office.phone_url("Ponsel lain"), stray, {"rumah.jpg": jpeg()}).status == 201
    here = f"/v1/projects/{office.project}/forms/abh_asesmen/submissions/uuid:lampiran/attachments/rumah.jpg"
    (page,) = {
        link
        for link in signed_in(office, "sri").read(f"/kasus/{case}?bagian=files").links("/kiriman/")
        if "rumah.jpg" in link
    }
    for who, status in (("sri", 200), ("hadi", 200), ("tono", 403), ("dewi", 403)):
        assert signed_in(office, who).ask("GET", page).status == status, who
        assert office.as_(who).get(here).status == status, who


def test_programs_get_one_case_as_its_page_shows_it(office: Office, case: str) -> None:
    here = f"/v1/projects/{office.project}/cases/{case}"
    told = {who: office.as_(who).get(here).text for who in ("sri", "tono", "dewi", "hadi")}
    assert words(told["hadi"], (NAME, NIK, "Dipukul")) == (NAME, NIK, "Dipukul")
    assert words(told["sri"], (NAME, NIK, "Dipukul", "ditelepon")) == (NAME, "Dipukul", "ditelepon")
    assert words(told["tono"], (NAME, NIK, "Dipukul", "ditelepon", "pencurian")) == (NAME,)
    assert words(told["dewi"], (NAME, NIK, "Dipukul", "ditelepon")) == ()
    assert "Dipukul" in office.as_("tono").get(here, **{"X-Action-Notes": "menggantikan Sri"}).text


def test_two_cases_that_may_be_one_childs_show_their_faces_beside_each_other(office: Office, case: str) -> None:
    phone = office.phone_url("Ponsel Tono", "tono")
    other, again = intake(office.schema("abh_laporan_awal"), **{**CHILD, "nik": "3575014102110103"})
    assert send(phone, again).status == 201
    seen_again = follow_up(
        office.schema("abh_asesmen"), other, {**FOUND, "foto_wajah": "muka.jpg"}, instance="uuid:dua"
    )
    assert send(phone, seen_again, {"muka.jpg": jpeg(), "luka.jpg": jpeg()}).status == 201
    hadi, dewi = signed_in(office, "hadi"), signed_in(office, "dewi")
    page = hadi.read(f"/kasus/{case}/banding?dengan={other}")
    photos = page.tree.xpath("//img[@class='pair__photo']/@src")
    assert [link.rpartition("/")[2] for link in photos] == ["wajah.jpg", "muka.jpg"]
    assert [hadi.ask("GET", link).status for link in photos] == [200, 200]
    # Two numbers that begin and end alike are hidden, and still told apart.
    (row,) = page.tree.xpath("//tr[th[starts-with(normalize-space(), 'NIK')]]")
    assert "3575********0003" in row.text_content()
    assert "3575********0103" in row.text_content()
    assert row.xpath(".//*[@class='pair__same']") == []
    counted = dewi.read(f"/kasus/{case}/banding?dengan={other}")
    assert words(counted.source, (NAME, NIK, "wajah.jpg", "muka.jpg")) == ()
    photos = counted.tree.xpath("//tr[th[normalize-space()='Foto']]")[0].text_content()
    assert (photos.count("disamarkan"), "tidak ada foto" in photos) == (2, False)


def test_what_no_form_asks_any_more_stays_as_hidden_as_it_was(office: Office, case: str) -> None:
    told = follow_up(office.schema("abh_asesmen"), case, {"keluhan": "Takut pulang"}, instance="uuid:lanjutan")
    assert send(office.phone_url("Ponsel lain"), told).status == 201
    book = load_workbook(io.BytesIO(workbook("abh_asesmen.xlsx", "2099010101").data))
    survey = book["survey"]
    names = [str(cell.value) for cell in survey["B"]]
    assert survey.cell(1, 2).value == "name"
    survey.delete_rows(names.index("keluhan") + 1)
    out = io.BytesIO()
    book.save(out)
    rina, form = office.as_("rina"), f"/v1/projects/{office.project}/forms/abh_asesmen"
    sheet = {"Content-Type": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    for answer in (
        rina.ask("POST", f"{form}/draft?ignoreWarnings=true", out.getvalue(), sheet),
        rina.post(f"{form}/draft/publish"),
    ):
        assert answer.status == 200, answer.text
    assert office.schema("abh_asesmen").by_name("keluhan") is None
    here = f"/v1/projects/{office.project}/cases/{case}"
    found = {who: "Takut pulang" in office.as_(who).get(here).text for who in ("sri", "tono", "dewi", "hadi")}
    assert found == {"sri": True, "tono": False, "dewi": False, "hadi": True}


def test_what_reviewers_note_is_read_as_the_answers_it_is_about(office: Office, case: str) -> None:
    here = f"/v1/projects/{office.project}/forms/abh_asesmen/submissions/uuid:asesmen/comments"
    assert office.as_("hadi").post(here, {"body": "Ibunya juga dipukul"}).status == 200
    (sent,) = (
        link
        for link in signed_in(office, "sri").read(f"/kasus/{case}?bagian=answers").links("/kiriman/")
        if "juga dipukul" in signed_in(office, "sri").read(link).source
    )
    told = {
        who: ("juga dipukul" in signed_in(office, who).read(sent).source, "juga" in office.as_(who).get(here).text)
        for who in ("sri", "hadi", "tono", "dewi")
    }
    assert told == {"sri": (True, True), "hadi": (True, True), "tono": (False, False), "dewi": (False, False)}
    tono = signed_in(office, "tono")
    tono.read(sent)
    assert "juga dipukul" in tono.fill(f"{sent}/buka", {"alasan": "menggantikan Sri"}).source
    assert "juga" in office.as_("tono").get(here, **{"X-Action-Notes": "menggantikan Sri"}).text


def test_programs_read_one_submission_and_one_row_as_pages_show_them(office: Office, case: str) -> None:
    here = f"/v1/projects/{office.project}/forms/abh_asesmen/submissions/uuid:asesmen"
    edited = follow_up(
        office.schema("abh_asesmen"), case, {**FOUND, "kronologi": "Dipukul pamannya"}, instance="uuid:asesmen-2"
    )
    edited = edited.replace(b"</meta>", b"<deprecatedID>uuid:asesmen</deprecatedID></meta>")
    assert send(office.phone_url("lain"), edited, {"wajah.jpg": jpeg(), "luka.jpg": jpeg()}).status == 201
    for who, face, changes, address in (
        ("sri", 200, True, True),
        ("tono", 200, False, False),
        ("dewi", 403, False, False),
        ("hadi", 200, True, True),
    ):
        program = office.as_(who)
        assert program.get(f"{here}/attachments/wajah.jpg").status == face, who
        assert ("pamannya" in program.get(f"{here}/diffs").text) == changes, who
        row = program.get(f"/v1/projects/{office.project}/datasets/kasus_abh/entities/{case}").text
        assert ("pencurian" in row) == address, (who, row)


def test_a_number_is_found_whole_and_never_by_trying_its_beginnings(office: Office, case: str) -> None:
    def found(who: str, q: str) -> tuple[bool, int]:
        page = signed_in(office, who).read(f"/kasus?q={q}")
        return bool(page.links(f"/kasus/{case}")), len(office.as_(who).get(f"{cases}?q={q}").json)

    cases = f"/v1/projects/{office.project}/cases"
    number = office.case(case)["number"]
    for who in ("tono", "hadi"):
        assert found(who, NIK) == (True, 1)
        assert found(who, NIK[:9]) == (False, 0)
        assert found(who, "rizki") == (True, 1)
    for q in (number, number.rpartition("-")[2]):
        assert found("dewi", q) == (True, 1), q
    for q in (NIK, NIK[:9], "rizki", f"{number} rizki"):
        assert found("dewi", q) == (False, 0), q


def test_whom_a_case_is_put_in_front_of_reads_it_until_it_is_done(office: Office, case: str) -> None:
    tono = signed_in(office, "tono")
    assert office.act("tono", case, "task", text="Antar", assignee="tono@pasuruan.test").status == 200
    assert "Dipukul" not in seen(tono, case)
    assert office.act("sri", case, "task", text="Antar ke puskesmas", assignee="tono@pasuruan.test").status == 200
    assert words(seen(tono, case), NEEDED) == NEEDED
    tasks = office.as_("sri").get(f"/v1/projects/{office.project}/cases/{case}").json["tasks"]
    (given,) = (one["id"] for one in tasks if one["text"] == "Antar ke puskesmas")
    assert office.act("tono", case, "task_done", task=given).status == 200
    assert "Dipukul" not in seen(tono, case)


def test_nobody_reads_what_others_wrote_by_sending_something_in_its_place(office: Office, case: str) -> None:
    here = f"/v1/projects/{office.project}/forms/abh_asesmen/submissions/uuid:asesmen"
    blank = follow_up(office.schema("abh_asesmen"), case, {}, instance="uuid:asesmen-3")
    blank = blank.replace(b"</meta>", b"<deprecatedID>uuid:asesmen</deprecatedID></meta>")
    tono = office.as_("tono")
    assert tono.ask("PUT", here, blank, {"Content-Type": "application/xml"}).status == 200
    (sent,) = {
        link
        for link in signed_in(office, "hadi").read(f"/kasus/{case}?bagian=answers").links("/kiriman/")
        if "Dipukul" in signed_in(office, "hadi").read(link).source
    }
    reader = signed_in(office, "tono")
    assert "Dipukul" not in reader.read(sent).source + reader.read(f"{sent}?revisi=1").source

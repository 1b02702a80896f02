"""Letters of a case: written from the office's own sheets, held, voided, looked at again, corrected (26, 34, 35)."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from reports import letters
from server.queries import documents as queries
from server.queries.definitions import definitions_of
from server.queries.documents import DocumentLine
from server.queries.tasks_page import tasks_page
from server.store.documents import document
from server.work.worker import Runtime, run_once
from tests.doors.test_tuna_susila_stories import assessed, decide, finish, taken_in
from tests.office import KOTA_PANGKALPINANG, Office, opened
from tests.officer import Officer
from tests.papers import read
from tests.world import Clock, Databases

REFUSED = {
    "disposisi": "tidak",
    "keputusan": "ditolak",
    "alasan_tolak": "luar_wilayah",
    "alasan": "Warga Kabupaten Bangka.",
    "rujuk_ke": "dinsos_babel",
}


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def office(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KOTA_PANGKALPINANG, kind, databases, tmp_path / "office", clock, request)


@pytest.fixture
def nurul(office: Office) -> Officer:
    return Officer(office, "Ponsel Nurul", sop="tuna_susila", who="nurul")


@pytest.fixture
def refused(nurul: Officer, office: Office) -> str:
    """Mawar's case, refused by Yusuf: the letter of refusal is owed."""
    case = taken_in(nurul, "Mawar", pelapor_nama="Bu Lurah", anonim="tidak", jenis_masuk="laporan_lisan")
    assessed(nurul, case)
    decide(office, case, **REFUSED)
    return case


def lines(office: Office, case: str) -> tuple[DocumentLine, ...]:
    return queries.of_case(office.store, office.viewer("linda"), office.project, case)


def text_of(office: Office, line: DocumentLine) -> str:
    """What stands on the paper, as it is laid out."""
    with office.store.read() as db:
        row = db.execute(select(document).where(document.c.id == line.id)).one()
    values = json.loads(row.values)
    values["surat"]["alamat_periksa"] = ""
    pages = read(letters.render(row.template.partition("@")[0], values))
    return " ".join(" ".join(page.text for page in pages).split())


def checked(office: Office, line: DocumentLine) -> str:
    with office.store.read() as db:
        code = db.execute(select(document.c.check_code).where(document.c.id == line.id)).scalar_one()
    return office.as_(None).get(f"/periksa/{code}").text


def act(office: Office, who: str, case: str, **body: object) -> tuple[int, str]:
    answer = office.act(who, case, "document", **body)
    return answer.status, answer.json.get("details", {}).get("problem", "")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_the_refusal_brings_its_letter_with_number_signer_and_reason(office: Office, refused: str) -> None:
    (line,) = lines(office, refused)
    assert (line.kind, line.number, line.status) == ("surat_penolakan", "400.9.4.2/001/DINSOS/2026", "waiting")
    said = text_of(office, line)
    for part in (
        "PEMERINTAH KOTA PANGKAL PINANG DINAS SOSIAL",
        "Nomor : 400.9.4.2/001/DINSOS/2026",
        "Sifat : Rahasia",
        "Yth.",
        "Jawaban atas Laporan dan Rujukan",
        "Warga Kabupaten Bangka.",
        "KEPALA BIDANG REHABILITASI SOSIAL",
        "Tembusan:",
    ):
        assert part in said, part
    assert "Mawar" not in said
    while run_once(Runtime(office.store, "https://alur.test")):
        pass
    (line,) = lines(office, refused)
    assert line.status == "ready"
    events = [e["data"] for e in office.case(refused)["events"] if e["type"] == "document"]
    assert [(e["step"], e["data"]["document"], e["data"]["action"]) for e in events] == [
        ("s03", "surat_penolakan", "issued")
    ]
    assert [paper["issued"] for paper in office.case(refused)["papers"]] == [True]


def test_the_hand_over_has_its_record_and_gaps_are_marked(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Anggrek")
    assessed(nurul, case)
    decide(office, case)
    finish(nurul, case, p2_nama="Hj. Aminah", p2_alamat="", ciri_serah="")
    record = next(line for line in lines(office, case) if line.kind == "ba_serah_terima")
    said = text_of(office, record)
    for part in ("BERITA ACARA SERAH TERIMA KLIEN", "PIHAK KEDUA,", "Hj. Aminah", "Mengetahui,", "Saksi,"):
        assert part in said, part
    assert "(…… ciri serah ……)" in said
    assert record.number == "400.9.4.2/001/BA/2026"


def test_a_receipt_is_written_on_request_and_speaks_of_the_report_only(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Melati Putri", pelapor_nama="Bu Lurah", anonim="tidak")
    assert act(office, "nurul", case, document="tanda_terima", action="issued") == (200, "")
    (line,) = lines(office, case)
    said = text_of(office, line)
    assert "TANDA TERIMA LAPORAN" in said
    assert "Melati" not in said
    assert act(office, "nurul", case, document="tanda_terima", action="issued", id="x") == (200, "")
    assert len(lines(office, case)) == 1


def test_a_letter_written_outside_is_noted_with_its_number(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Dahlia")
    assessed(nurul, case)
    wanted = {"document": "lembar_disposisi", "action": "issued"}
    assert act(office, "nurul", case, **wanted) == (409, "case.paper_by_hand")
    assert act(office, "nurul", case, **wanted, number="0007/DISP/DINSOS/III/2026", on="2026-03-03") == (200, "")
    event = office.case(case)["events"][-1]["data"]
    assert (event["step"], event["data"]["number"]) == ("s03", "0007/DISP/DINSOS/III/2026")
    assert lines(office, case) == ()


def test_incoming_papers_are_received_and_nothing_else(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Kenanga")
    assert act(office, "nurul", case, document="ktp_kk", action="received", on="2026-03-02") == (200, "")
    assert act(office, "nurul", case, document="ktp_kk", action="issued") == (400, "case.paper_direction")
    assert act(office, "nurul", case, document="tanda_terima", action="received") == (400, "case.paper_direction")
    assert act(office, "nurul", case, document="surat_cinta", action="issued") == (400, "request.bad_value")
    assert act(office, "nurul", case, document="ktp_kk", action="burnt") == (400, "request.bad_value")
    assert act(office, "nurul", case, document="ktp_kk", action="received", visit="dua") == (400, "request.bad_type")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_voided_letter_keeps_its_number_and_its_page_says_so(office: Office, refused: str) -> None:
    wanted = {"document": "surat_penolakan", "action": "voided"}
    assert act(office, "yusuf", refused, **wanted, reason="salah alamat") == (403, "access.denied")
    assert act(office, "linda", refused, **wanted) == (400, "case.reason_required")
    assert act(office, "linda", refused, **wanted, reason="salah alamat") == (200, "")
    (line,) = lines(office, refused)
    assert (line.status, line.void_reason, line.number) == ("cancelled", "salah alamat", "400.9.4.2/001/DINSOS/2026")
    assert "BATAL" in checked(office, line)
    assert [paper["issued"] for paper in office.case(refused)["papers"]] == [False]
    assert act(office, "linda", refused, **wanted, reason="lagi") == (409, "case.no_paper")
    assert act(office, "linda", refused, document="surat_penolakan", action="issued") == (200, "")
    assert [(line.status, line.number) for line in lines(office, refused)] == [
        ("cancelled", "400.9.4.2/001/DINSOS/2026"),
        ("waiting", "400.9.4.2/002/DINSOS/2026"),
    ]


def test_a_correction_says_what_it_was_what_it_is_and_why(office: Office, refused: str) -> None:
    body = {
        "document": "surat_penolakan",
        "action": "corrected",
        "reason": "ejaan nama instansi",
        "changes": [{"what": "Alasan", "old": "Warga Kabupaten Bangka.", "new": "Warga Kabupaten Bangka Tengah."}],
    }
    assert act(office, "linda", refused, **{**body, "changes": []}) == (400, "request.missing")
    assert act(office, "linda", refused, **body) == (200, "")
    old, new = lines(office, refused)
    assert (old.status, new.correction) == ("replaced", 1)
    assert new.number == "400.9.4.2/001/DINSOS/2026 (Perbaikan ke-1)"
    said = text_of(office, new)
    assert "PERBAIKAN KE-1 atas surat Nomor 400.9.4.2/001/DINSOS/2026 tanggal 3 Maret 2026" in said
    assert "Warga Kabupaten Bangka Tengah." in said
    assert "PERBAIKAN" not in text_of(office, old)
    assert "Sudah diganti" in checked(office, old)
    assert act(office, "linda", refused, **body) == (200, "")
    assert [line.number for line in lines(office, refused)][-1].endswith("(Perbaikan ke-2)")


def test_a_letter_whose_decision_is_turned_is_looked_at_again(office: Office, nurul: Officer, refused: str) -> None:
    """The case is opened again at the assessment after the refusal went out: a supervisor decides on the letter."""
    assert office.act("linda", refused, "reopen", step="s03", reason="keberatan diterima").status == 200
    answer = office.act("yusuf", refused, "decision", step="s03", answers={"disposisi": "ya", "keputusan": "diterima"})
    assert answer.status == 200, answer.text
    assert (
        act(office, "linda", refused, document="surat_penolakan", action="kept", reason="tetap berlaku", visit=1)[0]
        == 200
    )
    (line,) = lines(office, refused)
    assert (line.status, line.review) == ("waiting", None)


def test_an_edit_that_takes_the_refusal_back_marks_its_letter(office: Office, nurul: Officer) -> None:
    """Nurul fills the head's decision on her phone from his slip, wrongly, and corrects it."""
    case = taken_in(nurul, "Seruni")
    assessed(nurul, case)
    nurul.phone.sync()
    slip = nurul.follow("disposisi", case, **REFUSED)
    (line,) = lines(office, case)
    assert line.review is None
    nurul.send(nurul.phone.edit_sent(slip, {"disposisi": "ya", "keputusan": "diterima"}))
    (line,) = lines(office, case)
    assert (line.status, line.review) == ("waiting", "gone")
    rows = tasks_page(office.store, office.viewer("linda"), definitions_of(office.store)).rows
    assert [(row.kind, row.args["number"]) for row in rows if row.kind == "paper_review"] == [
        ("paper_review", "400.9.4.2/001/DINSOS/2026")
    ]
    assert act(office, "linda", case, document="surat_penolakan", action="voided", reason="keliru isi") == (200, "")
    rows = tasks_page(office.store, office.viewer("linda"), definitions_of(office.store)).rows
    assert [row for row in rows if row.kind == "paper_review"] == []

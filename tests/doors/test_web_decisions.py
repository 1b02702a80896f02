"""Heads of division decide on the web: asked and refused as on a phone, and every phone learns of it."""

import time
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from forms import values
from server.problems import Problem
from server.queries.answerable import Answerable, questions
from server.sop.events import Event
from server.store import cases
from server.store.entities import EntityRow, read_entity
from server.store.schema import loads
from tests.browsing import signed_in
from tests.office import KAB_LUMAJANG, KOTA_PANGKALPINANG, Office, opened
from tests.officer import Officer, entity_of
from tests.world import Clock, Databases

REFUSED: Mapping[str, object] = {
    "disposisi": "tidak",
    "keputusan": "ditolak",
    "alasan_tolak": ["luar_wilayah", "bukan_ppks"],
    "alasan": "Ia warga kota lain dan ingin pulang.",
    "rujuk_ke_lain": "Dinas Sosial Kabupaten Bangka Tengah",
}
ACCEPTED: Mapping[str, object] = {"disposisi": "ya", "keputusan": "diterima"}
DECIDED = "tuna_susila_disposisi"


@pytest.fixture
def pangkalpinang(
    databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KOTA_PANGKALPINANG, "sqlite", databases, tmp_path / "office", clock, request)


@pytest.fixture
def lumajang(databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest) -> Iterator[Office]:
    yield from opened(KAB_LUMAJANG, "sqlite", databases, tmp_path / "office", clock, request)


@pytest.fixture
def melati(pangkalpinang: Office) -> str:
    """A woman of 24, assessed by Nurul as urgent; Yusuf, the head of division, decides next."""
    nurul = Officer(pangkalpinang, "Ponsel Nurul", sop="tuna_susila", who="nurul")
    told: dict[str, object] = {"nama_lengkap": "Melati", "inisial": "M.", "jk": "P", "berkas_lengkap": "ya"}
    told |= {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": 24, "ancaman_segera": "tidak"}
    record = nurul.fill("tuna_susila_laporan_awal", {**told, "perlu_medis": "tidak", "kanal": "telepon"})
    nurul.send(record)
    case = entity_of(record)
    nurul.later().follow("asesmen_awal", case, darurat="ya", perlu_pengamanan="tidak")
    return case


def asked(office: Office, case: str, given: Mapping[str, object], step: str = "s03", who: str = "yusuf") -> Answerable:
    return questions(office.store, office.viewer(who), office.project, case, step, given)


def names(found: Answerable) -> list[str]:
    return [question.name for question in found.questions]


def decided(office: Office, case: str) -> Event:
    """The decision as it is kept."""
    c = cases.event.c
    with office.store.read() as db:
        row = db.execute(select(c.effective, c.data).where(c.case_id == case, c.type == "decision")).one()
    data = loads(row.data)
    answers = values.from_json(data["answers"])
    assert isinstance(answers, dict)
    return Event("", "decision", date.fromisoformat(row.effective), office.clock(), answers=answers)


def decided_yet(office: Office, case: str) -> bool:
    return "s03" not in office.case(case)["openSteps"]


def row_on_phones(office: Office, case: str) -> EntityRow:
    with office.store.read() as db:
        found = read_entity(db, case)
    assert found is not None
    return found


# --- what is asked -------------------------------------------------------------------------------


def test_yusuf_is_asked_for_grounds_only_when_he_refuses(pangkalpinang: Office, melati: str) -> None:
    fresh = names(asked(pangkalpinang, melati, {}))
    assert "disposisi" in fresh
    assert not {"kasus_id", "tampil", "alasan_tolak", "alasan", "rujuk_ke_lain"} & set(fresh)
    refusing = names(asked(pangkalpinang, melati, {"disposisi": "tidak"}))
    assert {"alasan_tolak", "alasan", "rujuk_ke", "rujuk_ke_lain"} <= set(refusing)
    elsewhere = asked(pangkalpinang, melati, {"disposisi": "tidak", "rujuk_ke": "lks_a"})
    assert "rujuk_ke_lain" not in names(elsewhere)


def test_the_choices_follow_what_was_answered_before(pangkalpinang: Office, melati: str) -> None:
    def offered(**given: object) -> list[str]:
        found = asked(pangkalpinang, melati, given)
        return next([value for value, _ in one.choices] for one in found.questions if one.name == "keputusan")

    assert offered() == []
    assert offered(disposisi="ya") == ["diterima"]
    assert offered(disposisi="tidak") == ["ditolak", "dirujuk", "duplikat"]


def test_the_page_says_in_both_languages_what_the_case_already_knows(pangkalpinang: Office, melati: str) -> None:
    by_name = {question.name: question for question in asked(pangkalpinang, melati, {}).questions}
    summary = by_name["ringkasan"]
    assert summary.note
    assert "darurat: ya; perlu pengamanan: tidak" in summary.labels["Indonesian (id)"]
    assert "emergency: ya; protection needed: tidak" in summary.labels["English (en)"]
    assert by_name["tgl_kegiatan"].value == pangkalpinang.clock().astimezone().date().isoformat()
    assert by_name["ttd_keputusan"].phone_only
    assert by_name["disposisi"].group is not None
    assert by_name["disposisi"].group.labels["Indonesian (id)"] == "Disposisi"
    assert asked(pangkalpinang, melati, {}).on_phones == ()


def test_what_may_stay_blank_keeps_out_of_the_way_of_the_decision(pangkalpinang: Office, melati: str) -> None:
    page = signed_in(pangkalpinang, "yusuf").read(f"/kasus/{melati}")
    (folded,) = page.tree.xpath("//details[.//*[@id and contains(@id, 'bahasa_wawancara')]]")
    assert "Petugas dan waktu (boleh kosong)" in folded.text_content()
    assert "open" not in folded.attrib
    assert not folded.xpath(".//*[contains(@id, 'disposisi')]"), "what decides is in sight"
    assert "Pilihannya muncul setelah pertanyaan di atas dijawab." in page.text


def test_the_questions_come_quickly_and_only_to_the_office(pangkalpinang: Office, melati: str) -> None:
    asked(pangkalpinang, melati, {})
    began = time.process_time()
    asked(pangkalpinang, melati, REFUSED)
    assert time.process_time() - began < 0.25
    with pytest.raises(Problem, match=r"request\.not_found"):
        asked(pangkalpinang, melati, {}, who="bambang")
    with pytest.raises(Problem, match=r"case\.step_not_open"):
        asked(pangkalpinang, melati, {}, "s05")


def test_a_program_asks_the_same_in_its_own_language(pangkalpinang: Office, melati: str) -> None:
    path = f"/v1/projects/{pangkalpinang.project}/cases/{melati}/questions?lang=en"
    answers = {"disposisi": "tidak", "alasan_tolak": ["luar_wilayah"]}
    told = pangkalpinang.as_("yusuf").post(path, {"step": "s03", "answers": answers})
    assert told.status == 200, told.text
    shown = {one["name"]: one for one in told.json["questions"]}
    assert shown["alasan_tolak"]["value"] == "luar_wilayah"
    assert shown["keputusan"]["choices"][0] == {"value": "ditolak", "label": "Refused"}
    assert [one["message"] for one in told.json["errors"]] == [
        "Decision in detail: not answered yet.",
        "Reason in words: not answered yet.",
        "Other competent authority: not answered yet.",
    ]
    assert decided_yet(pangkalpinang, melati) is False


# --- what is refused -----------------------------------------------------------------------------


def test_a_refusal_without_grounds_is_sent_back_question_by_question(pangkalpinang: Office, melati: str) -> None:
    before = pangkalpinang.case(melati)
    answers = {"disposisi": "tidak", "keputusan": "ditolak"}
    refused = pangkalpinang.act("yusuf", melati, "decision", step="s03", answers=answers)
    assert refused.status == 400
    found = {one["field"]: one["message"] for one in refused.json["details"]["findings"]}
    assert found == {
        "alasan_tolak": "Alasan penolakan: belum diisi.",
        "alasan": "Uraian alasan: belum diisi.",
        "rujuk_ke_lain": "Pihak lain yang lebih berwenang: belum diisi.",
    }
    assert pangkalpinang.case(melati) == before


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"keputusan": "ditolak"}, "keputusan", 'Keputusan: pilihan "ditolak" tidak tersedia.'),
        ({"tenggat": "besok"}, "tenggat", 'Tenggat: isian "besok" tidak sesuai jenisnya.'),
        ({"tenggat": "2020-01-01"}, "tenggat", "Tenggat: Tidak boleh sebelum tanggal keputusan."),
        ({"tgl_kegiatan": "2099-01-01"}, "tgl_kegiatan", "Tanggal kegiatan: Tanggal tidak boleh setelah hari ini."),
        ({"instruksi": "proses terbang"}, "instruksi", 'Instruksi: pilihan "proses terbang" tidak tersedia.'),
        ({"usulan_kasus": "diterima"}, "usulan_kasus", "usulan_kasus: tidak ditanyakan di formulir ini."),
        ({"warna": "biru"}, "warna", "warna: tidak ditanyakan di formulir ini."),
    ],
)
def test_an_answer_the_phone_would_refuse_is_refused_with_the_forms_own_words(
    pangkalpinang: Office, melati: str, wrong: Mapping[str, object], field: str, said: str
) -> None:
    refused = pangkalpinang.act("yusuf", melati, "decision", step="s03", answers={**ACCEPTED, **wrong})
    assert refused.status == 400
    assert [(one["field"], one["message"]) for one in refused.json["details"]["findings"]] == [(field, said)]


# --- what is kept --------------------------------------------------------------------------------


def test_several_grounds_are_kept_and_what_was_hidden_is_not(pangkalpinang: Office, melati: str) -> None:
    answers = {**REFUSED, "instruksi": "koordinasi arsipkan"}
    given = pangkalpinang.act("yusuf", melati, "decision", step="s03", answers=answers)
    assert given.status == 200, given.text
    kept = decided(pangkalpinang, melati).answers
    assert kept["alasan_tolak"] == "luar_wilayah bukan_ppks"
    assert kept["instruksi"] == "koordinasi arsipkan"
    assert kept["darurat_kasus"] == "ya"
    assert kept["tgl_kegiatan"] == pangkalpinang.clock().astimezone().date()
    assert not {"kasus_id", "tampil", "ringkasan", "ttd_keputusan", "deviceid"} & kept.keys()


def test_grounds_typed_before_he_changed_his_mind_are_left_out(pangkalpinang: Office, melati: str) -> None:
    given = pangkalpinang.act("yusuf", melati, "decision", step="s03", answers={**REFUSED, **ACCEPTED})
    assert given.status == 200, given.text
    kept = decided(pangkalpinang, melati).answers
    assert (kept["disposisi"], kept["keputusan"]) == ("ya", "diterima")
    assert not {"alasan_tolak", "alasan", "rujuk_ke", "rujuk_ke_lain"} & kept.keys()


def test_the_decision_counts_from_the_day_the_form_names(pangkalpinang: Office, melati: str) -> None:
    pangkalpinang.clock.advance(days=2)
    yesterday = pangkalpinang.clock().astimezone().date() - timedelta(days=1)
    before = {**ACCEPTED, "tgl_kegiatan": "2020-01-01"}
    assert pangkalpinang.act("yusuf", melati, "decision", step="s03", answers=before).status == 400
    answers = {**ACCEPTED, "tgl_kegiatan": yesterday.isoformat()}
    given = pangkalpinang.act("yusuf", melati, "decision", step="s03", answers=answers)
    assert given.status == 200, given.text
    kept = decided(pangkalpinang, melati)
    assert kept.effective == kept.answers["tgl_kegiatan"] == yesterday


# --- what phones learn ---------------------------------------------------------------------------


def test_retnos_initials_reach_every_phone_with_the_next_sync(lumajang: Office) -> None:
    rina = Officer(lumajang, "Ponsel Rina", sop="anjal_terlantar", who="rina")
    dewi = Officer(lumajang, "Ponsel Dewi", seed=2, sop="anjal_terlantar", who="dewi")
    told: dict[str, object] = {"nama_lengkap": "Bima", "inisial": "B.", "jk": "L", "berkas_lengkap": "ya"}
    told |= {"kelompok": "anak_terlantar", "tgl_lahir_pasti": "tepat", "tgl_lahir": date(2016, 8, 4)}
    told |= {"ancaman_segera": "tidak", "perlu_medis": "tidak", "kesanggupan": "ya"}
    record = rina.fill("anjal_terlantar_penyerahan_anak", told)
    rina.send(record)
    case = entity_of(record)
    rina.follow("penerimaan", case, perlu_medis="tidak")
    dewi.later().follow("asesmen_lapangan", case, darurat="tidak")
    rina.follow("berkas_administrasi", case, laporan_sosial="Anak tinggal sendiri.")
    before = row_on_phones(lumajang, case)
    assert before.data.get("paraf", "") == ""
    given = lumajang.act("retno", case, "decision", step="s04", answers={"paraf": "ya"})
    assert given.status == 200, given.text
    after = row_on_phones(lumajang, case)
    assert (after.data["paraf"], after.version > before.version) == ("ya", True)
    assert after.workflow["langkah"] == " ".join(lumajang.case(case)["openSteps"])
    assert {name: value for name, value in after.data.items() if name != "paraf"} == {
        name: value for name, value in before.data.items() if name != "paraf"
    }
    assert after.conflict is None
    on_phone = rina.phone.sync().lists["kasus_anjal_terlantar"].rows[case]
    assert (on_phone.data["paraf"], on_phone.version) == ("ya", after.version)

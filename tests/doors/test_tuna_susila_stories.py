"""Women found on the street in Kota Pangkalpinang: from the report to the family, over the shelter or without it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.core.instruments import Instruments
from tests.office import KOTA_PANGKALPINANG, Office, opened
from tests.officer import Answers, Officer, entity_of
from tests.phone.collect import Instance
from tests.world import Clock, Databases

REPORT = "tuna_susila_laporan_awal"
CALM: Answers = {"ancaman_segera": "tidak", "perlu_medis": "tidak", "kanal": "telepon", "jenis_masuk": "laporan_lisan"}
HANDED: Answers = {
    "tujuan_serah": "keluarga",
    "jenis_serah": "ke_keluarga",
    "kesanggupan": "ya",
    "p2_larangan": "tidak",
}
# The ways taken below, each by one of the stories.
TAKEN: dict[str, set[str]] = {
    "shelter": {"r01", "r02", "r04", "r06", "r07", "r08", "r09"},
    "home": {"r01", "r02", "r05", "r07", "r08", "r09"},
    "refused": {"r01", "r02", "r03"},
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
def rosidah(office: Office) -> Officer:
    return Officer(office, "Ponsel RPS", seed=2, sop="tuna_susila", who="rosidah")


def reported(nurul: Officer, name: str, complete: str = "ya", **answers: object) -> Instance:
    """A woman of 24 reported by a community worker; kept on the phone."""
    told: Answers = {"nama_lengkap": name, "inisial": f"{name[0]}.", "jk": "P", "berkas_lengkap": complete}
    told |= {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": 24}
    return nurul.fill(REPORT, {**CALM, **told, **answers})


def taken_in(nurul: Officer, name: str, complete: str = "ya", **answers: object) -> str:
    record = reported(nurul, name, complete, **answers)
    nurul.send(record)
    return entity_of(record)


def assessed(nurul: Officer, case: str, urgent: str = "tidak", protect: str = "tidak") -> None:
    nurul.later().follow("asesmen_awal", case, darurat=urgent, perlu_pengamanan=protect)


def decide(office: Office, case: str, **answers: object) -> None:
    """Yusuf, the head of division, decides on the page."""
    given = office.act(
        "yusuf", case, "decision", step="s03", answers={"disposisi": "ya", "keputusan": "diterima", **answers}
    )
    assert given.status == 200, given.text


def finish(nurul: Officer, case: str, **handed: object) -> None:
    nurul.later().follow("asesmen_lanjutan", case)
    nurul.follow("catatan_kasus", case)
    nurul.follow("serah_terima", case, **{**HANDED, **handed})


def stays(office: Office, case: str) -> list[list[str]]:
    records = office.case(case).get("records", [])
    return [[entry["state"] for entry in record["entries"]] for record in records if record["kind"] == "stay"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_melati_is_protected_in_the_shelter_and_goes_home_to_her_mother(
    nurul: Officer, rosidah: Officer, office: Office
) -> None:
    case = taken_in(nurul, "Melati")
    assert nurul.steps(case) == ["s02"]
    assessed(nurul, case, "ya", "ya")
    assert nurul.steps(case) == ["s03"]
    assert office.act("nurul", case, "decision", step="s03", answers={"disposisi": "ya"}).status == 403
    decide(office, case)
    assert nurul.steps(case) == ["s04"]
    rosidah.follow("masuk_rps", case)
    assert nurul.steps(case) == ["s05"]
    finish(nurul, case)
    told = office.case(case)
    assert (told["status"], told["closeReason"], told["openSteps"]) == ("closed", "diserahkan", [])
    assert office.routes(case) == TAKEN["shelter"]


def test_anggrek_needs_no_shelter(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Anggrek")
    assessed(nurul, case, "tidak", "ya")
    decide(office, case)
    assert nurul.steps(case) == ["s05"]
    finish(nurul, case, tujuan_serah="panti", jenis_serah="ke_panti")
    assert office.case(case)["closeReason"] == "diserahkan"
    assert office.routes(case) == TAKEN["home"]


def test_mawar_is_refused_and_referred_to_who_may_help_her(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Mawar")
    assessed(nurul, case)
    decide(
        office,
        case,
        disposisi="tidak",
        keputusan="ditolak",
        alasan_tolak="luar_wilayah",
        alasan="Warga Kabupaten Bangka.",
        rujuk_ke="dinsos_babel",
    )
    told = office.case(case)
    assert (told["status"], told["closeReason"]) == ("closed", "ditolak_dirujuk")
    assert office.routes(case) == TAKEN["refused"]


def test_the_two_days_begin_when_the_file_is_complete(nurul: Officer, office: Office) -> None:
    record = reported(nurul, "Kenanga", complete="tidak")
    nurul.send(record)
    case = entity_of(record)
    nurul.later(9).phone.sync()
    told = office.case(case)
    assert (told["dueAt"], told["late"]) == (None, False)
    nurul.send(nurul.phone.edit_sent(record, {"berkas_lengkap": "ya", "tgl_lengkap": nurul.today}))
    told = office.case(case)
    assert told["dueAt"][:10] == "2026-03-13", "Wednesday 11 March and two working days"
    assert told["late"] is False


def test_an_emergency_does_not_wait_for_the_head_of_division(nurul: Officer, rosidah: Officer, office: Office) -> None:
    case = taken_in(nurul, "Cempaka", ancaman_segera="ya")
    assessed(nurul, case, "ya", "ya")
    assert office.act("nurul", case, "override", to=["s04"], reason="darurat").status == 403
    assert office.act("linda", case, "override", to=["s04"], reason="darurat").status == 200
    assert set(nurul.steps(case)) == {"s03", "s04"}
    rosidah.follow("masuk_rps", case)
    assert "s04" not in nurul.steps(case)
    decide(office, case)
    assert nurul.steps(case) == ["s05"], "the decision confirms what was done; nobody is admitted twice"
    finish(nurul, case)
    assert office.case(case)["closeReason"] == "diserahkan"


def test_a_decision_on_paper_is_entered_by_the_supervisor(nurul: Officer, office: Office) -> None:
    case = taken_in(nurul, "Seroja")
    assessed(nurul, case)
    nurul.later(2)
    slip: Answers = {"decidedBy": office.town.login("yusuf"), "decidedOn": "2026-03-04"}
    given = office.act(
        "linda", case, "decision", step="s03", answers={"disposisi": "ya", "keputusan": "diterima"}, **slip
    )
    assert given.status == 200, given.text
    assert nurul.steps(case) == ["s05"]


def test_dahlia_runs_from_the_shelter_and_is_searched_for(nurul: Officer, rosidah: Officer, office: Office) -> None:
    case = taken_in(nurul, "Dahlia")
    assessed(nurul, case, "ya", "ya")
    decide(office, case)
    rosidah.follow("masuk_rps", case)
    gone: Answers = {"closeReason": "melarikan_diri", "reason": "Tidak ada di kamar saat apel pagi"}
    rosidah.later()
    search = "Dicari bersama Satpol PP di terminal dan rumah orang tua, 3 sampai 5 Maret; keluarga diberi tahu."
    assert office.act("nurul", case, "close", **gone, search=search).status == 403
    closed = office.act("linda", case, "close", **gone, search=search)
    assert closed.status == 200, closed.text
    told = office.case(case)
    assert (told["status"], told["closeReason"]) == ("closed", "melarikan_diri")
    nurul.phone.sync()
    (row,) = [row for row in nurul.phone.rows("kasus_tuna_susila") if row["name"] == case]
    assert (row["terbuka"], row["langkah"]) == ("tidak", "")


def test_a_day_without_signal_arrives_in_the_wrong_order(nurul: Officer, office: Office) -> None:
    """Nurul takes the report at a boarding house and assesses there; the assessment finds the signal first."""
    report = reported(nurul, "Flamboyan")
    case = entity_of(report)
    nurul.later(0, hours=5)
    assessment = nurul.fill("tuna_susila_asesmen_awal", {"kasus_id": case, "darurat": "tidak"})
    done = nurul.today
    nurul.later(3)
    nurul.send(assessment)
    assert office.cases == []
    nurul.send(report)
    assert nurul.steps(case) == ["s03"]
    (step,) = [step for step in office.case(case)["steps"] if step["name"] == "s02"]
    assert (step["doneAt"][:10], step["late"]) == (done.isoformat(), False)


def test_these_stories_take_every_route_of_the_sop() -> None:
    rules = Instruments("kota_pangkalpinang", "tuna_susila").rules
    assert set().union(*TAKEN.values()) == {route.name for route in rules.routes}

"""Children handed over in Kabupaten Lumajang: from the hand-over to the home of the province."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tests.core.instruments import Instruments
from tests.office import KAB_LUMAJANG, Office, opened
from tests.officer import Answers, Officer, entity_of
from tests.phone.collect import Instance
from tests.phone.javarosa import NotOffered
from tests.phone.random_answers import PIXEL, Photo
from tests.world import Clock, Databases

HAND_OVER = "anjal_terlantar_penyerahan_anak"
CALM: Answers = {"ancaman_segera": "tidak", "perlu_medis": "tidak", "kesanggupan": "ya"}
REPORT: Answers = {"laporan_sosial": "Anak tinggal sendiri sejak ibunya bekerja di luar pulau."}
NO_PLACE_YET: Answers = {"siap_dikirim": "tidak", "diterima_upt": "tidak", "interval_monitoring": 7}
FORWARD = {"r01", "r02", "r03", "r04"}
# The ways taken below, each by one of the stories.
TAKEN: dict[str, set[str]] = {
    "received": FORWARD | {"r05", "r07", "r09", "r10", "r11"},
    "returned": FORWARD | {"r05", "r06", "r07", "r08"},
}


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def office(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KAB_LUMAJANG, kind, databases, tmp_path / "office", clock, request)


@pytest.fixture
def rina(office: Office) -> Officer:
    return Officer(office, "Ponsel Rina", sop="anjal_terlantar", who="rina")


@pytest.fixture
def dewi(office: Office) -> Officer:
    return Officer(office, "Ponsel Dewi", seed=2, sop="anjal_terlantar", who="dewi")


def brought(rina: Officer, name: str, **answers: object) -> Instance:
    """A child of nine brought by a neighbour; kept on the phone."""
    told: Answers = {
        "nama_lengkap": name,
        "inisial": f"{name[0]}.",
        "kelompok": "anak_terlantar",
        "berkas_lengkap": "ya",
    }
    told |= {"tgl_lahir_pasti": "tepat", "tgl_lahir": date(2016, 8, 4), "jk": "L"}
    return rina.fill(HAND_OVER, {**CALM, **told, **answers})


def studied(rina: Officer, dewi: Officer, name: str) -> str:
    """Taken in, assessed at home the next day and written up for the head of division."""
    record = brought(rina, name)
    rina.send(record)
    case = entity_of(record)
    rina.follow("penerimaan", case, perlu_medis="tidak")
    dewi.later().follow("asesmen_lapangan", case, darurat="tidak")
    rina.follow("berkas_administrasi", case, **REPORT)
    return case


def decide(office: Office, who: str, case: str, step: str, **answers: object) -> None:
    given = office.act(who, case, "decision", step=step, answers=answers)
    assert given.status == 200, given.text


def initial(office: Office, case: str) -> None:
    decide(office, "retno", case, "s04", paraf="ya")


def sign(office: Office, case: str) -> None:
    decide(office, "endang", case, "s05", tanda_tangan="ya", surat_ditandatangani="surat_perintah_tugas")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_bima_is_accompanied_until_the_home_has_a_place_for_him(rina: Officer, dewi: Officer, office: Office) -> None:
    case = studied(rina, dewi, "Bima")
    assert rina.steps(case) == ["s04"]
    assert office.act("endang", case, "decision", step="s04", answers={"paraf": "ya"}).status == 403
    initial(office, case)
    sign(office, case)
    rina.follow("tanda_terima", case, interval_monitoring=2)
    told = office.case(case)
    assert (told["openSteps"], told["late"]) == (["s07"], False)
    rina.later(2).follow("pendampingan", case, **NO_PLACE_YET)
    assert rina.steps(case) == ["s07"]
    form = Photo("rujukan.jpg", PIXEL)
    rina.later(7).follow("pendampingan", case, siap_dikirim="ya", diterima_upt="ya", form_rujukan=form)
    told = office.case(case)
    assert (told["status"], told["closeReason"]) == ("closed", "diterima_upt")
    assert office.routes(case) == TAKEN["received"]


def test_cintas_draft_comes_back_twice_and_is_signed_in_the_end(rina: Officer, dewi: Officer, office: Office) -> None:
    case = studied(rina, dewi, "Cinta")
    back: Answers = {"alasan_kembali": "berkas_kurang", "alasan": "Akta belum dilampirkan."}
    decide(office, "retno", case, "s04", paraf="tidak", **back)
    assert rina.steps(case) == ["s03"]
    rina.phone.sync()
    (row,) = [row for row in rina.phone.rows("kasus_anjal_terlantar") if row["name"] == case]
    assert row["formulir"] == "anjal_terlantar_berkas_administrasi"
    rina.later().follow("berkas_administrasi", case, **REPORT)
    initial(office, case)
    decide(office, "endang", case, "s05", tanda_tangan="tidak", **back)
    assert rina.steps(case) == ["s04"]
    initial(office, case)
    sign(office, case)
    told = office.case(case)
    assert told["openSteps"] == ["s06"]
    assert [step["visit"] for step in told["steps"] if step["name"] == "s04"] == [1, 2, 3]
    assert office.routes(case) == TAKEN["returned"]


def test_without_a_social_report_the_draft_stays_until_it_is_written(
    rina: Officer, dewi: Officer, office: Office
) -> None:
    record = brought(rina, "Dimas")
    rina.send(record)
    case = entity_of(record)
    rina.follow("penerimaan", case)
    dewi.follow("asesmen_lapangan", case, darurat="tidak")
    rina.phone.sync()
    papers = rina.phone.report(
        "anjal_terlantar_berkas_administrasi",
        {"kasus_id": case, "tgl_kegiatan": rina.today, "laporan_sosial": ""},
        at=rina.now,
        seed=5,
    )
    rina.send(papers)
    assert rina.steps(case) == ["s03"], "no draft goes to the head of division without the report"
    rina.later().phone.sync()
    with pytest.raises(NotOffered):
        rina.fill("anjal_terlantar_berkas_administrasi", {"kasus_id": case})
    rina.send(rina.phone.edit_sent(papers, REPORT))
    assert rina.steps(case) == ["s04"]


def test_fajar_is_not_gone_before_the_referral_form_is_there(rina: Officer, dewi: Officer, office: Office) -> None:
    case = studied(rina, dewi, "Fajar")
    initial(office, case)
    sign(office, case)
    rina.follow("tanda_terima", case, interval_monitoring=2)
    rina.later(2).phone.sync()
    answers: Answers = {"kasus_id": case, "tgl_kegiatan": rina.today, "siap_dikirim": "ya", "diterima_upt": "ya"}
    visit = rina.phone.report("anjal_terlantar_pendampingan", {**answers, "form_rujukan": ""}, at=rina.now, seed=6)
    rina.send(visit)
    assert office.case(case)["status"] == "open"
    rina.later()
    rina.send(rina.phone.edit_sent(visit, {"form_rujukan": Photo("rujukan.jpg", PIXEL)}))
    assert office.case(case)["closeReason"] == "diterima_upt"


def test_a_field_visit_found_signal_four_days_later_and_counts_on_its_own_day(
    rina: Officer, dewi: Officer, office: Office
) -> None:
    record = brought(rina, "Gilang", ancaman_segera="ya")
    rina.send(record)
    case = entity_of(record)
    rina.follow("penerimaan", case)
    dewi.phone.sync()
    done = dewi.today
    assessment = dewi.fill("anjal_terlantar_asesmen_lapangan", {"kasus_id": case, "darurat": "tidak"})
    papers = dewi.later().fill("anjal_terlantar_berkas_administrasi", {"tampil": "semua", "kasus_id": case, **REPORT})
    dewi.later(3)
    dewi.send(papers)
    assert rina.steps(case) == ["s02a"]
    assert [item["form"] for item in office.case(case)["waiting"]] == ["anjal_terlantar_berkas_administrasi"]
    dewi.send(assessment)
    assert rina.steps(case) == ["s04"]
    (step,) = [step for step in office.case(case)["steps"] if step["name"] == "s02a"]
    assert (step["doneAt"][:10], step["late"]) == (done.isoformat(), False)


def test_these_stories_take_every_route_of_the_sop() -> None:
    rules = Instruments("kab_lumajang", "anjal_terlantar").rules
    assert set().union(*TAKEN.values()) == {route.name for route in rules.routes}

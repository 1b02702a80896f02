"""Children found on the street, beside the office's other service: from the phone over the web to the archive."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.core.instruments import Instruments
from tests.office import KOTA_PASURUAN, PASURUAN, Office, opened
from tests.officer import Officer, entity_of
from tests.world import Clock, Databases

BOTH = replace(KOTA_PASURUAN, folder=PASURUAN)
SAFE = {"ancaman_segera": "tidak", "perlu_medis": "tidak"}
WELL = {"pulih": "ya", "butuh_lanjut": "tidak"}
# The ways taken below, each by one of the stories.
TAKEN: dict[str, set[str]] = {
    "danger": {"r00", "r01", "r11"},
    "assessment": {"r01", "r02", "r03"},
    "visit": {"r01", "r02", "r04", "r05"},
    "everything": {"r01", "r02", "r04", "r06", "r07", "r08", "r09", "r10", "r11", "r12", "r13", "r14"}
    | {"r15", "r19", "r16", "r21", "r22", "r23"},
    "services": {"r01", "r02", "r04", "r10", "r17", "r20", "r22", "r24"},
    "nothing": {"r01", "r02", "r04", "r10", "r18", "r19"},
}


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def office(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    """The office with both of its services, open for business."""
    yield from opened(BOTH, kind, databases, tmp_path / "office", clock, request)


@pytest.fixture
def sri(office: Office) -> Officer:
    return Officer(office, sop="tuna_sosial")


def reported(sri: Officer, **answers: object) -> str:
    """A child reported by Satpol PP; gives the case."""
    told = {"tgl_lahir_pasti": "perkiraan_umur", "usia_perkiraan": 11, "jenis": "anak_jalanan", "inisial": "B. P."}
    told |= {"nama_lengkap": "Bayu Pratama", "jenis_masuk": "razia", "sumber_laporan": "satpol_pp"}
    record = sri.fill("tuna_sosial_laporan_awal", {**SAFE, **told, **answers})
    sri.send(record)
    return entity_of(record)


def planned(
    sri: Officer, *, jks: str = "ya", school: str = "ya", rehab: str = "tidak", emergency: str = "tidak"
) -> str:
    """A child whose conference has been held."""
    case = reported(sri)
    sri.later().follow("asesmen", case, butuh_darurat="tidak", data_anak_berubah="tidak")
    sri.later().follow("kunjungan_rumah", case, butuh_darurat="tidak", data_anak_berubah="tidak")
    needs = {"punya_jks": jks, "bersekolah": school, "butuh_rehab": rehab, "butuh_darurat": emergency}
    sri.later().follow("konferensi_kasus", case, interval_monitoring=7, **needs)
    return case


def routes(office: Office, case: str) -> set[str]:
    return {name for decision in office.case(case)["decisions"] for name in decision["routes"]}


def close(sri: Officer, office: Office, case: str, step: str) -> None:
    """Termination, the supervisor's word on the web, report and archive."""
    sri.later().follow("terminasi", case)
    assert sri.steps(case) == [step], "the supervisor has not confirmed yet"
    events = f"/v1/projects/{office.project}/cases/{case}/events"
    assert office.as_("sri").post(events, {"type": "confirm", "step": step}).status == 403
    assert office.as_("hadi").post(events, {"type": "confirm", "step": step}).status == 200
    sri.later().follow("laporan_kasus", case)
    sri.later().follow("arsip", case)
    closed = office.case(case)
    reason = {"s11": "layanan_terpenuhi", "s12": "pulih_berkelanjutan"}[step]
    assert (closed["status"], closed["openSteps"], closed["closeReason"]) == ("closed", [], reason)


@pytest.mark.parametrize("danger", ["ancaman_segera", "perlu_medis"])
def test_a_child_in_danger_is_helped_before_anybody_meets(sri: Officer, office: Office, danger: str) -> None:
    case = reported(sri, **{danger: "ya"})
    assert set(sri.steps(case)) == {"s02", "s05"}
    sri.follow("layanan_darurat", case)
    assert sri.steps(case) == ["s02"]
    assert routes(office, case) == TAKEN["danger"]


def test_an_emergency_found_later_opens_the_service_the_same_day(sri: Officer, office: Office) -> None:
    case = reported(sri)
    sri.later().follow("asesmen", case, butuh_darurat="ya")
    assert set(sri.steps(case)) == {"s03", "s05"}
    assert routes(office, case) == TAKEN["assessment"]
    other = reported(sri, nama_lengkap="Danu Wijaya", inisial="D. W.")
    sri.later().follow("asesmen", other, butuh_darurat="tidak")
    sri.later().follow("kunjungan_rumah", other, butuh_darurat="ya")
    assert set(sri.steps(other)) == {"s04", "s05"}
    assert routes(office, other) == TAKEN["visit"]


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_a_child_who_needs_everything_is_not_let_go_while_a_service_is_open(sri: Officer, office: Office) -> None:
    case = planned(sri, jks="tidak", school="tidak", rehab="ya", emergency="ya")
    assert set(sri.steps(case)) == {"s05", "s06", "s07", "s08", "s09"}
    for form in ("layanan_darurat", "bantuan_jks", "bantuan_sekolah"):
        sri.follow(form, case)
    assert set(sri.steps(case)) == {"s08", "s09"}
    ends = {**WELL, "layanan_terpenuhi": "ya", "dijamin": "ya"}
    sri.later(7).follow("monitoring", case, **ends)
    assert set(sri.steps(case)) == {"s08", "s09"}, "the referral is still open"
    sri.later().follow("rujukan", case)
    sri.later(7).follow("monitoring", case, **ends)
    assert sri.steps(case) == ["s12"]
    close(sri, office, case, "s12")
    assert routes(office, case) == TAKEN["everything"]


def test_a_child_with_every_service_but_no_assurance_ends_by_the_eleventh_step(sri: Officer, office: Office) -> None:
    case = planned(sri)
    assert sri.steps(case) == ["s09"]
    sri.later(7).follow("monitoring", case, **WELL, layanan_terpenuhi="ya", dijamin="tidak")
    assert sri.steps(case) == ["s11"]
    close(sri, office, case, "s11")
    assert routes(office, case) == TAKEN["services"]


def test_a_child_without_a_reason_to_end_stays_accompanied(sri: Officer, office: Office) -> None:
    case = planned(sri)
    sri.later(7).follow("monitoring", case, **WELL, layanan_terpenuhi="tidak", dijamin="tidak")
    assert sri.steps(case) == ["s09"]
    assert routes(office, case) == TAKEN["nothing"]
    assert [d["explanation"] for d in office.case(case)["decisions"] if "r18" in d["routes"]] != []


def test_the_two_services_of_the_office_keep_their_cases_apart(sri: Officer, office: Office) -> None:
    case = reported(sri)
    number = office.case(case)["number"]
    assert number.startswith("TUNA_SOSIAL-2026-")
    abh = Officer(office, "Ponsel Sri kedua", seed=2)
    other = abh.intake("laporan")
    assert office.case(other)["number"].startswith("ABH-2026-")
    sri.phone.sync()
    lists = {name: {row["name"] for row in sri.phone.rows(name)} for name in ("kasus_abh", "kasus_tuna_sosial")}
    assert lists == {"kasus_abh": {other}, "kasus_tuna_sosial": {case}}


def test_these_stories_take_every_route_of_the_sop() -> None:
    rules = Instruments("kota_pasuruan", "tuna_sosial").rules
    assert set().union(*TAKEN.values()) == {route.name for route in rules.routes}

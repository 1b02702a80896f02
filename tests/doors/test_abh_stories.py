"""Children in conflict with the law, as the office of Kota Pasuruan lives it: from the phone to the closed case."""

from datetime import date, timedelta

import pytest

from tests.core.instruments import Instruments
from tests.office import Office
from tests.officer import Officer, entity_of
from tests.phone.javarosa import NotOffered

ACT = date(2026, 2, 20)
ELEVEN_364 = ACT.replace(year=ACT.year - 12) + timedelta(days=1)
TWELVE = ACT.replace(year=ACT.year - 12)
THIRTEEN = ACT.replace(year=ACT.year - 13)
# The ways taken below, each by one of the stories.
TAKEN: dict[str, set[str]] = {
    "minor": {"r01", "r02", "r05", "r06"},
    "serious": {"r01", "r02", "r05", "r07"},
    "rj-invitation": {"r01", "r03", "r08"},
    "diversion-invitation": {"r01", "r04", "r11"},
    "monitored": {"r01", "r02", "r05", "r06", "r09", "r12", "r16", "r17", "r18", "r19", "r20"},
    "police": {"r01", "r02", "r05", "r07", "r10", "r15"},
    "failed-young": {"r01", "r03", "r08", "r14"},
    "failed": {"r01", "r03", "r08", "r13"},
}


@pytest.fixture
def sri(office: Office) -> Officer:
    return Officer(office)


def last_decision(office: Office, case: str, step: str) -> dict:
    return [d for d in office.case(case)["decisions"] if d["step"] == step and not d["supersededBy"]][-1]


@pytest.mark.parametrize(
    ("born", "severity", "step", "route"),
    [
        (ELEVEN_364, "ringan", "s07", "r06"),
        (ELEVEN_364, "berat", "s07", "r06"),
        (TWELVE, "ringan", "s07", "r06"),
        (TWELVE, "berat", "s08", "r07"),
        (THIRTEEN, "ringan", "s07", "r06"),
        (THIRTEEN, "berat", "s08", "r07"),
    ],
    ids=["11y364d-minor", "11y364d-serious", "12-minor", "12-serious", "13-minor", "13-serious"],
)
def test_a_reported_child_goes_the_way_its_age_at_the_act_and_the_offence_say(
    sri: Officer, office: Office, born: date, severity: str, step: str, route: str
) -> None:
    case = sri.intake("laporan", born=born, act=ACT)
    assert sri.steps(case) == ["s03"]
    sri.later().follow("asesmen", case)
    assert sri.steps(case) == ["s06"]
    sri.later().follow("konferensi_kasus", case, berat_tindakan=severity)
    assert sri.steps(case) == [step]
    decision = last_decision(office, case, "s06")
    assert decision["routes"] == [route]
    assert decision["to"] == [step]
    assert decision["explanation"]
    assert decision["inputs"]
    assert office.routes(case) == TAKEN["serious" if step == "s08" else "minor"]


@pytest.mark.parametrize(
    ("entrance", "steps", "way"),
    [
        ("undangan_rj", [("kunjungan_rumah", "s04", "s09")], "rj-invitation"),
        ("undangan_diversi", [("pendampingan_aph", "s05", "s10")], "diversion-invitation"),
    ],
    ids=["rj-invitation", "diversion-invitation"],
)
@pytest.mark.parametrize("born", [ELEVEN_364, TWELVE, THIRTEEN], ids=["11y364d", "12", "13"])
def test_an_invitation_goes_its_own_way_whatever_the_age(
    sri: Officer, office: Office, entrance: str, steps: list[tuple[str, str, str]], way: str, born: date
) -> None:
    case = sri.intake(entrance, born=born, act=ACT)
    for form, before, after in steps:
        assert sri.steps(case) == [before]
        sri.later().follow(form, case)
        assert sri.steps(case) == [after]
    assert office.routes(case) == TAKEN[way]


def test_a_serious_act_goes_to_the_police_and_is_diverted(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    sri.later().follow("asesmen", case)
    sri.later().follow("konferensi_kasus", case, berat_tindakan="berat")
    sri.later().follow("pelaporan_uppa", case)
    assert sri.steps(case) == ["s10"]
    sri.later().follow("diversi", case, interval_monitoring=30)
    assert sri.steps(case) == ["s11"]
    assert office.routes(case) == TAKEN["police"]


def test_from_the_report_to_the_closed_case_with_three_monitoring_visits(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    sri.later().follow("asesmen", case)
    sri.later().follow("konferensi_kasus", case, berat_tindakan="ringan")
    sri.later().follow("upaya_rj", case)
    sri.later().follow("putusan_rj", case, hasil_rj="sepakat", interval_monitoring=30)
    for reached in ("tidak", "tidak", "ya"):
        assert sri.steps(case) == ["s11"]
        sri.later(30).follow("pemantauan", case, tujuan_tercapai=reached)
    sri.later().follow("terminasi", case)
    assert sri.steps(case) == ["s12"], "the supervisor has not confirmed yet"
    events = f"/v1/projects/{office.project}/cases/{case}/events"
    assert office.as_("sri").post(events, {"type": "confirm", "step": "s12"}).status == 403
    assert office.as_("hadi").post(events, {"type": "confirm", "step": "s12"}).status == 200
    sri.later().follow("laporan_kasus", case)
    sri.later().follow("arsip", case)
    closed = office.case(case)
    assert closed["status"] == "closed"
    assert closed["openSteps"] == []
    assert [s["visit"] for s in closed["steps"] if s["step" if "step" in s else "name"] == "s11"] == [1, 2, 3]
    assert "ba_penanganan" in [d["kind"] for d in closed["documents"]]
    assert office.routes(case) == TAKEN["monitored"]


@pytest.mark.parametrize(
    ("born", "step"), [(ELEVEN_364, "s06"), (TWELVE, "s08"), (THIRTEEN, "s08")], ids=["11y364d", "12", "13"]
)
def test_restorative_justice_that_fails_leads_back_below_twelve_and_to_the_police_above(
    sri: Officer, office: Office, born: date, step: str
) -> None:
    case = sri.intake("undangan_rj", born=born, act=ACT)
    sri.later().follow("kunjungan_rumah", case)
    sri.later().follow("putusan_rj", case, hasil_rj="gagal")
    assert sri.steps(case) == [step]
    assert office.routes(case) == TAKEN["failed" if step == "s08" else "failed-young"]


def test_a_visit_synced_days_late_counts_on_its_own_day(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    done = sri.later().today
    record = None
    sri.phone.sync()
    record = sri.fill("abh_asesmen", {"kasus_id": case})
    sri.later(6)
    sri.send(record)
    assert sri.steps(case) == ["s06"]
    (step,) = [s for s in office.case(case)["steps"] if s["name"] == "s03"]
    assert step["doneAt"][:10] == done.isoformat()
    assert step["late"] is False


def test_follow_ups_filled_offline_before_the_first_sync_all_find_their_case(sri: Officer, office: Office) -> None:
    intake = sri.fill(
        "abh_laporan_awal",
        {
            "jenis_masuk": "laporan",
            "tgl_lahir_pasti": "tepat",
            "tgl_lahir": THIRTEEN,
            "tgl_kejadian": ACT,
            "nama_lengkap": "Suparmi",
            "inisial": "S.",
        },
    )
    case = entity_of(intake)
    (row,) = [row for row in sri.phone.rows("kasus_abh") if row["name"] == case]
    assert row["langkah"] == "s03"
    assert row["formulir"] == "abh_asesmen"
    assert row["terbuka"] == "ya"
    assessment = sri.fill("abh_asesmen", {"kasus_id": case})
    conference = sri.fill("abh_konferensi_kasus", {"tampil": "semua", "kasus_id": case, "berat_tindakan": "berat"})
    sri.send(conference, assessment, intake)
    assert sri.office.as_("hadi").get(f"/v1/projects/{office.project}/cases/{case}").status == 200
    assert sri.steps(case) == ["s08"]


def test_the_phone_offers_the_cases_that_wait_and_never_a_closed_one(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    with pytest.raises(NotOffered):
        sri.follow("putusan_rj", case)
    events = f"/v1/projects/{office.project}/cases/{case}/events"
    closed = office.as_("hadi").post(events, {"type": "close", "closeReason": "pindah", "reason": "pindah ke Malang"})
    assert closed.status == 200, closed.text
    sri.phone.sync()
    (row,) = [row for row in sri.phone.rows("kasus_abh") if row["name"] == case]
    assert row["terbuka"] == "tidak"
    with pytest.raises(NotOffered):
        sri.follow("asesmen", case, tampil="semua")


def test_an_edit_of_a_sent_form_stays_with_its_case_after_it_closed(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    sent = sri.later().follow("asesmen", case, berat_tindakan="ringan")
    events = f"/v1/projects/{office.project}/cases/{case}/events"
    office.as_("hadi").post(events, {"type": "close", "closeReason": "pindah", "reason": "pindah ke Malang"})
    sri.later().phone.sync()
    edit = sri.phone.edit_sent(sent, {"berat_tindakan": "berat"})
    sri.send(edit)
    assert edit.value("kasus_id") == case
    assert office.case(case)["facts"]["berat_tindakan"] == "berat"
    assert office.as_("hadi").get(f"/v1/projects/{office.project}/unlinked").json == []


def test_a_draft_keeps_its_case_when_the_case_closes_before_it_is_sent(sri: Officer, office: Office) -> None:
    case = sri.intake("laporan", born=THIRTEEN, act=ACT)
    sri.later().phone.sync()
    draft = sri.phone.fill_random("abh_asesmen", 7, {"kasus_id": case, "tgl_kegiatan": sri.today}, at=sri.now)
    events = f"/v1/projects/{office.project}/cases/{case}/events"
    office.as_("hadi").post(events, {"type": "close", "closeReason": "pindah", "reason": "pindah ke Malang"})
    sri.later().phone.sync()
    final = sri.phone.finalise(draft)
    assert final.value("kasus_id") == case
    sri.send(final)
    waiting = office.case(case)["waiting"]
    assert [item["form"] for item in waiting] == ["abh_asesmen"]


def test_these_stories_take_every_route_of_the_sop() -> None:
    rules = Instruments("kota_pasuruan", "abh").rules
    assert set().union(*TAKEN.values()) == {route.name for route in rules.routes}

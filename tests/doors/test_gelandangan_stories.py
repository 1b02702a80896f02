"""A raid in Kota Banjar: one letter, nine people, and the way of each to the family or to a home."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from server.access import OPERATOR
from server.queries.recap import monthly
from tests.browsing import signed_in
from tests.core.instruments import Instruments
from tests.office import KOTA_BANJAR, Office, opened
from tests.officer import Answers, Officer
from tests.phone.collect import Instance
from tests.world import Clock, Databases

LETTER, GROUP = "gelandangan_surat_permohonan", "gelandangan_bimbingan"
Acts = tuple[tuple[str, Answers], ...]
FOUND = ("kota_banjar", "ditemukan")
HOME: Answers = {
    "setuju_klien": "ya",
    "hasil_reunifikasi": "diterima",
    "jenis_serah": "ke_keluarga",
    "p2_larangan": "tidak",
}
HOME |= {"kesanggupan": "ya"}
REFUSED: Answers = {"setuju_klien": "ya", "hasil_reunifikasi": "ditolak", "alasan_tolak": "keluarga menolak"}
TO_THE_HOME: Acts = (("rujukan", {}), ("pengiriman", {"kesanggupan": "ya"}))
BEGUN = {"r01", "r02", "r03", "r04"}
# What was found out about each person of the raid, what followed, the routes of it and the end.
WAYS: dict[str, tuple[str, str, Acts, set[str], str]] = {
    "Asep goes home and is visited twice": (
        *FOUND,
        (
            ("reunifikasi", HOME),
            ("home_visit", {"perlu_kunjungan_lanjutan": "ya", "jarak_kunjungan": 7}),
            ("home_visit", {"perlu_kunjungan_lanjutan": "tidak"}),
        ),
        {"r05", "r08", "r10", "r11"},
        "bersatu_keluarga",
    ),
    "the family of Ujang refuses": (
        *FOUND,
        (("reunifikasi", REFUSED), *TO_THE_HOME),
        {"r05", "r09", "r16", "r17"},
        "dikirim_ke_balai",
    ),
    "nobody is found for Tatang": (
        "kota_banjar",
        "belum_ditemukan",
        TO_THE_HOME,
        {"r07", "r16", "r17"},
        "dikirim_ke_balai",
    ),
    "Iis goes home to another town": (
        "luar_kota",
        "ditemukan",
        (("koordinasi", {"hasil_koordinasi": "ditemukan"}), ("reunifikasi", HOME)),
        {"r06", "r12", "r14"},
        "dipulangkan",
    ),
    "the family of Maman in another town refuses": (
        "luar_kota",
        "ditemukan",
        (("koordinasi", {"hasil_koordinasi": "ditemukan"}), ("reunifikasi", REFUSED), *TO_THE_HOME),
        {"r06", "r12", "r15", "r16", "r17"},
        "dikirim_ke_balai",
    ),
    "no other office knows Euis": (
        "luar_kota",
        "belum_ditemukan",
        (("koordinasi", {"hasil_koordinasi": "belum_ditemukan"}), *TO_THE_HOME),
        {"r06", "r13", "r16", "r17"},
        "dikirim_ke_balai",
    ),
}


@pytest.fixture
def kind() -> str:
    """One engine, unless a story asks for both."""
    return "sqlite"


@pytest.fixture
def office(
    kind: str, databases: Databases, tmp_path: Path, clock: Clock, request: pytest.FixtureRequest
) -> Iterator[Office]:
    yield from opened(KOTA_BANJAR, kind, databases, tmp_path / "office", clock, request)


@pytest.fixture
def yayat(office: Office) -> Officer:
    return Officer(office, "Ponsel Yayat", sop="gelandangan", who="yayat")


def person(name: str, born: int, sex: str = "L") -> dict[str, object]:
    known: Answers = {"ketersediaan_identitas": "sebagian", "nama_lengkap": name, "jk": sex, "tgl_lahir_pasti": "tepat"}
    known |= {"ppks_utama": "gelandangan", "ancaman_segera": "tidak", "perlu_medis": "tidak"}
    return known | {"tgl_lahir": date(born, 6, 1)}


NINE = tuple(
    person(name, born, sex)
    for name, born, sex in (
        ("Asep Contoh", 1980, "L"),
        ("Iis Misal", 1995, "P"),
        ("Tatang Umpama", 1971, "L"),
        ("Ujang Andai", 1988, "L"),
        ("Maman Rekaan", 1964, "L"),
        ("Euis Permisal", 1990, "P"),
        ("Dadang Contoh", 1979, "L"),
        ("Neneng Tamsil", 1985, "P"),
        ("Karta Misalno", 1958, "L"),
    )
)


def letter(yayat: Officer, people: tuple[dict[str, object], ...]) -> tuple[Instance, list[str]]:
    """The letter Satpol PP hands over after a raid, kept on the phone, and the case of each person in it."""
    told: Answers = {
        "jml_klien": len(people),
        "klien": list(people),
        "kanal": "surat",
        "sumber_laporan": "satpol_pp",
    }
    told |= {"waktu_lapor": yayat.now, "waktu_informasi": yayat.now + timedelta(minutes=20)}
    record = yayat.fill(LETTER, {"tempat_ditemukan": "Terminal Banjar", **told})
    return record, record.entity_ids()


def guidance(yayat: Officer, cases: list[str]) -> Instance:
    """Guidance of a group: one form that names everybody who sat there."""
    rows = [{"kasus_id": case, "hadir": "hadir"} for case in cases]
    told: Answers = {
        "tampil": "semua",
        "jenis": ["sosial"],
        "tema": "Hidup sehat",
        "tujuan_sesi": "Kebersihan diri",
        "peserta": rows,
    }
    return yayat.fill(GROUP, told)


def traced(yayat: Officer, case: str, origin: str, family: str) -> None:
    yayat.follow("asesmen", case, asal=origin)
    yayat.send(guidance(yayat, [case]))
    yayat.later().follow("penelusuran", case, hasil_penelusuran="alamat_saja", alamat_keluarga=family)


@pytest.mark.parametrize("way", WAYS)
def test_everybody_of_a_raid_goes_their_own_way(yayat: Officer, office: Office, way: str) -> None:
    origin, family, acts, routes, end = WAYS[way]
    record, (case,) = letter(yayat, NINE[:1])
    yayat.send(record)
    traced(yayat, case, origin, family)
    for form, answers in acts:
        assert office.case(case)["status"] == "open"
        yayat.later(7 if form == "home_visit" else 1).follow(form, case, **answers)
    told = office.case(case)
    assert (told["status"], told["closeReason"], told["waiting"]) == ("closed", end, [])
    assert office.routes(case) == BEGUN | routes


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_nine_people_of_a_night_without_signal(yayat: Officer, office: Office) -> None:
    """Letter, assessments and the guidance of all nine are filled at the terminal; the last is sent first."""
    record, cases = letter(yayat, NINE)
    assert len(set(cases)) == 9
    assessments = [yayat.fill("gelandangan_asesmen", {"kasus_id": case, "asal": "kota_banjar"}) for case in cases]
    together = guidance(yayat, cases)
    yayat.later()
    for instance in (together, *reversed(assessments), record):
        yayat.send(instance)
    told = [office.case(case) for case in cases]
    assert {tuple(case["openSteps"]) for case in told} == {("s04",)}
    assert [case["waiting"] for case in told] == [[]] * 9
    assert len({case["number"] for case in told}) == 9
    assert [case["facts"]["nama_lengkap"] for case in told] == [one["nama_lengkap"] for one in NINE]
    yayat.send(together)
    assert [len(office.case(case)["submissions"]) for case in cases] == [3] * 9, "sent again, it counts once"


def test_a_case_stays_open_until_the_guidance_was_given(yayat: Officer, office: Office) -> None:
    record, (tatang, other) = letter(yayat, NINE[2:4])
    yayat.send(record)
    yayat.follow("asesmen", tatang, asal="kota_banjar")
    yayat.later().follow("penelusuran", tatang, hasil_penelusuran="tidak_ditemukan", alamat_keluarga="belum_ditemukan")
    for form, answers in TO_THE_HOME:
        yayat.follow(form, tatang, **answers)
    assert (office.case(tatang)["status"], yayat.steps(tatang)) == ("open", ["s03"])
    yayat.send(guidance(yayat, [tatang]))
    assert office.case(tatang)["closeReason"] == "dikirim_ke_balai"
    assert yayat.steps(other) == ["s02"]

    day = office.clock.now
    recap = monthly(office.store, OPERATOR, office.project, day.year, day.month)
    (flow,) = recap.flows
    assert (flow.done, flow.referred) == (0, 1), "who was sent to a home is referred, not done"
    assert recap.routes is None, "no service of Kota Banjar knows RJ and diversion"
    told = signed_in(office, "dadan").read(f"/kasus/{tatang}").text
    assert "Berlanjut ke: Bimbingan fisik, mental, spiritual dan sosial; Penelusuran keluarga" in told
    assert "end_branch" not in told


def test_somebody_found_on_the_list_who_is_no_client_is_closed_by_the_supervisor(
    yayat: Officer, office: Office
) -> None:
    record, (karta,) = letter(yayat, NINE[8:])
    yayat.send(record)
    reason: Answers = {"closeReason": "bukan_sasaran", "reason": "Pedagang yang sedang menunggu bus"}
    assert office.act("yayat", karta, "close", **reason).status == 403
    assert office.act("dadan", karta, "close", **reason).status == 200
    assert office.case(karta)["status"] == "closed"


def test_these_stories_take_every_route_of_the_sop() -> None:
    rules = Instruments("kota_banjar", "gelandangan").rules
    taken = BEGUN.union(*(routes for _, _, _, routes, _ in WAYS.values()))
    assert taken == {route.name for route in rules.routes}

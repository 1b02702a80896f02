"""Who gets a new case by the answer the workbook names (ruling 41): an officer, or who works in a unit or area."""

from forms import office as office_workbook
from forms import workbook
from server.cases.sharing import Worker, chosen, named, names_somebody
from tests.core.sop_books import abh, book_bytes
from tests.core.test_office import sheets

OFFICE, _ = office_workbook.read(
    workbook.read(
        book_bytes(
            sheets(
                units=[{"code": "dinas", "name": "Dinas"}, {"code": "rehsos", "name": "Rehsos", "parent": "dinas"}],
                areas=[
                    {"code": "99.01.01", "level": "kecamatan", "name": "Timur"},
                    {"code": "99.01.01.1001", "level": "kelurahan", "name": "Kebonsari", "parent": "99.01.01"},
                ],
                officers=[
                    {"code": "pks-01", "name": "SRI WAHYUNI", "role": "peksos", "unit": "rehsos"},
                    {"code": "dtn-01", "name": "DEWI LESTARI", "role": "staf_datin", "unit": "rehsos"},
                    {"code": "pks-09", "name": "BELUM PUNYA AKUN", "role": "peksos", "unit": "rehsos"},
                ],
            )
        )
    )
)


def worker(key: int, name: str, role: str, *places: str) -> Worker:
    login = f"{name.split()[0].lower()}@coba.test"
    return Worker(key, name, login, frozenset({role}), frozenset((role, place) for place in places))


SRI = worker(3, "Sri Wahyuni", "peksos")
TONO = worker(4, "Tono Hartono", "tksk", "99.01.01")
WATI = worker(5, "Wati Susanti", "peksos", "99.01.01.1001")
HADI = worker(6, "Hadi Prasetyo", "supervisor", "99.01.01.1001", "dinas")
EVERYBODY = (SRI, TONO, WATI, HADI)


def given(value: str) -> list[int]:
    return [found.id for found in named(OFFICE, abh(), EVERYBODY, value)]


def test_an_officer_is_named_by_login_or_by_the_code_of_the_offices_workbook() -> None:
    assert given("Wati@coba.test") == [WATI.id]
    assert given("pks-01") == [SRI.id]
    assert given("pks-09") == [], "in the workbook, but without an account"
    assert given("hadi@coba.test") == [HADI.id], "who is named in person may be anybody of the office"


def test_two_people_of_one_name_are_nobody() -> None:
    twin = worker(9, "Sri Wahyuni", "peksos")
    assert named(OFFICE, abh(), (*EVERYBODY, twin), "pks-01") == ()


def test_a_unit_or_an_area_names_who_does_the_sops_steps_there_or_the_nearest_one_above() -> None:
    assert given("99.01.01.1001") == [WATI.id], "its own social worker; who leads is given nothing by rule"
    assert given("99.01.01") == [TONO.id]
    assert [w.id for w in named(OFFICE, abh(), (SRI, TONO), "99.01.01.1001")] == [TONO.id], "of the district above"
    assert given("rehsos") == [SRI.id], "by the sheet officers"
    assert given("dinas") == []
    assert given("kelurahan lain") == []
    assert named(None, abh(), EVERYBODY, "99.01.01.1001") == (WATI,), "an office without a workbook"


def test_of_several_who_is_there_and_has_fewest_cases() -> None:
    both = (SRI, WATI)
    assert chosen(both, {}, ()) == SRI, "of equals who came first"
    assert chosen(both, {SRI.id: 2, WATI.id: 1}, ()) == WATI
    assert chosen(both, {SRI.id: 2, WATI.id: 1}, {WATI.id}) == SRI
    assert chosen(both, {SRI.id: 2, WATI.id: 1}, {WATI.id, SRI.id}) == WATI, "their deputies see it"
    assert chosen((), {}, ()) is None


def test_what_can_name_somebody() -> None:
    assert OFFICE is not None
    logins = {"sri@coba.test"}
    assert [names_somebody(OFFICE, logins, v) for v in ("sri@coba.test", "pks-09", "rehsos", "99.01.01", "ya")] == [
        True,
        True,
        True,
        True,
        False,
    ]

"""Phones without signal on the same case: whatever the order in which they find it, one history, and nothing lost."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations

import pytest

from server.access import OPERATOR
from server.actions.users import add_user
from server.queries.case_reading import read_case
from server.queries.definitions import definitions_of
from server.sop.fold import fold
from server.store.entities import read_entity
from tests.office import PASSWORD, Office
from tests.officer import Officer
from tests.phone.collect import Instance

SHOWN = ("label", "langkah", "formulir", "selesai", "terbuka", "__version")
FIRST, SECOND, THIRD = date(2026, 3, 3), date(2026, 3, 4), date(2026, 3, 5)


@pytest.fixture
def wati(office: Office) -> str:
    login = office.town.login("wati")
    add_user(office.store, OPERATOR, login, role="peksos", project_id=office.project, name="Wati", password=PASSWORD)
    return "wati"


def orders(one: int, two: int) -> Iterator[tuple[int, ...]]:
    """In what order the forms of two phones can arrive, each phone sending its own as it filled them."""
    for places in combinations(range(one + two), one):
        yield tuple(0 if place in places else 1 for place in range(one + two))


def check(office: Office, case: str, sent: list[Instance]) -> None:
    """Every form is in the case once, and the case is what its events say."""
    told = office.case(case)
    known = [one["instanceId"] for one in told["submissions"]]
    assert sorted(known) == sorted({*known}), "none twice"
    assert {record.instance_id for record in sent} <= set(known), "none lost"
    with office.store.read() as db:
        definitions = definitions_of(office.store)
        file = read_case(db, definitions, office.project, case)
        assert file is not None
        calendar = definitions.calendar(db, office.project, file.sop.id)
    assert fold(file.sop.sop, file.events, calendar) == file.state


def test_two_officers_work_on_one_case_offline_and_sync_in_every_order(office: Office, wati: str) -> None:
    sri, other = Officer(office), Officer(office, "Ponsel Wati", seed=2, who=wati)
    ends: dict[tuple[int, ...], tuple[object, ...]] = {}
    for order in orders(2, 2):
        case = sri.intake(on=date(2026, 3, 2))
        for one in (sri, other):
            one.phone.sync()
        start = office.clock.now
        office.clock.advance(days=4)
        mine = [
            sri.fill("abh_asesmen", {"kasus_id": case, "berat_tindakan": "berat"}, FIRST),
            sri.fill("abh_konferensi_kasus", {"kasus_id": case, "tampil": "semua", "berat_tindakan": "berat"}, THIRD),
        ]
        theirs = [
            other.fill("abh_asesmen", {"kasus_id": case, "berat_tindakan": "ringan"}, SECOND),
            other.fill("abh_kunjungan_rumah", {"kasus_id": case, "tampil": "semua"}, SECOND),
        ]
        waiting = ([*mine], [*theirs])
        for who in order:
            (sri, other)[who].send(waiting[who].pop(0))
        check(office, case, [*mine, *theirs])
        served = {}
        for one in (sri, other):
            (row,) = [row for row in one.phone.sync().rows("kasus_abh") if row["name"] == case]
            assert not one.phone.lists["kasus_abh"].rows[case].is_offline
            served[one.phone.url] = {
                name: row[name] for name in ("label", "langkah", "formulir", "selesai", "__version")
            }
        assert len({repr(row) for row in served.values()}) == 1, "both phones show the same"
        with office.store.read() as db:
            kept = read_entity(db, case)
        assert kept is not None
        assert int(row["__version"]) == kept.version
        state = office.case(case)
        ends[order] = (
            state["openSteps"],
            [one["instanceId"] for one in state["waiting"]] != [],
            state["conflicts"] != [],
        )
        office.clock.set(start)
    conflicted = {order: end for order, end in ends.items() if end[2]}
    settled = {repr(end[0]) for order, end in ends.items() if order not in conflicted}
    assert len(settled) == 1, ends
    assert all(end[1] for end in ends.values()), "the second assessment waits where a person sees it"


def test_a_draft_stays_with_its_case_however_far_that_went_on_meanwhile(office: Office, wati: str) -> None:
    sri, other = Officer(office), Officer(office, "Ponsel Wati", seed=2, who=wati)
    case = sri.intake()
    sri.phone.sync()
    day = {"kasus_id": case, "tgl_kegiatan": sri.today, "berat_tindakan": "berat"}
    draft = sri.phone.fill_random("abh_asesmen", 5, day)
    other.follow("asesmen", case, berat_tindakan="ringan")
    assert office.act("hadi", case, "assign", assignee=office.town.login("wati")).status == 200
    answer = office.act("hadi", case, "close", closeReason="hilang_kontak", reason="dicari", search="RT, RW")
    assert answer.status == 200, answer.text
    sri.phone.sync()
    (row,) = [row for row in sri.phone.rows("kasus_abh") if row["name"] == case]
    assert row["terbuka"] == "tidak"
    finished = sri.phone.finalise(draft)
    assert finished.value("kasus_id") == case, "the choice is still there"
    sri.send(finished)
    check(office, case, [finished])
    edit = sri.phone.edit_sent(finished, {"berat_tindakan": "ringan"})
    assert edit.value("kasus_id") == case
    sri.send(edit)
    (told,) = [one for one in office.case(case)["submissions"] if one["instanceId"] == finished.instance_id]
    assert len(told["revisions"]) == 2


@pytest.mark.parametrize("backwards", [True, False])
def test_a_phone_fills_three_forms_of_a_new_case_without_signal_and_they_arrive_in_any_order(
    office: Office, backwards: bool
) -> None:
    sri = Officer(office)
    intake = sri.fill("abh_laporan_awal", {"jenis_masuk": "laporan", "nama_lengkap": "Rizky S", "inisial": "R. S."})
    (case,) = intake.entity_ids()
    first = sri.fill("abh_asesmen", {"kasus_id": case, "berat_tindakan": "berat"})
    second = sri.fill("abh_konferensi_kasus", {"kasus_id": case, "tampil": "semua", "berat_tindakan": "berat"})
    local = sri.phone.lists["kasus_abh"].rows[case]
    assert local.is_offline
    for record in (second, first, intake) if backwards else (intake, first, second):
        sri.send(record)
    check(office, case, [intake, first, second])
    listed = office.as_("rina").get(f"/v1/projects/{office.project}/datasets/kasus_abh/entities/{case}")
    assert listed.json["conflict"] is None, "nobody else wrote"
    assert office.case(case)["waiting"] == []
    (row,) = sri.phone.sync().rows("kasus_abh")
    assert int(row["__version"]) >= local.version
    assert (row["nomor"], row["terbuka"]) == (office.case(case)["number"], "ya")

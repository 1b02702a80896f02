"""The same client taken in thousands of times: proposals look at the newest and cost no more (ruling 16)."""

from sqlalchemy import Connection, insert, select

from server.actions.proposals import _BY
from server.store.cases import case, case_person
from tests.doors.test_merge import proposals, report
from tests.office import Office

NIK = "3575010405120001"


def taken_in(office: Office, like: str, times: int, status: str, prefix: str) -> None:
    """So many more cases of the client of this one, all of its day."""
    with office.store.write() as tx:
        whole = dict(tx.execute(select(case).where(case.c.id == like)).one()._mapping)
        known = dict(tx.execute(select(case_person).where(case_person.c.case_id == like)).one()._mapping)
        keys = [f"{prefix}-{number:06d}" for number in range(times)]
        made = [{**whole, "id": key, "number": key, "status": status} for key in keys]
        tx.execute(insert(case), made)
        tx.execute(insert(case_person), [{**known, "case_id": key, "root": key} for key in keys])
        tx.audit(None, "test.taken_in")


def work_of(db: Connection, like: str) -> int:
    """How many steps the database takes to find those who may be the same, over all ways of looking."""
    driver = db.connection.driver_connection
    assert driver is not None
    known = db.execute(select(case_person).where(case_person.c.case_id == like)).one()._mapping
    here = {"project": known["project_id"], "sop": known["sop_id"], "case": like, "since": "2026-01-01"}
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    driver.set_progress_handler(count, 10)
    try:
        for column, statement in _BY.items():
            keys = (column, "sex") if column == "area" else (column,)
            statement.all(db, {**here, **{name: known[name] for name in keys}})
    finally:
        driver.set_progress_handler(None, 0)
    return steps


def test_the_three_thousandth_report_of_one_child_costs_what_the_three_hundredth_did(office: Office) -> None:
    if office.store.engine.dialect.name != "sqlite":
        return
    first = report(office, office.phone_url(), nik=NIK, nama_lengkap="Rizki Saputra", kelurahan="35.75.01.1001")
    taken_in(office, first, 300, "open", "a")
    with office.store.read() as db:
        few = work_of(db, first)
    taken_in(office, first, 3_000, "open", "b")
    with office.store.read() as db:
        many = work_of(db, first)
    assert few > 0
    assert many < 1.2 * few, (few, many)
    taken_in(office, first, 6_000, "closed", "z")
    with office.store.read() as db:
        closed = work_of(db, first)
    assert closed < 1.2 * few, (few, closed)


def test_an_open_case_is_proposed_also_behind_a_hundred_closed_ones(office: Office) -> None:
    url = office.phone_url()
    first = report(office, url, nik=NIK, nama_lengkap="Rizki Saputra")
    taken_in(office, first, 100, "closed", "z")
    second = report(office, url, nik=NIK, nama_lengkap="Rizki Saputra")
    pairs = [{found["older"]["id"], found["younger"]["id"]} for found in proposals(office)]
    assert pairs == [{first, second}]

"""The office learns of other free days: Rina sees what moves, publishes, and open cases get their new dates."""

import io
from collections.abc import Mapping
from datetime import date

from openpyxl import load_workbook
from sqlalchemy import select

from server.actions.bundle import Upload
from server.actions.publish import publish_bundle
from server.store.audit import audit
from server.store.entities import entity
from server.store.schema import loads
from tests.browsing import signed_in, worked
from tests.office import PASURUAN, Office
from tests.past import Past

WEDNESDAY = date(2026, 3, 4)
"""Two days after the Monday on which the children are reported."""


def days(*free: date, work_days: str | None = None) -> bytes:
    """kantor.xlsx with these days free as well."""
    book = load_workbook(PASURUAN / "kantor.xlsx")
    for day in free:
        sheet = book["calendar"]
        columns = {str(cell.value): cell.column for cell in sheet[1]}
        row = sheet.max_row + 1
        sheet.cell(row, columns["date"]).value = day
        sheet.cell(row, columns["kind"]).value = "libur_daerah"
        sheet.cell(row, columns["decree"]).value = "Edaran Wali Kota"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def publish(office: Office, book: bytes) -> None:
    """Puts this kantor.xlsx in force and lets the workers do what follows."""
    publish_bundle(
        office.store, office.viewer("rina"), office.project, [Upload("kantor.xlsx", book)], accept_warnings=True
    )
    office.work()


def dues(office: Office, case_id: str) -> Mapping[str, str]:
    """The day each step of a case is or was due."""
    return {step["name"]: step["dueAt"][:10] for step in office.case(case_id)["steps"] if step["dueAt"]}


def redated(office: Office) -> list[tuple[str, list[dict]]]:
    """What the audit says about deadlines that moved: subject and the list."""
    with office.store.read() as db:
        lines = db.execute(select(audit.c.subject, audit.c.details).where(audit.c.action == "case.redate"))
        return [(line.subject, loads(line.details)["moved"]) for line in lines]


def test_an_open_case_gets_the_new_days_and_a_finished_step_keeps_the_old(office: Office) -> None:
    past = Past(office)
    waiting = past.child(13)
    assessed = past.child(14, ("abh_asesmen", {}))
    before = dues(office, assessed)
    assert (dues(office, waiting)["s03"], before["s03"], before["s06"]) == ("2026-03-03", "2026-03-03", "2026-03-05")
    office.clock.advance(hours=1)
    publish(office, days(date(2026, 3, 3), WEDNESDAY))
    assert dues(office, waiting)["s03"] == "2026-03-05"
    after = dues(office, assessed)
    assert (after["s03"], after["s06"]) == ("2026-03-03", "2026-03-09")
    (row,) = [step for step in office.case(assessed)["steps"] if step["name"] == "s03"]
    assert not row["late"]


def test_every_deadline_that_moves_is_recorded_with_its_old_and_new_day(office: Office) -> None:
    child = Past(office).child(13)
    publish(office, days(WEDNESDAY))
    ((subject, moved),) = redated(office)
    assert subject == f"case:{child}"
    (service,) = [one for one in moved if one["step"] == ""]
    assert (service["old"][:10], service["new"][:10]) == ("2026-03-09", "2026-03-10")
    assert [one["step"] for one in moved] == [""], "the assessment was due on Tuesday and still is"


def test_the_phone_sees_the_new_date(office: Office) -> None:
    past = Past(office)
    child = past.child(13)
    rows = {row["id"]: row["jatuh_tempo"] for row in phone_rows(office)}
    assert rows[child] == "2026-03-03"
    publish(office, days(date(2026, 3, 3)))
    rows = {row["id"]: row["jatuh_tempo"] for row in phone_rows(office)}
    assert rows[child] == "2026-03-04"


def phone_rows(office: Office) -> list[dict]:
    with office.store.read() as db:
        from_rows = db.execute(select(entity.c.id, entity.c.workflow)).all()
    return [{"id": row.id, **loads(row.workflow)} for row in from_rows]


def test_a_closed_case_keeps_what_it_ended_under(office: Office) -> None:
    child = Past(office).child(13)
    act = {"type": "close", "closeReason": "pindah", "reason": "keluarga pindah"}
    assert office.as_("hadi").post(f"/v1/projects/{office.project}/cases/{child}/events", act).status == 200
    before = office.case(child)
    office.clock.advance(hours=1)
    publish(office, days(date(2026, 3, 3), WEDNESDAY))
    note = {"type": "note", "text": "dibaca lagi"}
    assert office.as_("hadi").post(f"/v1/projects/{office.project}/cases/{child}/events", note).status == 200
    after = office.case(child)
    assert [s["dueAt"] for s in after["steps"]] == [s["dueAt"] for s in before["steps"]]
    assert redated(office) == []


def test_days_that_come_back_move_the_deadlines_back(office: Office) -> None:
    child = Past(office).child(13)
    publish(office, days(date(2026, 3, 3)))
    assert dues(office, child)["s03"] == "2026-03-04"
    office.clock.advance(hours=1)
    publish(office, days())
    assert dues(office, child)["s03"] == "2026-03-03"
    assert len(redated(office)) == 2


def test_a_new_telephone_number_moves_nothing(office: Office) -> None:
    Past(office).child(13)
    book = load_workbook(io.BytesIO(days()))
    sheet = book["office"]
    (row,) = [number for number in range(2, sheet.max_row + 1) if sheet.cell(number, 1).value == "phone"]
    sheet.cell(row, 2).value = "0343-000000"
    stream = io.BytesIO()
    book.save(stream)
    answer = preview(office, stream.getvalue())
    assert (answer.status, answer.json) == (200, {"changed": False})
    publish(office, stream.getvalue())
    assert redated(office) == []


def preview(office: Office, book: bytes, who: str = "rina"):
    return office.as_(who).post(f"/v1/projects/{office.project}/office/preview", book)


def test_before_publishing_a_program_sees_what_would_move(office: Office) -> None:
    past = Past(office)
    children = [past.child(13) for _ in range(3)]
    past.follow(children[0], ("abh_asesmen", {}))
    answer = preview(office, days(date(2026, 3, 3), WEDNESDAY))
    assert answer.status == 200, answer.text
    told = answer.json
    assert (told["changed"], told["openCases"], told["cases"], told["deadlines"]) == (True, 3, 3, 6)
    assert (told["firstDay"], told["lastDay"]) == ("2026-03-03", "2026-03-09")
    assert told["sops"] == [
        {"sop": "abh", "title": told["sops"][0]["title"], "cases": 3, "deadlines": 6, "leastDays": 2, "mostDays": 4}
    ]
    first = told["largest"][0]
    assert (first["step"], first["from"][:10], first["to"][:10], first["days"]) == (
        "s06",
        "2026-03-05",
        "2026-03-09",
        4,
    )
    assert all(dues(office, child)["s03"] == "2026-03-03" for child in children), "nothing has moved"
    assert preview(office, days(), "sri").status == 403
    assert preview(office, b"PK bukan buku kerja").status == 400


def test_rina_sees_on_the_publish_page_what_moves(office: Office) -> None:
    child = Past(office).child(13)
    number = office.case(child)["number"]
    rina = signed_in(office, "rina")
    rina.read("/sop")
    page = worked(office, rina, rina.upload("/terbitkan", {"kantor.xlsx": days(date(2026, 3, 3))}))
    assert "Tenggat yang bergeser" in page.text
    assert "2 tenggat pada 1 dari 1 kasus terbuka akan bergeser" in page.text
    assert number in page.text


def test_a_case_that_is_worked_on_before_the_worker_comes_has_its_new_days_already(office: Office) -> None:
    past = Past(office)
    first, second = past.child(13), past.child(13)
    book = [Upload("kantor.xlsx", days(date(2026, 3, 3)))]
    publish_bundle(office.store, office.viewer("rina"), office.project, book, accept_warnings=True)
    office.clock.advance(minutes=5)
    past.follow(first, ("abh_asesmen", {}))
    assert dues(office, first)["s06"] == "2026-03-06"
    assert dues(office, second)["s03"] == "2026-03-03", "its turn has not come"
    office.work()
    assert dues(office, second)["s03"] == "2026-03-04"
    assert [subject for subject, _ in redated(office)] == [f"case:{second}"]

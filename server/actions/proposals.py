"""Open cases that may be about one client: a person is asked, nothing is merged (rulings 16 and 33)."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column, select

from server.access import Viewer, require
from server.actions.case_file import CaseFile
from server.cases.linking import derived_id
from server.cases.matching import SAME_TIME_DAYS, Match, Person, compare, person
from server.problems import Problem
from server.store import Store, Transaction
from server.store.cases import case, case_person, task
from server.store.hot import Hot
from server.store.schema import dumps, loads, stamp

PROPOSAL = "merge_proposal"
ROW_GONE = "row_gone"
"""Kind of the task about a case whose row was taken out of the form that opened it."""
MOST_COMPARED = 25
"""Cases compared by each of nik, day of birth, sound of the name and place: the newest; a wider net finds chance."""
MOST_LOOKED_AT = 200
"""Cases, also closed ones, among which those compared are sought."""
MOST_PROPOSED = 3

_OPEN: ColumnElement[str] = literal_column("'open'")


_SELF = case_person.alias("self")
# People named in one submission are different people.
_ROOT = select(_SELF.c.root).where(_SELF.c.case_id == bindparam("case")).scalar_subquery()


def _near(*same: str) -> Any:
    """The newest open cases of the SOP with the same values in these columns; by place only those of the same time.

    The newest are taken in the order of their index before it is asked which are open, so that whoever was taken in
    a thousand times costs no more than a few.
    """
    conditions: list[ColumnElement[bool]] = [case_person.c[name] == bindparam(name) for name in same]
    if "area" in same:
        conditions.append(case_person.c.day >= bindparam("since"))
    newest = (
        select(case_person.c.case_id, case_person.c.said, case_person.c.day)
        .where(
            case_person.c.project_id == bindparam("project"),
            case_person.c.sop_id == bindparam("sop"),
            *conditions,
            case_person.c.case_id != bindparam("case"),
            case_person.c.root != _ROOT,
        )
        .order_by(case_person.c.day.desc(), case_person.c.case_id.desc())
        .limit(MOST_LOOKED_AT)
        .subquery()
    )
    found = (
        select(newest.c.case_id, newest.c.said, case.c.number, case.c.opened_on)
        .join(case, case.c.id == newest.c.case_id)
        .where(case.c.status == _OPEN)
        .order_by(newest.c.day.desc(), newest.c.case_id.desc())
        .limit(MOST_COMPARED)
    )
    return select(found.subquery())


_BY = {
    "nik": Hot(_near("nik")),
    "born": Hot(_near("born")),
    "sound": Hot(_near("sound")),
    "area": Hot(_near("area", "sex")),
}


def propose(tx: Transaction, file: CaseFile) -> None:
    """Asks a person about the open cases of the SOP that may be about the same client; never merges (ruling 16).

    `file` is the case as just saved. A pair once proposed is not proposed again, also when it was dismissed.
    """
    if file.state is None or file.state.status != "open":
        return
    me = person(file.state.facts, file.state.opened_on)
    found = _alike(tx, file, me)
    for key, (match, number, opened_on) in found[:MOST_PROPOSED]:
        mine_first = (file.state.opened_on, file.number) <= (opened_on, number)
        older, younger = (file.id, (key, number)) if mine_first else (key, (file.id, file.number))
        proposal = derived_id(PROPOSAL, *sorted((older, younger[0])))
        if tx.execute(select(task.c.id).where(task.c.id == proposal)).first() is not None:
            continue
        args = {"case": younger[0], "number": younger[1], "score": match.score, "reasons": list(match.reasons)}
        asked = {
            "id": proposal,
            "project_id": file.project_id,
            "kind": PROPOSAL,
            "case_id": older,
            "reason": f"{PROPOSAL}.{_strongest(match)}",
            "args": dumps(args),
            "created_at": stamp(tx.now),
        }
        tx.execute(task.insert(), asked)


def _strongest(match: Match) -> str:
    return match.reasons[0] if match.reasons[0] in ("nik", "name") else "look"


def _alike(tx: Transaction, file: CaseFile, me: Person) -> list[tuple[str, tuple[Match, str, str]]]:
    """Other open cases by id with match, number and day of opening; the most alike first."""
    keys = {"nik": me.nik, "born": me.born, "sound": me.sound, "area": me.area if me.sex else ""}
    place = {"project": file.project_id, "sop": file.sop.sop.sop_id, "case": file.id}
    found: dict[str, tuple[Match, str, str]] = {}
    for column, value in keys.items():
        if not value:
            continue
        given = {column: value, "sex": me.sex, "since": _since(me.day)} if column == "area" else {column: value}
        for case_id, said, number, opened_on in _BY[column].all(tx.connection, {**place, **given}):
            match = compare(me, _person(said)) if case_id not in found else None
            if match:
                found[case_id] = (match, number, opened_on)
    return sorted(found.items(), key=lambda item: (-item[1][0].score, item[0]))


def _since(day: str) -> str:
    """The first day on which somebody nameless may still be the same as somebody of this day."""
    return (date.fromisoformat(day) - timedelta(days=SAME_TIME_DAYS)).isoformat()


def _person(said: str) -> Person:
    row = loads(said)
    pairs = {name: tuple(row[name]) if row[name] else None for name in ("ages", "place")}
    return Person(**{**row, **pairs})


def dismiss(store: Store, viewer: Viewer | None, project_id: int, task_id: str, reason: str) -> None:
    """Says that two cases are not one person's, or that a case goes on though its row is gone; never asked again.

    Raises Problem `request.not_found`, `case.reason_required`.
    """
    viewer = require(viewer, "case.act", project_id)
    if not reason.strip():
        raise Problem("case.reason_required")
    with store.write() as tx:
        asked = (task.c.id == task_id, task.c.project_id == project_id, task.c.kind.in_([PROPOSAL, ROW_GONE]))
        row = tx.execute(select(task).where(*asked, task.c.done_at.is_(None))).first()
        if row is None:
            raise Problem("request.not_found")
        args = dumps({**loads(row.args), "dismissed": reason.strip()})
        tx.execute(task.update().where(*asked), {"args": args, "done_at": stamp(tx.now), "done_by": viewer.id})
        details = {"other": loads(row.args).get("case"), "reason": reason.strip()}
        act = "case.merge.dismiss" if row.kind == PROPOSAL else "case.row_gone.dismiss"
        tx.audit(viewer.id, act, project=project_id, subject=f"case:{row.case_id}", details=details)

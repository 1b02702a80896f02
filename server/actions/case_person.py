"""What the client of a case may be recognised by, kept where others are compared with it."""

from dataclasses import fields

from sqlalchemy import bindparam

from server.cases.matching import Person, person, same_client
from server.queries.case_reading import CaseFile
from server.sop.events import Event
from server.sop.state import CaseState
from server.store import Transaction
from server.store.cases import case_person
from server.store.hot import Hot
from server.store.schema import dumps

_INSERT_PERSON = Hot(
    case_person.insert(),
    ["case_id", "project_id", "sop_id", "nik", "sound", "born", "sex", "area", "day", "root", "said"],
)


_PERSON = [item.name for item in fields(Person)]


_UPDATE_PERSON = Hot(
    case_person.update().where(case_person.c.case_id == bindparam("case")),
    ["nik", "sound", "born", "sex", "area", "day", "said"],
)


def is_somebody_else(before: CaseFile, after: CaseFile) -> bool:
    """Whether what the client is recognised by has changed between two readings of a case."""
    if before.state is None or after.state is None:
        return before.state is not after.state
    return before.state.opened_on != after.state.opened_on or not same_client(before.state.facts, after.state.facts)


def _client(file: CaseFile) -> Person:
    return person(file.state.facts, file.state.opened_on) if file.state else Person()


def write_person(tx: Transaction, file: CaseFile, state: CaseState, new: Event) -> None:
    """What the client may be recognised by, written when it is first known or has changed."""
    if file.state and file.state.opened_on == state.opened_on and same_client(file.state.facts, state.facts):
        return
    was = _client(file)
    now = person(state.facts, state.opened_on)
    if now == was or not now.known:
        return
    row = {
        "nik": now.nik,
        "sound": now.sound,
        "born": now.born,
        "sex": now.sex,
        "area": now.area,
        "day": now.day,
        "said": dumps({name: getattr(now, name) for name in _PERSON}),
    }
    if file.revision == 0 or tx.run(_UPDATE_PERSON, {"case": file.id, **row}).rowcount == 0:
        place = {"case_id": file.id, "project_id": file.project_id, "sop_id": file.sop.sop.sop_id}
        tx.run(_INSERT_PERSON, {**place, "root": new.instance_id or new.id, **row})

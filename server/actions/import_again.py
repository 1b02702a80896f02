"""Rows of a register whose cases were brought in before: what they say otherwise now (ruling 43)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from forms.findings import Finding
from forms.values import from_json, text
from forms.workbook import Row
from server.cases.linking import derived_id
from server.store.cases import case, event
from server.store.people import user
from server.store.schema import loads

AT_A_TIME = 250
OPENED, STEPS, OFFICER = "tanggal_buka", "langkah", "petugas"


@dataclass(frozen=True, slots=True)
class Again:
    """A row of a case that is here already: `says` by column, as text; a column the sheet lacks is absent."""

    row: Row
    says: Mapping[str, str]


def opening_event(case_id: str) -> str:
    """The id of the event an imported case begins with."""
    return derived_id("import_event", case_id)


def manager_event(case_id: str) -> str:
    """The id of the event that gives an imported case to the officer its row names."""
    return derived_id("import_assign", case_id)


def edited(db: Connection, rows: Mapping[str, Again]) -> Iterator[Finding]:
    """`import.changed` on each cell that says something else than when its case came in: an import changes no case
    that is here, so a person must know and change it there."""
    keys = list(rows)
    for start in range(0, len(keys), AT_A_TIME):
        for key, number, then in _brought_in(db, keys[start : start + AT_A_TIME]):
            again = rows[key]
            for column, now in again.says.items():
                was = then.get(column, "")
                if now != was:
                    args = {"name": column, "was": was or "–", "now": now or "–", "number": number}
                    yield Finding("import.changed", "warning", again.row.place(column), args)


def _brought_in(db: Connection, keys: list[str]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """(case id, number, what its row said then by column) of each case."""
    known = {opening_event(key): key for key in keys} | {manager_event(key): key for key in keys}
    kept = {row.id: row for row in db.execute(select(event).where(event.c.id.in_(known)))}
    logins = {str(row.actor_id): row.login for row in db.execute(select(user.c.actor_id, user.c.login))}
    numbers = select(case.c.id, case.c.number).where(case.c.id.in_(keys)).order_by(case.c.number)
    for key, number in db.execute(numbers):
        began = kept.get(opening_event(key))
        if began is None:
            continue
        data = loads(began.data)
        given = kept.get(manager_event(key))
        officer = loads(given.data).get("data", {}).get("assignee", "") if given else ""
        facts = {name: text(from_json(value)) for name, value in data.get("answers", {}).items()}
        steps = " ".join(data.get("data", {}).get("steps", []))
        yield key, number, {**facts, OPENED: began.effective[:10], STEPS: steps, OFFICER: logins.get(officer, "")}

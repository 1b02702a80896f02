"""The cases that submissions are in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.store.cases import case, event


@dataclass(frozen=True, slots=True)
class PlacedIn:
    """A case as a submission's line names it."""

    id: str
    number: str
    label: str


def cases_of(db: Connection, project_id: int, form: str, instances: Sequence[str]) -> Mapping[str, PlacedIn]:
    """The case each instance of a form is in; of several the one it came to first.

    Asked in two steps, so that no database is tempted to begin with all cases of an office.
    """
    if not instances:
        return {}
    query = select(event.c.instance_id, event.c.case_id).where(event.c.instance_id.in_(instances), event.c.form == form)
    placed: dict[str, str] = {}
    for instance, case_id in db.execute(query.order_by(event.c.received_at)):
        placed.setdefault(instance, case_id)
    rows = db.execute(
        select(case.c.id, case.c.number, case.c.label, case.c.project_id).where(case.c.id.in_(set(placed.values())))
    )
    known = {row.id: PlacedIn(row.id, row.number, row.label) for row in rows if row.project_id == project_id}
    return {instance: known[case_id] for instance, case_id in placed.items() if case_id in known}

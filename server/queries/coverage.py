"""How often each route of an SOP was taken, from real cases: rules nobody ever reaches, and those often overruled."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, select

from server.store.cases import case
from server.store.schema import loads

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Coverage:
    """`routes`: how often each was taken; `overruled`: how often the decision of a step was led elsewhere by a
    person; `stuck`: how often a step had no rule; `cases`: of how many cases this is."""

    cases: int
    routes: dict[str, int]
    overruled: dict[str, int]
    stuck: dict[str, int]


def coverage(db: Connection, project_id: int, sop_id: str, *, most: int) -> Coverage:
    """Counts over up to `most` open cases of an SOP and as many closed last, whatever version they run under."""
    routes: Counter[str] = Counter()
    overruled: Counter[str] = Counter()
    stuck: Counter[str] = Counter()
    cases = 0
    for text in _states(db, project_id, sop_id, most):
        cases += 1
        for decision in loads(text)["decisions"]:
            if decision["kind"] in ("override", "kept"):
                overruled[decision["step"]] += 1
            elif decision["kind"] == "stuck":
                stuck[decision["step"]] += 1
            if decision["superseded_by"] is None:
                routes.update(decision["routes"])
    return Coverage(cases, dict(routes), dict(overruled), dict(stuck))


def _states(db: Connection, project_id: int, sop_id: str, most: int) -> Iterator[str]:
    of_sop = select(case.c.state).where(case.c.project_id == project_id, case.c.sop_id == sop_id)
    running = of_sop.where(case.c.status == "open").order_by(case.c.next_due, case.c.opened_on, case.c.id)
    ended = of_sop.where(case.c.closed_on.is_not(None)).order_by(case.c.closed_on.desc(), case.c.id)
    for query in (running, ended):
        for (text,) in db.execution_options(yield_per=CHUNK).execute(query.limit(most)):
            yield text

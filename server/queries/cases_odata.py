"""The cases of an office as OData: flat tables for tools that draw figures (DESIGN section 6).

No facts and no answers: what a case is called, where it stands, what was decided and which papers it has.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from sqlalchemy import Row, func, select

from forms.odata import Selection
from server.access import Extent, Viewer, require
from server.cases.privacy import MARK
from server.problems import Problem
from server.queries.cases_api import is_past
from server.queries.masking import extent_of
from server.queries.odata import Asked, Feed, paged, read_token
from server.sop.state import CaseState, from_json
from server.store import Store
from server.store.cases import case
from server.store.documents import document
from server.store.projects import sop_version
from server.store.reading import log_read
from server.store.schema import loads

PIECE = 200
_TEXT, _DAY, _MOMENT, _WHOLE, _YES = "Edm.String", "Edm.Date", "Edm.DateTimeOffset", "Edm.Int64", "Edm.Boolean"

# The key first; properties by table with their types.
TABLES: Mapping[str, Mapping[str, str]] = {
    "Cases": {
        "id": _TEXT,
        "number": _TEXT,
        "sop": _TEXT,
        "sopVersion": _TEXT,
        "label": _TEXT,
        "status": _TEXT,
        "closeReason": _TEXT,
        "openedOn": _DAY,
        "closedOn": _DAY,
        "dueAt": _MOMENT,
        "late": _YES,
        "manager": _TEXT,
        "openSteps": _TEXT,
    },
    "Steps": {
        "id": _TEXT,
        "caseId": _TEXT,
        "name": _TEXT,
        "visit": _WHOLE,
        "state": _TEXT,
        "form": _TEXT,
        "role": _TEXT,
        "assignee": _TEXT,
        "openedAt": _MOMENT,
        "dueAt": _MOMENT,
        "doneOn": _DAY,
        "recordedAt": _MOMENT,
        "late": _YES,
    },
    "Decisions": {
        "id": _TEXT,
        "caseId": _TEXT,
        "step": _TEXT,
        "visit": _WHOLE,
        "routes": _TEXT,
        "to": _TEXT,
        "on": _DAY,
        "kind": _TEXT,
        "source": _TEXT,
        "interpretation": _TEXT,
        "reason": _TEXT,
        "by": _TEXT,
        "supersededBy": _TEXT,
    },
    "Documents": {
        "id": _TEXT,
        "caseId": _TEXT,
        "kind": _TEXT,
        "title": _TEXT,
        "number": _TEXT,
        "dated": _DAY,
        "status": _TEXT,
    },
}

# What may tell of a person, left out for those who only count.
MASKED: Mapping[Extent, Mapping[str, tuple[str, ...]]] = {
    "listed": {"Decisions": ("reason",)},
    "figures": {"Cases": ("label",), "Decisions": ("reason",)},
}


@dataclass(frozen=True, slots=True)
class _Case:
    row: Row
    state: CaseState
    papers: tuple[Row, ...]
    now: datetime

    def is_late(self, due_at: str | None) -> bool:
        return is_past(due_at, self.now)


def _cases(one: _Case) -> Iterable[tuple[object, ...]]:
    row, state = one.row, one.state
    open_visits = [visit for visit in state.visits if visit.state == "open"]
    late = row.status == "open" and any(one.is_late(due) for due in (row.due_at, *(v.due_at for v in open_visits)))
    yield (
        row.id,
        row.number,
        row.sop_id,
        row.version,
        row.label,
        row.status,
        row.close_reason,
        row.opened_on,
        row.closed_on,
        row.due_at,
        late,
        state.manager,
        " ".join(state.open_steps),
    )


def _steps(one: _Case) -> Iterable[tuple[object, ...]]:
    for visit in one.state.visits:
        yield (
            f"{one.row.id}/{visit.key}",
            one.row.id,
            visit.step,
            visit.visit,
            visit.state,
            visit.form,
            visit.role,
            visit.assignee,
            visit.opened_at,
            visit.due_at,
            visit.done_on,
            visit.recorded_at,
            one.is_late(visit.due_at) if visit.state == "open" else visit.late,
        )


def _decisions(one: _Case) -> Iterable[tuple[object, ...]]:
    for number, made in enumerate(one.state.decisions, 1):
        yield (
            f"{one.row.id}/{made.key}/{number}",
            one.row.id,
            made.step,
            made.visit,
            " ".join(made.routes),
            " ".join(made.to),
            made.on[:10] or None,
            made.kind,
            made.source or None,
            made.interpretation or None,
            made.reason,
            made.by,
            made.superseded_by,
        )


def _documents(one: _Case) -> Iterable[tuple[object, ...]]:
    for paper in one.papers:
        yield (
            str(paper.id),
            one.row.id,
            paper.kind,
            paper.title,
            paper.number,
            paper.dated[:10] or None,
            paper.status,
        )


_ROWS: Mapping[str, Callable[[_Case], Iterable[tuple[object, ...]]]] = {
    "Cases": _cases,
    "Steps": _steps,
    "Decisions": _decisions,
    "Documents": _documents,
}


def feed(store: Store, viewer: Viewer | None, project_id: int, table: str, asked: Asked, address: str | None) -> Feed:
    """The rows of a table, cases with the highest number first. Logged as a read before it returns.

    Raises `request.not_found`, `request.unsupported`, `odata.*`.
    """
    viewer = require(viewer, "case.read", project_id)
    masked = MASKED.get(extent_of(store, viewer, project_id), {}).get(table, ())
    properties = TABLES.get(table)
    if properties is None:
        raise Problem("request.not_found")
    for name, given in (("$filter", asked.filter), ("$orderby", asked.orderby), ("$expand", asked.expand or None)):
        if given is not None:
            raise Problem("request.unsupported", feature=name)
    chosen = [part.strip() for part in (asked.select or "*").split(",")]
    for name in chosen:
        if name != "*" and name not in properties:
            raise Problem("odata.select_unknown", property=name[:100])
    selection = Selection(everything="*" in chosen)
    for name in chosen if "*" not in chosen else ():
        selection.add((name,))
    token = read_token(asked.cursor, "number")
    log_read(store, viewer.id, project_id, None, f"odata:cases:{table}", address)

    def all_rows(number: str | None = None) -> Iterator[tuple[str, int, dict[str, object]]]:
        for one in _walk(store, project_id, table, number):
            for place, cells in enumerate(_ROWS[table](one), 1):
                row = dict(zip(properties, cells, strict=True))
                for name in masked:
                    row[name] = row[name] and MARK
                yield one.row.number, place, row

    found = all_rows(token.get("number"))
    if token:
        last = int(token["place"]) if token.get("place", "").isdigit() else 0
        found = (one for one in found if (one[0], -one[1]) < (token["number"], -last) and one[0] <= token["number"])
    else:
        found = islice(found, asked.skip, None)
    whole = _count(store, project_id, table, all_rows) if asked.count else None
    told = (({"number": number, "place": str(place)}, row) for number, place, row in found)
    result = paged(table, whole, told, asked, asked.skip, selection)
    result.masked = masked
    return result


def _count(
    store: Store, project_id: int, table: str, rows: Callable[[], Iterator[tuple[str, int, dict[str, object]]]]
) -> int:
    if table != "Cases":
        return sum(1 for _ in rows())
    with store.read() as db:
        return int(db.execute(select(func.count()).where(case.c.project_id == project_id)).scalar_one())


def _walk(store: Store, project_id: int, table: str, number: str | None) -> Iterator[_Case]:
    """All cases from this number on, downwards, read in pieces; their papers only where they are asked for."""
    query = (
        select(
            case.c.id,
            case.c.number,
            case.c.sop_id,
            sop_version.c.version,
            case.c.label,
            case.c.status,
            case.c.close_reason,
            case.c.opened_on,
            case.c.closed_on,
            case.c.due_at,
            case.c.state,
        )
        .join(sop_version, sop_version.c.id == case.c.sop_version_id)
        .where(case.c.project_id == project_id)
        .order_by(case.c.number.desc())
        .limit(PIECE)
    )
    piece_query = query if number is None else query.where(case.c.number <= number)
    while True:
        with store.read() as db:
            piece = db.execute(piece_query).all()
            papers: dict[str, list[Row]] = {}
            if table == "Documents" and piece:
                wanted = document.c.case_id.in_([row.id for row in piece])
                for paper in db.execute(select(document).where(wanted).order_by(document.c.id)):
                    papers.setdefault(paper.case_id, []).append(paper)
        for row in piece:
            yield _Case(row, from_json(loads(row.state)), tuple(papers.get(row.id, ())), store.now())
        if len(piece) < PIECE:
            return
        piece_query = query.where(case.c.number < piece[-1].number)


def metadata() -> str:
    """The CSDL document."""
    name = "org.alur.cases"
    types = "".join(
        f'<EntityType Name="{table}"><Key><PropertyRef Name="id"/></Key>'
        + "".join(f'<Property Name="{held}" Type="{kind}"/>' for held, kind in properties.items())
        + "</EntityType>"
        for table, properties in TABLES.items()
    )
    listed = "".join(f'<EntitySet Name="{table}" EntityType="{name}.{table}"/>' for table in TABLES)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="{name}">{types}'
        f'<EntityContainer Name="cases">{listed}</EntityContainer></Schema></edmx:DataServices></edmx:Edmx>'
    )

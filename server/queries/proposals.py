"""Pairs of cases that may be about one client, for the person who decides (rulings 16 and 33)."""

import json
from dataclasses import dataclass

from sqlalchemy import Connection, or_, select

from server.access import Viewer, require
from server.store import Store
from server.store.cases import case, task

MOST_ROWS = 200
KIND = "merge_proposal"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two cases as lists show it."""

    id: str
    number: str
    label: str
    status: str
    opened_on: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A pair with what speaks for it: `score` of 100, `reasons` (nik, name, born, sex, age, area, place, time,
    marks), strongest first. `older` is the case that would stay."""

    id: str
    older: Side
    younger: Side
    score: int
    reasons: tuple[str, ...]
    created_at: str


def proposals(store: Store, viewer: Viewer | None, project_id: int, case_id: str | None = None) -> list[Proposal]:
    """The open proposals of an office, oldest first; only those about one case when it is named."""
    require(viewer, "case.read", project_id)
    with store.read() as db:
        return proposals_in(db, project_id, case_id)


def proposals_in(db: Connection, project_id: int, case_id: str | None = None) -> list[Proposal]:
    """As `proposals`, for somebody who may read these cases already."""
    wanted = [task.c.project_id == project_id, task.c.done_at.is_(None), task.c.kind == KIND]
    if case_id is not None:
        wanted.append(or_(task.c.case_id == case_id, task.c.args.contains(case_id, autoescape=True)))
    query = select(task).where(*wanted).order_by(task.c.created_at, task.c.id).limit(MOST_ROWS)
    found = [(row, json.loads(row.args)) for row in db.execute(query)]
    found = [(row, args) for row, args in found if case_id in (None, row.case_id, args["case"])]
    ids = {key for row, args in found for key in (row.case_id, args["case"])}
    cases = {row.id: row for row in db.execute(select(case).where(case.c.id.in_(ids)))} if ids else {}
    sides = {key: Side(row.id, row.number, row.label, row.status, row.opened_on) for key, row in cases.items()}
    return [
        Proposal(row.id, sides[row.case_id], sides[args["case"]], args["score"], tuple(args["reasons"]), row.created_at)
        for row, args in found
    ]

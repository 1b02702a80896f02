"""The monthly recap handed in: kept as it was, issued again as *Perbaikan ke-n* when its month changed (ruling 35)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from server.access import Viewer, require
from server.problems import Problem
from server.queries.recap import month
from server.queries.recap_issues import ISSUE, draft, last_issue, period
from server.queries.recap_workbook import recap_workbook
from server.sop.clock import Calendar
from server.store import Store
from server.store.projects import project
from server.store.reports import recap_issue
from server.store.schema import dumps, stamp


def issue(
    store: Store, viewer: Viewer | None, project_id: int, year: int, number: int, reason: str, language: str = "id"
) -> int:
    """Issues the recap of a month that is over; the id of the issue.

    The first is the recap; each later one is a revision that says what it changes and why. Raises as
    `access.require('report.issue')`, and `request.bad_value`, `report.running` (the month is not over), `report.same`
    (no figure has changed since), `case.reason_required` (a revision says why), `report.taken` (somebody issued it
    meanwhile).
    """
    viewer = require(viewer, ISSUE, project_id)
    _, last = month(year, number)
    if last >= _today(store, project_id):
        raise Problem("report.running")
    made = draft(store, viewer, project_id, year, number, reason.strip(), language)
    if made.revision and not made.changes:
        raise Problem("report.same")
    if made.revision and not reason.strip():
        raise Problem("case.reason_required")
    blob = store.blobs.put(recap_workbook(store, viewer, project_id, made.recap, language))
    with store.write() as tx:
        if last_issue(tx.connection, project_id, year, number) != made.before:
            raise Problem("report.taken")
        row = {
            "project_id": project_id,
            "period": period(year, number),
            "revision": made.revision,
            "figures": dumps(made.figures),
            "changes": len(made.changes),
            "reason": reason.strip(),
            "blob": blob.sha256,
            "issued_at": stamp(tx.now),
            "issued_by": viewer.id,
        }
        try:
            issued = int(tx.execute(recap_issue.insert().returning(recap_issue.c.id), row).scalar_one())
        except IntegrityError:  # on PostgreSQL somebody's transaction ended just now
            raise Problem("report.taken") from None
        details = {name: row[name] for name in ("period", "revision", "changes", "reason")}
        tx.audit(viewer.id, ISSUE, project=project_id, subject=f"recap:{issued}", details=details)
    return issued


def _today(store: Store, project_id: int) -> date:
    with store.read() as db:
        zone = db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one()
    return Calendar(zone).day(store.now())

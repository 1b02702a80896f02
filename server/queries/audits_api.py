"""Who did what, for programs (central-api.md section 9): all of it, or what was done to one submission."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, select

from server.access import Viewer, require
from server.queries.submissions_api import submission_row
from server.store import Store
from server.store.audit import TOLD, audit
from server.store.people import actor
from server.store.schema import loads, stamp

# The groups ODK Central knows, as the first words of our actions; 'nonverbose' leaves out what phones do all day.
GROUPS = ("user", "field_key", "public_link", "project", "form", "submission", "dataset", "entity", "config")
NONVERBOSE = "nonverbose"
VERBOSE = ("submission", "entity")
MOST = 10_000
ARRIVED = "submission.create"
"""The line every submission has; without a note it is read from the submission itself (`store/audit.py`)."""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line of the audit; `subject` is what it was done to (`form:12`)."""

    actor_id: int | None
    actor: str | None
    action: str
    subject: str | None
    details: Mapping[str, object]
    at: str


def _rows() -> Select[Any]:
    return (
        select(audit, actor.c.display_name)
        .outerjoin(actor, actor.c.id == audit.c.actor_id)
        .order_by(audit.c.id.desc())
        .limit(MOST)
    )


def _line(row: Row) -> AuditRow:
    return AuditRow(row.actor_id, row.display_name, row.action, row.subject, loads(row.details), row.at)


def audits(
    store: Store,
    viewer: Viewer | None,
    *,
    action: str | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    limit: int | None = None,
    offset: int | None = None,
) -> list[AuditRow]:
    """The audit of the whole server, newest first, at most 10,000 lines at once; from `start` until before `end`.

    `action` is one action or one of GROUPS or 'nonverbose'.
    """
    require(viewer, "audit.read", None)
    query = _rows().limit(MOST if limit is None else min(limit, MOST)).offset(offset)
    if action == NONVERBOSE:
        query = query.where(*(~audit.c.action.startswith(f"{group}.", autoescape=True) for group in VERBOSE))
    elif action in GROUPS:
        query = query.where(audit.c.action.startswith(f"{action}.", autoescape=True))
    elif action is not None:
        query = query.where(audit.c.action == action)
    if start is not None:
        query = query.where(audit.c.at >= stamp(start))
    if end is not None:
        query = query.where(audit.c.at < stamp(end))
    with store.read() as db:
        return [_line(row) for row in db.execute(query)]


def of_submission(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str
) -> list[AuditRow]:
    """What was done to one submission, newest first. Raises `request.not_found`."""
    require(viewer, "submission.read", project_id)
    with store.read() as db:
        row = submission_row(db, project_id, form_id, instance_id)
        # Lines written before submissions were named by their row have the instance id.
        mine = audit.c.subject.in_((f"submission:{row.id}", f"submission:{row.instance_id}"))
        query = _rows().where(_about(project_id), audit.c.at >= row.created_at, mine)
        found = [_line(line) for line in db.execute(query)]
    if any(line.action == ARRIVED for line in found):
        return found
    return [*found, AuditRow(row.submitter_id, row.submitter, ARRIVED, f"submission:{row.id}", {}, row.created_at)]


def _about(project_id: int) -> ColumnElement[bool]:
    # `+ 0` keeps SQLite from the index by project, which holds every line of the office: one subject has few.
    return and_(audit.c.project_id + 0 == project_id, TOLD)


# Lines that tell of a version of a row, which its versions tell themselves.
_OF_VERSIONS = ("entity.create", "entity.update.version")


def of_entity(db: Connection, project_id: int, entity_id: str) -> list[AuditRow]:
    """What was done to one row of an entity list besides writing its versions, newest first."""
    query = _rows().where(
        _about(project_id), audit.c.subject == f"entity:{entity_id}", audit.c.action.not_in(_OF_VERSIONS)
    )
    return [_line(found) for found in db.execute(query)]

"""One form as the head of its page shows it: what it is, which version is live, and what the viewer may do with it."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, func, select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.scope import OfficeRow
from server.store.database import Store
from server.store.forms import form, form_version
from server.store.projects import project
from server.store.schema import loads


@dataclass(frozen=True, slots=True)
class FormHead:
    """A form of one office. `version_id` is the live version, else the draft; `version` is None before the first
    publication; `findings` and `versions` are how many there are of each."""

    id: int
    code: str
    title: str
    office: OfficeRow
    state: str
    version: str | None
    version_id: int
    published_at: str | None
    draft: str | None
    draft_id: int | None
    findings: int
    versions: int
    may_publish: bool
    may_read: bool


def form_head(store: Store, viewer: Viewer | None, code: str, project_id: int | None = None) -> FormHead:
    """The form of this id; of several offices' the first the viewer may read, unless one is named.

    Raises `auth.required`, `request.not_found` (also for a form of a foreign office), `access.denied`.
    """
    if viewer is None:
        raise Problem("auth.required")
    with store.read() as db:
        rows = [row for row in _rows(db, code, project_id) if viewer.roles_in(row.project_id)]
        row = next((row for row in rows if viewer.may("form.read", row.project_id)), rows[0] if rows else None)
        if row is None:
            raise Problem("request.not_found")
        require(viewer, "form.read", row.project_id)
        published = select(func.count()).where(
            form_version.c.form_id == row.id, form_version.c.published_at.is_not(None)
        )
        versions = int(db.execute(published).scalar_one())
    return FormHead(
        id=row.id,
        code=code,
        title=row.title,
        office=OfficeRow(row.project_id, row.office, row.timezone),
        state=row.state,
        version=row.version,
        version_id=row.current_version_id or row.draft_version_id,
        published_at=row.published_at,
        draft=row.draft,
        draft_id=row.draft_version_id,
        findings=len(loads(row.warnings)) if row.warnings else 0,
        versions=versions,
        may_publish=viewer.may("form.publish", row.project_id),
        may_read=viewer.may("submission.read", row.project_id),
    )


def _rows(db: Connection, code: str, project_id: int | None) -> list[Row]:
    live, draft = form_version.alias("live"), form_version.alias("draft")
    query = (
        select(
            form,
            func.coalesce(live.c.title, draft.c.title).label("title"),
            live.c.version,
            live.c.published_at,
            live.c.warnings,
            draft.c.version.label("draft"),
            project.c.name.label("office"),
            project.c.timezone,
        )
        .join(project, project.c.id == form.c.project_id)
        .outerjoin(live, live.c.id == form.c.current_version_id)
        .outerjoin(draft, draft.c.id == form.c.draft_version_id)
        .where(form.c.xml_form_id == code, project.c.archived == 0)
        .where(func.coalesce(form.c.current_version_id, form.c.draft_version_id).is_not(None))
    )
    if project_id is not None:
        query = query.where(form.c.project_id == project_id)
    return list(db.execute(query.order_by(form.c.project_id)).all())

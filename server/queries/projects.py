"""Projects as programs and the command line see them."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, select

from forms.correction_form import LIST as RETURNED
from server.access import Viewer, require
from server.problems import Problem
from server.store import Store
from server.store.entities import entity_list
from server.store.forms import form
from server.store.people import app_user
from server.store.projects import project
from server.store.submissions import submission


@dataclass(frozen=True, slots=True)
class ProjectRow:
    """One project; `lists` counts its entity lists, `last_submission` is the moment of its newest submission."""

    id: int
    code: str | None
    name: str
    description: str | None
    archived: bool
    timezone: str
    created_at: str
    updated_at: str | None
    forms: int
    app_users: int
    lists: int
    last_submission: str | None


def _rows() -> Select[Any]:
    forms = select(func.count()).where(form.c.project_id == project.c.id, form.c.current_version_id.is_not(None))
    living = select(func.count()).where(app_user.c.project_id == project.c.id, app_user.c.token_hash.is_not(None))
    shown = (entity_list.c.deleted_at.is_(None), entity_list.c.name != RETURNED)
    lists = select(func.count()).where(entity_list.c.project_id == project.c.id, *shown)
    # One look into the index per form, not a scan over all submissions.
    newest_of_form = (
        select(func.max(submission.c.created_at)).where(submission.c.form_id == form.c.id).scalar_subquery()
    )
    newest = select(func.max(newest_of_form)).where(form.c.project_id == project.c.id)
    return select(
        project,
        forms.scalar_subquery().label("forms"),
        living.scalar_subquery().label("app_users"),
        lists.scalar_subquery().label("lists"),
        newest.scalar_subquery().label("last_submission"),
    ).order_by(project.c.name)


def _project(row: Row) -> ProjectRow:
    return ProjectRow(
        row.id,
        row.code,
        row.name,
        row.description,
        bool(row.archived),
        row.timezone,
        row.created_at,
        row.updated_at,
        row.forms,
        row.app_users,
        row.lists,
        row.last_submission,
    )


def projects(store: Store, viewer: Viewer | None) -> list[ProjectRow]:
    """The projects the viewer has a role in, by name; none for a phone."""
    if viewer is None:
        raise Problem("auth.required")
    query = _rows()
    if viewer.projects is not None:
        query = query.where(project.c.id.in_(viewer.projects))
    with store.read() as db:
        return [_project(row) for row in db.execute(query) if viewer.may("project.read", row.id)]


def one_project(store: Store, viewer: Viewer | None, project_id: int) -> ProjectRow:
    """One project. Raises `request.not_found`."""
    require(viewer, "project.read", project_id)
    with store.read() as db:
        row = db.execute(_rows().where(project.c.id == project_id)).first()
    if row is None:
        raise Problem("request.not_found")
    return _project(row)


def find_project(store: Store, viewer: Viewer | None, text: str | None) -> ProjectRow:
    """The project of an id, office code or name; without one the only project there is. Raises `project.unknown`."""
    known = projects(store, viewer)
    if text is None and len(known) == 1:
        return known[0]
    wanted = (text or "-").strip().casefold()
    for row in known:
        if wanted in (str(row.id), (row.code or "").casefold(), row.name.casefold()):
            return row
    raise Problem("project.unknown", name=text or "", known=", ".join(row.name for row in known) or "-")

"""What waits for a person: the home page, and the counts of the navigation."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from server.access import Viewer
from server.store.cases import task
from server.store.database import Store
from server.store.projects import project


@dataclass(frozen=True, slots=True)
class Around:
    """What the frame of every page shows: the office's name and how many submissions wait for a person."""

    office: str
    tasks: int


def in_scope(viewer: Viewer, column: ColumnElement, act: str) -> ColumnElement:
    """The condition that a project column lies where this viewer may do the act."""
    if viewer.may(act, None):
        return column.is_not(None)
    allowed = sorted(p for p in viewer.roles if p is not None and viewer.may(act, p))
    return column.in_(allowed) if allowed else false()


def around(store: Store, viewer: Viewer) -> Around:
    """The frame of every page for this viewer."""
    with store.read() as db:
        query = select(project.c.name).where(in_scope(viewer, project.c.id, "project.read"), project.c.archived == 0)
        names = db.execute(query.order_by(project.c.id).limit(2)).scalars().all()
        mine = or_(task.c.assignee_id.is_(None), task.c.assignee_id == viewer.id)
        waiting = and_(in_scope(viewer, task.c.project_id, "submission.read"), task.c.done_at.is_(None), mine)
        count = db.execute(select(func.count()).select_from(task).where(waiting)).scalar_one()
    return Around(names[0] if len(names) == 1 else "", count)

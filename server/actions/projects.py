"""Projects: one per office (ruling 18)."""

from sqlalchemy import select, update

from server.access import Viewer, require
from server.problems import Problem
from server.store import Store
from server.store.projects import project
from server.store.schema import stamp


def create_project(
    store: Store, viewer: Viewer | None, name: str, *, description: str | None = None, timezone: str = "Asia/Jakarta"
) -> int:
    """Makes a project and returns its id. Raises `project.name_taken`."""
    viewer = require(viewer, "project.create", None)
    name = name.strip()
    if not name:
        raise Problem("request.missing", field="name")
    with store.write() as tx:
        if tx.execute(select(project.c.id).where(project.c.name == name)).first():
            raise Problem("project.name_taken", name=name)
        row = {"name": name, "description": description, "timezone": timezone, "created_at": stamp(tx.now)}
        project_id = int(tx.execute(project.insert().returning(project.c.id), row).scalar_one())
        tx.audit(viewer.id, "project.create", project=project_id, subject=f"project:{project_id}")
    return project_id


def change_project(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    *,
    name: str | None = None,
    description: str | None = None,
    archived: bool | None = None,
) -> None:
    """Changes what is given. Raises `project.name_taken`, `request.not_found`."""
    viewer = require(viewer, "project.create", project_id)
    changes = {
        key: value
        for key, value in (("name", name), ("description", description), ("archived", archived))
        if value is not None
    }
    with store.write() as tx:
        if name and tx.execute(select(project.c.id).where(project.c.name == name, project.c.id != project_id)).first():
            raise Problem("project.name_taken", name=name)
        done = tx.execute(update(project).where(project.c.id == project_id).values(**changes, updated_at=stamp(tx.now)))
        if not done.rowcount:
            raise Problem("request.not_found")
        tx.audit(viewer.id, "project.update", project=project_id, subject=f"project:{project_id}")

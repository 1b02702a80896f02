"""How much of one case or submission somebody reads who opens it (decision 36): more for those who work on the case.

Who works on it is who has its row on their phone or would have it: its manager, who a step was given to, who stands in
for them, the role a free step waits for (`cases/holding.py`); and in front of whom something about it was put.
"""

import json
from collections.abc import Iterable

from sqlalchemy import Connection, and_, func, or_, select

from forms import client_audit
from forms.schema import Schema
from server.access import Viewer
from server.cases import holding
from server.cases.privacy import Sight
from server.queries.masking import extent_in, shown_to
from server.store import Store
from server.store.cases import FREE, alias, case, event, task
from server.store.holders import STILL, holder
from server.store.people import app_user


def sight_of_case(db: Connection, store: Store, viewer: Viewer, project_id: int, case_id: str) -> Sight:
    """How much of this case the viewer reads without giving a reason."""
    how_much = extent_in(db, store, viewer, project_id)
    return "close" if how_much == "whole" or works_on(db, viewer, project_id, case_id) else how_much


def sight_of_submission(
    db: Connection,
    store: Store,
    viewer: Viewer,
    project_id: int,
    form: str,
    instance_id: str,
    sender: int | None,
) -> Sight:
    """How much of a submission the viewer reads without giving a reason: who sent it knows what they wrote, and who
    works on all cases it is about. `sender`: of its first revision; an edit opens nothing, or whoever wants to read
    what others wrote would send one."""
    how_much = extent_in(db, store, viewer, project_id)
    if how_much == "whole" or sender in own_actors(db, viewer):
        return "close"
    stands_in = select(func.coalesce(alias.c.case_id, event.c.case_id)).distinct()
    stands_in = stands_in.outerjoin(alias, alias.c.id == event.c.case_id)
    about = db.execute(stands_in.where(event.c.instance_id == instance_id, event.c.form == form)).scalars().all()
    if about and all(works_on(db, viewer, project_id, case_id) for case_id in about):
        return "close"
    return how_much


def hidden_files(schema: Schema | None, xml: bytes, names: Iterable[str], sight: Sight) -> frozenset[str]:
    """Those of the files of a submission this reader does not get: answers to questions that are hidden from them, and
    the phone's log, which repeats answers. `schema`: of its form version, None when nobody published that one."""
    if sight == "whole":
        return frozenset()
    if schema is None:
        return frozenset(names)
    shown = shown_to(schema.fields, sight)
    return frozenset(name for name in names if name == client_audit.FILE or shown.keeps_back(xml, name))


def works_on(db: Connection, viewer: Viewer, project_id: int, case_id: str) -> bool:
    """Whether the viewer works on this case, or led it until it was closed."""
    led = select(case.c.id).where(case.c.id == case_id, case.c.project_id == project_id, case.c.manager_id == viewer.id)
    if db.execute(led).first() is not None:
        return True
    mine = [holding.person(actor) for actor in own_actors(db, viewer)]
    mine += [holding.role(name) for name in viewer.roles_in(project_id)]
    held = select(holder.c.holder).where(
        holder.c.entity_id == case_id, holder.c.holder.in_(mine), holder.c.left_at == STILL
    )
    return db.execute(held.limit(1)).first() is not None or _is_asked(db, viewer, project_id, case_id)


def _is_asked(db: Connection, viewer: Viewer, project_id: int, case_id: str) -> bool:
    """Whether something about the case was put in front of the viewer and waits; not by themselves."""
    theirs = and_(task.c.assignee_id.is_(None), task.c.role.in_(viewer.roles_in(project_id)))
    query = select(task.c.kind, task.c.args).where(
        task.c.case_id == case_id, task.c.done_at.is_(None), or_(task.c.assignee_id == viewer.id, theirs)
    )
    rows = db.execute(query).all()
    given = [json.loads(row.args)["task"] for row in rows if row.kind == FREE]
    if len(given) < len(rows):
        return True
    by_others = select(event.c.id).where(
        event.c.case_id == case_id, event.c.id.in_(given), event.c.actor_id != viewer.id
    )
    return bool(given) and db.execute(by_others.limit(1)).first() is not None


def own_actors(db: Connection, viewer: Viewer) -> frozenset[int]:
    """The viewer and the phones bound to them."""
    phones = db.execute(select(app_user.c.actor_id).where(app_user.c.officer_id == viewer.id)).scalars()
    return frozenset({viewer.id, *phones})

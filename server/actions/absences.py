"""An officer is away: from a day until a day somebody stands in (ruling 41)."""

from datetime import date

from sqlalchemy import Connection, select

from server.access import Viewer, require
from server.actions.holding import stand_in
from server.problems import Problem
from server.queries.officers import find_officer, today_in
from server.store import Store
from server.store.people import absence, grant
from server.store.projects import project
from server.store.schema import stamp


def add_absence(
    store: Store, viewer: Viewer | None, project_id: int, *, officer: str, deputy: str, from_day: str, until_day: str
) -> int:
    """Enters an absence; the id of it. Officers do it for themselves, who may assign cases for anybody.

    officer, deputy: login or id; the deputy holds a role of the officer's, or could not do the work. The days are
    local, both included, and do not lie wholly in the past. Raises `request.bad_value`, `case.bad_date`,
    `absence.same`, `absence.deputy_role`, `absence.overlaps`, `access.denied`.
    """
    viewer = require(viewer, "case.act" if not _leads(viewer, project_id) else "case.assign", project_id)
    with store.write() as tx:
        db = tx.connection
        away, stands_in = _person(db, project_id, "officer", officer), _person(db, project_id, "deputy", deputy)
        if away != viewer.id and not _leads(viewer, project_id):
            raise Problem("access.denied")
        if away == stands_in:
            raise Problem("absence.same")
        if not _roles(db, project_id, away) & _roles(db, project_id, stands_in):
            raise Problem("absence.deputy_role")
        first, last = _day(from_day), _day(until_day)
        zone = db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one()
        if last < first or last < today_in(tx.now, zone):
            raise Problem("case.bad_date", value=until_day[:100])
        taken = select(absence.c.id).where(
            absence.c.project_id == project_id,
            absence.c.officer_id == away,
            absence.c.ended_at.is_(None),
            absence.c.from_day <= last.isoformat(),
            absence.c.until_day >= first.isoformat(),
        )
        if db.execute(taken.limit(1)).first():
            raise Problem("absence.overlaps")
        row = {
            "project_id": project_id,
            "officer_id": away,
            "deputy_id": stands_in,
            "from_day": first.isoformat(),
            "until_day": last.isoformat(),
            "created_at": stamp(tx.now),
            "created_by": viewer.id,
        }
        key = int(tx.execute(absence.insert().returning(absence.c.id), row).scalar_one())
        told = {"deputy": stands_in, "from": first.isoformat(), "until": last.isoformat()}
        tx.audit(viewer.id, "absence.create", project=project_id, subject=f"user:{away}", details=told)
    stand_in(store, project_id, anew=True)
    return key


def end_absence(store: Store, viewer: Viewer | None, project_id: int, absence_id: int) -> None:
    """The officer is back, or was never away. Raises `request.not_found`, `access.denied`."""
    viewer = require(viewer, "case.act" if not _leads(viewer, project_id) else "case.assign", project_id)
    with store.write() as tx:
        here = (absence.c.id == absence_id, absence.c.project_id == project_id, absence.c.ended_at.is_(None))
        officer = tx.execute(select(absence.c.officer_id).where(*here)).scalar()
        if officer is None:
            raise Problem("request.not_found")
        if officer != viewer.id and not _leads(viewer, project_id):
            raise Problem("access.denied")
        tx.execute(absence.update().where(*here), {"ended_at": stamp(tx.now)})
        tx.audit(viewer.id, "absence.end", project=project_id, subject=f"user:{officer}")
    stand_in(store, project_id, anew=True)


def _leads(viewer: Viewer | None, project_id: int) -> bool:
    return viewer is not None and viewer.may("case.assign", project_id)


def _person(db: Connection, project_id: int, name: str, wanted: str) -> int:
    found = find_officer(db, project_id, wanted.strip())
    if found is None:
        raise Problem("request.bad_value", field=name, value=wanted[:100], reason="-")
    return found


def _roles(db: Connection, project_id: int, person: int) -> set[str]:
    return set(
        db.execute(select(grant.c.role).where(grant.c.actor_id == person, grant.c.project_id == project_id)).scalars()
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Problem("case.bad_date", value=text[:100]) from None

"""Small questions pages ask before the big one: which offices, and whose a thing is."""

from sqlalchemy import select

from server.access import Viewer
from server.problems import Problem
from server.queries.scope import OfficeRow, offices
from server.store.database import Store
from server.store.documents import document


def offices_of(store: Store, viewer: Viewer, act: str) -> tuple[OfficeRow, ...]:
    """The offices in which this person may do the act."""
    with store.read() as db:
        return offices(db, viewer, act)


def office_of_document(store: Store, viewer: Viewer, document_id: int) -> int:
    """The office of a paper. Raises `request.not_found` for one of a foreign office, as for none."""
    with store.read() as db:
        place = db.execute(select(document.c.project_id).where(document.c.id == document_id)).scalar()
    if place is None or not viewer.roles_in(place):
        raise Problem("request.not_found")
    return int(place)

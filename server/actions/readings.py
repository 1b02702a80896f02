"""The office confirms an interpretation of its SOP: from then on it is the office's own word."""

from sqlalchemy import select

from server.access import Viewer, require
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.sop.readings import readings
from server.store import Store
from server.store.projects import sop, sop_reading
from server.store.schema import stamp


def confirm_reading(store: Store, viewer: Viewer | None, project_id: int, sop_id: str, item: str) -> None:
    """Records that the office stands by one interpretation of its live SOP version; twice changes nothing.

    item: sheet and name of the row (`routes:r06`). Raises Problem `request.not_found` (no such SOP or
    row, or a row without interpretation), `access.denied`.
    """
    viewer = require(viewer, "sop.confirm", project_id)
    definitions = definitions_of(store)
    with store.write() as tx:
        row = tx.execute(select(sop).where(sop.c.project_id == project_id, sop.c.sop_id == sop_id)).first()
        if row is None or row.current_version_id is None:
            raise Problem("request.not_found")
        live = definitions.sop_version(row.current_version_id).sop
        found = next((reading for reading in readings(live) if reading.item == item), None)
        if found is None:
            raise Problem("request.not_found")
        key = {"sop_id": row.id, "item": item, "digest": found.digest}
        if tx.execute(select(sop_reading.c.item).filter_by(**key)).first() is None:
            tx.execute(sop_reading.insert(), {**key, "confirmed_at": stamp(tx.now), "confirmed_by": viewer.id})
        tx.audit(viewer.id, "sop.reading_confirm", project=project_id, subject=f"sop:{sop_id}", details={"item": item})

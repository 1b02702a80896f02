"""One SOP as its office reads it: the standard, the flow, the interpretations, the versions and what really happens."""

from dataclasses import dataclass

from sqlalchemy import Connection, select

from forms.sop import Sop
from server.access import Viewer, require
from server.problems import Problem
from server.queries.coverage import Coverage, coverage
from server.queries.definitions import definitions_of
from server.queries.publish_page import Item, VersionRow, sop_shelf
from server.queries.scope import names
from server.sop.compare import RowChange, compare
from server.sop.readings import Reading, readings
from server.store.database import Store
from server.store.projects import sop_reading, sop_version
from server.store.schema import loads

MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class ReadingRow:
    """An interpretation, and who of the office confirmed it when; None while it is only proposed."""

    reading: Reading
    confirmed_by: str | None = None
    confirmed_at: str | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """A warning of the checker somebody published in spite of: its code and who ticked it."""

    code: str
    by: str


@dataclass(frozen=True, slots=True)
class SopPage:
    """`sop`: the version shown; `earlier`: the one it is compared with, and `changes` between them; `counted`:
    how the newest cases went, whatever version they run under."""

    item: Item
    version: VersionRow
    sop: Sop
    readings: tuple[ReadingRow, ...]
    accepted: tuple[Accepted, ...]
    earlier: VersionRow | None
    changes: tuple[RowChange, ...]
    counted: Coverage
    may_confirm: bool
    may_publish: bool


def sop_page(
    store: Store,
    viewer: Viewer | None,
    code: str,
    project_id: int | None = None,
    version_id: int | None = None,
    earlier_id: int | None = None,
) -> SopPage:
    """The page of the SOP with this code; of several offices' the first the viewer may see, unless one is named.

    version_id: the version to show (the live one when None); earlier_id: what to compare it with (the one
    published before it when None). Raises Problem `request.not_found`.
    """
    if viewer is None:
        raise Problem("auth.required")
    item = next(
        (i for i in sop_shelf(store, viewer).items if i.code == code and project_id in (None, i.office.id)), None
    )
    if item is None or not item.versions:
        raise Problem("request.not_found")
    require(viewer, "sop.read", item.office.id)
    shown = _version(item, version_id) or next((v for v in item.versions if v.current), item.versions[0])
    before = _version(item, earlier_id) or next((v for v in item.versions if v.id < shown.id), None)
    if (version_id and shown.id != version_id) or (earlier_id and before and before.id != earlier_id):
        raise Problem("request.not_found")
    definitions = definitions_of(store)
    sop = definitions.sop_version(shown.id).sop
    with store.read() as db:
        return SopPage(
            item=item,
            version=shown,
            sop=sop,
            readings=_readings(db, item.id, sop),
            accepted=_accepted(db, shown.id),
            earlier=before,
            changes=compare(definitions.sop_version(before.id).sop, sop) if before else (),
            counted=coverage(db, item.office.id, code, most=MOST_COUNTED),
            may_confirm=viewer.may("sop.confirm", item.office.id),
            may_publish=viewer.may("sop.publish", item.office.id),
        )


def _version(item: Item, version_id: int | None) -> VersionRow | None:
    return next((version for version in item.versions if version.id == version_id), None)


def _readings(db: Connection, sop_row: int, sop: Sop) -> tuple[ReadingRow, ...]:
    rows = db.execute(select(sop_reading).where(sop_reading.c.sop_id == sop_row)).all()
    people = names(db, (row.confirmed_by for row in rows))
    known = {(row.item, row.digest): row for row in rows}
    found = []
    for reading in readings(sop):
        row = known.get((reading.item, reading.digest))
        by = people.get(row.confirmed_by) if row else None
        found.append(ReadingRow(reading, by, row.confirmed_at if row else None))
    return tuple(found)


def _accepted(db: Connection, version_id: int) -> tuple[Accepted, ...]:
    text = db.execute(select(sop_version.c.accepted).where(sop_version.c.id == version_id)).scalar_one()
    rows = loads(text)
    people = names(db, (row["by"] for row in rows))
    return tuple(Accepted(row["code"], people.get(row["by"], "–")) for row in rows)

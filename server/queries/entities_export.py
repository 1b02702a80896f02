"""An entity list to take away: as CSV and as GeoJSON, in pieces, newest first. Logged before the first byte leaves."""

import csv
import io
import json
from collections.abc import Iterator

from forms import geo
from forms.answer_csv import guarded
from forms.entities import GEOMETRY
from server.access import Viewer
from server.queries.entities_api import PIECE, EntityRow, SeenList, Wanted, find_list, one_row, walk, wanted_by
from server.store import Store
from server.store.entities import entity
from server.store.reading import log_read

COLUMNS_BEFORE = ("__id", "label")
COLUMNS_AFTER = ("__createdAt", "__creatorId", "__creatorName", "__updates", "__updatedAt", "__version")


def table(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    *,
    condition: str | None = None,
    address: str | None = None,
) -> Iterator[str]:
    """The list as CSV, piece by piece, newest first; logged before the first. Raises `request.not_found`, `odata.*`."""
    seen = find_list(store, viewer, project_id, name)
    wanted = wanted_by(store, project_id, condition)
    log_read(store, seen.viewer.id, project_id, None, f"entities:{name}", address)
    return _lines(store, seen, wanted)


def _lines(store: Store, seen: SeenList, wanted: Wanted) -> Iterator[str]:
    properties = seen.list.properties
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS_BEFORE, *properties, *COLUMNS_AFTER])
    for number, row in enumerate(walk(store, seen.list.id, wanted, seen.mask, whole=True), 1):
        told = [row.data.get(name, "") for name in properties]
        made = (row.created_at, row.creator.id, row.creator.name or "", row.version - 1, row.updated_at or "")
        writer.writerow([guarded(cell) for cell in (row.id, row.label, *told, *map(str, made), str(row.version))])
        if number % PIECE == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    yield text.getvalue()


def geojson(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    name: str,
    *,
    entity_id: str | None = None,
    condition: str | None = None,
    limit: int | None = None,
    address: str | None = None,
) -> Iterator[bytes]:
    """The places of the rows (their property `geometry`) as a FeatureCollection, or of one. Logged before it returns.
    Raises `request.not_found`, `odata.*`."""
    seen = find_list(store, viewer, project_id, name)
    wanted = wanted_by(store, project_id, condition)
    if entity_id is not None:
        with store.read() as db:
            one_row(db, project_id, name, entity_id)
        wanted = Wanted(entity.c.id == entity_id)
    what = f"entity:{entity_id}" if entity_id else f"places:{name}"
    log_read(store, seen.viewer.id, project_id, entity_id, what, address)
    return _features(walk(store, seen.list.id, wanted, seen.mask, whole=True), limit, masked=seen.mask is not None)


def _features(rows: Iterator[EntityRow], limit: int | None, *, masked: bool) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    count = 0
    for row in rows:
        if count == limit:
            break
        text = row.data.get(GEOMETRY, "")
        place = geo.geojson(text, geo.kind_of(text))
        if place is not None:
            feature = {"type": "Feature", "id": row.id, "geometry": place, "properties": None}
            yield (b"," if count else b"") + json.dumps(feature, separators=(",", ":")).encode()
            count += 1
    yield b'],"masked":["geometry"]}' if masked else b"]}"

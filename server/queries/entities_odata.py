"""The rows of an entity list as OData (central-api.md section 7): one table, `Entities`, all properties as text."""

from collections.abc import Sequence
from dataclasses import replace
from xml.sax.saxutils import quoteattr

from sqlalchemy import func, select

from forms.odata import ID, SYSTEM, Selection, named_apart, sanitised
from server.access import Viewer
from server.problems import Problem
from server.queries.entities_api import EntityRow, SeenList, Wanted, find_list, matching, walk, wanted_by
from server.queries.odata import Asked, Feed, Row, paged, read_token
from server.queries.odata_filter import ROWS, conditions_of
from server.store import Store
from server.store.entities import EntityList, entity
from server.store.reading import log_read

TABLE = "Entities"
LABEL = "label"
_SYSTEM = {
    "createdAt": "Edm.DateTimeOffset",
    "creatorId": "Edm.String",
    "creatorName": "Edm.String",
    "updates": "Edm.Int64",
    "updatedAt": "Edm.DateTimeOffset",
    "deletedAt": "Edm.DateTimeOffset",
    "version": "Edm.Int64",
    "conflict": "Edm.String",
}


def property_names(properties: Sequence[str]) -> list[str]:
    """The properties of a list under their OData names."""
    return named_apart(properties, {ID, SYSTEM, LABEL})


def feed(store: Store, viewer: Viewer | None, project_id: int, name: str, asked: Asked, address: str | None) -> Feed:
    """The rows a request means, newest first. Logged as a read before it returns.

    Raises `request.not_found`, `request.unsupported`, `odata.*`.
    """
    seen = find_list(store, viewer, project_id, name)
    found = seen.list
    if asked.expand:
        raise Problem("request.unsupported", feature="$expand")
    if asked.cursor is not None and asked.orderby is not None:
        raise Problem("request.unsupported", feature="$skiptoken + $orderby")
    names = property_names(found.properties)
    selection = _selection(asked.select, names)
    wanted = wanted_by(store, project_id, asked.filter)
    count = _count(store, found, wanted) if asked.count else None
    wanted = _page(store, project_id, found, asked, wanted)
    condition = f" $filter={asked.filter}" if asked.filter else ""
    log_read(store, seen.viewer.id, project_id, None, f"odata:{name}:{TABLE}{condition}", address)
    walked = walk(store, found.id, wanted, seen.mask, whole=True)
    rows = (({"uuid": row.id}, _row(row, found.properties, names)) for row in walked)
    result = paged(TABLE, count, rows, asked, asked.skip, selection)
    result.masked = _masked(seen, names)
    return result


def _masked(seen: SeenList, names: Sequence[str]) -> tuple[str, ...]:
    """The properties of which something does not leave."""
    mask = seen.mask
    if mask is None:
        return ()
    label = (LABEL,) if mask.label("x") != "x" else ()
    return (*label, *(shown for name, shown in zip(seen.list.properties, names, strict=True) if mask.hides(name)))


def _count(store: Store, found: EntityList, wanted: Wanted) -> int:
    with store.read() as db:
        return int(db.execute(select(func.count()).where(matching(found.id, wanted))).scalar_one())


def _page(store: Store, project_id: int, found: EntityList, asked: Asked, wanted: Wanted) -> Wanted:
    # One more than asked for tells whether there is another page.
    limit = None if asked.top is None else asked.top + 1
    if asked.orderby is not None:
        order = conditions_of(store, project_id, fields=ROWS).orderby(asked.orderby)
        return replace(wanted, order=order, offset=asked.skip, limit=limit)
    if asked.cursor is None:
        return replace(wanted, offset=asked.skip, limit=limit)
    last = (entity.c.list_id == found.id, entity.c.id == read_token(asked.cursor, "uuid")["uuid"])
    with store.read() as db:
        place = db.execute(select(entity.c.created_at, entity.c.id).where(*last)).first()
    if place is None:
        raise Problem("odata.cursor_gone")
    return replace(wanted, after=(place.created_at, place.id), limit=limit)


def _selection(text: str | None, names: Sequence[str]) -> Selection:
    chosen = [part.strip() for part in (text or "*").split(",") if part.strip()]
    if "*" in chosen:
        return Selection(everything=True)
    known = {ID, SYSTEM, LABEL, *names, *(f"{SYSTEM}/{name}" for name in _SYSTEM)}
    made = Selection()
    for part in chosen:
        if part not in known:
            raise Problem("odata.select_unknown", property=part[:100])
        made.add(part.split("/"))
    return made


def _row(row: EntityRow, properties: Sequence[str], names: Sequence[str]) -> Row:
    told: Row = {
        ID: row.id,
        LABEL: row.label,
        SYSTEM: {
            "createdAt": row.created_at,
            "creatorId": str(row.creator.id),
            "creatorName": row.creator.name,
            "updates": row.version - 1,
            "updatedAt": row.updated_at,
            "deletedAt": row.deleted_at,
            "version": row.version,
            "conflict": row.conflict,
        },
    }
    told.update((shown, row.data.get(name, "")) for name, shown in zip(properties, names, strict=True))
    return told


def metadata(store: Store, viewer: Viewer | None, project_id: int, name: str) -> str:
    """The CSDL document. Raises `request.not_found`."""
    found = find_list(store, viewer, project_id, name).list
    namespace = quoteattr(f"org.opendatakit.user.{sanitised(name)}")
    kind = quoteattr(f"org.opendatakit.user.{sanitised(name)}.{TABLE}")
    system = "".join(f'<Property Name="{one}" Type="{edm}"/>' for one, edm in _SYSTEM.items())
    own = "".join(
        f'<Property Name={quoteattr(one)} Type="Edm.String"/>' for one in (LABEL, *property_names(found.properties))
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
        '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="org.opendatakit.entity">'
        f'<ComplexType Name="metadata">{system}</ComplexType></Schema>'
        f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace={namespace}>'
        f'<EntityType Name="{TABLE}"><Key><PropertyRef Name="{ID}"/></Key><Property Name="{ID}" Type="Edm.String"/>'
        f'<Property Name="{SYSTEM}" Type="org.opendatakit.entity.metadata"/>{own}</EntityType>'
        f"<EntityContainer Name={quoteattr(sanitised(name))}>"
        f'<EntitySet Name="{TABLE}" EntityType={kind}/></EntityContainer></Schema></edmx:DataServices></edmx:Edmx>'
    )

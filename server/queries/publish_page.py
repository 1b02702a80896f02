"""The published SOPs with their versions, and the workbooks of all kinds to hand back as uploaded."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, Row, Select, func, select

from forms.uploads import MEDIA_TYPES
from server.access import Viewer, require
from server.problems import Problem
from server.queries.scope import OfficeRow, names, offices, within
from server.store.blobs import Stored
from server.store.cases import case
from server.store.database import Store
from server.store.forms import form, form_version
from server.store.projects import office_version, project, sop, sop_version


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One published version; `cases` are the open cases that run under it."""

    id: int
    version: str
    published_at: str
    published_by: str | None
    current: bool
    cases: int
    workbook: bool


@dataclass(frozen=True, slots=True)
class Item:
    """One SOP with its versions, newest first; `count` of its open cases."""

    id: int
    code: str
    title: str
    office: OfficeRow
    versions: tuple[VersionRow, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Shelf:
    """All SOPs of the viewer's offices. `offices` are those the viewer may publish in."""

    items: tuple[Item, ...]
    offices: tuple[OfficeRow, ...]
    may_publish: bool


@dataclass(frozen=True, slots=True)
class WorkbookFile:
    """A workbook or form as it was made; `name` is made of code and version."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A workbook or form exactly as it was uploaded, of this media type; `name` is made of code and version."""

    name: str
    type: str
    file: Stored


def _may_publish(viewer: Viewer, places: tuple[OfficeRow, ...]) -> bool:
    return viewer.may("form.publish", None) or bool(places)


def sop_shelf(store: Store, viewer: Viewer) -> Shelf:
    """The SOPs of the viewer's offices with every published version."""
    with store.read() as db:
        places = {place.id: place for place in offices(db, viewer, "sop.read")}
        inside = within(sop.c.project_id, places.values())
        heads = db.execute(select(sop).where(inside).order_by(sop.c.project_id, sop.c.title)).all()
        query = select(sop_version).join(sop, sop.c.id == sop_version.c.sop_id).where(inside)
        versions = _grouped(db, query.order_by(sop_version.c.id.desc()), "sop_id")
        running = {
            key: int(n)
            for key, n in db.execute(
                select(case.c.sop_version_id, func.count())
                .where(within(case.c.project_id, places.values()), case.c.status == "open")
                .group_by(case.c.sop_version_id)
            )
        }
        people = names(db, (row.published_by for rows in versions.values() for row in rows))
        publishing = offices(db, viewer, "sop.publish")
    items = []
    for head in heads:
        rows = tuple(
            VersionRow(
                row.id,
                row.version,
                row.published_at,
                people.get(row.published_by),
                row.id == head.current_version_id,
                running.get(row.id, 0),
                True,
            )
            for row in versions[head.id]
        )
        count = sum(row.cases for row in rows)
        items.append(Item(head.id, head.sop_id, head.title, places[head.project_id], rows, count))
    return Shelf(tuple(items), publishing, _may_publish(viewer, publishing))


def _grouped(db: Connection, query: Select, column: str) -> defaultdict[int, list[Row]]:
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in db.execute(query):
        found[getattr(row, column)].append(row)
    return found


def workbook_file(store: Store, viewer: Viewer, kind: str, version_id: int) -> UploadedFile:
    """The file of a version as uploaded: kind 'sop', 'form' or 'office'. Raises `request.not_found`."""
    queries = {
        "sop": select(sop.c.project_id, sop.c.sop_id.label("code"), sop_version.c.version, sop_version.c.workbook)
        .join(sop, sop.c.id == sop_version.c.sop_id)
        .where(sop_version.c.id == version_id),
        "form": select(
            form.c.project_id,
            form.c.xml_form_id.label("code"),
            form_version.c.version,
            form_version.c.uploaded.label("workbook"),
            form_version.c.ending,
        )
        .join(form, form.c.id == form_version.c.form_id)
        .where(form_version.c.id == version_id),
        "office": select(
            office_version.c.project_id,
            project.c.code,
            office_version.c.published_at.label("version"),
            office_version.c.workbook,
        )
        .join(project, project.c.id == office_version.c.project_id)
        .where(office_version.c.id == version_id),
    }
    if kind not in queries:
        raise Problem("request.not_found")
    with store.read() as db:
        row = db.execute(queries[kind]).first()
    if row is None or row.workbook is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    require(viewer, "sop.read" if kind == "sop" else "form.read", row.project_id)
    ending = row.ending if kind == "form" else "xlsx"
    return UploadedFile(
        f"{file_stem(row.code, row.version)}.{ending}", MEDIA_TYPES[ending], store.blobs.stored(row.workbook)
    )


def file_stem(code: str, version: str) -> str:
    """What a file of this version is called, before its ending."""
    return "".join(sign if sign.isalnum() or sign in "-_." else "-" for sign in f"{code}-{version}")

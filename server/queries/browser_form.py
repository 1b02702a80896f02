"""One form version as a browser fills it: what its page says, and what it reads."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, select

from forms import browser
from forms.browser import Gap
from forms.schema import Schema
from server.access import Viewer, require
from server.problems import Problem
from server.queries import draft, phone
from server.queries.definitions import Definitions
from server.queries.phone import MediaBytes
from server.queries.viewers import viewer_of_phone
from server.store import Store
from server.store.forms import form, form_media, form_version
from server.store.people import public_link
from server.store.projects import project


@dataclass(frozen=True, slots=True)
class Counter:
    """The office a stranger can turn to; what it did not give is ''."""

    name: str
    address: str
    phone: str


@dataclass(frozen=True, slots=True)
class BrowserForm:
    """`gaps`: what the browser does not do as ODK Collect does; `closed`: why it cannot be filled here, '' when it
    can: `closing`, `closed` (the form takes nothing new), `reads_cases` (its lists are not for strangers), or the code
    of a gap that would lose answers."""

    project_id: int
    form_row: int
    code: str
    title: str
    version_id: int
    office: Counter
    zone: str
    gaps: tuple[Gap, ...]
    languages: tuple[str, ...]
    closed: str


@dataclass(frozen=True, slots=True)
class LinkForm:
    """The form of a public link, and whether each browser may send it only `once`."""

    form: BrowserForm
    viewer: Viewer
    once: bool


def link_form(store: Store, definitions: Definitions, token: str) -> LinkForm:
    """What whoever opens a public link in a browser sees. Raises `auth.token_revoked` when there is no such link (any
    more), also for the token of a phone."""
    viewer = viewer_of_phone(store, token)
    if viewer is None or viewer.kind != "public_link" or not viewer.forms:
        raise Problem("auth.token_revoked")
    with store.read() as db:
        row = _version(db, form.c.id == next(iter(viewer.forms)), form.c.current_version_id)
        if row is None:
            raise Problem("auth.token_revoked")
        lists = select(form_media.c.name).where(
            form_media.c.form_version_id == row.version_id, form_media.c.entity_list.is_not(None)
        )
        reads_cases = db.execute(lists.limit(1)).first() is not None
        once = db.execute(select(public_link.c.once).where(public_link.c.actor_id == viewer.id)).scalar()
        shown = _shown(db, definitions, row, _state(row) or ("reads_cases" if reads_cases else ""))
    return LinkForm(shown, viewer, bool(once))


def form_to_fill(
    store: Store, definitions: Definitions, viewer: Viewer, form_row: int, act: str = "submission.create"
) -> BrowserForm:
    """The published form somebody of the office fills, or with another act looks at. Raises `request.not_found`."""
    with store.read() as db:
        row = _version(db, form.c.id == form_row, form.c.current_version_id)
        if row is None:
            raise Problem("request.not_found")
        require(viewer, act, row.project_id)
        return _shown(db, definitions, row, _state(row) if act == "submission.create" else "")


def draft_to_try(
    store: Store, definitions: Definitions, viewer: Viewer, form_row: int
) -> tuple[BrowserForm, draft.Draft]:
    """The draft of a form and where its files lie, for those who may publish. Raises `request.not_found`."""
    with store.read() as db:
        row = _version(db, form.c.id == form_row, form.c.draft_version_id)
        if row is None:
            raise Problem("request.not_found")
        require(viewer, "form.publish", row.project_id)
        shown = _shown(db, definitions, row, "")
    found = draft.draft_of_form(store, viewer, row.project_id, row.xml_form_id)
    if found is None:
        raise Problem("request.not_found")
    return shown, found


def form_of_version(db: Connection, definitions: Definitions, version_id: int) -> BrowserForm:
    """One version of a form, also an earlier one. Raises `request.not_found`."""
    row = _version(db, form_version.c.id == version_id, form_version.c.id)
    if row is None:
        raise Problem("request.not_found")
    return _shown(db, definitions, row, "")


def version_file(store: Store, viewer: Viewer, version_id: int, name: str) -> MediaBytes:
    """A file of a published version as this person may have it. Raises `request.not_found`."""
    return phone.media(store, viewer, _project_of(store, version_id), version_id, name)


def _project_of(store: Store, version_id: int) -> int:
    query = select(form.c.project_id).join(form_version, form_version.c.form_id == form.c.id)
    with store.read() as db:
        found = db.execute(query.where(form_version.c.id == version_id)).scalar()
    if found is None:
        raise Problem("request.not_found")
    return int(found)


def _version(db: Connection, which: ColumnElement[bool], version: ColumnElement[int]) -> Row | None:
    """The one version of a form: its live one, its draft, or any of its."""
    query = (
        select(
            form.c.id,
            form.c.project_id,
            form.c.xml_form_id,
            form.c.state,
            project.c.name.label("office"),
            project.c.timezone,
            form_version.c.id.label("version_id"),
            form_version.c.title,
            form_version.c.xform,
        )
        .join(form_version, (form_version.c.form_id == form.c.id) & (form_version.c.id == version))
        .join(project, project.c.id == form.c.project_id)
        .where(which)
    )
    return db.execute(query).first()


def _state(row: Row) -> str:
    return "" if row.state == "open" else str(row.state)


def _shown(db: Connection, definitions: Definitions, row: Row, closed: str) -> BrowserForm:
    schema: Schema = definitions.form_version(row.version_id).schema
    found = browser.gaps(row.xform, schema)
    blocking = next((gap.code for gap in found if gap.code in browser.BLOCKING), "")
    office = definitions.office(db, row.project_id)
    letterhead = office.letterhead if office else {}
    address = ", ".join(filter(None, (letterhead.get("address"), letterhead.get("city"))))
    return BrowserForm(
        row.project_id,
        row.id,
        row.xml_form_id,
        row.title,
        row.version_id,
        Counter(row.office, address, letterhead.get("phone") or ""),
        row.timezone,
        found,
        schema.languages,
        closed or blocking,
    )

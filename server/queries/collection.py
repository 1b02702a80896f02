"""How answers to one form are collected: open or closed, its draft on trial, the links anybody may use."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select

from forms import submission as submission_xml
from forms.collect_settings import collect_settings, settings_qr_text
from forms.submission import SubmissionError
from server.access import Viewer
from server.problems import Problem
from server.queries import draft
from server.queries.definitions import definitions_of
from server.queries.list_labels import choices_of
from server.queries.public_links import LinkRow, public_links
from server.queries.scope import OfficeRow, offices
from server.queries.submission_reading import Item, Section, read_answers
from server.queries.submissions_api import SubmissionRow
from server.store import Store
from server.store.forms import form, form_media, form_version

# Trials shown with their answers; programs read them all.
MOST_TRIALS = 20
# Files a form takes choices from.
LISTS = (".csv", ".xml", ".geojson")


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial submission with its answers, hidden as those of real ones are, each with the rows of repeats it stands
    in, and how many of its files came. A trial that cannot be read has none."""

    row: SubmissionRow
    answers: tuple[tuple[Item, tuple[Section, ...]], ...]
    files: int
    missing: int


@dataclass(frozen=True, slots=True)
class TrialCard:
    """The draft with its code for phones and what came from them."""

    version: str
    server_url: str
    qr: str
    trials: tuple[Trial, ...]
    count: int


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A link with its code for phones and its address for browsers; all empty once it is revoked."""

    link: LinkRow
    server_url: str
    qr: str
    page_url: str


@dataclass(frozen=True, slots=True)
class CollectionPage:
    """One form. `reads_cases`: it reads a case list, so no link can be made; `lists` go to whoever holds one; `draft`
    is None without one, or when the viewer may not publish."""

    id: int
    code: str
    title: str
    state: str
    published: bool
    office: OfficeRow
    may_publish: bool
    draft: TrialCard | None
    links: tuple[LinkCard, ...]
    reads_cases: bool
    lists: tuple[str, ...]


def collection_page(store: Store, viewer: Viewer, secret: bytes, base_url: str, form_row: int) -> CollectionPage:
    """The page of a form (row id) for those who manage phones there. Raises `request.not_found`."""
    with store.read() as db:
        query = (
            select(form, form_version.c.title)
            .join(form_version, form_version.c.id == form.c.current_version_id, isouter=True)
            .where(form.c.id == form_row)
        )
        row = db.execute(query).first()
        places = offices(db, viewer, "phone.manage")
        place = next((place for place in places if row is not None and place.id == row.project_id), None)
        if row is None or place is None:
            raise Problem("request.not_found")
        needed = select(form_media.c.name, form_media.c.entity_list).where(
            form_media.c.form_version_id == row.current_version_id
        )
        files = db.execute(needed.order_by(form_media.c.name)).all()
    may_publish = viewer.may("form.publish", place.id)
    title = row.title
    card = None
    if may_publish and (found := draft.draft_of_form(store, viewer, place.id, row.xml_form_id)):
        title = title or found.title
        card = _trial_card(store, viewer, found, base_url)
    links = tuple(
        _link_card(link, base_url, place, title or row.xml_form_id)
        for link in public_links(store, viewer, place.id, row.xml_form_id, secret)
    )
    return CollectionPage(
        row.id,
        row.xml_form_id,
        title or row.xml_form_id,
        row.state,
        row.current_version_id is not None,
        place,
        may_publish,
        card,
        links,
        any(file.entity_list is not None for file in files),
        tuple(file.name for file in files if file.name.lower().endswith(LISTS)),
    )


def _trial_card(store: Store, viewer: Viewer, found: draft.Draft, base_url: str) -> TrialCard:
    place = f"projects/{found.project_id}/forms/{quote(found.xml_form_id, safe='')}"
    url = f"{base_url}/v1/test/{found.token}/{place}/draft"
    rows = draft.trials(store, viewer, found.project_id, found.xml_form_id)
    shown = tuple(_trial(store, viewer, found, row) for row in rows[:MOST_TRIALS])
    return TrialCard(found.version, url, _code(url, f"[Draf] {found.title}"), shown, len(rows))


def _trial(store: Store, viewer: Viewer, found: draft.Draft, row: SubmissionRow) -> Trial:
    _, xml, files = draft.one_trial(store, viewer, found.project_id, found.xml_form_id, row.instance_id)
    missing = sum(file.blob is None for file in files)
    return Trial(row, tuple(_told(_sections(store, found, xml))), len(files) - missing, missing)


def _sections(store: Store, found: draft.Draft, xml: bytes) -> tuple[Section, ...]:
    definitions = definitions_of(store)
    schema = definitions.form_version(found.version_id).schema
    with store.read() as db:
        choices = choices_of(db, definitions, found.project_id, found.version_id)
        try:
            return read_answers(schema, submission_xml.read(xml, schema), choices).sections
        except SubmissionError:
            return ()


def _told(
    parts: Iterable[Item | Section], within: tuple[Section, ...] = ()
) -> Iterator[tuple[Item, tuple[Section, ...]]]:
    """The answers in the order of the form, groups opened."""
    for part in parts:
        if isinstance(part, Item):
            yield part, within
        else:
            yield from _told(part.parts, (*within, part) if part.kind == "row" else within)


def _link_card(link: LinkRow, base_url: str, place: OfficeRow, title: str) -> LinkCard:
    if link.token is None:
        return LinkCard(link, "", "", "")
    url = f"{base_url}/v1/key/{link.token}/projects/{place.id}"
    return LinkCard(link, url, _code(url, f"{title} – {place.name}"), f"{base_url}/isi/{link.token}")


def _code(url: str, name: str) -> str:
    return settings_qr_text(collect_settings(url, name))

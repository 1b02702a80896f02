"""Submissions of one form on their way out: read in small pieces, newest first, each answered as rows.

No read lasts longer than a piece, so that neither a slow reader nor a large form holds up those who write.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, select, tuple_

from forms import submission as submission_xml
from forms.answer_tables import About, Layout, Node
from forms.envelope import is_envelope
from forms.schema import Schema
from server.access import Viewer, require
from server.problems import Problem
from server.queries.decrypting import Decrypter
from server.queries.definitions import FormRow, definitions_of, find_form
from server.queries.shelves import COUNTED, ON_TRIAL, Shelf, trial_changes
from server.store import Store
from server.store.forms import form, form_version
from server.store.people import actor
from server.store.submissions import submission

# A piece ends at so many submissions or bytes of XML, whichever comes first.
PIECE = 200
PIECE_BYTES = 4 * 2**20
FILES = 500
# So many last changes tell one state of a form from another.
LAST = 50
# What an encrypted submission has in its XML, in whichever encoding: else it need not be parsed to know.
_MAYBE_ENVELOPE = (b"encrypted", b"\0")


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """A form whose answers are asked for: its row, its published versions, the one in force first, and where what was
    sent lies; of a draft on trial the draft alone."""

    project_id: int
    row_id: int
    xml_form_id: str
    schemas: tuple[Schema, ...]
    version_ids: tuple[int, ...]
    shelf: Shelf = COUNTED


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission as kept: what is known of it, the XML of its newest version, and where it stands in the order."""

    about: About
    xml: bytes
    submission_id: int
    revision_id: int

    @property
    def place(self) -> tuple[str, int]:
        """Its place in the order of submissions, newest first."""
        return self.about.submitted_at, self.submission_id


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which submissions: those not deleted unless `condition` speaks of it; `after`: the place to go on behind;
    `order`: another order than newest first (then pieces are found by `offset`)."""

    condition: ColumnElement[bool] | None = None
    deleted: bool = False
    after: tuple[str, int] | None = None
    including: bool = False
    order: tuple[ColumnElement[Any], ...] = ()
    offset: int = 0
    limit: int | None = None


def form_answers(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, draft: bool = False
) -> tuple[Viewer, FormAnswers]:
    """Who asks and the form, or its draft. Raises `request.not_found`, also for one that was never published, or has no
    draft."""
    viewer = require(viewer, "submission.read", project_id)
    definitions = definitions_of(store)
    with store.read() as db:
        found = find_form(db, project_id, form_id)
        ids = _version_ids(db, found, draft=draft) if found else ()
    if found is None or not ids:
        raise Problem("request.not_found")
    schemas = tuple(definitions.form_version(version).schema for version in ids)
    return viewer, FormAnswers(project_id, found.id, found.xml_form_id, schemas, ids, ON_TRIAL if draft else COUNTED)


def _version_ids(db: Connection, found: FormRow, *, draft: bool) -> tuple[int, ...]:
    """The draft, or all published versions, the one in force first."""
    if draft:
        held = select(form.c.draft_version_id).where(form.c.id == found.id, form.c.draft_version_id.is_not(None))
        return tuple(db.execute(held).scalars())
    query = (
        select(form_version.c.id)
        .where(form_version.c.form_id == found.id, form_version.c.published_at.is_not(None))
        .order_by(
            case((form_version.c.id == found.current_version_id, 0), else_=1),
            form_version.c.published_at.desc(),
            form_version.c.id.desc(),
        )
    )
    return () if found.current_version_id is None else tuple(db.execute(query).scalars())


def _entry(row: Row) -> Entry:
    (key, instance, created, updated, deleted, sender, name, review, device, held, version, edits, here, due, xml) = row
    about = About(
        instance, created, updated, deleted, sender or 0, name, here, due, review, device, edits, version or ""
    )
    return Entry(about, bytes(xml), key, held)


def matching(answers: FormAnswers, wanted: Wanted) -> ColumnElement[bool]:
    """The submissions of a form that are wanted, wherever the page begins."""
    parts = [answers.shelf.sent.c.form_id == answers.row_id]
    if not wanted.deleted:
        parts.append(answers.shelf.living)
    if wanted.condition is not None:
        parts.append(wanted.condition)
    return and_(*parts)


def count(db: Connection, answers: FormAnswers, wanted: Wanted) -> int:
    """How many there are."""
    query = select(func.count()).select_from(answers.shelf.sent).where(matching(answers, wanted))
    return int(db.execute(query).scalar_one())


def entries(store: Store, answers: FormAnswers, wanted: Wanted) -> Iterator[Entry]:
    """The submissions wanted, one after another. What arrives meanwhile is not among them."""
    return chain.from_iterable(pieces(store, answers, wanted))


def pieces(store: Store, answers: FormAnswers, wanted: Wanted) -> Iterator[list[Entry]]:
    """As `entries`, as they are read."""
    left = wanted.limit
    while left is None or left > 0:
        piece = _piece(store, answers, wanted, PIECE if left is None else min(left, PIECE))
        if not piece:
            return
        yield piece
        left = None if left is None else left - len(piece)
        if wanted.order:
            wanted = replace(wanted, offset=wanted.offset + len(piece))
        else:
            wanted = replace(wanted, after=piece[-1].place, including=False, offset=0)


def _piece(store: Store, answers: FormAnswers, wanted: Wanted, most: int) -> list[Entry]:
    sent = answers.shelf.sent.c
    query = answers.shelf.rows.where(matching(answers, wanted)).limit(most)
    place = tuple_(sent.created_at, sent.id)
    if wanted.after is not None:
        query = query.where(place <= wanted.after if wanted.including else place < wanted.after)
    if wanted.offset:
        query = query.offset(wanted.offset)
    newest = (sent.created_at.desc(), sent.id.desc())
    piece, size = [], 0
    with store.read() as db:
        for row in db.execute(query.order_by(*wanted.order, *newest)):
            piece.append(_entry(row))
            size += len(piece[-1].xml)
            if size > PIECE_BYTES:
                break
    return piece


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file that came with a submission's newest version."""

    instance_id: str
    revision_id: int
    name: str
    blob: str


def files(store: Store, answers: FormAnswers, wanted: Wanted, names: Sequence[str] = ()) -> Iterator[FileEntry]:
    """The files of the submissions wanted, in their order; with `names` only those called so."""
    shelf, sent, file = answers.shelf, answers.shelf.sent.c, answers.shelf.files.c
    query = (
        select(sent.created_at, sent.id, file.name, sent.instance_id, shelf.newest.label("newest"), file.blob)
        .join(shelf.files, shelf.file_of == shelf.newest)
        .where(matching(answers, wanted), file.blob.is_not(None))
        .order_by(sent.created_at.desc(), sent.id.desc(), file.name.desc())
        .limit(FILES)
    )
    if names:
        query = query.where(file.name.in_(names))
    place = tuple_(sent.created_at, sent.id, file.name)
    after: tuple[str, int, str] | None = None
    while True:
        with store.read() as db:
            piece = db.execute(query if after is None else query.where(place < after)).all()
        for row in piece:
            yield FileEntry(row.instance_id, row.newest, row.name, row.blob)
        if len(piece) < FILES:
            return
        after = (piece[-1].created_at, piece[-1].id, piece[-1].name)


def xml_of(store: Store, answers: FormAnswers, revision_id: int) -> bytes:
    """The XML of a revision."""
    shelf = answers.shelf
    with store.read() as db:
        return bytes(db.execute(select(shelf.xml).where(shelf.xml_of == revision_id)).scalar_one())


def one_entry(store: Store, answers: FormAnswers, instance_id: str) -> Entry:
    """The submission of this (first) instance id, unless deleted. Raises `request.not_found`."""
    mine = (matching(answers, Wanted()), answers.shelf.sent.c.instance_id == instance_id)
    with store.read() as db:
        row = db.execute(answers.shelf.rows.where(*mine)).first()
    if row is None:
        raise Problem("request.not_found")
    return _entry(row)


def place_of(db: Connection, answers: FormAnswers, instance_id: str) -> tuple[str, int] | None:
    """Where a submission stands in the order, also a deleted one; None when there never was one of this id."""
    sent = answers.shelf.sent.c
    mine = (sent.form_id == answers.row_id, sent.instance_id == instance_id)
    row = db.execute(select(sent.created_at, sent.id).where(*mine)).first()
    return (row[0], row[1]) if row else None


def state(store: Store, answers: FormAnswers) -> str:
    """A text that changes whenever an answer of this form, a file of it, its reviews or its senders' names change."""
    with store.read() as db:
        told = (trial_changes if answers.shelf is ON_TRIAL else changes)(db, answers.row_id)
    return hashlib.sha256(repr((answers.version_ids, told)).encode()).hexdigest()[:32]


def changes(db: Connection, form_row: int) -> list[tuple[object, ...]]:
    """What no two states of a form's submissions share: how many there are, the newest, what changed last, who sent."""
    mine = submission.c.form_id == form_row
    later = [
        select(func.count(), func.max(column)).where(mine, column.is_not(None))
        for column in (submission.c.updated_at, submission.c.files_at)
    ]
    sent = select(submission.c.id).where(mine, submission.c.submitter_id == actor.c.id).exists()
    names = select(actor.c.id, actor.c.display_name).where(sent).order_by(actor.c.id)
    newest = (
        select(submission.c.created_at, submission.c.id)
        .where(mine)
        .order_by(submission.c.created_at.desc(), submission.c.id.desc())
        .limit(1)
    )
    # The last changes themselves: several may share their millisecond, or be committed in another order.
    last = (
        select(
            submission.c.id,
            submission.c.updated_at,
            submission.c.revision_id,
            submission.c.review_state,
            submission.c.deleted_at,
        )
        .where(mine, submission.c.updated_at.is_not(None))
        .order_by(submission.c.updated_at.desc(), submission.c.id.desc())
        .limit(LAST)
    )
    queries = (select(func.count()).where(mine), newest, *later, last, names)
    return [tuple(row) for query in queries for row in db.execute(query)]


class Reader:
    """Reads entries as rows of a layout; encrypted ones with the `decrypter`."""

    def __init__(self, layout: Layout, decrypter: Decrypter) -> None:
        self.layout = layout
        self._decrypter = decrypter

    def opened(self, entry: Entry) -> tuple[About, bytes | None]:
        """What is known of the submission and the XML of its answers; None where they cannot be read."""
        if not any(sign in entry.xml for sign in _MAYBE_ENVELOPE):
            return entry.about, entry.xml
        root = submission_xml.parse_kept(entry.xml)
        if not is_envelope(root):
            return entry.about, entry.xml
        status, answers = self._decrypter.answers(entry.revision_id, root)
        return replace(entry.about, status=status), answers

    def read(self, entry: Entry) -> tuple[About, Node | None]:
        """What is known of the submission and its answers; None for those that cannot be read."""
        about, xml = self.opened(entry)
        return about, None if xml is None else self.layout.read(xml)

"""Submissions as programs see them (central-api.md section 5); reading one is logged before it is answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, tuple_

from forms import submission as submission_xml
from forms.differences import Difference, differences
from server.access import Viewer, require
from server.cases import privacy
from server.cases.privacy import Sight
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.exported import changes
from server.queries.masking import extent_in, extent_of, is_opened, shown_file, shown_to
from server.queries.sight import hidden_files, sight_of_submission
from server.store import Store
from server.store.blobs import Stored
from server.store.cases import event
from server.store.forms import form, form_version
from server.store.people import actor
from server.store.reading import log_read
from server.store.submissions import attachment, comment, revision, submission

PIECE = 500


@dataclass(frozen=True, slots=True)
class Version:
    """One revision of a submission, as it was received."""

    instance_id: str
    instance_name: str | None
    form_version: str
    submitter_id: int
    submitter: str | None
    device_id: str | None
    user_agent: str | None
    received_at: str
    current: bool


@dataclass(frozen=True, slots=True)
class SubmissionRow:
    """One submission with its newest revision; `instance_id` is the id of its first one, for ever."""

    instance_id: str
    submitter_id: int
    submitter: str | None
    device_id: str | None
    user_agent: str | None
    review_state: str | None
    created_at: str
    updated_at: str | None
    deleted_at: str | None
    current: Version


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file of a submission; `blob` is None until it has arrived."""

    name: str
    blob: str | None
    type: str | None
    size: int | None


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A public key submissions of a form were encrypted with; `id` is the number programs name it by."""

    id: int
    public: str
    created_at: str


@dataclass(frozen=True, slots=True)
class CommentRow:
    """What somebody noted on a submission."""

    body: str
    actor_id: int
    actor: str | None
    created_at: str


def _form_row(db: Connection, project_id: int, form_id: str) -> int:
    found = db.execute(select(form.c.id).where(form.c.project_id == project_id, form.c.xml_form_id == form_id)).scalar()
    if found is None:
        raise Problem("request.not_found")
    return int(found)


_submitter = actor.alias("submitter")
_sender = actor.alias("sender")


def _rows() -> Select[Any]:
    return (
        select(
            submission,
            _submitter.c.display_name.label("submitter"),
            revision.c.id.label("rev_id"),
            revision.c.instance_id.label("rev_instance"),
            revision.c.instance_name.label("rev_name"),
            revision.c.version.label("rev_version"),
            revision.c.submitter_id.label("rev_submitter_id"),
            _sender.c.display_name.label("rev_submitter"),
            revision.c.device_id.label("rev_device"),
            revision.c.user_agent.label("rev_agent"),
            revision.c.received_at.label("rev_at"),
        )
        .join(revision, revision.c.id == submission.c.revision_id)
        .outerjoin(_submitter, _submitter.c.id == submission.c.submitter_id)
        .outerjoin(_sender, _sender.c.id == revision.c.submitter_id)
    )


def _submission(row: Row, *, whole: bool) -> SubmissionRow:
    current = Version(
        row.rev_instance,
        row.rev_name if whole else None,
        row.rev_version,
        row.rev_submitter_id or 0,
        row.rev_submitter,
        row.rev_device,
        row.rev_agent,
        row.rev_at,
        True,
    )
    return SubmissionRow(
        row.instance_id,
        row.submitter_id or 0,
        row.submitter,
        row.device_id,
        row.user_agent,
        row.review_state,
        row.created_at,
        row.updated_at,
        row.deleted_at,
        current,
    )


def submissions(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
    deleted: bool = False,
) -> Iterator[SubmissionRow]:
    """The submissions of a form, newest first, read in small pieces as they are asked for. Raises
    `request.not_found`."""
    viewer = require(viewer, "submission.read", project_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    with store.read() as db:
        form_row = _form_row(db, project_id, form_id)
    gone = submission.c.deleted_at.is_not(None) if deleted else submission.c.deleted_at.is_(None)
    query = _rows().where(submission.c.form_id == form_row, gone)
    return (_submission(row, whole=whole) for row in _walk(store, query, limit, offset or 0))


def _walk(store: Store, query: Select[Any], left: int | None, offset: int) -> Iterator[Row]:
    query = query.order_by(submission.c.created_at.desc(), submission.c.id.desc())
    after: tuple[str, int] | None = None
    while left is None or left > 0:
        most = PIECE if left is None else min(left, PIECE)
        page = query.limit(most)
        if after is None:
            page = page.offset(offset)
        else:
            page = page.where(tuple_(submission.c.created_at, submission.c.id) < after)
        with store.read() as db:
            piece = db.execute(page).all()
        yield from piece
        if len(piece) < most:
            return
        left = None if left is None else left - len(piece)
        after = (piece[-1].created_at, piece[-1].id)


def state(store: Store, viewer: Viewer | None, project_id: int, form_id: str) -> str:
    """A text that changes with the submissions of a form, and differs for who may see another part of them. Raises
    `request.not_found`."""
    viewer = require(viewer, "submission.read", project_id)
    how_much = extent_of(store, viewer, project_id)
    with store.read() as db:
        form_row = _form_row(db, project_id, form_id)
        # Who sent an edit is told too, and may be called otherwise by now.
        names = db.execute(select(func.count(), func.max(actor.c.updated_at))).one()
        return repr((how_much, form_row, changes(db, form_row), tuple(names)))


def submission_row(db: Connection, project_id: int, form_id: str, instance_id: str) -> Row:
    """The row of a submission that is not deleted, by its first instance id. Raises `request.not_found`."""
    form_row = _form_row(db, project_id, form_id)
    row = db.execute(
        _rows().where(
            submission.c.form_id == form_row,
            submission.c.instance_id == instance_id,
            submission.c.deleted_at.is_(None),
        )
    ).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def submitters(store: Store, viewer: Viewer | None, project_id: int, form_id: str) -> list[tuple[int, str, str]]:
    """Who has sent submissions of a form, as (id, type, name), by name. Raises `request.not_found`."""
    require(viewer, "submission.read", project_id)
    with store.read() as db:
        sent = select(submission.c.submitter_id).where(submission.c.form_id == _form_row(db, project_id, form_id))
        query = select(actor.c.id, actor.c.type, actor.c.display_name).where(actor.c.id.in_(sent.distinct()))
        return [(row.id, row.type, row.display_name) for row in db.execute(query.order_by(actor.c.display_name))]


def keys(store: Store, viewer: Viewer | None, project_id: int, form_id: str) -> list[KeyRow]:
    """The public keys the form's versions have had, the oldest first; none when it was never encrypted.

    A key's number is the row of the first version that named it. Raises `request.not_found`.
    """
    require(viewer, "submission.read", project_id)
    with store.read() as db:
        query = (
            select(form_version.c.id, form_version.c.created_at)
            .where(form_version.c.form_id == _form_row(db, project_id, form_id))
            .where(form_version.c.published_at.is_not(None))
            .order_by(form_version.c.id)
        )
        rows = db.execute(query).all()
    found: dict[str, KeyRow] = {}
    for row in rows:
        public = definitions_of(store).form_version(row.id).schema.public_key
        if public:
            found.setdefault(public, KeyRow(row.id, public, row.created_at))
    return list(found.values())


def root_of(store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str) -> str | None:
    """The first instance id of the submission that has a revision of this id; None when nothing has."""
    require(viewer, "submission.read", project_id)
    with store.read() as db:
        form_row = _form_row(db, project_id, form_id)
        query = (
            select(submission.c.instance_id)
            .join(revision, revision.c.submission_id == submission.c.id)
            .where(revision.c.form_id == form_row, revision.c.instance_id == instance_id)
        )
        return db.execute(query).scalar()


def log_submission(
    store: Store, viewer: Viewer, project_id: int, instance_id: str, address: str | None, reason: str = ""
) -> None:
    """Notes that somebody saw the answers of a submission, and of which case they are; `reason`: why unmasked."""
    with store.read() as db:
        case_id = db.execute(select(event.c.case_id).where(event.c.instance_id == instance_id)).scalar()
    what = f"unmasked:{instance_id} {reason}" if reason else f"submission:{instance_id}"
    log_read(store, viewer.id, project_id, case_id, what, address)


def one_submission(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str
) -> SubmissionRow:
    """One submission by its first instance id, without its answers. Raises `request.not_found`."""
    viewer = require(viewer, "submission.read", project_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    with store.read() as db:
        return _submission(submission_row(db, project_id, form_id, instance_id), whole=whole)


def xml(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    version: str | None = None,
    *,
    address: str | None = None,
    reason: str = "",
) -> bytes:
    """The exact bytes received: of the newest revision, or of the one named `version`. Logged as a read.

    `reason`: why somebody who sees answers masked needs them whole, noted with the reading. Raises
    `request.not_found`, `submission.reason_needed` without one.
    """
    viewer = require(viewer, "submission.read", project_id)
    with store.read() as db:
        row = submission_row(db, project_id, form_id, instance_id)
        found = _revision(db, row, version)
    opened = is_opened(store, viewer, project_id, reason)
    log_submission(store, viewer, project_id, instance_id, address, reason if opened else "")
    return bytes(found.xml)


def kept_xml(store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str) -> bytes:
    """The newest revision, to be sent once more with a file beside it: nobody gets to see it. Raises
    `request.not_found`."""
    require(viewer, "submission.create", project_id)
    with store.read() as db:
        return bytes(_revision(db, submission_row(db, project_id, form_id, instance_id), None).xml)


def _revision(db: Connection, row: Row, version: str | None) -> Row:
    query = select(revision).where(revision.c.submission_id == row.id)
    wanted = revision.c.id == row.rev_id if version is None else revision.c.instance_id == version
    found = db.execute(query.where(wanted)).first()
    if found is None:
        raise Problem("request.not_found")
    return found


def versions(store: Store, viewer: Viewer | None, project_id: int, form_id: str, instance_id: str) -> list[Version]:
    """The revisions of a submission, newest first. Raises `request.not_found`."""
    viewer = require(viewer, "submission.read", project_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    with store.read() as db:
        row = submission_row(db, project_id, form_id, instance_id)
        query = (
            select(revision, _sender.c.display_name)
            .outerjoin(_sender, _sender.c.id == revision.c.submitter_id)
            .where(revision.c.submission_id == row.id)
            .order_by(revision.c.id.desc())
        )
        return [
            Version(
                r.instance_id,
                r.instance_name if whole else None,
                r.version,
                r.submitter_id or 0,
                r.display_name,
                r.device_id,
                r.user_agent,
                r.received_at,
                r.id == row.rev_id,
            )
            for r in db.execute(query)
        ]


def diffs(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> dict[str, list[Difference]]:
    """What each edit changed against the revision before it, newest first. Logged as a read.

    Who may not have everything sees what pages hide masked, unless a `reason` is given.

    An encrypted envelope says nothing of the answers inside it: its edits have no differences to tell.
    Raises `request.not_found`.
    """
    viewer = require(viewer, "submission.read", project_id)
    with store.read() as db:
        row = submission_row(db, project_id, form_id, instance_id)
        query = select(revision).where(revision.c.submission_id == row.id).order_by(revision.c.id.desc())
        found = db.execute(query).all()
        sight = _sight(db, store, viewer, project_id, form_id, row, reason)
    whole = extent_of(store, viewer, project_id) == "whole"
    log_submission(store, viewer, project_id, instance_id, address, "" if whole else reason)
    versions = {one.form_version_id for one in found} - {None}
    fields = [item for version in versions for item in definitions_of(store).form_version(version).schema.fields]
    repeats = {item.path for item in fields if item.kind == "repeat"}
    told = {new.instance_id: _differences(bytes(old.xml), bytes(new.xml), repeats) for new, old in pairwise(found)}
    if sight == "whole":
        return told
    shown = shown_to(fields, sight)
    return {key: [shown.difference(one) for one in held] for key, held in told.items()}


def _sight(db: Connection, store: Store, viewer: Viewer, project_id: int, form_id: str, row: Row, reason: str) -> Sight:
    """How much of one submission a program is told: all of it after a reason, and to who may have everything."""
    if reason or extent_in(db, store, viewer, project_id) == "whole":
        return "whole"
    return sight_of_submission(db, store, viewer, project_id, form_id, row.instance_id, row.submitter_id)


def _differences(old: bytes, new: bytes, repeats: set[str]) -> list[Difference]:
    if any(submission_xml.head(xml, instance_id_optional=True).encrypted for xml in (old, new)):
        return []
    return differences(old, new, repeats)


def files(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    version: str | None = None,
) -> list[FileRow]:
    """The files a submission names or brought, by name. Raises `request.not_found`."""
    require(viewer, "submission.read", project_id)
    with store.read() as db:
        found = _revision(db, submission_row(db, project_id, form_id, instance_id), version)
        query = select(attachment).where(attachment.c.revision_id == found.id).order_by(attachment.c.name)
        return [FileRow(r.name, r.blob, r.type, r.size) for r in db.execute(query)]


def file(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    name: str,
    version: str | None = None,
    *,
    address: str | None = None,
    reason: str = "",
) -> tuple[FileRow, bytes | Stored]:
    """One file of a submission, unread where it is handed out as it is. Logged as a read.

    Who may not have everything gets pictures as pages show them, and with a `reason` the phone's own log and what
    answers a question whose answers are hidden. Raises `request.not_found`, also while it has not arrived, and
    `submission.reason_needed`.
    """
    viewer = require(viewer, "submission.read", project_id)
    row = next(
        (one for one in files(store, viewer, project_id, form_id, instance_id, version) if one.name == name), None
    )
    if row is None or row.blob is None:
        raise Problem("request.not_found")
    with store.read() as db:
        one = submission_row(db, project_id, form_id, instance_id)
        sent, sight = _revision(db, one, version), _sight(db, store, viewer, project_id, form_id, one, reason)
    data = taken_file(store, row, sight, bytes(sent.xml), sent.form_version_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    log_submission(store, viewer, project_id, instance_id, address, "" if whole else reason)
    return row, data


def taken_file(store: Store, row: FileRow, sight: Sight, xml: bytes, version_id: int | None) -> bytes | Stored:
    """A file that is there, as somebody with this sight may have it. `xml`, `version_id`: of the submission it came
    with, and of that one's form. Raises `submission.reason_needed`."""
    assert row.blob is not None
    kept = store.blobs.stored(row.blob)
    if sight == "whole":
        return kept
    schema = definitions_of(store).form_version(version_id).schema if version_id else None
    if hidden_files(schema, xml, [row.name], sight):
        raise Problem("submission.reason_needed")
    return shown_file(kept)


def comments(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    *,
    address: str | None = None,
    reason: str = "",
) -> list[CommentRow]:
    """What people noted on a submission, newest first; masked and logged as `diffs`. Raises `request.not_found`."""
    viewer = require(viewer, "submission.read", project_id)
    with store.read() as db:
        row = submission_row(db, project_id, form_id, instance_id)
        sight = _sight(db, store, viewer, project_id, form_id, row, reason)
        whole = extent_in(db, store, viewer, project_id) == "whole"
        query = (
            select(comment, actor.c.display_name)
            .outerjoin(actor, actor.c.id == comment.c.actor_id)
            .where(comment.c.submission_id == row.id)
            .order_by(comment.c.id.desc())
        )
        rows = db.execute(query).all()
    log_submission(store, viewer, project_id, instance_id, address, "" if whole else reason)
    return [
        CommentRow(privacy.on_page(privacy.NOTED, r.body, sight), r.actor_id, r.display_name, r.created_at)
        for r in rows
    ]

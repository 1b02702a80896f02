"""Submissions as Briefcase-style tools pull them: ids in chunks, then one by one with its files (openrosa.md 14)."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import and_, or_, select

from forms import submission as submission_xml
from server.access import Viewer, require
from server.problems import Problem
from server.queries import submissions_api
from server.store import Store
from server.store.blobs import Stored
from server.store.forms import form
from server.store.submissions import attachment, submission

MOST_IDS = 1_000


@dataclass(frozen=True, slots=True)
class Ids:
    """A chunk of first instance ids, the oldest first, and where the next one begins."""

    ids: tuple[str, ...]
    cursor: str


@dataclass(frozen=True, slots=True)
class PulledFile:
    """A file of a submission with the MD5 of its bytes."""

    name: str
    md5: str


@dataclass(frozen=True, slots=True)
class Pulled:
    """One submission: its newest revision with the attributes Briefcase reads on the root, and the files it has."""

    form_id: str
    instance_id: str
    root: bytes
    files: tuple[PulledFile, ...]


def instance_ids(
    store: Store, viewer: Viewer, project_id: int, form_id: str, cursor: str, count: int, *, incomplete: bool
) -> Ids:
    """The next submissions of a form; with `incomplete` also those that still miss a file.

    `cursor` is "" or what the last answer gave. Raises `request.not_found`, `request.bad_value`.
    """
    require(viewer, "submission.read", project_id)
    with store.read() as db:
        here = (form.c.project_id == project_id, form.c.xml_form_id == form_id)
        form_row = db.execute(select(form.c.id).where(*here)).scalar()
        if form_row is None:
            raise Problem("request.not_found")
        query = (
            select(submission.c.created_at, submission.c.id, submission.c.instance_id)
            .where(submission.c.form_id == form_row, submission.c.deleted_at.is_(None))
            .order_by(submission.c.created_at, submission.c.id)
            .limit(min(max(count, 1), MOST_IDS))
        )
        if cursor:
            at, _, key = cursor.partition("/")
            if not key.isdecimal() or len(key) > 19:
                raise Problem("request.bad_value", field="cursor", value=cursor[:100], reason="resumptionCursor")
            later = and_(submission.c.created_at == at, submission.c.id > int(key))
            query = query.where(or_(submission.c.created_at > at, later))
        if not incomplete:
            missing = select(attachment.c.name).where(
                attachment.c.revision_id == submission.c.revision_id,
                attachment.c.expected == 1,
                attachment.c.blob.is_(None),
            )
            query = query.where(~missing.exists())
        rows = db.execute(query).all()
    last = f"{rows[-1].created_at}/{rows[-1].id}" if rows else cursor
    return Ids(tuple(row.instance_id for row in rows), last)


def asked_for(key: str) -> tuple[str, str]:
    """Form and instance id of `F[@version=V and @uiVersion=null]/ROOT[@key=I]`; F may hold anything, V is not used.

    Raises `request.bad_value`.
    """
    form_id, found, _ = key.rpartition("[@version")
    _, marked, rest = key.rpartition("[@key=")
    if not found or not marked or not rest.endswith("]"):
        raise Problem("request.bad_value", field="formId", value=key[:100], reason="F[@version=… ]/…[@key=…]")
    return form_id, rest[:-1]


def pulled(
    store: Store, viewer: Viewer, project_id: int, form_id: str, instance_id: str, *, address: str | None
) -> Pulled:
    """One submission by its first instance id, logged as a read. Raises `request.not_found`."""
    found = submissions_api.one_submission(store, viewer, project_id, form_id, instance_id)
    if found.deleted_at is not None:
        raise Problem("request.not_found")
    xml = submissions_api.xml(store, viewer, project_id, form_id, instance_id, address=address)
    files = submissions_api.files(store, viewer, project_id, form_id, instance_id)
    root = submission_xml.with_attributes(
        xml,
        {
            "instanceID": instance_id,
            "submissionDate": found.created_at,
            "isComplete": str(all(file.blob for file in files)).lower(),
            "markedAsCompleteDate": found.created_at,
        },
    )
    there = tuple(PulledFile(file.name, _md5(store, file.blob)) for file in files if file.blob)
    return Pulled(form_id, instance_id, root, there)


def pulled_file(
    store: Store, viewer: Viewer, project_id: int, form_id: str, instance_id: str, name: str, *, address: str | None
) -> bytes | Stored:
    """One file of a submission, unread where it is handed out as it is. Raises `request.not_found`."""
    return submissions_api.file(store, viewer, project_id, form_id, instance_id, name, address=address)[1]


def _md5(store: Store, sha256: str) -> str:
    made = hashlib.md5(usedforsecurity=False)
    for chunk in store.blobs.stream(sha256):
        made.update(chunk)
    return made.hexdigest()

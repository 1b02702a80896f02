"""A draft as a phone tries it: who holds its address gets this form, and rows made up for the lists it reads.

No row of a real case leaves by this way: the address needs no log-in.
"""

import hashlib
import json
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, Row, and_, func, select

from forms.entities import csv
from server.access import Viewer, require
from server.cases.entity_merge import WORKFLOW
from server.locale import LANGUAGES, say
from server.problems import Problem
from server.queries.masking import extent_of, is_opened
from server.queries.phone import MediaBytes, PhoneFile, PhoneForm
from server.queries.submissions_api import FileRow, SubmissionRow, Version, taken_file
from server.store import Store
from server.store.blobs import Stored
from server.store.drafts import draft_attachment, draft_submission
from server.store.entities import entity_list
from server.store.forms import form, form_media, form_version, project_media

EXAMPLES = 3
# Rows of trials were sent by nobody with an account.
NOBODY = 0


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of a form: `form_id` and `version_id` are row ids."""

    project_id: int
    form_id: int
    version_id: int
    xml_form_id: str
    title: str
    version: str
    md5: str
    token: str


def draft_of(store: Store, token: str, project_id: int, xml_form_id: str) -> Draft:
    """The draft at a trial address. Raises `draft.gone` for one that was published or never was."""
    with store.read() as db:
        found = _find(
            db, form.c.draft_token == token, form.c.project_id == project_id, form.c.xml_form_id == xml_form_id
        )
    if found is None:
        raise Problem("draft.gone")
    return found


def draft_of_form(store: Store, viewer: Viewer | None, project_id: int, xml_form_id: str) -> Draft | None:
    """The draft of a form with the token of its trial address, None without one; for those who may publish."""
    require(viewer, "form.publish", project_id)
    with store.read() as db:
        return _find(db, form.c.project_id == project_id, form.c.xml_form_id == xml_form_id)


def _find(db: Connection, *which: object) -> Draft | None:
    query = (
        select(
            form.c.project_id,
            form.c.id,
            form_version.c.id,
            form.c.xml_form_id,
            form_version.c.title,
            form_version.c.version,
            form_version.c.md5,
            form.c.draft_token,
        )
        .join(form_version, form_version.c.id == form.c.draft_version_id)
        .where(*which, form.c.draft_token.is_not(None))  # type: ignore[arg-type] # conditions of any kind
    )
    row = db.execute(query).first()
    return Draft(*row) if row else None


def draft_form(store: Store, draft: Draft) -> PhoneForm:
    """The draft as the one form of its list."""
    with store.read() as db:
        count = select(func.count()).where(form_media.c.form_version_id == draft.version_id)
        has_files = db.execute(count).scalar_one() > 0
    return PhoneForm(draft.xml_form_id, draft.title, draft.version, draft.md5, draft.version_id, has_files)


def draft_xform(store: Store, draft: Draft) -> tuple[str, str]:
    """The XForm of the draft and its MD5."""
    with store.read() as db:
        row = db.execute(select(form_version.c.xform).where(form_version.c.id == draft.version_id)).one()
    return row.xform, draft.md5


def draft_files(store: Store, draft: Draft) -> list[PhoneFile]:
    """The files of the draft that can be delivered by now."""
    found = []
    with store.read() as db:
        for row in _media(db, draft):
            if row.entity_list is not None:
                found.append(PhoneFile(row.name, _md5(_example_rows(db, draft, row.entity_list)), True))
            elif row.shared_blob or row.blob:
                found.append(PhoneFile(row.name, row.shared_md5 if row.shared_blob else row.md5, False))
    return found


def draft_media(store: Store, draft: Draft, name: str) -> MediaBytes:
    """One file of the draft. Raises `request.not_found`."""
    with store.read() as db:
        for row in _media(db, draft):
            if row.name != name:
                continue
            if row.entity_list is not None:
                text = _example_rows(db, draft, row.entity_list)
                return MediaBytes(_md5(text), text=text)
            if row.shared_blob or row.blob:
                blob = row.shared_blob or row.blob
                return MediaBytes(row.shared_md5 if row.shared_blob else row.md5, file=store.blobs.stored(blob))
    raise Problem("request.not_found")


def _media(db: Connection, draft: Draft) -> list[Row]:
    shared = and_(project_media.c.project_id == draft.project_id, project_media.c.name == form_media.c.name)
    query = (
        select(form_media, project_media.c.blob.label("shared_blob"), project_media.c.md5.label("shared_md5"))
        .outerjoin(project_media, shared)
        .where(form_media.c.form_version_id == draft.version_id)
        .order_by(form_media.c.name)
    )
    return list(db.execute(query).all())


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _example_rows(db: Connection, draft: Draft, name: str) -> str:
    """A list with rows made up: each waits for this form, so that a phone can pick it."""
    query = select(entity_list.c.properties).where(
        entity_list.c.project_id == draft.project_id, entity_list.c.name == name
    )
    own = json.loads(db.execute(query).scalar() or "[]")
    properties = [*(item for item in own if item not in WORKFLOW), *WORKFLOW]
    rows = []
    for number in range(1, EXAMPLES + 1):
        seed = hashlib.md5(f"{draft.form_id}:{name}:{number}".encode(), usedforsecurity=False).digest()
        values = {"nomor": f"CONTOH-{number}", "formulir": draft.xml_form_id, "terbuka": "ya"}
        label = say(LANGUAGES[0], "openrosa.example_row", number=number)
        rows.append((str(uuid.UUID(bytes=seed, version=4)), label, 1, values))
    return csv(rows, properties)


def trials(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    xml_form_id: str,
    *,
    limit: int | None = None,
    offset: int | None = None,
) -> list[SubmissionRow]:
    """The trial submissions of a form, newest first. Raises `request.not_found`."""
    viewer = require(viewer, "form.read", project_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    with store.read() as db:
        query = _trials(db, project_id, xml_form_id).limit(limit).offset(offset)
        return [_trial(row, whole=whole) for row in db.execute(query)]


def one_trial(
    store: Store, viewer: Viewer | None, project_id: int, xml_form_id: str, instance_id: str
) -> tuple[SubmissionRow, bytes, list[FileRow]]:
    """A trial submission, its XML and its files by name. Raises `request.not_found`."""
    viewer = require(viewer, "form.read", project_id)
    whole = extent_of(store, viewer, project_id) == "whole"
    with store.read() as db:
        query = _trials(db, project_id, xml_form_id).where(draft_submission.c.instance_id == instance_id)
        row = db.execute(query).first()
        if row is None:
            raise Problem("request.not_found")
        files = select(draft_attachment).where(draft_attachment.c.submission_id == row.id)
        found = [FileRow(f.name, f.blob, f.type, f.size) for f in db.execute(files.order_by(draft_attachment.c.name))]
    return _trial(row, whole=whole), row.xml, found


def trial_xml(store: Store, viewer: Viewer, project_id: int, xml_form_id: str, instance_id: str, reason: str) -> bytes:
    """The exact bytes of a trial submission: whoever tries a form may write of real people. Raises
    `request.not_found`, `submission.reason_needed`."""
    xml = one_trial(store, viewer, project_id, xml_form_id, instance_id)[1]
    is_opened(store, viewer, project_id, reason)
    return xml


def trial_file(
    store: Store, viewer: Viewer, project_id: int, xml_form_id: str, instance_id: str, name: str, reason: str
) -> tuple[FileRow, bytes | Stored]:
    """One file of a trial submission, as one of a submission. Raises `request.not_found`,
    `submission.reason_needed`."""
    _, xml, files = one_trial(store, viewer, project_id, xml_form_id, instance_id)
    with store.read() as db:
        here = (form.c.project_id == project_id, form.c.xml_form_id == xml_form_id)
        version_id = db.execute(select(form.c.draft_version_id).where(*here)).scalar()
    for row in files:
        if row.name == name and row.blob is not None:
            sight = "whole" if reason else extent_of(store, viewer, project_id)
            return row, taken_file(store, row, sight, xml, version_id)
    raise Problem("request.not_found")


def _trials(db: Connection, project_id: int, xml_form_id: str):  # type: ignore[no-untyped-def] # as select() gives it
    here = (form.c.project_id == project_id, form.c.xml_form_id == xml_form_id)
    form_row = db.execute(select(form.c.id).where(*here)).scalar()
    if form_row is None:
        raise Problem("request.not_found")
    query = select(draft_submission).where(draft_submission.c.form_id == form_row)
    return query.order_by(draft_submission.c.created_at.desc(), draft_submission.c.id.desc())


def _trial(row: Row, *, whole: bool) -> SubmissionRow:
    client = (NOBODY, None, row.device_id, row.user_agent)
    current = Version(row.instance_id, row.instance_name if whole else None, row.version, *client, row.created_at, True)
    return SubmissionRow(row.instance_id, *client, None, row.created_at, None, None, current)

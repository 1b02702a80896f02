"""One submission as people read it: labels instead of names, its files, its case, its earlier versions."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from forms import submission as submission_xml
from forms.submission import SubmissionError
from server.access import Viewer, require
from server.problems import Problem
from server.queries.case_page import Answer, readable
from server.queries.definitions import Definitions
from server.queries.list_labels import choices_of
from server.queries.scope import names
from server.queries.tasks_page import LINKABLE
from server.store.cases import case, event, task
from server.store.database import Store
from server.store.forms import form
from server.store.projects import project
from server.store.reading import log_read
from server.store.submissions import attachment, revision, submission


@dataclass(frozen=True, slots=True)
class FileItem:
    """A file the submission names; `size` None while it has not arrived."""

    name: str
    type: str | None
    size: int | None
    picture: bool


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One submission. `known` is False while its form version has never been published here: then the
    answers cannot be shown with labels. `task_reason` says why a person must look at it;
    `linkable` that naming its case would settle it."""

    id: int
    form_id: str
    form_title: str
    form_version: str
    known: bool
    instance_id: str
    received_at: str
    edited_at: str | None
    revisions: int
    sender: str | None
    device: str | None
    review_state: str | None
    office: str
    zone: str
    case_id: str | None
    case_number: str | None
    case_label: str | None
    task_fault: str | None
    task_reason: str | None
    task_id: str | None
    linkable: bool
    may_link: bool
    project_id: int
    answers: tuple[Answer, ...]
    files: tuple[FileItem, ...]


@dataclass(frozen=True, slots=True)
class SentFile:
    """The bytes of one file as it was sent, and what the phone said it is."""

    name: str
    type: str | None
    data: bytes


_PICTURES = {"image/jpeg", "image/png", "image/gif"}
_SIGNATURES = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"GIF8", "image/gif"))


def _one(db: Connection, viewer: Viewer, submission_id: int) -> Row:
    query = (
        select(
            submission,
            form.c.xml_form_id,
            project.c.name.label("office"),
            project.c.timezone,
            revision.c.xml,
            revision.c.version,
            revision.c.form_version_id,
            revision.c.received_at,
        )
        .join(form, form.c.id == submission.c.form_id)
        .join(project, project.c.id == submission.c.project_id)
        .join(revision, revision.c.id == submission.c.revision_id)
        .where(submission.c.id == submission_id, submission.c.deleted_at.is_(None))
    )
    row = db.execute(query).first()
    if row is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    require(viewer, "submission.read", row.project_id)
    return row


def _case_of(db: Connection, row: Row) -> Row | None:
    query = (
        select(case.c.id, case.c.number, case.c.label)
        .join(event, event.c.case_id == case.c.id)
        .where(event.c.instance_id == row.instance_id, case.c.project_id == row.project_id)
    )
    return db.execute(query.limit(1)).first()


def submission_page(
    store: Store,
    viewer: Viewer,
    definitions: Definitions,
    submission_id: int,
    address: str | None = None,
    *,
    reason: str = "",
) -> SubmissionPage:
    """The newest revision of a submission, logged as a read.

    `reason`: why masked answers are wanted whole, noted with the reading. Raises `request.not_found`
    outside the viewer's offices.
    """
    with store.read() as db:
        row = _one(db, viewer, submission_id)
        found = _case_of(db, row)
        revisions = select(revision.c.id).where(revision.c.submission_id == row.id)
        ids = db.execute(revisions).scalars().all()
        undone = select(task.c.id, task.c.fault, task.c.reason).where(
            task.c.revision_id.in_(ids), task.c.done_at.is_(None)
        )
        open_task = db.execute(undone.limit(1)).first()
        sender = names(db, [row.submitter_id]).get(row.submitter_id) if row.submitter_id else None
        files = db.execute(
            select(attachment).where(attachment.c.revision_id == row.revision_id).order_by(attachment.c.name)
        ).all()
        answers = _answers(db, definitions, row)
    version = definitions.form_version(row.form_version_id) if row.form_version_id is not None else None
    what = f"unmasked:{row.instance_id} {reason}" if reason else f"submission:{row.instance_id}"
    log_read(store, viewer.id, row.project_id, found.id if found else None, what, address)
    return SubmissionPage(
        id=row.id,
        form_id=row.xml_form_id,
        form_title=version.title if version else row.xml_form_id,
        form_version=row.version,
        known=version is not None,
        instance_id=row.instance_id,
        received_at=row.created_at,
        edited_at=row.received_at if len(ids) > 1 else None,
        revisions=len(ids),
        sender=sender,
        device=row.device_id,
        review_state=row.review_state,
        office=row.office,
        zone=row.timezone,
        case_id=found.id if found else None,
        case_number=found.number if found else None,
        case_label=found.label if found else None,
        task_fault=open_task.fault if open_task else None,
        task_reason=open_task.reason if open_task else None,
        task_id=open_task.id if open_task else None,
        linkable=open_task is not None and open_task.reason in LINKABLE,
        may_link=viewer.may("case.act", row.project_id),
        project_id=row.project_id,
        answers=answers,
        files=tuple(
            FileItem(f.name, f.type, f.size if f.blob else None, f.blob is not None and f.type in _PICTURES)
            for f in files
        ),
    )


def _answers(db: Connection, definitions: Definitions, row: Row) -> tuple[Answer, ...]:
    if row.form_version_id is None:
        return ()
    schema = definitions.form_version(row.form_version_id).schema
    choices = choices_of(db, definitions, row.project_id, row.form_version_id)
    try:
        return tuple(readable(schema, submission_xml.read(bytes(row.xml), schema).answers, choices))
    except SubmissionError:
        return ()


def submission_file(
    store: Store, viewer: Viewer, submission_id: int, name: str, address: str | None = None
) -> SentFile:
    """One file of a submission's newest revision; `type` is a picture only when its first bytes say so.

    Logged as a read. Raises `request.not_found`, also while the file has not arrived.
    """
    with store.read() as db:
        row = _one(db, viewer, submission_id)
        query = select(attachment).where(attachment.c.revision_id == row.revision_id, attachment.c.name == name)
        found = db.execute(query).first()
        linked = _case_of(db, row)
    if found is None or found.blob is None:
        raise Problem("request.not_found")
    what = f"submission:{row.instance_id}"
    log_read(store, viewer.id, row.project_id, linked.id if linked else None, what, address)
    data = store.blobs.get(found.blob)
    kind = next((kind for start, kind in _SIGNATURES if data.startswith(start)), None)
    return SentFile(found.name, kind, data)

"""A correction that came before its original, as people read it who decide what becomes of it (decision 36)."""

from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from forms import submission as submission_xml
from forms.submission import SubmissionError
from server.access import Viewer, require
from server.cases.privacy import Sight
from server.problems import Problem
from server.queries.definitions import Definitions, published_version_id
from server.queries.list_labels import choices_of
from server.queries.scope import names
from server.queries.sent_files import FileItem, SentFile, file_item, sent_file
from server.queries.sight import hidden_files, own_actors, sight_of_submission
from server.queries.submission_reading import ReadAnswers, read_answers
from server.store import Store
from server.store.cases import task
from server.store.forms import form
from server.store.people import app_user
from server.store.projects import project
from server.store.reading import log_read
from server.store.schema import loads
from server.store.submissions import held_edit, held_file, known

KIND = "held"


@dataclass(frozen=True, slots=True)
class EarlyEdit:
    """A correction that waits (or was ended: `ended`, by whom and why), with its answers and files. `original`: the
    submission it is about, once that is there; `why` it waits, a catalogue code; `may_end`: the viewer may end it.
    `key`: what addresses of its files carry once a reason was given."""

    task_id: str
    project_id: int
    form_id: str
    form_title: str
    form_version: str
    known: bool
    encrypted: bool
    instance_id: str
    base: str
    received_at: str
    sender: str | None
    zone: str
    why: str
    original: int | None
    ended: str | None
    ended_by: str | None
    ended_why: str
    may_end: bool
    answers: ReadAnswers
    files: tuple[FileItem, ...]
    key: str = ""
    newest: bool = True

    @property
    def files_at(self) -> str:
        """What the addresses of its files begin with."""
        return f"/tugas/{self.task_id}/perbaikan/berkas/"

    @property
    def hides(self) -> bool:
        """Whether a reason would show more."""
        return self.answers.hides or any(one.hidden for one in self.files)

    def file(self, name: str) -> FileItem | None:
        """The file an answer names."""
        return next((one for one in self.files if one.name == name), None)


def early_edit(
    store: Store,
    viewer: Viewer,
    definitions: Definitions,
    task_id: str,
    address: str | None = None,
    *,
    reason: str = "",
) -> EarlyEdit:
    """The correction a task is about. Logged as a read; `reason`: why it is wanted whole. Raises `request.not_found`,
    also once it has found its place."""
    with store.read() as db:
        row = find(db, viewer, task_id)
        xml = store.blobs.get(row.blob)
        version_id, version = _version(db, row, xml)
        sight: Sight = "whole" if reason else _sight(db, store, viewer, row)
        answers, encrypted = _answers(db, definitions, row, xml, version_id, sight)
        there = known(db, row.form_id, row.deprecated_id)
        people = names(db, [row.submitter_id, row.done_by])
        schema = definitions.form_version(version_id).schema if version_id else None
        files = db.execute(select(held_file).where(held_file.c.held_id == row.id).order_by(held_file.c.name)).all()
        hidden = hidden_files(schema, xml, [file.name for file in files], sight)
        found = EarlyEdit(
            task_id=task_id,
            project_id=row.project_id,
            form_id=row.xml_form_id,
            form_title=definitions.form_version(version_id).title if version_id else row.xml_form_id,
            form_version=version,
            known=version_id is not None,
            encrypted=encrypted,
            instance_id=row.instance_id,
            base=row.deprecated_id,
            received_at=row.received_at,
            sender=people.get(row.submitter_id),
            zone=row.timezone,
            why=row.reason,
            original=there.submission_id if there else None,
            ended=row.done_at,
            ended_by=people.get(row.done_by),
            ended_why=str(loads(row.args).get("ended") or ""),
            may_end=row.done_at is None and may_end(db, viewer, row),
            answers=answers,
            files=tuple(file_item(file, file.name in hidden) for file in files),
        )
    what = f"unmasked:{row.instance_id} {reason}" if reason else f"submission:{row.instance_id}"
    log_read(store, viewer.id, row.project_id, None, what, address)
    return found


def early_file(
    store: Store,
    viewer: Viewer,
    definitions: Definitions,
    task_id: str,
    name: str,
    address: str | None = None,
    *,
    opened: bool,
) -> SentFile:
    """One of its files. Logged as a read. Raises `request.not_found`, `submission.file_hidden`."""
    with store.read() as db:
        row = find(db, viewer, task_id)
        query = select(held_file).where(held_file.c.held_id == row.id, held_file.c.name == name)
        file = db.execute(query).first()
        if file is None or file.blob is None:
            raise Problem("request.not_found")
        xml = store.blobs.get(row.blob)
        version_id, _ = _version(db, row, xml)
        schema = definitions.form_version(version_id).schema if version_id else None
        hidden = hidden_files(schema, xml, [name], _sight(db, store, viewer, row))
    if hidden and not opened:
        raise Problem("submission.file_hidden", file=name)
    what = f"unmasked:{row.instance_id} {name}" if hidden else f"submission:{row.instance_id}"
    log_read(store, viewer.id, row.project_id, None, what, address)
    return sent_file(store, file.name, file.blob)


def find(db: Connection, viewer: Viewer | None, task_id: str) -> Row:
    """What waits behind a task, with the task. Raises `request.not_found`."""
    asked = db.execute(select(task).where(task.c.id == task_id, task.c.kind == KIND)).first()
    if asked is None or viewer is None or not viewer.roles_in(asked.project_id):
        raise Problem("request.not_found")
    require(viewer, "submission.read", asked.project_id)
    query = (
        select(
            held_edit,
            form.c.xml_form_id,
            project.c.timezone,
            task.c.id.label("task_id"),
            task.c.reason,
            task.c.args,
            task.c.done_at,
            task.c.done_by,
        )
        .join(form, form.c.id == held_edit.c.form_id)
        .join(project, project.c.id == held_edit.c.project_id)
        .join(task, task.c.id == task_id)
        .where(
            form.c.project_id == asked.project_id,
            form.c.xml_form_id == asked.form,
            held_edit.c.instance_id == loads(asked.args)["instance_id"],
        )
    )
    row = db.execute(query).first()
    if row is None:
        raise Problem("request.not_found")
    return row


def may_end(db: Connection, viewer: Viewer, row: Row) -> bool:
    """Whether this person may end it: who reviews submissions, and the officer it is from."""
    if viewer.may("submission.review", row.project_id) or row.submitter_id in own_actors(db, viewer):
        return True
    officer = select(app_user.c.officer_id).where(app_user.c.actor_id == row.submitter_id)
    return db.execute(officer).scalar() == viewer.id


def _sight(db: Connection, store: Store, viewer: Viewer, row: Row) -> Sight:
    about = known(db, row.form_id, row.deprecated_id)
    original = about.root if about else row.deprecated_id
    return sight_of_submission(db, store, viewer, row.project_id, row.xml_form_id, original, row.submitter_id)


def _version(db: Connection, row: Row, xml: bytes) -> tuple[int | None, str]:
    version = submission_xml.head(submission_xml.parse_kept(xml), instance_id_optional=True).version
    return published_version_id(db, row.form_id, version), version


def _answers(
    db: Connection, definitions: Definitions, row: Row, xml: bytes, version_id: int | None, sight: Sight
) -> tuple[ReadAnswers, bool]:
    """Its answers, and whether it is encrypted."""
    try:
        root = submission_xml.parse(xml)
        if submission_xml.head(root, instance_id_optional=True).encrypted:
            return ReadAnswers(), True
        if version_id is None:
            return ReadAnswers(), False
        schema = definitions.form_version(version_id).schema
        choices = choices_of(db, definitions, row.project_id, version_id)
        return read_answers(schema, submission_xml.read(root, schema), choices, sight), False
    except SubmissionError:
        return ReadAnswers(), False

"""One submission as people read it: its answers by part, its files, its case, its review and its earlier versions."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, Row, select

from forms import client_audit
from forms import submission as submission_xml
from forms.correction_form import SUFFIX
from forms.submission import SubmissionError
from server.access import Viewer, require
from server.cases.linking import derived_id
from server.cases.privacy import Sight
from server.problems import Problem
from server.queries.case_reading import CaseFile, read_case
from server.queries.definitions import Definitions, FormVersion
from server.queries.instances import PlacedIn, cases_of
from server.queries.list_labels import choices_of
from server.queries.scope import names
from server.queries.sent_files import FileItem, SentFile, file_item, sent_file
from server.queries.sight import hidden_files, sight_of_submission
from server.queries.submission_filling import Filling, filling_of
from server.queries.submission_history import Note, RevisionRow, all_revisions, notes_of, revisions_of
from server.queries.submission_reading import ReadAnswers, read_answers
from server.queries.tasks_page import LINKABLE
from server.sop.events import Event
from server.sop.settle import settle
from server.store.cases import task
from server.store.database import Store
from server.store.forms import form
from server.store.projects import project
from server.store.reading import log_read
from server.store.submissions import attachment, submission

REJECTED = "rejected"
MOST_LOG = 2 * 2**20
STATES = ("approved", "hasIssues", "rejected", "received")
"""What a reviewer may say, in the order it is offered."""


@dataclass(frozen=True, slots=True)
class StepMark:
    """The step of the case this submission ended; `visit` from 1."""

    name: str
    labels: dict[str, str]
    source: str
    visit: int


@dataclass(frozen=True, slots=True)
class Follows:
    """What a review would do to the case: steps it would open again, and withdraw, as labels; `conflict`: somebody
    has acted on what would change."""

    opened: tuple[dict[str, str], ...]
    withdrawn: tuple[dict[str, str], ...]
    conflict: bool


@dataclass(frozen=True, slots=True)
class ReviewChoice:
    """One state a reviewer may choose; `follows` None when the case is left as it is."""

    state: str
    follows: Follows | None


@dataclass(frozen=True, slots=True)
class SubmissionPage:
    """One submission, in the revision that is shown (`shown` from 1, of `revisions`).

    `known` is False while that revision's form version has never been published here, `encrypted` when only a key
    opens it: then there are no answers. `task_reason` says why a person must look at it; `linkable` that naming its
    case would settle it. `choices`: what the viewer may say of it, () for who may not review;
    `filling`: the phone's own log of it, None without one. `key`: what addresses of its files carry once a reason was
    given.
    """

    id: int
    form_id: str
    form_title: str
    form_version: str
    known: bool
    encrypted: bool
    instance_id: str
    received_at: str
    sent_at: str
    shown: int
    sender: str | None
    device: str | None
    agent: str | None
    review: str
    office: str
    zone: str
    case_id: str | None
    case_number: str | None
    case_label: str | None
    step: StepMark | None
    task_fault: str | None
    task_reason: str | None
    task_id: str | None
    linkable: bool
    may_link: bool
    project_id: int
    answers: ReadAnswers
    files: tuple[FileItem, ...]
    revisions: tuple[RevisionRow, ...]
    notes: tuple[Note, ...]
    choices: tuple[ReviewChoice, ...]
    filling: Filling | None
    key: str = ""

    @property
    def files_at(self) -> str:
        """What the addresses of its files begin with."""
        return f"/kiriman/{self.id}/berkas/"

    @property
    def hides(self) -> bool:
        """Whether a reason would show more."""
        return self.answers.hides or any(one.hidden for one in self.files) or any(note.hidden for note in self.notes)

    def file(self, name: str) -> FileItem | None:
        """The file an answer names."""
        return next((one for one in self.files if one.name == name), None)

    @property
    def history(self) -> list[RevisionRow | Note]:
        """Revisions and notes together, newest first."""
        return sorted((*self.notes, *self.revisions), key=lambda one: one.at, reverse=True)

    @property
    def editable(self) -> bool:
        """Whether its answers can be opened here to be corrected."""
        return self.known and not self.encrypted and not self.form_id.endswith(SUFFIX)

    @property
    def newest(self) -> bool:
        """Whether the revision that counts is the one shown."""
        return any(one.current and one.number == self.shown for one in self.revisions)


def _one(db: Connection, viewer: Viewer, submission_id: int) -> Row:
    query = (
        select(submission, form.c.xml_form_id, project.c.name.label("office"), project.c.timezone)
        .join(form, form.c.id == submission.c.form_id)
        .join(project, project.c.id == submission.c.project_id)
        .where(submission.c.id == submission_id, submission.c.deleted_at.is_(None))
    )
    row = db.execute(query).first()
    if row is None or not viewer.roles_in(row.project_id):
        raise Problem("request.not_found")
    require(viewer, "submission.read", row.project_id)
    return row


def _case_of(db: Connection, row: Row) -> PlacedIn | None:
    return cases_of(db, row.project_id, row.xml_form_id, [row.instance_id]).get(row.instance_id)


def submission_page(
    store: Store,
    viewer: Viewer,
    definitions: Definitions,
    submission_id: int,
    address: str | None = None,
    *,
    reason: str = "",
    number: int | None = None,
) -> SubmissionPage:
    """A submission in its newest revision, or in the one of that number. Logged as a read.

    `reason`: why masked answers are wanted whole, noted with the reading. Raises `request.not_found`
    outside the viewer's offices and for a revision there is not.
    """
    with store.read() as db:
        row = _one(db, viewer, submission_id)
        kept = all_revisions(db, row.id)
        newest = next(place for place, one in enumerate(kept, 1) if one.id == row.revision_id)
        shown = newest if number is None else number
        if not 1 <= shown <= len(kept):
            raise Problem("request.not_found")
        one = kept[shown - 1]
        found = _case_of(db, row)
        file = read_case(db, definitions, row.project_id, found.id) if found else None
        undone = select(task.c.id, task.c.fault, task.c.reason).where(
            task.c.revision_id.in_([held.id for held in kept]), task.c.done_at.is_(None)
        )
        open_task = db.execute(undone.limit(1)).first()
        sight = _sight(db, store, viewer, row, opened=bool(reason))
        answers, encrypted = _answers(db, definitions, row, one, sight)
        version = definitions.form_version(one.form_version_id) if one.form_version_id is not None else None
        page = SubmissionPage(
            id=row.id,
            form_id=row.xml_form_id,
            form_title=version.title if version else row.xml_form_id,
            form_version=one.version,
            known=version is not None,
            encrypted=encrypted,
            instance_id=row.instance_id,
            received_at=row.created_at,
            sent_at=one.received_at,
            shown=shown,
            sender=names(db, [row.submitter_id]).get(row.submitter_id) if row.submitter_id else None,
            device=one.device_id,
            agent=one.user_agent,
            review=row.review_state or "received",
            office=row.office,
            zone=row.timezone,
            case_id=found.id if found else None,
            case_number=found.number if found else None,
            case_label=found.label if found else None,
            step=_step(file, row) if file else None,
            task_fault=open_task.fault if open_task else None,
            task_reason=open_task.reason if open_task else None,
            task_id=open_task.id if open_task else None,
            linkable=open_task is not None and open_task.reason in LINKABLE,
            may_link=viewer.may("case.act", row.project_id),
            project_id=row.project_id,
            answers=answers,
            files=_files(db, one, version, sight),
            revisions=revisions_of(db, definitions, row.project_id, kept, row.revision_id, sight),
            notes=notes_of(db, row.id, sight),
            choices=_choices(store, db, viewer, definitions, row, file),
            filling=_filling(store, db, one.id, version, sight),
        )
    what = f"unmasked:{row.instance_id} {reason}" if reason else f"submission:{row.instance_id}"
    log_read(store, viewer.id, row.project_id, found.id if found else None, what, address)
    return page


def _answers(db: Connection, definitions: Definitions, row: Row, one: Row, sight: Sight) -> tuple[ReadAnswers, bool]:
    """The answers of a revision, and whether it is encrypted."""
    try:
        root = submission_xml.parse(bytes(one.xml))
        if submission_xml.head(root, instance_id_optional=True).encrypted:
            return ReadAnswers(), True
        if one.form_version_id is None:
            return ReadAnswers(), False
        schema = definitions.form_version(one.form_version_id).schema
        choices = choices_of(db, definitions, row.project_id, one.form_version_id)
        return read_answers(schema, submission_xml.read(root, schema), choices, sight), False
    except SubmissionError:
        return ReadAnswers(), False


def _files(db: Connection, one: Row, version: FormVersion | None, sight: Sight) -> tuple[FileItem, ...]:
    query = select(attachment).where(attachment.c.revision_id == one.id).order_by(attachment.c.name)
    rows = db.execute(query).all()
    hidden = hidden_files(version.schema if version else None, bytes(one.xml), [row.name for row in rows], sight)
    return tuple(file_item(row, row.name in hidden) for row in rows)


def _filling(
    store: Store, db: Connection, revision_id: int, version: FormVersion | None, sight: Sight
) -> Filling | None:
    query = select(attachment.c.blob, attachment.c.size).where(
        attachment.c.revision_id == revision_id, attachment.c.name == client_audit.FILE, attachment.c.blob.is_not(None)
    )
    found = db.execute(query).first()
    if found is None or version is None or found.size > MOST_LOG:
        return None
    return filling_of(store.blobs.get(found.blob), version.schema, sight)


def _step(file: CaseFile, row: Row) -> StepMark | None:
    """The step the submission ended, as the case now stands."""
    visits = file.state.visits if file.state else ()
    visit = next((one for one in visits if one.instance_id == row.instance_id and one.form == row.xml_form_id), None)
    known = file.sop.sop.step(visit.step) if visit else None
    return StepMark(known.name, dict(known.labels), known.source, visit.visit) if visit and known else None


def _choices(
    store: Store, db: Connection, viewer: Viewer, definitions: Definitions, row: Row, file: CaseFile | None
) -> tuple[ReviewChoice, ...]:
    if not viewer.may("submission.review", row.project_id):
        return ()
    now = row.review_state or "received"
    offered = [state for state in STATES if state != now]
    follows = None
    if file is not None and file.state is not None:
        turned = "received" if now == REJECTED else REJECTED
        follows = _follows(store, db, definitions, row, file, turned)
    return tuple(
        ReviewChoice(state, follows if (state == REJECTED) != (now == REJECTED) else None) for state in offered
    )


def _follows(
    store: Store, db: Connection, definitions: Definitions, row: Row, file: CaseFile, state: str
) -> Follows | None:
    """What would follow for the case, tried on its events; nothing is written."""
    calendar = definitions.calendar(db, file.project_id, file.sop.id)
    received = max([store.now(), *(one.received_at + timedelta(milliseconds=1) for one in file.events)])
    cause = Event(
        id=derived_id("review", file.id, row.xml_form_id, row.instance_id, received.isoformat()),
        type="review",
        effective=calendar.day(received),
        received_at=received,
        actor=None,
        instance_id=row.instance_id,
        form=row.xml_form_id,
        data={"state": state},
    )
    settled = settle(file.sop.sop, file.state, (*file.events, cause), calendar, cause)
    changes = settled.changes

    def labels(steps: list[str]) -> tuple[dict[str, str], ...]:
        known = (file.sop.sop.step(name) for name in dict.fromkeys(steps))
        return tuple(dict(step.labels) for step in known if step is not None)

    gone = [*changes.withdrawn, *(visit for visit in changes.gone if visit.state == "open")]
    return Follows(
        labels([visit.step for visit in changes.opened]),
        labels([visit.step for visit in gone]),
        bool(changes.conflicts),
    )


def submission_file(
    store: Store,
    viewer: Viewer,
    definitions: Definitions,
    submission_id: int,
    name: str,
    address: str | None = None,
    *,
    number: int | None = None,
    opened: bool = False,
) -> SentFile:
    """One file of a submission's newest revision, or of the one of that number. Logged as a read.

    A picture is shown without what the phone wrote into it (place, time, device). `opened`: the viewer gave a reason
    for what is hidden. Raises `request.not_found`, also while the file has not arrived, and `submission.file_hidden`.
    """
    with store.read() as db:
        row = _one(db, viewer, submission_id)
        kept = all_revisions(db, row.id)
        newest = next(place for place, one in enumerate(kept, 1) if one.id == row.revision_id)
        wanted = newest if number is None else number
        if not 1 <= wanted <= len(kept):
            raise Problem("request.not_found")
        one = kept[wanted - 1]
        query = select(attachment).where(attachment.c.revision_id == one.id, attachment.c.name == name)
        found = db.execute(query).first()
        linked = _case_of(db, row)
        sight = _sight(db, store, viewer, row, opened=False)
    if found is None or found.blob is None:
        raise Problem("request.not_found")
    schema = definitions.form_version(one.form_version_id).schema if one.form_version_id is not None else None
    hidden = hidden_files(schema, bytes(one.xml), [name], sight)
    if hidden and not opened:
        raise Problem("submission.file_hidden", file=name)
    what = f"unmasked:{row.instance_id} {name}" if hidden else f"submission:{row.instance_id}"
    log_read(store, viewer.id, row.project_id, linked.id if linked else None, what, address)
    return sent_file(store, found.name, found.blob)


def _sight(db: Connection, store: Store, viewer: Viewer, row: Row, *, opened: bool) -> Sight:
    if opened:
        return "whole"
    return sight_of_submission(db, store, viewer, row.project_id, row.xml_form_id, row.instance_id, row.submitter_id)

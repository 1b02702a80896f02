"""Takes one submission in: keeps its bytes, links it to its case, routes the case, all in one transaction.

The order is DESIGN section 4: read and fold before the write lock, keep the raw bytes first, then in a
savepoint everything that follows from them. A fault after the bytes are kept never loses them: the
phone gets its 201 and a person gets a task with a fault class.
"""

import hashlib
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from lxml import etree
from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.exc import IntegrityError

from forms import submission as submission_xml
from forms.entities import EntityAct
from forms.sop import FormUse
from forms.submission import Head, Reading, SubmissionError
from server.access import Viewer, require
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.cases.linking import case_list, derived_id, link
from server.problems import Problem
from server.queries.definitions import Definitions, FormRow, SopVersion, find_form, published_version_id
from server.sop.events import Event
from server.sop.settle import Settled
from server.store import Store, Transaction
from server.store.blobs import Blob
from server.store.cases import event, task
from server.store.hot import Hot
from server.store.schema import dumps, new_id, stamp
from server.store.submissions import attachment, quarantine, revision, submission

log = logging.getLogger("alur.submission")

Root: TypeAlias = etree._Element

CASE_UNKNOWN = "unplaced.case_unknown"
MAX_XML = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class SentFile:
    """An uploaded part beside the XML: the name it was sent under (data, never a path) and its blob."""

    name: str
    blob: Blob
    type: str | None


@dataclass(frozen=True, slots=True)
class Receipt:
    """What happened: `code` is new, again, edited, kept (a person will look at it) or waiting.

    `number` and `open_steps` (name, label by language, due) describe the case for the enumerator.
    """

    code: str
    instance_id: str
    number: str | None = None
    closed: bool = False
    open_steps: tuple[tuple[str, dict[str, str], str | None], ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who and what sent it; `device_id` and `user_agent` are what the client claims."""

    viewer: Viewer
    device_id: str | None = None
    user_agent: str | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """A revision already kept under this form and instance id."""

    id: int
    submission_id: int
    sha256: str
    form_version_id: int | None
    deleted: bool
    current: bool
    root: str


@dataclass(frozen=True, slots=True)
class _Placement:
    """The prepared work for a case: the file as read, the new event, the state that follows."""

    file: CaseFile
    event: Event
    state: Settled
    act: EntityAct | None
    search: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A submission that was kept before, read again."""

    sender: Sender
    form: FormRow
    head: Head
    version_id: int | None
    reading: "Reading | _Unplaced"
    base: _Known | None
    received: datetime


@dataclass(frozen=True, slots=True)
class _Unplaced:
    """Why a submission has no case yet: fault class, reason code and its arguments."""

    fault: str
    reason: str
    args: dict[str, object]


_KNOWN = Hot(
    select(
        revision.c.id,
        revision.c.submission_id,
        revision.c.sha256,
        revision.c.form_version_id,
        submission.c.deleted_at,
        submission.c.revision_id,
        submission.c.instance_id,
    )
    .join(submission, submission.c.id == revision.c.submission_id)
    .where(revision.c.form_id == bindparam("form"), revision.c.instance_id == bindparam("instance"))
)
_CLIENT = ["submitter_id", "device_id", "user_agent"]
_INSERT_SUBMISSION = Hot(
    submission.insert(), ["id", "project_id", "form_id", "instance_id", "revision_id", "created_at", *_CLIENT]
)
_INSERT_REVISION = Hot(
    revision.insert(),
    [
        "id",
        "submission_id",
        "form_id",
        "instance_id",
        "deprecated_id",
        "form_version_id",
        "version",
        "instance_name",
        "xml",
        "sha256",
        "received_at",
        *_CLIENT,
    ],
)
_INSERT_ATTACHMENT = Hot(
    attachment.insert(), ["revision_id", "name", "expected", "blob", "size", "type", "received_at"]
)
_EARLY = Hot(
    select(task.c.id).where(
        task.c.case_id == bindparam("case"), task.c.reason == CASE_UNKNOWN, task.c.done_at.is_(None)
    )
)
_ROOT_EVENT = Hot(
    select(event.c.case_id).where(event.c.instance_id == bindparam("root"), event.c.form == bindparam("form"))
)


class Intake:
    """The action with what it needs: a store and the published definitions."""

    def __init__(self, store: Store, definitions: Definitions) -> None:
        self._store = store
        self._definitions = definitions

    def receive(self, sender: Sender, project_id: int, xml: bytes, files: Sequence[SentFile] = ()) -> Receipt:
        """Takes a submission of a published form of the project.

        Raises Problem `submission.*` when it is refused; refused bytes stay in quarantine. Returns the
        receipt once everything is durable.
        """
        require(sender.viewer, "submission.create", project_id)
        head, root = self._head(sender, project_id, xml)
        digest = hashlib.sha256(xml).hexdigest()
        with self._store.read() as db:
            form = find_form(db, project_id, head.form_id)
            version_id = published_version_id(db, form.id, head.version) if form else None
            if form and not head.instance_id and version_id and self._has_no_id(version_id):
                head = replace(head, instance_id=f"sha256:{digest}")
            known = _known(db, form.id, head.instance_id) if form and head.instance_id else None
        if form is None or form.current_version_id is None:
            raise self._refuse(sender, project_id, xml, "submission.form_unknown", head, {"form": head.form_id})
        if form.state == "closed":
            raise self._refuse(sender, project_id, xml, "submission.form_closed", head, {"form": head.form_id})
        if not head.instance_id:
            raise self._refuse(sender, project_id, xml, "submission.no_instance_id", head, {})
        if known:
            return self._again(sender, project_id, xml, digest, head, known, files)
        return self._new(sender, project_id, xml, root, digest, head, form, version_id, files)

    def _head(self, sender: Sender, project_id: int, xml: bytes) -> tuple[Head, Root]:
        try:
            root = submission_xml.parse(xml)
            return submission_xml.head(root, instance_id_optional=True), root
        except SubmissionError as error:
            raise self._refuse(sender, project_id, xml, f"submission.{error.code}", None, error.details) from None

    def _has_no_id(self, version_id: int) -> bool:
        """Whether the form's own definition has no instanceID (ruling 48): then the bytes name the instance."""
        return not self._definitions.form_version(version_id).schema.has_instance_id

    # --- the same instance again -------------------------------------------------------------

    def _again(
        self,
        sender: Sender,
        project_id: int,
        xml: bytes,
        digest: str,
        head: Head,
        known: _Known,
        files: Sequence[SentFile],
    ) -> Receipt:
        if known.deleted:
            raise self._refuse(sender, project_id, xml, "submission.deleted", head, {})
        if known.sha256 != digest:
            raise self._refuse(
                sender, project_id, xml, "submission.other_content", head, {"instance": head.instance_id}
            )
        if files:
            with self._store.write() as tx:
                _add_files(tx, known.id, files)
                tx.audit(
                    sender.viewer.id,
                    "submission.attachment.update",
                    project=project_id,
                    subject=f"submission:{known.submission_id}",
                    details={"files": len(files)},
                )
        with self._store.read() as db:
            missing = tuple(
                db.execute(
                    select(attachment.c.name).where(
                        attachment.c.revision_id == known.id,
                        attachment.c.expected == 1,
                        attachment.c.blob.is_(None),
                    )
                ).scalars()
            )
        return Receipt("again", head.instance_id, missing=missing)

    # --- a new instance or a new revision ----------------------------------------------------

    def _new(
        self,
        sender: Sender,
        project_id: int,
        xml: bytes,
        root: Root,
        digest: str,
        head: Head,
        form: FormRow,
        version_id: int | None,
        files: Sequence[SentFile],
        attempts: int = 3,
    ) -> Receipt:
        base = self._base(sender, project_id, xml, head, form)
        now = self._store.now()
        reading = self._read(root, version_id)
        ids = (base.submission_id if base else new_id(), new_id())
        prepared = self._prepare(sender, project_id, form, head, reading, base, now)
        try:
            with self._store.write() as tx:
                if named := _named_case(prepared):
                    tx.lock_cases([named])
                self._keep(tx, sender, project_id, xml, digest, head, form, version_id, ids, base)
                _expect_files(tx, ids[1], reading, files, base)
                tx.audit(
                    sender.viewer.id,
                    "submission.update.version" if base else "submission.create",
                    project=project_id,
                    subject=f"submission:{ids[0]}",
                )
                placed = self._place(tx, sender, project_id, form, head, reading, base, prepared, ids[1])
        except IntegrityError:
            # Another request kept the same instance (or the same new case) a moment ago.
            with self._store.read() as db:
                known = _known(db, form.id, head.instance_id)
            if known is None and attempts > 1:
                return self._new(sender, project_id, xml, root, digest, head, form, version_id, files, attempts - 1)
            if known is None:
                raise
            return self._again(sender, project_id, xml, digest, head, known, files)
        return _receipt(placed, head, reading, files, edited=base is not None)

    def _base(self, sender: Sender, project_id: int, xml: bytes, head: Head, form: FormRow) -> _Known | None:
        """The revision an edit replaces (openrosa.md 6.4); None for a first submission."""
        if not head.deprecated_id:
            return None
        with self._store.read() as db:
            base = _known(db, form.id, head.deprecated_id)
        if base is None:
            raise self._refuse(
                sender, project_id, xml, "submission.edit_base_unknown", head, {"base": head.deprecated_id}
            )
        if base.deleted:
            raise self._refuse(sender, project_id, xml, "submission.deleted", head, {})
        if not base.current:
            raise self._refuse(sender, project_id, xml, "submission.edit_outdated", head, {"base": head.deprecated_id})
        return base

    def _read(self, xml: bytes | Root, version_id: int | None) -> Reading | _Unplaced:
        if version_id is None:
            return _Unplaced("formulir", "unplaced.version_unknown", {})
        try:
            return submission_xml.read(xml, self._definitions.form_version(version_id).schema)
        except Exception:
            log.exception("typing a submission failed")
            return _Unplaced("program", "unplaced.program", {"stage": "typing"})

    def _prepare(
        self,
        sender: Sender,
        project_id: int,
        form: FormRow,
        head: Head,
        reading: Reading | _Unplaced,
        base: _Known | None,
        now: datetime,
    ) -> _Placement | _Unplaced | None:
        """The case work, done before the write lock. None when no SOP uses the form."""
        if isinstance(reading, _Unplaced):
            return reading
        try:
            with self._store.read() as db:
                return self._link(db, sender, project_id, form, head, reading, base, now)
        except Exception:
            log.exception("linking or folding a submission failed")
            return _Unplaced("program", "unplaced.program", {"stage": "folding"})

    def _link(
        self,
        db: Connection,
        sender: Sender,
        project_id: int,
        form: FormRow,
        head: Head,
        reading: Reading,
        base: _Known | None,
        now: datetime,
    ) -> _Placement | _Unplaced | None:
        for sop in self._definitions.current_sops(db, project_id):
            role = sop.sop.form(form.xml_form_id)
            if role is None:
                continue
            linked = link(sop.sop, role, reading, form.xml_form_id, base.root if base else head.instance_id)
            case_id = _case_of_root(db, base, form.xml_form_id) or linked.case_id
            if case_id is None:
                return _Unplaced("data", f"unplaced.{linked.reason}", {})
            file = case_file.read_case(db, self._definitions, project_id, case_id)
            if file is None and not linked.opens:
                return _Unplaced("data", CASE_UNKNOWN, {"case": case_id})
            if file is None:
                file = CaseFile(case_id, project_id, sop, "", 0, None, ())
            return self._placement(db, file, sender, form, head, reading, base, now)
        return None

    def _placement(
        self,
        db: Connection,
        file: CaseFile,
        sender: Sender,
        form: FormRow,
        head: Head,
        reading: Reading,
        base: _Known | None,
        now: datetime,
    ) -> _Placement:
        """The submission as an event of this case, and the state that follows."""
        role = file.sop.sop.form(form.xml_form_id)
        new = _event(file, role, sender, form, head, reading, base, now, self._zone(db, file))
        state = case_file.refold(db, self._definitions, file, new)
        person = role.person_fields if role else ()
        return _Placement(file, new, state, _act(file.sop, reading, file.id), _search(person, reading))

    def _zone(self, db: Connection, file: CaseFile) -> ZoneInfo:
        return self._definitions.calendar(db, file.project_id, file.sop.id).tz

    def _keep(
        self,
        tx: Transaction,
        sender: Sender,
        project_id: int,
        xml: bytes,
        digest: str,
        head: Head,
        form: FormRow,
        version_id: int | None,
        ids: tuple[int, int],
        base: _Known | None,
    ) -> None:
        now = stamp(tx.now)
        client = {
            "submitter_id": sender.viewer.id,
            "device_id": _short(sender.device_id),
            "user_agent": _short(sender.user_agent),
        }
        if base is None:
            tx.run(
                _INSERT_SUBMISSION,
                {
                    "id": ids[0],
                    "project_id": project_id,
                    "form_id": form.id,
                    "instance_id": head.instance_id,
                    "revision_id": ids[1],
                    "created_at": now,
                    **client,
                },
            )
        else:
            changed = tx.execute(
                submission.update().where(submission.c.id == base.submission_id, submission.c.revision_id == base.id),
                {"revision_id": ids[1], "review_state": "edited", "updated_at": now},
            )
            if changed.rowcount == 0:
                raise Problem("submission.edit_outdated", base=head.deprecated_id)
        tx.run(
            _INSERT_REVISION,
            {
                "id": ids[1],
                "submission_id": ids[0],
                "form_id": form.id,
                "instance_id": head.instance_id,
                "deprecated_id": head.deprecated_id,
                "form_version_id": version_id,
                "version": head.version,
                "instance_name": head.instance_name,
                "xml": xml,
                "sha256": digest,
                "received_at": now,
                **client,
            },
        )

    def _place(
        self,
        tx: Transaction,
        sender: Sender,
        project_id: int,
        form: FormRow,
        head: Head,
        reading: Reading | _Unplaced,
        base: _Known | None,
        prepared: _Placement | _Unplaced | None,
        revision_id: int,
    ) -> CaseFile | _Unplaced | None:
        """Everything that follows from the bytes, in a savepoint: on a fault they stay and a task is made."""
        if isinstance(reading, Reading) and self._is_stale(tx, prepared):
            prepared = self._link(tx.connection, sender, project_id, form, head, reading, base, tx.now)
        if isinstance(prepared, _Placement):
            try:
                with tx.savepoint():
                    placed = case_file.save(
                        tx,
                        self._definitions,
                        prepared.file,
                        prepared.state,
                        prepared.event,
                        revision_id=revision_id,
                        act=prepared.act,
                        search=prepared.search,
                    )
                    return self._place_early(tx, placed) if prepared.file.revision == 0 else placed
            except IntegrityError:
                raise
            except Exception:
                log.exception("placing a submission failed")
                prepared = _Unplaced("program", "unplaced.program", {"stage": "placing"})
        if isinstance(prepared, _Unplaced):
            _ask_a_person(tx, project_id, form, head, prepared, revision_id)
        return prepared

    def _is_stale(self, tx: Transaction, prepared: _Placement | _Unplaced | None) -> bool:
        """Whether the case changed (or appeared) between the reading before the lock and now."""
        if isinstance(prepared, _Placement):
            return not case_file.is_unchanged(tx.connection, prepared.file)
        return isinstance(prepared, _Unplaced) and prepared.reason == CASE_UNKNOWN

    def _place_early(self, tx: Transaction, opened: CaseFile) -> CaseFile:
        """Follow-ups that came before the intake of their case find it now, in the order they came."""
        if _EARLY.first(tx.connection, {"case": opened.id}) is None:
            return opened
        query = (
            select(revision, submission.c.instance_id.label("root"))
            .join(submission, submission.c.id == revision.c.submission_id)
            .join(task, task.c.revision_id == revision.c.id)
            .where(task.c.case_id == opened.id, task.c.reason == CASE_UNKNOWN, task.c.done_at.is_(None))
            .order_by(revision.c.received_at, revision.c.id)
        )
        for row in tx.execute(query).all():
            kept = self._kept(opened.project_id, row)
            assert isinstance(kept.reading, Reading)
            made = self._placement(
                tx.connection, opened, kept.sender, kept.form, kept.head, kept.reading, kept.base, kept.received
            )
            opened = case_file.save(
                tx,
                self._definitions,
                opened,
                made.state,
                made.event,
                revision_id=row.id,
                act=made.act,
                search=made.search,
            )
            _end_tasks(tx, row.id, None)
        return opened

    # --- what waited for its form version ----------------------------------------------------

    def type_waiting(self, project_id: int, form_id: int, version: str) -> int:
        """Types and places submissions kept under a version that was unknown and is now published.

        Case by case, each in its own transaction; returns how many were placed or need no case.
        """
        query = (
            select(revision, submission.c.instance_id.label("root"))
            .join(submission, submission.c.id == revision.c.submission_id)
            .where(
                revision.c.form_id == form_id,
                revision.c.version == version,
                revision.c.form_version_id.is_(None),
            )
            .order_by(revision.c.received_at)
        )
        with self._store.read() as db:
            rows = db.execute(query).all()
        return sum(self._type_one(project_id, form_id, version, row) for row in rows)

    def _type_one(self, project_id: int, form_id: int, version: str, row: Row) -> bool:
        kept = self._kept(project_id, row)
        prepared = self._prepare(kept.sender, project_id, kept.form, kept.head, kept.reading, kept.base, kept.received)
        with self._store.write() as tx:
            if named := _named_case(prepared):
                tx.lock_cases([named])
            tx.execute(revision.update().where(revision.c.id == row.id), {"form_version_id": kept.version_id})
            _end_tasks(tx, row.id, None)
            _expect_files(tx, row.id, kept.reading, (), kept.base, known=True)
            tx.audit(None, "submission.typed", project=project_id, subject=f"revision:{row.id}")
            placed = self._place(
                tx, kept.sender, project_id, kept.form, kept.head, kept.reading, kept.base, prepared, row.id
            )
        return not isinstance(placed, _Unplaced)

    def link_by_hand(self, viewer: Viewer, project_id: int, task_id: str, case_id: str) -> None:
        """Places a submission that waits for a person into the case that person names.

        Raises Problem `request.not_found` for an unknown task or case.
        """
        require(viewer, "case.act", project_id)
        query = (
            select(revision, submission.c.instance_id.label("root"))
            .join(submission, submission.c.id == revision.c.submission_id)
            .join(task, task.c.revision_id == revision.c.id)
            .where(task.c.id == task_id, task.c.project_id == project_id, task.c.done_at.is_(None))
            .where(task.c.kind == "unplaced")
        )
        with self._store.read() as db:
            row = db.execute(query).first()
        if row is None:
            raise Problem("request.not_found")
        kept = self._kept(project_id, row)
        if isinstance(kept.reading, _Unplaced):
            raise Problem("submission.untyped")
        with self._store.write() as tx:
            tx.lock_cases([case_id])
            file = case_file.read_case(tx.connection, self._definitions, project_id, case_id)
            if file is None:
                raise Problem("request.not_found")
            made = self._placement(
                tx.connection, file, kept.sender, kept.form, kept.head, kept.reading, kept.base, kept.received
            )
            case_file.save(
                tx, self._definitions, file, made.state, made.event, revision_id=row.id, act=None, search=made.search
            )
            _end_tasks(tx, row.id, viewer.id)
            tx.audit(
                viewer.id,
                "submission.link",
                project=project_id,
                subject=f"case:{file.id}",
                details={"instance": kept.head.instance_id},
            )

    def _kept(self, project_id: int, row: Row) -> "_Kept":
        """A revision read again from its bytes."""
        head = submission_xml.head(row.xml, instance_id_optional=True)
        head = replace(head, instance_id=row.instance_id)
        with self._store.read() as db:
            version_id = published_version_id(db, row.form_id, row.version)
            form = find_form(db, project_id, head.form_id)
            base = _known(db, row.form_id, head.deprecated_id) if head.deprecated_id else None
        assert form is not None
        sender = Sender(Viewer(row.submitter_id, "", "field_key"))
        received = datetime.fromisoformat(row.received_at)
        return _Kept(sender, form, head, version_id, self._read(row.xml, version_id), base, received)

    # --- refusals ----------------------------------------------------------------------------

    def _refuse(
        self,
        sender: Sender,
        project_id: int,
        xml: bytes,
        code: str,
        head: Head | None,
        args: Mapping[str, object],
    ) -> Problem:
        """Keeps what was refused for 30 days; the problem to raise."""
        blob = self._store.blobs.put(xml)
        with self._store.write() as tx:
            tx.execute(
                quarantine.insert(),
                {
                    "received_at": stamp(tx.now),
                    "project_id": project_id,
                    "actor_id": sender.viewer.id,
                    "reason": code,
                    "form_id": head.form_id if head else None,
                    "instance_id": head.instance_id if head else None,
                    "blob": blob.sha256,
                    "device_id": _short(sender.device_id),
                },
            )
            tx.audit(sender.viewer.id, "submission.refuse", project=project_id, details={"reason": code})
        return Problem(code, **dict(args))


def _known(db: Connection, form_id: int, instance_id: str) -> _Known | None:
    row = _KNOWN.first(db, {"form": form_id, "instance": instance_id})
    if row is None:
        return None
    key, submission_id, sha256, form_version_id, deleted_at, current_id, root = row
    return _Known(key, submission_id, sha256, form_version_id, deleted_at is not None, current_id == key, root)


def _named_case(prepared: _Placement | _Unplaced | None) -> str | None:
    """The case to hold while this is written: its own, or the one it names that nobody has opened yet."""
    if isinstance(prepared, _Placement):
        return prepared.file.id
    named = prepared.args.get("case") if prepared else None
    return str(named) if named else None


def _case_of_root(db: Connection, base: _Known | None, form: str) -> str | None:
    """An edit stays with the case its first revision was placed in (ruling 32)."""
    if base is None:
        return None
    row = _ROOT_EVENT.first(db, {"root": base.root, "form": form})
    return row[0] if row else None


def _event(
    file: CaseFile,
    role: FormUse | None,
    sender: Sender,
    form: FormRow,
    head: Head,
    reading: Reading,
    base: _Known | None,
    now: datetime,
    zone: ZoneInfo,
) -> Event:
    root = base.root if base else head.instance_id
    edits = sum(1 for e in file.events if e.instance_id == root)
    claimed = (reading.answers.get(role.event_date) if role and role.event_date else None) or reading.answers.get("end")
    today = now.astimezone(zone).date()
    effective, data = _effective(claimed, today, zone)
    return Event(
        id=derived_id("event", file.id, form.xml_form_id, head.instance_id),
        type="submission_edit" if base else "submission",
        effective=effective,
        received_at=case_file.arrival(file, now),
        actor=str(sender.viewer.id),
        instance_id=root,
        revision=edits,
        form=form.xml_form_id,
        answers=reading.answers,
        data=data,
    )


def _effective(claimed: object, today: date, zone: ZoneInfo) -> tuple[date, dict[str, object]]:
    """The day of the act; a day after arrival counts as arrival and is noted (device clock)."""
    day: date | None = None
    if isinstance(claimed, datetime):
        day = claimed.astimezone(zone).date() if claimed.tzinfo else claimed.date()
    elif isinstance(claimed, date):
        day = claimed
    if day is None:
        return today, {}
    if day > today:
        return today, {"clock": day.isoformat()}
    return day, {}


def _act(sop: SopVersion, reading: Reading, case_id: str) -> EntityAct | None:
    name = case_list(sop.sop.sop_id)
    return next((act for act in reading.entities if act.list == name and act.id == case_id), None)


def _search(person_fields: Iterable[str], reading: Reading) -> tuple[str, ...]:
    return tuple(str(reading.answers[name]) for name in person_fields if reading.answers.get(name))


def _expect_files(
    tx: Transaction,
    revision_id: int,
    reading: Reading | _Unplaced,
    files: Sequence[SentFile],
    base: _Known | None,
    *,
    known: bool = False,
) -> None:
    """One slot per file name: those the XML mentions, then those that came (also unexpected ones).

    `known`: the revision was kept before and may have slots already. Files of the edited revision
    (`base`) that were not sent again are carried over by name.
    """
    expected = reading.attachments if isinstance(reading, Reading) else ()
    if not expected and not files:
        return
    carried = {}
    if base and expected:
        rows = tx.execute(select(attachment).where(attachment.c.revision_id == base.id, attachment.c.blob.is_not(None)))
        carried = {row.name: row for row in rows}
    present = {}
    if known:
        rows = tx.execute(select(attachment).where(attachment.c.revision_id == revision_id))
        present = {row.name: row.expected for row in rows}
    fresh = [name for name in dict.fromkeys(expected) if name not in present]
    if fresh:
        _INSERT_ATTACHMENT.many(
            tx.connection,
            [
                {
                    "revision_id": revision_id,
                    "name": name,
                    "expected": 1,
                    "blob": carried[name].blob if name in carried else None,
                    "size": carried[name].size if name in carried else None,
                    "type": carried[name].type if name in carried else None,
                    "received_at": carried[name].received_at if name in carried else None,
                }
                for name in fresh
            ],
        )
    late = [name for name in expected if present.get(name) == 0]
    if late:
        tx.execute(
            attachment.update().where(attachment.c.revision_id == revision_id, attachment.c.name.in_(late)),
            {"expected": 1},
        )
    _add_files(tx, revision_id, files)


def _add_files(tx: Transaction, revision_id: int, files: Sequence[SentFile]) -> None:
    """Puts files in their slots; a file nobody expects is kept all the same (pitfalls 4)."""
    for sent in files:
        row = {
            "blob": sent.blob.sha256,
            "size": sent.blob.size,
            "type": sent.type,
            "received_at": stamp(tx.now),
        }
        filled = tx.execute(
            attachment.update().where(attachment.c.revision_id == revision_id, attachment.c.name == sent.name), row
        )
        if filled.rowcount == 0:
            tx.run(_INSERT_ATTACHMENT, {"revision_id": revision_id, "name": sent.name, "expected": 0, **row})


def _end_tasks(tx: Transaction, revision_id: int, by: int | None) -> None:
    tx.execute(
        task.update().where(task.c.revision_id == revision_id, task.c.kind == "unplaced", task.c.done_at.is_(None)),
        {"done_at": stamp(tx.now), "done_by": by},
    )


def _ask_a_person(
    tx: Transaction, project_id: int, form: FormRow, head: Head, unplaced: _Unplaced, revision_id: int
) -> None:
    task_id = derived_id("unplaced", form.id, head.instance_id)
    row = {
        "fault": unplaced.fault,
        "reason": unplaced.reason,
        "case_id": _named_case(unplaced),
        "args": dumps({**unplaced.args, "instance_id": head.instance_id, "version": head.version}),
        "done_at": None,
        "done_by": None,
    }
    if tx.execute(task.update().where(task.c.id == task_id), row).rowcount == 0:
        tx.execute(
            task.insert(),
            {
                "id": task_id,
                "project_id": project_id,
                "kind": "unplaced",
                "revision_id": revision_id,
                "form": form.xml_form_id,
                "created_at": stamp(tx.now),
                **row,
            },
        )


def _receipt(
    placed: CaseFile | _Unplaced | None,
    head: Head,
    reading: Reading | _Unplaced,
    files: Sequence[SentFile],
    *,
    edited: bool,
) -> Receipt:
    sent = {file.name for file in files}
    missing = tuple(n for n in reading.attachments if n not in sent) if isinstance(reading, Reading) else ()
    if isinstance(placed, _Unplaced):
        return Receipt("kept", head.instance_id, missing=missing)
    if placed is None or placed.state is None:
        return Receipt("edited" if edited else "new", head.instance_id, missing=missing)
    waiting = any(w.instance_id == head.instance_id for w in placed.state.waiting)
    return Receipt(
        "waiting" if waiting else "edited" if edited else "new",
        head.instance_id,
        placed.number,
        placed.state.status == "closed",
        tuple(
            (visit.step, dict(placed.sop.sop.step(visit.step).labels), visit.due_at)
            for visit in placed.state.visits
            if visit.state == "open"
        ),
        missing,
    )


def _short(value: str | None) -> str | None:
    return value[:255] if value else None

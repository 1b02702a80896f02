"""Takes one submission in: keeps its bytes, links it to its case, routes the case, all in one transaction.

The order is DESIGN section 4: read and fold before the write lock, keep the raw bytes first, then in a
savepoint everything that follows from them (`placing`). Nothing is answered before the commit.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from forms import submission as submission_xml
from forms.correction_form import SUFFIX
from forms.submission import Head, SubmissionError
from server.access import require
from server.actions import corrections, held_edits, list_rows, placing, preparing, returned
from server.actions.attachments import keep_files, keep_late_files, settled
from server.actions.list_rows import Numbered
from server.actions.placing import Placed
from server.actions.preparing import Prepared, Root
from server.actions.received import Receipt, Received, Sender, SentFile
from server.problems import Problem
from server.queries.definitions import Definitions, FormRow, find_form, published_version_id
from server.store import Store, Transaction
from server.store.hot import Hot
from server.store.projects import project
from server.store.schema import new_id, stamp
from server.store.submissions import Known, attachment, known, quarantine, revision, submission
from server.store.traffic import Traffic

log = logging.getLogger("alur.intake")

_CLIENT = ["submitter_id", "device_id", "user_agent"]
_INSERT_SUBMISSION = Hot(
    submission.insert(),
    ["id", "project_id", "form_id", "instance_id", "revision_id", "created_at", "version", *_CLIENT],
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


@dataclass(frozen=True, slots=True)
class Incoming:
    """The bytes as sent: their root element once parsed, their SHA-256, the files beside them."""

    xml: bytes
    root: Root
    sha256: str
    files: Sequence[SentFile]


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
        self._store.kept(Traffic).arrived()
        return self._take(sender, project_id, xml, files)

    def _take(
        self,
        sender: Sender,
        project_id: int,
        xml: bytes,
        files: Sequence[SentFile],
        *,
        waited: bool = False,
        chained: bool = False,
    ) -> Receipt:
        """`receive` after its question who may; `waited`: an edit that was taken before and now finds its base;
        `chained`: whoever asks looks himself for what waits for it."""
        try:
            root = submission_xml.parse(xml)
            head = submission_xml.head(root, instance_id_optional=True)
        except SubmissionError as error:
            raise self._refuse(sender, project_id, xml, f"submission.{error.code}", None, error.details) from None
        sent = Incoming(xml, root, hashlib.sha256(xml).hexdigest(), files)
        with self._store.read() as db:
            form = find_form(db, project_id, head.form_id)
            version_id = published_version_id(db, form.id, head.version) if form else None
            if form and not head.instance_id and version_id and self._has_no_id(version_id):
                head = replace(head, instance_id=f"sha256:{sent.sha256}")
            kept = known(db, form.id, head.instance_id) if form and head.instance_id else None
            base = known(db, form.id, head.deprecated_id) if form and head.deprecated_id else None
        if form is None or form.current_version_id is None:
            raise self._refuse(sender, project_id, xml, "submission.form_unknown", head, {"form": head.form_id})
        if kept:
            # Also while the form is closed: the phone only missed our answer, or still has files to send.
            receipt = self._again(sender, project_id, sent, head, kept)
            if not chained:
                self._release(project_id, form, head)
            self._correct(sender, project_id, form, head)
            return receipt
        if not sender.viewer.may_fill(form.id):
            raise self._refuse(sender, project_id, xml, "submission.form_not_given", head, {"form": head.form_id})
        if form.state == "closed" and not waited:
            args = {"form": head.form_id, "office": self._whom_to_call(project_id)}
            raise self._refuse(sender, project_id, xml, "submission.form_closed", head, args)
        if head.deprecated_id and sender.viewer.kind == "public_link":
            raise self._refuse(sender, project_id, xml, "link.no_edits", head, {})
        if not head.instance_id:
            raise self._refuse(sender, project_id, xml, "submission.no_instance_id", head, {})
        if head.deprecated_id and base is None and not waited:
            return self._hold(sender, project_id, sent, form, head)
        if head.deprecated_id and (wrong := _wrong_base(base)):
            if same := self._came(form, head):
                return self._again(sender, project_id, sent, head, same)
            if waited:
                raise Problem(wrong, base=head.deprecated_id)
            raise self._refuse(sender, project_id, xml, wrong, head, {"base": head.deprecated_id})
        reading = preparing.read_answers(self._definitions, root, version_id)
        received = Received(sender, project_id, form, head, version_id, reading, base, self._store.now())
        receipt = self._new(received, sent)
        if not chained:
            self._release(project_id, form, head)
        self._correct(sender, project_id, form, head)
        return receipt

    def _correct(self, sender: Sender, project_id: int, form: FormRow, head: Head) -> None:
        """Applies a correction of a returned report, which is kept by now, as the edit it stands for."""
        if form.xml_form_id.endswith(SUFFIX):
            key = (form.id, head.instance_id)
            take = partial(self._take, sender, project_id, files=(), waited=True)
            corrections.settle(self._store, self._definitions, sender, project_id, key, take)

    def _hold(self, sender: Sender, project_id: int, sent: Incoming, form: FormRow, head: Head) -> Receipt:
        """Keeps an edit whose base has not come yet. The phone may forget it: we do not."""
        assert head.deprecated_id is not None
        blob = self._store.blobs.put(sent.xml)
        edit = (head.instance_id, head.deprecated_id)

        def hold() -> None:
            with self._store.write() as tx:
                held_edits.hold(tx, sender, project_id, (form.id, head.form_id), edit, blob, sent.files)

        try:
            settled(hold, sent.files)
        except Problem as problem:
            if problem.code != "submission.other_content":
                raise
            raise self._refuse(sender, project_id, sent.xml, problem.code, head, problem.args_) from None
        with self._store.read() as db:
            came = known(db, form.id, head.deprecated_id)
        if came:  # while we wrote
            self._release(project_id, form, head)
        return Receipt("held", head.instance_id)

    def _release(self, project_id: int, form: FormRow, head: Head) -> None:
        """Places the edits that waited for this instance, and those that wait for them in turn; also those that wait
        for its base, should a fault have kept them from being placed when that came."""
        came = [instance_id for instance_id in (head.deprecated_id, head.instance_id) if instance_id]
        # One after the other, not one inside the other: a chain may be of any length.
        while came:
            for held in held_edits.waiting_for(self._store, form.id, came.pop()):
                if held.ended:
                    held_edits.original_came(self._store, project_id, held)
                    continue
                try:
                    xml = self._store.blobs.get(held.blob)
                    placed = self._take(held.sender, project_id, xml, held.files, waited=True, chained=True)
                except Problem as problem:
                    if problem.kind.status < 500:
                        held_edits.stuck(self._store, project_id, held, problem.code)
                    continue
                except Exception:
                    # What the phone sent now is kept and must be answered; the edit goes on waiting.
                    log.exception("an edit that waited could not be placed")
                    continue
                held_edits.released(self._store, project_id, held)
                came.append(placed.instance_id)

    def _whom_to_call(self, project_id: int) -> str:
        """The office with its telephone number, if it gave one."""
        with self._store.read() as db:
            office = self._definitions.office(db, project_id)
            name = db.execute(select(project.c.name).where(project.c.id == project_id)).scalar_one()
        phone = office.identity.get("phone") if office else None
        return f"{name} ({phone})" if phone else str(name)

    def _has_no_id(self, version_id: int) -> bool:
        """Whether the form's own definition has no instanceID (ruling 48): then the bytes name the instance."""
        return not self._definitions.form_version(version_id).schema.has_instance_id

    def _again(self, sender: Sender, project_id: int, sent: Incoming, head: Head, kept: Known) -> Receipt:
        """The same instance once more: a resend, or the next part of a split submission."""
        if kept.deleted:
            raise self._refuse(sender, project_id, sent.xml, "submission.deleted", head, {})
        if kept.sha256 != sent.sha256:
            args = {"instance": head.instance_id}
            raise self._refuse(sender, project_id, sent.xml, "submission.other_content", head, args)
        if sent.files:
            settled(lambda: self._add_files(sender, project_id, sent.files, kept), sent.files)
        query = select(attachment.c.name).where(
            attachment.c.revision_id == kept.id, attachment.c.expected == 1, attachment.c.blob.is_(None)
        )
        with self._store.read() as db:
            return Receipt("again", head.instance_id, missing=tuple(db.execute(query).scalars()))

    def _add_files(self, sender: Sender, project_id: int, files: Sequence[SentFile], kept: Known) -> None:
        with self._store.write() as tx:
            keep_late_files(tx, kept.submission_id, kept.id, files)
            tx.audit(
                sender.viewer.id,
                "submission.attachment.update",
                project=project_id,
                subject=f"submission:{kept.submission_id}",
                details={"files": len(files)},
            )

    def _new(self, received: Received, sent: Incoming, attempts: int = 3) -> Receipt:
        """A first submission or an edit of one: bytes, files, audit and case in one transaction."""
        submission_id = received.base.submission_id if received.base else new_id()
        revision_id = new_id()
        with self._store.read() as db:
            prepared = preparing.prepare(db, self._definitions, received)
            acts = list_rows.acts_of(db, self._definitions, received)
        try:
            placed = self._store.write_shared(
                lambda tx: self._write(tx, received, sent, (submission_id, revision_id), prepared, acts)
            )
        except IntegrityError:
            # Another request kept the same instance, or opened the same case, a moment ago.
            kept = self._came(received.form, received.head)
            if kept is None and attempts > 1:
                return self._new(received, sent, attempts - 1)
            if kept is None:
                raise
            return self._again(received.sender, received.project_id, sent, received.head, kept)
        except Problem as problem:
            if problem.code != "submission.edit_outdated":
                raise
            # An edit of the same base was first by a moment: perhaps this one, sent twice.
            if kept := self._came(received.form, received.head):
                return self._again(received.sender, received.project_id, sent, received.head, kept)
            args = {"base": received.head.deprecated_id}
            raise self._refuse(
                received.sender, received.project_id, sent.xml, problem.code, received.head, args
            ) from None
        return _receipt(placed, received, sent.files)

    def _came(self, form: FormRow, head: Head) -> Known | None:
        """What is known of this instance by now."""
        with self._store.read() as db:
            return known(db, form.id, head.instance_id)

    def _write(
        self,
        tx: Transaction,
        received: Received,
        sent: Incoming,
        ids: tuple[int, int],
        prepared: Prepared | None,
        acts: Sequence[Numbered],
    ) -> Placed | None:
        submission_id, revision_id = ids
        tx.lock_cases([*placing.cases_to_hold(prepared), *list_rows.to_hold(acts)])
        _keep(tx, received, sent, submission_id, revision_id)
        keep_files(tx, revision_id, received, sent.files)
        tx.audit(
            received.sender.viewer.id,
            "submission.update.version" if received.base else "submission.create",
            project=received.project_id,
            subject=f"submission:{submission_id}",
        )
        placed = placing.place(tx, self._definitions, received, prepared, revision_id)
        list_rows.apply(tx, self._definitions, received, acts, revision_id)
        corrections.ask(tx, received, revision_id)
        if received.base:
            returned.follow(tx, self._definitions, received.project_id, submission_id, received.sender.viewer.id)
        return placed

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
                    "device_id": sender.client["device_id"],
                },
            )
            tx.audit(sender.viewer.id, "submission.refuse", project=project_id, details={"reason": code})
        return Problem(code, findings=(), **dict(args))


def _wrong_base(base: Known | None) -> str | None:
    """Why an edit may not replace this revision (openrosa.md 6.4); None when it may."""
    if base is None:
        return "submission.edit_base_unknown"
    if base.deleted:
        return "submission.deleted"
    return None if base.current else "submission.edit_outdated"


def _keep(tx: Transaction, received: Received, sent: Incoming, submission_id: int, revision_id: int) -> None:
    """The raw bytes, unique on form and instance id."""
    now, head, client = stamp(tx.now), received.head, received.sender.client
    if received.base is None:
        tx.run(
            _INSERT_SUBMISSION,
            {
                "id": submission_id,
                "project_id": received.project_id,
                "form_id": received.form.id,
                "instance_id": head.instance_id,
                "revision_id": revision_id,
                "created_at": now,
                "version": head.version,
                **client,
            },
        )
    else:
        current = (submission.c.id == submission_id, submission.c.revision_id == received.base.id)
        row = {"revision_id": revision_id, "review_state": "edited", "updated_at": now, "version": head.version}
        if tx.execute(submission.update().where(*current), row).rowcount == 0:
            raise Problem("submission.edit_outdated", base=head.deprecated_id)
    tx.run(
        _INSERT_REVISION,
        {
            "id": revision_id,
            "submission_id": submission_id,
            "form_id": received.form.id,
            "instance_id": head.instance_id,
            "deprecated_id": head.deprecated_id,
            "form_version_id": received.version_id,
            "version": head.version,
            "instance_name": head.instance_name,
            "xml": sent.xml,
            "sha256": sent.sha256,
            "received_at": now,
            **client,
        },
    )


def _receipt(placed: Placed | None, received: Received, files: Sequence[SentFile]) -> Receipt:
    there = {file.name for file in files}
    instance_id = received.head.instance_id
    missing = tuple(name for name in received.attachments if name not in there)
    code = "edited" if received.base else "new"
    if placed is None:
        return Receipt(code, instance_id, missing=missing)
    if not placed.files:
        return Receipt("kept", instance_id, missing=missing)
    states = [file.state for file in placed.files if file.state]
    numbers = tuple(file.number for file in placed.files)
    if any(waiting.instance_id == received.root for state in states for waiting in state.waiting):
        code = "waiting"
    if placed.unplaced:
        code = "partly"
    if len(states) != 1:
        return Receipt(code, instance_id, numbers, missing=missing)
    (state,), sop = states, placed.files[0].sop.sop
    steps = ((visit, sop.step(visit.step)) for visit in state.visits if visit.state == "open")
    return Receipt(
        code,
        instance_id,
        numbers,
        state.status == "closed",
        tuple((visit.step, step.labels if step else {}, visit.due_at) for visit, step in steps),
        missing,
    )

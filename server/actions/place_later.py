"""Submissions that were kept without a place: typed when their form version is published, or linked by a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import select

from server.access import Viewer, require
from server.actions import case_file, list_rows, placement, placing, preparing, unplaced
from server.actions.attachments import keep_late_files
from server.actions.case_file import CaseFile
from server.actions.jobs import Job, Progress
from server.actions.received import Received, Unplaced
from server.actions.review_events import add_review, agree, take_back
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.store import Store, Transaction, jobs
from server.store.cases import task
from server.store.schema import loads, new_id
from server.store.submissions import revision

KIND = "type_waiting"
# Who publishes types at once what waits; the worker follows.
SOON = timedelta(minutes=1)


def ask_to_type(tx: Transaction, project_id: int, published: Sequence[tuple[int, str]]) -> None:
    """Promises, in the transaction that publishes these (form, version), that what waits for them is typed: also when
    the process dies before it has, and for what arrived while it was published."""
    if published:
        args = {"published": [list(one) for one in published]}
        jobs.add(tx, key=f"{KIND}:{new_id()}", kind=KIND, args=args, project_id=project_id, not_before=tx.now + SOON)


def run(store: Store, job: Job, progress: Progress) -> Mapping[str, object]:
    """Keeps the promise, as a worker does it; mostly nothing is left to do. How many submissions were typed."""
    assert job.project_id is not None
    published = job.args["published"]
    assert isinstance(published, list)
    typed = 0
    for number, (form_id, version) in enumerate(published):
        progress(number, len(published))
        typed += type_waiting(store, job.project_id, form_id, version)
    return {"typed": typed}


def type_waiting(store: Store, project_id: int, form_id: int, version: str) -> int:
    """Types and places what came under a version that was unknown and is now published.

    One transaction each; returns how many found their place or need none.
    """
    query = (
        select(revision.c.id, revision.c.submission_id)
        .where(revision.c.form_id == form_id, revision.c.version == version, revision.c.form_version_id.is_(None))
        .order_by(revision.c.received_at, revision.c.id)
    )
    with store.read() as db:
        rows = db.execute(query).all()
    return sum(_type_one(store, project_id, submission_id, revision_id) for revision_id, submission_id in rows)


def _type_one(store: Store, project_id: int, submission_id: int, revision_id: int) -> bool:
    definitions = definitions_of(store)
    with store.read() as db:
        received = preparing.kept_before(db, definitions, project_id, revision_id)
        prepared = preparing.prepare(db, definitions, received)
        acts = list_rows.acts_of(db, definitions, received)
    with store.write() as tx:
        tx.lock_cases([*placing.cases_to_hold(prepared), *list_rows.to_hold(acts)])
        waits = (revision.c.id == revision_id, revision.c.form_version_id.is_(None))
        if tx.execute(revision.update().where(*waits), {"form_version_id": received.version_id}).rowcount == 0:
            tx.housekeeping()  # another process was first
            return False
        unplaced.end_tasks(tx, [revision_id], None)
        keep_late_files(tx, submission_id, revision_id, mentioned=received.attachments)
        tx.audit(None, "submission.typed", project=project_id, subject=f"revision:{revision_id}")
        if placing.is_outdated(tx.connection, submission_id, revision_id):
            return True
        list_rows.apply(tx, definitions, received, acts, revision_id)
        placed = placing.place(tx, definitions, received, prepared, revision_id)
        for file in placed.files if placed else ():
            agree(tx, definitions, file, received.form.xml_form_id, received.root, None)
    return placed is None or not placed.unplaced


def link_by_hand(store: Store, viewer: Viewer | None, project_id: int, task_id: str, case_id: str) -> None:
    """Places a submission, or one row of it, that waits for a person into the case that person names, with all its
    revisions that wait. A correction so moved leaves the case it was in before.

    Raises Problem `request.not_found` for an unknown task or case, `submission.untyped` while its form
    version is unknown, `submission.many_cases` when it names several cases and no row of it was asked about.
    """
    viewer = require(viewer, "case.act", project_id)
    definitions = definitions_of(store)
    waits = (task.c.project_id == project_id, task.c.kind == "unplaced", task.c.done_at.is_(None))
    named = select(revision.c.submission_id, revision.c.id, task.c.id.label("task"), task.c.args).join(
        task, task.c.revision_id == revision.c.id
    )
    with store.read() as db:
        asked = db.execute(named.where(task.c.id == task_id, *waits)).first()
        if asked is None:
            raise Problem("request.not_found")
        received = preparing.kept_before(db, definitions, project_id, asked.id)
        held = preparing.held_by(db, received)
    if isinstance(received.reading, Unplaced):
        raise Problem("submission.untyped")
    key = _key(asked.args)
    with store.write() as tx:
        case_file.hold(tx, [str(asked.submission_id), case_id, *held])
        held = preparing.held_by(tx.connection, received)
        file = case_file.read_case(tx.connection, definitions, project_id, case_id)
        found = tx.execute(named.where(revision.c.submission_id == asked.submission_id, *waits).order_by(revision.c.id))
        rows = [row for row in found if _key(row.args) == key]
        if file is None or asked.id not in [row.id for row in rows]:
            raise Problem("request.not_found")  # or somebody else placed it a moment ago
        for row in rows:
            kept = preparing.kept_before(tx.connection, definitions, project_id, row.id)
            if not isinstance(kept.reading, Unplaced):
                part = preparing.part_of(file, kept, key)
                made = placement.placement(tx.connection, definitions, file, kept, part, linked=part.name)
                file = placing.save(tx, definitions, made, row.id)
                unplaced.end_task(tx, row.task, viewer.id)
        file = agree(tx, definitions, file, received.form.xml_form_id, received.root, str(viewer.id))
        if not key:
            _leave_others(tx, definitions, file, received, held, viewer)
        tx.audit(
            viewer.id,
            "submission.link",
            project=project_id,
            subject=f"case:{file.id}",
            details={"instance": received.head.instance_id, "row": loads(asked.args).get("row")},
        )


def _key(args: str) -> str:
    """Which part of a submission about several cases a task asks about; "" for the whole."""
    return str(loads(args).get("key") or "")


def _leave_others(
    tx: Transaction,
    definitions: Definitions,
    file: CaseFile,
    received: Received,
    held: Iterable[str],
    viewer: Viewer,
) -> None:
    """A submission is in one case: linking it to another takes it out of where it was."""
    for case_id in held:
        other = case_file.read_case(tx.connection, definitions, file.project_id, case_id)
        if other is None or other.id == file.id or preparing.opened_by(other, received.root):
            continue
        data = {"toCase": file.id, "number": file.number}
        form_id = received.form.xml_form_id
        taken = take_back(other, form_id, received.root, tx.now, str(viewer.id), data)
        add_review(tx, definitions, other, taken)

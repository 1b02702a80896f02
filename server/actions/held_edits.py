"""Edits that come before what they replace: kept whole until that comes, however long it takes (decision 25)."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, select

from server.access import Viewer
from server.actions import sweep
from server.actions.attachments import OF_HELD_EDITS
from server.actions.received import Sender, SentFile
from server.cases.linking import derived_id
from server.problems import Problem
from server.queries.early_edit import KIND, find, may_end
from server.store import Store, Transaction
from server.store.blobs import Blob
from server.store.cases import task
from server.store.hot import Hot
from server.store.schema import dumps, loads, new_id, stamp
from server.store.submissions import held_edit, held_file

# Why an edit cannot take its place, where a person can do something about it.
STUCK = {
    "submission.edit_outdated": "unplaced.edit_outdated",
    "submission.deleted": "unplaced.edit_of_deleted",
}


@dataclass(frozen=True, slots=True)
class Held:
    """An edit that waits: who sent it, its XML as a blob, the files that came with it. `ended`: a person said that it
    shall wait no more."""

    id: int
    sender: Sender
    blob: str
    files: tuple[SentFile, ...]
    ended: bool


_WAITING = Hot(
    select(held_edit.c.id).where(
        held_edit.c.form_id == bindparam("form"), held_edit.c.deprecated_id == bindparam("instance")
    )
)


def waiting_for(store: Store, form_id: int, instance_id: str) -> list[Held]:
    """The edits of a form (row id) that wait for this instance, in the order they came."""
    with store.read() as db:
        if _WAITING.first(db, {"form": form_id, "instance": instance_id}) is None:
            return []
        which = (held_edit.c.form_id == form_id, held_edit.c.deprecated_id == instance_id)
        rows = db.execute(select(held_edit).where(*which).order_by(held_edit.c.id)).all()
        found = []
        for row in rows:
            files = db.execute(select(held_file).where(held_file.c.held_id == row.id).order_by(held_file.c.name))
            sender = Sender(Viewer(row.submitter_id, "", "field_key"), row.device_id, row.user_agent)
            kept = tuple(SentFile(f.name, f.blob, f.size, f.type) for f in files)
            ended = db.execute(select(task.c.done_at).where(task.c.id == _task(row.id))).scalar() is not None
            found.append(Held(row.id, sender, row.blob, kept, ended))
        return found


def hold(
    tx: Transaction,
    sender: Sender,
    project_id: int,
    form: tuple[int, str],
    edit: tuple[str, str],
    blob: Blob,
    files: Sequence[SentFile],
) -> None:
    """Keeps an edit (its instance id, and the one it replaces) of a form (row id and id) until what it replaces comes;
    a person is told.

    Raises `submission.other_content` when another edit waits under the same id.
    """
    instance_id, deprecated_id = edit
    same = (held_edit.c.form_id == form[0], held_edit.c.instance_id == instance_id)
    known = tx.execute(select(held_edit.c.id, held_edit.c.blob).where(*same)).first()
    if known and known.blob != blob.sha256:
        raise Problem("submission.other_content", instance=instance_id)
    key = known.id if known else new_id()
    if known is None:
        tx.execute(
            held_edit.insert(),
            {
                "id": key,
                "project_id": project_id,
                "form_id": form[0],
                "instance_id": instance_id,
                "deprecated_id": deprecated_id,
                "blob": blob.sha256,
                "received_at": stamp(tx.now),
                **sender.client,
            },
        )
        tx.execute(
            task.insert(),
            {
                "id": _task(key),
                "project_id": project_id,
                "kind": KIND,
                "fault": "data",
                "form": form[1],
                "reason": "unplaced.edit_early",
                "args": dumps({"instance_id": instance_id, "base": deprecated_id, "sender": sender.viewer.name}),
                "created_at": stamp(tx.now),
            },
        )
    OF_HELD_EDITS.add(tx, key, files)
    tx.audit(sender.viewer.id, "submission.hold", project=project_id, details={"form": form[1], "files": len(files)})


def released(store: Store, project_id: int, held: Held) -> None:
    """Forgets an edit that has found its place."""
    with store.write() as tx:
        tx.execute(delete(held_file).where(held_file.c.held_id == held.id))
        tx.execute(delete(held_edit).where(held_edit.c.id == held.id))
        sweep.forget(tx, [held.blob])
        tx.execute(task.update().where(task.c.id == _task(held.id)), {"done_at": stamp(tx.now)})
        tx.audit(held.sender.viewer.id, "submission.release", project=project_id)


def stuck(store: Store, project_id: int, held: Held, reason: str) -> None:
    """What it replaces came, and it still cannot take its place: it stays, and the person is told why."""
    with store.write() as tx:
        asked = task.c.id == _task(held.id)
        args = loads(tx.execute(select(task.c.args).where(asked)).scalar_one())
        changes = {"reason": STUCK.get(reason, "unplaced.edit_stuck"), "args": dumps({**args, "why": reason})}
        tx.execute(task.update().where(asked), changes)
        tx.audit(held.sender.viewer.id, "submission.hold", project=project_id, details={"reason": reason})


def end(store: Store, viewer: Viewer, task_id: str, reason: str) -> None:
    """Says that an edit shall wait no more; what was sent stays kept, and a person is asked again should its original
    come after all.

    Raises `request.not_found`, `access.denied`, `case.reason_required`; one that was ended stays as it is.
    """
    why = " ".join(reason.split())
    with store.write() as tx:
        row = find(tx.connection, viewer, task_id)
        if not may_end(tx.connection, viewer, row):
            raise Problem("access.denied")
        if not why:
            raise Problem("case.reason_required")
        if row.done_at is None:
            args = dumps({**loads(row.args), "ended": why})
            changes = {"done_at": stamp(tx.now), "done_by": viewer.id, "args": args}
            tx.execute(task.update().where(task.c.id == task_id), changes)
        details = {"form": row.xml_form_id, "instance": row.instance_id, "reason": why}
        tx.audit(viewer.id, "submission.hold.end", project=row.project_id, details=details)


def original_came(store: Store, project_id: int, held: Held) -> None:
    """Asks a person again about an edit that was ended because its original never came; once."""
    waits = (task.c.id == _task(held.id), task.c.reason == "unplaced.edit_early")
    with store.write() as tx:
        again = {"done_at": None, "done_by": None, "reason": "unplaced.edit_base_came"}
        if tx.execute(task.update().where(*waits), again).rowcount:
            tx.audit(held.sender.viewer.id, "submission.hold", project=project_id, details={"reason": "base_came"})
        else:
            tx.housekeeping()


def _task(key: int) -> str:
    return derived_id(KIND, key)

"""An officer's corrections of a returned report, sent with the form `<sop_id>_perbaikan`: an edit of that report where
they can be applied as the phone would, else a task (ruling 51).

The text is noted on the returned report and the task is written with the submission itself; the edit follows.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, select
from sqlalchemy.exc import OperationalError

from forms import correction_form
from forms.corrections import CannotApply, Form, apply
from forms.envelope import is_envelope
from forms.submission import Reading, parse_kept
from server.actions import correction_items, preparing
from server.actions.correction_items import KIND
from server.actions.received import Received, Sender
from server.cases.linking import derived_id, uuid_of
from server.locale import say
from server.problems import Problem
from server.queries.definitions import Definitions
from server.store import Store, Transaction
from server.store.cases import task
from server.store.entities import list_id, read_entity
from server.store.forms import form, form_version
from server.store.projects import project
from server.store.schema import dumps, loads, stamp
from server.store.submissions import comment, known, revision, submission

log = logging.getLogger("alur.submission")

WAITING = "correction.waiting"
APPLIED = "correction.applied"
NOTE = "correction.note"
MOST_TEXT = 8_000
LANGUAGE = "id"

Take = Callable[[bytes], object]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a correction form says: the row it was made for, the instance it saw, number -> answer, the rest as text.

    `clear`: every answer has a number, and each number one answer.
    """

    item: str
    base: str
    wanted: Mapping[int, str]
    named: str
    note: str
    photo: str
    clear: bool


def read(received: Received) -> Asked | None:
    """The corrections of a submission; None when it is no correction form."""
    if not received.form.xml_form_id.endswith(correction_form.SUFFIX) or not isinstance(received.reading, Reading):
        return None
    answers = received.reading.answers
    rows = answers.get("koreksi")
    told = [
        (row.get("nomor"), str(row.get("jawaban") or ""))
        for row in (rows if isinstance(rows, Sequence) and not isinstance(rows, str) else ())
        if isinstance(row, Mapping) and (row.get("nomor") not in (None, "") or row.get("jawaban"))
    ]
    numbers = [number for number, _ in told if isinstance(number, int)]
    return Asked(
        item=uuid_of(str(answers.get("laporan") or "")) or "",
        base=str(answers.get("dasar") or ""),
        wanted={number: text for number, text in told if isinstance(number, int)},
        named=", ".join(str(number) for number, _ in told if number not in (None, "")),
        note=str(answers.get("catatan") or "").strip(),
        photo=str(answers.get("foto") or ""),
        clear=bool(told) and len(set(numbers)) == len(told),
    )


def ask(tx: Transaction, received: Received, revision_id: int) -> None:
    """Notes a correction on its report and asks a person to see to it, until it is applied.

    In the transaction that keeps it. An author's own form of such a name that names no returned report is left alone.
    """
    asked = read(received)
    if asked is None or received.base is not None:
        return
    row = read_entity(tx.connection, asked.item)
    if row is None or row.list_id != list_id(tx.connection, received.project_id, correction_form.LIST):
        return
    sender = received.sender.viewer.id
    mine = correction_items.may_correct(tx.connection, sender, asked.item)
    about = int(row.data["kiriman"])
    if mine:
        body = say(LANGUAGE, "openrosa.correction.note", numbers=asked.named or "–", text=asked.note[:MOST_TEXT])
        note = {"submission_id": about, "actor_id": sender, "body": body, "created_at": stamp(tx.now)}
        tx.execute(comment.insert(), note)
    task_row = {
        "id": _task(received.form.id, received.head.instance_id),
        "project_id": received.project_id,
        "kind": KIND,
        "fault": "data",
        "case_id": asked.item,
        "revision_id": revision_id,
        "form": received.form.xml_form_id,
        "reason": WAITING if mine else "correction.not_yours",
        "args": dumps({"returned": str(about), "label": row.label}),
        "created_at": stamp(tx.now),
    }
    tx.execute(task.insert(), task_row)


def _task(form_id: int, instance_id: str) -> str:
    return derived_id("correction", form_id, instance_id)


def settle(
    store: Store, definitions: Definitions, sender: Sender, project_id: int, key: tuple[int, str], take: Take
) -> None:
    """Applies a correction that was kept a moment ago, or before a fault; what cannot be applied stays a task that says
    why.

    `key`: form and instance of the correction; `take`: takes an edit in as if the phone had sent it.
    """
    task_id = _task(*key)
    open_ = select(task).where(task.c.id == task_id, task.c.reason == WAITING)
    with store.read() as db:
        waiting = db.execute(open_).first()
        if waiting is None:
            return
        received = preparing.kept_before(db, definitions, project_id, waiting.revision_id)
        about = _returned(db, int(loads(waiting.args)["returned"]))
    try:
        edit = _edit(store, definitions, received, about, task_id)
        if edit is not None:
            take(edit)
    except CannotApply as error:
        _leave(store, task_id, f"correction.{error.code}", error.field)
    except Problem as problem:
        if problem.kind.status >= 500:
            raise
        _leave(store, task_id, "correction.refused", problem.code)
    except OperationalError:
        raise  # the database's trouble: the phone sends again
    except Exception:
        log.exception("a correction could not be applied")
        _leave(store, task_id, "correction.program", "")
    else:
        _settled(store, sender, project_id, task_id, about.id, read(received))


def _settled(
    store: Store, sender: Sender, project_id: int, task_id: str, submission_id: int, asked: Asked | None
) -> None:
    """The edit has ended what was asked about its report; what was written beside it still wants a reader."""
    wants_reader = asked is not None and (asked.note or asked.photo)
    with store.write() as tx:
        done = {"reason": NOTE, "done_at": None} if wants_reader else {"reason": APPLIED, "done_at": stamp(tx.now)}
        tx.execute(task.update().where(task.c.id == task_id), done)
        tx.audit(sender.viewer.id, "submission.correct", project=project_id, subject=f"submission:{submission_id}")


def _returned(db: Connection, submission_id: int) -> Row:
    query = (
        select(
            submission.c.id,
            submission.c.review_state,
            submission.c.deleted_at,
            form.c.id.label("form_id"),
            revision.c.instance_id,
            revision.c.received_at,
            revision.c.form_version_id,
            revision.c.xml,
            form_version.c.xform,
            project.c.timezone,
        )
        .join(form, form.c.id == submission.c.form_id)
        .join(project, project.c.id == submission.c.project_id)
        .join(revision, revision.c.id == submission.c.revision_id)
        .outerjoin(form_version, form_version.c.id == revision.c.form_version_id)
        .where(submission.c.id == submission_id)
    )
    return db.execute(query).one()


def _edit(store: Store, definitions: Definitions, received: Received, about: Row, key: str) -> bytes | None:
    """The edit to take in; None when it is kept already. Raises CannotApply."""
    asked = read(received)
    assert asked is not None
    instance_id = f"uuid:{key}"
    with store.read() as db:
        if known(db, about.form_id, instance_id) is not None:
            return None
    if about.review_state != correction_items.RETURNED or about.deleted_at or asked.base != about.instance_id:
        raise CannotApply("changed")
    if about.form_version_id is None or is_envelope(parse_kept(about.xml)):
        raise CannotApply("encrypted")
    if not asked.clear:
        raise CannotApply("by_hand")
    now = datetime.fromisoformat(about.received_at).astimezone(ZoneInfo(about.timezone))
    version = Form(about.xform, definitions.form_version(about.form_version_id).schema)
    return apply(version, about.xml, asked.wanted, instance_id, today=now.date(), now=now)


def _leave(store: Store, key: str, reason: str, field: str) -> None:
    with store.write() as tx:
        args = loads(tx.execute(select(task.c.args).where(task.c.id == key)).scalar_one())
        # Sent twice at once, the other one may have been applied meanwhile.
        waiting = (task.c.id == key, task.c.reason == WAITING)
        tx.execute(task.update().where(*waiting), {"reason": reason, "args": dumps({**args, "field": field})})
        tx.housekeeping()

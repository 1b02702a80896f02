"""Placing a submission into its case: prepared before the write lock, written in a savepoint under it.

A fault here never loses the submission: its bytes are kept already, and a person gets a task with a
fault class.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from lxml import etree
from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError, OperationalError

from forms import submission as submission_xml
from forms.entities import EntityAct
from forms.sop import FormUse
from forms.submission import Reading
from server.access import Viewer
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.received import Received, Sender, Unplaced
from server.cases.linking import case_list, derived_id, link, uuid_of
from server.queries.definitions import Definitions, SopVersion, find_form, published_version_id
from server.sop.events import Event
from server.sop.settle import Settled
from server.store import Transaction
from server.store.cases import case, event, task
from server.store.hot import Hot
from server.store.schema import dumps, stamp
from server.store.submissions import known, revision

log = logging.getLogger("alur.submission")

Root: TypeAlias = etree._Element

CASE_UNKNOWN = "unplaced.case_unknown"
OTHER_CASE = "unplaced.other_case"
PROGRAM = "unplaced.program"
# A phone that lost its clock writes 1970 or 1980; no act Alur handles lies before this day.
FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Placement:
    """The prepared work for a case: the file as read, the new event, what follows from it."""

    file: CaseFile
    event: Event
    settled: Settled
    act: EntityAct | None
    search: tuple[str, ...]


Prepared = Placement | Unplaced | None

_ROOT_EVENT = Hot(
    select(event.c.case_id)
    .join(case, case.c.id == event.c.case_id)
    .where(
        event.c.instance_id == bindparam("root"),
        event.c.form == bindparam("form"),
        case.c.project_id == bindparam("project"),
    )
)
_NEWER = Hot(
    select(event.c.id)
    .join(revision, revision.c.id == event.c.revision_id)
    .where(revision.c.submission_id == bindparam("submission"), revision.c.id > bindparam("revision"))
)


_TAKEN = Hot(select(case.c.id).where(case.c.id == bindparam("case")))


def prepare(db: Connection, definitions: Definitions, received: Received) -> Prepared:
    """What this submission does to its case; None when no SOP uses the form."""
    if isinstance(received.reading, Unplaced):
        return received.reading
    try:
        return _link(db, definitions, received, received.reading)
    except OperationalError:
        raise  # the database's trouble, not the submission's: nothing is kept, and the phone sends again
    except Exception:
        log.exception("linking or folding a submission failed")
        return Unplaced("program", PROGRAM, args={"stage": "folding"})


def _link(db: Connection, definitions: Definitions, received: Received, reading: Reading) -> Prepared:
    form_id = received.form.xml_form_id
    for sop in definitions.current_sops(db, received.project_id):
        use = sop.sop.form(form_id)
        if use is None:
            continue
        linked = link(sop.sop, use, reading, form_id, received.root)
        kept_in = _case_of_root(db, received)
        case_id = kept_in or linked.case_id
        if case_id is None:
            return Unplaced("data", f"unplaced.{linked.reason}")
        if kept_in and not linked.opens and linked.case_id not in (kept_in, None):
            named = case_file.read_case(db, definitions, received.project_id, str(linked.case_id))
            if named and named.id != kept_in:
                # A corrected choice: which of the two cases is meant only a person can tell.
                return Unplaced("data", OTHER_CASE, named.id)
        file = case_file.read_case(db, definitions, received.project_id, case_id)
        if file is None and not linked.opens:
            return Unplaced("data", CASE_UNKNOWN, case_id)
        return placement(db, definitions, file or _new_case(db, received, sop, case_id), received)
    return None


def _new_case(db: Connection, received: Received, sop: SopVersion, case_id: str) -> CaseFile:
    """A case not yet in the database. An id another office holds (a form sent to both) gives way to one of ours."""
    if _TAKEN.first(db, {"case": case_id}):
        case_id = derived_id("case", received.project_id, received.form.xml_form_id, received.root)
    return CaseFile(case_id, received.project_id, sop, "", 0, None, ())


def read_answers(definitions: Definitions, xml: bytes | Root, version_id: int | None) -> Reading | Unplaced:
    """The typed answers under a published version; why not, when it is unknown or typing fails."""
    if version_id is None:
        return Unplaced("formulir", "unplaced.version_unknown")
    try:
        return submission_xml.read(xml, definitions.form_version(version_id).schema)
    except Exception:
        log.exception("typing a submission failed")
        return Unplaced("program", PROGRAM, args={"stage": "typing"})


def kept_before(db: Connection, definitions: Definitions, project_id: int, revision_id: int) -> Received:
    """A submission that was kept before, read again from its bytes."""
    row = db.execute(select(revision).where(revision.c.id == revision_id)).one()
    head = replace(submission_xml.head(row.xml, instance_id_optional=True), instance_id=row.instance_id)
    form = find_form(db, project_id, head.form_id)
    if form is None:
        raise LookupError(f"revision {revision_id} belongs to no form of project {project_id}")
    version_id = published_version_id(db, form.id, row.version)
    return Received(
        Sender(Viewer(row.submitter_id, "", "field_key")),
        project_id,
        form,
        head,
        version_id,
        read_answers(definitions, row.xml, version_id),
        known(db, form.id, head.deprecated_id) if head.deprecated_id else None,
        datetime.fromisoformat(row.received_at),
    )


def _case_of_root(db: Connection, received: Received) -> str | None:
    """An edit stays with the case its first revision was placed in (ruling 32)."""
    if received.base is None:
        return None
    key = {"root": received.base.root, "form": received.form.xml_form_id, "project": received.project_id}
    row = _ROOT_EVENT.first(db, key)
    return row[0] if row else None


def placement(db: Connection, definitions: Definitions, file: CaseFile, received: Received) -> Placement:
    """The submission as an event of this case, and what follows from it."""
    reading = received.reading
    assert isinstance(reading, Reading)
    use = file.sop.sop.form(received.form.xml_form_id)
    zone = definitions.calendar(db, file.project_id, file.sop.id).tz
    new = _event(file, use, received, reading, zone)
    settled = case_file.refold(db, definitions, file, new)
    person = use.person_fields if use else ()
    words = tuple(str(reading.answers[name]) for name in person if reading.answers.get(name))
    return Placement(file, new, settled, _act(file.sop, reading, file.id), words)


def _event(file: CaseFile, use: FormUse | None, received: Received, reading: Reading, zone: ZoneInfo) -> Event:
    claimed = (reading.answers.get(use.event_date) if use and use.event_date else None) or reading.answers.get("end")
    effective, data = _effective(claimed, received.at.astimezone(zone).date(), zone)
    return Event(
        id=derived_id("event", file.id, received.form.xml_form_id, received.head.instance_id),
        type="submission_edit" if received.base else "submission",
        effective=effective,
        received_at=case_file.arrival(file, received.at),
        actor=str(received.sender.viewer.id),
        instance_id=received.root,
        revision=sum(1 for e in file.events if e.instance_id == received.root),
        form=received.form.xml_form_id,
        answers=reading.answers,
        data=data,
    )


def _effective(claimed: object, today: date, zone: ZoneInfo) -> tuple[date, dict[str, object]]:
    """The day of the act. A day after arrival, or before any phone was made, is a wrong device clock: it
    counts as arrival and is noted."""
    day: date | None = None
    if isinstance(claimed, datetime):
        day = claimed.astimezone(zone).date() if claimed.tzinfo else claimed.date()
    elif isinstance(claimed, date):
        day = claimed
    if day is None:
        return today, {}
    if day > today or day < FIRST_DAY:
        return today, {"clock": day.isoformat()}
    return day, {}


def _act(sop: SopVersion, reading: Reading, case_id: str) -> EntityAct | None:
    name = case_list(sop.sop.sop_id)
    acts = [act for act in reading.entities if act.list == name]
    # A block whose id is no UUID cannot mean another case.
    return next((act for act in acts if uuid_of(act.id) in (case_id, None)), None)


def case_to_hold(prepared: Prepared) -> tuple[str, ...]:
    """The case to lock while this is written: its own, or the one it names that nobody has opened yet."""
    if isinstance(prepared, Placement):
        return (prepared.file.id,)
    return (prepared.case,) if prepared and prepared.case else ()


def place(
    tx: Transaction, definitions: Definitions, received: Received, prepared: Prepared, revision_id: int
) -> CaseFile | Unplaced | None:
    """Writes the prepared work, prepared anew if the case has changed meanwhile; on a fault a person is asked."""
    if _is_stale(tx, prepared):
        prepared = prepare(tx.connection, definitions, received)
    if isinstance(prepared, Placement):
        try:
            with tx.savepoint():
                placed = save(tx, definitions, prepared, revision_id)
                if received.base:
                    _end_outdated(tx, received.base.submission_id)
                return _place_early(tx, definitions, placed) if prepared.file.revision == 0 else placed
        except (IntegrityError, OperationalError):
            raise
        except Exception:
            log.exception("placing a submission failed")
            prepared = Unplaced("program", PROGRAM, args={"stage": "placing"})
    if isinstance(prepared, Unplaced):
        _ask_a_person(tx, received, prepared, revision_id)
    return prepared


def _is_stale(tx: Transaction, prepared: Prepared) -> bool:
    """Whether the case changed (or appeared) between the reading before the lock and now."""
    if isinstance(prepared, Placement):
        return not case_file.is_unchanged(tx.connection, prepared.file)
    return prepared is not None and prepared.case is not None


def save(tx: Transaction, definitions: Definitions, made: Placement, revision_id: int) -> CaseFile:
    """Writes a placement into its case."""
    return case_file.save(
        tx,
        definitions,
        made.file,
        made.settled,
        made.event,
        revision_id=revision_id,
        act=made.act,
        search=made.search,
    )


def is_outdated(db: Connection, submission_id: int, revision_id: int) -> bool:
    """Whether a later revision of this submission is in its case already: this one has nothing more to say."""
    return _NEWER.first(db, {"submission": submission_id, "revision": revision_id}) is not None


def _end_outdated(tx: Transaction, submission_id: int) -> None:
    """Nobody need place an earlier revision any more when its correction has its place."""
    rows = tx.execute(select(revision.c.id).where(revision.c.submission_id == submission_id))
    end_tasks(tx, rows.scalars(), None)


_EARLY = Hot(
    select(task.c.revision_id)
    .where(
        task.c.case_id == bindparam("case"),
        task.c.project_id == bindparam("project"),
        task.c.reason == CASE_UNKNOWN,
        task.c.done_at.is_(None),
    )
    .order_by(task.c.created_at, task.c.revision_id)
)


def _place_early(tx: Transaction, definitions: Definitions, opened: CaseFile) -> CaseFile:
    """Follow-ups that came before the intake of their case find it now, in the order they came.

    One that cannot be placed keeps its task and holds up neither the intake nor the others.
    """
    for (revision_id,) in _EARLY.all(tx.connection, {"case": opened.id, "project": opened.project_id}):
        try:
            with tx.savepoint():
                received = kept_before(tx.connection, definitions, opened.project_id, revision_id)
                placed = save(tx, definitions, placement(tx.connection, definitions, opened, received), revision_id)
                end_tasks(tx, [revision_id], None)
        except (IntegrityError, OperationalError):
            raise
        except Exception:
            log.exception("placing an early submission failed")
        else:
            opened = placed
    return opened


def _ask_a_person(tx: Transaction, received: Received, unplaced: Unplaced, revision_id: int) -> None:
    args = {**(unplaced.args or {}), "instance_id": received.head.instance_id, "version": received.head.version}
    if unplaced.case:
        args["case"] = unplaced.case
    row = {
        "fault": unplaced.fault,
        "reason": unplaced.reason,
        "case_id": unplaced.case,
        "args": dumps(args),
        "done_at": None,
        "done_by": None,
    }
    key = derived_id("unplaced", received.form.id, received.head.instance_id)
    if tx.execute(task.update().where(task.c.id == key), row).rowcount == 0:
        new = {
            "id": key,
            "project_id": received.project_id,
            "kind": "unplaced",
            "revision_id": revision_id,
            "form": received.form.xml_form_id,
            "created_at": stamp(tx.now),
        }
        tx.execute(task.insert(), {**new, **row})


def end_tasks(tx: Transaction, revision_ids: Iterable[int], by: int | None) -> None:
    """The tasks that asked a person to place these revisions are done."""
    waiting = (task.c.revision_id.in_(list(revision_ids)), task.c.kind == "unplaced", task.c.done_at.is_(None))
    tx.execute(task.update().where(*waiting), {"done_at": stamp(tx.now), "done_by": by})

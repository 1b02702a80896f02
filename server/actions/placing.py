"""Placing a submission into its case: prepared before the write lock, written in a savepoint under it.

A fault here never loses the submission: its bytes are kept already, and a person gets a task with a
fault class.
"""

import logging
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError, OperationalError

from server.actions import case_entity, case_file, case_person
from server.actions.case_file import CaseFile
from server.actions.moved_on import carry_on, moved_to
from server.actions.placement import Placement, placement
from server.actions.preparing import CASE_UNKNOWN, PROGRAM, Prepared, kept_before, links_of, prepare
from server.actions.proposals import propose
from server.actions.received import Received, Unplaced
from server.actions.review_events import agree
from server.actions.unplaced import ask_a_person, ask_about, end_task, end_tasks
from server.problems import Problem
from server.queries.definitions import Definitions
from server.store import Transaction
from server.store.cases import event, task
from server.store.hot import Hot
from server.store.submissions import revision

log = logging.getLogger("alur.submission")


@dataclass(frozen=True, slots=True)
class Placed:
    """The cases a submission is in now, and what of it waits for a person."""

    files: tuple[CaseFile, ...] = ()
    unplaced: tuple[Unplaced, ...] = ()


_NEWER = Hot(
    select(event.c.id)
    .join(revision, revision.c.id == event.c.revision_id)
    .where(revision.c.submission_id == bindparam("submission"), revision.c.id > bindparam("revision"))
)


def cases_to_hold(prepared: Prepared | None) -> tuple[str, ...]:
    """The cases to lock while this is written: its own, those they went on as, and those it names that nobody has
    opened yet."""
    if prepared is None:
        return ()
    files = (*(made.file for made in (*prepared.placements, *prepared.leaving)), *prepared.orphaned)
    own = [case_id for file in files for case_id in (file.id, moved_to(file)) if case_id]
    return (*own, *(part.case for part in prepared.unplaced if part.case))


def place(
    tx: Transaction, definitions: Definitions, received: Received, prepared: Prepared | None, revision_id: int
) -> Placed | None:
    """Writes the prepared work, prepared anew if a case has changed meanwhile; on a fault a person is asked.

    Each case has a savepoint of its own: a row that fails holds up no other.
    """
    prepared = _as_it_stands(tx, definitions, received, prepared)
    if prepared is None:
        return None
    if received.base and (prepared.placements or prepared.leaving):
        _end_outdated(tx, received.base.submission_id)
    files: list[CaseFile] = []
    unplaced = list(prepared.unplaced)
    for made in prepared.placements:
        placed = _place_one(tx, definitions, made, revision_id)
        if placed is None:
            case_id = made.file.id if made.file.revision else None
            unplaced.append(Unplaced("program", PROGRAM, case_id, {"stage": "placing"}, made.key, made.row))
        else:
            files.append(placed)
    for left in prepared.leaving:
        _place_one(tx, definitions, left, None)
    for file in prepared.orphaned:
        ask_about(tx, received, file)
    for part in unplaced:
        ask_a_person(tx, received, part, revision_id)
    return Placed(tuple(files), tuple(unplaced))


def _as_it_stands(
    tx: Transaction, definitions: Definitions, received: Received, prepared: Prepared | None
) -> Prepared | None:
    """The prepared work, prepared anew if one of its cases has changed, until every case it means is held."""
    held = set(cases_to_hold(prepared))
    while prepared and _is_stale(tx, prepared):
        prepared = prepare(tx.connection, definitions, received)
        more = set(cases_to_hold(prepared)) - held
        if not more:
            break
        tx.lock_cases(more)
        held |= more
    return prepared


def _place_one(tx: Transaction, definitions: Definitions, made: Placement, revision_id: int | None) -> CaseFile | None:
    try:
        with tx.savepoint():
            placed = save(tx, definitions, made, revision_id)
            if made.file.revision == 0:
                placed = _place_early(tx, definitions, placed)
            if case_person.is_somebody_else(made.file, placed):
                propose(tx, placed)
            return placed
    except (IntegrityError, OperationalError, Problem):
        raise  # the database's trouble, or somebody else wrote the case: nothing is kept, and the phone sends again
    except Exception:
        log.exception("placing a submission failed")
        return None


def _is_stale(tx: Transaction, prepared: Prepared) -> bool:
    """Whether a case changed (or appeared) between the reading before the lock and now."""
    files = (*(made.file for made in (*prepared.placements, *prepared.leaving)), *prepared.orphaned)
    if any(not case_file.is_unchanged(tx.connection, file) for file in files):
        return True
    return any(part.case is not None for part in prepared.unplaced)


def save(tx: Transaction, definitions: Definitions, made: Placement, revision_id: int | None) -> CaseFile:
    """Writes a placement into its case."""
    saved = case_file.save(
        tx,
        definitions,
        made.file,
        made.settled,
        made.event,
        revision_id=revision_id,
        act=made.act,
        search=made.search,
    )
    if made.named:
        case_entity.raise_alias(tx, made.named, made.act)
    carry_on(tx, definitions, made.file, saved, made.event)
    return saved


def is_outdated(db: Connection, submission_id: int, revision_id: int) -> bool:
    """Whether a later revision of this submission is in its case already: this one has nothing more to say."""
    return _NEWER.first(db, {"submission": submission_id, "revision": revision_id}) is not None


def _end_outdated(tx: Transaction, submission_id: int) -> None:
    """Nobody need place an earlier revision any more when its correction has its place."""
    rows = tx.execute(select(revision.c.id).where(revision.c.submission_id == submission_id))
    end_tasks(tx, rows.scalars(), None)


_EARLY = Hot(
    select(task.c.id, task.c.revision_id)
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
    for task_id, revision_id in _EARLY.all(tx.connection, {"case": opened.id, "project": opened.project_id}):
        try:
            with tx.savepoint():
                received = kept_before(tx.connection, definitions, opened.project_id, revision_id)
                named = next((item for item in links_of(opened.sop, received) or () if item.case_id == opened.id), None)
                if named is None:
                    continue
                made = placement(tx.connection, definitions, opened, received, named, linked=None)
                placed = save(tx, definitions, made, revision_id)
                placed = agree(tx, definitions, placed, received.form.xml_form_id, received.root, None)
                end_task(tx, task_id, None)
        except (IntegrityError, OperationalError, Problem):
            raise
        except Exception:
            log.exception("placing an early submission failed")
        else:
            opened = placed
    return opened

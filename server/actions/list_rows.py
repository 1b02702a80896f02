"""Entities of forms in lists an author keeps (`barang`, `anggota`): made and updated in the submission's commit.

Rows of cases are the case's (`case_file`). What cannot be applied never rejects the submission (ruling 47): it waits
for what it lacks or for a person (ruling 49).
"""

import logging
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.exc import IntegrityError, OperationalError

from forms.entities import EntityAct
from forms.submission import Reading
from server.access import Viewer, require
from server.actions import entity_rows, pending_rows, preparing, unplaced
from server.actions.entity_rows import Cause
from server.actions.pending_rows import Pending
from server.actions.received import Received
from server.cases import entity_chain
from server.cases.entity_chain import Applies, Row, Waits
from server.cases.linking import case_list, derived_id
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.store import Store, Transaction
from server.store.cases import task
from server.store.entities import branch_versions, entity, list_id, read_entity
from server.store.hot import Hot
from server.store.schema import dumps, loads, stamp

log = logging.getLogger("alur.submission")

KIND = "entity"
PROGRAM = "entity.program"

_HELD = Hot(
    select(task.c.id, task.c.revision_id, task.c.args)
    .where(
        task.c.case_id == bindparam("entity"),
        task.c.project_id == bindparam("project"),
        task.c.kind == KIND,
        task.c.done_at.is_(None),
    )
    .order_by(task.c.created_at, task.c.id)
)
_DELETED = Hot(select(entity.c.deleted_at).where(entity.c.id == bindparam("entity")))

Numbered = tuple[int, EntityAct]


def acts_of(db: Connection, definitions: Definitions, received: Received) -> tuple[Numbered, ...]:
    """The entity blocks of a submission that are about lists of authors, each with its number in the form."""
    if not isinstance(received.reading, Reading) or not received.reading.entities:
        return ()
    of_cases = {case_list(sop.sop.sop_id) for sop in definitions.current_sops(db, received.project_id)}
    return tuple((n, act) for n, act in enumerate(received.reading.entities) if act.list not in of_cases)


def to_hold(acts: Iterable[Numbered]) -> Iterator[str]:
    """The ids to lock before any of the rows is read, known or not (pitfalls 63)."""
    return (act.id for _, act in acts)


def apply(
    tx: Transaction, definitions: Definitions, received: Received, acts: Iterable[Numbered], revision_id: int
) -> None:
    """Applies the blocks, and what waited for them; each in a savepoint of its own."""
    earlier = _earlier(tx.connection, definitions, received)
    if received.base is not None:
        pending_rows.forget(tx, received.base.submission_id)
    for number, act in acts:
        makes = act.create
        if received.base is not None:
            act = _as_correction(act, earlier.get((act.container, act.rows)))
        try:
            with tx.savepoint():
                if makes and pending_rows.keep(tx, received.project_id, act, number, revision_id):
                    continue
                waits = _apply(tx, received, act, revision_id)
                if _is_applied(waits):
                    release(tx, definitions, received.project_id, act.id)
        except (IntegrityError, OperationalError, Problem):
            raise
        except Exception:
            log.exception("applying an entity failed")
            waits = Waits(PROGRAM)
        if waits is not None:
            _ask_a_person(tx, received, (number, act), waits, revision_id)


def approve(tx: Transaction, definitions: Definitions, project_id: int, submission_id: int) -> None:
    """A submission was approved: the rows it makes in lists that wait for this are made."""
    for pending in pending_rows.of_submission(tx, submission_id):
        make_pending(tx, definitions, project_id, pending)


def make_pending(tx: Transaction, definitions: Definitions, project_id: int, pending: Pending) -> None:
    """Makes a row that waited for approval; what cannot be applied waits for a person."""
    received = preparing.kept_before(tx.connection, definitions, project_id, pending.revision_id)
    found = received.reading.entities if isinstance(received.reading, Reading) else ()
    if pending.block < len(found):
        act = found[pending.block]
        tx.lock_cases([act.id])
        with tx.savepoint():
            waits = _apply(tx, received, act, pending.revision_id)
            if _is_applied(waits):
                release(tx, definitions, project_id, act.id)
        if waits is not None:
            _ask_a_person(tx, received, (pending.block, act), waits, pending.revision_id)
    pending_rows.done(tx, pending)


def _earlier(
    db: Connection, definitions: Definitions, received: Received
) -> dict[tuple[str, tuple[int, ...]], EntityAct]:
    """The blocks of the revision this one corrects, by where they stand in the form."""
    if received.base is None:
        return {}
    reading = preparing.kept_before(db, definitions, received.project_id, received.base.id).reading
    found = reading.entities if isinstance(reading, Reading) else ()
    return {(act.container, act.rows): act for act in found}


def _as_correction(act: EntityAct, was: EntityAct | None) -> EntityAct:
    """A correction of a form says of its row only what it says otherwise than before."""
    if was is None or was.id != act.id:
        return act
    data = {name: value for name, value in act.data.items() if was.data.get(name) != value}
    label = act.label if act.label != was.label else None
    return replace(
        act, create=False, update=True, label=label, data=data, base_version=None, trunk_version=None, branch_id=None
    )


def _apply(
    tx: Transaction, received: Received, act: EntityAct, revision_id: int, *, anyway: bool = False
) -> Waits | None:
    """Applies one block; why it waits, or why a person should look at it although it applied (`CONFLICT`).

    `anyway`: a person says so, on the row as it stands.
    """
    db = tx.connection
    lists = list_id(db, received.project_id, act.list)
    row = read_entity(db, act.id)
    if lists is None or (row is not None and row.list_id != lists):
        return Waits(entity_chain.EXISTS)
    branch = branch_versions(db, act.id, act.branch_id) if row and act.branch_id else None
    known = Row(row.version, is_deleted(db, act.id), branch) if row else Row()
    decided = entity_chain.decide(act, known)
    if anyway and isinstance(decided, Waits) and decided.reason not in (entity_chain.BAD_ID, entity_chain.DELETED):
        decided = Applies(creates=row is None, base=known.version)
    if not isinstance(decided, Applies):
        return decided
    cause = Cause(act, revision_id, received.sender.viewer.id)
    merged = entity_rows.apply(tx, lists, row, act, decided.base, cause)
    if merged.state.conflict == "hard" and (row is None or row.conflict != "hard"):
        return Waits(entity_chain.CONFLICT)
    return None


def release(tx: Transaction, definitions: Definitions, project_id: int, entity_id: str) -> None:
    """What waited for this row goes on, in the order it came, until nothing moves any more."""
    moved = True
    while moved:
        moved = False
        for task_id, revision_id, told in _HELD.all(tx.connection, {"entity": entity_id, "project": project_id}):
            args = loads(told)
            if args.get("held") and _try(tx, definitions, project_id, revision_id, int(args["block"])):
                unplaced.end_task(tx, task_id, None)
                moved = True


def _try(
    tx: Transaction, definitions: Definitions, project_id: int, revision_id: int, block: int, *, anyway: bool = False
) -> bool:
    received = preparing.kept_before(tx.connection, definitions, project_id, revision_id)
    if not isinstance(received.reading, Reading) or block >= len(received.reading.entities):
        return False
    act = received.reading.entities[block]
    waits = _apply(tx, received, act, revision_id, anyway=anyway)
    if waits is not None and _is_applied(waits):
        _ask_a_person(tx, received, (block, act), waits, revision_id)
    return _is_applied(waits)


def _is_applied(waits: Waits | None) -> bool:
    return waits is None or waits.reason == entity_chain.CONFLICT


def _ask_a_person(tx: Transaction, received: Received, block: Numbered, waits: Waits, revision_id: int) -> None:
    number, act = block
    row = read_entity(tx.connection, act.id) if act.has_valid_id else None
    args = {
        "instance_id": received.head.instance_id,
        "list": act.list,
        "entity": act.id[:100],
        "label": (act.label or (row.label if row else "") or act.id[:8])[:100],
        "block": number,
        "held": waits.held,
    }
    asked = {
        "id": derived_id("entity", received.form.id, received.head.instance_id, number, waits.reason),
        "project_id": received.project_id,
        "kind": KIND,
        "fault": "program" if waits.reason == PROGRAM else "data",
        "case_id": act.id or None,
        "revision_id": revision_id,
        "form": received.form.xml_form_id,
        "reason": waits.reason,
        "args": dumps(args),
        "created_at": stamp(tx.now),
    }
    tx.execute(task.insert(), asked)


def waited_for(tx: Transaction, ids: Collection[str]) -> list[str]:
    """Those of the rows that a block waits for."""
    query = select(task.c.case_id).where(task.c.case_id.in_(ids), task.c.kind == KIND, task.c.done_at.is_(None))
    return list(tx.execute(query.distinct()).scalars())


def is_deleted(db: Connection, entity_id: str) -> bool:
    """Whether the row was deleted."""
    row = _DELETED.first(db, {"entity": entity_id})
    return row is not None and row[0] is not None


def end_conflict(tx: Transaction, entity_id: str, by: int) -> None:
    """Somebody has seen what two wrote differently: the row is in conflict no more, and no task asks about it."""
    tx.execute(entity.update().where(entity.c.id == entity_id), {"conflict": None})
    asked = (task.c.case_id == entity_id, task.c.kind == KIND, task.c.reason == entity_chain.CONFLICT)
    for task_id in tx.execute(select(task.c.id).where(*asked, task.c.done_at.is_(None))).scalars().all():
        unplaced.end_task(tx, task_id, by)


def settle(store: Store, viewer: Viewer | None, project_id: int, task_id: str, *, apply_it: bool) -> None:
    """A person decides about a block that waits: it applies to the row as it stands, or it does not count. Of a
    conflict they say that they have seen it.

    The submission stays as it was sent. Raises Problem `request.not_found`, `entity.cannot_apply` (its id is none, or
    its row was deleted).
    """
    viewer = require(viewer, "case.act", project_id)
    definitions = definitions_of(store)
    with store.write() as tx:
        asked = (task.c.id == task_id, task.c.project_id == project_id, task.c.kind == KIND, task.c.done_at.is_(None))
        row = tx.execute(select(task).where(*asked)).first()
        if row is None or row.revision_id is None:
            raise Problem("request.not_found")
        tx.lock_cases([row.case_id or task_id])
        args = loads(row.args)
        if row.reason == entity_chain.CONFLICT:
            end_conflict(tx, row.case_id, viewer.id)
        elif apply_it:
            if not _try(tx, definitions, project_id, row.revision_id, int(args["block"]), anyway=True):
                raise Problem("entity.cannot_apply")
            release(tx, definitions, project_id, row.case_id)
        unplaced.end_task(tx, task_id, viewer.id)
        action = "entity.force" if apply_it else "entity.leave"
        if row.reason == entity_chain.CONFLICT:
            action = "entity.update.resolve"
        details = {"list": args["list"], "instance": args["instance_id"]}
        tx.audit(viewer.id, action, project=project_id, subject=f"entity:{row.case_id}", details=details)

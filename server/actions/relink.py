"""A submission that stands in the wrong case is put into the right one; nothing of it is deleted (ruling 28)."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, select

from server.access import Viewer, require
from server.actions import case_file, placing
from server.actions.case_file import CaseFile
from server.actions.received import Received, Unplaced
from server.cases.linking import Link, Trace, derived_id, holders, traced
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.sop.events import Event
from server.store import Store, Transaction
from server.store.cases import event
from server.store.schema import loads

_FORMS = ("submission", "submission_edit")


def relink(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    instance_id: str,
    form: str,
    to_case: str,
    reason: str,
    from_case: str | None = None,
) -> str:
    """Moves a submission (`instance_id` of its first revision) to the case a supervisor names; that case's id.

    `from_case` says which of several cases it leaves. Raises Problem `request.not_found`, `access.denied`,
    `case.reason_required`, `case.opened_by_it` (merge the cases instead), `submission.many_cases`.
    """
    viewer = require(viewer, "case.assign", project_id)
    if not reason.strip():
        raise Problem("case.reason_required")
    definitions = definitions_of(store)
    with store.write() as tx:
        target = case_file.read_case(tx.connection, definitions, project_id, to_case)
        held = list(placing.held_in(tx.connection, project_id, form, instance_id))
        if from_case is not None:
            held = [key for key in held if key == from_case]
        if target is None or not held:
            raise Problem("request.not_found")
        if len(held) > 1:
            raise Problem("submission.many_cases", count=len(held))
        source = case_file.read_case(tx.connection, definitions, project_id, held[0])
        assert source is not None
        if source.id == target.id:
            return target.id
        if placing.opened_by(source, instance_id):
            raise Problem("case.opened_by_it", number=source.number)
        tx.lock_cases([held[0], source.id, target.id])
        move_submission(tx, definitions, project_id, (held[0], target.id), (form, instance_id), viewer.id, reason)
        for file, other in ((source, target), (target, source)):
            details = {"instance": instance_id, "other": other.id, "reason": reason}
            subject = f"case:{file.id}"
            tx.audit(viewer.id, "submission.relink", project=project_id, subject=subject, details=details)
    return target.id


def submissions_named(db: Connection, case_id: str, named: str) -> list[tuple[str, str]]:
    """(form, instance id) of what this case holds and what had named that other one."""
    query = (
        select(event.c.form, event.c.instance_id, event.c.data)
        .where(event.c.case_id == case_id, event.c.type.in_(_FORMS))
        .order_by(event.c.received_at, event.c.id)
    )
    rows = db.execute(query).all()
    return list(
        dict.fromkeys(
            (row.form, row.instance_id) for row in rows if loads(row.data).get("data", {}).get("named") == named
        )
    )


def move_submission(
    tx: Transaction,
    definitions: Definitions,
    project_id: int,
    cases: tuple[str, str],
    what: tuple[str, str],
    actor: int,
    reason: str,
) -> None:
    """Takes a submission (form, instance id) with all its revisions out of one case and into another, both refolded.

    `cases`: the id it stands under and the id of the case it belongs to. One that has been there before counts
    there again.
    """
    (from_id, to_id), (form, root) = cases, what
    query = (
        select(event.c.revision_id, event.c.data)
        .where(event.c.case_id == from_id, event.c.instance_id == root, event.c.form == form)
        .where(event.c.type.in_(_FORMS))
        .order_by(event.c.received_at, event.c.id)
    )
    rows = tx.execute(query).all()
    source = case_file.read_case(tx.connection, definitions, project_id, from_id)
    target = case_file.read_case(tx.connection, definitions, project_id, to_id)
    assert source is not None
    assert target is not None
    data = {"toCase": target.id, "number": target.number, "reason": reason}
    _write(tx, definitions, source, placing.take_back(source, form, root, tx.now, str(actor), data))
    for row in rows:
        received = placing.kept_before(tx.connection, definitions, project_id, row.revision_id)
        if isinstance(received.reading, Unplaced):
            continue
        part = _part(source, received, from_id, loads(row.data).get("data", {}).get("linked"))
        made = placing.placement(tx.connection, definitions, target, received, part, linked=part.name)
        if any(known.id == made.event.id for known in target.events):
            target = _write(tx, definitions, target, _given_back(target, form, root, tx.now, actor, {"reason": reason}))
        else:
            target = placing.save(tx, definitions, made, row.revision_id)


def hear_again(tx: Transaction, definitions: Definitions, whole: CaseFile, part: str, actor: int) -> CaseFile:
    """Two cases became one: a form that had left either of them for the other counts in the one they are."""
    for (form, root), traces in _traces(whole).items():
        last = max((t for t in traces if t.type == "review"), key=lambda t: t.received_at, default=None)
        if last and last.taken_back and holders(traces):
            heard = _given_back(whole, form, root, tx.now, actor, {"merged": part})
            whole = _write(tx, definitions, whole, heard)
    return whole


def leave_again(tx: Transaction, definitions: Definitions, whole: CaseFile, part: CaseFile, actor: int) -> CaseFile:
    """Two cases are two again: what counted here only because they were one counts where it stands."""
    held = {what for what, traces in _traces(part).items() if holders(traces)}
    back = {(e.form or "", e.instance_id or "") for e in whole.events if e.data.get("merged") == part.id}
    for form, root in sorted(back & held):
        taken = placing.take_back(whole, form, root, tx.now, str(actor), {"toCase": part.id, "number": part.number})
        whole = _write(tx, definitions, whole, taken)
    return whole


def _traces(file: CaseFile) -> dict[tuple[str, str], list[Trace]]:
    """What the events of a file say of each submission (form, instance id), case by case."""
    found: dict[tuple[str, str], list[Trace]] = {}
    for one in file.events:
        if one.form and one.instance_id:
            trace = Trace(one.case or file.id, one.type, one.received_at, *traced(one.type, one.data))
            found.setdefault((one.form, one.instance_id), []).append(trace)
    return found


def _part(source: CaseFile, received: Received, from_id: str, linked: str | None) -> Link:
    """What of a submission was about the case it leaves."""
    found = placing.links_of(source.sop, received) or ()
    for link in found:
        if link.name == linked or link.case_id in (source.id, from_id):
            return link
    return placing.part_of(source, received, "")


def _given_back(file: CaseFile, form: str, root: str, at: datetime, actor: int, data: Mapping[str, object]) -> Event:
    moment = case_file.arrival(file, at)
    return Event(
        id=derived_id("given_back", file.id, form, root, moment.isoformat()),
        type="review",
        effective=moment.date(),
        received_at=moment,
        actor=str(actor),
        instance_id=root,
        form=form,
        data={"state": "received", **data},
    )


def _write(tx: Transaction, definitions: Definitions, file: CaseFile, new: Event) -> CaseFile:
    return case_file.save(tx, definitions, file, case_file.refold(tx.connection, definitions, file, new), new)

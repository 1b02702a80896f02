"""A submission that stands in the wrong case is put into the right one; nothing of it is deleted (ruling 28)."""

from collections.abc import Iterable

from sqlalchemy import Connection, select

from forms.values import text
from server.access import Viewer, require
from server.actions import case_file, placement, placing, preparing
from server.actions.case_file import CaseFile
from server.actions.received import Received, Unplaced
from server.actions.review_events import add_review, agree, give_back, take_back
from server.cases.linking import Link, Trace, holders, traced
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.sop.events import Event
from server.store import Store, Transaction
from server.store.cases import event


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
        held = preparing.held_in(tx.connection, project_id, form, instance_id)
        case_file.hold(tx, [to_case, *held])
        # Somebody else may have put it elsewhere until the cases were held.
        held = preparing.held_in(tx.connection, project_id, form, instance_id)
        target = case_file.read_case(tx.connection, definitions, project_id, to_case)
        left = [from_case and (case_file.survivor_of(tx.connection, from_case) or from_case)]
        leaves = [key for key in held if from_case is None or key in left]
        if target is None or not leaves:
            raise Problem("request.not_found")
        if len(leaves) > 1:
            raise Problem("submission.many_cases", count=len(leaves))
        source = case_file.read_case(tx.connection, definitions, project_id, leaves[0])
        assert source is not None
        if source.id == target.id:
            tx.housekeeping()  # it is there already
            return target.id
        if preparing.opened_by(source, instance_id):
            raise Problem("case.opened_by_it", number=source.number)
        move_submission(tx, definitions, (source, target), (form, instance_id), viewer.id, reason)
        for file, other in ((source, target), (target, source)):
            details = {"instance": instance_id, "other": other.id, "reason": reason}
            subject = f"case:{file.id}"
            tx.audit(viewer.id, "submission.relink", project=project_id, subject=subject, details=details)
    return target.id


def submissions_named(file: CaseFile, named: Iterable[str]) -> list[tuple[str, str]]:
    """(form, instance id) of what this case holds and what had named one of those."""
    ids = set(named)
    forms = sorted((e for e in file.events if e.type in placement.FORMS), key=lambda e: (e.received_at, e.id))
    found = ((e.form or "", e.instance_id or "") for e in forms if e.case is None and e.data.get("named") in ids)
    return list(dict.fromkeys(found))


def move_submission(
    tx: Transaction,
    definitions: Definitions,
    cases: tuple[CaseFile, CaseFile],
    what: tuple[str, str],
    actor: int,
    reason: str,
    *,
    parting: bool = False,
) -> tuple[CaseFile, CaseFile]:
    """Takes a submission (form, instance id) with all its revisions out of one case and into another, both refolded.

    `cases`: the one it leaves and the one it belongs to. One that has been there before counts there again.
    `parting`: because two cases are parted, so that it belongs there by its own word and not by a person's.
    """
    (source, target), (form, root) = cases, what
    revisions = _revisions(tx.connection, source, what)
    data = {"toCase": target.id, "number": target.number, "reason": reason}
    source = add_review(tx, definitions, source, take_back(source, form, root, tx.now, str(actor), data))
    for known, revision_id in revisions:
        received = preparing.kept_before(tx.connection, definitions, source.project_id, revision_id)
        if isinstance(received.reading, Unplaced):
            continue
        linked, named = known.data.get("linked"), text(known.data.get("named") or "")
        part = _part(source, received, linked, named)
        by = (text(linked) if linked is not None else None) if parting else part.name
        made = placement.placement(tx.connection, definitions, target, received, part, linked=by)
        if any(there.id == made.event.id for there in target.events):
            given = give_back(target, form, root, tx.now, str(actor), {"reason": reason})
            target = add_review(tx, definitions, target, given)
        else:
            target = placing.save(tx, definitions, made, revision_id)
    return source, agree(tx, definitions, target, form, root, str(actor))


def _revisions(db: Connection, file: CaseFile, what: tuple[str, str]) -> list[tuple[Event, int]]:
    """The events of this submission in a case, each with its revision as kept, in the order they came."""
    form, root = what
    known = {e.id: e for e in file.events if e.type in placement.FORMS and (e.form, e.instance_id) == (form, root)}
    rows = db.execute(select(event.c.id, event.c.revision_id).where(event.c.id.in_(list(known)))).all()
    kept = {row.revision_id: known[row.id] for row in rows if row.revision_id is not None}
    return sorted(((one, key) for key, one in kept.items()), key=lambda pair: (pair[0].received_at, pair[0].id))


def hear_again(
    tx: Transaction,
    definitions: Definitions,
    whole: CaseFile,
    part: str,
    held: Iterable[tuple[str, str]],
    actor: int,
) -> CaseFile:
    """Two cases became one: a form that had left either of them for the other counts in the one they are.

    `held`: the submissions (form, instance id) one or the other held just before.
    """
    for form, root in sorted(set(held) - set(held_by(whole))):
        heard = give_back(whole, form, root, tx.now, str(actor), {"merged": part})
        whole = add_review(tx, definitions, whole, heard)
    return whole


def leave_again(tx: Transaction, definitions: Definitions, whole: CaseFile, part: CaseFile, actor: int) -> CaseFile:
    """Two cases are two again: what counted here only because they were one counts where it stands."""
    held = set(held_by(part))
    back = {(e.form or "", e.instance_id or "") for e in whole.events if e.data.get("merged") == part.id}
    for form, root in sorted(back & held):
        taken = take_back(whole, form, root, tx.now, str(actor), {"toCase": part.id, "number": part.number})
        whole = add_review(tx, definitions, whole, taken)
    return whole


def held_by(file: CaseFile) -> list[tuple[str, str]]:
    """The submissions (form, instance id) a case holds now."""
    found: dict[tuple[str, str], list[Trace]] = {}
    for one in file.events:
        if one.form and one.instance_id:
            trace = Trace(file.id, one.type, one.received_at, *traced(one.type, one.data))
            found.setdefault((one.form, one.instance_id), []).append(trace)
    return sorted(what for what, traces in found.items() if holders(traces))


def left_since(whole: CaseFile, joined: Event) -> set[tuple[str, str]]:
    """The submissions that have left a case since another one went into it: said there, it was said of both."""
    last: dict[tuple[str, str], Event] = {}
    for one in sorted(whole.events, key=lambda event: event.received_at):
        if one.type == "review" and one.case is None and one.received_at > joined.received_at:
            last[(one.form or "", one.instance_id or "")] = one
    return {what for what, one in last.items() if traced(one.type, one.data)[1]}


def _part(source: CaseFile, received: Received, linked: object, named: str) -> Link:
    """What of a submission was about the case it leaves."""
    found = preparing.links_of(source.sop, received) or ()
    merged = {event.case for event in source.events}
    for link in found:
        if link.name == linked or link.case_id in (source.id, named) or link.case_id in merged:
            return link
    return preparing.part_of(source, received, "")

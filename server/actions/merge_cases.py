"""Two cases of one person, merged and parted again by people (ruling 33); who proposes it: `proposals`.

The events of the merged case stay where they are; the case it was merged into reads them with its own. The
merged case keeps its row, closed, and its id and number lead to the other one.
"""

from collections.abc import Mapping, Set
from uuid import uuid4

from sqlalchemy import select

from forms.values import text
from server.access import Viewer, require
from server.actions import case_file, case_waiting
from server.actions.case_file import CaseFile
from server.actions.proposals import PROPOSAL
from server.actions.relink import hear_again, held_by, leave_again, left_since, move_submission, submissions_named
from server.actions.review_events import add_review, agree, take_back
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of
from server.sop.events import Event
from server.sop.history import undone_by
from server.store import Store, Transaction
from server.store.cases import alias, task
from server.store.schema import loads, stamp


def merge(store: Store, viewer: Viewer | None, project_id: int, case_id: str, body: Mapping[str, object]) -> str:
    """Merges the case `other` of the body and this one, whichever is younger into the older; the older one's id.

    Raises Problem `request.not_found`, `access.denied` (no role of the SOP that may close), `case.reason_required`,
    `case.same_case`, `case.other_sop` (move it first), `case.merge_closed` (the older one is closed).
    """
    viewer = require(viewer, "case.act", project_id)
    wanted, reason = _told(body)
    definitions = definitions_of(store)
    with store.write() as tx:
        case_file.hold(tx, [case_id, wanted])
        files = [case_file.read_case(tx.connection, definitions, project_id, key) for key in (case_id, wanted)]
        one, two = files
        if one is None or two is None or one.state is None or two.state is None:
            raise Problem("request.not_found")
        if one.id == two.id:
            raise Problem("case.same_case")
        if one.sop.row_id != two.sop.row_id:
            raise Problem("case.other_sop", number=two.number, sop=one.sop.sop.title)
        older, younger = sorted((one, two), key=lambda f: (f.state.opened_on if f.state else "", f.number))
        _may_close(viewer, older)
        if older.state and older.state.status == "closed":
            raise Problem("case.merge_closed", number=older.number)
        joining = {"into": older.id, "number": older.number, "reason": reason, "case": younger.id}
        event = _event(definitions, tx, younger, viewer, joining)
        case_file.save(tx, definitions, younger, case_file.refold(tx.connection, definitions, younger, event), event)
        tx.execute(alias.update().where(alias.c.case_id == younger.id), {"case_id": older.id})
        tx.execute(alias.insert(), {"id": younger.id, "case_id": older.id})
        whole = case_file.read_case(tx.connection, definitions, project_id, older.id)
        assert whole is not None
        joined = _event(
            definitions, tx, whole, viewer, {"from": younger.id, "number": younger.number, "reason": reason}
        )
        settled = case_file.refold(tx.connection, definitions, whole, joined)
        whole = case_file.save(tx, definitions, whole, settled, joined, search=younger.search.split())
        held = [*held_by(older), *held_by(younger)]
        hear_again(tx, definitions, whole, younger.id, held, viewer.id)
        _end_tasks(tx, older.id, younger.id, viewer.id)
        _audit(tx, viewer, project_id, "case.merge", older, younger, reason)
    return older.id


def unmerge(store: Store, viewer: Viewer | None, project_id: int, case_id: str, body: Mapping[str, object]) -> str:
    """Parts the case `other` of the body from this one again, at the same forms and acts; its id.

    What came under its name while they were one goes with it. Raises Problem `request.not_found`,
    `access.denied`, `case.reason_required`, `case.not_merged`.
    """
    viewer = require(viewer, "case.act", project_id)
    wanted, reason = _told(body)
    definitions = definitions_of(store)
    with store.write() as tx:
        case_file.hold(tx, [case_id, wanted])
        whole = case_file.read_case(tx.connection, definitions, project_id, case_id)
        part = case_file.read_own(tx.connection, definitions, project_id, wanted)
        if whole is None or part is None:
            raise Problem("request.not_found")
        _may_close(viewer, whole)
        joining = _standing(part, "into", whole.id)
        if joining is None or case_file.survivor_of(tx.connection, part.id) != whole.id:
            raise Problem("case.not_merged", number=part.number)
        joined = _standing(whole, "from", part.id)
        if joined is None:  # it went into a case that went into this one: part that one first
            raise Problem("case.not_merged", number=part.number)
        left = left_since(whole, joined)
        tx.execute(alias.delete().where(alias.c.id == part.id))
        _lead_again(tx, definitions, project_id, part.id, whole.id)
        for key, undone in ((part.id, joining), (whole.id, joined)):
            file = case_file.read_case(tx.connection, definitions, project_id, key)
            assert file is not None
            event = _event(definitions, tx, file, viewer, {"undoes": undone.id, "reason": reason})
            case_file.save(tx, definitions, file, case_file.refold(tx.connection, definitions, file, event), event)
        parted = [case_file.read_case(tx.connection, definitions, project_id, key) for key in (whole.id, part.id)]
        assert parted[0] is not None
        assert parted[1] is not None
        again = leave_again(tx, definitions, parted[0], parted[1], viewer.id)
        _go_along(tx, definitions, (again, parted[1]), left, viewer.id, reason)
        _audit(tx, viewer, project_id, "case.unmerge", whole, part, reason)
    return part.id


def _go_along(
    tx: Transaction,
    definitions: Definitions,
    cases: tuple[CaseFile, CaseFile],
    left: Set[tuple[str, str]],
    actor: int,
    reason: str,
) -> None:
    """What came while the cases (whole, part) were one goes with the part where it belongs to it: forms under its
    name or that of one merged into it, forms that left it, and what was said of its forms."""
    whole, part = cases
    names = {part.id, *(event.case for event in part.events if event.case)}
    for what in submissions_named(whole, names):
        whole, part = move_submission(tx, definitions, (whole, part), what, actor, reason, parting=True)
    for form, root in sorted(left & set(held_by(part))):
        part = add_review(tx, definitions, part, take_back(part, form, root, tx.now, str(actor), {"reason": reason}))
    for form, root in held_by(part):
        part = agree(tx, definitions, part, form, root, str(actor))
    case_waiting.ask_to_place_all(tx, part)


def _told(body: Mapping[str, object]) -> tuple[str, str]:
    wanted = body.get("other") or body.get("with")
    if not isinstance(wanted, str) or not wanted.strip():
        raise Problem("request.missing", field="with")
    reason = body.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise Problem("case.reason_required")
    return wanted.strip(), reason.strip()


def _may_close(viewer: Viewer, file: CaseFile) -> None:
    allowed = {role.name for role in file.sop.sop.roles if role.may_close}
    if not viewer.roles_in(file.project_id) & allowed:
        raise Problem("access.denied")


def _event(
    definitions: Definitions, tx: Transaction, file: CaseFile, viewer: Viewer, data: Mapping[str, object]
) -> Event:
    zone = definitions.calendar(tx.connection, file.project_id, file.sop.id).tz
    return Event(
        id=str(uuid4()),
        type="merge",
        effective=tx.now.astimezone(zone).date(),
        received_at=case_file.arrival(file, tx.now),
        actor=str(viewer.id),
        data=data,
    )


def _standing(file: CaseFile, side: str, other: str) -> Event | None:
    """The newest merge event of this file about the other case that was not undone."""
    own = [event for event in file.events if event.type == "merge" and event.case is None]
    undone = undone_by(own)
    found = [event for event in own if event.id not in undone and text(event.data.get(side)) == other]
    return max(found, key=lambda event: event.received_at, default=None)


def _lead_again(tx: Transaction, definitions: Definitions, project_id: int, part: str, whole: str) -> None:
    """What had been merged into the parted case before leads to that one again."""
    ids = tx.execute(select(alias.c.id).where(alias.c.case_id == whole)).scalars().all()
    files = (case_file.read_own(tx.connection, definitions, project_id, key) for key in ids)
    into = {file.id: _went_into(file) for file in files if file}
    for key in into:
        step: str | None = key
        while step in into:
            step = into[step]
        if step == part:
            tx.execute(alias.update().where(alias.c.id == key), {"case_id": part})


def _went_into(file: CaseFile) -> str | None:
    own = [event for event in file.events if event.type == "merge"]
    undone = undone_by(own)
    found = [event for event in own if event.id not in undone and event.data.get("into")]
    return text(max(found, key=lambda event: event.received_at).data["into"]) if found else None


def _end_tasks(tx: Transaction, survivor: str, merged: str, by: int) -> None:
    """What was asked about the merged case is settled, or asked of the surviving one."""
    done = {"done_at": stamp(tx.now), "done_by": by}
    open_ = task.c.done_at.is_(None)
    tx.execute(task.update().where(task.c.case_id == merged, task.c.kind == "waiting", open_), done)
    proposals = tx.execute(
        select(task).where(task.c.case_id.in_([survivor, merged]), task.c.kind == PROPOSAL, open_)
    ).all()
    for row in proposals:
        args = loads(row.args)
        pair = {row.case_id, args.get("case")}
        if pair == {survivor, merged}:
            tx.execute(task.update().where(task.c.id == row.id), done)
        elif row.case_id == merged:
            tx.execute(task.update().where(task.c.id == row.id), {"case_id": survivor})


def _audit(
    tx: Transaction, viewer: Viewer, project_id: int, act: str, whole: CaseFile, part: CaseFile, reason: str
) -> None:
    for file, other in ((whole, part), (part, whole)):
        details = {"other": other.id, "reason": reason}
        tx.audit(viewer.id, act, project=project_id, subject=f"case:{file.id}", details=details)

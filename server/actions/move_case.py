"""A case goes on under another SOP of the office (ruling 29): the old one closes, a linked one opens; and back."""

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import Connection

from forms.sop import Sop
from forms.values import Answers, text
from server.access import Viewer, require
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.actions.moved_on import phone_row, shared_facts, standing_move
from server.actions.sharing import workers_of
from server.cases.linking import derived_id
from server.cases.sharing import working_roles
from server.problems import Problem
from server.queries.definitions import Definitions, SopVersion, definitions_of
from server.sop.events import Event
from server.store import Store, Transaction

MOVE_UNDONE = "pindah_dibatalkan"
"""Why the newer case of a move that was undone is closed."""


def move(store: Store, viewer: Viewer | None, project_id: int, case_id: str, body: Mapping[str, object]) -> str:
    """Closes the case with `pindah_layanan` and opens one under the SOP `toSop` of the body; the new case's id.

    It begins at that SOP's first step with the person, every fact both SOPs ask by the same name, and a number of
    its own. Whom `assign_by` of that SOP names manages it; else whoever did before, if they do steps of that SOP; else
    it waits to be shared out. Raises Problem `request.not_found`, `request.bad_value` (no such SOP), `access.denied`,
    `case.reason_required`, `case.closed`, `case.same_sop`.
    """
    viewer, reason = _asked(viewer, project_id, body)
    definitions = definitions_of(store)
    with store.write() as tx:
        case_file.hold(tx, [case_id])
        old = _file(tx, definitions, viewer, project_id, case_id)
        assert old.state is not None
        if old.state.status == "closed":
            raise Problem("case.closed")
        target = _target(tx.connection, definitions, old, str(body.get("toSop") or ""))
        new_id = derived_id("move", old.id, old.revision, target.sop.sop_id)
        new = CaseFile(new_id, project_id, target, "", 0, None, ())
        facts = shared_facts(tx.connection, definitions, old, target.sop)
        told = {
            "fromCase": old.id,
            "fromSop": old.sop.sop.sop_id,
            "fromNumber": old.number,
            "openedOn": old.state.opened_on,
            "steps": [first_step(target.sop)],
            "reason": reason,
        }
        opening = _event(definitions, tx, new, viewer, "start_at", told, facts)
        settled = case_file.refold(tx.connection, definitions, new, opening)
        row = phone_row(tx.connection, new, facts, create=True)
        opened = case_file.save(tx, definitions, new, settled, opening, act=row, search=old.search.split())
        opened = _keep_manager(tx, definitions, viewer, old, opened, reason)
        told = {"toSop": target.sop.sop_id, "toCase": new_id, "number": opened.number, "reason": reason}
        _write(tx, definitions, old, _event(definitions, tx, old, viewer, "move", told))
        _audit(tx, viewer, "case.move", old, opened, reason)
    return new_id


def _keep_manager(
    tx: Transaction, definitions: Definitions, viewer: Viewer, old: CaseFile, opened: CaseFile, reason: str
) -> CaseFile:
    """The opened case in the hands of whoever managed the old one, unless somebody has it or they do no step of it."""
    assert old.state is not None
    assert opened.state is not None
    manager = old.state.manager
    if opened.state.manager or not manager:
        return opened
    roles = working_roles(opened.sop.sop)
    workers = (worker for worker in workers_of(tx.connection, opened.project_id) if worker.roles & roles)
    if manager not in {str(worker.id) for worker in workers}:
        return opened
    given = _event(definitions, tx, opened, viewer, "assign", {"assignee": manager, "reason": reason})
    return case_file.save(tx, definitions, opened, case_file.refold(tx.connection, definitions, opened, given), given)


def undo_move(store: Store, viewer: Viewer | None, project_id: int, case_id: str, body: Mapping[str, object]) -> str:
    """The moved case goes on as it was, the one it went on as is closed with `pindah_dibatalkan`; the old case's id.

    `case_id` is either of the two. Raises Problem `request.not_found`, `access.denied`, `case.reason_required`,
    `case.not_moved`, `case.merged_on` (part the newer case first), `case.moved_on` (the newer case was moved too).
    """
    viewer, reason = _asked(viewer, project_id, body)
    definitions = definitions_of(store)
    with store.write() as tx:
        case_file.hold(tx, [case_id])
        named = _file(tx, definitions, viewer, project_id, case_id)
        before = next(
            (text(e.data["fromCase"]) for e in named.events if e.type == "start_at" and "fromCase" in e.data), ""
        )
        moved = standing_move(named)
        if moved is None and before:
            case_file.hold(tx, [before])
            named = _file(tx, definitions, viewer, project_id, before)
            moved = standing_move(named)
        if moved is None:
            raise Problem("case.not_moved")
        case_file.hold(tx, [text(moved.data["toCase"])])
        after = case_file.read_case(tx.connection, definitions, project_id, text(moved.data["toCase"]))
        if after and after.id != text(moved.data["toCase"]):
            raise Problem("case.merged_on", number=after.number)
        if after and standing_move(after):
            raise Problem("case.moved_on", number=after.number)
        undoing = {"undoes": moved.id, "reason": reason}
        _write(tx, definitions, named, _event(definitions, tx, named, viewer, "move", undoing))
        if after and after.state and after.state.status == "open":
            closing = {"closeReason": MOVE_UNDONE, "reason": reason}
            _write(tx, definitions, after, _event(definitions, tx, after, viewer, "close", closing))
        _audit(tx, viewer, "case.move.undo", named, after or named, reason)
    return named.id


def first_step(sop: Sop) -> str:
    """The step a case of this SOP begins with: that of its first intake, else the first of the sheet."""
    intakes = {form.form_id for form in sop.intakes}
    return next((step.name for step in sop.steps if step.form in intakes), sop.steps[0].name)


def _asked(viewer: Viewer | None, project_id: int, body: Mapping[str, object]) -> tuple[Viewer, str]:
    viewer = require(viewer, "case.act", project_id)
    reason = body.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise Problem("case.reason_required")
    return viewer, reason.strip()


def _file(tx: Transaction, definitions: Definitions, viewer: Viewer, project_id: int, case_id: str) -> CaseFile:
    """The case, for somebody who may close it. Raises `request.not_found`, `access.denied`."""
    file = case_file.read_case(tx.connection, definitions, project_id, case_id)
    if file is None or file.state is None:
        raise Problem("request.not_found")
    allowed = {role.name for role in file.sop.sop.roles if role.may_close}
    if not viewer.roles_in(project_id) & allowed:
        raise Problem("access.denied")
    return file


def _target(db: Connection, definitions: Definitions, old: CaseFile, sop_id: str) -> SopVersion:
    if sop_id == old.sop.sop.sop_id:
        raise Problem("case.same_sop")
    for version in definitions.current_sops(db, old.project_id):
        if version.sop.sop_id == sop_id:
            return version
    raise Problem("request.bad_value", field="toSop", value=sop_id[:100], reason="-")


def _event(
    definitions: Definitions,
    tx: Transaction,
    file: CaseFile,
    viewer: Viewer,
    kind: str,
    data: Mapping[str, object],
    answers: Answers | None = None,
) -> Event:
    zone = definitions.calendar(tx.connection, file.project_id, file.sop.id).tz
    return Event(
        id=str(uuid4()),
        type=kind,
        effective=tx.now.astimezone(zone).date(),
        received_at=case_file.arrival(file, tx.now),
        actor=str(viewer.id),
        answers=answers or {},
        data=data,
    )


def _write(tx: Transaction, definitions: Definitions, file: CaseFile, new: Event) -> None:
    case_file.save(tx, definitions, file, case_file.refold(tx.connection, definitions, file, new), new)


def _audit(tx: Transaction, viewer: Viewer, act: str, old: CaseFile, new: CaseFile, reason: str) -> None:
    for file, other in ((old, new), (new, old)):
        details = {"other": other.id, "reason": reason}
        tx.audit(viewer.id, act, project=file.project_id, subject=f"case:{file.id}", details=details)

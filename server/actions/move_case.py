"""A case goes on under another SOP of the office (ruling 29): the old one closes, a linked one opens; and back."""

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import Connection, select

from forms.entities import EntityAct
from forms.sop import Sop
from forms.values import Answers, from_json, text
from server.access import Viewer, require
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.cases.entity_merge import WORKFLOW
from server.cases.linking import case_list, derived_id
from server.problems import Problem
from server.queries.definitions import Definitions, SopVersion, definitions_of, find_form
from server.sop.events import Event
from server.sop.history import undone_by
from server.store import Store, Transaction
from server.store.entities import entity_list
from server.store.schema import loads

MOVE_UNDONE = "pindah_dibatalkan"
"""Why the newer case of a move that was undone is closed."""


def move(store: Store, viewer: Viewer | None, project_id: int, case_id: str, body: Mapping[str, object]) -> str:
    """Closes the case with `pindah_layanan` and opens one under the SOP `toSop` of the body; the new case's id.

    It begins at that SOP's first step with the person, every fact both SOPs ask by the same name, and a number of
    its own. Raises Problem `request.not_found`, `request.bad_value` (no such SOP), `access.denied`,
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
        facts = _shared_facts(tx.connection, definitions, old, target.sop)
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
        row = _row(tx.connection, new, facts)
        opened = case_file.save(tx, definitions, new, settled, opening, act=row, search=old.search.split())
        told = {"toSop": target.sop.sop_id, "toCase": new_id, "number": opened.number, "reason": reason}
        _write(tx, definitions, old, _event(definitions, tx, old, viewer, "move", told))
        _audit(tx, viewer, "case.move", old, opened, reason)
    return new_id


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
        moved = _standing(named)
        if moved is None and before:
            case_file.hold(tx, [before])
            named = _file(tx, definitions, viewer, project_id, before)
            moved = _standing(named)
        if moved is None:
            raise Problem("case.not_moved")
        case_file.hold(tx, [text(moved.data["toCase"])])
        after = case_file.read_case(tx.connection, definitions, project_id, text(moved.data["toCase"]))
        if after and after.id != text(moved.data["toCase"]):
            raise Problem("case.merged_on", number=after.number)
        if after and _standing(after):
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


def _shared_facts(db: Connection, definitions: Definitions, old: CaseFile, sop: Sop) -> Answers:
    """What is known of the case and asked by the other SOP's forms under the same name."""
    assert old.state is not None
    asked: set[str] = set()
    for use in sop.forms:
        form = find_form(db, old.project_id, use.form_id)
        if form and form.current_version_id:
            schema = definitions.form_version(form.current_version_id).schema
            asked |= {item.name for item in schema.questions() if not item.calculated or item.name in old.state.facts}
    known = {name: from_json(value) for name, value in old.state.facts.items() if name in asked and value != ""}
    return {name: value for name, value in known.items() if not isinstance(value, list | Mapping)}


def _row(db: Connection, new: CaseFile, facts: Answers) -> EntityAct:
    """The new case's row on the phones begins with what its list keeps of these facts."""
    name = case_list(new.sop.sop.sop_id)
    query = select(entity_list.c.properties).where(
        entity_list.c.project_id == new.project_id, entity_list.c.name == name
    )
    kept = loads(db.execute(query).scalar() or "[]")
    data = {key: text(facts[key]) for key in kept if key in facts and key not in WORKFLOW}
    return EntityAct(name, new.id, True, False, None, None, None, None, data)


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


def _standing(file: CaseFile) -> Event | None:
    """The newest move of this case that was not undone."""
    own = [event for event in file.events if event.type == "move" and event.case is None]
    undone = undone_by(own)
    found = [event for event in own if event.id not in undone and event.data.get("toCase")]
    return max(found, key=lambda event: event.received_at, default=None)


def _write(tx: Transaction, definitions: Definitions, file: CaseFile, new: Event) -> None:
    case_file.save(tx, definitions, file, case_file.refold(tx.connection, definitions, file, new), new)


def _audit(tx: Transaction, viewer: Viewer, act: str, old: CaseFile, new: CaseFile, reason: str) -> None:
    for file, other in ((old, new), (new, old)):
        details = {"other": other.id, "reason": reason}
        tx.audit(viewer.id, act, project=file.project_id, subject=f"case:{file.id}", details=details)

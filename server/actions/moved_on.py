"""What a moved case takes along, and takes along again when it is corrected where it came from (ruling 29)."""

from collections.abc import Mapping

from sqlalchemy import Connection, select

from forms.entities import EntityAct
from forms.sop import Sop
from forms.values import Answers, from_json, text
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.cases import matching
from server.cases.entity_merge import WORKFLOW
from server.cases.linking import case_list, derived_id
from server.queries.definitions import Definitions, find_form
from server.sop.events import Event
from server.sop.history import undone_by
from server.store import Transaction
from server.store.entities import entity_list
from server.store.schema import loads

_FOUND_BY = (matching.NAME, matching.NIK)


def standing_move(file: CaseFile) -> Event | None:
    """The newest move of this case that was not undone."""
    own = [event for event in file.events if event.type == "move" and event.case is None]
    undone = undone_by(own)
    found = [event for event in own if event.id not in undone and event.data.get("toCase")]
    return max(found, key=lambda event: event.received_at, default=None)


def shared_facts(db: Connection, definitions: Definitions, old: CaseFile, sop: Sop) -> Answers:
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


def phone_row(db: Connection, new: CaseFile, facts: Answers, *, create: bool) -> EntityAct:
    """What the new case's row on the phones keeps of these facts."""
    name = case_list(new.sop.sop.sop_id)
    query = select(entity_list.c.properties).where(
        entity_list.c.project_id == new.project_id, entity_list.c.name == name
    )
    kept = loads(db.execute(query).scalar() or "[]")
    data = {key: text(facts[key]) for key in kept if key in facts and key not in WORKFLOW}
    return EntityAct(name, new.id, create, not create, None, None, None, None, data)


def moved_to(file: CaseFile) -> str | None:
    """The case this one went on as, if it was moved."""
    move = standing_move(file)
    return text(move.data["toCase"]) if move else None


def carry_on(tx: Transaction, definitions: Definitions, before: CaseFile, after: CaseFile, cause: Event) -> None:
    """What is known otherwise in a moved case, because a form of it was corrected or taken back, is corrected where it
    goes on: as an edit of what it began with. What was asked there since is newer and stands; a decision somebody acted
    on becomes a conflict, as after any late fact."""
    wanted = moved_to(after)
    if wanted is None or before.state is None:
        return
    case_file.hold(tx, [wanted])
    new = case_file.read_case(tx.connection, definitions, after.project_id, wanted)
    begun = _begun(new, after.id) if new else None
    if new is None or begun is None:
        return
    was, now = (shared_facts(tx.connection, definitions, file, new.sop.sop) for file in (before, after))
    changed = {name: now.get(name, "") for name in dict.fromkeys((*was, *now)) if was.get(name) != now.get(name)}
    if not changed:
        return
    correction = Event(
        id=derived_id("carried_on", new.id, cause.id),
        type="start_at",
        effective=begun.effective,
        received_at=case_file.arrival(new, tx.now),
        actor=cause.actor,
        answers=changed,
        data={"corrects": begun.id, "number": after.number},
    )
    settled = case_file.refold(tx.connection, definitions, new, correction)
    row = phone_row(tx.connection, new, changed, create=False)
    names = [text(changed[name]) for name in _FOUND_BY if changed.get(name)]
    saved = case_file.save(tx, definitions, new, settled, correction, act=row, search=names)
    details = {"other": after.id, "questions": " ".join(changed)}
    actor = int(cause.actor) if cause.actor else None
    tx.audit(actor, "case.move.correct", project=new.project_id, subject=f"case:{new.id}", details=details)
    carry_on(tx, definitions, new, saved, correction)


def _begun(file: CaseFile, before: str) -> Event | None:
    """How the case began as the one before it was moved here."""
    return next((e for e in file.events if e.type == "start_at" and e.data.get("fromCase") == before), None)

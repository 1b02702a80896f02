"""Returned reports as rows of the entity list `perbaikan`, each on the phones of its sender only (ruling 51).

Why it came back and what was answered stand in the row while it waits, in no version of it and in no export.
"""

from sqlalchemy import Connection, select

from forms import correction_form, corrections
from forms.envelope import is_envelope
from forms.schema import Field
from forms.sop import Sop
from forms.submission import parse_kept
from server.actions import bundle_writing
from server.actions.holding import raise_version
from server.cases import holding, privacy
from server.cases.linking import derived_id
from server.queries.definitions import Definitions, find_form
from server.store import Transaction, holders
from server.store.cases import case, event, task
from server.store.entities import entity, entity_version, list_id, read_entity
from server.store.forms import form, form_media, form_version
from server.store.people import app_user, form_access
from server.store.schema import dumps, stamp
from server.store.submissions import revision, submission

RETURNED = "hasIssues"
KIND = "correction"
LANGUAGE = "id"

_OF = (
    select(
        submission.c.id,
        submission.c.project_id,
        submission.c.instance_id.label("root"),
        submission.c.submitter_id,
        submission.c.review_state,
        submission.c.deleted_at,
        submission.c.created_at,
        form.c.id.label("form_id"),
        form.c.xml_form_id,
        revision.c.instance_id,
        revision.c.form_version_id,
        revision.c.xml,
        form_version.c.title,
    )
    .join(form, form.c.id == submission.c.form_id)
    .join(revision, revision.c.id == submission.c.revision_id)
    .outerjoin(form_version, form_version.c.id == revision.c.form_version_id)
)


def item_id(submission_id: int) -> str:
    """The id of the row a submission has in the list."""
    return derived_id("perbaikan", submission_id)


def follow(tx: Transaction, definitions: Definitions, submission_id: int, reason: str, by: int) -> None:
    """The row of this submission as its review now wants it; with the first one of an SOP its form is published.

    `reason`: why it came back, as its sender reads it. Nothing is made for a form no SOP uses, or while an author's
    form or list has the reserved name.
    """
    key = item_id(submission_id)
    tx.lock_cases([key])
    known = read_entity(tx.connection, key)
    row = tx.execute(_OF.where(submission.c.id == submission_id)).one()
    waits = row.review_state == RETURNED and row.deleted_at is None and row.submitter_id is not None
    if not waits:
        if known is not None and known.data.get("terbuka") == "ya":
            _write(tx, known.list_id, key, {**_about(known.data), "terbuka": "tidak"}, known.label, frozenset())
            end_tasks(tx, row.project_id, submission_id)
        return
    used = (one.sop for one in definitions.current_sops(tx.connection, row.project_id) if one.sop.form(row.xml_form_id))
    sop = next(used, None)
    listed = _publish(tx, row.project_id, sop, by) if sop else None
    if sop is None or listed is None:
        return
    senders = _senders(tx.connection, row.submitter_id)
    _give_form(tx, row.project_id, correction_form.form_id(sop.sop_id), senders)
    data = {
        "sop": sop.sop_id,
        "terbuka": "ya",
        "alasan": reason,
        "nilai": _answers(definitions, row.form_version_id, row.xml),
        "dasar": row.instance_id,
        "kiriman": str(submission_id),
    }
    number = _number(tx.connection, row.project_id, row.xml_form_id, row.root)
    label = " · ".join(filter(None, (number, row.title or row.xml_form_id, row.created_at[:10])))
    _write(tx, listed, key, data, label, frozenset(map(holding.person, senders)))


def _about(data: dict[str, str]) -> dict[str, str]:
    return {name: data[name] for name in ("sop", "kiriman", "dasar") if name in data}


def _answers(definitions: Definitions, version_id: int | None, xml: bytes) -> str:
    if version_id is None or is_envelope(parse_kept(xml)):
        return ""
    return corrections.lines(definitions.form_version(version_id).schema, xml, LANGUAGE, _at_first_glance)


def _at_first_glance(item: Field, text: str) -> str:
    return privacy.on_page(privacy.kind_of(item), text, "close")


def _number(db: Connection, project_id: int, form_id: str, root: str) -> str:
    query = (
        select(case.c.number)
        .join(event, event.c.case_id == case.c.id)
        .where(event.c.instance_id == root, event.c.form == form_id, case.c.project_id == project_id)
    )
    return str(db.execute(query.limit(1)).scalar() or "")


def _senders(db: Connection, submitter: int) -> tuple[int, ...]:
    """Who sent it: the phone, and its officer, who may have another phone by now."""
    officer = db.execute(select(app_user.c.officer_id).where(app_user.c.actor_id == submitter)).scalar()
    return (submitter,) if officer is None else (submitter, int(officer))


def may_correct(db: Connection, sender: int, item: str) -> bool:
    """Whether the row is, or was, on the phones of this sender."""
    held = holders.held(db, item)
    return any(holding.person(one) in held for one in _senders(db, sender))


def _write(tx: Transaction, listed: int, key: str, data: dict[str, str], label: str, wanted: frozenset[str]) -> None:
    before = read_entity(tx.connection, key)
    now = stamp(tx.now)
    if before is None:
        row = {"id": key, "list_id": listed, "label": label, "version": 1, "data": dumps(data), "created_at": now}
        tx.execute(entity.insert(), row)
        first = {"entity_id": key, "version": 1, "label": label, "changed": dumps({}), "created_at": now}
        tx.execute(entity_version.insert(), first)
    else:
        tx.execute(entity.update().where(entity.c.id == key), {"data": dumps(data), "label": label})
        raise_version(tx, key, before.version + 1, label)
    holders.move(tx, listed, key, holding.moves(holders.held(tx.connection, key), wanted), told=True)


def _publish(tx: Transaction, project_id: int, sop: Sop, by: int) -> int | None:
    """The list, with the form of the SOP as it is now; None when an author has one of that name."""
    made = correction_form.build(sop.sop_id, sop.title)
    found = find_form(tx.connection, project_id, made.form_id)
    if found is not None and not _is_generated(tx.connection, found.current_version_id):
        return None
    version = select(form_version.c.version).where(form_version.c.id == (found.current_version_id if found else None))
    if found is None or tx.execute(version).scalar() != made.version:
        bundle_writing.write_generated(tx, project_id, by, made.xform, correction_form.LIST, correction_form.PROPERTIES)
    return list_id(tx.connection, project_id, correction_form.LIST)


def _is_generated(db: Connection, version_id: int | None) -> bool:
    query = select(form_media.c.name).where(
        form_media.c.form_version_id == version_id, form_media.c.entity_list == correction_form.LIST
    )
    return db.execute(query).first() is not None


def _give_form(tx: Transaction, project_id: int, form_id: str, senders: tuple[int, ...]) -> None:
    """Phones of the sender that have chosen forms get this one too."""
    found = find_form(tx.connection, project_id, form_id)
    assert found is not None
    phones = select(app_user.c.actor_id).where(
        app_user.c.project_id == project_id,
        app_user.c.forms == "chosen",
        app_user.c.actor_id.in_(senders) | app_user.c.officer_id.in_(senders),
    )
    has = select(form_access.c.actor_id).where(form_access.c.form_id == found.id)
    for (phone,) in tx.execute(phones.where(app_user.c.actor_id.not_in(has))).all():
        tx.execute(form_access.insert(), {"actor_id": phone, "form_id": found.id})


def end_tasks(tx: Transaction, project_id: int, submission_id: int) -> None:
    """What a person was asked to enter of this report is settled with its review."""
    about = (task.c.case_id == item_id(submission_id), task.c.project_id == project_id)
    waiting = (*about, task.c.kind == KIND, task.c.done_at.is_(None))
    tx.execute(task.update().where(*waiting), {"done_at": stamp(tx.now)})

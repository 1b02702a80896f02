"""Entity lists an author keeps by a program: made, given properties, put away while no form needs them."""

import re
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select

from forms.correction_form import LIST as RETURNED
from server.access import Viewer, require
from server.actions import list_rows, pending_rows
from server.cases.linking import case_list
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.queries.list_uses import list_uses
from server.store import Store, Transaction
from server.store.entities import EntityList, entity, entity_list, read_list
from server.store.schema import dumps, loads, stamp

# An XML name without a dot (of a list) and without the prefix kept for columns of the server.
_NAME = re.compile(r"(?!__)(?:[^\W\d_]|[:_])(?:[^\W_]|[:_-])*")
_PROPERTY = re.compile(r"(?!__)(?:[^\W\d_]|[:_])(?:[^\W_]|[:_.-])*")
_OURS = frozenset({"name", "label"})
MOST_NAME = 100
SHOWN = 10
"""Rows named when a property is still filled in."""


def writable(db: Connection, project_id: int, name: str) -> EntityList:
    """The list, when an author keeps it. Raises `request.not_found`, `list.served` for one of the server's own."""
    found = read_list(db, project_id, name)
    if found is None or name == RETURNED:
        raise Problem("request.not_found")
    if found.of_cases:
        raise Problem("list.served", name=name)
    return found


def _held(tx: Transaction, project_id: int, name: str) -> EntityList:
    """The list, which nobody else changes until this is done."""
    tx.lock_cases([f"list:{project_id}:{name}"])
    return writable(tx.connection, project_id, name)


def create_list(store: Store, viewer: Viewer | None, project_id: int, name: str, *, approval: bool = False) -> None:
    """Makes an empty list; `approval`: forms make its rows when their submission is approved. Raises `list.bad_name`,
    `list.name_taken`, `list.name_differs` (in case only)."""
    viewer = require(viewer, "list.manage", project_id)
    ours = name == RETURNED or name.startswith(case_list(""))
    if ours or len(name) > MOST_NAME or not _NAME.fullmatch(name):
        raise Problem("list.bad_name", field="name", value=name[:MOST_NAME])
    with store.write() as tx:
        tx.lock_cases([f"lists:{project_id}"])
        known = tx.execute(select(entity_list.c.name).where(entity_list.c.project_id == project_id)).scalars().all()
        _refuse_known(name, known, "list.name", ["name", "projectId"], [name, project_id])
        made = entity_list.insert().returning(entity_list.c.id)
        row = {"project_id": project_id, "name": name, "created_at": stamp(tx.now), "approval": int(approval)}
        key = tx.execute(made, row).scalar_one()
        tx.audit(viewer.id, "dataset.create", project=project_id, subject=f"list:{key}", details={"list": name})


def _refuse_known(name: str, known: Collection[str], what: str, fields: list[str], values: list[object]) -> None:
    """Raises `<what>_taken` for a name that is there, `<what>_differs` for one that differs in case only."""
    if name in known:
        raise Problem(f"{what}_taken", fields=fields, values=values)
    alike = next((one for one in known if one.casefold() == name.casefold()), None)
    if alike is not None:
        raise Problem(f"{what}_differs", current=alike, provided=name)


def set_approval(
    store: Store, viewer: Viewer | None, project_id: int, name: str, *, approval: bool, convert: bool | None = None
) -> None:
    """Says whether forms make rows of a list at once, or when their submission is approved.

    `convert`: what becomes of rows that wait when they no longer need to: they are made now, or never. Raises
    `request.not_found`, `list.served`, `list.pending` when rows wait and nothing is said of them.
    """
    viewer = require(viewer, "list.manage", project_id)
    with store.write() as tx:
        found = _held(tx, project_id, name)
        waiting = 0 if approval else pending_rows.count(tx.connection, found.id)
        if waiting and convert is None:
            raise Problem("list.pending", count=waiting)
        tx.execute(entity_list.update().where(entity_list.c.id == found.id), {"approval": int(approval)})
        if waiting and not convert:
            pending_rows.drop(tx, found.id)
        details = {"list": name, "data": {"approvalRequired": approval}, "autoConvert": convert}
        tx.audit(viewer.id, "dataset.update", project=project_id, subject=f"list:{found.id}", details=details)
    while waiting and convert:
        with store.write() as tx:
            some = pending_rows.of_list(tx, found.id)
            for pending in some:
                list_rows.make_pending(tx, definitions_of(store), project_id, pending)
            tx.housekeeping()
        waiting = len(some)


def add_property(store: Store, viewer: Viewer | None, project_id: int, name: str, added: str) -> None:
    """Gives a list one more property. Raises `request.not_found`, `list.served`, `list.bad_property`,
    `list.property_taken`, `list.property_differs` (in case only)."""
    viewer = require(viewer, "list.manage", project_id)
    if added.lower() in _OURS or len(added) > MOST_NAME or not _PROPERTY.fullmatch(added):
        raise Problem("list.bad_property", field="name", value=added[:MOST_NAME])
    with store.write() as tx:
        found = _held(tx, project_id, name)
        _refuse_known(added, found.properties, "list.property", ["name", "datasetId"], [added, found.id])
        _set_properties(tx, found, (*found.properties, added))
        _told(tx, viewer, project_id, found, "dataset.update", added)


def delete_property(store: Store, viewer: Viewer | None, project_id: int, name: str, gone: str) -> None:
    """Takes a property off a list, when no form writes it and no row has it filled in. Raises `request.not_found`,
    `list.served`, `list.property_in_use`."""
    viewer = require(viewer, "list.manage", project_id)
    with store.write() as tx:
        found = _held(tx, project_id, name)
        if gone not in found.properties:
            raise Problem("request.not_found")
        _refuse_used_property(tx, project_id, found, gone)
        _set_properties(tx, found, [one for one in found.properties if one != gone])
        _told(tx, viewer, project_id, found, "dataset.update.property.delete", gone)


def _refuse_used_property(tx: Transaction, project_id: int, found: EntityList, gone: str) -> None:
    needs: dict[str, object] = {}
    writers = [use for use in list_uses(tx.connection, project_id, found.name)[0] if gone in use.saves]
    if writers:
        forms = [{"xmlFormId": use.form_id, "formName": use.title} for use in writers]
        needs["dependentForms"] = {"details": {"forms": forms}}
    named = entity.c.data.contains(dumps(gone), autoescape=True)
    here = (entity.c.list_id == found.id, entity.c.deleted_at.is_(None), named)
    rows = select(entity.c.id, entity.c.label, entity.c.data).where(*here)
    filled = [(row.id, row.label) for row in tx.execute(rows) if loads(row.data).get(gone)]
    if filled:
        shown = [{"uuid": key, "label": label} for key, label in filled[:SHOWN]]
        needs["nonEmptyEntities"] = {"details": {"totalCount": len(filled), "entities": shown}}
    if needs:
        raise Problem("list.property_in_use", propertyName=gone, prerequisites=needs)


def delete_list(store: Store, viewer: Viewer | None, project_id: int, name: str) -> None:
    """Puts a list away with its rows, when no form or draft reads or writes it; its name is free again. Nothing of it
    is destroyed. Raises `request.not_found`, `list.served`, `list.in_use`."""
    viewer = require(viewer, "list.manage", project_id)
    with store.write() as tx:
        found = _held(tx, project_id, name)
        writers, readers = list_uses(tx.connection, project_id, name)
        if writers or readers:
            told: dict[str, Any] = {
                field: [{"xmlFormId": use.form_id, "name": use.title} for use in uses if use.draft == draft]
                for field, uses, draft in (
                    ("sourceForms", writers, False),
                    ("linkedForms", readers, False),
                    ("draftSourceForms", writers, True),
                    ("draftLinkedForms", readers, True),
                )
            }
            names = ", ".join(dict.fromkeys(use.form_id for use in (*writers, *readers)))
            raise Problem("list.in_use", forms=names, **told)
        pending_rows.drop(tx, found.id)
        # No list has such a name: whoever looks for the old one finds none.
        away = {"name": f"{name}#{found.id}", "deleted_at": stamp(tx.now)}
        tx.execute(entity_list.update().where(entity_list.c.id == found.id), away)
        tx.audit(viewer.id, "dataset.delete", project=project_id, subject=f"list:{found.id}", details={"list": name})


def _set_properties(tx: Transaction, found: EntityList, properties: Collection[str]) -> None:
    changes = {"properties": dumps(list(properties))}
    tx.execute(entity_list.update().where(entity_list.c.id == found.id), changes)


def _told(tx: Transaction, viewer: Viewer, project_id: int, found: EntityList, action: str, name: str) -> None:
    details = {"list": found.name, "properties": [name]}
    tx.audit(viewer.id, action, project=project_id, subject=f"list:{found.id}", details=details)

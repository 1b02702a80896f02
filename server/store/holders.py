"""Whose phones hold which row of an entity list, and since when it has left them (rulings 32, 41)."""

import secrets
from collections.abc import Iterable

from sqlalchemy import Column, Connection, ForeignKey, Index, Integer, Table, Text, bindparam, select

from server.cases.holding import ROLE, Moves
from server.store.hot import Hot
from server.store.schema import metadata, stamp
from server.store.transaction import Transaction

STILL = "9999"
"""`left_at` of a row that has not left."""

# `tag` is a new random number at every change a phone of this holder shall see: their sum tells one state of a list
# from any other without reading its rows. `note`: why a submission of this phone about the row came back.
holder = Table(
    "entity_holder",
    metadata,
    Column("entity_id", ForeignKey("entity.id"), primary_key=True),
    Column("holder", Text, primary_key=True),
    Column("list_id", Integer, nullable=False),
    Column("left_at", Text, nullable=False, server_default=STILL),
    Column("tag", Integer, nullable=False),
    Column("note", Text),
    Index(None, "list_id", "holder", "left_at", "tag"),
    sqlite_with_rowid=False,
)

_HELD = Hot(select(holder.c.holder, holder.c.left_at).where(holder.c.entity_id == bindparam("entity")))
_INSERT = Hot(holder.insert(), ["entity_id", "holder", "list_id", "tag"])
_TELL = Hot(holder.update().where(holder.c.entity_id == bindparam("entity")), ["tag"])
_LEAVE = Hot(
    holder.update().where(holder.c.entity_id == bindparam("entity"), holder.c.holder == bindparam("who")), ["left_at"]
)

_FORGET = Hot(holder.delete().where(holder.c.entity_id == bindparam("entity"), holder.c.holder == bindparam("who")))


def held(db: Connection, entity_id: str) -> dict[str, bool]:
    """Who ever held the row, and whether they still do."""
    return {who: left_at == STILL for who, left_at in _HELD.all(db, {"entity": entity_id})}


def new_tag() -> int:
    return secrets.randbits(31)


def move(tx: Transaction, list_id: int, entity_id: str, moves: Moves, *, told: bool) -> None:
    """Writes who holds the row now. `told`: the row itself has changed as well.

    A role that had the row only within this transaction (a new case that its rule gave to a manager at once) never
    had it: its phones shall not keep it for a month. The phone that made the row has it already, and keeps it.
    """
    tag = new_tag()
    if told or moves.tells:
        tx.run(_TELL, {"entity": entity_id, "tag": tag})
    never = {who for who in moves.left if who.startswith(ROLE) and (entity_id, who) in tx.unseen}
    for who in never:
        tx.run(_FORGET, {"entity": entity_id, "who": who})
    for who, left_at in (*((one, stamp(tx.now)) for one in moves.left - never), *((one, STILL) for one in moves.back)):
        tx.run(_LEAVE, {"entity": entity_id, "who": who, "left_at": left_at})
    _insert(tx, list_id, entity_id, moves.new, tag)
    tx.unseen |= {(entity_id, who) for who in moves.new}


def give(tx: Transaction, list_id: int, entity_ids: Iterable[str], who: str) -> None:
    """New rows that nobody holds yet are this holder's."""
    tag = new_tag()
    rows = [{"entity_id": key, "holder": who, "list_id": list_id, "tag": tag} for key in entity_ids]
    _INSERT.many(tx.connection, rows)
    tx.unseen |= {(str(row["entity_id"]), who) for row in rows}


def _insert(tx: Transaction, list_id: int, entity_id: str, who: Iterable[str], tag: int) -> None:
    rows = [{"entity_id": entity_id, "holder": one, "list_id": list_id, "tag": tag} for one in sorted(who)]
    _INSERT.many(tx.connection, rows)


def note(tx: Transaction, list_id: int, entity_id: str, who: str, text: str | None) -> bool:
    """Notes on the row why something of this holder came back (None: nothing is open any more); whether that is new.

    A row that has left the holder stays from now on as long as one that leaves it now.
    """
    here = (holder.c.entity_id == entity_id, holder.c.holder == who)
    row = tx.execute(select(holder.c.note, holder.c.left_at).where(*here)).first()
    if text == (row.note if row else None):
        return False
    tag, now = new_tag(), stamp(tx.now)
    if row is None:
        made = {"entity_id": entity_id, "holder": who, "list_id": list_id, "left_at": now, "note": text, "tag": tag}
        tx.execute(holder.insert(), made)
    else:
        left_at = now if text and row.left_at != STILL else row.left_at
        tx.execute(holder.update().where(*here), {"note": text, "left_at": left_at})
    tx.run(_TELL, {"entity": entity_id, "tag": tag})
    return True

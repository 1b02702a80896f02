"""The files of a submission, of a trial, of an edit that waits: one slot per name, filled now, later or twice; nothing
uploaded is discarded."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, Row, Table, or_, select
from sqlalchemy.exc import IntegrityError

from server.actions.received import Received, SentFile
from server.store import Transaction
from server.store.drafts import draft_attachment
from server.store.hot import Hot
from server.store.schema import stamp
from server.store.slots import slot_name
from server.store.submissions import attachment, held_file, submission

Done = TypeVar("Done")

_EMPTY = {"blob": None, "size": None, "type": None, "received_at": None}


class Slots:
    """The slots in one table of files; `owner` below is the row they belong to."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._owner = table.primary_key.columns[0]
        self.insert = Hot(table.insert(), [self._owner.name, "name", "expected", *_EMPTY])

    def _slot(self, owner: int, name: str) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
        return self._owner == owner, self._table.c.name == name

    def expect(self, tx: Transaction, owner: int, names: Iterable[str]) -> None:
        """Slots for the files an XML mentions; those that came already turn out to be expected."""
        for name in dict.fromkeys(map(slot_name, names)):
            if tx.execute(self._table.update().where(*self._slot(owner, name)), {"expected": 1}).rowcount == 0:
                tx.run(self.insert, {self._owner.name: owner, "name": name, "expected": 1, **_EMPTY})

    def add(self, tx: Transaction, owner: int, files: Iterable[SentFile]) -> None:
        """Puts files in their slots; a file nobody expects is kept all the same (pitfalls 4), and so is one that
        another of its name replaces."""
        # In one order, so that two posts never wait for each other.
        for sent in sorted(files, key=lambda file: file.name):
            row = {"blob": sent.sha256, "size": sent.size, "type": sent.type, "received_at": stamp(tx.now)}
            name = slot_name(sent.name)
            slot = self._slot(owner, name)
            same = or_(self._table.c.blob.is_(None), self._table.c.blob == sent.sha256)
            if tx.execute(self._table.update().where(*slot, same), row).rowcount:
                continue
            earlier = tx.execute(select(self._table).where(*slot)).first()
            if earlier is None:
                tx.run(self.insert, {self._owner.name: owner, "name": name, "expected": 0, **row})
                continue
            if earlier.blob == sent.sha256:
                # Another post of the instance kept the same file a moment ago.
                continue
            self._put_aside(tx, owner, earlier)
            tx.execute(self._table.update().where(*slot), row)

    def _put_aside(self, tx: Transaction, owner: int, earlier: Row) -> None:
        """Keeps a file under another name, because what came now takes its own."""
        stem, dot, ending = earlier.name.rpartition(".")
        mark = f"~{earlier.blob[:8]}"
        name = slot_name(f"{stem}{mark}.{ending}" if dot else f"{earlier.name}{mark}")
        if tx.execute(select(self._table.c.name).where(*self._slot(owner, name))).first() is None:
            kept = {key: earlier._mapping[key] for key in _EMPTY}
            tx.run(self.insert, {self._owner.name: owner, "name": name, "expected": 0, **kept})


OF_REVISIONS = Slots(attachment)
OF_TRIALS = Slots(draft_attachment)
OF_HELD_EDITS = Slots(held_file)


def keep_files(tx: Transaction, revision_id: int, received: Received, files: Sequence[SentFile]) -> None:
    """Slots of a revision just kept: those its XML mentions, then those that came (also unexpected ones).

    Files of the edited revision that were not sent again are carried over by name.
    """
    anew = {slot_name(file.name) for file in files}
    if received.attachments:
        carried = {}
        if received.base:
            query = select(attachment).where(
                attachment.c.revision_id == received.base.id, attachment.c.blob.is_not(None)
            )
            rows = (row for row in tx.execute(query) if row.name not in anew)
            carried = {row.name: {key: row._mapping[key] for key in _EMPTY} for row in rows}
        slots = [
            {"revision_id": revision_id, "name": name, "expected": 1, **carried.get(name, _EMPTY)}
            for name in dict.fromkeys(map(slot_name, received.attachments))
        ]
        OF_REVISIONS.insert.many(tx.connection, slots)
    OF_REVISIONS.add(tx, revision_id, files)


def keep_late_files(
    tx: Transaction, submission_id: int, revision_id: int, files: Sequence[SentFile] = (), mentioned: Iterable[str] = ()
) -> None:
    """Files that came after their submission, and those its XML mentions when that can be read only now."""
    OF_REVISIONS.expect(tx, revision_id, mentioned)
    OF_REVISIONS.add(tx, revision_id, files)
    tx.execute(submission.update().where(submission.c.id == submission_id), {"files_at": stamp(tx.now)})


def settled(do: Callable[[], Done], files: Sequence[SentFile]) -> Done:
    """What `do` gives, done again while another post of the same instance keeps the same row or file in the same
    moment: PostgreSQL lets both begin. Raises IntegrityError when that is not what is wrong."""
    for _ in range(len(files) + 2):
        try:
            return do()
        except IntegrityError as error:
            taken = error
    raise taken

"""Events that are added to a case in one transaction, folded before its lock is taken."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from server.actions import case_file
from server.actions.case_file import CaseFile
from server.queries.definitions import Definitions
from server.sop.events import Event
from server.sop.settle import Settled
from server.store import Store, Transaction

MOST = 20
"""Events written in one transaction at most, so that nobody waits long for the writer."""

Make = Callable[[Connection, CaseFile, datetime], Sequence[Event]]
"""What is to be added to a case as it stands now; asked again after each round until it says nothing more."""

Tell = Callable[[Transaction, CaseFile, Sequence[Event]], None]
"""Writes the audit line of what was added."""


def add_events(store: Store, definitions: Definitions, file: CaseFile, make: Make, tell: Tell) -> Sequence[Event]:
    """Adds what `make` says to the case, all or nothing; gives what was added.

    file: the case as read before; if it has changed by the time it is held, `make` is asked anew. Nothing is
    written when there is nothing to add.
    """
    with store.read() as db:
        planned = _plan(db, definitions, file, make, store.now())
    if not planned:
        return ()
    with store.write() as tx:
        tx.lock_cases([file.id])
        if not case_file.is_unchanged(tx.connection, file):
            again = case_file.read_case(tx.connection, definitions, file.project_id, file.id)
            assert again is not None
            file = again
            planned = _plan(tx.connection, definitions, file, make, tx.now)
        for event, settled in planned:
            file = case_file.save(tx, definitions, file, settled, event)
        events = [event for event, _ in planned]
        if events:
            tell(tx, file, events)
        else:
            tx.housekeeping()
    return events


def _plan(
    db: Connection, definitions: Definitions, file: CaseFile, make: Make, now: datetime
) -> list[tuple[Event, Settled]]:
    planned: list[tuple[Event, Settled]] = []
    while len(planned) < MOST and (wanted := make(db, file, now)):
        for event in wanted:
            kept = replace(event, received_at=case_file.arrival(file, now))
            settled = case_file.refold(db, definitions, file, kept)
            planned.append((kept, settled))
            file = replace(file, state=settled.state, events=(*file.events, kept, *settled.events))
    return planned

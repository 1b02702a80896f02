"""Every instrument of every office, filled with whatever a phone allows: accepted, whole, in its case."""

import os
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from server.store import Store, cases
from tests.office import running
from tests.phone import seeds
from tests.world import Databases

ROUNDS = int(os.environ.get("ALUR_SEEDS", "1"))
ONLY = tuple(os.environ.get("ALUR_SEEDS_SOP", "").split())


def test_every_form_is_accepted_whole_and_reaches_its_case(databases: Databases, tmp_path: Path) -> None:
    database = databases.prepared("every-office", seeds.settle, "sqlite", tmp_path / "offices")
    # JavaRosa's "today" is the machine's, so the server's must be too.
    store = Store(database.data, database.url, lambda: datetime.now(UTC))
    with running(store) as address:
        tally = seeds.run(store, address, ROUNDS, ONLY)
    task = cases.task.c
    with store.read() as db:
        faults = db.execute(select(task.form, task.reason, task.args).where(task.fault == "program")).all()
    store.close()
    print("\n".join([*tally.lines(), f"{tally.cases} cases, {tally.closed} closed"]))
    assert tally.refused == []
    assert tally.lost == []
    assert faults == []
    assert min(tally.filled.values()) >= ROUNDS

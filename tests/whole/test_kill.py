"""Power cuts and kill -9 lose nothing that a phone was told has arrived, and double nothing.

`make test` kills 25 times, `make soak` 1,000 times (ALUR_KILLS); a fifth of that over PostgreSQL.
"""

import os
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException

import pytest
from sqlalchemy import func, select, text

from server.store import Store, cases, submissions
from tests.bench.load import BOUNDARY, body
from tests.intake import filled_intake
from tests.live import Live
from tests.world import Database, program_faults

KILLS = int(os.environ.get("ALUR_KILLS", "25"))
PHONES = 4


@dataclass
class Phone:
    """A phone in the field: sends one form after the other as Collect does, and repeats what got no answer."""

    port: int
    path: str
    make: Callable[[], tuple[str, str, str]]
    stopping: threading.Event
    dice: random.Random
    acked: dict[str, str] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    unanswered: int = 0

    def run(self) -> None:
        while not self.stopping.is_set():
            instance, case, xml = self.make()
            if self._is_acked(xml):
                self.acked[instance] = case
                if self.dice.random() < 0.1:
                    # The answer was lost on its way: Collect sends the same bytes again.
                    self._is_acked(xml)

    def _is_acked(self, xml: str) -> bool:
        """Sends until it is acknowledged; gives up when it is refused, or the day is over."""
        while not self.stopping.is_set():
            status = self._send(xml)
            if status in (201, 202):
                return True
            if status is not None and status < 500:
                self.refused.append(f"{status} for {xml[:200]}")
                return False
            self.unanswered += 1
            time.sleep(0.2)
        return False

    def _send(self, xml: str) -> int | None:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("HEAD", self.path, headers={"X-OpenRosa-Version": "1.0"})
            head = connection.getresponse()
            head.read()
            if head.status != 204:
                return head.status
            headers = {"X-OpenRosa-Version": "1.0", "Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
            connection.request("POST", self.path, body(xml.encode()), headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (TimeoutError, OSError, HTTPException):
            return None
        finally:
            connection.close()


@pytest.mark.slow
def test_no_acked_submission_is_lost_or_doubled_by_kill_9_under_load(office_database: Database) -> None:
    database = office_database
    kills = KILLS if database.url is None else max(3, KILLS // 5)
    live = Live(database.data, database.url, workers="2")
    rina = live.phone("Rina")
    path = f"/v1/key/{rina['token']}/projects/1/submission"
    live.start()
    intakes = filled_intake(rina["serverUrl"])
    seed = random.randrange(1 << 32)
    dice = random.Random(seed)
    stopping = threading.Event()
    phones = [Phone(live.port, path, intakes.make, stopping, random.Random(dice.random())) for _ in range(PHONES)]
    threads = [threading.Thread(target=phone.run) for phone in phones]
    slowest = 0.0
    for thread in threads:
        thread.start()
    try:
        for _ in range(kills):
            wait_for_acks(phones, dice.randint(1, 30))
            time.sleep(dice.uniform(0, 0.05))
            live.kill()
            begun = time.monotonic()
            live.start()
            slowest = max(slowest, time.monotonic() - begun)
    finally:
        stopping.set()
        for thread in threads:
            thread.join(60)
        live.stop()
    acked = {instance: case for phone in phones for instance, case in phone.acked.items()}
    cut = sum(phone.unanswered for phone in phones)
    print(f"{kills} kills, {len(acked)} acked, {cut} cut off, slowest restart {slowest:.1f} s, seed {seed}")
    assert [refusal for phone in phones for refusal in phone.refused] == []
    assert cut >= kills, "the load was not under way when the server died"
    assert len(acked) >= kills
    assert_all_there_once(database, acked)


def wait_for_acks(phones: list[Phone], count: int) -> None:
    """Until so many more submissions were acknowledged: the server dies in the middle of work, not of waking up."""
    before = sum(len(phone.acked) for phone in phones)
    deadline = time.monotonic() + 60
    while sum(len(phone.acked) for phone in phones) < before + count:
        assert time.monotonic() < deadline, "no submission is acknowledged any more"
        time.sleep(0.005)


def assert_all_there_once(database: Database, acked: dict[str, str]) -> None:
    store = Store(database.data, database.url)
    kept, revision, case, event = submissions.submission, submissions.revision, cases.case, cases.event
    with store.read() as db:
        if database.kind == "sqlite":
            assert db.execute(text("PRAGMA integrity_check")).scalar_one() == "ok"
            assert db.execute(text("PRAGMA foreign_key_check")).all() == []
        instances = db.execute(select(kept.c.instance_id)).scalars().all()
        revisions = db.execute(select(revision.c.instance_id)).scalars().all()
        ids = set(db.execute(select(case.c.id)).scalars())
        events = db.execute(select(event.c.instance_id, event.c.case_id).where(event.c.type == "submission")).all()
        audited = db.execute(text("SELECT count(*) FROM audit WHERE action = 'submission.create'")).scalar_one()
        tasks = db.execute(select(func.count()).select_from(cases.task)).scalar_one()
    assert len(instances) == len(set(instances)) == len(revisions)
    assert set(acked) <= set(instances), "acked, but not there"
    assert {row.instance_id: row.case_id for row in events if row.instance_id in acked} == acked
    assert len(events) == len(instances) == len(ids), "half of a submission is there"
    assert audited == len(instances)
    assert tasks == program_faults(store) == 0
    store.close()

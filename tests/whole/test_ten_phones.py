"""Ten phones fill, send, correct and sync for a while, as forms are published anew: what was sent is what is kept.

`make test` lets them work for seconds, `make soak` for ten minutes (ALUR_TEN_PHONES, in seconds).
"""

import os
import random
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select

from server.access import OPERATOR
from server.actions.phones import add_phone
from server.store import Store, projects
from server.store.submissions import attachment, revision, submission
from tests.books import form as workbook
from tests.office import KOTA_PASURUAN, SECRET, Client, running, settle
from tests.phone.collect import Instance, Phone
from tests.phone.javarosa import Refused
from tests.world import Databases, program_faults

SECONDS = float(os.environ.get("ALUR_TEN_PHONES", "10"))
PHONES = 10
LEAST = 4
"""Records each phone sends at least, however slow the machine."""
FORM = "catatan_lapangan"
CASE_FORM = "abh_laporan_awal"
ROWS = """
| | text | nama | Nama | | | | | | |
| | decimal | biaya | Biaya | | | | | | |
| | select_multiple k | pilih | Pilih | | | | | | |
| | image | foto | Foto | | | | | | |
| | begin_repeat | anak | Anak | | | | | | |
| | text | nama_anak | Nama | | | | | | |
| | geopoint | titik | Titik | | | | | | |
| | end_repeat | | | | | | | | |
| | calculate | jumlah | | count(${anak}) | | | | | |
"""
CHOICES = "| | k | k1 | Satu |\n| | k | k10 | Sepuluh |"

# One Java machine serves all phones: what happens on a screen is one at a time, what goes over the wire is not.
SCREEN = threading.Lock()


@dataclass
class Worker:
    """An officer with a phone; `sent` holds every record and correction that was told to have arrived, in order."""

    phone: Phone
    dice: random.Random
    until: float
    sent: list[Instance] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def run(self) -> None:
        try:
            while time.monotonic() < self.until or len(self.sent) < LEAST:
                self._round()
        except Exception as error:  # a thread's failure must reach the test
            self.wrong.append(repr(error))

    def _round(self) -> None:
        with SCREEN:
            if self.dice.random() < 0.3:
                self.phone.sync()
            made = self._filled()
        if made is None:
            return
        self.phone.resend(made)
        if made.status not in (201, 202):
            self.wrong.append(f"{made.status} {made.message}")
            return
        self.sent.append(made)
        if self.dice.random() < 0.2:
            # The answer was lost on its way: Collect sends the same bytes again.
            self.phone.resend(made)

    def _filled(self) -> Instance | None:
        edited = [item for item in self.sent if item.form.form_id == FORM]
        if edited and self.dice.random() < 0.4:
            return self.phone.edit_sent(self._newest(self.dice.choice(edited)), {"nama": f"Sari & {time.time_ns()}"})
        form = CASE_FORM if self.dice.random() < 0.2 else FORM
        try:
            return self.phone.report(form, {}, seed=self.dice.randrange(2**31))
        except Refused:
            return None  # made-up answers that the form itself does not take

    def _newest(self, item: Instance) -> Instance:
        """The last correction of a record: an older one may not be corrected again."""
        for later in self.sent:
            if later.value("deprecatedID") == item.instance_id:
                return self._newest(later)
        return item


def publish(admin: Client, project: int, version: int) -> None:
    book = workbook(ROWS, CHOICES, settings=f"| | {FORM} | {version} | Catatan lapangan |")
    path = f"/v1/projects/{project}/forms"
    if version == 1:
        answers = [admin.post(f"{path}?publish=true&ignoreWarnings=true", book)]
    else:
        answers = [
            admin.post(f"{path}/{FORM}/draft?ignoreWarnings=true", book),
            admin.post(f"{path}/{FORM}/draft/publish"),
        ]
    assert [answer.status for answer in answers] == [200] * len(answers), answers[0].text


def kept(store: Store, instance: str) -> tuple[bytes, dict[str, bytes | None]]:
    with store.read() as db:
        row = db.execute(select(revision.c.id, revision.c.xml).where(revision.c.instance_id == instance)).one()
        files = db.execute(select(attachment.c.name, attachment.c.blob).where(attachment.c.revision_id == row.id)).all()
    return bytes(row.xml), {name: store.blobs.get(blob) if blob else None for name, blob in files}


def test_ten_phones_send_correct_and_sync_and_nothing_differs_from_what_was_sent(
    databases: Databases, tmp_path: Path
) -> None:
    database = databases.prepared("office", settle, "sqlite", tmp_path / "office")
    # What JavaRosa calls today is the machine's day, so the server's must be too.
    store = Store(database.data, database.url)
    with store.read() as db:
        project = db.execute(select(projects.project.c.id).order_by(projects.project.c.id)).scalars().first()
    assert project is not None
    with running(store) as address:
        admin = Client(address, KOTA_PASURUAN.login("rina"))
        publish(admin, project, 1)
        keys = [add_phone(store, OPERATOR, project, f"HP {n}", secret=SECRET.encode()).token for n in range(PHONES)]
        phones = [Phone(f"{address}/v1/key/{key}/projects/{project}") for key in keys]
        for phone in phones:
            phone.sync()
        until = time.monotonic() + SECONDS
        workers = [Worker(phone, random.Random(number), until) for number, phone in enumerate(phones)]
        threads = [threading.Thread(target=worker.run, daemon=True) for worker in workers]
        for thread in threads:
            thread.start()
        version = 1
        while any(thread.is_alive() for thread in threads):
            publish(admin, project, version := version + 1)
    assert [worker.wrong for worker in workers if worker.wrong] == []
    sent = [item for worker in workers for item in worker.sent]
    edits = [item for item in sent if item.is_edit]
    different = []
    for item in sent:
        xml, files = kept(store, item.instance_id)
        if xml != item.xml or files != item.files:
            different.append((item.instance_id, files.keys(), item.files.keys()))
    assert different == []
    with store.read() as db:
        revisions = set(db.execute(select(revision.c.instance_id)).scalars())
        roots = set(db.execute(select(submission.c.instance_id)).scalars())
        current = set(
            db.execute(
                select(revision.c.instance_id).join(submission, submission.c.revision_id == revision.c.id)
            ).scalars()
        )
    assert revisions == {item.instance_id for item in sent}
    assert roots == {item.instance_id for item in sent} - {item.instance_id for item in edits}
    assert current == revisions - {item.value("deprecatedID") for item in edits}
    assert program_faults(store) == 0
    print(f"{len(sent)} sent, {len(edits)} of them corrections, {version} versions published")
    assert edits
    assert version > 1
    store.close()
    databases.drop(database)

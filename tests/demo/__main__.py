"""`python -m tests.demo`: fills the installation that ALUR_DATA names with a believable office.

Starts a server of its own on a free loopback port, whose clock follows the stories, so that every
date, deadline and delay is that of the day it happened. The installation must be initialised and its
workbooks published; it may not be in use meanwhile.
"""

import argparse
import random
import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.users import add_user
from server.queries.projects import find_project
from server.queries.viewers import account_by_login
from server.settings import Settings, read_settings
from server.store import Store, cases, people
from tests.demo import stories
from tests.demo.play import Stage, play
from tests.office import running
from tests.phone.collect import Phone
from tests.phone.javarosa import Device

# As in sheet `officers` of the office's workbook.
OFFICERS = (
    ("ratna", "Ratna Misalia", "peksos"),
    ("dimas", "Dimas Andaika", "peksos"),
    ("laila", "Laila Contohni", "peksos"),
    ("hari", "Hari Umpama", "tksk"),
    ("siti", "Siti Tamsilah", "tksk"),
    ("wulan", "Wulan Contohsari", "staf_datin"),
    ("joko", "Joko Permisalan", "supervisor"),
)
DOMAIN = "pasuruan.contoh"
OFFICE = "Dinas Sosial Kota Pasuruan"


class MovingClock:
    """The server's clock while the stories are played; never runs backwards and never beyond now."""

    def __init__(self, start: datetime) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def set(self, at: datetime) -> None:
        self.now = min(max(self.now, at.astimezone(UTC)), datetime.now(UTC))


def tell(line: str) -> None:
    print(line, flush=True)


def settle(store: Store, settings: Settings, address: str, project: int) -> dict[str, list[Phone]]:
    """Take the officers on, tell their first passwords, give each a phone; gives the phones by role."""
    phones: dict[str, list[Phone]] = {}
    for number, (login, name, role) in enumerate(OFFICERS, 1):
        account = f"{login}@{DOMAIN}"
        made = add_user(store, OPERATOR, account, role=role, project_id=project, name=name)
        tell(f"{name} ({role}): {account}, kata sandi sekali pakai {made.one_time}")
        if role == stories.SUPERVISOR:
            continue
        key = add_phone(store, OPERATOR, project, f"Ponsel {name}", account, secret=settings.secret)
        device = Device(deviceid=f"collect:demo{number:012}", username=name)
        phones.setdefault(role, []).append(Phone(f"{address}/v1/key/{key.token}/projects/{project}", device))
    return phones


def summary(store: Store, project: int) -> Counter[str]:
    """Open cases by open step, closed ones by reason."""
    found: Counter[str] = Counter()
    kasus, step = cases.case, cases.step
    closed = select(kasus.c.close_reason, func.count()).where(kasus.c.project_id == project, kasus.c.status == "closed")
    steps = select(step.c.step, func.count()).where(step.c.project_id == project, step.c.state == "open")
    with store.read() as db:
        for reason, count in db.execute(closed.group_by(kasus.c.close_reason)):
            found[f"ditutup: {reason}"] = count
        for name, count in db.execute(steps.group_by(step.c.step)):
            found[f"terbuka di {name}"] = count
    return found


def main(argv: list[str] | None = None) -> int:
    """Returns 0 when everything sent was taken in, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="python -m tests.demo", description=__doc__)
    parser.add_argument("--cases", type=int, default=160, help="how many cases (160)")
    parser.add_argument("--months", type=int, default=9, help="over how many past months (9)")
    parser.add_argument("--seed", type=int, default=3, help="same seed, same office (3)")
    asked = parser.parse_args(argv)
    settings = read_settings()
    now = datetime.now(UTC)
    clock = MovingClock(now - timedelta(days=31 * asked.months))
    store = Store(settings.data, settings.database_url, clock)
    try:
        project = find_project(store, OPERATOR, OFFICE).id
        with store.read() as db:
            if db.execute(select(people.user.c.login).where(people.user.c.login == f"ratna@{DOMAIN}")).first():
                tell("Kantor contoh sudah ada.")
                return 0
        return _run(asked, settings, store, clock, project)
    finally:
        store.close()


def _run(asked: argparse.Namespace, settings: Settings, store: Store, clock: MovingClock, project: int) -> int:
    started = time.monotonic()
    chance = random.Random(asked.seed)
    today = datetime.now(stories.ZONE).date()
    first = clock.now.astimezone(stories.ZONE).date() + timedelta(days=1)
    span = (today - first).days
    days = sorted(first + timedelta(days=int(span * chance.random() ** 0.9)) for _ in range(asked.cases))
    told = [stories.tell(chance, number, stories.workday(day), today) for number, day in enumerate(days, 1)]
    with running(store) as address:
        phones = settle(store, settings, address, project)
        account = account_by_login(store, f"joko@{DOMAIN}")
        assert account is not None
        officers = tuple(f"{login}@{DOMAIN}" for login, _, role in OFFICERS if role == stories.PEKSOS)
        stage = Stage(store, project, phones, account.viewer, officers, clock.set)
        outcome = play(stage, told, asked.seed, tell)
    clock.set(datetime.now(UTC))
    tell(f"\n{outcome.cases} kasus, {sum(outcome.sent.values())} kiriman, {time.monotonic() - started:.0f} detik")
    for line, count in sorted(summary(store, project).items()):
        tell(f"  {count:4} {line}")
    for line in outcome.refused[:20]:
        tell(f"  ditolak: {line}")
    with store.read() as db:
        faults = db.execute(select(func.count()).where(cases.task.c.fault == "program")).scalar_one()
    tell(f"  cacat program: {faults}")
    return 1 if faults or outcome.refused else 0


if __name__ == "__main__":
    raise SystemExit(main())

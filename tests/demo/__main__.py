"""`python -m tests.demo`: fills the installation that ALUR_DATA names with believable offices.

Starts a server of its own on a free loopback port, whose clock follows the stories, so that every
date, deadline and delay is that of the day it happened. The installation must be initialised and its
workbooks published; it may not be in use meanwhile.
"""

import argparse
import random
import time
from collections import Counter
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import func, select

from server.access import OPERATOR
from server.actions.phones import add_phone
from server.actions.users import add_user
from server.problems import Problem
from server.queries.definitions import find_form
from server.queries.projects import find_project
from server.queries.viewers import account_by_login
from server.settings import Settings, read_settings
from server.store import Store, cases, people
from tests.demo.offices import OFFICES, DemoOffice
from tests.demo.play import Stage, play
from tests.demo.stories import ZONE, Script, Service, Story, after
from tests.office import running
from tests.phone.collect import Phone
from tests.phone.javarosa import Device

_RUNNING = 0.15
"""Share of the reports that came in within the last days: what every office has on its desks today."""


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


def settle(store: Store, settings: Settings, address: str, office: DemoOffice, stage: Stage) -> None:
    """Take the officers on, tell their first passwords, give each a phone who works outside."""
    tell(f"\n{office.name}")
    for number, (login, name, role) in enumerate(office.people, 1):
        account = office.login(login)
        made = add_user(store, OPERATOR, account, role=role, project_id=stage.project, name=name)
        tell(f"  {name} ({role}): {account}, kata sandi sekali pakai {made.one_time}")
        stage.logins.setdefault(role, []).append(account)
        known = account_by_login(store, account)
        assert known is not None
        stage.viewers.setdefault(role, known.viewer)
        if role in office.desks:
            continue
        key = add_phone(store, OPERATOR, stage.project, f"Ponsel {name}", account, secret=settings.secret)
        device = Device(deviceid=f"collect:demo{stage.project:03}{number:09}", username=name)
        url = f"{address}/v1/key/{key.token}/projects/{stage.project}"
        stage.phones.setdefault(role, []).append(Phone(url, device))


def _workday_before(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def write_stories(
    chance: random.Random, office: DemoOffice, services: list[Service], clock: MovingClock, count: int
) -> list[Story]:
    """What happens in an office: `count` clients of all offices together, spread over the months until today."""
    today = datetime.now(ZONE).date()
    first = clock.now.astimezone(ZONE).date() + timedelta(days=1)
    begun: list[tuple[date, int, Service, int]] = []
    for service in services:
        left = max(1, round(count * service.share))
        while left > 0:
            clients = min(left, chance.randint(max(1, service.clients // 2), service.clients))
            if chance.random() < _RUNNING:
                day = _workday_before(today - timedelta(days=chance.randint(0, 4)))
            else:
                day = after(first + timedelta(days=int((today - first).days * chance.random() ** 0.9)), 0)
            begun.append((day, len(begun), service, clients))
            left -= clients
    told = []
    for number, (day, _, service, clients) in enumerate(sorted(begun, key=lambda found: found[:2]), 1):
        script = Script(chance, office.town, service.sop_id, day, today, clients)
        officer = chance.randrange(3)
        service.tell(script)
        told.append(Story(number, service, tuple(script.people), officer, tuple(script.acts)))
    return told


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
    parser.add_argument("--cases", type=int, default=180, help="about how many cases in all offices (180)")
    parser.add_argument("--months", type=int, default=9, help="over how many past months (9)")
    parser.add_argument("--seed", type=int, default=3, help="same seed, same offices (3)")
    asked = parser.parse_args(argv)
    settings = read_settings()
    clock = MovingClock(datetime.now(UTC) - timedelta(days=31 * asked.months))
    store = Store(settings.data, settings.database_url, clock)
    try:
        published = _published(store)
        logins = [office.login(login) for office, _, _ in published for login, _, _ in office.people]
        with store.read() as db:
            if db.execute(select(people.user.c.login).where(people.user.c.login.in_(logins))).first():
                tell("Kantor contoh sudah ada.")
                return 0
        return _run(asked, settings, store, clock, published)
    finally:
        store.close()


Published = list[tuple[DemoOffice, int, list[Service]]]


def _published(store: Store) -> Published:
    """The offices with workbooks here, their projects and services. Raises Problem when there is none."""
    found: Published = []
    missing: Problem | None = None
    for office in OFFICES:
        try:
            project = find_project(store, OPERATOR, office.name).id
        except Problem as problem:
            if problem.code != "project.unknown":
                raise
            missing = missing or problem
            continue
        with store.read() as db:
            services = [one for one in office.services if find_form(db, project, one.intake) is not None]
        found.append((office, project, services))
    if missing and not found:
        raise missing
    return found


def _run(asked: argparse.Namespace, settings: Settings, store: Store, clock: MovingClock, published: Published) -> int:
    started = time.monotonic()
    chance = random.Random(asked.seed)
    stages = []
    with running(store) as address:
        for office, project, services in published:
            told = write_stories(chance, office, services, clock, asked.cases)
            stages.append(Stage(store, project, office.town, {}, {}, {}, told))
            settle(store, settings, address, office, stages[-1])
        outcome = play(stages, clock.set, asked.seed, tell)
    clock.set(datetime.now(UTC))
    forms = sum(count for name, count in outcome.sent.items() if "_" in name)
    tell(f"\n{outcome.cases} kasus, {forms} kiriman, {time.monotonic() - started:.0f} detik")
    for office, project, _ in published:
        tell(office.name)
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

"""Plays the stories of all offices day by day: each act on the phone, or the page, of whose task it is."""

import random as randomness
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select

from server.access import Viewer
from server.actions import case_event, merge_cases, reviews
from server.problems import Problem
from server.store import Store
from server.store.cases import task
from tests.demo.author import Officer
from tests.demo.people import Town
from tests.demo.stories import SUPERVISOR, Act, Case, Edit, Fill, Story, Web, moment
from tests.phone.collect import Instance, Phone
from tests.phone.javarosa import NotOffered, PhoneError

LEFT_UNDIVIDED = 3
"""So many of an office's newest stories are still in the supervisor's queue."""
_AFTER = timedelta(minutes=15)
_SYNC_DAYS = 6
_NO_SIGNAL = 0.1


@dataclass
class Stage:
    """One office on the stage: its project, town, phones by role, viewers by role, and log-ins by role."""

    store: Store
    project: int
    town: Town
    phones: dict[str, list[Phone]]
    viewers: dict[str, Viewer]
    logins: dict[str, list[str]]
    stories: list[Story]


@dataclass
class Outcome:
    """What came of it. `sent` counts forms by id and acts by type."""

    sent: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    cases: int = 0


@dataclass(frozen=True, slots=True)
class _Scene:
    at: datetime
    story: Story
    act: Act


@dataclass
class _Told:
    """How far a story has come: its cases, which of them nobody has been given yet, and what was sent by whom."""

    cases: list[str] = field(default_factory=list)
    undivided: list[str] = field(default_factory=list)
    sent: dict[str, tuple[Phone, Instance]] = field(default_factory=dict)


def play(
    stages: Sequence[Stage], set_clock: Callable[[datetime], None], seed: int, tell: Callable[[str], None]
) -> Outcome:
    """Act out all stories in order of time; gives what was sent and what was refused."""
    random = randomness.Random(seed)
    outcome = Outcome()
    players = [_Player(stage, set_clock, random, outcome) for stage in stages]
    scenes = sorted(
        ((scene.at, number, scene) for number, player in enumerate(players) for scene in player.scenes()),
        key=lambda found: found[:2],
    )
    for count, (at, number, scene) in enumerate(scenes, 1):
        set_clock(at)
        players[number].act(scene)
        if count % 100 == 0:
            tell(f"{count}/{len(scenes)} – {at:%d-%m-%Y}, {outcome.cases} kasus")
    for player in players:
        player.send_all()
    return outcome


class _Player:
    """Acts the stories of one office."""

    def __init__(
        self, stage: Stage, set_clock: Callable[[datetime], None], random: randomness.Random, outcome: Outcome
    ) -> None:
        self.stage = stage
        self._set_clock = set_clock
        self._random = random
        self._outcome = outcome
        self._told: dict[int, _Told] = defaultdict(_Told)
        self._synced: dict[int, date] = {}
        self._phones = [phone for phones in stage.phones.values() for phone in phones]

    def scenes(self) -> Iterator[_Scene]:
        """The acts of every story at their hours, each after the one before."""
        for story in self.stage.stories:
            before: datetime | None = None
            for act in sorted(story.acts, key=lambda act: act.day):
                at = moment(self._random, act.day)
                before = at if before is None else max(at, before + _AFTER)
                yield _Scene(before, story, act)

    def act(self, scene: _Scene) -> None:
        """One scene; a problem the server or the phone has with it is counted as refused."""
        what, told = scene.act.what, self._told[scene.story.number]
        if not told.cases and not (isinstance(what, Fill) and what.opens):
            return
        self._look_after_emergencies(told)
        try:
            if isinstance(what, Fill):
                self._fill(scene, what, told)
            elif isinstance(what, Edit):
                self._edit(what, told)
            else:
                self._web(scene, what, told)
        except (Problem, PhoneError) as problem:
            name = what.form if isinstance(what, Fill | Edit) else f"{what.body['type']} {what.body.get('step', '')}"
            detail = f"{problem.code} {problem.args}" if isinstance(problem, Problem) else str(problem)
            self._outcome.refused.append(f"{scene.story.service.sop_id} #{scene.story.number} {name}: {detail}")
        self._divide(scene.story, told)

    def send_all(self) -> None:
        """Everything that still waits on a phone goes out."""
        for phone in self._phones:
            self._send(phone)

    def _phone(self, scene: _Scene) -> Phone:
        phones = self.stage.phones[scene.act.role]
        return phones[(scene.story.officer + scene.act.other) % len(phones)]

    def _fill(self, scene: _Scene, what: Fill, told: _Told) -> None:
        phone = self._phone(scene)
        self._sync_if_stale(phone, scene, told)
        answers = {name: _resolve(value, told.cases) for name, value in what.answers.items()}
        about = what.answers.get("kasus_id")
        place = about.place if isinstance(about, Case) else 0
        people = scene.story.people
        author = Officer(people[min(place, len(people) - 1)], self.stage.town, scene.story.service.manner, scene.at)
        instance = _filled(phone, what, answers, author, self._random.randrange(2**32), scene.at)
        told.sent[what.form] = (phone, instance)
        if what.opens:
            opened = instance.entity_ids()
            told.cases += opened
            told.undivided += opened
            self._outcome.cases += len(opened)
        # Now and then there is no signal: it goes out with the next form of this phone.
        if self._random.random() > _NO_SIGNAL:
            self._set_clock(scene.at + timedelta(minutes=self._random.randint(1, 14)))
            self._send(phone)

    def _sync_if_stale(self, phone: Phone, scene: _Scene, told: _Told) -> None:
        """Officers sync about once a week, and when a case they are sent to is not on their phone as theirs."""
        synced = self._synced.get(id(phone))
        rows = phone.lists[f"kasus_{scene.story.service.sop_id}"].rows if synced else {}
        if (
            synced
            and scene.at.date() - synced < timedelta(days=_SYNC_DAYS)
            and all(case in rows and rows[case].data.get("terbuka") == "ya" for case in told.cases)
        ):
            return
        self.send_all()
        phone.sync()
        self._synced[id(phone)] = scene.at.date()

    def _edit(self, what: Edit, told: _Told) -> None:
        phone, instance = told.sent[what.form]
        self._send(phone)
        edit = phone.edit_sent(instance, what.answers)
        told.sent[what.form] = (phone, edit)
        self._send(phone)

    def _web(self, scene: _Scene, what: Web, told: _Told) -> None:
        self.send_all()
        viewer = self.stage.viewers[scene.act.role]
        case_id = told.cases[what.case.place]
        body = {name: _resolve(value, told.cases) for name, value in what.body.items()}
        store, project, kind = self.stage.store, self.stage.project, body.pop("type")
        if kind == "give":
            logins = self.stage.logins[str(body.pop("role"))]
            kind, body = "assign", {**body, "assignee": logins[scene.story.officer % len(logins)]}
        if kind == "merge":
            merge_cases.merge(store, viewer, project, case_id, body)
        elif kind == "return":
            form, instance = str(body["form"]), told.sent[str(body["form"])][1]
            reviews.review(store, viewer, project, form, instance.instance_id, "hasIssues")
            reviews.add_comment(store, viewer, project, form, instance.instance_id, str(body["comment"]))
        else:
            case_event.record(store, viewer, project, case_id, {"type": kind, **body})
        self._outcome.sent[str(kind)] += 1

    def _look_after_emergencies(self, told: _Told) -> None:
        """By the time a story goes on, whose duty it is has dealt with what was urgent in it."""
        query = select(task.c.id, task.c.case_id, task.c.role).where(
            task.c.case_id.in_(told.cases), task.c.kind == "emergency", task.c.done_at.is_(None)
        )
        with self.stage.store.read() as db:
            urgent = db.execute(query).all()
        for row in urgent:
            body = {"type": "task_done", "task": row.id}
            case_event.record(self.stage.store, self.stage.viewers[row.role], self.stage.project, row.case_id, body)
            self._outcome.sent["task_done"] += 1

    def _send(self, phone: Phone) -> None:
        for instance in phone.send():
            self._outcome.sent[instance.form.form_id] += instance.state == "sent"
            if instance.state != "sent":
                self._outcome.refused.append(f"{instance.form.form_id}: {instance.status} {instance.message}")
                instance.state = "refused"
        phone.instances = phone.ready

    def _divide(self, story: Story, told: _Told) -> None:
        """The supervisor gives each case that has arrived to the officer who took it in; the newest wait."""
        if story.number > len(self.stage.stories) - LEFT_UNDIVIDED:
            return
        logins = self.stage.logins[story.service.manager]
        body = {"type": "assign", "assignee": logins[story.officer % len(logins)]}
        waiting, told.undivided = told.undivided, []
        for case_id in waiting:
            try:
                case_event.record(self.stage.store, self.stage.viewers[SUPERVISOR], self.stage.project, case_id, body)
            except Problem as problem:
                if problem.code == "request.not_found":
                    told.undivided.append(case_id)
                elif problem.code != "case.closed":
                    self._outcome.refused.append(f"assign {story.service.sop_id} #{story.number}: {problem.code}")
            else:
                self._outcome.sent["assign"] += 1


def _resolve(value: object, cases: list[str]) -> object:
    """The value with every `Case` in it replaced by the id of that case."""
    if isinstance(value, Case):
        return cases[value.place]
    if isinstance(value, Mapping):
        return {name: _resolve(item, cases) for name, item in value.items()}
    if isinstance(value, list):
        return [_resolve(item, cases) for item in value]
    return value


def _filled(phone: Phone, what: Fill, answers: dict[str, object], author: Officer, seed: int, at: datetime) -> Instance:
    """Finalised; a follow-up picks the waiting case, or any open one when it is done ahead."""
    for shown in ("menunggu", "semua"):
        session = phone.open(what.form, at)
        choice = {} if what.opens else {"tampil": shown}
        try:
            session.fill_random(seed, {**answers, **choice}, author)
        except NotOffered:
            if shown == "semua" or what.opens:
                raise
            continue
        break
    return phone.finalise(phone.keep(session), session)

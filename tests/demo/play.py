"""Plays the stories day by day: each act on the phone of the officer whose task it is."""

import random as randomness
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from server.access import Viewer
from server.actions import case_event
from server.problems import Problem
from server.store import Store
from tests.demo import stories
from tests.demo.author import Officer
from tests.demo.stories import Act, Story
from tests.phone.collect import Instance, Phone
from tests.phone.javarosa import NotOffered, PhoneError

LIST = "kasus_abh"
INTAKE = "abh_laporan_awal"
# So many of the newest cases are still in the supervisor's queue.
LEFT_UNDIVIDED = 3
Tell = Callable[[str], None]


@dataclass
class Stage:
    """Where the demo plays: the office's store and project, its phones by role, its supervisor, its clock.

    `officers` are the logins of the social workers, in the order of their phones.
    """

    store: Store
    project: int
    phones: dict[str, list[Phone]]
    supervisor: Viewer
    officers: tuple[str, ...]
    set_clock: Callable[[datetime], None]


@dataclass
class Outcome:
    """What came of it."""

    sent: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)
    cases: int = 0


@dataclass(frozen=True, slots=True, order=True)
class _Scene:
    at: datetime
    number: int
    place: int
    act: Act = field(compare=False)


def play(stage: Stage, told: list[Story], seed: int, tell: Tell) -> Outcome:
    """Act out all stories in order of time; gives what was sent and what was refused."""
    random = randomness.Random(seed)
    outcome = Outcome()
    cases: dict[int, str] = {}
    synced: dict[int, date] = {}
    undivided: dict[int, str] = {}
    by_number = {story.number: story for story in told}
    scenes = sorted(scene for story in told for scene in _scenes(story, random))
    for count, scene in enumerate(scenes, 1):
        story = by_number[scene.number]
        if scene.place and story.number not in cases:
            continue
        stage.set_clock(scene.at)
        if scene.act.form is None:
            for phone in (one for phones in stage.phones.values() for one in phones):
                _send(stage, phone, None, outcome)
            _confirm(stage, cases[story.number], outcome)
        else:
            phone = _phone(stage, story, scene.act)
            if _is_stale(phone, synced.get(id(phone)), scene.at.date(), cases.get(story.number)):
                phone.sync()
                synced[id(phone)] = scene.at.date()
            _do(stage, phone, scene, story, cases, random, outcome)
            if not scene.place and story.number in cases:
                undivided[story.number] = cases[story.number]
        _divide(stage, undivided, by_number, outcome)
        if count % 100 == 0:
            tell(f"{count}/{len(scenes)} – {scene.at:%d-%m-%Y}, {len(cases)} kasus")
    for phones in stage.phones.values():
        for phone in phones:
            _send(stage, phone, None, outcome)
    outcome.cases = len(cases)
    return outcome


def _divide(stage: Stage, undivided: dict[int, str], told: dict[int, Story], outcome: Outcome) -> None:
    """The supervisor gives each case that has arrived to the social worker who took the report; the newest wait."""
    for number, case_id in sorted(undivided.items()):
        if number > len(told) - LEFT_UNDIVIDED:
            continue
        officer = stage.officers[told[number].officer % len(stage.officers)]
        try:
            body = {"type": "assign", "assignee": officer}
            case_event.record(stage.store, stage.supervisor, stage.project, case_id, body)
        except Problem as problem:
            if problem.code != "request.not_found":
                outcome.refused.append(f"assign #{number}: {problem.code}")
                del undivided[number]
            continue
        outcome.sent["assign"] += 1
        del undivided[number]


def _scenes(story: Story, random: randomness.Random) -> Iterator[_Scene]:
    """The acts of a story at their hours, each after the one before."""
    before: datetime | None = None
    for place, act in enumerate(story.acts):
        at = stories.moment(random, act.day)
        if before is not None:
            at = max(at, before + timedelta(minutes=40))
        before = at
        yield _Scene(at, story.number, place, act)


def _phone(stage: Stage, story: Story, act: Act) -> Phone:
    phones = stage.phones[act.role]
    return phones[story.officer % len(phones)]


def _is_stale(phone: Phone, synced: date | None, today: date, case_id: str | None) -> bool:
    """Officers sync about once a week, and when the case they are sent to is not on their phone."""
    if synced is None or today - synced >= timedelta(days=6):
        return True
    return case_id is not None and case_id not in phone.lists[LIST].rows


def _do(
    stage: Stage,
    phone: Phone,
    scene: _Scene,
    story: Story,
    cases: dict[int, str],
    random: randomness.Random,
    outcome: Outcome,
) -> None:
    assert scene.act.form is not None
    answers = dict(scene.act.answers)
    if scene.place:
        answers |= {"kasus_id": cases[story.number], "tgl_kegiatan": scene.act.day}
    try:
        instance = _fill(phone, scene.act.form, random.randrange(2**32), answers, story, scene.at)
    except PhoneError as problem:
        outcome.refused.append(f"{scene.act.form} #{story.number}: {problem}")
        return
    if not scene.place:
        cases[story.number] = _case_id(instance)
    # Now and then there is no signal: it goes out with the next form of this phone.
    if random.random() > 0.1:
        _send(stage, phone, scene.at + timedelta(minutes=random.randint(5, 90)), outcome)


def _fill(phone: Phone, form_id: str, seed: int, answers: dict[str, object], story: Story, at: datetime) -> Instance:
    """Finalised; a follow-up picks the waiting case, or any open one when it is done ahead."""
    author = Officer(story.child)
    for shown in ("menunggu", "semua"):
        session = phone.open(form_id, at)
        choice = {} if form_id == INTAKE else {"tampil": shown}
        try:
            session.fill_random(seed, {**answers, **choice}, author)
        except NotOffered:
            if shown == "semua" or form_id == INTAKE:
                raise
            continue
        break
    return phone.finalise(phone.keep(session), session)


def _case_id(instance: Instance) -> str:
    (row,) = instance.entity_ids()
    return row


def _send(stage: Stage, phone: Phone, at: datetime | None, outcome: Outcome) -> None:
    if at is not None:
        stage.set_clock(at)
    for instance in phone.send():
        outcome.sent[instance.form.form_id] += instance.state == "sent"
        if instance.state != "sent":
            outcome.refused.append(f"{instance.form.form_id}: {instance.status} {instance.message}")
            instance.state = "refused"
    phone.instances = phone.ready


def _confirm(stage: Stage, case_id: str, outcome: Outcome) -> None:
    body = {"type": "decision", "step": "s12"}
    try:
        case_event.record(stage.store, stage.supervisor, stage.project, case_id, body)
    except Problem as problem:
        outcome.refused.append(f"s12: {problem.code}")
        return
    outcome.sent["s12"] += 1

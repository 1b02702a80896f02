"""The events of a case in the one order in which they count, whatever order they arrived in (ruling 5)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from forms.values import Answers, text
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.history import standing

BACKDATED_AT_MOST = timedelta(days=30)
"""Days a form may be dated before its case; beyond, the phone's clock is not believed (sop-engine.md 6)."""

_SUBMISSIONS = frozenset({"submission", "submission_edit"})
_UNPLACED = frozenset({"review", "conflict", "note", "migrate"})
_CLAIMS = {"decision": "decidedOn", "record": "on"}
"""Acts entered for somebody else, or later, and where they say on which day they were done (rulings 30, 44)."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that happened, at its place: a submission in its newest revision, or an act.

    `day` the local day it counts for; `moment` when exactly, if a moment is known; `first` when its
    first revision was received, `newest` its last; `recorded` the local day of `first`; `clock_odd`: the claimed
    day was not believed.
    """

    event: Event
    day: date
    moment: datetime
    first: datetime
    newest: datetime
    recorded: date
    answers: Answers
    clock_odd: bool = False

    @property
    def key(self) -> tuple[date, datetime, str]:
        return (self.day, self.first, self.instance)

    @property
    def instance(self) -> str:
        """The id by which a form or act that is not placed is shown."""
        return self.event.instance_id or self.event.id


@dataclass(frozen=True, slots=True)
class Ordered:
    """All items in order, the opening one apart from its place, and the events that have no place in time.

    `since`: the earliest day any form was about, rejected ones too, where nothing opens the case."""

    items: tuple[Item, ...]
    opening: Item | None
    conflicts: tuple[Event, ...]
    odd: tuple[Item, ...]
    since: date | None = None


def canonical(events: Iterable[Event], calendar: Calendar, opens: frozenset[str]) -> Ordered:
    """Newest revisions, without rejected submissions, by (local day, first received, instance id).

    `opens`: the forms that open a case. The same event twice counts once; what was undone, and the acts of a
    merged case about itself, do not count (`history.standing`).
    """
    submissions: dict[tuple[str, str], list[Event]] = {}
    reviews: dict[tuple[str, str], list[Event]] = {}
    conflicts: list[Event] = []
    corrections: dict[str, list[Event]] = {}
    items: list[Item] = []
    for event in standing(events):
        if event.type in _SUBMISSIONS:
            submissions.setdefault(_which(event), []).append(event)
        elif event.type == "review":
            reviews.setdefault(_which(event), []).append(event)
        elif event.type == "conflict":
            conflicts.append(event)
        elif event.type == "start_at" and event.data.get("corrects"):
            corrections.setdefault(text(event.data["corrects"]), []).append(event)
        elif event.type not in _UNPLACED and not (event.type == "merge" and not event.data.get("into")):
            items.append(_item(event, event, calendar))
    for which, revisions in submissions.items():
        first = min(revisions, key=_received)
        newest = max(revisions, key=lambda e: (e.revision, e.received_at, e.id))
        said = (*reviews.get(which, ()), *reviews.get(("", which[1]), ()))
        if not _rejected(newest, said):
            items.append(_item(newest, first, calendar))
    items = [_corrected(item, corrections.get(item.event.id, ())) for item in items]
    items.sort(key=lambda item: item.key)
    opening = next((i for i in items if i.event.form in opens or i.event.type == "start_at"), None)
    if opening:
        items = [_in_reach(item, opening, calendar) for item in items]
        # The case opens on its intake's day (ruling 6): nothing of that day comes before it.
        items.sort(key=lambda item: (item.day, item is not opening, item.first, item.instance))
    conflicts.sort(key=_received)
    since = None if opening else _since(submissions.values(), calendar)
    return Ordered(tuple(items), opening, tuple(conflicts), tuple(i for i in items if i.clock_odd), since)


def _since(submissions: Iterable[Iterable[Event]], calendar: Calendar) -> date | None:
    days = (calendar.day(event.effective) for revisions in submissions for event in revisions)
    return min(days, default=None)


def _which(event: Event) -> tuple[str, str]:
    """A submission is known by its form and its instance id (ruling 28): two forms may have come under one id.

    A word that names no form is about every form of that id."""
    return (event.form or "", event.instance_id or event.id)


def _received(event: Event) -> tuple[datetime, str]:
    return (event.received_at, event.id)


def _rejected(newest: Event, reviews: Iterable[Event]) -> bool:
    """Whether the last word on a submission is a rejection; an edit received later speaks again."""
    last = max(reviews, key=_received, default=None)
    return last is not None and last.data.get("state") == "rejected" and last.received_at >= newest.received_at


def _item(event: Event, first: Event, calendar: Calendar) -> Item:
    arrived = calendar.local(event.received_at)
    recorded = arrived.date() if first is event else calendar.day(first.received_at)
    day = (_claimed(event) if event.type in _CLAIMS else None) or calendar.day(event.effective)
    odd = day > arrived.date()
    if odd:
        day = arrived.date()
    moment = _moment(event, day, arrived, calendar)
    return Item(event, day, moment, first.received_at, event.received_at, recorded, event.answers, odd)


def _corrected(item: Item, corrections: Iterable[Event]) -> Item:
    """What a case began with, as it has been corrected where the case came from (ruling 29)."""
    for event in sorted(corrections, key=_received):
        known = f"{text(item.event.data.get('corrected', ''))} {' '.join(event.answers)}".split()
        data = {**item.event.data, "corrected": " ".join(dict.fromkeys(known))}
        answers = {**item.answers, **event.answers}
        told = replace(item.event, answers=answers, data=data)
        item = replace(item, event=told, answers=answers, newest=event.received_at)
    return item


def _claimed(event: Event) -> date | None:
    """The day a decision taken on paper, or an entry of a record, names as its own."""
    claim = event.data.get(_CLAIMS[event.type])
    try:
        return date.fromisoformat(text(claim)[:10]) if claim else None
    except ValueError:
        return None


def _moment(event: Event, day: date, arrived: datetime, calendar: Calendar) -> datetime:
    """The local moment of an act: its own when it names one, else the arrival on that day, else the day's end."""
    if isinstance(event.effective, datetime) and calendar.day(event.effective) == day:
        return calendar.local(event.effective)
    return arrived if arrived.date() == day else calendar.end_of(day)


def _in_reach(item: Item, opening: Item, calendar: Calendar) -> Item:
    """A follow-up dated far before its case counts on its arrival; an act of the web never before the opening."""
    if item.day >= opening.day or item is opening:
        return item
    if item.event.type not in _SUBMISSIONS:
        return replace(item, day=opening.day, moment=max(item.moment, opening.moment))
    if item.day >= opening.day - BACKDATED_AT_MOST:
        return item
    arrived = calendar.local(item.event.received_at)
    day = max(arrived.date(), opening.day)
    return replace(item, day=day, moment=_moment(item.event, day, arrived, calendar), clock_odd=True)

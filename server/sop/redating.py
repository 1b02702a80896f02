"""Which open deadlines of a case another calendar moves (ruling 36). Pure."""

from dataclasses import dataclass
from datetime import datetime

from server.sop.clock import Calendar
from server.sop.state import CaseState

SERVICE = ""
"""Stands for the published service time of the whole case, where a step would be named."""


@dataclass(frozen=True, slots=True)
class MovedDue:
    """An open deadline before and after, as ISO moments; `step` is SERVICE for the service time of the case."""

    step: str
    visit: int
    before: str
    after: str

    @property
    def days(self) -> int:
        """How many calendar days later; negative: earlier."""
        return (datetime.fromisoformat(self.after).date() - datetime.fromisoformat(self.before).date()).days


def replaced(now: Calendar, new: Calendar, moment: datetime) -> Calendar:
    """The calendar `new` as it will be in force from this moment, after the one in force now and those before it."""
    before = Calendar(now.zone, now.holidays, now.decreed_until, now.work_days)
    return Calendar(new.zone, new.holidays, new.decreed_until, new.work_days, (*now.earlier, (moment, before)))


def moved_dues(old: CaseState, new: CaseState) -> tuple[MovedDue, ...]:
    """The deadlines of open steps, and of the service, that are on another moment in `new`."""
    after = {visit.key: visit.due_at for visit in new.visits if visit.state == "open"}
    found = [
        MovedDue(visit.step, visit.visit, visit.due_at, moved)
        for visit in old.visits
        if visit.state == "open" and visit.due_at and (moved := after.get(visit.key)) and moved != visit.due_at
    ]
    if not old.service_done_on and old.service_due_at and new.service_due_at not in (None, old.service_due_at):
        found.append(MovedDue(SERVICE, 0, old.service_due_at, str(new.service_due_at)))
    return tuple(found)

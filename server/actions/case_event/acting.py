"""One act on a case while it is being read: who may do it, and what it says."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import Connection, select

from forms.entities import EntityAct
from forms.sop import Step
from server.access import Viewer
from server.actions.case_file import CaseFile
from server.problems import Problem
from server.queries.definitions import Definitions
from server.queries.officers import find_officer
from server.sop.state import CaseState, Visit
from server.store import Transaction
from server.store.people import app_user

Body = Mapping[str, object]
Read = tuple[str | None, Mapping[str, object], Mapping[str, object]]
"""Step, answers and data of the event an act becomes."""
LONGEST = 4_000


@dataclass(frozen=True, slots=True)
class Scan:
    """The picture of a signed paper: its media type and its bytes."""

    type: str
    data: bytes


@dataclass(slots=True)
class Act:
    """One act being read. `kind` is what the event will be called; `form` the form its answers belong to, `entity`
    what that form writes into the case's row on the phones; `after` what else is written in the transaction of the
    act, once the case is saved."""

    db: Connection
    definitions: Definitions
    viewer: Viewer
    file: CaseFile
    body: Body
    now: datetime
    kind: str
    scan: Mapping[str, object] = field(default_factory=dict)
    form: str | None = None
    day: date | None = None
    entity: EntityAct | None = None
    after: list[Callable[[Transaction, CaseFile], None]] = field(default_factory=list)

    @property
    def state(self) -> CaseState:
        assert self.file.state is not None
        return self.file.state

    @property
    def held(self) -> frozenset[str]:
        """The roles the viewer holds in this office."""
        return self.viewer.roles_in(self.file.project_id)

    @property
    def today(self) -> date:
        zone = self.definitions.calendar(self.db, self.file.project_id, self.file.sop.id).tz
        return self.now.astimezone(zone).date()

    # --- what the body says ------------------------------------------------------------------

    def text(self, name: str) -> str:
        """A text of the body, trimmed; blank when there is none. Raises `request.bad_type` for what is no text."""
        value = self.body.get(name)
        if value is None or value == "":
            return ""
        if not isinstance(value, str) or len(value) > LONGEST:
            raise Problem("request.bad_type", field=name, value=str(value)[:100], expected="text")
        return value.strip()

    def needed(self, name: str) -> str:
        if not self.text(name):
            raise Problem("request.missing", field=name)
        return self.text(name)

    def one_of(self, name: str, options: tuple[str, ...]) -> str:
        value = self.needed(name)
        if value not in options:
            raise Problem("request.bad_value", field=name, value=value[:100], reason=", ".join(options))
        return value

    def yes(self, name: str, default: bool) -> bool:
        value = self.body.get(name, default)
        if not isinstance(value, bool):
            raise Problem("request.bad_type", field=name, value=str(value)[:100], expected="true, false")
        return value

    def reason(self, *, needed: bool = False) -> dict[str, object]:
        if needed and not self.text("reason"):
            raise Problem("case.reason_required")
        return {"reason": self.text("reason")}

    def past_day(self, name: str) -> date | None:
        """A day of the body that is neither in the future nor before the case opened (ruling 5)."""
        written = self.text(name)
        if not written:
            return None
        zone = self.definitions.calendar(self.db, self.file.project_id, self.file.sop.id).tz
        try:
            moment = datetime.fromisoformat(written)
            day = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
        except (ValueError, OverflowError):
            raise Problem("case.bad_date", value=written[:100]) from None
        if day > self.today or day < date.fromisoformat(self.state.opened_on):
            raise Problem("case.bad_date", value=written[:100])
        return day

    def any_day(self, name: str) -> date | None:
        """A day of the body, past or to come."""
        written = self.text(name)
        try:
            return date.fromisoformat(written) if written else None
        except ValueError:
            raise Problem("request.bad_value", field=name, value=written[:100], reason="YYYY-MM-DD") from None

    def person(self, name: str = "assignee") -> str:
        """The actor id of a login or id in the body, who must hold a role in the office."""
        wanted = str(self.body.get(name) or "").strip()
        found = self.find_person(wanted)
        if found is None:
            raise Problem("request.bad_value", field=name, value=wanted[:100], reason="-")
        return str(found)

    def find_person(self, wanted: str) -> int | None:
        """The active account of this office with that login or id."""
        return find_officer(self.db, self.file.project_id, wanted)

    # --- the case it is about ----------------------------------------------------------------

    def step(self) -> Step:
        name = self.text("step")
        step = self.file.sop.sop.step(name)
        if step is None:
            raise Problem("request.bad_value", field="step", value=name[:100], reason="-")
        return step

    def open_visit(self, step: Step) -> Visit:
        for visit in self.state.visits:
            if visit.step == step.name and visit.state == "open":
                return visit
        raise Problem("case.step_not_open", step=step.name)

    def open_case(self) -> None:
        if self.state.status == "closed":
            raise Problem("case.closed")

    # --- who may -----------------------------------------------------------------------------

    def may(self, flag: str) -> bool:
        """Whether a role of the viewer has this right in the SOP (`may_override`, `may_close`, `may_reopen`)."""
        return bool(self.held & {role.name for role in self.file.sop.sop.roles if getattr(role, flag)})

    def needs(self, flag: str) -> None:
        if not self.may(flag):
            raise Problem("access.denied")

    def refuse_drafter(self, visit: Visit, decider: int | None) -> None:
        """Whoever drafted what is decided here may neither decide it nor enter the decision (ruling 30)."""
        drafted = self._officers(self._drafting_events(visit))
        if self.viewer.id in drafted or (decider is not None and decider in drafted):
            raise Problem("case.own_draft")

    def _drafting_events(self, visit: Visit) -> set[str]:
        """The events that made the draft: of the visit itself where it waits for a word, else of the steps before
        that are neither automatic nor an approval themselves."""
        if visit.waits_for:
            return {visit.event_id} if visit.event_id else set()
        if not self._approves(visit):
            return set()
        by_key = {known.key: known for known in self.state.visits}
        seen: set[str] = set()
        before = by_key.get(visit.opened_by or "")
        while before is not None and before.key not in seen:
            seen.add(before.key)
            if not before.auto and not self._approves(before):
                return {before.event_id} if before.event_id else set()
            before = by_key.get(before.opened_by or "")
        return set()

    def _approves(self, visit: Visit) -> bool:
        step = self.file.sop.sop.step(visit.step)
        return step is not None and step.kind == "approval"

    def _officers(self, events: set[str]) -> set[int]:
        """Who sent these events; for a phone also the officer it belongs to."""
        ids = {int(event.actor) for event in self.file.events if event.id in events and event.actor}
        query = select(app_user.c.officer_id).where(app_user.c.actor_id.in_(ids), app_user.c.officer_id.is_not(None))
        return ids | set(self.db.execute(query).scalars()) if ids else ids

"""Acts on a case from the web or a program: decisions, overrides, assignments, pauses, closing (ruling 24)."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from uuid import uuid4

from sqlalchemy import Connection, select

from forms.sop import CLOSE, END_BRANCH, Step
from server.access import Viewer, require
from server.actions import case_file
from server.actions.case_file import CaseFile
from server.problems import Problem
from server.queries.definitions import Definitions, definitions_of, find_form
from server.queries.typed_answers import typed_answers
from server.sop.events import Event
from server.sop.settle import Settled
from server.sop.state import Visit
from server.store import Store
from server.store.people import actor, grant, user

ROW_ID = re.compile(r"[0-9]{1,9}")
IGNORED = "notice.act_ignored"
REASON_NEEDED = frozenset({"override", "pause", "reopen", "close"})


def record(store: Store, viewer: Viewer | None, project_id: int, case_id: str, body: Mapping[str, object]) -> None:
    """Records one act of ruling 24 and everything that follows from it, in one transaction.

    Raises Problem `request.not_found`, `access.denied`, `case.bad_event`, `case.step_not_open`,
    `case.reason_required`, `case.bad_date`, `case.closed`, `case.own_draft`.
    """
    viewer = require(viewer, "case.act", project_id)
    definitions = definitions_of(store)
    with store.read() as db:
        file = case_file.read_case(db, definitions, project_id, case_id)
        if file is None or file.state is None:
            raise Problem("request.not_found")
        event = _event(db, definitions, viewer, file, body, store.now())
        state = case_file.refold(db, definitions, file, event)
        _refuse_ignored(file, state, event)
    with store.write() as tx:
        tx.lock_cases([file.id])
        if not case_file.is_unchanged(tx.connection, file):
            again = case_file.read_case(tx.connection, definitions, project_id, case_id)
            assert again is not None
            file = again
            event = _event(tx.connection, definitions, viewer, file, body, tx.now)
            state = case_file.refold(tx.connection, definitions, file, event)
            _refuse_ignored(file, state, event)
        case_file.save(tx, definitions, file, state, event)
        tx.audit(
            viewer.id,
            f"case.{event.type}",
            project=project_id,
            subject=f"case:{file.id}",
            details={"step": event.step, "reason": body.get("reason")},
        )


def _refuse_ignored(file: CaseFile, settled: Settled, event: Event) -> None:
    """An act that would lead nowhere is refused now instead of being kept and ignored."""
    before = frozenset(file.state.notices if file.state else ())
    if any(notice.code == IGNORED for notice in settled.state.notices if notice not in before):
        raise Problem("case.step_not_open", step=event.step or "-")


def _event(
    db: Connection, definitions: Definitions, viewer: Viewer, file: CaseFile, body: Mapping[str, object], now: datetime
) -> Event:
    kind = body.get("type")
    if not isinstance(kind, str) or kind not in _READERS:
        raise Problem("case.bad_event", type=kind)
    if kind in REASON_NEEDED and not _text(body, "reason"):
        raise Problem("case.reason_required")
    act = _Act(db, definitions, viewer, file, body)
    step, answers, data = _READERS[kind](act)
    effective = act.effective(now)
    return Event(
        id=str(uuid4()),
        type="confirm" if kind == "decision" and act.confirming else kind,
        effective=effective,
        received_at=case_file.arrival(file, now),
        actor=str(viewer.id),
        form=act.form,
        step=step,
        answers=answers,
        data=data,
    )


def _text(body: Mapping[str, object], name: str) -> str:
    value = body.get(name)
    return value.strip() if isinstance(value, str) else ""


Read = tuple[str | None, Mapping[str, object], Mapping[str, object]]


class _Act:
    """One act being read: who may, and what it says."""

    def __init__(
        self, db: Connection, definitions: Definitions, viewer: Viewer, file: CaseFile, body: Mapping[str, object]
    ) -> None:
        self._db = db
        self._definitions = definitions
        self._viewer = viewer
        self._file = file
        self._body = body
        self._held = viewer.roles_in(file.project_id)
        self.form: str | None = None
        self.confirming = False

    # --- what every act shares ---------------------------------------------------------------

    def effective(self, now: datetime) -> date:
        """The day of the act: today, or an earlier day that is not before the case opened (ruling 5)."""
        assert self._file.state is not None
        zone = self._definitions.calendar(self._db, self._file.project_id, self._file.sop.id).tz
        today = now.astimezone(zone).date()
        written = self._body.get("effectiveAt")
        if written is None or written == "":
            return today
        try:
            moment = datetime.fromisoformat(str(written).strip() if isinstance(written, str) else "")
            day = moment.astimezone(zone).date() if moment.tzinfo else moment.date()
        except (ValueError, OverflowError):
            raise Problem("case.bad_date", value=str(written)[:100]) from None
        if day > today or day < date.fromisoformat(self._file.state.opened_on):
            raise Problem("case.bad_date", value=written)
        return day

    def _holds(self, flag: str) -> None:
        """The viewer has a role the SOP gives this right to (`may_override`, `may_close`, `may_reopen`)."""
        allowed = {role.name for role in self._file.sop.sop.roles if getattr(role, flag)}
        if not self._held & allowed:
            raise Problem("access.denied")

    def _step(self) -> Step:
        name = _text(self._body, "step")
        step = self._file.sop.sop.step(name)
        if step is None:
            raise Problem("request.bad_value", field="step", value=name, reason="-")
        return step

    def _open_visit(self, step: Step) -> Visit:
        assert self._file.state is not None
        for visit in self._file.state.visits:
            if visit.step == step.name and visit.state == "open":
                return visit
        raise Problem("case.step_not_open", step=step.name)

    def _open_case(self) -> None:
        assert self._file.state is not None
        if self._file.state.status == "closed":
            raise Problem("case.closed")

    def _reason(self) -> dict[str, object]:
        return {"reason": _text(self._body, "reason")}

    def _person(self) -> str:
        """The actor id of `assignee`, a login or an id, who must hold a role in the project."""
        wanted = str(self._body.get("assignee") or "").strip()
        query = (
            select(actor.c.id)
            .join(user, user.c.actor_id == actor.c.id)
            .join(grant, grant.c.actor_id == actor.c.id)
            .where(
                (grant.c.project_id == self._file.project_id) | grant.c.project_id.is_(None),
                user.c.disabled_at.is_(None),
                actor.c.id == int(wanted) if ROW_ID.fullmatch(wanted) else user.c.login == wanted.lower(),
            )
        )
        found = self._db.execute(query).scalar()
        if found is None:
            raise Problem("request.bad_value", field="assignee", value=wanted, reason="-")
        return str(found)

    # --- the acts ----------------------------------------------------------------------------

    def decision(self) -> Read:
        self._open_case()
        step = self._step()
        visit = self._open_visit(step)
        if visit.waits_for:
            self.confirming = True
            return self.confirm()
        if not self._held & {step.role, *step.assign_to, *step.recorded_by}:
            raise Problem("access.denied")
        return step.name, self._answers(step), self._decided()

    def _decided(self) -> dict[str, object]:
        """Who decided on paper, and when (ruling 30)."""
        data: dict[str, object] = {}
        for name in ("decidedBy", "decidedOn"):
            if self._body.get(name) not in (None, ""):
                if not (written := _text(self._body, name)):
                    raise Problem("request.bad_type", field=name, value=str(self._body[name])[:100])
                data[name] = written
        if (on := data.get("decidedOn")) is not None:
            try:
                date.fromisoformat(str(on))
            except ValueError:
                raise Problem("case.bad_date", value=str(on)[:100]) from None
        return data

    def _answers(self, step: Step) -> Mapping[str, object]:
        given = self._body.get("answers") or {}
        if not isinstance(given, Mapping):
            raise Problem("request.bad_type", field="answers", value="-")
        if not step.form:
            return {}
        self.form = step.form
        form = find_form(self._db, self._file.project_id, step.form)
        if form is None or form.current_version_id is None:
            raise Problem("submission.form_unknown", form=step.form)
        schema = self._definitions.form_version(form.current_version_id).schema
        return typed_answers(schema, given)

    def confirm(self) -> Read:
        step = self._step()
        visit = self._open_visit(step)
        if not visit.waits_for:
            raise Problem("case.step_not_open", step=step.name)
        if visit.waits_for not in self._held:
            raise Problem("access.denied")
        drafted = next((e.actor for e in self._file.events if e.id == visit.event_id), None)
        if drafted == str(self._viewer.id):
            raise Problem("case.own_draft")
        ok = self._body.get("ok", True)
        if not isinstance(ok, bool):
            raise Problem("request.bad_type", field="ok", value=str(ok))
        if not ok and not _text(self._body, "reason"):
            raise Problem("case.reason_required")
        return step.name, {}, {"ok": ok, **self._reason()}

    def override(self) -> Read:
        self._holds("may_override")
        self._open_case()
        # Without a step it opens one more, whatever was decided (an emergency, ruling 27).
        step = self._step().name if self._body.get("step") else None
        to = self._body.get("to")
        targets = [to] if isinstance(to, str) else to
        if not isinstance(targets, list) or not targets:
            raise Problem("request.missing", field="to")
        for name in targets:
            if name not in (CLOSE, END_BRANCH) and self._file.sop.sop.step(str(name)) is None:
                raise Problem("request.bad_value", field="to", value=str(name), reason="-")
        return step, {}, {"to": [str(name) for name in targets], **self._reason()}

    def assign(self) -> Read:
        require(self._viewer, "case.assign", self._file.project_id)
        self._open_case()
        step = self._step().name if _text(self._body, "step") else None
        return step, {}, {"assignee": self._person(), **self._reason()}

    def pause(self) -> Read:
        return self._stop(True)

    def resume(self) -> Read:
        return self._stop(False)

    def _stop(self, begins: bool) -> Read:
        self._open_case()
        assert self._file.state is not None
        if self._file.state.paused == begins:
            raise Problem("case.bad_event", type=_text(self._body, "type"))
        return None, {}, self._reason()

    def close(self) -> Read:
        self._holds("may_close")
        self._open_case()
        reason = _text(self._body, "closeReason")
        if not reason:
            raise Problem("request.missing", field="closeReason")
        return None, {}, {"closeReason": reason, **self._reason()}

    def reopen(self) -> Read:
        self._holds("may_reopen")
        assert self._file.state is not None
        if self._file.state.status == "open":
            raise Problem("case.bad_event", type="reopen")
        return self._step().name, {}, self._reason()

    def resolve(self) -> Read:
        self._holds("may_override")
        step = self._step()
        resolution = _text(self._body, "resolution")
        if resolution not in ("accept", "keep"):
            raise Problem("request.bad_value", field="resolution", value=resolution, reason="accept, keep")
        if resolution == "keep" and not _text(self._body, "reason"):
            raise Problem("case.reason_required")
        assert self._file.state is not None
        if not any(conflict.step == step.name for conflict in self._file.state.conflicts):
            raise Problem("case.step_not_open", step=step.name)
        return step.name, {}, {"resolution": resolution, **self._reason()}

    def task(self) -> Read:
        if not _text(self._body, "text"):
            raise Problem("request.missing", field="text")
        due = _text(self._body, "due")
        try:
            day = date.fromisoformat(due).isoformat() if due else None
        except ValueError:
            raise Problem("request.bad_value", field="due", value=due, reason="YYYY-MM-DD") from None
        data: dict[str, object] = {"text": _text(self._body, "text"), "due": day}
        if self._body.get("assignee"):
            data["assignee"] = self._person()
        return None, {}, data

    def task_done(self) -> Read:
        assert self._file.state is not None
        wanted = _text(self._body, "task")
        if not any(task["id"] == wanted for task in self._file.state.tasks):
            raise Problem("request.bad_value", field="task", value=wanted, reason="-")
        return None, {}, {"task": wanted}

    def note(self) -> Read:
        if not _text(self._body, "text"):
            raise Problem("request.missing", field="text")
        return None, {}, {"text": _text(self._body, "text")}


_READERS: dict[str, Callable[[_Act], Read]] = {
    "decision": _Act.decision,
    "confirm": _Act.confirm,
    "override": _Act.override,
    "assign": _Act.assign,
    "pause": _Act.pause,
    "resume": _Act.resume,
    "close": _Act.close,
    "reopen": _Act.reopen,
    "resolve": _Act.resolve,
    "task": _Act.task,
    "task_done": _Act.task_done,
    "note": _Act.note,
}

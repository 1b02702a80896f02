"""The `tests` sheet: small cases the office wrote down, run through the fold before publishing."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import Protocol

from forms.findings import Finding
from forms.schema import Schema
from forms.sop import Sop, Test
from forms.values import Value
from server.sop.clock import Calendar
from server.sop.events import Event
from server.sop.fold import fold
from server.sop.state import CaseState

FIRST_DAY = date(2000, 1, 3)
"""The day of a test that names none, a Monday."""
_NUMBERS = {"int": int, "integer": int, "decimal": float}


class Played(Protocol):
    """One form of a small case: what a row of `tests` and a proposed row have in common."""

    @property
    def at(self) -> date | None: ...
    @property
    def form(self) -> str: ...
    @property
    def answers(self) -> Mapping[str, str]: ...
    @property
    def facts(self) -> Mapping[str, str]: ...


def run_tests(sop: Sop, calendar: Calendar, schemas: Mapping[str, Schema] | None = None) -> tuple[Finding, ...]:
    """What the rows of `tests` expected and did not get: `sop.test_open`, `_decision`, `_close`, `_alert`, `_waiting`.

    schemas: types the answers where they are given; without them a value is a number or a day if it
    looks like one.
    """
    findings: list[Finding] = []
    for case, found in groupby(sorted(sop.tests, key=lambda t: t.case), key=lambda t: t.case):
        rows = list(found)
        for number, (row, state) in enumerate(zip(rows, play(sop, calendar, case, rows, schemas or {}), strict=True)):
            findings += _compare(row, state, _instance(case, number))
    return tuple(findings)


def play(
    sop: Sop, calendar: Calendar, case: str, rows: Iterable[Played], schemas: Mapping[str, Schema]
) -> Iterator[CaseState]:
    """The state of a small case after each of its forms, sent one after the other; facts a row sets stay set."""
    events: list[Event] = []
    given: dict[str, Value] = {}
    day = FIRST_DAY
    types = {fact.name: fact.type for fact in sop.facts}
    for number, row in enumerate(rows):
        day = row.at or day
        given.update({name: _typed(value, types.get(name, "")) for name, value in row.facts.items()})
        form = sop.form(row.form)
        form_id = form.form_id if form else row.form
        received = datetime.combine(day, time(12), calendar.tz).astimezone(UTC) + timedelta(minutes=number)
        instance = _instance(case, number)
        answers = {name: _answer(value, name, schemas.get(form_id)) for name, value in row.answers.items()}
        events.append(Event(instance, "submission", day, received, instance_id=instance, form=form_id, answers=answers))
        yield fold(sop, events, calendar, given)


def _instance(case: str, number: int) -> str:
    return f"{case}:{number}"


def _answer(value: str, name: str, schema: Schema | None) -> Value:
    field = schema.by_name(name) if schema else None
    return _typed(value, field.type if field else "")


def _typed(value: str, kind: str) -> Value:
    if kind in _NUMBERS or kind == "":
        try:
            return _NUMBERS.get(kind, int)(value)
        except ValueError:
            pass
    if kind in ("date", ""):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    return value


def _compare(row: Test, state: CaseState, instance: str) -> Iterable[Finding]:
    if any(waiting.instance_id == instance for waiting in state.waiting):
        reason = next(w.reason for w in state.waiting if w.instance_id == instance)
        yield _finding("test_waiting", row, "form", row.form, reason)
    if row.expect_open is not None and set(row.expect_open) != set(state.open_steps):
        yield _finding("test_open", row, "expect_open", " ".join(row.expect_open), " ".join(state.open_steps))
    if row.expect_decision is not None:
        last = {decision.step: decision for decision in state.current_decisions}
        found = {f"{step}>{target}" for step, decision in last.items() for target in decision.to}
        if not set(row.expect_decision) <= found:
            steps = {wanted.split(">")[0] for wanted in row.expect_decision}
            shown = sorted(decided for decided in found if decided.split(">")[0] in steps)
            yield _finding("test_decision", row, "expect_decision", " ".join(row.expect_decision), " ".join(shown))
    if row.expect_close is not None and row.expect_close != state.close_reason:
        yield _finding("test_close", row, "expect_close", row.expect_close, state.close_reason or "")
    if row.expect_alert is not None:
        raised = {dict(notice.args).get("alert", "") for notice in state.notices if notice.code == "notice.alert"}
        if not set(row.expect_alert) <= raised:
            yield _finding("test_alert", row, "expect_alert", " ".join(row.expect_alert), " ".join(sorted(raised)))


def _finding(what: str, row: Test, column: str, expected: str, found: str) -> Finding:
    args = {"case": row.case, "expected": expected, "found": found or "–"}
    return Finding(f"sop.{what}", "error", row.row.place(column), args)

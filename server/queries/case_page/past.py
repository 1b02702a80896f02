"""What happened in a case: its history, decisions, answers, reports and records."""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Row

from forms import values
from forms.schema import Labels
from server.cases.privacy import Sight
from server.queries.case_page.answers import readable
from server.queries.case_page.book import Book
from server.queries.case_page.values import (
    CaseFileItem,
    Decided,
    FormAnswers,
    Gap,
    Happening,
    RecordEntry,
    RecordView,
    ReportLine,
)
from server.queries.masking import Named
from server.sop.fold_records import WORDS
from server.sop.state import CaseState, Decision, Record

LATE_DAYS = 2
"""Days between a claimed day and its receipt that nobody needs to be told of (ruling 35)."""


def decided(book: Book, decision: Decision) -> Decided:
    routes = {route.name: route for route in book.program.routes}
    return Decided(
        step=book.step(decision.step),
        to=tuple(book.step(name) for name in decision.to),
        routes=tuple(routes[name].labels for name in decision.routes if name in routes),
        decision=decision,
        by=book.person(decision.by),
        recorded_by=book.person(decision.recorded_by),
        what_if=tuple((other.changes, tuple(book.step(name) for name in other.to)) for other in decision.what_if),
    )


def vocabulary(book: Book, state: CaseState) -> Mapping[str, Mapping[str, Labels]]:
    """What the choices of the questions mean that decisions read or would have read."""
    wanted = {item.name.rpartition("#")[2] for decision in state.decisions for item in decision.inputs}
    found: dict[str, Mapping[str, Labels]] = {}
    for instance_id in book.sent:
        schema = book.schema(instance_id)
        for name in wanted - found.keys() if schema else ():
            field = schema.by_name(name) if schema else None
            if field and (known := book.choices(instance_id)(field)):
                found[name] = known
    return found


def _routed(book: Book, events: Iterable[Row], state: CaseState) -> list[Happening]:
    """The decisions as entries of the history, at the moment of the event that brought them."""
    moments = {row.id: row.received_at for row in events}
    return [
        Happening(
            at=moments.get(decision.event_id, decision.on),
            day=decision.on,
            type="stuck" if decision.kind == "stuck" else "routed",
            who=None,
            step=None,
            targets=tuple(book.step(name) for name in decision.to),
            form_title=None,
            submission_id=None,
            text="",
            files=0,
        )
        for decision in state.decisions
        if decision.superseded_by is None and not book.is_automatic(decision.to[0] if decision.to else "")
    ]


def history(
    book: Book, events: Sequence[Row], files: Iterable[CaseFileItem], state: CaseState, shown: Named
) -> tuple[Happening, ...]:
    """All that happened, newest first; `state` as it may be shown, `shown` for what acts keep."""
    counts: dict[int, int] = {}
    tasks = {task["id"]: str(task["text"]) for task in state.tasks}
    for item in files:
        counts[item.submission_id] = counts.get(item.submission_id, 0) + 1
    made = []
    for row in events:
        data = json.loads(row.data)
        extra = data.get("data", {})
        number = book.submission_of(row.instance_id)
        made.append(
            Happening(
                at=row.received_at,
                day=row.effective[:10],
                type=_kind(row.type, extra),
                who=book.person(row.actor_id),
                step=book.step(data["step"]) if data.get("step") else None,
                form_title=book.form_title(row.form) if row.form else None,
                submission_id=number,
                text=shown.text("reason", str(extra.get("reason") or extra.get("text") or ""))
                or tasks.get(extra.get("task"), ""),
                files=counts.get(number, 0) if number is not None else 0,
                to=book.person(extra.get("assignee")),
                state=f"{extra.get('kind')}_{extra.get('state')}" if row.type == "record" else "",
                paper=book.paper_labels(extra["document"]) if row.type == "document" and "document" in extra else None,
                scan=row.id if extra.get("scan") else None,
            )
        )
    made.extend(_routed(book, events, state))
    return tuple(sorted(made, key=lambda item: (item.at, item.day, item.type == "routed"), reverse=True))


def answers_of(book: Book, events: Iterable[Row], sight: Sight) -> tuple[FormAnswers, ...]:
    latest: dict[str, Row] = {}
    for row in sorted(events, key=lambda e: e.received_at):
        if row.type in ("submission", "submission_edit") and row.instance_id:
            latest[row.instance_id] = row
    made = []
    for instance_id, row in latest.items():
        answers = values.from_json(json.loads(row.data).get("answers", {}))
        schema = book.schema(instance_id)
        if isinstance(answers, Mapping):
            made.append(
                FormAnswers(
                    book.form_title(row.form or ""),
                    row.form or "",
                    book.submission_of(instance_id),
                    row.effective[:10],
                    tuple(readable(schema, answers, book.choices(instance_id), sight)),
                )
            )
    return tuple(sorted(made, key=lambda item: item.day, reverse=True))


def _kind(event: str, data: Mapping[str, object]) -> str:
    """What an event was, as the history calls it: an override has many forms (ruling 13), a moved case is corrected
    where it came from (29)."""
    if event == "override":
        forms = {"due": "extend", "skipped": "skip", "withdrawn": "withdraw", "emergency": "emergency"}
        return next((kind for name, kind in forms.items() if data.get(name)), event)
    return "carried_on" if event == "start_at" and data.get("corrects") else event


def reports(book: Book, state: CaseState) -> tuple[ReportLine, ...]:
    """Who reported this case, by the forms that did (rulings 16 and 33)."""
    return tuple(
        ReportLine(item.day, book.form_title(item.form), book.submission_of(item.instance_id), place == 0)
        for place, item in enumerate(state.reports)
    )


def gaps(book: Book, state: CaseState) -> tuple[Gap, ...]:
    """Finished steps whose form came much later than the day it tells of (ruling 35)."""
    return tuple(
        Gap(book.step(visit.step), visit.done_on, visit.recorded_at, visit.gap_days)
        for visit in state.visits
        if visit.gap_days > LATE_DAYS and not visit.auto and visit.done_on and visit.recorded_at
    )


def records(book: Book, state: CaseState, institutions: Mapping[str, str]) -> tuple[RecordView, ...]:
    """Referrals and stays, newest first. institutions: {code: name} of those forms may name."""
    return tuple(reversed([_record(book, item, institutions) for item in state.records]))


def _record(book: Book, item: Record, institutions: Mapping[str, str]) -> RecordView:
    def told(name: str, value: object) -> str:
        return institutions.get(str(value), str(value)) if name == "lembaga_tujuan" else str(value)

    entries = tuple(
        RecordEntry(
            str(entry.get("state", "")),
            str(entry.get("on", "")),
            book.person(str(entry["by"])) if entry.get("by") else None,
            tuple((name, told(name, entry[name])) for name in (*WORDS, "reason") if entry.get(name)),
        )
        for entry in item.entries
    )
    named = [text for entry in entries for name, text in entry.words if name in ("lembaga_tujuan", "tempat")]
    return RecordView(item.id, item.kind, item.state, named[0] if named else "", entries)

"""What happened in a case: its history, decisions and answers."""

import json
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import Row

from forms import values
from forms.schema import Labels
from server.queries.case_page.answers import readable
from server.queries.case_page.book import Book
from server.queries.case_page.values import CaseFileItem, Decided, FormAnswers, Happening
from server.sop.state import CaseState, Decision


def decided(book: Book, decision: Decision) -> Decided:
    routes = {route.name: route for route in book.program.routes}
    return Decided(
        step=book.step(decision.step),
        to=tuple(book.step(name) for name in decision.to),
        routes=tuple(routes[name].labels for name in decision.routes if name in routes),
        decision=decision,
        by=book.person(decision.by),
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
            step=book.step(decision.to[0]) if len(decision.to) == 1 else None,
            form_title=None,
            submission_id=None,
            text="",
            files=0,
        )
        for decision in state.decisions
        if decision.superseded_by is None and not book.is_automatic(decision.to[0] if decision.to else "")
    ]


def history(
    book: Book, events: Sequence[Row], files: Iterable[CaseFileItem], state: CaseState
) -> tuple[Happening, ...]:
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
                type=row.type,
                who=book.person(row.actor_id),
                step=book.step(data["step"]) if data.get("step") else None,
                form_title=book.form_title(row.form) if row.form else None,
                submission_id=number,
                text=str(extra.get("reason") or extra.get("text") or tasks.get(extra.get("task")) or ""),
                files=counts.get(number, 0) if number is not None else 0,
                to=book.person(extra.get("assignee")),
            )
        )
    made.extend(_routed(book, events, state))
    return tuple(sorted(made, key=lambda item: (item.at, item.day, item.type == "routed"), reverse=True))


def answers_of(book: Book, events: Iterable[Row]) -> tuple[FormAnswers, ...]:
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
                    tuple(readable(schema, answers, book.choices(instance_id))),
                )
            )
    return tuple(sorted(made, key=lambda item: item.day, reverse=True))

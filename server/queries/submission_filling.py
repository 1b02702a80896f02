"""How a form was filled on the phone, as its log tells: what was asked when, for how long, and what was changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from forms.client_audit import AuditEvent, read
from forms.schema import Labels, Schema
from server.cases import privacy
from server.cases.privacy import Sight
from server.store.schema import stamp

MOST = 300


@dataclass(frozen=True, slots=True)
class FillingStep:
    """One line of the log. `name` of the question with its `labels`, '' for what the phone did; `seconds` it took;
    `changed`: before and after where the phone kept them, None where it did not or they are not to be shown."""

    at: str | None
    event: str
    name: str
    labels: Labels
    seconds: float | None
    changed: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class Filling:
    """The first MOST of `count` lines; `seconds`: how long questions were on the screen altogether."""

    steps: tuple[FillingStep, ...]
    count: int
    seconds: float


def filling_of(data: bytes, schema: Schema, sight: Sight) -> Filling | None:
    """The log of one submission, as much of it as somebody with this sight reads; None when it has no line."""
    events = list(read(data))
    if not events:
        return None
    seconds = sum(_seconds(event) or 0 for event in events if event.event in ("question", "group questions"))
    return Filling(tuple(_steps(events[:MOST], schema, sight)), len(events), seconds)


def _seconds(event: AuditEvent) -> float | None:
    if event.started is None or event.ended is None or event.ended < event.started:
        return None
    return (event.ended - event.started).total_seconds()


def _steps(events: Iterable[AuditEvent], schema: Schema, sight: Sight) -> Iterable[FillingStep]:
    for event in events:
        names = [step.partition("[")[0] for step in event.node.split("/") if step]
        asked = schema.field("".join(f"/{name}" for name in names[1:]))
        kind = privacy.seen_as(asked, sight) if asked else "secret"
        told = kind not in privacy.HIDDEN[sight]
        changed = (event.old_value, event.new_value) if event.old_value or event.new_value else None
        yield FillingStep(
            at=stamp(event.started) if event.started else None,
            event=event.event,
            name=names[-1] if len(names) > 1 else "",
            labels=asked.labels if asked else {},
            seconds=_seconds(event),
            changed=changed if told else None,
        )

"""What of the events of a case counts: undone acts, cases merged into this one, steps renamed by a migration."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from forms.values import Value, text
from server.sop.events import Event

UNDOABLE = frozenset({"merge", "move", "migrate"})
OWN_ACTS = frozenset(
    [
        "override",
        "assign",
        "pause",
        "resume",
        "close",
        "reopen",
        "resolve",
        "conflict",
        "move",
        "merge",
        "migrate",
        "timer",
    ]
)
"""Acts about a case file itself. Of a case merged into another one they end with it: what was found and done counts,
how the other file was led does not (ruling 33)."""

_ALWAYS = datetime.min.replace(tzinfo=UTC)


def standing(events: Iterable[Event]) -> list[Event]:
    """The events that count, each once, the steps of older SOP versions under their present names."""
    unique = list({event.id: event for event in events}.values())
    if not any(event.case or event.type in UNDOABLE for event in unique):
        return unique
    undone = undone_by(unique)
    merged = {text(event.data.get("from")) for event in unique if event.type == "merge" and event.id not in undone}
    left = [
        event
        for event in unique
        if event.id not in undone
        and not (event.type in UNDOABLE and event.data.get("undoes"))
        and not (event.type == "conflict" and text(event.data.get("cause")) in undone)
        and not (event.case and (event.type in OWN_ACTS or event.case not in merged))
        and not (event.type == "merge" and text(event.data.get("case")) in merged)
    ]
    return _renamed(left, _renamings(unique, undone))


def undone_by(events: Iterable[Event]) -> dict[str, Event]:
    """The events that were undone, by id, with the event that undid them."""
    by_id = {event.id: event for event in events if event.type in UNDOABLE}
    found = {}
    for event in by_id.values():
        target = by_id.get(text(event.data.get("undoes")))
        if target is not None and target.type == event.type and not target.data.get("undoes"):
            found[target.id] = event
    return found


def step_map(migration: Event) -> dict[str, str]:
    """Old step -> new step of a migration, without those that keep their name."""
    names = migration.data.get("map")
    pairs = names.items() if isinstance(names, Mapping) else ()
    return {str(old): text(new) for old, new in pairs if new and text(new) != old}


def inverse(names: Mapping[str, str]) -> dict[str, str]:
    """New step -> old step; where two old ones became one, the first of them."""
    return {new: old for old, new in reversed(list(names.items()))}


@dataclass(frozen=True, slots=True)
class _Renaming:
    """What was received in [`since`, `until`) names steps by the keys of `names`; they are meant by its values.

    `case`: the merged case it happened to, whose events alone it is about; None: the case itself, and with it all
    that went into it."""

    since: datetime
    until: datetime
    names: Mapping[str, str]
    case: str | None = None


def _renamings(events: Sequence[Event], undone: Mapping[str, Event]) -> list[_Renaming]:
    found = []
    for event in events:
        if event.type != "migrate" or event.data.get("undoes"):
            continue
        if undoing := undone.get(event.id):
            # Acts of the time in between spoke of the newer version.
            found.append(_Renaming(event.received_at, undoing.received_at, inverse(step_map(event)), event.case))
        else:
            found.append(_Renaming(_ALWAYS, event.received_at, step_map(event), event.case))
    return sorted((each for each in found if each.names), key=lambda each: each.until)


def _renamed(events: list[Event], renamings: Sequence[_Renaming]) -> list[Event]:
    for each in renamings:
        events = [
            renamed(event, each.names)
            if each.since <= event.received_at < each.until and each.case in (None, event.case)
            else event
            for event in events
        ]
    return events


def renamed(event: Event, names: Mapping[str, str]) -> Event:
    """The event with every step it names under its other name."""
    naming = _NAMING.get(event.type, {})
    data = {key: naming[key](value, names) if key in naming else value for key, value in event.data.items()}
    return replace(event, step=names.get(event.step, event.step) if event.step else event.step, data=data)


def renamed_key(key: str, names: Mapping[str, str]) -> str:
    """`s06#2` under the other name of its step."""
    step, mark, visit = key.partition("#")
    return f"{names.get(step, step)}{mark}{visit}"


def _one(value: Value, names: Mapping[str, str]) -> Value:
    return names.get(value, value) if isinstance(value, str) else value


def _several(value: Value, names: Mapping[str, str]) -> Value:
    return [_one(item, names) for item in value] if isinstance(value, list | tuple) else _one(value, names)


def _key(value: Value, names: Mapping[str, str]) -> Value:
    return renamed_key(value, names) if isinstance(value, str) else value


def _decision(value: Value, names: Mapping[str, str]) -> Value:
    if not isinstance(value, Mapping):
        return value
    return {**value, "step": _one(value.get("step"), names), "to": _several(value.get("to"), names)}


_NAMING: Mapping[str, Mapping[str, Callable[[Value, Mapping[str, str]], Value]]] = {
    "override": {"to": _several},
    "start_at": {"steps": _several},
    "assign": {"step": _one},
    "conflict": {"key": _key, "pinned": _decision},
}

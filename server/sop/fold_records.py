"""Referrals and shelter stays: records beside the steps (ruling 44)."""

from forms.values import Value, text, to_json
from server.sop.fold_run import Run
from server.sop.order import Item

WORDS = ("lembaga_tujuan", "tempat", "kepada", "cara")
"""Questions of a form whose answers its record keeps."""
KINDS = frozenset({"referral", "stay"})


def record(run: Run, item: Item) -> None:
    """An entry somebody wrote down: {record, kind, state, on, …words}."""
    data = item.event.data
    name = text(data.get("record") or "") or item.event.id
    known = run.records.get(name)
    kind = known[0] if known else text(data.get("kind", ""))
    if kind not in KINDS:
        run.ignored(item)
        return
    words = {key: value for key, value in data.items() if key not in ("record", "kind", "state", "on")}
    _add(run, name, kind, text(data.get("state", "")), item, words)


def of_form(run: Run, item: Item) -> None:
    """What a placed form records by itself: a referral sent, a stay begun or ended; nobody leaves who did not stay."""
    what = run.plan.records.get(item.event.form or "")
    if what is None:
        return
    words = {name: item.answers[name] for name in WORDS if item.answers.get(name) not in (None, "")}
    if what == "referral":
        _add(run, item.instance, "referral", "sent", item, words)
    elif what == "stay_in":
        _add(run, item.instance, "stay", "in", item, words)
    elif (stay := _open_stay(run)) is not None:
        _add(run, stay, "stay", "out", item, words)


def _open_stay(run: Run) -> str | None:
    """The newest stay that has not ended."""
    found = [name for name, (kind, rows) in run.records.items() if kind == "stay" and rows[-1]["state"] == "in"]
    return found[-1] if found else None


def _add(run: Run, name: str, kind: str, state: str, item: Item, words: dict[str, Value]) -> None:
    entry: dict[str, object] = {key: to_json(value) for key, value in words.items()}
    entry |= {"state": state, "on": item.day.isoformat(), "event_id": item.event.id, "by": item.event.actor}
    run.records.setdefault(name, (kind, []))[1].append(entry)

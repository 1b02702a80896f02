"""Which cases a submission belongs to. Pure: it reads the answers, the caller looks the cases up."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from forms.entities import EntityAct
from forms.sop import FormUse, Sop
from forms.submission import Reading
from forms.values import Answers

# Names made by the server for things that arrive without one are derived from what they are, so that
# the same submission always gives the same ids.
NAMESPACE = UUID("6a1f1c1e-6a0c-5e0e-9b0a-2f6f0c2a7d11")

MOST_CASES = 200
"""Cases one submission may name: a raid or a group has dozens; more would hold every other writer up."""
TAKEN_BACK = "rejected"
"""State of the review by which a submission leaves one of its cases; nothing is deleted."""

_YES = "yes"
CASE_QUESTION = "kasus_id"
PLUMBING = frozenset({CASE_QUESTION, "tampil"})
"""What a follow-up form asks only to find its case (rulings 20, 22)."""


def derived_id(*parts: object) -> str:
    """A UUID that depends on nothing but its parts."""
    return str(uuid5(NAMESPACE, "\x1f".join(str(part) for part in parts)))


@dataclass(frozen=True, slots=True)
class Link:
    """One case a submission names: `case_id`, whether it `opens` it, or why it names none (`reason`).

    `key` names this part of the submission for ever: "" when the submission is about one case, else what
    the row names or `#` and its number. `row` counts from 1 within the form's repeat, None outside.
    `answers` are those that count for this case; `act` is what its entity block asks for.
    """

    case_id: str | None
    opens: bool
    reason: str | None = None
    key: str = ""
    row: int | None = None
    answers: Answers | None = None
    act: EntityAct | None = None

    @property
    def name(self) -> str:
        """What the form wrote here, by which a person's link is found again in its corrections."""
        return self.key or self.case_id or ""


def uuid_of(text: str) -> str | None:
    """The UUID written here (with or without `uuid:`) as ids are compared; None for any other text."""
    try:
        return str(UUID(text.strip().removeprefix("uuid:")))
    except ValueError:
        return None


def case_list(sop_id: str) -> str:
    """The entity list of an SOP's cases (ruling 22)."""
    return f"kasus_{sop_id}"


def links(sop: Sop, form: FormUse, reading: Reading, form_id: str, instance_id: str) -> tuple[Link, ...]:
    """The cases this submission opens or follows (ruling 28), at least one and at most MOST_CASES + 1.

    An intake opens the case whose id its entity block made on the phone, or one derived from the
    instance when the form has no such block or its id is no UUID (only a UUID can be an address). Where
    `forms.opens_case` names a repeat, each row does. A follow-up names its cases in `forms.case_field`,
    which may hold several ids or stand in a repeat. Shared answers count for each case, answers inside a
    row only for its own.
    """
    acts = tuple(act for act in reading.entities if act.list == case_list(sop.sop_id))
    if form.opens_case == _YES:
        return (_opening(reading, acts, form_id, instance_id),)
    if form.opens_case:
        found = _opening_rows(reading, acts, form, form_id, instance_id)
    else:
        found = _following(reading, acts, form.case_field or CASE_QUESTION)
    return tuple(_once(found)) or (Link(None, False, "no_case", answers=reading.answers),)


def _opening(reading: Reading, acts: tuple[EntityAct, ...], form_id: str, instance_id: str) -> Link:
    for act in acts:
        if act.create and (made := uuid_of(act.id)):
            return Link(made, True, answers=reading.answers, act=act)
    case_id = derived_id("case", form_id, instance_id)
    return Link(case_id, True, answers=reading.answers, act=_act_for(acts, case_id, ()))


def _rows(answers: Answers, repeat: str) -> list[Mapping]:
    held = answers.get(repeat)
    return [row for row in held if isinstance(row, Mapping)] if isinstance(held, list) else []


def _without(answers: Answers, repeat: str) -> dict:
    """The answers shared by all rows: what the other rows say is about somebody else."""
    return {name: value for name, value in answers.items() if name != repeat}


def _opening_rows(
    reading: Reading, acts: tuple[EntityAct, ...], form: FormUse, form_id: str, instance_id: str
) -> Iterator[Link]:
    shared = _without(reading.answers, form.opens_case)
    for number, row in enumerate(_rows(reading.answers, form.opens_case)[: MOST_CASES + 1]):
        own = [act for act in acts if act.rows == (number,) and act.container.endswith(f"/{form.opens_case}")]
        answers = {**shared, **row}
        # A client the office knows already is picked from the list in the row: its case is followed.
        named = uuid_of(str(row.get(form.case_field or CASE_QUESTION) or ""))
        known = named or next((found for act in own if act.update and (found := uuid_of(act.id))), None)
        made = next((found for act in own if act.create and (found := uuid_of(act.id))), None)
        case_id = made or known or derived_id("case", form_id, instance_id, number)
        opens = bool(made) or not known
        yield Link(case_id, opens, None, case_id, number + 1, answers, _act_for(own, case_id, (number,)))


def _following(reading: Reading, acts: tuple[EntityAct, ...], field: str) -> Iterator[Link]:
    if field in reading.answers:
        yield from _named(reading, acts, str(reading.answers[field] or "").strip())
        return
    repeat = next((name for name in reading.answers if any(field in row for row in _rows(reading.answers, name))), None)
    if repeat is None:
        return
    shared = _without(reading.answers, repeat)
    for number, row in enumerate(_rows(reading.answers, repeat)[: MOST_CASES + 1]):
        named = str(row.get(field) or "").strip()
        case_id = uuid_of(named)
        reason = None if case_id else "case_unknown" if named else "no_case"
        own = [act for act in acts if act.rows == (number,)]
        act = _act_for(own, case_id, (number,))
        yield Link(case_id, False, reason, case_id or f"#{number + 1}", number + 1, {**shared, **row}, act)


def _named(reading: Reading, acts: tuple[EntityAct, ...], named: str) -> Iterator[Link]:
    """The cases one question names: one, or several ids with blanks between them."""
    ids = {part: uuid_of(part) for part in named.split()[: MOST_CASES + 1]}
    if len(ids) < 2 or not any(ids.values()):
        case_id = uuid_of(named)
        reason = None if case_id else "case_unknown" if named else "no_case"
        yield Link(case_id, False, reason, answers=reading.answers, act=_act_for(acts, case_id, ()))
        return
    for part, case_id in ids.items():
        reason = None if case_id else "case_unknown"
        # No entity block can mean several cases: the server alone links them (ruling 28).
        act = next((a for a in acts if case_id and uuid_of(a.id) == case_id), None)
        yield Link(case_id, False, reason, case_id or part[:100], answers=reading.answers, act=act)


def _once(found: Iterable[Link]) -> Iterator[Link]:
    """A case named by a second row is a slip of the finger: that row waits for a person."""
    seen: set[str] = set()
    for link in found:
        if link.case_id is not None and link.case_id in seen:
            if link.row is not None:
                yield Link(None, False, "row_repeated", f"#{link.row}", link.row, link.answers, None)
            continue
        if link.case_id is not None:
            seen.add(link.case_id)
        yield link


def _act_for(acts: Iterable[EntityAct], case_id: str | None, rows: tuple[int, ...]) -> EntityAct | None:
    """The entity block about this case. One whose id is no UUID cannot mean another case."""
    near = [act for act in acts if act.rows == rows]
    return next((act for act in near if uuid_of(act.id) in (case_id, None)), None)


# --- which cases a submission is in --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trace:
    """What one event of a case says of a submission that is or was in it."""

    case_id: str
    type: str
    received_at: datetime
    linked: str | None
    taken_back: bool


def traced(kind: str, data: Mapping) -> tuple[str | None, bool]:
    """Of an event of this type with this data: what a person linked it by, and whether it takes the form back."""
    linked = data.get("linked")
    taken = kind == "review" and data.get("state") == TAKEN_BACK and "takenBack" in data
    return (str(linked) if linked is not None else None, taken)


def holders(traces: Iterable[Trace]) -> dict[str, str | None]:
    """The cases a submission is in now, each with the key a person linked it by (None: the form's own word).

    A case it was taken back from holds it no longer, until a revision or a review says otherwise.
    """
    by_case: dict[str, list[Trace]] = {}
    for item in traces:
        by_case.setdefault(item.case_id, []).append(item)
    held: dict[str, str | None] = {}
    for case_id, items in by_case.items():
        items.sort(key=lambda item: item.received_at)
        forms = [item for item in items if item.type in ("submission", "submission_edit")]
        if not forms:  # what was said here of a form that stands in a case merged into this one for a while
            continue
        last_review = next((item for item in reversed(items) if item.type == "review"), None)
        away = last_review and last_review.taken_back and last_review.received_at >= forms[-1].received_at
        if not away:
            held[case_id] = next((item.linked for item in reversed(forms) if item.linked is not None), None)
    return held

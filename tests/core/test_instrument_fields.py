"""Every field, choice and required answer of the field lists stands in the instruments, or is named with why not."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from xlsforms.book import Sheet
from xlsforms.build import books

GOLDEN = Path(__file__).parents[1] / "golden"
LISTS: Mapping[str, Mapping[str, str]] = tomllib.loads((GOLDEN / "instruments.toml").read_text())
NAMED = tomllib.loads((GOLDEN / "instruments_named.toml").read_text())
SERVED = [(sop_id, number) for sop_id, lists in NAMED["serves"].items() for number in lists]


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a built form, with the choices of its list."""

    type: str
    required: bool
    choices: frozenset[str]


def rows(sheet: Sheet) -> Iterator[dict[str, str]]:
    header, *body = sheet
    return (dict(zip(header, row, strict=True)) for row in body)


@cache
def built() -> dict[str, dict[str, list[Question]]]:
    """Form id -> question -> the questions of that name (or `list/name` of none)."""
    forms: dict[str, dict[str, list[Question]]] = {}
    for path, book in books().items():
        if "survey" not in book:
            continue
        choices: dict[str, set[str]] = {}
        for row in rows(book["choices"]):
            choices.setdefault(row["list_name"], set()).add(row["name"])
        found: dict[str, list[Question]] = {}
        for row in rows(book["survey"]):
            if row["name"] and not row["type"].startswith(("end_", "begin_group")):
                offered = frozenset(choices.get(row["type"].partition(" ")[2], ()))
                found.setdefault(row["name"], []).append(Question(row["type"], row.get("required") == "yes", offered))
        forms[Path(path).stem] = found
    return forms


def asked(sop_id: str, number: str, name: str) -> list[Question]:
    """The questions that ask a field, under its own name or the one it has here."""
    names = [name, *NAMED["as"].get(number, {}).get(name, "").split()]
    forms = [f"{sop_id}_{short}" for short in NAMED["serves"][sop_id][number].split()]
    return [question for form in forms for here in names for question in built()[form].get(here, ())]


def excused(part: str, sop_id: str, number: str, name: str) -> str:
    """Why a field of this list is not as listed here; "" when it must be."""
    reasons = NAMED.get(part, {})
    for key in (f"{sop_id}/{number}/{name}", f"{number}/{name}", name):
        if reason := reasons.get(key):
            return str(reason)
    return ""


@pytest.mark.parametrize(("sop_id", "number"), SERVED)
def test_every_field_is_asked_and_offers_every_choice(sop_id: str, number: str) -> None:
    missing, poor, loose = [], [], []
    for name, told in LISTS[number].items():
        questions = asked(sop_id, number, name)
        mark, *listed = told.split() if told[:1] in ("=", "!") else ["", *told.split()]
        if not questions:
            missing += [name] * (not excused("absent", sop_id, number, name))
            continue
        offered = frozenset[str]().union(*(question.choices for question in questions))
        other = NAMED["choice"]
        lacking = [value for value in listed if value not in offered and other.get(value) not in offered]
        poor += [f"{name}: {value}" for value in lacking if not excused("unoffered", sop_id, number, f"{name}.{value}")]
        # How many rows a repeat has is noted, never forced.
        forced = "!" in mark and not any(question.type == "begin_repeat" for question in questions)
        if forced and not any(question.required for question in questions):
            loose += [name] * (not excused("optional", sop_id, number, name))
    assert (missing, poor, loose) == ([], [], []), (missing, poor, loose)


def test_no_excuse_has_outlived_its_reason() -> None:
    """An absent field that is asked after all, in every form it is excused for, needs no excuse."""
    stale = []
    for key in NAMED["absent"]:
        sop, number, name = (["", "", *key.split("/")])[-3:]
        lists = [(s, n) for s, n in SERVED if sop in ("", s) and number in ("", n) and name in LISTS[n]]
        if not lists or all(asked(s, n, name) for s, n in lists):
            stale.append(key)
    assert stale == []


def test_the_rules_of_the_field_lists_hold_on_every_form_that_asks_them() -> None:
    """Identity, phone, family card, neighbourhood, postal code and the numbers between two bounds."""
    held = 0
    for path, book in books().items():
        for row in rows(book["survey"]) if "survey" in book else ():
            for part in NAMED["rules"].get(row["name"], ()):
                assert part in row.get("constraint", ""), (path, row["name"], part)
                held += 1
    assert held > 100


def test_every_instrument_serves_a_list_or_is_known_to_have_none() -> None:
    serving = {
        f"{sop_id}_{short}"
        for sop_id, lists in NAMED["serves"].items()
        for forms in lists.values()
        for short in forms.split()
    }
    assert set(built()) - serving == set(NAMED["without_list"])

"""Choices that Collect looks up itself, beside JavaRosa: `search()` in an appearance, and `itemsets.csv`."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping

Row = Mapping[str, str]

_SEARCH = re.compile(r"search\((.*)\)")
_ARGUMENT = re.compile(r"\s*(?:'([^']*)'|\"([^\"]*)\"|([^,]+?))\s*(?:,|$)")
_QUERY = re.compile(r"instance\('([^']+)'\)/root/item\[(.*)\]")
_TERM = re.compile(r"\s*([\w.-]+)\s*=\s*(?:'([^']*)'|(\S+))\s*")
_TESTS: Mapping[str, Callable[[str, str], bool]] = {
    "contains": lambda held, asked: asked.lower() in held.lower(),
    "startswith": lambda held, asked: held.lower().startswith(asked.lower()),
    "endswith": lambda held, asked: held.lower().endswith(asked.lower()),
    "matches": lambda held, asked: held == asked,
}


def searched(
    appearance: str, columns: Iterable[tuple[str, str]], media: Mapping[str, bytes], answer: Callable[[str], str]
) -> dict[str, str] | None:
    """Value -> label of what a `search()` finds; None when the appearance has none.

    columns: (value, label) of the choices written in the form: a whole number is a choice itself, anything else names
    the columns of the file. answer: what stands at a path of the form.
    """
    call = _SEARCH.search(appearance)
    if call is None:
        return None
    name, *told = _arguments(call[1], answer)
    rows = list(_rows(media, name if name.endswith(".csv") else f"{name}.csv"))
    if len(told) >= 3:
        fits, wanted = _TESTS[told[0].lower()], told[2]
        fields = told[1].split(",")
        rows = [row for row in rows if any(fits(row[field.strip()], wanted) for field in fields)]
    if len(told) == 5:
        rows = [row for row in rows if row[told[3]] == told[4]]
    found: dict[str, str] = {}
    for value, label in columns:
        if value.lstrip("-").isdigit():
            found[value] = label
        else:
            found.update((row[value], ", ".join(row[part.strip()] for part in label.split(","))) for row in rows)
    return found


def external(query: str, media: Mapping[str, bytes], answer: Callable[[str], str]) -> dict[str, str]:
    """Value -> label of the rows of `itemsets.csv` that a `select_one_external` offers now."""
    found = _QUERY.fullmatch(query.strip())
    if found is None:
        raise ValueError(query)
    terms = [
        (column, literal if literal is not None and not path else answer(path))
        for column, literal, path in (_term(text) for text in found[2].split(" and "))
    ]
    rows = (row for row in _rows(media, "itemsets.csv") if row["list_name"] == found[1])
    return {row["name"]: row["label"] for row in rows if all(row[column] == value for column, value in terms)}


def _term(text: str) -> tuple[str, str | None, str]:
    found = _TERM.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return found[1], found[2], found[3] or ""


def _arguments(text: str, answer: Callable[[str], str]) -> Iterator[str]:
    for single, double, path in _ARGUMENT.findall(text):
        yield answer(path) if path else single or double


def _rows(media: Mapping[str, bytes], name: str) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(media[name].decode("utf-8-sig"), newline=""))

"""Finds the built style sheet, scripts and icons (`python -m server.web.build` makes them)."""

import json
from functools import cache
from pathlib import Path

from markupsafe import Markup

BUILT = Path(__file__).parent / "static" / "built"


@cache
def _manifest() -> dict[str, str]:
    return json.loads((BUILT / "manifest.json").read_text("utf-8"))


@cache
def _icons() -> dict[str, str]:
    return json.loads((BUILT / "icons.json").read_text("utf-8"))


def file_name(name: str) -> str:
    """The hashed name of a built file. Raises KeyError for a file the build does not make."""
    return _manifest()[name]


@cache
def packed() -> frozenset[str]:
    """The built files that also lie there packed."""
    return frozenset(path.relative_to(BUILT).as_posix().removesuffix(".gz") for path in BUILT.rglob("*.gz"))


def icon(name: str) -> Markup:
    """An icon of the set as inline SVG, hidden from readers: the word beside it says the same."""
    body = _icons()[name]
    opening = '<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">'
    return Markup(f"{opening}{body}</svg>")  # noqa: S704 - our own build, no data

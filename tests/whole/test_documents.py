"""Documents say what is so."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.settings import Settings
from tests.whole.documents import GUIDES, guide, made, written
from tests.whole.pins import ROOT

PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TARGETS = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M)


def test_the_database_page_draws_the_tables_there_are() -> None:
    assert written() == made(), "run: .venv/bin/python -m tests.whole.documents"


@pytest.mark.parametrize("language", GUIDES)
def test_the_guide_to_the_workbook_tells_the_columns_there_are(language: str) -> None:
    assert GUIDES[language].read_text("utf-8") == guide(language), "run: .venv/bin/python -m tests.whole.documents"


def test_the_readme_lists_every_setting_and_no_other() -> None:
    named = set(re.findall(r"ALUR_[A-Z_]+", (ROOT / "README.md").read_text()))
    assert named == {f"ALUR_{name.upper()}" for name in Settings.__dataclass_fields__}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_every_path_and_make_word_a_page_names_exists(page: Path) -> None:
    missing = [name for name in named_paths(page) if not (ROOT / name).exists()]
    words = set(re.findall(r"\bmake ([a-z-]+)(?=`|\n)", page.read_text()))
    assert missing == []
    assert words <= set(TARGETS)


def named_paths(page: Path) -> Iterator[str]:
    """Files and folders of this checkout a page links to or names in code style."""
    text = page.read_text()
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        yield str((page.parent / link).resolve().relative_to(ROOT))
    yield from re.findall(r"`((?:forms|server|reports|xlsforms|tests|docs|\.ci)/[\w./-]*)`", text)


def test_each_decision_has_a_number_of_its_own_and_says_what_it_must() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    numbers = [int(path.name[:4]) for path in records]
    assert len(set(numbers)) == len(numbers)
    for number, path in zip(numbers, records, strict=True):
        told = path.read_text()
        assert told.startswith(f"# {number}. "), path.name
        for part in ("**Context.**", "**Decision.**", "**Status.**", "**Consequences.**"):
            assert part in told, f"{path.name}: {part}"

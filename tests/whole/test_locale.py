"""Every sentence exists in both languages, names the same things, and is asked for by a key that exists."""

import re
import string
from pathlib import Path

import pytest

from server.locale import catalogue, say

TEMPLATES = Path(__file__).parents[2] / "server" / "web" / "templates"
WEB = TEMPLATES.parent
LITERAL = re.compile(r"""\bt\(\s*['"]([a-z0-9_.]+)['"]\s*[,)]""")


def names(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


def test_indonesian_and_english_have_the_same_keys() -> None:
    assert set(catalogue("id")) == set(catalogue("en"))


def test_a_sentence_names_the_same_things_in_both_languages() -> None:
    english = catalogue("en")
    differing = [key for key, text in catalogue("id").items() if names(text) != names(english[key])]
    assert differing == []


def test_no_sentence_is_empty() -> None:
    blank = [(name, key) for name in ("id", "en") for key, text in catalogue(name).items() if not text.strip()]
    assert blank == []


@pytest.mark.parametrize("path", [*TEMPLATES.glob("*.html"), *WEB.glob("*.py")], ids=lambda path: path.name)
def test_pages_ask_only_for_sentences_that_exist(path: Path) -> None:
    asked = LITERAL.findall(path.read_text("utf-8"))
    assert [key for key in asked if f"web.{key}" not in catalogue("id")] == []


def test_words_offices_do_not_want_to_read_appear_nowhere_on_pages() -> None:
    unwanted = re.compile(r"\b(penyandang masalah|cacat|gila|nakal|WTS|PSK|ditutup paksa)\b", re.IGNORECASE)
    assert [key for key, text in catalogue("id").items() if key.startswith("web.") and unwanted.search(text)] == []


def test_an_argument_nobody_gave_shows_as_a_dash() -> None:
    assert say("id", "web.due.late_days") == "terlambat – hari kerja"


def test_words_agree_with_how_many_there_are() -> None:
    assert [say("en", "web.due.late_days", n=n) for n in ("1", "2", "11")] == [
        "1 working day late",
        "2 working days late",
        "11 working days late",
    ]
    assert say("id", "web.due.late_days", n="1") == "terlambat 1 hari kerja"
    # Each can be said: no form of words is left over that nothing fills in.
    for language in ("id", "en"):
        for key, sentence in catalogue(language).items():
            assert say(language, key, **dict.fromkeys(names(sentence), "1")), key

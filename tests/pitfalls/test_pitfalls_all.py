"""No statement of the field's list is without its test."""

import re
from pathlib import Path

STATEMENTS = 69


def test_every_statement_has_a_test_named_after_it() -> None:
    here = Path(__file__).parent
    named = {
        int(n) for file in here.glob("test_*.py") for n in re.findall(r"def test_(\d\d)_\w{20,}", file.read_text())
    }
    assert sorted(set(range(1, STATEMENTS + 1)) - named) == []

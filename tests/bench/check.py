"""The checker: a long SOP, and one decision over many questions.

Bars (DESIGN section 9): a table of 1,000 rows under a second; a tangled decision answers within two.
"""

import time
from collections.abc import Iterator, Mapping

from forms.schema import Schema
from forms.sop import Sop
from server.sop.check import check
from tests.core.large_books import chain, wide


def bench() -> Iterator[str]:
    """Seconds of the processor for each, beside its bar."""
    yield _line("SOP of 1,000 rows (334 steps)", chain(334), 1.0)
    for fields, rules in ((12, 40), (20, 60), (12, 1_000), (20, 300)):
        yield _line(f"one decision, {fields} questions, {rules} rules", wide(fields, rules), 2.0)


def _line(what: str, book: tuple[Sop, Mapping[str, Schema]], bar: float) -> str:
    begun = time.process_time()
    found = check(*book)
    spent = time.process_time() - begun
    return f"check: {what}: {spent:.2f} s, {len(found)} findings (bar {bar:.0f} s): {'ok' if spent < bar else 'OVER'}"

"""Workbooks made to hurt are refused with a reason before anything of them is opened for real."""

import time

import pytest

from forms.workbook import MAX_PUBLISHED_CELLS, WorkbookError, read
from tests.hostile_books import HOSTILE, Hostile, book

UNREAD = [item for item in HOSTILE if (item.code or "").startswith("workbook.")]


@pytest.mark.parametrize("item", UNREAD, ids=lambda item: item.name)
def test_it_is_refused_at_once(item: Hostile) -> None:
    data = item.make()
    began = time.process_time()
    with pytest.raises(WorkbookError) as refused:
        read(data)
    assert time.process_time() - began < 5
    assert str(refused.value.findings[0].code).startswith(str(item.code))


def test_what_is_published_may_not_be_as_large_as_what_is_imported() -> None:
    rows = [["type", "name", "label"]] + [["note", f"q{number}", "Q"] for number in range(MAX_PUBLISHED_CELLS // 3)]
    with pytest.raises(WorkbookError) as refused:
        read(book(rows), MAX_PUBLISHED_CELLS)
    assert refused.value.findings[0].code == "workbook.too_many_cells"

"""Many submissions as lines of CSV files, here or in another process of ours."""

import csv
import io
import pickle
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

from forms.answer_csv import Book, Options
from forms.answer_tables import About, Layout

_ABOUT = attrgetter(*About.__slots__)


class Lines:
    """CSV text collected and handed on in pieces."""

    def __init__(self) -> None:
        self._text = io.StringIO()
        self.row = csv.writer(self._text, lineterminator="\n").writerow

    def __len__(self) -> int:
        return self._text.tell()

    def take(self) -> bytes:
        data = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return data


Answered = tuple[About, bytes | None]
"""What is known of a submission, and the XML of its answers: None where they cannot be read."""


class Tables:
    """The lines of submissions, one text per CSV file of the form; with `root_only` of its own alone.

    `packed` and `in_child` do the same where only bytes come and go.
    """

    def __init__(self, form_id: str, layout: Layout, options: Options, *, root_only: bool = False) -> None:
        self._made_of = (form_id, layout.fields, layout.masks, options, root_only)
        self.layout = layout
        book = Book(form_id, layout, options)
        self._book = book
        self.sheets = book.sheets[:1] if root_only else book.sheets
        self._root_only = root_only

    def lines(self, piece: Iterable[Answered]) -> list[bytes]:
        """The lines of these submissions in each of `sheets`."""
        texts = [Lines() for _ in self.sheets]
        add = [text.row for text in texts]
        for about, xml in piece:
            node = None if xml is None else self.layout.read(xml)
            if self._root_only:
                add[0](self._book.root_row(about, node))
            else:
                for number, cells in self._book.rows(about, node):
                    add[number](cells)
        return [text.take() for text in texts]

    def packed(self) -> bytes:
        """What `in_child` makes it from again."""
        return pickle.dumps(self._made_of)


def packed_piece(piece: Sequence[Answered]) -> bytes:
    """Submissions for `in_child`."""
    return pickle.dumps([(*_ABOUT(about), xml) for about, xml in piece])


def in_child(made_of: bytes) -> Callable[[bytes], bytes]:
    """`Tables.lines` from bytes to bytes, for another process of ours: of `packed_piece` for `unpacked_lines`."""
    form_id, fields, masks, options, root_only = pickle.loads(made_of)  # noqa: S301 (from our own process)
    tables = Tables(form_id, Layout(fields, masks), options, root_only=root_only)

    def lines(piece: bytes) -> bytes:
        found = tables.lines((About(*about), xml) for *about, xml in pickle.loads(piece))  # noqa: S301 (likewise)
        return b"".join((*(len(text).to_bytes(8) for text in found), *found))

    return lines


def unpacked_lines(data: bytes, sheets: int) -> list[bytes]:
    """The text of each sheet in what `in_child` answered."""
    at, texts = 8 * sheets, []
    for number in range(sheets):
        length = int.from_bytes(data[8 * number : 8 * number + 8])
        texts.append(data[at : at + length])
        at += length
    return texts

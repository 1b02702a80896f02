"""A letter an office writes itself: a sheet of its SOP workbook, one line of the letter per row.

The sheet is named like the column `template` of the document (or like the document). Its texts may name answers
and facts as `${name}` or `${form#name}`, and the words of ruling 26 (`${surat.nomor}`, `${kasus.nomor}` …).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from forms.expression import Expression, ExpressionError, parse
from forms.findings import Finding
from forms.sop import Sop
from forms.tables import Cells, Columns, Reader
from forms.workbook import Workbook, fold

PARTS: Mapping[str, tuple[str, ...]] = {
    "title": ("judul",),
    "secrecy": ("sifat",),
    "attachment": ("lampiran",),
    "subject": ("hal",),
    "to": ("yth", "kepada"),
    "paragraph": ("paragraf", "isi"),
    "heading": ("subjudul",),
    "item": ("butir",),
    "middle": ("tengah",),
    "place": ("tempat",),
    "sign": ("tanda_tangan", "ttd"),
    "witness": ("mengetahui",),
    "copy": ("tembusan",),
    "page": ("halaman_baru",),
}
"""What a row may be: name -> Indonesian aliases. A sheet with a `title` is laid out as a record, an order or a
receipt, one without as a letter with its addressee."""
COLUMNS = Columns({"part": ("bagian",), "caption": ("keterangan",), "text": ("teks",), "when": ("bila", "syarat")})


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `caption` stands before the colon of an item, above a signature or as the title of a page; `when`
    says whether the line is there at all."""

    part: str
    caption: str
    text: str
    when: Expression | None
    row: Cells = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class LetterSheet:
    """A letter as its office wrote it."""

    name: str
    lines: tuple[Line, ...]

    def first(self, part: str) -> Line | None:
        return next((line for line in self.lines if line.part == part), None)


def read(book: Workbook, sop: Sop) -> tuple[Mapping[str, LetterSheet], tuple[Finding, ...]]:
    """The letters of an SOP workbook by the name of their document, and what is wrong with them.

    Codes `sop.bad_option`, `sop.missing_value`, `sop.bad_expression`, `sop.unknown_column`, `sop.same_column`.
    """
    reader = Reader("sop")
    sheets: dict[str, LetterSheet] = {}
    found: dict[str, LetterSheet] = {}
    for paper in sop.documents:
        sheet = next((book.sheet(name) for name in (paper.template, paper.name) if name and book.sheet(name)), None)
        if paper.direction != "out" or not paper.template or sheet is None:
            continue
        name = fold(sheet.name)
        if name not in sheets:
            rows = reader.rows(book, (sheet.name,), COLUMNS, needed=True)
            sheets[name] = LetterSheet(sheet.name, tuple(_lines(rows)))
        found[paper.name] = sheets[name]
    return found, tuple(reader.findings)


def _lines(rows: Iterable[Cells]) -> Iterable[Line]:
    for row in rows:
        part = row.one_of("part", PARTS, "paragraph")
        if part not in ("page", "witness"):
            row.needed("caption" if part == "sign" else "text")
        yield Line(part, row.text("caption"), row.text("text"), _when(row), row)


def _when(row: Cells) -> Expression | None:
    written = row.text("when")
    if not written:
        return None
    try:
        return parse(written, sop=True)
    except ExpressionError as error:
        more = {**error.args_, "problem": error.code, "at": error.column}
        row.reader.add("bad_expression", row.place("when"), "error", column="when", value=written, **more)
        return None

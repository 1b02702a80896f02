"""Writes the parts of docs/ that are made from code: `.venv/bin/python -m tests.whole.documents`."""

from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from forms.sop import SHEETS
from reports.sheets.sop_template.columns import ColumnUse, choices, columns, explained
from server.locale import topic
from server.store import metadata
from tests.whole.pins import ROOT

DATABASE = ROOT / "docs" / "database.md"
# The admin's guide to the workbook, by language.
GUIDES = {"en": ROOT / "docs" / "sop-workbook.md", "id": ROOT / "docs" / "buku-kerja-sop.md"}
BEGIN = "<!-- made by tests/whole/documents.py from server/store -->"


def drawing() -> str:
    """The tables and their references as a Mermaid diagram."""
    lines = ["```mermaid", "erDiagram"]
    for table in metadata.sorted_tables:
        for column in sorted(table.columns, key=lambda c: c.name):
            for key in column.foreign_keys:
                many = "|o" if column.nullable else "||"
                lines.append(f"    {key.column.table.name} {many}--o{{ {table.name} : {column.name}")
    alone = [t.name for t in metadata.sorted_tables if not any(f"{t.name} " in line for line in lines)]
    return "\n".join([*lines, *(f"    {name}" for name in alone), "```"])


def _column(column: Column) -> str:
    marks = [str(column.type).lower()]
    if column.primary_key:
        marks.append("key")
    elif column.nullable:
        marks.append("may be null")
    if column.unique:
        marks.append("unique")
    marks += [f"→ {key.target_fullname}" for key in column.foreign_keys]
    marks += [str(c.sqltext) for c in column.constraints if isinstance(c, CheckConstraint)]
    return f"| `{column.name}` | {', '.join(marks)} |"


def _table(table: Table) -> str:
    lines = [f"### {table.name}", "", "| Column | |", "|---|---|", *map(_column, table.columns), ""]
    groups = sorted(
        ", ".join(f"`{column.name}`" for column in constraint.columns)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint) and len(constraint.columns) > 1
    )
    indexes = sorted(", ".join(f"`{column.name}`" for column in index.columns) for index in table.indexes)
    lines += [f"Unique: {group}." for group in groups] + [f"Index: {index}." for index in indexes]
    return "\n".join(lines).rstrip()


def made() -> str:
    """Everything below BEGIN in docs/database.md."""
    return "\n\n".join([BEGIN, drawing(), *map(_table, metadata.sorted_tables)]) + "\n"


def written(path: Path = DATABASE) -> str:
    _head, begin, rest = path.read_text("utf-8").partition(BEGIN)
    return begin + rest


def guide(language: str) -> str:
    """The admin's guide: every sheet and column of the SOP workbook, from the table its template is made from."""
    words = topic(language, "sop_book.")
    parts = [f"# {words['sop_book.title']}"]
    parts += [words[f"sop_book.{key}"] for key in ("lead", "names", "remarks", "lists", "language", "expressions")]
    heads = [words[f"sop_book.column_{key}"] for key in ("name", "alias", "needed", "text", "options")]
    for sheet, also in SHEETS.items():
        lines = [f"| {' | '.join(heads)} |", "|---|---|---|---|---|"]
        lines += [_guide_row(column, words) for column in columns(sheet)]
        free = [words["sop_book.free"]] if sheet == "tests" else []
        about = f"{words[f'sop_book.sheet.{sheet}']} ({', '.join(f'`{name}`' for name in also)})"
        parts += [f"## {sheet}", about, "\n".join(lines), *free]
    return "\n\n".join(parts) + "\n"


def _guide_row(column: ColumnUse, words: Mapping[str, str]) -> str:
    needed = words["sop_book.needed"] if column.needed else ""
    also = ", ".join(f"`{name}`" for name in column.aliases)
    cells = (f"`{column.name}`", also, needed, explained(column, words), choices(column, words))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


if __name__ == "__main__":
    head = DATABASE.read_text("utf-8").partition(BEGIN)[0]
    DATABASE.write_text(head + made(), "utf-8")
    for language, path in GUIDES.items():
        path.write_text(guide(language), "utf-8")

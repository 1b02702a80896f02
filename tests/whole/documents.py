"""Writes the parts of docs/ that are made from code: `.venv/bin/python -m tests.whole.documents`."""

from pathlib import Path

from sqlalchemy import CheckConstraint, Column, Table, UniqueConstraint

from server.store import metadata
from tests.whole.pins import ROOT

DATABASE = ROOT / "docs" / "database.md"
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


if __name__ == "__main__":
    head = DATABASE.read_text("utf-8").partition(BEGIN)[0]
    DATABASE.write_text(head + made(), "utf-8")

"""What a bundle's forms change for everything that names their questions: rules, letters, tests, other forms, cases."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from forms.compare import survives
from forms.findings import Finding, Place
from forms.schema import Field, Schema
from forms.sop import Rename, Sop
from forms.survey import place_of, rows_by_path
from forms.workbook import Workbook
from server.sop.check import Letter
from server.sop.check.model import nearest_name
from server.sop.check.running import Running, against_running
from server.sop.check.uses import asks, uses

_ROW = re.compile(r"instance\(\s*'([^']+)'\s*\)/root/item\[.*?\]/([A-Za-z_][\w.-]*)", re.DOTALL)
_FILTER = re.compile(r"instance\(\s*'([^']+)'\s*\)/root/item\[(.*?)\]\"", re.DOTALL)
_PULLED = re.compile(r"pulldata\(\s*'([^']+)'\s*,\s*'([A-Za-z_][\w.-]*)'")
MOST_USES = 30


@dataclass(frozen=True, slots=True)
class Changed:
    """A form about to replace its published version. `book` is its workbook, for the cells."""

    file: str
    old: Schema
    new: Schema
    book: Workbook | None


@dataclass(frozen=True, slots=True)
class Rules:
    """An SOP that will be in force, with the letters its workbook holds; `file` names it to the reader."""

    file: str
    sop: Sop
    letters: Mapping[str, Letter]


def gone_fields(
    changed: Changed, rules: Iterable[Rules], forms: Mapping[str, str], schemas: Mapping[str, Schema]
) -> Iterator[Finding]:
    """`form.field_gone`: one finding for each question a form loses that something still uses, with every use.

    forms, schemas: the forms as they will be, by form id. What reads a case's last answer, whoever asked it, goes on
    while another form of its SOP asks.
    """
    added = {item.name: item for item in changed.new.questions() if changed.old.by_name(item.name) is None}
    for item in changed.old.questions():
        if changed.new.by_name(item.name) is not None:
            continue
        found = [*_in_rules(changed, item.name, rules, schemas), *_in_forms(changed, item, forms)]
        if found:
            args: dict[str, object] = {"name": item.name, "uses": "; ".join(found[:MOST_USES]), "count": len(found)}
            yield Finding("form.field_gone", "error", Place("survey"), {**args, **_successor(item, added)})


def _successor(gone: Field, added: Mapping[str, Field]) -> dict[str, str]:
    """The new question that most likely took the place of the one that is gone: same label, else a similar name."""
    same = [name for name, item in added.items() if gone.labels and item.labels == gone.labels]
    return {"nearest": same[0]} if same else nearest_name(gone.name, added)


def _in_rules(changed: Changed, field: str, rules: Iterable[Rules], schemas: Mapping[str, Schema]) -> Iterator[str]:
    for item in rules:
        others = (schemas[use.form_id] for use in item.sop.forms if use.form_id in schemas)
        elsewhere = any(asks(other, field) for other in others if other.form_id != changed.new.form_id)
        addresses = (
            f"{item.file} {use.place.address}"
            for use in uses(item.sop, item.letters)
            if use.field == field and (use.form == changed.new.form_id or (use.form is None and not elsewhere))
        )
        yield from dict.fromkeys(addresses)


def _in_forms(changed: Changed, gone: Field, forms: Mapping[str, str]) -> Iterator[str]:
    """Other forms that read what this question saved on a list of cases."""
    saved = {(e.list, e.saves[gone.path]) for e in changed.old.entities if gone.path in e.saves}
    saved -= {(e.list, name) for e in changed.new.entities for name in e.saves.values()}
    for form_id, xform in forms.items():
        if form_id != changed.new.form_id and any(_reads(xform, *one) for one in saved):
            yield form_id


def _reads(xform: str, name: str, column: str) -> bool:
    pairs = {*_ROW.findall(xform), *_PULLED.findall(xform)}
    if (name, column) in pairs or (f"{name}.csv", column) in pairs:
        return True
    return any(list_ == name and re.search(rf"\b{re.escape(column)}\b", text) for list_, text in _FILTER.findall(xform))


def retyped_fields(changed: Changed, published: Iterable[Schema]) -> Iterator[Finding]:
    """`form.retyped`: a question stands where one of another kind stood, so that old and new answers cannot stand in
    one column; only a change to text can. published: every version of the form that phones ever got, newest first."""
    rows = rows_by_path(changed.book)
    for item in changed.new.fields:
        now = changed.old.field(item.path)
        if item.path.startswith("/meta") or (now is not None and now.type == item.type):
            continue
        for version in published:
            before = version.field(item.path)
            if before is not None and not survives(before.type, item.type):
                args = {"name": item.name, "was": before.type, "now": item.type, "version": version.version or "–"}
                place = place_of(rows.get(item.path), "type") or Place("survey")
                yield Finding("form.retyped", "error", place, {**args, "path": item.path})
                break


def running_findings(
    changed: Changed, running: Sequence[Running], schemas: Mapping[str, Schema], renames: Mapping[str, Sequence[Rename]]
) -> Iterator[Finding]:
    """E21 for every SOP version with open cases, on the cell of the question where it is still in the form.

    renames: the rows of the SOP workbook that will be in force, by SOP id.
    """
    for item in running:
        for found in against_running(changed.new, changed.old, item, schemas, renames.get(item.sop.sop_id, ())):
            place = survey_place(changed.book, str(found.args["name"]), "name")
            yield replace(found, place=place if place.cell else found.place)


def survey_place(book: Workbook | None, name: str, column: str) -> Place:
    """The cell of a question in its workbook; the sheet alone when there is no such row."""
    sheet = book.sheet("survey") if book else None
    row = next((row for row in sheet.rows if row.text("name") == name), None) if sheet else None
    return row.place(column) if row else Place("survey")

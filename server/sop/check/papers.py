"""E14: what documents are made from: their letter, and the answers it reads by the time it is due."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from forms.expression import Expression, ExpressionError, Name, parse
from forms.findings import Finding, Place
from forms.sop import CASE, SHEETS, Paper, Sop
from forms.workbook import Workbook, fold
from server.sop.check.flow import Flow
from server.sop.check.model import Checked, nearest_name

LETTER_WORDS: Mapping[str, frozenset[str]] = {
    "surat": frozenset({"nomor", "tanggal", "perihal"}),
    "penandatangan": frozenset({"nama", "nip", "jabatan"}),
    "kantor": frozenset(),
    "kasus": frozenset(),
    "langkah": frozenset(),
}
"""What a letter may name beside answers and facts (ruling 26); none listed: any word."""
_READS = re.compile(r"\$\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter by what it reads: `reads` are the names of a letter that is a sheet of the workbook, each with its cell;
    `drawn` those of a letter the program draws, by the short name of their form (None: a fact of the case)."""

    reads: tuple[tuple[str, Place], ...] = ()
    drawn: tuple[tuple[str | None, str], ...] = ()


def letter_sheets(book: Workbook) -> dict[str, Letter]:
    """The sheets of an SOP workbook that may be letters: every sheet that is none of the SOP's own."""
    own = {fold(name) for sheet, also in SHEETS.items() for name in (sheet, *also)}
    found: dict[str, Letter] = {}
    for name, sheet in book.sheets.items():
        if fold(name) in own:
            continue
        cells = [
            (header, Place(sheet.name, sheet.header_row, header, f"{letter}{sheet.header_row}", header))
            for header, letter in sheet.headers.items()
        ]
        cells += [(cell.text, cell.place) for row in sheet.rows for cell in row.cells.values()]
        reads = ((read, place) for text, place in cells for read in _READS.findall(text))
        found[name] = Letter(tuple(reads))
    return found


def check_papers(checked: Checked, flow: Flow, letters: Mapping[str, Letter] | None) -> None:
    """E14. letters: every letter there is, by name; None when that is not known, and templates go unchecked."""
    for paper in checked.sop.documents:
        step = checked.steps.get(paper.step)
        if isinstance(paper.required, Expression) and step is not None:
            for name in dict.fromkeys(paper.required.names):
                _later(checked, flow, paper, name, None, "required")
        letter = letter_of(paper, letters or {})
        if letter is not None:
            for written, place in letter.reads:
                _read(checked, flow, paper, written, place)
            _drawn(checked, paper, letter)
        elif letters is not None and paper.template:
            _not_drawn(checked, paper, letters)


def letter_of(paper: Paper, letters: Mapping[str, Letter]) -> Letter | None:
    """The letter a document is made with: its sheet, or the one the program draws for its name."""
    return (letters.get(paper.template) if paper.template else None) or letters.get(paper.name)


def _drawn(checked: Checked, paper: Paper, letter: Letter) -> None:
    """What a drawn letter reads and no form asks: its line stays away. Nearly the same name is most likely a slip."""
    own = {name for _, name in letter.drawn}
    missing: dict[str, list[str]] = {}
    for form, name in letter.drawn:
        asked_as = renamed(checked.sop, form, name)
        full = checked.aliases.get(form, "") if form else None
        if full == "" or (full, asked_as) in checked.asked or (form is None and asked_as in checked.facts):
            continue
        known = [field for asking, field in checked.asked if asking == full and field not in own]
        near = get_close_matches(name, known, 1, 0.85)
        if near:
            more = {"name": f"${{{f'{form}#' if form else ''}{name}}}", "problem": "drawn_renamed", "nearest": near[0]}
            checked.add("E14", paper.row, "template", "warning", document=paper.name, **more)
        else:
            missing.setdefault(form or CASE, []).append(name)
    for form, names in missing.items():
        more = {"form": form, "name": ", ".join(names), "problem": "drawn_unasked"}
        checked.add("E14", paper.row, "template", "note", document=paper.name, **more)


def renamed(sop: Sop, form: str | None, name: str) -> str:
    """What a question is called now that a drawn letter knows as `name`: its row in `renames`, else the name."""
    rows = (row for row in sop.renames if row.field == name and sop.short(row.form) == form)
    return next((row.new_field for row in rows), name)


def _not_drawn(checked: Checked, paper: Paper, letters: Iterable[str]) -> None:
    near = get_close_matches(paper.template, list(letters), 1, 0.85)
    if near:
        more = {"document": paper.name, "name": paper.template, "nearest": near[0], "problem": "no_template"}
        checked.add("E14", paper.row, "template", "error", **more)
    else:
        more = {"document": paper.name, "name": paper.template, "problem": "by_hand"}
        checked.add("E14", paper.row, "template", "note", **more)


def _read(checked: Checked, flow: Flow, paper: Paper, written: str, place: Place | None) -> None:
    head, dot, word = written[2:-1].strip().partition(".")
    if dot and head in LETTER_WORDS:
        if LETTER_WORDS[head] and word not in LETTER_WORDS[head]:
            _complain(checked, paper, written, place, "unknown", nearest_name(word, LETTER_WORDS[head]))
        return
    try:
        tree = parse(written, sop=True).tree
    except ExpressionError:
        tree = None
    if not isinstance(tree, Name):
        _complain(checked, paper, written, place, "unknown", {})
    elif tree.form in checked.steps or (tree.form is None and tree.field in checked.facts):
        return
    elif checked.about(tree) is None:
        known = [field for form, field in checked.asked if form == checked.key(tree)[0]]
        _complain(checked, paper, written, place, "unknown", nearest_name(tree.field, [*known, *checked.facts]))
    else:
        _later(checked, flow, paper, tree, place, "template")


def _later(checked: Checked, flow: Flow, paper: Paper, name: Name, place: Place | None, column: str) -> None:
    """An answer that no way to the document's step has asked by the time it is due."""
    about = checked.about(name)
    if about is None or paper.step not in flow.after or flow.maybe(name, flow.after[paper.step]):
        return
    more = {"step": paper.step, "forms": ", ".join(sorted(checked.sop.short(form) for form in about.forms))}
    _complain(checked, paper, str(name), place, "asked_later", more, column)


def _complain(
    checked: Checked,
    paper: Paper,
    name: str,
    place: Place | None,
    problem: str,
    more: Mapping[str, object],
    column: str = "template",
) -> None:
    at = place or paper.row.place(column)
    args = {"document": paper.name, "name": name, "problem": problem, **more}
    checked.put(Finding("sop.E14", "error", at, args))

"""An uploaded workbook handed back with what was found written into it, everything else as it was.

Each faulty cell gets a note and a colour, and a sheet `temuan` lists all findings with links. The parts of the file
are patched one by one: a library that reads and writes the whole workbook would drop what it does not know. The
colour is a rule that holds while the cell keeps its value, so that it goes when the author repairs the cell, and
the cell's own format is never touched.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from lxml import etree
from openpyxl.utils import get_column_letter

from forms import workbook as reading
from reports.sheets.package import Package, column_number, printable, split

FINDINGS = "temuan"
AUTHOR = "Alur temuan"

_MARK = "— Alur —"
_LONGEST_TEST = 240
_LONGEST_NOTE = 4_000
_FILLS = {"error": ("FF9C0006", "FFF9D0CC"), "warning": ("FF7A4B00", "FFFFE9B8")}
_V = "urn:schemas-microsoft-com:vml"
_O = "urn:schemas-microsoft-com:office:office"
_X = "urn:schemas-microsoft-com:office:excel"
# Which parts of the styles stand behind a group that may be missing.
_AFTER: Mapping[str, frozenset[str]] = {"dxfs": frozenset({"tableStyles", "colors", "extLst"})}
_COMMENTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_DRAWING = "application/vnd.openxmlformats-officedocument.vmlDrawing"


@dataclass(frozen=True, slots=True)
class Remark:
    """One finding in words. `sheet` and `cell` say where; both may be empty. `level`: error, warning or note."""

    level: str
    sheet: str
    cell: str
    wrong: str
    repair: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What is filled in for the author: `values` of cells as (sheet, cell, text); `rows` behind a sheet's last one."""

    values: tuple[tuple[str, str, str], ...] = ()
    rows: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    told: tuple[str, ...] = ()


def pack(data: bytes, remarks: Sequence[Remark], proposal: Proposal, words: Mapping[str, str]) -> bytes:
    """The argument of `annotate_packed`. words: the catalogue's `annotated.*` in one language."""
    head = {"remarks": [asdict(remark) for remark in remarks], "proposal": asdict(proposal), "words": dict(words)}
    return json.dumps(head, ensure_ascii=False).encode() + b"\n" + data


def annotate_packed(packed: bytes) -> bytes:
    """`annotate` for a child with limits: an uploaded workbook is opened there and nowhere else."""
    head, _, data = packed.partition(b"\n")
    told = json.loads(head)
    given = told["proposal"]
    proposal = Proposal(
        tuple(tuple(value) for value in given["values"]),
        {sheet: tuple(rows) for sheet, rows in given["rows"].items()},
        tuple(given["told"]),
    )
    return annotate(data, [Remark(**remark) for remark in told["remarks"]], proposal, told["words"])


def annotate(data: bytes, remarks: Sequence[Remark], proposal: Proposal, words: Mapping[str, str]) -> bytes:
    """The workbook with these remarks and proposals; those of an earlier check are taken out first.

    Raises WorkbookError for what is no workbook (and KeyError, ValueError for one whose parts do not fit together).
    """
    book = reading.read(data)
    package = Package(data)
    sheets = package.sheets()
    styles = _Styles(package)
    for name, part in sheets.items():
        if name != FINDINGS:
            _Notes(package, part, styles).clean()
    for sheet, cell, text in proposal.values:
        if sheet in sheets:
            package.write(package.cell(package.part(sheets[sheet]), cell), text)
    for sheet, rows in proposal.rows.items():
        if sheet in sheets:
            _append(package, package.part(sheets[sheet]), book.sheets[sheet], rows)
    for sheet, cells in _by_cell(remarks).items():
        if sheet in sheets and sheet != FINDINGS:
            notes = _Notes(package, sheets[sheet], styles)
            for cell, found in cells.items():
                notes.add(cell, found)
    package.add_sheet(FINDINGS, _list_of(package, styles, remarks, proposal, words, sheets))
    return package.written()


def _by_cell(remarks: Iterable[Remark]) -> dict[str, dict[str, list[Remark]]]:
    grouped: dict[str, dict[str, list[Remark]]] = {}
    for remark in remarks:
        if remark.sheet and remark.cell:
            grouped.setdefault(remark.sheet, {}).setdefault(remark.cell, []).append(remark)
    return grouped


def _append(package: Package, root: etree._Element, sheet: reading.Sheet, rows: Iterable[Mapping[str, str]]) -> None:
    letters = {reading.fold(header): letter for header, letter in sheet.headers.items()}
    last = max((row.number for row in sheet.rows), default=sheet.header_row)
    for number, cells in enumerate(rows, last + 1):
        for header, text in cells.items():
            if not text:
                continue
            if reading.fold(header) not in letters:
                free = get_column_letter(1 + max(map(column_number, letters.values()), default=0))
                letters[reading.fold(header)] = free
                package.write(package.cell(root, f"{free}{sheet.header_row}"), header)
            package.write(package.cell(root, f"{letters[reading.fold(header)]}{number}"), text)


class _Styles:
    """The shared styles of a workbook; asking for one that is there already gives that one."""

    def __init__(self, package: Package) -> None:
        self._package = package
        found = package.find(package.workbook, "styles")
        if found is None:
            raise KeyError("styles")
        self._root = package.part(found)

    def colour(self, level: str) -> int | None:
        """The number of the differential style of a level; None for levels without a colour."""
        if level not in _FILLS:
            return None
        ink, ground = _FILLS[level]
        tag = self._package.tag
        made = etree.Element(tag("dxf"))
        etree.SubElement(etree.SubElement(made, tag("font")), tag("color"), rgb=ink)
        pattern = etree.SubElement(etree.SubElement(made, tag("fill")), tag("patternFill"))
        etree.SubElement(pattern, tag("bgColor"), rgb=ground)
        return self._index("dxfs", made)

    def look(self, *, bold: bool = False, link: bool = False) -> int:
        """The number of a wrapped cell style for our own sheet."""
        tag = self._package.tag
        font = etree.Element(tag("font"))
        if bold:
            etree.SubElement(font, tag("b"))
        if link:
            etree.SubElement(font, tag("u"))
        etree.SubElement(font, tag("sz"), val="10")
        if link:
            etree.SubElement(font, tag("color"), rgb="FF0B5C63")
        etree.SubElement(font, tag("name"), val="Arial")
        about = {
            "numFmtId": "49",
            "fontId": str(self._index("fonts", font)),
            "fillId": "0",
            "borderId": "0",
            "xfId": "0",
        }
        style = etree.Element(tag("xf"), {**about, "applyNumberFormat": "1", "applyFont": "1", "applyAlignment": "1"})
        etree.SubElement(style, tag("alignment"), vertical="top", wrapText="1")
        return self._index("cellXfs", style)

    def ours(self) -> frozenset[str]:
        """The numbers of our colours, as `dxfId` writes them."""
        return frozenset(str(self.colour(level)) for level in _FILLS)

    def _index(self, kind: str, made: etree._Element) -> int:
        group = self._root.find(self._package.tag(kind))
        if group is None:
            group = etree.Element(self._package.tag(kind))
            later = [item for item in self._root if etree.QName(item).localname in _AFTER[kind]]
            if later:
                later[0].addprevious(group)
            else:
                self._root.append(group)
        wanted = _shape(made)
        for number, item in enumerate(group):
            if _shape(item) == wanted:
                return number
        group.append(made)
        group.set("count", str(len(group)))
        return len(group) - 1


def _shape(item: etree._Element) -> tuple[object, ...]:
    name = etree.QName(item).localname if isinstance(item.tag, str) else ""
    return (
        name,
        tuple(sorted((str(k), str(v)) for k, v in item.attrib.items())),
        tuple(_shape(child) for child in item),
    )


class _Notes:
    """Notes and colours of one worksheet."""

    def __init__(self, package: Package, part: str, styles: _Styles) -> None:
        self._package, self._part, self._styles = package, part, styles
        self._sheet = package.part(part)
        self._comments = package.find(part, "comments")
        legacy = self._sheet.find(package.tag("legacyDrawing"))
        key = legacy.get(f"{{{package.office}}}id") if legacy is not None else None
        self._drawing = next((name for rel, _, name in package.related(part) if rel == key), None)

    def clean(self) -> None:
        """Takes out what an earlier check wrote: our notes with their boxes, words in others' notes, colours."""
        tag = self._package.tag
        ours = self._styles.ours()
        for group in self._sheet.findall(tag("conditionalFormatting")):
            for rule in group.findall(tag("cfRule")):
                if rule.get("dxfId") in ours:
                    group.remove(rule)
            if len(group) == 0:
                self._sheet.remove(group)
        if self._comments is None:
            return
        root = self._package.part(self._comments)
        authors = [author.text for author in root.find(tag("authors"))]
        listed = root.find(tag("commentList"))
        for comment in list(listed):
            if authors[int(comment.get("authorId", "0"))] == AUTHOR:
                listed.remove(comment)
                self._remove_box(comment.get("ref", "A1"))
                continue
            text = comment.find(tag("text"))
            mine = False
            for run in list(text) if text is not None else ():
                mine = mine or "".join(run.itertext()).lstrip().startswith(_MARK)
                if mine:
                    text.remove(run)

    def _boxes(self) -> Iterable[etree._Element]:
        return self._package.part(self._drawing).iter(f"{{{_V}}}shape") if self._drawing else ()

    def _remove_box(self, address: str) -> None:
        letters, number = split(address)
        for box in list(self._boxes()):
            row, column = (box.findtext(f".//{{{_X}}}{name}") for name in ("Row", "Column"))
            if (row, column) == (str(number - 1), str(column_number(letters) - 1)):
                box.getparent().remove(box)

    def add(self, cell: str, remarks: Sequence[Remark]) -> None:
        """A note with cause and repair, and the colour of the worst."""
        words = "\n\n".join(
            "\n".join(part for part in (r.wrong, f"→ {r.repair}" if r.repair else "") if part) for r in remarks
        )
        self._note(cell, printable(words)[:_LONGEST_NOTE])
        level = "error" if any(remark.level == "error" for remark in remarks) else remarks[0].level
        colour = self._styles.colour(level)
        if colour is not None:
            self._colour(cell, colour)

    def _colour(self, cell: str, colour: int) -> None:
        tag = self._package.tag
        rules = self._sheet.iter(tag("cfRule"))
        priority = 1 + max((int(rule.get("priority", "0")) for rule in rules), default=0)
        group = etree.Element(tag("conditionalFormatting"), sqref=cell)
        about = {"type": "expression", "dxfId": str(colour), "priority": str(priority)}
        etree.SubElement(etree.SubElement(group, tag("cfRule"), about), tag("formula")).text = self._unchanged(cell)
        self._package.insert(self._sheet, group)

    def _unchanged(self, cell: str) -> str:
        """The condition that the cell still holds what was checked."""
        found = self._package.cell(self._sheet, cell)
        tag = self._package.tag
        kind = found.get("t", "n")
        value = found.findtext(tag("v"))
        if kind == "s" and value is not None:
            strings = self._package.find(self._package.workbook, "sharedStrings")
            item = self._package.part(strings or "")[int(value)]
            text = "".join(piece.text or "" for piece in item.iter(tag("t")) if piece.getparent().tag != tag("rPh"))
        elif kind == "inlineStr":
            text = "".join(piece.text or "" for piece in found.iter(tag("t")))
        elif kind == "n" and value is not None:
            return f"{cell}={value}"
        else:
            text = value or ""
        if len(text) > _LONGEST_TEST or "\n" in text:
            return f"LEN({cell})={len(text)}"
        doubled = text.replace('"', '""')
        return f'EXACT({cell}&"","{doubled}")'

    def _note(self, cell: str, words: str) -> None:
        tag = self._package.tag
        root = self._commented()
        listed = root.find(tag("commentList"))
        known = next((item for item in listed if item.get("ref") == cell), None)
        if known is not None:
            text = known.find(tag("text"))
            for plain in text.findall(tag("t")):
                run = etree.Element(tag("r"))
                text.replace(plain, run)
                run.append(plain)
            self._run(text, f"\n{_MARK}\n{words}")
            return
        authors = root.find(tag("authors"))
        names = [author.text for author in authors]
        if AUTHOR not in names:
            etree.SubElement(authors, tag("author")).text = AUTHOR
            names.append(AUTHOR)
        made = etree.SubElement(listed, tag("comment"), ref=cell, authorId=str(names.index(AUTHOR)))
        self._run(etree.SubElement(made, tag("text")), words)
        self._box(cell, words)

    def _run(self, text: etree._Element, words: str) -> None:
        tag = self._package.tag
        run = etree.SubElement(text, tag("r"))
        about = etree.SubElement(run, tag("rPr"))
        etree.SubElement(about, tag("sz"), val="9")
        etree.SubElement(about, tag("rFont"), val="Arial")
        inside = etree.SubElement(run, tag("t"))
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        inside.text = words

    def _commented(self) -> etree._Element:
        package, tag = self._package, self._package.tag
        if self._comments is None:
            self._comments = package.free_name("xl/comments{}.xml")
            root = etree.Element(tag("comments"), nsmap={None: package.main})
            etree.SubElement(root, tag("authors"))
            etree.SubElement(root, tag("commentList"))
            package.put(self._comments, root, _COMMENTS)
            package.relate(self._part, "comments", self._comments)
        return package.part(self._comments)

    def _box(self, cell: str, words: str) -> None:
        """The yellow box of a note: Excel shows no note without one."""
        if self._drawing is None:
            self._drawing = self._package.free_name("xl/drawings/vmlDrawing{}.vml")
            self._package.put(self._drawing, _empty_drawing(), _DRAWING)
            key = self._package.relate(self._part, "vmlDrawing", self._drawing)
            legacy = etree.Element(self._package.tag("legacyDrawing"), {f"{{{self._package.office}}}id": key})
            self._package.insert(self._sheet, legacy)
        numbers = [int(n[1]) for box in self._boxes() if (n := re.search(r"_s(\d+)$", box.get("id", "")))]
        letters, row = split(cell)
        column = column_number(letters)
        lines = sum(1 + len(line) // 48 for line in words.splitlines())
        deep = max(4, min(lines + 1, 24))
        about = {
            "id": f"_x0000_s{1 + max(numbers, default=1024)}",
            "type": "#_x0000_t202",
            "style": "position:absolute;visibility:hidden",
            "fillcolor": "#ffffe1",
            f"{{{_O}}}insetmode": "auto",
        }
        box = etree.SubElement(self._package.part(self._drawing), f"{{{_V}}}shape", about)
        etree.SubElement(box, f"{{{_V}}}fill", color2="#ffffe1")
        etree.SubElement(box, f"{{{_V}}}shadow", on="t", color="black", obscured="t")
        etree.SubElement(box, f"{{{_V}}}path", {f"{{{_O}}}connecttype": "none"})
        client = etree.SubElement(box, f"{{{_X}}}ClientData", ObjectType="Note")
        for name, text in (
            ("MoveWithCells", None),
            ("SizeWithCells", None),
            ("Anchor", f"{column}, 15, {max(row - 2, 0)}, 10, {column + 4}, 15, {max(row - 2, 0) + deep}, 4"),
            ("AutoFill", "False"),
            ("Row", str(row - 1)),
            ("Column", str(column - 1)),
        ):
            etree.SubElement(client, f"{{{_X}}}{name}").text = text


def _empty_drawing() -> etree._Element:
    root = etree.Element("xml", nsmap={"v": _V, "o": _O, "x": _X})
    layout = etree.SubElement(root, f"{{{_O}}}shapelayout", {f"{{{_V}}}ext": "edit"})
    etree.SubElement(layout, f"{{{_O}}}idmap", {f"{{{_V}}}ext": "edit", "data": "1"})
    about = {
        "id": "_x0000_t202",
        "coordsize": "21600,21600",
        f"{{{_O}}}spt": "202",
        "path": "m,l,21600r21600,l21600,xe",
    }
    shape = etree.SubElement(root, f"{{{_V}}}shapetype", about)
    etree.SubElement(shape, f"{{{_V}}}stroke", joinstyle="miter")
    etree.SubElement(shape, f"{{{_V}}}path", {"gradientshapeok": "t", f"{{{_O}}}connecttype": "rect"})
    return root


def _list_of(
    package: Package,
    styles: _Styles,
    remarks: Sequence[Remark],
    proposal: Proposal,
    words: Mapping[str, str],
    sheets: Mapping[str, str],
) -> etree._Element:
    """The sheet that lists all findings, with a link to each place."""
    tag = package.tag
    root = etree.Element(tag("worksheet"), nsmap={None: package.main})
    etree.SubElement(etree.SubElement(root, tag("sheetPr")), tag("tabColor"), rgb="FFB3261E")
    columns = etree.SubElement(root, tag("cols"))
    for number, width in enumerate((18, 24, 80, 60), 1):
        etree.SubElement(columns, tag("col"), min=str(number), max=str(number), width=str(width), customWidth="1")
    etree.SubElement(root, tag("sheetData"))
    plain, bold, link = styles.look(), styles.look(bold=True), styles.look(link=True)
    head = [("sheet_title", bold), ("lead", plain)]
    lines: list[tuple[tuple[str, int], ...]] = [((words[f"annotated.{key}"], style),) for key, style in head]
    lines += [((told, plain),) for told in proposal.told]
    titles = ("level", "place", "wrong", "repair")
    lines.append(tuple((words[f"annotated.column_{title}"], bold) for title in titles))
    links: list[tuple[str, str]] = []
    for remark in remarks:
        address = f"{remark.sheet}!{remark.cell}" if remark.cell else remark.sheet
        known = remark.sheet in sheets
        lines.append(
            (
                (words[f"annotated.{remark.level}"], plain),
                (address, link if known else plain),
                (remark.wrong, plain),
                (remark.repair, plain),
            )
        )
        if known:
            quoted = remark.sheet.replace("'", "''")
            links.append((f"B{len(lines)}", f"'{quoted}'!{remark.cell or 'A1'}"))
    if not remarks:
        lines.append(((words["annotated.none"], plain),))
    for number, cells in enumerate(lines, 1):
        for letter, (text, style) in zip("ABCD", cells, strict=False):
            package.write(package.cell(root, f"{letter}{number}"), text, style)
    spanned = 2 + len(proposal.told)
    merged = etree.SubElement(root, tag("mergeCells"), count=str(spanned))
    for number in range(1, spanned + 1):
        etree.SubElement(merged, tag("mergeCell"), ref=f"A{number}:D{number}")
    if links:
        listed = etree.SubElement(root, tag("hyperlinks"))
        for cell, target in links:
            etree.SubElement(listed, tag("hyperlink"), ref=cell, location=target, display=target)
    return root

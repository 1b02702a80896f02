"""An Excel file opened as the parts it is made of, so that a change touches its part and nothing else.

What Excel, LibreOffice or a macro put into a workbook and no library understands stays byte for byte.
"""

import posixpath
import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

from lxml import etree

_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_UNPRINTABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_CELL = re.compile(r"([A-Z]{1,3})([1-9]\d*)")

# The order of the parts of a worksheet; Excel refuses to open a sheet that mixes it up.
_ORDER = re.findall(
    r"\w+",
    """sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr sheetProtection protectedRanges scenarios
    autoFilter sortState dataConsolidate customSheetViews mergeCells phoneticPr conditionalFormatting dataValidations
    hyperlinks printOptions pageMargins pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches
    ignoredErrors smartTags drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls
    webPublishItems tableParts extLst""",
)


def printable(text: str) -> str:
    """A text without what XML cannot hold."""
    return _UNPRINTABLE.sub("", text)


def parser(*, forgiving: bool = False) -> etree.XMLParser:
    """A parser that fetches nothing and expands nothing. forgiving: for drawings, which Excel may write carelessly."""
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, recover=forgiving)


class Package:
    """The parts of one Excel file. Change the trees `part` gives, then `written` gives what changed."""

    def __init__(self, data: bytes) -> None:
        self._zip = zipfile.ZipFile(BytesIO(data))
        self._names = {info.filename for info in self._zip.infolist()}
        self._trees: dict[str, etree._Element] = {}
        # Each part as it was parsed, to tell those that changed.
        self._read: dict[str, bytes] = {}
        office = next(rel for rel in self.part("_rels/.rels") if rel.get("Type", "").endswith("/officeDocument"))
        self.workbook = office.get("Target", "").lstrip("/")
        self.main = etree.QName(self.part(self.workbook)).namespace or ""

    def part(self, name: str) -> etree._Element:
        """The tree of a part; changes to it are written. Raises KeyError for an absent part."""
        if name not in self._trees:
            drawing = name.endswith(".vml")
            root = etree.fromstring(self._zip.read(name), parser(forgiving=drawing))
            self._trees[name] = root
            self._read[name] = etree.tostring(root)
        return self._trees[name]

    def put(self, name: str, root: etree._Element, kind: str = "") -> None:
        """A new or replaced part; `kind`: its content type, for a new one."""
        self._trees[name] = root
        if kind:
            self._declare(name, kind)

    def free_name(self, pattern: str) -> str:
        """The first part name of this pattern (`xl/comments{}.xml`) that is not taken."""
        number = 1
        while pattern.format(number) in self._names | self._trees.keys():
            number += 1
        return pattern.format(number)

    def _declare(self, name: str, kind: str) -> None:
        types = self.part("[Content_Types].xml")
        extension = name.rpartition(".")[2]
        if extension == "vml":
            if not any(item.get("Extension", "").lower() == "vml" for item in types):
                etree.SubElement(types, f"{{{_TYPES}}}Default", Extension="vml", ContentType=kind)
            return
        if not any(item.get("PartName") == f"/{name}" for item in types):
            etree.SubElement(types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=kind)

    def _relations(self, part: str) -> str:
        folder, _, name = part.rpartition("/")
        return f"{folder}/_rels/{name}.rels"

    def related(self, part: str) -> Iterator[tuple[str, str, str]]:
        """What a part points to, as (id, last word of the type, part name)."""
        path = self._relations(part)
        if path not in self._names and path not in self._trees:
            return
        for rel in self.part(path):
            if rel.get("TargetMode") != "External":
                target = rel.get("Target", "")
                whole = (
                    target.lstrip("/") if target.startswith("/") else posixpath.join(posixpath.dirname(part), target)
                )
                yield rel.get("Id", ""), rel.get("Type", "").rpartition("/")[2], posixpath.normpath(whole)

    def find(self, part: str, kind: str) -> str | None:
        """The part of that kind (`comments`, `vmlDrawing`) a part points to."""
        return next((name for _, found, name in self.related(part) if found == kind), None)

    def relate(self, part: str, kind: str, target: str) -> str:
        """Makes a part point to another and gives the id."""
        path = self._relations(part)
        if path not in self._names and path not in self._trees:
            self.put(path, etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS}))
        root = self.part(path)
        taken = {rel.get("Id") for rel in root}
        made = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        about = {"Id": made, "Type": f"{_OFFICE}/{kind}", "Target": f"/{target}"}
        etree.SubElement(root, f"{{{_RELATIONS}}}Relationship", about)
        return made

    def tag(self, name: str) -> str:
        """A name in the spreadsheet's own namespace."""
        return f"{{{self.main}}}{name}"

    @property
    def office(self) -> str:
        """The namespace of `r:id` in this file (transitional or strict)."""
        spaces = self.part(self.workbook).nsmap.values()
        return next((str(space) for space in spaces if str(space).endswith("/relationships")), _OFFICE)

    def sheets(self) -> dict[str, str]:
        """The worksheets: name on the tab → part name."""
        targets = {key: name for key, kind, name in self.related(self.workbook) if kind == "worksheet"}
        listed = self.part(self.workbook).find(self.tag("sheets"))
        found = {}
        for sheet in listed if listed is not None else ():
            key = sheet.get(f"{{{self.office}}}id", "")
            if key in targets:
                found[sheet.get("name", "")] = targets[key]
        return found

    def add_sheet(self, name: str, root: etree._Element) -> str:
        """Adds a worksheet behind the others, or replaces the one of this name; gives its part name."""
        sheets = self.sheets()
        if name in sheets:
            self.put(sheets[name], root)
            return sheets[name]
        part = self.free_name("xl/worksheets/sheet{}.xml")
        self.put(part, root, "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml")
        listed = self.part(self.workbook).find(self.tag("sheets"))
        number = 1 + max((int(sheet.get("sheetId", "0")) for sheet in listed), default=0)
        about = {
            "name": name,
            "sheetId": str(number),
            f"{{{self.office}}}id": self.relate(self.workbook, "worksheet", part),
        }
        etree.SubElement(listed, self.tag("sheet"), about)
        return part

    def insert(self, sheet: etree._Element, child: etree._Element) -> None:
        """Puts a child of a worksheet where Excel wants it, behind those of its kind."""
        rank = _ORDER.index(etree.QName(child).localname)
        for place, other in enumerate(sheet):
            name = etree.QName(other).localname if isinstance(other.tag, str) else ""
            if name in _ORDER and _ORDER.index(name) > rank:
                sheet.insert(place, child)
                return
        sheet.append(child)

    def cell(self, sheet: etree._Element, address: str) -> etree._Element:
        """The cell at an address, made where the file has none."""
        letters, number = split(address)
        data = sheet.find(self.tag("sheetData"))
        row = _place(data, self.tag("row"), number, lambda item: int(item.get("r", "0")), {"r": str(number)})
        return _place(
            row,
            self.tag("c"),
            column_number(letters),
            lambda item: column_number(split(item.get("r", "A1"))[0]),
            {"r": address},
        )

    def write(self, cell: etree._Element, text: str, style: int | None = None) -> None:
        """A text in a cell, whatever was there; its style stays unless one is given."""
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("cm", None)
        cell.set("t", "inlineStr")
        if style is not None:
            cell.set("s", str(style))
        inside = etree.SubElement(etree.SubElement(cell, self.tag("is")), self.tag("t"))
        inside.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        inside.text = printable(text)

    def written(self) -> bytes:
        """The file: parts nobody changed byte for byte, the others written anew."""
        out = BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            for info in self._zip.infolist():
                made.writestr(info, self._part_bytes(info.filename), info.compress_type)
            for name in self._trees.keys() - self._names:
                made.writestr(name, self._part_bytes(name))
        return out.getvalue()

    def _part_bytes(self, name: str) -> bytes:
        if name not in self._trees or etree.tostring(self._trees[name]) == self._read.get(name):
            return self._zip.read(name)
        if name.endswith(".vml"):
            return etree.tostring(self._trees[name])
        return etree.tostring(self._trees[name], xml_declaration=True, encoding="UTF-8", standalone=True)


def _place(parent: etree._Element, tag: str, key: int, key_of, about: dict[str, str]) -> etree._Element:  # type: ignore[no-untyped-def]
    for place, item in enumerate(parent):
        found = key_of(item)
        if found == key:
            return item
        if found > key:
            made = etree.Element(tag, about)
            parent.insert(place, made)
            return made
    return etree.SubElement(parent, tag, about)


def split(address: str) -> tuple[str, int]:
    """`D7` → (`D`, 7). Raises ValueError for anything else."""
    found = _CELL.fullmatch(address)
    if found is None:
        raise ValueError(address)
    return found[1], int(found[2])


def column_number(letters: str) -> int:
    """`A` → 1, `AB` → 28."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number

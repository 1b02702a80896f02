"""Files that a form chooses from or looks things up in: what JavaRosa could not open on a phone is found before.

One bad list keeps its whole form from opening, and nothing but the phone would say so: ODK Validate does not read them
(tried on JavaRosa, each case in tests/core/test_media.py).
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from forms.findings import Finding, Level, Place
from forms.schema import local

MOST_SHOWN = 20
_FILE = re.compile(r"jr://(?:file|file-csv)/(.+)")
_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_STRING = r"\s*['\"]([^'\"]*)['\"]\s*"
_PULLED = re.compile(rf"pulldata\({_STRING},{_STRING},{_STRING},")
_SEARCH = re.compile(rf"search\({_STRING}(?:,{_STRING},{_STRING},[^,()]+(?:,{_STRING},[^,()]+)?)?")
_GEOMETRIES = ("Point", "LineString", "Polygon")
_WHOLE = re.compile(r"-?\d+")


@dataclass(slots=True)
class Need:
    """What a form reads in a file: the columns by name, the one that holds the answers, and whether several may be
    chosen."""

    columns: dict[str, None] = field(default_factory=dict)
    value: str = ""
    several: bool = False


def needs(xform: str) -> Mapping[str, Need]:
    """What a form reads in each file it names. Raises ValueError for no XML."""
    try:
        root = etree.fromstring(xform.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not an XForm: {error.msg}") from error
    files: dict[str, Need] = {}
    by_id: dict[str, Need] = {}
    for node in root.iter("{*}instance"):
        found = _FILE.fullmatch(node.get("src") or "")
        if found and node.get("id"):
            by_id[str(node.get("id"))] = files.setdefault(found[1], Need())
    for control in root.iter("{*}select", "{*}select1", "{*}rank"):
        for itemset in control.iterchildren("{*}itemset"):
            named = _INSTANCE.search(itemset.get("nodeset") or "")
            if named and named[1] in by_id:
                _chosen(itemset, by_id[named[1]], several=local(control.tag) != "select1")
    for table, wanted, key in _PULLED.findall(" ".join(_expressions(root))):
        need = files.setdefault(f"{table.removesuffix('.csv')}.csv", Need())
        need.columns.update(dict.fromkeys((wanted, key)))
    for control in root.iter("{*}select", "{*}select1"):
        _searched(control, files)
    return files


def _chosen(itemset: etree._Element, need: Need, *, several: bool) -> None:
    need.several = need.several or several
    for child in itemset:
        column = (child.get("ref") or "").strip()
        if local(child.tag) in ("value", "label") and re.fullmatch(r"[\w.-]+", column):
            need.columns.setdefault(column)
            if local(child.tag) == "value":
                need.value = column


def _searched(control: etree._Element, files: dict[str, Need]) -> None:
    found = _SEARCH.search(control.get("appearance") or "")
    if not found:
        return
    need = files.setdefault(f"{found[1].removesuffix('.csv')}.csv", Need())
    for columns in (found[3], found[4]):
        need.columns.update(dict.fromkeys(part.strip() for part in (columns or "").split(",") if part.strip()))
    for item in control.iter("{*}item"):
        value = (item.findtext("{*}value") or "").strip()
        if value and not _WHOLE.fullmatch(value):
            need.columns.setdefault(value)
            need.value = value
            need.several = need.several or local(control.tag) == "select"


def _expressions(root: etree._Element) -> Iterator[str]:
    for node in root.iter():
        yield from (str(value) for value in node.attrib.values())


def check(name: str, data: bytes, need: Need) -> tuple[Finding, ...]:
    """What keeps a phone from opening a form with this file, and what it would show wrongly. Other kinds of files than
    lists are nobody's business. Codes `media.*`; the place is the file with its line."""
    kinds = {".csv": _csv, ".xml": _xml, ".geojson": _geojson}
    look = next((check_ for ending, check_ in kinds.items() if name.lower().endswith(ending)), None)
    return tuple(look(name, data, need)) if look else ()


def _finding(what: str, name: str, line: int | None = None, level: Level = "error", **args: object) -> Finding:
    return Finding(f"media.{what}", level, Place(name, line), {"name": name, **args})


def _csv(name: str, data: bytes, need: Need) -> Iterator[Finding]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield _finding("not_utf8", name, data[: error.start].count(b"\n") + 1)
        return
    if not text.strip() or "\0" in text:
        yield _finding("empty" if not text.strip() else "not_utf8", name)
        return
    # As JavaRosa decides: on the raw first line, quoted or not.
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if ";" in text.split("\n")[0] else ",", strict=True
    )
    header: list[str] = []
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if not header:
                header = row
            elif row:
                rows.append((reader.line_num, row))
    except csv.Error:
        yield _finding("quotes", name, reader.line_num)
        return
    twice = sorted({column for column in header if column and header.count(column) > 1})
    for column in twice:
        yield _finding("same_column", name, 1, column=column)
    yield from _missing(name, need, header, 1)
    if need.value in header and not twice:
        at = header.index(need.value)
        yield from _values(name, need, [(line, row[at] if at < len(row) else "") for line, row in rows])
    if not rows:
        yield _finding("no_rows", name, 1, "warning")


def _missing(name: str, need: Need, header: list[str], line: int | None) -> Iterator[Finding]:
    for column in need.columns:
        if column not in header:
            shown = ", ".join(header[:MOST_SHOWN])
            near = next((held for held in header if held.strip().casefold() == column.casefold()), "")
            yield _finding("missing_column", name, line, column=column, columns=shown, nearest=near.strip())


def _values(name: str, need: Need, values: list[tuple[int, str]]) -> Iterator[Finding]:
    """Answers that cannot be told apart or taken apart again."""
    seen: dict[str, int] = {}
    for line, value in values:
        if not value.strip():
            yield _finding("blank_value", name, line, "warning", column=need.value)
        elif need.several and re.search(r"\s", value.strip()):
            yield _finding("value_with_space", name, line, column=need.value, value=value[:100])
        elif value in seen:
            yield _finding("same_value", name, line, "warning", value=value[:100], first=seen[value])
        else:
            seen[value] = line
            continue
        if len(seen) + MOST_SHOWN < line:
            return


def _xml(name: str, data: bytes, need: Need) -> Iterator[Finding]:
    if b"<!DOCTYPE" in data.replace(b"\0", b"").upper():
        yield _finding("doctype", name)
        return
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        yield _finding("not_xml", name, error.lineno)
        return
    items = [node for node in root if local(node.tag) == "item"]
    if local(root.tag) != "root" and need.columns:
        yield _finding("xml_root", name, root.sourceline, found=local(root.tag))
        return
    columns = list(dict.fromkeys(local(child.tag) for child in items[0])) if items else list(need.columns)
    yield from _missing(name, need, columns, items[0].sourceline if items else None)
    if not items:
        yield _finding("no_rows", name, None, "warning")


def _geojson(name: str, data: bytes, need: Need) -> Iterator[Finding]:
    try:
        held = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        yield _finding("not_json", name, getattr(error, "lineno", None))
        return
    features = held.get("features") if isinstance(held, dict) and held.get("type") == "FeatureCollection" else None
    if not isinstance(features, list):
        yield _finding("no_features", name)
        return
    for number, feature in enumerate(features, 1):
        wrong = next(iter(_feature(feature, need)), None)
        if wrong:
            yield _finding(wrong[0], name, None, number=number, column=wrong[1])
            return
    if not features:
        yield _finding("no_rows", name, None, "warning")


def _feature(feature: object, need: Need) -> Iterator[tuple[str, str]]:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        yield "no_features", ""
        return
    geometry = feature.get("geometry")
    if not isinstance(geometry, dict) or geometry.get("type") not in _GEOMETRIES:
        yield "geometry", str(geometry.get("type")) if isinstance(geometry, dict) else ""
    properties = feature.get("properties") or {}
    if not isinstance(properties, dict) or any(isinstance(value, dict | list) for value in properties.values()):
        yield "nested_property", ""
        return
    known = {"geometry", *properties, *(("id",) if feature.get("id") is not None else ())}
    for column in need.columns:
        if column not in known:
            yield "feature_column", column

"""What a phone wrote, place by place, and where the same must stand in the CSV and in OData."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from forms.answer_csv import SUBMITTED, SYSTEM
from forms.schema import Field, Schema, local
from forms.values import Value

Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Said:
    """One answer: its question, its text, the key of its row, the names and rows that lead to it."""

    field: Field
    text: str
    key: str
    below: tuple[str, ...]
    way: tuple[str | int, ...]


def said(xml: bytes, schema: Schema, instance_id: str) -> Iterator[Said]:
    """Every answer of a submission, blank ones included."""
    yield from _said(etree.fromstring(xml), schema, "", instance_id, (), ())


def _said(
    element: etree._Element, schema: Schema, path: str, key: str, below: tuple[str, ...], way: tuple[str | int, ...]
) -> Iterator[Said]:
    seen: dict[str, int] = {}
    for child in element:
        name = local(child.tag)
        field = schema.field(f"{path}/{name}")
        if field is None:
            continue
        if field.kind == "field":
            yield Said(field, child.text or "", key, (*below, name), (*way, name))
        elif field.kind == "group":
            yield from _said(child, schema, field.path, key, (*below, name), (*way, name))
        else:
            number = seen[name] = seen.get(name, 0) + 1
            inside = f"{key}{''.join(f'/{step}' for step in (*below, name))}[{number}]"
            yield from _said(child, schema, field.path, inside, (), (*way, name, number - 1))


def rows_of(archive: bytes) -> dict[str, Mapping[str, str]]:
    """The rows of all tables of a zip by their KEY, which no two rows share."""
    found: dict[str, Mapping[str, str]] = {}
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        for name in packed.namelist():
            if name.endswith(".csv") and not name.startswith("media/") and not name.endswith(" - audit.csv"):
                for row in csv.DictReader(io.TextIOWrapper(packed.open(name), "utf-8", newline="")):
                    assert row["KEY"] not in found
                    found[row["KEY"]] = row
    return found


def in_csv(one: Said, row: Mapping[str, str]) -> bool:
    """Whether an answer stands in its row as it was sent."""
    header = "-".join(one.below)
    if not one.field.repeat and header in (SUBMITTED, *SYSTEM):
        header = f"{header}~1"  # Central's own column keeps its name
    if one.field.type == "geopoint":
        parts = [row[f"{header}-{part}"] for part in ("Latitude", "Longitude", "Altitude", "Accuracy")]
        return [part for part in parts if part] == one.text.split()
    return row[header] == one.text


def in_odata(one: Said, row: Row) -> bool:
    """Whether an answer stands in the expanded row with its type."""
    at: object = row
    for step in one.way:
        at = at[step] if isinstance(step, int) else at[_allowed(step)]  # type: ignore[index]
    if not one.text.strip():
        return at is None
    kind = one.field.type
    if kind == "int":
        return type(at) is int and at == int(one.text)
    if kind == "decimal":
        return type(at) in (int, float) and at == float(one.text)
    if kind == "dateTime":
        return datetime.fromisoformat(str(at)) == datetime.fromisoformat(one.text)
    if kind in ("geopoint", "geotrace", "geoshape"):
        return isinstance(at, dict) and _positions(at) == [
            [float(part) for part in (place.split()[1], place.split()[0], *place.split()[2:3])]
            for place in one.text.split(";")
            if place.strip()
        ]
    return at == one.text


def _allowed(name: str) -> str:
    """A name as OData allows it: letters of English, digits and underscores, no digit first."""
    return re.sub(r"^(?=[0-9])", "_", re.sub(r"[^A-Za-z0-9_]+", "_", name))


def _positions(geometry: Mapping[str, object]) -> list[object]:
    coordinates = geometry["coordinates"]
    assert isinstance(coordinates, list)
    if geometry["type"] == "Point":
        return [coordinates]
    return coordinates[0] if geometry["type"] == "Polygon" else coordinates

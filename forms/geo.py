"""Places as phones write them (`lat lon altitude accuracy`, points joined by `;`) as GeoJSON and WKT."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

TYPES = frozenset({"geopoint", "geotrace", "geoshape"})
PARTS = ("Latitude", "Longitude", "Altitude", "Accuracy")


@dataclass(frozen=True, slots=True)
class Point:
    """Degrees and metres; altitude and accuracy None when the phone did not say them. Accuracy 0: a tapped place."""

    latitude: float
    longitude: float
    altitude: float | None = None
    accuracy: float | None = None

    @property
    def position(self) -> list[float]:
        """Longitude, latitude and, where known, altitude: the order of GeoJSON and WKT."""
        known = [] if self.altitude is None else [self.altitude]
        return [self.longitude, self.latitude, *known]


def points(text: str) -> list[Point]:
    """The points of an answer; blank ones and a `;` at the end are no points. A part that is no point is left out."""
    found = (_point(part.split()) for part in text.split(";"))
    return [point for point in found if point is not None]


def _point(parts: Sequence[str]) -> Point | None:
    if not 2 <= len(parts) <= 4:
        return None
    latitude, longitude, altitude, accuracy = (*map(_number, parts), None, None)[:4]
    return None if latitude is None or longitude is None else Point(latitude, longitude, altitude, accuracy)


def _number(text: str) -> float | None:
    try:
        held = float(text)
    except ValueError:
        return None
    return held if math.isfinite(held) else None


def kind_of(text: str) -> str:
    """The type of a place whose question is not known: one point, a line, or a line that ends where it began."""
    found = points(text)
    if len(found) < 2:
        return "geopoint"
    return "geoshape" if len(found) > 3 and found[0].position == found[-1].position else "geotrace"


def _line(text: str, kind: str) -> list[Point] | None:
    """The points of a geometry of this type; None when there are too few for one."""
    found = points(text)
    if kind == "geoshape" and found and found[0].position != found[-1].position:
        found.append(found[0])  # a polygon ends where it began
    least = {"geopoint": 1, "geotrace": 2, "geoshape": 4}[kind]
    return found if len(found) >= least else None


def geojson(text: str, kind: str) -> dict[str, object] | None:
    """A geopoint, geotrace or geoshape as a GeoJSON geometry (as ODK Central: accuracy in `properties`), or None."""
    line = _line(text, kind)
    if line is None:
        return None
    if kind == "geopoint":
        properties: dict[str, object] = {"accuracy": line[0].accuracy}
        return {"type": "Point", "coordinates": line[0].position, "properties": properties}
    positions = [point.position for point in line]
    properties = {"accuracies": [point.accuracy for point in line]}
    if kind == "geotrace":
        return {"type": "LineString", "coordinates": positions, "properties": properties}
    return {"type": "Polygon", "coordinates": [positions], "properties": properties}


def wkt(text: str, kind: str) -> str | None:
    """The same as Well-Known Text, or None."""
    line = _line(text, kind)
    if line is None:
        return None
    told = ",".join(" ".join(f"{number:.15g}" for number in point.position) for point in line)
    if kind == "geopoint":
        return f"POINT ({told})"
    return f"LINESTRING ({told})" if kind == "geotrace" else f"POLYGON (({told}))"

"""Distances and areas on the globe as ODK computes them, in metres and square metres."""

import math
from collections.abc import Sequence
from itertools import pairwise

from forms.expression.errors import ExpressionError

EARTH_RADIUS = 6_378_100.0
"""Equatorial radius in metres."""
_DEGREE = 2 * EARTH_RADIUS * math.pi / 360.0

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def point(text: str, function: str) -> Point:
    """An ODK geopoint `lat lon [alt acc]`. Raises 'not_a_place'."""
    parts = [part for part in text.split(" ") if part]
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise ExpressionError("not_a_place", None, name=function, value=text) from None
    if len(numbers) > 4:
        raise ExpressionError("not_a_place", None, name=function, value=text)
    numbers += [0.0, 0.0]
    return numbers[0], numbers[1]


def trace(text: str, function: str) -> list[Point]:
    """The points of an ODK geotrace or geoshape."""
    parts = text.split(";")
    while parts and not parts[-1].strip():
        parts.pop()
    return [point(part, function) for part in parts] or [point("", function)]


def distance(points: Sequence[Point]) -> float:
    """Length of the way through the points (spherical law of cosines)."""
    return sum((_between(one, two) for one, two in pairwise(points)), 0.0)


def _between(one: Point, two: Point) -> float:
    turn = math.radians(one[1] - two[1])
    lat1, lat2 = math.radians(one[0]), math.radians(two[0])
    cosine = math.sin(lat1) * math.sin(lat2) + math.cos(lat1) * math.cos(lat2) * math.cos(turn)
    return math.acos(cosine) * EARTH_RADIUS if -1 <= cosine <= 1 else math.nan


def area(points: Sequence[Point]) -> float:
    """Area enclosed by the points, flat around the first one; 0 for fewer than three."""
    if len(points) < 3:
        return 0.0
    first = points[0]
    flat = [
        ((lon - first[1]) * _DEGREE * math.cos(math.radians(lat)), (lat - first[0]) * _DEGREE)
        for lat, lon in points[1:]
    ]
    triangles = ((y1 * x2 - x1 * y2) / 2 for (x1, y1), (x2, y2) in pairwise(flat))
    return abs(sum(triangles))


def inside(place: Point, shape: Sequence[Point]) -> bool:
    """Whether a point lies in a closed shape (ray casting)."""
    lat, lon = place
    odd = False
    for (lat1, lon1), (lat2, lon2) in pairwise(shape):
        if (lat2 > lat) != (lat1 > lat) and lon < (lon1 - lon2) * (lat - lat2) / (lat1 - lat2) + lon2:
            odd = not odd
    return odd

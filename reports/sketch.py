"""A way or a plot of land as a small drawing to scale, north up; no map is fetched for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, log10, radians

from markupsafe import Markup

WIDTH, HEIGHT, EDGE = 320, 220, 24
_METRES = 111_320.0  # of one degree of latitude


@dataclass(frozen=True, slots=True)
class Sketch:
    """The drawing as SVG, and how long the line is in metres (of a plot: its border)."""

    svg: Markup
    length: float


def sketch(places: Sequence[tuple[float, float]], *, closed: bool) -> Sketch:
    """A line through these places (latitude, longitude in degrees), `closed` for a plot. The classes `sketch-*`
    colour it; the bar below says its scale in metres."""
    south, west = min(lat for lat, _ in places), min(lon for _, lon in places)
    wide = _METRES * cos(radians(south))
    points = [((lon - west) * wide, (lat - south) * _METRES) for lat, lon in places]
    span = max(max(x for x, _ in points) / (WIDTH - 2 * EDGE), max(y for _, y in points) / (HEIGHT - 3 * EDGE), 1e-3)
    drawn = [(EDGE + x / span, HEIGHT - 2 * EDGE - y / span) for x, y in points]
    metres = _round_down(span * (WIDTH - 2 * EDGE) / 2)
    bar, foot = metres / span, HEIGHT - EDGE + 6
    line = Markup('<{0} class="sketch-line" points="{1}"/>').format(
        "polygon" if closed else "polyline", " ".join(f"{x:.1f},{y:.1f}" for x, y in drawn)
    )
    dot = Markup('<circle class="sketch-point" cx="{:.1f}" cy="{:.1f}" r="3"/>')
    scale = Markup(
        '<path class="sketch-bar" d="M{} {}v4h{:.1f}v-4"/><text class="sketch-text" x="{:.1f}" y="{}">{}</text>'
    )
    north = Markup('<path class="sketch-bar" d="M{} {}v-16m-5 6l5-6l5 6"/>')
    svg = Markup('<svg class="sketch" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>').format(
        WIDTH,
        HEIGHT,
        line
        + Markup("").join(dot.format(x, y) for x, y in drawn)
        + scale.format(EDGE, foot - 4, bar, EDGE + bar + 8, foot + 2, _distance(metres))
        + north.format(WIDTH - EDGE, foot),
    )
    ring = [*points, points[0]] if closed else points
    return Sketch(svg, sum(hypot(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring)))


def _round_down(metres: float) -> float:
    """The next smaller of 1, 2, 5, 10, 20 …"""
    power = 10.0 ** int(log10(metres)) if metres >= 1 else 1.0
    return power * next((step for step in (5, 2, 1) if step * power <= metres), 1)


def _distance(metres: float) -> str:
    return f"{metres / 1000:g} km" if metres >= 1000 else f"{metres:g} m"

"""The flow of an SOP as a picture: its steps from top to bottom as printed, its routes as lines beside them.

A procedure is read from the first step to the last, so the steps keep the order of the workbook and every
route says in its own box when it is taken. A route to the next box goes straight down; all others run in
lanes: forward on the right, back on the left. Routes to one box share a lane, so that lines meet where
people meet. Values in, SVG out; words come from the caller.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

BOX = 336
LANE = 12
GAP = 26
PADDING = 12
LINE = 18
SMALL = 16
_TITLE_LETTERS = 36
_TEXT_LETTERS = 44
_FIRST_LANE = 14
_INDENT = 16

_INK, _MUTED, _LINE_INK, _SURFACE = "#17242b", "#50606a", "#50606a", "#ffffff"
_STATES = {"open": "#b26a00", "done": "#2b7a4b", "": "#0b5c63"}
_FAULT = "#b3261e"


@dataclass(frozen=True, slots=True)
class Exit:
    """A route that leaves a box: where to (a box's name; None: the branch ends here) and when, in words.

    `mark` is shown before the words (the number of the target); `reading`: an interpretation, drawn
    dashed; `faulty`: a finding names it.
    """

    to: str | None
    text: str
    mark: str = ""
    reading: bool = False
    faulty: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """A step. `state`: "", open (lit) or done; `note`: role and time in words; `href`: where it leads when clicked."""

    name: str
    number: str
    title: str
    note: str = ""
    exits: tuple[Exit, ...] = ()
    state: str = ""
    reading: bool = False
    faulty: bool = False
    href: str = ""
    state_text: str = ""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A box with its place: lines of text, top and height, and where each exit leaves."""

    box: Box
    top: int
    height: int
    title: tuple[str, ...]
    note: tuple[str, ...]
    exits: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def bottom(self) -> int:
        return self.top + self.height

    @property
    def entry(self) -> int:
        """Where lanes come in: beside the number."""
        return self.top + PADDING + 6


@dataclass(slots=True)
class _Bus:
    """All routes of one side that lead to one box."""

    to: int
    entry: int
    sources: list[tuple[int, Exit]] = field(default_factory=list)
    lane: int = 0

    @property
    def span(self) -> tuple[int, int]:
        levels = [self.entry, *(y for y, _ in self.sources)]
        return min(levels), max(levels)


def draw(boxes: Sequence[Box], *, title: str, description: str) -> Markup:
    """The picture as an SVG element that scales with its page and prints.

    boxes: in the order they are read; an exit to a name that is no box is drawn as text only.
    """
    placed = _place(boxes)
    index = {item.box.name: i for i, item in enumerate(placed)}
    right, left = _buses(placed, index)
    margin_left = _margin(left)
    margin_right = _margin(right)
    width = margin_left + BOX + margin_right
    height = (placed[-1].bottom if placed else 0) + 8
    drawn: list[Markup] = []
    for bus in left:
        drawn += _draw_bus(bus, margin_left, -1)
    for bus in right:
        drawn += _draw_bus(bus, margin_left + BOX, 1)
    for i, item in enumerate(placed):
        drawn += _straight(placed, index, i, margin_left)
        drawn.append(_draw_box(item, margin_left))
    return Markup(
        '<svg class="alur-flow" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}"'
        ' role="img" aria-label="{title}" font-family="Public Sans, system-ui, sans-serif">'
        "<title>{title}</title><desc>{description}</desc>{heads}{drawn}</svg>"
    ).format(w=width, h=height, title=title, description=description, heads=_HEADS, drawn=Markup("").join(drawn))


def _margin(buses: Sequence[_Bus]) -> int:
    return max((_FIRST_LANE + LANE * bus.lane for bus in buses), default=0) + 6


_HEAD = Markup(
    '<marker id="flow-{name}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    '<path class="alur-flow-head-{name}" d="M0 0 8 4 0 8z" fill="{ink}"/></marker>'
)
_HEADS = Markup("<defs>{}{}</defs>").format(
    _HEAD.format(name="line", ink=_LINE_INK), _HEAD.format(name="fault", ink=_FAULT)
)


def _place(boxes: Iterable[Box]) -> list[_Placed]:
    placed = []
    top = 8
    for box in boxes:
        numbered = f"{box.number}. {box.title}" if box.number else box.title
        title = tuple(textwrap.wrap(numbered, _TITLE_LETTERS)) or ("",)
        note = tuple(textwrap.wrap(box.note, _TEXT_LETTERS))
        y = PADDING + LINE * len(title) + SMALL * (len(note) + bool(box.state_text)) + 4
        exits = []
        for leaving in box.exits:
            lines = tuple(textwrap.wrap(f"{leaving.mark} {leaving.text}".strip(), _TEXT_LETTERS)) or ("",)
            exits.append((y, lines))
            y += SMALL * len(lines) + 2
        height = y + PADDING - 4
        placed.append(_Placed(box, top, height, title, note, tuple(exits)))
        top += height + GAP
    return placed


def _buses(placed: Sequence[_Placed], index: Mapping[str, int]) -> tuple[list[_Bus], list[_Bus]]:
    """The lanes on the right (forward) and on the left (back), each with its place beside the boxes."""
    sides: tuple[dict[int, _Bus], dict[int, _Bus]] = ({}, {})
    for i, item in enumerate(placed):
        for leaving, (y, _) in zip(item.box.exits, item.exits, strict=True):
            to = index.get(leaving.to) if leaving.to is not None else None
            if to is None or to == i + 1:
                continue
            side = sides[0] if to > i else sides[1]
            bus = side.setdefault(to, _Bus(to, placed[to].entry))
            bus.sources.append((item.top + y + SMALL // 2 + 1, leaving))
    return _with_lanes(sides[0].values()), _with_lanes(sides[1].values())


def _with_lanes(buses: Iterable[_Bus]) -> list[_Bus]:
    """Short lanes close to the boxes, long ones outside; lanes that do not touch share a place."""
    ordered = sorted(buses, key=lambda bus: bus.span[1] - bus.span[0])
    taken: list[list[tuple[int, int]]] = []
    for bus in ordered:
        low, high = bus.span
        free = (n for n, spans in enumerate(taken) if all(high < a - 6 or low > b + 6 for a, b in spans))
        bus.lane = next(free, len(taken))
        if bus.lane == len(taken):
            taken.append([])
        taken[bus.lane].append((low, high))
    return ordered


def _draw_bus(bus: _Bus, edge: int, side: int) -> list[Markup]:
    x = edge + side * (_FIRST_LANE + LANE * bus.lane)
    drawn = []
    for y, leaving in bus.sources:
        drawn.append(_path(f"M{edge} {y}H{x}V{bus.entry}H{edge + side}", leaving))
    return drawn


def _path(way: str, leaving: Exit) -> Markup:
    name, ink = ("fault", _FAULT) if leaving.faulty else ("line", _LINE_INK)
    dashes = Markup(' stroke-dasharray="5 3"') if leaving.reading else ""
    return Markup(
        '<path class="alur-flow-{name}" d="{way}" fill="none" stroke="{ink}" stroke-width="1.5"'
        ' stroke-linejoin="round"{dashes} marker-end="url(#flow-{name})"/>'
    ).format(name=name, way=way, ink=ink, dashes=dashes)


def _straight(placed: Sequence[_Placed], index: Mapping[str, int], i: int, left: int) -> list[Markup]:
    """The route to the next box: one arrow however many rules lead there."""
    item = placed[i]
    down = [leaving for leaving in item.box.exits if leaving.to is not None and index.get(leaving.to) == i + 1]
    if not down:
        return []
    plain = next((leaving for leaving in down if not leaving.reading), down[0])
    x = left + BOX // 2
    return [_path(f"M{x} {item.bottom}V{placed[i + 1].top - 1}", plain)]


def _draw_box(item: _Placed, left: int) -> Markup:
    box = item.box
    ink = _FAULT if box.faulty else _STATES.get(box.state, _STATES[""])
    dashes = Markup(' stroke-dasharray="5 3"') if box.reading else ""
    kind = " ".join(part for part in ("alur-flow-box", box.state and f"alur-flow-{box.state}") if part)
    lines = [
        Markup(
            '<rect class="{kind}" x="{x}" y="{y}" width="{w}" height="{h}" rx="6" fill="{fill}" stroke="{ink}"'
            ' stroke-width="{thick}"{dashes}/>'
        ).format(
            kind=kind, x=left, y=item.top, w=BOX, h=item.height, fill=_SURFACE, ink=ink,
            thick=3 if box.state == "open" or box.faulty else 1.5, dashes=dashes,
        )
    ]  # fmt: skip
    y = item.top + PADDING + 12
    for line in item.title:
        lines.append(_text(left + PADDING, y, line, _INK, 14, bold=True))
        y += LINE
    if box.state_text:
        lines.append(_text(left + PADDING, y - 2, box.state_text, ink, 12, bold=True))
        y += SMALL
    for line in item.note:
        lines.append(_text(left + PADDING, y - 2, line, _MUTED, 12))
        y += SMALL
    for (at, exit_lines), leaving in zip(item.exits, box.exits, strict=True):
        shown = _FAULT if leaving.faulty else _INK
        for n, line in enumerate(exit_lines):
            lines.append(_text(left + PADDING + (_INDENT if n else 0), item.top + at + 12 + SMALL * n, line, shown, 12))
    body = Markup("").join(lines)
    if not box.href:
        return Markup('<g id="flow-{name}">{body}</g>').format(name=box.name, body=body)
    return Markup('<a href="{href}" id="flow-{name}">{body}</a>').format(name=box.name, href=box.href, body=body)


def _text(x: int, y: int, text: str, ink: str, size: int, *, bold: bool = False) -> Markup:
    weight = Markup(' font-weight="600"') if bold else ""
    kind = {_MUTED: "alur-flow-muted", _INK: "alur-flow-ink"}.get(ink, "alur-flow-mark")
    return Markup('<text class="{kind}" x="{x}" y="{y}" fill="{ink}" font-size="{size}"{more}>{text}</text>').format(
        kind=kind, x=x, y=y, ink=ink, size=size, more=weight, text=text
    )

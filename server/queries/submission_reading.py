"""The answers of one submission as a tree people can read, in the order and the words of its form.

What has no place in the form is kept beside it; nothing that was sent is left out.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from forms import values
from forms.schema import Field, Labels, Schema
from forms.submission import Reading
from server.cases import privacy
from server.cases.linking import PLUMBING
from server.cases.privacy import Sight
from server.queries.list_labels import Choices

MOST_COLUMNS = 6
_MANY = frozenset({"select_multiple", "rank"})


@dataclass(frozen=True, slots=True)
class Item:
    """One answer. `text` is as sent, or what may be shown of it while it is `hidden`; `choices` are the labels of
    what was chosen; `private` what it tells about a person; `odd`: it is not of its question's type."""

    path: str
    name: str
    labels: Labels
    type: str
    text: str
    choices: tuple[Labels, ...] = ()
    private: privacy.Kind = ""
    hidden: bool = False
    odd: bool = False
    appearance: str = ""

    @property
    def kind(self) -> str:
        return "item"


@dataclass(frozen=True, slots=True)
class Section:
    """A group, a repeat, or a row of one (`number` from 1). `columns`: a repeat whose rows fit a table; `blank`: the
    questions below that were asked and left blank."""

    kind: str
    path: str
    name: str
    labels: Labels
    parts: tuple["Item | Section", ...]
    number: int = 0
    columns: tuple[Item, ...] = ()
    blank: tuple[Item, ...] = ()

    def find(self, path: str) -> Item | None:
        """The answer of this row to a question."""
        return next((part for part in self.parts if isinstance(part, Item) and part.path == path), None)


@dataclass(frozen=True, slots=True)
class ReadAnswers:
    """All of one revision. `calculated`: values of the form itself that ask nobody; `system`: what the phone filled
    by itself, by name, each of its type; `unknown`: (path, text) the form does not have; `hides`: something is hidden.
    """

    sections: tuple[Section, ...] = ()
    calculated: tuple[Item, ...] = ()
    system: Mapping[str, str] = field(default_factory=dict)
    unknown: tuple[tuple[str, str], ...] = ()
    hides: bool = False


def read_answers(schema: Schema, reading: Reading, choices: Choices, sight: Sight = "listed") -> ReadAnswers:
    """The tree of a submission, as much of it as somebody with this sight reads."""
    return _Reader(schema, reading, choices, sight).read()


def item_of(asked: Field, text: str, choices: Choices, *, sight: Sight, odd: bool = False) -> Item:
    """One answer with its labels, hidden as far as it must be."""
    private = privacy.seen_as(asked, sight)
    hidden = bool(text) and private in privacy.HIDDEN[sight]
    known = choices(asked)
    picked = text.split() if asked.type in _MANY else [text]
    return Item(
        path=asked.path,
        name=asked.name,
        labels=asked.labels,
        type=asked.type,
        text=_masked(private, text) if hidden else text,
        choices=() if hidden else tuple(known[word] for word in picked if word in known),
        private=private,
        hidden=hidden,
        odd=odd,
        appearance=asked.appearance,
    )


def _masked(private: privacy.Kind, text: str) -> str:
    if private == "place":
        return privacy.about(text)
    return privacy.masked(private, text)


class _Reader:
    def __init__(self, schema: Schema, reading: Reading, choices: Choices, sight: Sight) -> None:
        self.reading = reading
        self.choices = choices
        self.sight = sight
        self.odd = {(path, text) for path, text, _type in reading.mistyped}
        self.below: dict[str, list[Field]] = {}
        for asked in schema.fields:
            self.below.setdefault(asked.path.rpartition("/")[0], []).append(asked)
        self.calculated: list[Item] = []
        self.system: dict[str, str] = {}
        self.hides = False

    def read(self) -> ReadAnswers:
        sections = tuple(self._sections())
        unknown = tuple(
            (path, privacy.on_page(privacy.stray(path), text, self.sight)) for path, text in self.reading.unknown
        )
        hides = self.hides or unknown != tuple(self.reading.unknown)
        return ReadAnswers(sections, tuple(self.calculated), self.system, unknown, hides)

    def _sections(self) -> Iterator[Section]:
        """The groups of the form, each with its answers; loose questions between them stand in one without a name."""
        loose: list[Item] = []
        blank: list[Item] = []
        for part in self._parts("", self.reading.paths, blank):
            if isinstance(part, Item):
                loose.append(part)
                continue
            if loose or blank:
                yield Section("group", "", "", {}, tuple(loose), blank=tuple(blank))
                loose, blank[:] = [], []
            yield part
        if loose or blank:
            yield Section("group", "", "", {}, tuple(loose), blank=tuple(blank))

    def _parts(self, parent: str, told: Mapping[str, object], blank: list[Item]) -> Iterator[Item | Section]:
        for asked in self.below.get(parent, ()):
            if asked.path == "/meta" or asked.name in PLUMBING:
                continue
            if asked.kind == "field":
                yield from self._item(asked, told, blank)
            elif asked.kind == "repeat":
                yield from self._repeat(asked, told)
            elif not asked.labels:
                yield from self._parts(asked.path, told, blank)
            else:
                inner: list[Item] = []
                parts = tuple(self._parts(asked.path, told, inner))
                top = parent == ""
                if parts or (inner and top):
                    yield Section(
                        "group", asked.path, asked.name, asked.labels, parts, blank=tuple(inner) if top else ()
                    )
                if not top:
                    blank += inner

    def _item(self, asked: Field, told: Mapping[str, object], blank: list[Item]) -> Iterator[Item]:
        if asked.path not in told:
            return
        text = values.text(told[asked.path])
        item = item_of(asked, text, self.choices, sight=self.sight, odd=(asked.path, text) in self.odd)
        self.hides = self.hides or item.hidden
        if not asked.labels:
            self._unasked(asked, item)
        elif text:
            yield item
        elif not asked.readonly:
            blank.append(item)

    def _unasked(self, asked: Field, item: Item) -> None:
        if not item.text and not item.hidden:
            return
        timed = asked.type == "dateTime" or asked.name not in ("start", "end")
        if asked.calculated or item.odd or not timed or "/" in asked.path[1:]:
            self.calculated.append(item)
        else:
            self.system[asked.name] = item.text

    def _repeat(self, asked: Field, told: Mapping[str, object]) -> Iterator[Section]:
        rows = told.get(asked.path)
        if not isinstance(rows, list):
            return
        made: list[Section] = []
        for number, row in enumerate(rows, 1):
            blank: list[Item] = []
            parts = tuple(self._parts(asked.path, row, blank))
            if parts:
                made.append(Section("row", asked.path, asked.name, asked.labels, parts, number, blank=tuple(blank)))
        if made:
            columns = _columns(made)
            yield Section("repeat", asked.path, asked.name, asked.labels, tuple(made), columns=columns)


def _columns(rows: Iterable[Section]) -> tuple[Item, ...]:
    """The columns of rows that fit a table: few questions, no parts inside; none when they do not fit."""
    found: dict[str, Item] = {}
    for row in rows:
        for part in row.parts:
            if isinstance(part, Section) or part.type in ("binary", "geotrace", "geoshape"):
                return ()
            found.setdefault(part.path, part)
    return tuple(found.values()) if 1 < len(found) <= MOST_COLUMNS else ()

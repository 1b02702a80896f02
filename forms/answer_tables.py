"""Submissions as tables: one for the form, one per repeat, read from the XML itself.

The XML is the truth: every value is the text as it was sent. `Layout` knows the tables of a form, `Layout.read`
the rows of one submission; CSV (`forms.answer_csv`) and OData (`forms.odata`) are made of both.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from lxml import etree

from forms.plain_xml import NotPlain, Tokens, name_of, skip, tokens
from forms.schema import Field, Schema, attribute, local
from forms.submission import parse_kept

ROOT = ""
"""The path of the form's own table; other tables have the path of their repeat."""

# What stands under one element: its name -> its path, what stands under it (None: an answer), whether it repeats.
Shape = dict[str, tuple[str, "Shape | None", bool]]

NameOf = Callable[[str], str]
TEMPLATE = "\0"  # no text of XML holds it

Masks = Mapping[str, Callable[[str], str]]

NOT_DECRYPTED = "not decrypted"
MISSING_DATA = "missing encrypted form data"
NOT_SIGNED = "signature does not match"


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a submission beside its answers.

    `instance_id` is the id of its first version, for ever. `edits` counts later versions; `status` says why the
    answers of an encrypted submission are not there (None: they are).
    """

    instance_id: str
    submitted_at: str
    updated_at: str | None
    deleted_at: str | None
    submitter_id: int
    submitter_name: str | None
    attachments_present: int
    attachments_expected: int
    review_state: str | None
    device_id: str | None
    edits: int
    form_version: str
    status: str | None = None


@dataclass(slots=True)
class Node:
    """The form, or one row of a repeat: texts by path (absent ones missing), and the rows of repeats inside it."""

    values: dict[str, str] = field(default_factory=dict)
    rows: dict[str, list["Node"]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `parent`: the path of the table around it, None for the form's own; `fields`: what its rows hold, in
    the form's order: questions and groups, and the repeats directly inside."""

    path: str
    parent: str | None
    fields: tuple[Field, ...]

    @property
    def answers(self) -> Iterator[Field]:
        """The fields that hold an answer."""
        return (item for item in self.fields if item.kind == "field")


class Layout:
    """The tables of a form with these fields (`Schema.fields` or `merged`), the form's own first.

    `masks`: what becomes of answers that may not be read as they were sent, by path.
    """

    def __init__(self, fields: Sequence[Field], masks: Masks | None = None) -> None:
        self.fields = tuple(fields)
        self.masks = masks or {}
        repeats = {item.path: item.repeat or ROOT for item in self.fields if item.kind == "repeat"}
        held: dict[str, list[Field]] = {ROOT: [], **{path: [] for path in repeats}}
        for item in self.fields:
            held[item.repeat or ROOT].append(item)
        self.tables: Mapping[str, Table] = {
            path: Table(path, repeats.get(path), tuple(items)) for path, items in held.items()
        }
        self._shape: Shape = {}
        under: dict[str, Shape] = {ROOT: self._shape}
        for item in self.fields:
            inner: Shape | None = None if item.kind == "field" else under.setdefault(item.path, {})
            around = under.get(item.path.rpartition("/")[0])
            if around is not None:
                around[item.name] = (item.path, inner, item.kind == "repeat")

    def read(self, xml: bytes) -> Node:
        """The rows of one submission, from its XML as it was received (or decrypted)."""
        node = self._read(xml)
        if self.masks:
            _mask(node, self.masks)
        return node

    def _read(self, xml: bytes) -> Node:
        found = tokens(xml)
        if found is not None:
            with suppress(NotPlain):
                return self._row(found, name_of)
        return self._row(iter(_parsed(parse_kept(xml), [])), _parsed_name)

    def _row(self, found: Tokens, name_of: NameOf) -> Node:
        node = Node()
        name_of(next(found)[0])  # the root
        _take(found, self._shape, node, name_of)
        return node


def _mask(node: Node, masks: Masks) -> None:
    for path in node.values.keys() & masks.keys():
        node.values[path] = masks[path](node.values[path])
    for rows in node.rows.values():
        for row in rows:
            _mask(row, masks)


def _parsed(element: etree._Element, found: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The tokens of what a parser has read, behind those found; a row that only says how its repeat begins ends with
    TEMPLATE."""
    name = local(element.tag)
    if element.keys() and attribute(element, "template") is not None:
        name += TEMPLATE
    found.append((name, element.text or ""))
    for child in element.iterchildren(tag=etree.Element):
        _parsed(child, found)
    found.append(("/", ""))
    return found


def _parsed_name(tag: str) -> str:
    return tag.rstrip(TEMPLATE)


def _take(tokens: Tokens, shape: Shape, node: Node, name_of: NameOf) -> None:
    """Reads a row up to the end of the element that is open. `name_of`: the local name in a tag that is more than its
    name."""
    values = node.values
    for tag, text in tokens:
        found, empty = shape.get(tag), False
        if found is None:
            if tag[0] == "/":
                return
            found, empty = shape.get(name_of(tag)), tag[-1] == "/"
            if found is None or (found[2] and tag[-1] == TEMPLATE):
                if not empty:
                    skip(tokens, name_of)
                continue
        path, inner, repeats = found
        if inner is None:
            values.setdefault(path, "" if empty else text)
            if not empty:
                tag, _ = next(tokens)
                if tag[0] != "/":
                    skip(tokens, name_of, tag)
            continue
        below = node
        if repeats:
            below = Node()
            node.rows.setdefault(path, []).append(below)
        if not empty:
            _take(tokens, inner, below, name_of)


def walk(layout: Layout, node: Node, instance_id: str) -> Iterator[tuple[Table, Node, str, str]]:
    """Every row of a submission with its table, its key and its parent's key, the form's own row first.

    The key of a row is the instance id and the way to it, `uuid:…/anggota[2]/anak[1]`; its parent is the nearest
    repeat around it.
    """
    yield from _walk(layout, layout.tables[ROOT], node, instance_id, "")


def _walk(layout: Layout, table: Table, node: Node, key: str, parent: str) -> Iterator[tuple[Table, Node, str, str]]:
    yield table, node, key, parent
    for path, rows in node.rows.items():
        for number, row in enumerate(rows, 1):
            below = f"{key}{path[len(table.path) :]}[{number}]"
            yield from _walk(layout, layout.tables[path], row, below, key)


def merged(versions: Iterable[Schema], *, deleted: bool = False) -> tuple[Field, ...]:
    """The fields of the first (newest) version, with the choices that earlier ones offered beside its own.

    With `deleted` the fields only earlier versions had stand behind the sibling they followed there.
    """
    fields: list[Field] = []
    for number, version in enumerate(versions):
        if number == 0:
            fields = list(version.fields)
            continue
        known = {item.path: at for at, item in enumerate(fields)}
        fresh = []
        for item in version.fields:
            at = known.get(item.path)
            if at is None:
                fresh.append(item)
            elif item.choices and fields[at].kind == "field":
                fields[at] = _with_choices(fields[at], item)
        if deleted and fresh:
            _insert(fields, version.fields, fresh)
    return tuple(fields)


def _with_choices(newer: Field, older: Field) -> Field:
    there = {name for name, _ in newer.choices}
    more = tuple(choice for choice in older.choices if choice[0] not in there)
    return replace(newer, choices=newer.choices + more) if more else newer


def _insert(fields: list[Field], order: Sequence[Field], fresh: Sequence[Field]) -> None:
    before: dict[str, str] = {}
    last: dict[str, str] = {}
    for item in order:
        parent = item.path.rpartition("/")[0]
        before[item.path] = last.get(parent, "")
        last[parent] = item.path
    for item in fresh:
        parent = item.path.rpartition("/")[0]
        around = next((held for held in fields if held.path == parent), None)
        if parent and (around is None or around.kind == "field"):
            continue  # its group has become a question
        fields.insert(_behind(fields, before[item.path] or parent), item)


def _behind(fields: Sequence[Field], path: str) -> int:
    """The place after this field and all that stands in it."""
    places = [at for at, item in enumerate(fields) if item.path == path or item.path.startswith(f"{path}/")]
    return places[-1] + 1 if path and places else 0

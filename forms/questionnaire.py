"""A published XForm as the questions and rules that decide what is asked: the part of a form a web page needs.

The rules become expressions of `forms.expression`: paths turn into `${q7}` (the node's place in `nodes`), lists into
`${i:name}`. What cannot be read is kept as `unreadable` on its node: such a question is answered on a phone.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from forms.expression import Expression, ExpressionError, parse
from forms.schema import DEFAULT_LANGUAGE, RESERVED_PREFIX, Labels, attribute, local, strip_markup

ITSELF = "self"
"""What `current()/.` is called in the expressions of a node."""

Texts = Mapping[str, tuple[str | Expression, ...]]
"""Language -> pieces of a text; an expression stands where an answer is shown."""

_STRING = r"'[^']*'|\"[^\"]*\""
_STEPS = r"(?:/(?:\.\.|\.|@?[\w.\-]+(?::[\w.\-]+)?))"
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})"
    r"|(?P<list>instance\(\s*(?:'(?P<one>[^']+)'|\"(?P<two>[^\"]+)\")\s*\)\s*/root/item)"
    rf"|(?P<current>current\(\){_STEPS}+)"
    rf"|(?<![\w\])'\".])(?P<absolute>{_STEPS}+)"
    rf"|(?<![\w\])'\"./])(?P<relative>\.\.{_STEPS}*)"
    r"|(?P<open>\[)|(?P<close>\])"
)
_ITEXT = re.compile(r"jr:itext\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_FILE = re.compile(r"jr://file(?:-csv)?/(.+)")
_CONTROLS = {"select1": "select", "select": "select_multiple", "rank": "rank", "upload": "binary", "trigger": "trigger"}
_ASKED = frozenset({*_CONTROLS, "input", "secret", "range"})


@dataclass(frozen=True, slots=True)
class Choices:
    """What a question offers: rows of a list that pass `rows`, with the columns of value and label.

    `itext`: the label column holds the id of a translated text. `fixed`: choices written in the question itself.
    """

    rows: Expression | None = None
    value: str = "name"
    label: str = "label"
    itext: bool = False
    fixed: tuple[tuple[str, Labels], ...] = ()


@dataclass(frozen=True, slots=True)
class Setter:
    """A value set once: when the form is opened (`trigger` None), or when the node `trigger` is answered."""

    value: Expression
    trigger: int | None


@dataclass(frozen=True, slots=True)
class Node:
    """One node of the form. `type` as in `forms.schema.Field`, and `trigger`, `group`, `repeat`.

    `asked`: it stands on the screen. `system`: a phone fills it by itself (start, device, rows made at publish).
    `repeated`: it stands inside a repeat or is one; `rows`: how many rows a blank form shows of it, `count`: how many
    there must be. `save_to`: the property of the case's row it writes.
    """

    path: str
    name: str
    type: str
    parent: int | None
    asked: bool
    system: bool
    repeated: bool
    rows: int = 0
    count: Expression | None = None
    default: str = ""
    relevant: Expression | None = None
    calculate: Expression | None = None
    constraint: Expression | None = None
    required: Expression | None = None
    readonly: Expression | None = None
    setters: tuple[Setter, ...] = ()
    choices: Choices | None = None
    labels: Texts = field(default_factory=dict)
    hints: Texts = field(default_factory=dict)
    constraint_messages: Texts = field(default_factory=dict)
    required_messages: Texts = field(default_factory=dict)
    appearance: str = ""
    save_to: str | None = None
    unreadable: str | None = None


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """What one form version asks. `nodes` stand in the form's order; `order` is the one to work them out in, what
    a rule reads before the rule. `lists`: rows of the choice lists written in the form, by id; `files`: id of a
    list -> name of the file it comes from. `texts`: translated texts by id, for choices."""

    form_id: str
    nodes: tuple[Node, ...]
    order: tuple[int, ...]
    lists: Mapping[str, tuple[Mapping[str, str], ...]]
    files: Mapping[str, str]
    texts: Mapping[str, Texts]
    updates: bool | Expression
    _places: Mapping[str, int]

    def place(self, name: str) -> int | None:
        """The node a leaf name means, as in `forms.schema.Schema.by_name`; repeats' insides have no place."""
        return self._places.get(name)


@lru_cache(64)
def read(xform: str) -> Questionnaire:
    """The questionnaire of an XForm. Raises ValueError when it is no XForm."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(xform.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not an XForm: {error.msg}") from error
    return _Reader(root).read()


class _Unreadable(Exception):
    """A path or function that cannot be followed away from a phone."""


class _Reader:
    """Collects what stands apart in an XForm (instance, binds, texts, controls), then joins it by path."""

    def __init__(self, root: etree._Element) -> None:
        instances = [node for node in root.iter() if local(node.tag) == "instance"]
        primary = next((child for node in instances[:1] for child in node if local(child.tag)), None)
        if primary is None:
            raise ValueError("not an XForm: no primary instance")
        self.root = root
        self.primary = primary
        self.top = f"/{local(primary.tag)}"
        self.paths: dict[str, int] = {}
        self.copies: Counter[str] = Counter()
        self.found: list[tuple[str, etree._Element, int | None]] = []
        self._walk(primary, self.top, None)
        self.files = {
            str(node.get("id")): match[1]
            for node in instances[1:]
            if (match := _FILE.fullmatch(node.get("src") or "")) and node.get("id")
        }
        self.lists = {str(node.get("id")): tuple(_rows(node)) for node in instances[1:] if not node.get("src")}
        self.binds: dict[str, etree._Element] = {}
        self.controls: dict[str, etree._Element] = {}
        self.setters: dict[str, list[tuple[etree._Element, str | None]]] = {}
        self.repeats: dict[str, str] = {}
        self._model_and_body()
        self.texts = self._itext()

    def read(self) -> Questionnaire:
        nodes: list[Node] = []
        for path, element, parent in self.found:
            nodes.append(self._node(path, element, parent, nodes[parent] if parent is not None else None))
        places: dict[str, int] = {}
        for index, node in enumerate(nodes):
            if not node.repeated:
                places.setdefault(node.name, index)
        return Questionnaire(
            form_id=(attribute(self.primary, "id") or "").strip(),
            nodes=tuple(nodes),
            order=_order(nodes),
            lists=self.lists,
            files=self.files,
            texts=self.texts,
            updates=self._updates(),
            _places=places,
        )

    # -- collecting ----------------------------------------------------------------------------

    def _walk(self, element: etree._Element, path: str, parent: int | None) -> None:
        for child in element:
            name = local(child.tag)
            child_path = f"{path}/{name}"
            if not name or child_path == f"{self.top}/meta":
                continue
            if attribute(child, "template") is None:
                self.copies[child_path] += 1
            if child_path in self.paths:
                continue
            self.paths[child_path] = len(self.found)
            self.found.append((child_path, child, parent))
            self._walk(child, child_path, self.paths[child_path])

    def _model_and_body(self) -> None:
        in_body = False
        for node in self.root.iter():
            name = local(node.tag)
            in_body = in_body or name == "body"
            path = self._absolute(node.get("nodeset") or node.get("ref") or "", self.top)
            if name == "bind":
                self.binds[path] = node
            elif name == "setvalue":
                above = node.getparent()
                trigger = above.get("ref") if above is not None and in_body else None
                self.setters.setdefault(path, []).append((node, self._absolute(trigger, self.top) if trigger else None))
            elif name == "repeat" and in_body:
                self.repeats[path] = attribute(node, "count") or ""
            elif in_body and (name in _ASKED or name == "group") and node.get("ref"):
                self.controls.setdefault(path, node)

    @staticmethod
    def _absolute(path: str, base: str) -> str:
        """A path without prefixes, dots and blanks; a relative one starts at `base`."""
        path = path.strip()
        steps = [] if path.startswith("/") else base.split("/")[1:]
        for step in path.split("/"):
            if step == "..":
                steps = steps[:-1]
            elif step not in ("", "."):
                steps.append(step.rsplit(":", 1)[-1])
        return "/" + "/".join(steps)

    def _itext(self) -> dict[str, dict[str, tuple[str | Expression, ...]]]:
        texts: dict[str, dict[str, tuple[str | Expression, ...]]] = {}
        translations = [node for node in self.root.iter() if local(node.tag) == "translation"]
        translations.sort(key=lambda node: node.get("default") is None)
        for translation in translations:
            for text in translation:
                for value in text:
                    if value.get("form") is None:
                        texts.setdefault(str(text.get("id")), {})[str(translation.get("lang"))] = self._pieces(value)
        return texts

    def _pieces(self, element: etree._Element) -> tuple[str | Expression, ...]:
        pieces: list[str | Expression] = [element.text or ""]
        for child in element:
            if local(child.tag) == "output":
                try:
                    pieces.append(self._expression(child.get("value") or "", self.top) or "")
                except _Unreadable:
                    pieces.append("…")
            else:
                pieces.append("".join(child.itertext()))
            pieces.append(child.tail or "")
        return tuple(piece for piece in pieces if piece != "")

    # -- one node ------------------------------------------------------------------------------

    def _node(self, path: str, element: etree._Element, parent: int | None, above: Node | None) -> Node:
        bind, control = self.binds.get(path), self.controls.get(path)
        name = local(element.tag)
        tag = local(control.tag) if control is not None else ""
        bound = str(bind.get("type") or "string").rsplit(":", 1)[-1] if bind is not None else "string"
        kind = "group" if len(element) else _CONTROLS.get(tag, bound)
        if path in self.repeats:
            kind = "repeat"
        made = _Rules(self, path, bind)
        choices = made.choices(control) if kind in ("select", "select_multiple", "rank") else None
        return Node(
            path=path.removeprefix(self.top),
            name=name,
            type=kind,
            parent=parent,
            asked=tag in _ASKED,
            system=(bind is not None and attribute(bind, "preload") is not None)
            or name.startswith(RESERVED_PREFIX)
            or (above is not None and above.system)
            or "/meta/" in f"{path}/",
            repeated=kind == "repeat" or (above is not None and above.repeated),
            rows=self.copies[path] if kind == "repeat" else above.rows if above is not None else 0,
            count=made.count(),
            default=(element.text or "").strip() if not len(element) else "",
            relevant=made.rule("relevant"),
            calculate=made.rule("calculate"),
            constraint=made.rule("constraint"),
            required=made.rule("required"),
            readonly=made.rule("readonly"),
            setters=made.setters(),
            choices=choices,
            labels=self._said(control, "label"),
            hints=self._said(control, "hint"),
            constraint_messages=self._message(bind, "constraintMsg"),
            required_messages=self._message(bind, "requiredMsg"),
            appearance=str(control.get("appearance") or "") if control is not None else "",
            save_to=(attribute(bind, "saveto") or "").strip() or None if bind is not None else None,
            unreadable=made.unreadable,
        )

    def _said(self, control: etree._Element | None, what: str) -> Texts:
        element = next((child for child in control if local(child.tag) == what), None) if control is not None else None
        if element is None:
            return {}
        found = _ITEXT.search(element.get("ref") or "")
        if found:
            return self.texts.get(found[1], {})
        pieces = self._pieces(element)
        return {DEFAULT_LANGUAGE: pieces} if pieces else {}

    def _message(self, bind: etree._Element | None, name: str) -> Texts:
        text = attribute(bind, name) if bind is not None else None
        if not text:
            return {}
        found = _ITEXT.fullmatch(text.strip())
        return self.texts.get(found[1], {}) if found else {DEFAULT_LANGUAGE: (text,)}

    def _updates(self) -> bool | Expression:
        path = f"{self.top}/meta/entity"
        block = next((node for node in self.primary.iterdescendants() if local(node.tag) == "entity"), None)
        if block is None or attribute(block, "update") is None or self._is_repeated(block):
            return False
        rule = self.binds.get(f"{path}/@update")
        try:
            said = self._expression(rule.get("calculate") or "", path) if rule is not None else None
        except _Unreadable:
            return False
        return said if said is not None else attribute(block, "update") in ("1", "true")

    def _is_repeated(self, element: etree._Element) -> bool:
        steps = [local(above.tag) for above in element.iterancestors()][::-1]
        paths = ["/" + "/".join(steps[steps.index(self.top[1:]) : end]) for end in range(len(steps) + 1)]
        return any(path in self.repeats for path in paths)

    # -- expressions ---------------------------------------------------------------------------

    def _expression(self, xpath: str, base: str) -> Expression | None:
        """The expression at the node `base`; None when there is none. Raises _Unreadable."""
        if not xpath.strip():
            return None
        try:
            return parse(self._translated(xpath.strip(), base))
        except ExpressionError as error:
            raise _Unreadable(xpath) from error

    def _translated(self, xpath: str, base: str) -> str:
        parts: list[str] = []
        at = depth = 0
        for found in _TOKEN.finditer(xpath):
            parts += [xpath[at : found.start()], self._token(found, base, depth)]
            depth += (found.lastgroup == "open") - (found.lastgroup == "close")
            at = found.end()
        return "".join([*parts, xpath[at:]])

    def _token(self, found: re.Match[str], base: str, depth: int) -> str:
        text = found.group()
        if found["string"]:
            inner = text[1:-1].strip()
            return f"'{self._name(inner)}'" if inner.startswith(f"{self.top}/") and inner in self.paths else text
        if found["list"]:
            name = found["one"] or found["two"]
            if name not in self.files and name not in self.lists:
                raise _Unreadable(text)
            return f"${{i.{[*self.files, *self.lists].index(name)}}}"
        if found["current"]:
            path = self._absolute(text.removeprefix("current()/"), base)
            return f"${{{ITSELF}}}" if path == base else self._name(path)
        if found["absolute"]:
            return self._name(self._absolute(text, base))
        if found["relative"]:
            if depth:
                raise _Unreadable(text)
            return self._name(self._absolute(text, base))
        return text

    def _name(self, path: str) -> str:
        if path not in self.paths:
            raise _Unreadable(path)
        return f"${{q.{self.paths[path]}}}"


class _Rules:
    """The rules of one node; the first that cannot be read is kept in `unreadable`."""

    def __init__(self, reader: _Reader, path: str, bind: etree._Element | None) -> None:
        self.reader = reader
        self.path = path
        self.bind = bind
        self.unreadable: str | None = None

    def rule(self, name: str) -> Expression | None:
        return self._read(self.bind.get(name) or "") if self.bind is not None else None

    def _read(self, xpath: str) -> Expression | None:
        try:
            return self.reader._expression(xpath, self.path)
        except _Unreadable:
            self.unreadable = self.unreadable or xpath
            return None

    def count(self) -> Expression | None:
        """How many rows the repeat at this path has, where the form itself says so (jr:count)."""
        return self._read(self.reader.repeats.get(self.path, ""))

    def setters(self) -> tuple[Setter, ...]:
        made = []
        for element, trigger in self.reader.setters.get(self.path, ()):
            value = self._read(element.get("value") or "")
            if value is not None and (trigger is None or trigger in self.reader.paths):
                made.append(Setter(value, self.reader.paths[trigger] if trigger else None))
        return tuple(made)

    def choices(self, control: etree._Element | None) -> Choices:
        assert control is not None
        itemset = next((child for child in control if local(child.tag) == "itemset"), None)
        if itemset is None:
            return Choices(fixed=tuple(self._inline(control)))
        refs = {local(child.tag): child.get("ref") or "" for child in itemset}
        translated = _ITEXT.fullmatch(refs.get("label", ""))
        return Choices(
            rows=self._read(itemset.get("nodeset") or ""),
            value=refs.get("value") or "name",
            label=translated[1] if translated else refs.get("label") or "label",
            itext=translated is not None,
        )

    def _inline(self, control: etree._Element) -> Iterator[tuple[str, Labels]]:
        for item in control:
            if local(item.tag) == "item":
                value = next((child.text or "" for child in item if local(child.tag) == "value"), "")
                yield (
                    value.strip(),
                    {language: plain(text) for language, text in self.reader._said(item, "label").items()},
                )


def plain(pieces: tuple[str | Expression, ...]) -> str:
    """A text without the answers shown in it."""
    return strip_markup("".join(piece if isinstance(piece, str) else "…" for piece in pieces))


def _rows(instance: etree._Element) -> Iterator[Mapping[str, str]]:
    for item in instance.iter():
        if local(item.tag) == "item":
            yield {local(child.tag): (child.text or "").strip() for child in item}


def _order(nodes: list[Node]) -> tuple[int, ...]:
    """Every node after those its rules read; a circle is cut where it is first met (phones refuse such forms)."""
    order: list[int] = []
    state: dict[int, bool] = {}
    for start in range(len(nodes)):
        waiting = [(start, False)]
        while waiting:
            index, is_ready = waiting.pop()
            if is_ready:
                if not state[index]:
                    state[index] = True
                    order.append(index)
            elif index not in state:
                state[index] = False
                waiting.append((index, True))
                waiting += [(read, False) for read in read_by(nodes[index]) if read not in state]
    return tuple(order)


def read_by(node: Node) -> list[int]:
    """The places of the nodes that decide whether a node is asked and what its value is."""
    found = [] if node.parent is None else [node.parent]
    rules = [node.relevant, node.readonly, node.calculate, node.count, *(setter.value for setter in node.setters)]
    found += [setter.trigger for setter in node.setters if setter.trigger is not None]
    return found + [place for rule in rules if rule is not None for place in reads(rule)]


def reads(rule: Expression) -> list[int]:
    """The places of the nodes a rule reads."""
    return [int(name.field[2:]) for name in rule.names if name.field.startswith("q.")]

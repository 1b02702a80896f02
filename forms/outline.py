"""A form version as its author thinks of it: per question the rules and texts, per list the choices, as plain texts.

Read from the XForm, so that it serves forms that came as XML too. Paths in rules are written `${name}` again.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from forms import schema as form_schema
from forms.schema import DEFAULT_LANGUAGE, Field, Schema, attribute, local, plain

# What a bind's attribute is called in the workbook.
_BIND = {
    "relevant": "relevant",
    "constraint": "constraint",
    "required": "required",
    "readonly": "read_only",
    "calculate": "calculation",
    "saveto": "save_to",
}
_MESSAGES = {"constraintMsg": "constraint_message", "requiredMsg": "required_message"}
_CONTROL = ("appearance", "autoplay")
# Attributes that say where a node is, not how it behaves.
_IDLE = frozenset({"nodeset", "ref", "type", "mediatype", "query", "preload", "preloadParams", "count", "bind", "id"})
_ITEXT = re.compile(r"jr:itext\(\s*['\"]?([^'\")]+)['\"]?\s*\)")
_FILTER = re.compile(r"instance\(\s*['\"][^'\"]+['\"]\s*\)\s*/root/item\s*\[(.*)\]", re.DOTALL)
_STEPS = re.compile(
    r"('[^']*'|\"[^\"]*\")|(?:current\(\)\s*/\s*)?(?<![\w)\]])((?:/(?=[\w_])|\.\./)[\w.\-/]*[\w\-])", re.UNICODE
)
_MEDIA = re.compile(r"jr://[^/]+/")
_BLANKS = re.compile(r"\s+")
_INNER = re.compile(r"(?<=\() | (?=[),\]])")
_RANDOM = re.compile(r"randomize\((?:.*,\s*([^,()]+))?", re.DOTALL)
# Rows pyxform makes for a table of choices; their names hold row numbers.
_GENERATED = ("generated_table_list_label_", "reserved_name_for_field_list_labels_")

Texts = Mapping[tuple[str, str], str]
"""(column, language) -> text."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, group or repeat. `logic`: column of the workbook -> rule; `texts`: what is shown, by column and
    language; `choices`: the list it offers."""

    path: str
    name: str
    type: str
    logic: Mapping[str, str] = field(default_factory=dict)
    texts: Texts = field(default_factory=dict)
    choices: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list: its texts, and the other columns filters read."""

    name: str
    texts: Texts
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Outline:
    """A form version. `settings`: column of the settings sheet -> value; `lists` by name; `languages` those of its
    texts, the first shown first; `files` it needs."""

    form_id: str
    version: str
    asked: Mapping[str, Asked]
    lists: Mapping[str, tuple[Choice, ...]]
    settings: Mapping[str, str]
    languages: tuple[str, ...]
    files: tuple[str, ...]
    entities: Mapping[str, str]


@lru_cache(32)
def read(xform: str) -> Outline:
    """The outline of an XForm. Raises ValueError when it is none."""
    schema = form_schema.read(xform)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    return _Reader(etree.fromstring(xform.encode(), parser), schema).outline()


class _Reader:
    def __init__(self, root: etree._Element, schema: Schema) -> None:
        self.root = root
        self.schema = schema
        self.instances = [node for node in root.iter() if local(node.tag) == "instance"]
        self.primary = next(child for child in self.instances[0] if local(child.tag))
        self.root_name = local(self.primary.tag)
        self.texts = self._itext()
        self.binds: dict[str, etree._Element] = {}
        self.controls: dict[str, list[etree._Element]] = {}
        self.setters: dict[str, list[etree._Element]] = {}
        self._collect()

    def outline(self) -> Outline:
        fields = (item for item in self.schema.fields if not _is_meta(item) and not item.name.startswith(_GENERATED))
        asked = {item.path: self._asked(item) for item in fields}
        settings = {
            "form_title": self.schema.title,
            "public_key": self.schema.public_key or "",
            "auto_send": self.schema.submission.auto_send or "",
            "auto_delete": self.schema.submission.auto_delete or "",
            "client_editable": "yes" if self.schema.client_editable else "",
            "instance_name": self._rule(self.binds.get("/meta/instanceName"), "calculate"),
            "default_language": self._default_language(),
            "style": self._body_class(),
        }
        return Outline(
            self.schema.form_id,
            self.schema.version,
            asked,
            {name: tuple(self._choices(node)) for name, node in self._lists()},
            {name: value for name, value in settings.items() if value},
            self.schema.languages,
            tuple(file.name for file in self.schema.files),
            {f"{item.list}{item.path}": _declared(item.create, item.update) for item in self.schema.entities},
        )

    # -- reading what stands apart ---------------------------------------------------------------

    def _itext(self) -> dict[str, dict[tuple[str, str], str]]:
        texts: dict[str, dict[tuple[str, str], str]] = {}
        for translation in (node for node in self.root.iter() if local(node.tag) == "translation"):
            language = str(translation.get("lang"))
            for text in translation:
                for value in text:
                    form = value.get("form") or ""
                    said = _MEDIA.sub("", (value.text or "").strip()) if form else plain(value)
                    if form == "guidance":
                        said = plain(value)
                    texts.setdefault(str(text.get("id")), {})[form, language] = said
        return texts

    def _collect(self) -> None:
        in_body = False
        for node in self.root.iter():
            name = local(node.tag)
            in_body = in_body or name == "body"
            target = self._path(node.get("nodeset") or node.get("ref") or "")
            if name == "bind" and not in_body:
                self.binds[target] = node
            elif name in ("setvalue", "setgeopoint"):
                self.setters.setdefault(target, []).append(node)
            elif in_body and target and name not in ("label", "hint", "value", "copy", "itemset"):
                self.controls.setdefault(target, []).append(node)

    def _path(self, nodeset: str) -> str:
        steps = [step for step in nodeset.strip().split("/") if step and step != "."]
        if steps and steps[0] == self.root_name:
            steps = steps[1:]
        return "".join(f"/{step.rsplit(':', 1)[-1]}" for step in steps)

    def _lists(self) -> Iterator[tuple[str, etree._Element]]:
        for node in self.instances[1:]:
            if node.get("id") and not node.get("src"):
                yield str(node.get("id")), node

    def _default_language(self) -> str:
        found = (node for node in self.root.iter() if local(node.tag) == "translation" and node.get("default"))
        return next((str(node.get("lang")) for node in found if node.get("lang") != DEFAULT_LANGUAGE), "")

    def _body_class(self) -> str:
        body = next((node for node in self.root.iter() if local(node.tag) == "body"), None)
        return (body.get("class") or "") if body is not None else ""

    # -- one question ----------------------------------------------------------------------------

    def _asked(self, item: Field) -> Asked:
        bind, controls = self.binds.get(item.path), self.controls.get(item.path, [])
        logic = {column: rule for name, column in _BIND.items() if (rule := self._rule(bind, name))}
        logic.update(self._extra(bind, controls))
        logic.update(self._set(item.path))
        texts: dict[tuple[str, str], str] = {}
        for control in controls:
            for what in ("label", "hint"):
                texts.update(self._said(control, what))
        for name, column in _MESSAGES.items():
            texts.update(self._message(bind, name, column))
        kind = item.type if item.kind == "field" else item.kind
        return Asked(item.path, item.name, kind, logic, texts, item.choice_list)

    def _rule(self, bind: etree._Element | None, name: str) -> str:
        rule = attribute(bind, name) if bind is not None else None
        if not rule or rule in ("false()", "false"):
            return ""
        return "yes" if rule in ("true()", "true") else self.expression(rule)

    def _extra(self, bind: etree._Element | None, controls: list[etree._Element]) -> Iterator[tuple[str, str]]:
        """Parameters, appearance, filters and counts: everything else that makes a question behave."""
        parameters = []
        for element in (bind, *controls) if bind is not None else controls:
            for key, value in sorted(element.attrib.items()):
                name = local(key)
                if name in _CONTROL:
                    yield name, self.expression(str(value))
                elif name not in _IDLE and name not in _BIND and name not in _MESSAGES:
                    parameters.append(f"{name}={value}")
        for control in controls:
            if count := attribute(control, "count"):
                yield "repeat_count", self.expression(count)
            for itemset in (child for child in control if local(child.tag) == "itemset"):
                nodeset = itemset.get("nodeset") or ""
                if found := _FILTER.search(nodeset):
                    yield "choice_filter", self.expression(found[1])
                if found := _RANDOM.match(nodeset):
                    seed = f" seed={self.expression(found[1])}" if found[1] else ""
                    parameters.append(f"randomize=true{seed}")
        if parameters:
            yield "parameters", " ".join(parameters)

    def _set(self, path: str) -> Iterator[tuple[str, str]]:
        watched = []
        for setter in self.setters.get(path, []):
            value = self.expression(setter.get("value") or setter.text or "")
            if "value-changed" in (setter.get("event") or ""):
                above = setter.getparent()
                watched.append(self.expression(above.get("ref") or "") if above is not None else "")
                if value:
                    yield "calculation", value
            elif value:
                yield "default", value
        if watched:
            yield "trigger", ", ".join(watched)
        node = self._node(path)
        if node is not None and not len(node) and (node.text or "").strip():
            yield "default", _MEDIA.sub("", (node.text or "").strip())

    def _node(self, path: str) -> etree._Element | None:
        node = self.primary
        for step in path.strip("/").split("/"):
            node = next((child for child in node if local(child.tag) == step), None)
            if node is None:
                return None
        return node

    def _said(self, control: etree._Element, what: str) -> Iterator[tuple[tuple[str, str], str]]:
        element = next((child for child in control if local(child.tag) == what), None)
        if element is None:
            return
        found = _ITEXT.search(element.get("ref") or "")
        if not found:
            if text := plain(element):
                yield (what, DEFAULT_LANGUAGE), text
            return
        for (form, language), text in self.texts.get(found[1], {}).items():
            column = {"": what, "guidance": "guidance_hint"}.get(form, form)
            if text and text != "-":
                yield (column, language), text

    def _message(self, bind: etree._Element | None, name: str, column: str) -> Iterator[tuple[tuple[str, str], str]]:
        said = attribute(bind, name) if bind is not None else None
        if not said:
            return
        found = _ITEXT.search(said)
        if found:
            for (form, language), text in self.texts.get(found[1], {}).items():
                if not form:
                    yield (column, language), text
        else:
            yield (column, DEFAULT_LANGUAGE), said

    def _choices(self, instance: etree._Element) -> Iterator[Choice]:
        for item in (node for node in instance.iter() if local(node.tag) == "item"):
            columns = {local(child.tag): (child.text or "").strip() for child in item}
            texts: dict[tuple[str, str], str] = {}
            if said := columns.pop("itextId", ""):
                shown = self.texts.get(said, {}).items()
                texts = {(form or "label", language): text for (form, language), text in shown if text and text != "-"}
            if label := columns.pop("label", ""):
                texts["label", DEFAULT_LANGUAGE] = form_schema.strip_markup(label)
            yield Choice(columns.pop("name", ""), texts, columns)

    def expression(self, text: str) -> str:
        """A rule as the workbook has it: `${name}` for every path, single blanks."""

        def name(found: re.Match[str]) -> str:
            if found[1]:
                return found[1]
            leaf = found[2].rsplit("/", 1)[-1]
            return f"${{{leaf}}}" if leaf not in ("", "..") else found[0]

        return _INNER.sub("", _BLANKS.sub(" ", _STEPS.sub(name, text))).strip()


def _is_meta(item: Field) -> bool:
    return item.path == "/meta" or item.path.startswith("/meta/")


def _declared(create: bool, update: bool) -> str:
    return " ".join(word for word, on in (("create", create), ("update", update)) if on)

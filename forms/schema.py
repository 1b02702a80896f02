"""The fields of a form, read from its XForm: paths, types, labels, choices, files, entities.

Works on what pyxform 4.5 writes and on older forms: namespaces are ignored, `jr:template` and second
copies of a repeat are skipped, paths are compared whole (`/a/b` is no prefix of `/a/bc`).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from lxml import etree

from forms.entities import EntityDeclaration

DEFAULT_LANGUAGE = "default"
RESERVED_PREFIX = "alur_"  # rows generated at publish; nobody's answers (ruling 22)

Kind = Literal["group", "repeat", "field"]
Labels = Mapping[str, str]
Choices = tuple[tuple[str, Labels], ...]

_INSTANCE = re.compile(r"instance\(\s*['\"]([^'\"]+)['\"]\s*\)")
_SEARCH = re.compile(r"search\(\s*['\"]([^'\"]+)['\"]")
_INSTANCE_ID = "/meta/instanceID"
_JAVAROSA = "http://openrosa.org/javarosa"
# What stands in the body with the place of a question and asks nobody: texts, and what sets another's answer.
_NO_CONTROLS = frozenset({"label", "hint", "value", "copy", "setvalue", "setgeopoint"})
_ITEXT = re.compile(r"jr:itext\(\s*['\"]([^'\"]+)['\"]\s*\)")
_FILE = re.compile(r"jr://(images?|audio|video|file|file-csv)/(.+)")
_MARKUP = re.compile(r"</?[A-Za-z][^>]*>|\*\*|__|^#{1,6}\s+", re.MULTILINE)
_BLANKS = re.compile(r"\s+")
_KIND_BY_HOST = {"images": "image", "image": "image", "audio": "audio", "video": "video", "file-csv": "csv"}
_CONTROLS = {"select1": "select", "select": "select_multiple", "rank": "rank"}


@dataclass(frozen=True, slots=True)
class Field:
    """One node of the form. `type` is string, int, decimal, date, time, dateTime, geopoint, geotrace, geoshape,
    binary, barcode, boolean, select, select_multiple or rank; `bind` the type as the XForm binds it.

    `repeat` is the path of the nearest repeat around it. `choice_list` is the id of the instance the
    choices come from: `choices` is empty when that is a file. `sensitivity` is what the form says of the answer
    (`bind::alur:sensitivity`), '' when it says nothing.
    """

    path: str
    name: str
    kind: Kind
    type: str
    bind: str | None = None
    labels: Labels = field(default_factory=dict)
    choices: Choices = ()
    choice_list: str | None = None
    required: bool = False
    relevant: bool = False
    readonly: bool = False
    calculated: bool = False
    repeat: str | None = None
    appearance: str = ""
    sensitivity: str = ""

    @property
    def binary(self) -> bool:
        return self.type == "binary"

    @property
    def select_multiple(self) -> bool:
        return self.type == "select_multiple"

    def label(self, language: str | None = None) -> str:
        """The label in the language whose name or code in brackets is given, else the first one, else the name."""
        return pick_label(self.labels, language) or self.name

    def choice_label(self, value: str, language: str | None = None) -> str:
        """The label of one choice; the value itself when the form does not know it."""
        labels = next((labels for name, labels in self.choices if name == value), None)
        return (pick_label(labels, language) if labels else "") or value


@dataclass(frozen=True, slots=True)
class ExternalFile:
    """A file the form expects beside it. `kind`: csv, geojson, xml, itemsets, image, audio, video, file."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Submission:
    """The attributes of the form's `submission` element; None where the form does not say."""

    action: str | None = None
    method: str | None = None
    public_key: str | None = None
    auto_send: str | None = None
    auto_delete: str | None = None
    client_editable: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """What one form version asks. `fields` stand in the form's order, groups and repeats before their children;
    fields of `meta` included, entity blocks and `alur_` rows left out (`reserved` has the paths of the latter)."""

    form_id: str
    version: str
    title: str
    fields: tuple[Field, ...]
    submission: Submission = Submission()
    files: tuple[ExternalFile, ...] = ()
    entities: tuple[EntityDeclaration, ...] = ()
    languages: tuple[str, ...] = (DEFAULT_LANGUAGE,)
    reserved: frozenset[str] = frozenset()
    _by_path: dict[str, Field] = field(init=False, repr=False, compare=False)
    _by_name: dict[str, Field] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name: dict[str, Field] = {}
        for item in self.fields:
            if item.path != "/meta" and not item.path.startswith("/meta/"):
                by_name.setdefault(item.name, item)
        object.__setattr__(self, "_by_path", {item.path: item for item in self.fields})
        object.__setattr__(self, "_by_name", by_name)

    @property
    def client_editable(self) -> bool:
        return self.submission.client_editable

    @property
    def public_key(self) -> str | None:
        return self.submission.public_key

    @property
    def has_instance_id(self) -> bool:
        """Whether the definition gives its submissions an id (ruling 48: else the hash of the XML is it)."""
        held = self._by_path.get(_INSTANCE_ID)
        return held is not None and held.calculated

    @property
    def by_path(self) -> Mapping[str, Field]:
        return self._by_path

    def field(self, path: str) -> Field | None:
        """The field at this path (`/grp/name`, without the root)."""
        return self._by_path.get(path)

    def by_name(self, name: str) -> Field | None:
        """The first field, group or repeat of this name outside `meta`."""
        return self._by_name.get(name)

    def questions(self) -> Iterator[Field]:
        """The fields that hold an answer, `meta` left out."""
        return (item for item in self.fields if item.kind == "field" and not item.path.startswith("/meta/"))

    def to_json(self) -> str:
        """The schema as JSON text, for `from_json`."""
        return json.dumps(
            {
                "form_id": self.form_id,
                "version": self.version,
                "title": self.title,
                "fields": [_field_to_json(item) for item in self.fields],
                "submission": [getattr(self.submission, name) for name in Submission.__slots__],
                "files": [[file.name, file.kind] for file in self.files],
                "entities": [item.to_json() for item in self.entities],
                "languages": list(self.languages),
                "reserved": sorted(self.reserved),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str) -> "Schema":
        """The inverse of `to_json`."""
        value = json.loads(text)
        return cls(
            form_id=value["form_id"],
            version=value["version"],
            title=value["title"],
            fields=tuple(_field_from_json(item) for item in value["fields"]),
            submission=Submission(*value["submission"]),
            files=tuple(ExternalFile(name, kind) for name, kind in value["files"]),
            entities=tuple(EntityDeclaration.from_json(item) for item in value["entities"]),
            languages=tuple(value["languages"]),
            reserved=frozenset(value["reserved"]),
        )


_FIELD_DEFAULTS: dict[str, object] = {
    "bind": None,
    "labels": {},
    "choices": (),
    "choice_list": None,
    "required": False,
    "relevant": False,
    "readonly": False,
    "calculated": False,
    "repeat": None,
    "appearance": "",
    "sensitivity": "",
}


def _field_to_json(item: Field) -> dict[str, object]:
    value: dict[str, object] = {"path": item.path, "name": item.name, "kind": item.kind, "type": item.type}
    for name, default in _FIELD_DEFAULTS.items():
        if (held := getattr(item, name)) != default:
            value[name] = held
    return value


def _field_from_json(value: Mapping) -> Field:
    fields = dict(value)
    if "choices" in fields:
        fields["choices"] = tuple((name, labels) for name, labels in fields["choices"])
    return Field(**fields)


def pick_label(labels: Labels, language: str | None) -> str:
    """The label of a language given by name (`Indonesia (id)`) or code (`id`), else the first."""
    if language:
        for name, text in labels.items():
            if language == name or f"({language})" in name:
                return text
    return next(iter(labels.values()), "")


def local(tag: object) -> str:
    """An element's or attribute's name without its namespace; `""` for comments."""
    if not isinstance(tag, str):
        return ""
    return tag[tag.rindex("}") + 1 :] if "}" in tag else tag


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute by local name, whatever its namespace."""
    held = element.get(name)
    if held is not None:
        return str(held)
    return next((str(text) for key, text in element.attrib.items() if local(key) == name), None)


def read(xform: str) -> Schema:
    """The schema of an XForm. Raises ValueError when it has no primary instance or is not XML."""
    return _Reader(_root(xform)).schema()


def with_version(xform: str, version: str) -> str:
    """The same form under another version. Raises ValueError as `read` does."""
    root = _root(xform)
    primary = _Reader(root).primary
    named = next((key for key in primary.attrib if local(key) == "version"), "version")
    primary.set(named, version)
    return str(etree.tostring(root, encoding="unicode"))


def _root(xform: str) -> etree._Element:
    try:
        return etree.fromstring(xform.encode(), _parser())
    except etree.XMLSyntaxError as error:
        raise ValueError(f"not an XForm: {error.msg}") from error


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)


class _Reader:
    """Collects binds, body controls and texts once, then walks the primary instance."""

    def __init__(self, root: etree._Element) -> None:
        instances = [node for node in root.iter() if local(node.tag) == "instance"]
        primary = next((child for node in instances[:1] for child in node if local(child.tag)), None)
        if primary is None:
            raise ValueError("not an XForm: no primary instance")
        self.root = root
        self.primary = primary
        self.external = {
            str(node.get("id")): str(node.get("src")) for node in instances[1:] if node.get("id") and node.get("src")
        }
        self.texts, self.languages, self.media = self._itext()
        self.items = {str(node.get("id")): self._items(node) for node in instances[1:] if node.get("id")}
        self.binds: dict[str, etree._Element] = {}
        self.controls: dict[str, etree._Element] = {}
        self.repeats: set[str] = set()
        self._model_and_body()
        self.fields: list[Field] = []
        self.entities: list[tuple[str, str, bool, bool]] = []
        self.reserved: set[str] = set()
        self.default_media: list[str] = []

    def schema(self) -> Schema:
        self._walk(self.primary, "", None, set())
        title = next((node.text for node in self.root.iter() if local(node.tag) == "title"), None)
        return Schema(
            form_id=(attribute(self.primary, "id") or "").strip(),
            version=(attribute(self.primary, "version") or "").strip(),
            title=(title or "").strip(),
            fields=tuple(self.fields),
            submission=self._submission(),
            files=self._files(),
            entities=self._entities(),
            languages=self.languages or (DEFAULT_LANGUAGE,),
            reserved=frozenset(self.reserved),
        )

    # -- model ---------------------------------------------------------------------------------

    def _itext(self) -> tuple[dict[str, dict[str, str]], tuple[str, ...], list[str]]:
        texts: dict[str, dict[str, str]] = {}
        languages: list[str] = []
        media: list[str] = []
        translations = [node for node in self.root.iter() if local(node.tag) == "translation"]
        translations.sort(key=lambda node: node.get("default") is None)
        for translation in translations:
            language = str(translation.get("lang"))
            languages.append(language)
            for text in translation:
                for value in text:
                    if value.get("form") is None:
                        texts.setdefault(str(text.get("id")), {})[language] = plain(value)
                    else:
                        media.append((value.text or "").strip())
        return texts, tuple(languages), media

    def _items(self, instance: etree._Element) -> list[tuple[dict[str, str], Labels]]:
        found: list[tuple[dict[str, str], Labels]] = []
        for item in (node for node in instance.iter() if local(node.tag) == "item"):
            columns = {local(child.tag): (child.text or "").strip() for child in item}
            labels: Labels | None = self.texts.get(columns.get("itextId", ""))
            if labels is None:
                labels = {DEFAULT_LANGUAGE: strip_markup(columns["label"])} if columns.get("label") else {}
            found.append((columns, labels))
        return found

    def _model_and_body(self) -> None:
        root_name = local(self.primary.tag)
        in_body = False
        for node in self.root.iter():
            name = local(node.tag)
            if name == "body":
                in_body = True
            if name == "bind" and not in_body:
                self.binds[self._path(node.get("nodeset"), root_name)] = node
            elif name == "repeat" and in_body:
                self.repeats.add(self._path(node.get("nodeset"), root_name))
            elif in_body and node.get("ref") and name not in _NO_CONTROLS:
                self.controls.setdefault(self._path(node.get("ref"), root_name), node)

    @staticmethod
    def _path(nodeset: str | None, root_name: str) -> str:
        """`/data/g/umur`, `data/g/umur` and the relative `g/umur` all name `/g/umur`."""
        steps = [step for step in (nodeset or "").strip().split("/") if step and step != "."]
        if steps and steps[0] == root_name:
            steps = steps[1:]
        return "".join(f"/{step.rsplit(':', 1)[-1]}" for step in steps)

    # -- primary instance ----------------------------------------------------------------------

    def _walk(self, element: etree._Element, path: str, repeat: str | None, seen: set[str]) -> None:
        for child in element:
            name = local(child.tag)
            if not name:
                continue
            if name == "entity" and path.endswith("/meta") and attribute(child, "dataset"):
                self._entity(child, path)
                continue
            child_path = f"{path}/{name}"
            if child_path in seen:
                continue  # the copy after a jr:template
            seen.add(child_path)
            if name.startswith(RESERVED_PREFIX):
                self.reserved.add(child_path)
                continue
            inside = child_path if child_path in self.repeats else repeat
            if len(child) and name == "meta" and all(local(node.tag) == "entity" for node in child):
                self._walk(child, child_path, inside, seen)  # a container's entity block is no group of questions
                continue
            self.fields.append(self._field(child, child_path, name, repeat))
            if len(child):
                self._walk(child, child_path, inside, seen)
            elif (text := (child.text or "").strip()).startswith("jr://"):
                self.default_media.append(text)

    def _field(self, element: etree._Element, path: str, name: str, repeat: str | None) -> Field:
        bind = self.binds.get(path)
        control = self.controls.get(path)
        kind: Kind = "repeat" if path in self.repeats else "group" if len(element) else "field"
        bound = bind.get("type") if bind is not None else None
        bound = str(bound).rsplit(":", 1)[-1] if bound else None
        tag = local(control.tag) if control is not None else ""
        chosen = kind == "field" and tag in _CONTROLS
        held_type = kind if kind != "field" else _CONTROLS.get(tag, bound or "string")
        if path == "/meta/audit":
            held_type = "binary"
        choice_list, choices = self._choices(control) if chosen and control is not None else (None, ())
        return Field(
            path=path,
            name=name,
            kind=kind,
            type=held_type,
            bind=bound,
            labels=self._labels(control),
            choices=choices,
            choice_list=choice_list,
            required=_true(bind, "required"),
            relevant=bind is not None and bind.get("relevant") is not None,
            readonly=_true(bind, "readonly"),
            calculated=self._gives_id(bind)
            if path == _INSTANCE_ID
            else bind is not None and bind.get("calculate") is not None,
            repeat=repeat,
            appearance=str(control.get("appearance") or "") if control is not None else "",
            sensitivity=((attribute(bind, "sensitivity") or "") if bind is not None else "").strip().lower(),
        )

    def _gives_id(self, bind: etree._Element | None) -> bool:
        """Whether the phone fills the instance id; in a form written by hand it may be an element nobody fills."""
        if bind is not None and bind.get(f"{{{_JAVAROSA}}}preload") == "uid":
            return True
        if bind is not None and bind.get("calculate") is not None:
            return ":" not in (bind.get("nodeset") or "")  # JavaRosa calculates nothing under a prefixed name
        root_name = local(self.primary.tag)
        set_values = (node for node in self.root.iter() if local(node.tag) == "setvalue")
        return any(self._path(node.get("ref"), root_name) == _INSTANCE_ID for node in set_values)

    def _labels(self, control: etree._Element | None) -> Labels:
        if control is None:
            return {}
        label = next((child for child in control if local(child.tag) == "label"), None)
        if label is None:
            return {}
        found = _ITEXT.search(label.get("ref") or "")
        if found:
            return self.texts.get(found[1], {})
        text = plain(label)
        return {DEFAULT_LANGUAGE: text} if text else {}

    def _choices(self, control: etree._Element) -> tuple[str | None, Choices]:
        itemset = next((child for child in control if local(child.tag) == "itemset"), None)
        if itemset is None:
            return None, tuple(self._inline(control))
        found = _INSTANCE.search(itemset.get("nodeset") or "")
        if not found:
            return None, ()
        if found[1] in self.external:
            return found[1], ()
        value = next((child.get("ref") for child in itemset if local(child.tag) == "value"), None) or "name"
        return found[1], tuple((columns.get(value, ""), labels) for columns, labels in self.items.get(found[1], ()))

    def _inline(self, control: etree._Element) -> Iterator[tuple[str, Labels]]:
        for item in control:
            if local(item.tag) == "item":
                value = next((child.text or "" for child in item if local(child.tag) == "value"), "")
                yield value.strip(), self._labels(item)

    # -- the rest ------------------------------------------------------------------------------

    def _entity(self, element: etree._Element, meta_path: str) -> None:
        create = attribute(element, "create") is not None
        update = attribute(element, "update") is not None
        dataset = (attribute(element, "dataset") or "").strip()
        self.entities.append((meta_path.removesuffix("/meta"), dataset, create, update))

    def _entities(self) -> tuple[EntityDeclaration, ...]:
        containers = sorted({path for path, *_ in self.entities}, key=len, reverse=True)
        saves: dict[str, dict[str, str]] = {path: {} for path in containers}
        for path, bind in self.binds.items():
            name = attribute(bind, "saveto")
            if name:
                nearest = next((held for held in containers if path.startswith(f"{held}/")), None)
                if nearest is not None:
                    saves[nearest][path] = name.strip()
        return tuple(
            EntityDeclaration(dataset, path, create, update, saves[path])
            for path, dataset, create, update in self.entities
        )

    def _submission(self) -> Submission:
        node = next((node for node in self.root.iter() if local(node.tag) == "submission"), None)
        if node is None:
            return Submission()
        return Submission(
            action=attribute(node, "action"),
            method=attribute(node, "method"),
            public_key=attribute(node, "base64RsaPublicKey"),
            auto_send=attribute(node, "auto-send"),
            auto_delete=attribute(node, "auto-delete"),
            client_editable=attribute(node, "client-editable") == "true",
        )

    def _files(self) -> tuple[ExternalFile, ...]:
        names: dict[str, str] = {}
        for source in (*self.external.values(), *self.media, *self.default_media):
            found = _FILE.fullmatch(source)
            if found:
                kind = _KIND_BY_HOST.get(found[1]) or _kind_by_name(found[2])
                names.setdefault(found[2], kind)
        for path, control in self.controls.items():
            searched = _SEARCH.search(control.get("appearance") or "")
            if searched:
                name = searched[1] if searched[1].endswith(".csv") else f"{searched[1]}.csv"
                names.setdefault(name, "csv")
            if control.get("query") and path:
                names.setdefault("itemsets.csv", "itemsets")
        return tuple(ExternalFile(name, kind) for name, kind in names.items())


def _kind_by_name(name: str) -> str:
    suffix = name.rsplit(".", 1)[-1].lower()
    return suffix if suffix in ("csv", "geojson", "xml") else "file"


def _true(bind: etree._Element | None, name: str) -> bool:
    """Whether a bind says yes, or says it under a condition."""
    if bind is None:
        return False
    expression = (bind.get(name) or "").strip()
    return expression not in ("", "false()", "false")


def strip_markup(text: str) -> str:
    """A label as plain text on one line: without Markdown marks and tags."""
    return _BLANKS.sub(" ", _MARKUP.sub("", text)).strip()


def plain(element: etree._Element) -> str:
    """The text of a label element on one line; `…` stands for an answer shown in it."""
    parts = [element.text or ""]
    for child in element:
        parts += ["…" if local(child.tag) == "output" else "".join(child.itertext()), child.tail or ""]
    return strip_markup("".join(parts))

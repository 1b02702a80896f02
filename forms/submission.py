"""A submission's XML as typed answers: who it says it is, what was answered, which files, which entities.

The parser is hardened (no DOCTYPE, bounded size, depth and count). What a form does not know is kept
and reported, never dropped; an answer that is not of its type is kept as text and reported.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from math import inf, isfinite

from lxml import etree

from forms.entities import EntityAct, EntityDeclaration, normal_id, truthy, version_number
from forms.envelope import envelope, is_envelope
from forms.schema import RESERVED_PREFIX, Schema, attribute, local
from forms.values import Value

MAX_BYTES = 20 * 2**20
MAX_ELEMENTS = 50_000
MAX_DEPTH = 100
# OpenRosa asks for at least 249 characters; longer ones do not fit an index.
MAX_ID = 500
# The form's own picture, shown as the default and left as it was: phones send no file for it.
DEFAULT_FILE = "jr://"

_TOO_DEEP = etree.XPath(f"boolean({'/*' * (MAX_DEPTH + 1)})")
_COUNT = etree.XPath("count(//*)")
_ROOT_START = re.compile(rb"<[A-Za-z_]")
# 18 digits fit 64 bits, which is what JSON and the databases hold; a NIK has 16.
_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_EXACT = 2**53
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_ENVELOPES = ("http://opendatakit.org/submissions", "http://www.opendatakit.org/xforms/encrypted")


class SubmissionError(Exception):
    """The XML cannot be a submission. `code` is the tail of a code of server.problems (`submission.<code>`):
    not_xml, doctype, too_complex, no_form_id, no_instance_id. `details` are the sentence's arguments."""

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code, details)
        self.code = code
        self.details = details


@dataclass(frozen=True, slots=True)
class Head:
    """Which form, which version and which instance a submission says it is; ids trimmed, `""` when absent."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str | None = None
    instance_name: str | None = None
    encrypted: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """The answers of one submission.

    `answers`: leaf name → typed value, groups flattened, a repeat as a list of such dicts; of two
    questions with one name the first counts. `paths`: the same by full path, with `meta`, nothing
    lost. `attachments`: file names the answers mention. `unknown`: (path, text) the form does not
    have. `mistyped`: (path, text, type) that is not of its type and was kept as text.
    """

    answers: dict[str, Value] = field(default_factory=dict)
    paths: dict[str, Value] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()
    unknown: tuple[tuple[str, str], ...] = ()
    mistyped: tuple[tuple[str, str, str], ...] = ()
    entities: tuple[EntityAct, ...] = ()


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )


_PARSER = _parser()


_TAG = re.compile(r"<[^\s/>]+")


def parse(xml: bytes) -> etree._Element:
    """The root element of a submission. Raises SubmissionError: not_xml, doctype, too_complex.

    Share the result between `head` and `read` where both are needed.
    """
    if len(xml) > MAX_BYTES:
        raise SubmissionError("too_complex", megabytes=MAX_BYTES // 2**20)
    tags = xml.count(b"<")
    if tags > 4 * MAX_ELEMENTS:
        raise SubmissionError("too_complex", elements=MAX_ELEMENTS)
    prolog = _ROOT_START.search(xml)
    if b"<!DOCTYPE" in xml[: prolog.start() if prolog else None].replace(b"\0", b""):  # with NULs out: UTF-16
        raise SubmissionError("doctype")
    try:
        root = etree.fromstring(xml, _parser())
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise SubmissionError("not_xml", reason=str(getattr(error, "msg", error))) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise SubmissionError("doctype")
    if tags > MAX_ELEMENTS and _COUNT(root) > MAX_ELEMENTS:
        raise SubmissionError("too_complex", elements=MAX_ELEMENTS)
    if _TOO_DEEP(root):
        raise SubmissionError("too_complex", depth=MAX_DEPTH)
    return root


def parse_kept(xml: bytes) -> etree._Element:
    """The root element of a submission that `parse` let in when it was received."""
    return etree.fromstring(xml, _PARSER)


def with_attributes(xml: bytes, attributes: Mapping[str, str]) -> bytes:
    """The root element with more attributes, UTF-8, without an XML declaration; what it holds stays as it is.

    `xml` is what `parse` let in when it was received.
    """
    root = parse_kept(xml)
    for name, value in attributes.items():
        root.set(name, value)
    if root.nsmap.get(None) is None:
        # Inside another document it must not take on that one's namespace.
        text = etree.tostring(root, encoding="unicode", with_tail=False)
        return _TAG.sub(r'\g<0> xmlns=""', text, count=1).encode()
    return etree.tostring(root, encoding="utf-8", xml_declaration=False, with_tail=False)


def head(xml: bytes | etree._Element, *, instance_id_optional: bool = False) -> Head:
    """The identity of a submission, from its bytes or from `parse`'s element.

    Raises SubmissionError: what `parse` raises, no_form_id, no_instance_id. With
    `instance_id_optional` (a form whose definition has none, ruling 48) `instance_id` may be `""`;
    an encrypted envelope is refused without one all the same.
    """
    root = parse(xml) if isinstance(xml, bytes) else xml
    form_id = (attribute(root, "id") or "").strip()
    if not form_id:
        raise SubmissionError("no_form_id")
    ids = _meta(root)
    encrypted = attribute(root, "encrypted") == "yes" or etree.QName(root).namespace in _ENVELOPES
    instance_id = ids.get("instanceID", "") or (attribute(root, "instanceID") or "").strip()
    if not instance_id and (encrypted or not instance_id_optional):
        raise SubmissionError("no_instance_id")
    found = Head(
        form_id=form_id,
        version=(attribute(root, "version") or "").strip(),
        instance_id=instance_id,
        deprecated_id=ids.get("deprecatedID") or None,
        instance_name=ids.get("instanceName") or None,
        encrypted=encrypted,
    )
    if max(map(len, (form_id, found.version, instance_id, found.deprecated_id or ""))) > MAX_ID:
        raise SubmissionError("too_complex", characters=MAX_ID)
    return found


def _meta(root: etree._Element) -> dict[str, str]:
    """The texts of the meta block by local name; a top-level instanceID counts when there is no block."""
    found: dict[str, str] = {}
    for child in root:
        name = local(child.tag)
        if name == "meta":
            for item in child:
                found.setdefault(local(item.tag), (item.text or "").strip())
        elif name == "instanceID":
            found.setdefault(name, (child.text or "").strip())
    return found


def read(xml: bytes | etree._Element, schema: Schema) -> Reading:
    """The typed answers of a submission, from its bytes or from `parse`'s element. Raises what `parse` raises.

    Of an encrypted one nothing can be read but the names of the files it needs, its answers among them.
    """
    root = parse(xml) if isinstance(xml, bytes) else xml
    if is_envelope(root):
        return Reading(attachments=envelope(root).names)
    return _Reader(schema).read(root)


def texts_at(root: etree._Element, path: str) -> list[str]:
    """The texts at a path of the schema (`/grp/nama`), in the submission's order: none where the question was hidden,
    several where it stands in a repeat. Cheaper than `read` where only a few answers are wanted."""
    found = [root]
    for step in path.strip("/").split("/"):
        found = [child for node in found for child in node if local(child.tag) == step]
    return [node.text or "" for node in found]


class _Reader:
    """One walk over one submission; the lists collect what the walk meets."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.fields = schema.by_path
        self.declared = {item.path: item for item in schema.entities}
        self.attachments: dict[str, None] = {}
        self.unknown: list[tuple[str, str]] = []
        self.mistyped: list[tuple[str, str, str]] = []
        self.entities: list[EntityAct] = []
        # Texts of the nodes entities save, by rows and path; blocks are read when all nodes are known.
        self.saving = frozenset(path for item in schema.entities for path in item.saves)
        self.sent: dict[tuple[tuple[int, ...], str], str] = {}
        self.blocks: list[tuple[etree._Element, str, tuple[int, ...]]] = []

    def read(self, root: etree._Element) -> Reading:
        answers: dict[str, Value] = {}
        paths: dict[str, Value] = {}
        self._walk(root, "", answers, paths, ())
        for block, container_path, rows in self.blocks:
            self._entity(block, container_path, rows)
        return Reading(
            answers, paths, tuple(self.attachments), tuple(self.unknown), tuple(self.mistyped), tuple(self.entities)
        )

    def _walk(
        self, element: etree._Element, path: str, answers: dict[str, Value], paths: dict[str, Value], rows: tuple
    ) -> None:
        for child in element:
            name = local(child.tag)
            child_path = f"{path}/{name}"
            if name == "meta" and (child_path == "/meta" or path in self.declared):
                self._read_meta(child, path, paths, rows)
                continue
            if child_path in self.saving:
                self.sent.setdefault((rows, child_path), child.text or "")
            known = self.fields.get(child_path)
            if known is None:
                self._keep_unknown(child, child_path)
            elif known.kind == "field":
                self._answer(child, child_path, known.type, name, answers, paths)
            elif known.kind == "group":
                self._walk(child, child_path, answers, paths, rows)
            else:
                self._row(child, child_path, name, answers, paths, rows)

    def _answer(
        self, child: etree._Element, path: str, kind: str, name: str, answers: dict[str, Value], paths: dict[str, Value]
    ) -> None:
        text = child.text or ""
        if len(child):
            self._keep_children(child, path)
        if path in paths:  # the form asks it once
            self.unknown.append((path, text))
            return
        value = self._typed(text, kind, path)
        paths[path] = value
        answers.setdefault(name, value)

    def _row(
        self,
        child: etree._Element,
        path: str,
        name: str,
        answers: dict[str, Value],
        paths: dict[str, Value],
        rows: tuple[int, ...],
    ) -> None:
        row_paths: list[dict[str, Value]] = paths.setdefault(path, [])  # type: ignore[assignment]
        row_answers = answers.get(name)
        if row_answers is None:
            answers[name] = row_answers = []
        answer: dict[str, Value] = {}
        by_path: dict[str, Value] = {}
        number = len(row_paths)
        row_paths.append(by_path)
        if isinstance(row_answers, list) and len(row_answers) == number:
            row_answers.append(answer)
        self._walk(child, path, answer, by_path, (*rows, number))

    def _read_meta(
        self,
        meta: etree._Element,
        container_path: str,
        paths: dict[str, Value],
        rows: tuple[int, ...],
    ) -> None:
        for item in meta:
            name = local(item.tag)
            if name == "entity" and attribute(item, "dataset") is not None:
                self.blocks.append((item, container_path, rows))
                continue
            path = f"{container_path}/meta/{name}"
            text = (item.text or "").strip()
            if path not in paths:
                paths[path] = text
            if name == "audit" and text:
                self.attachments.setdefault(text)

    def _entity(self, block: etree._Element, container_path: str, rows: tuple[int, ...]) -> None:
        dataset = (attribute(block, "dataset") or "").strip()
        declared = self.declared.get(container_path)
        if declared is None or declared.list != dataset:
            self.unknown.append((f"{container_path}/meta/entity", dataset))
            return
        label = next((item.text or "" for item in block if local(item.tag) == "label"), None)
        self.entities.append(
            EntityAct(
                list=dataset,
                id=normal_id(attribute(block, "id")),
                create=declared.create and truthy(attribute(block, "create")),
                update=declared.update and truthy(attribute(block, "update")),
                label=label,
                base_version=version_number(attribute(block, "baseVersion")),
                trunk_version=version_number(attribute(block, "trunkVersion")),
                branch_id=(attribute(block, "branchId") or "").strip() or None,
                data=self._saved(declared, rows),
                container=container_path,
                rows=rows,
            )
        )

    def _saved(self, declared: EntityDeclaration, rows: tuple[int, ...]) -> dict[str, str]:
        """The properties this container really sent: an absent node leaves its property alone."""
        return {name: self.sent[rows, path] for path, name in declared.saves.items() if (rows, path) in self.sent}

    def _typed(self, text: str, kind: str, path: str) -> Value:
        if not text or text.isspace():
            return ""
        if kind == "string":
            return text
        trimmed = text.strip()
        if kind == "binary":
            if not trimmed.startswith(DEFAULT_FILE):
                self.attachments.setdefault(trimmed)
            return trimmed
        value = typed(trimmed, kind)
        if value is None:
            self.mistyped.append((path, text, kind))
            return text
        return value

    def _keep_unknown(self, element: etree._Element, path: str) -> None:
        if element.text and not element.text.isspace() and not self._is_reserved(path):
            self.unknown.append((path, element.text))
        self._keep_children(element, path)

    def _keep_children(self, element: etree._Element, path: str) -> None:
        for child in element:
            self._keep_unknown(child, f"{path}/{local(child.tag)}")

    def _is_reserved(self, path: str) -> bool:
        return path.rsplit("/", 1)[-1].startswith(RESERVED_PREFIX)


def typed(text: str, kind: str) -> Value | None:
    """An answer of a question of this bind type: `""` when blank, None when the text does not fit the type."""
    trimmed = text.strip()
    if not trimmed:
        return ""
    convert = _TYPES.get(kind)
    return convert(trimmed) if convert else trimmed


def number(text: str) -> int | float | None:
    """A number as phones write it: `12`, `12.5`, `1.5E7`, `3.0E9`; None for anything else, also NaN and Infinity."""
    if _WHOLE.fullmatch(text):
        return int(text)
    held = float(text) if _NUMBER.fullmatch(text) else inf
    return held if isfinite(held) else None


def _whole(text: str) -> Value | None:
    """An int question's value. `NaN`, a calculation without a number, counts as left blank."""
    if _WHOLE.fullmatch(text):
        return int(text)
    held = number(text)
    if held is not None and float(held).is_integer() and abs(held) <= _EXACT:
        return int(held)
    return "" if text == "NaN" else None


def _decimal(text: str) -> Value | None:
    held = number(text)
    return float(held) if held is not None else "" if text == "NaN" else None


def _day(text: str) -> Value | None:
    """A date; of a moment the day as the phone wrote it."""
    try:
        return date.fromisoformat(text[:10]) if text[10:11] in ("", "T") else None
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """A moment with the phone's offset (`Z`, `+07`, `+07:00`); None without an offset: it names no moment."""
    try:
        held = datetime.fromisoformat(text)
    except ValueError:
        return None
    return held if held.tzinfo is not None else None


_TYPES = {"int": _whole, "decimal": _decimal, "date": _day, "dateTime": moment}

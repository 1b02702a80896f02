"""Corrections of single answers of a kept submission, and what follows from them in the same form (ruling 51). Pure.

What cannot be worked out here exactly as the phone would have is left to a person.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree

from forms.answering import ON_PHONES_ONLY, Answered, answer, written
from forms.questionnaire import Node, Questionnaire, read, read_by, reads
from forms.schema import Field, Schema, local
from forms.submission import parse_kept, texts_at

MOST_CHOICES = 12
"""Choices the list of answers names; longer lists are looked up in the form."""


class CannotApply(Exception):
    """The corrections need a person. `code`: encrypted, no_number, unknown, type, choice, rules, case, rows; `field`:
    the question, "" when it is no single one."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(code, field)
        self.code = code
        self.field = field


@dataclass(frozen=True, slots=True)
class Form:
    """The version a submission was filled with."""

    xform: str
    schema: Schema


def numbered(schema: Schema) -> tuple[Field, ...]:
    """The questions a correction may name by its number, from 1: outside repeats, answered by a person as text."""
    return tuple(
        item
        for item in schema.questions()
        if item.labels
        and item.repeat is None
        and item.type not in ON_PHONES_ONLY
        and not (item.calculated or item.readonly)
        and schema.by_name(item.name) is item
    )


def lines(schema: Schema, xml: bytes, language: str, hide: Callable[[Field, str], str]) -> str:
    """The answers of a submission as a list for its sender: number, question, answer, and what may be chosen.

    `hide`: an answer as it may be shown at a first glance.
    """
    root = parse_kept(xml)
    return "\n".join(
        f"{number}. {_one_line(item.label(language))}: {_shown(item, hide(item, told[0]), language)}"
        for number, item in enumerate(numbered(schema), 1)
        if (told := texts_at(root, item.path))
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shown(item: Field, text: str, language: str) -> str:
    if not item.choices:
        return _one_line(text) or "–"
    chosen = text.split() if item.select_multiple else [text.strip()]
    said = ", ".join(_one_line(item.choice_label(value, language)) for value in chosen if value) or "–"
    if len(item.choices) > MOST_CHOICES:
        return said
    return f"{said} [{' / '.join(_one_line(item.choice_label(value, language)) for value, _ in item.choices)}]"


def apply(form: Form, xml: bytes, wanted: Mapping[int, str], instance_id: str, *, today: date, now: datetime) -> bytes:
    """The submission with these answers, as an edit of it with this instance id. `wanted`: number -> text.

    What the form works out of them follows, as long as it is worked out here as the phone had it before. `today`,
    `now`: when the submission was filled, in the office's zone. Raises CannotApply.
    """
    root = parse_kept(xml)
    questions = read(form.xform)
    new = {}
    known = numbered(form.schema)
    for number, text in wanted.items():
        if not 0 < number <= len(known):
            raise CannotApply("unknown")
        new[known[number - 1].name] = _value(known[number - 1], text)
    given = dict(_given(questions, root))
    before = answer(questions, given, {}, today=today, now=now, lists={})
    after = answer(questions, {**given, **new}, {}, today=today, now=now, lists={})
    _refuse_unlike(questions, given, before)
    _refuse_wrong(before, after)
    changed = {name for name in {*before.answers, *after.answers} if _text(before, name) != _text(after, name)}
    _refuse_rows(questions, before, after, changed)
    for name in sorted(changed):
        _change(root, form, questions, name, _text(before, name), _text(after, name))
    for name, value in new.items():
        if name not in changed and _text(before, name) != value:
            raise CannotApply("rules", name)
    _name(root, instance_id)
    return etree.tostring(root, encoding="utf-8", xml_declaration=True)


def _value(item: Field, text: str) -> str:
    """The answer as the form holds it: a choice may be named by its value or by its label in any language."""
    if item.type not in ("select", "select_multiple"):
        return text.strip()
    if not item.choices:
        raise CannotApply("choice", item.name)
    parts = re.split(r"[,;\n]", text) if item.select_multiple else [text]
    return " ".join(_choice(item, part.strip()) for part in parts if part.strip())


def _choice(item: Field, text: str) -> str:
    wanted = text.casefold()
    found = {
        value
        for value, labels in item.choices
        if wanted in (value.casefold(), *(_one_line(said).casefold() for said in labels.values()))
    }
    if len(found) != 1:
        raise CannotApply("choice", item.name)
    return found.pop()


def _given(questions: Questionnaire, root: etree._Element) -> Iterator[tuple[str, str]]:
    for place, node in enumerate(questions.nodes):
        if not node.asked or node.system or node.repeated or node.type in (*ON_PHONES_ONLY, "group"):
            continue
        if node.readonly is None and questions.place(node.name) == place and (told := texts_at(root, node.path)):
            yield node.name, told[0]


def _text(answered: Answered, name: str) -> str | None:
    """None: the question is hidden."""
    value = answered.answers.get(name)
    return None if value is None else written(value)


def _refuse_unlike(questions: Questionnaire, given: Mapping[str, str], before: Answered) -> None:
    """What the phone asked must be what is asked here of the same answers, or what follows from others is no use."""
    if any(node.unreadable and not node.system for node in questions.nodes):
        raise CannotApply("rules")
    for name in given:
        if name not in before.answers:
            raise CannotApply("rules", name)
    asked = {node.name for node in questions.nodes if node.asked and not node.system and not node.repeated}
    for name in sorted(asked & before.answers.keys() - given.keys()):
        if _text(before, name):
            raise CannotApply("rules", name)


def _refuse_wrong(before: Answered, after: Answered) -> None:
    known = {(one.field, one.code) for one in before.errors}
    for one in after.errors:
        if (one.field, one.code) not in known:
            code = one.code if one.code in ("type", "choice", "unknown") else "rules"
            raise CannotApply(code, one.field)


def _refuse_rows(questions: Questionnaire, before: Answered, after: Answered, changed: Set[str]) -> None:
    """Rows and files that may appear or vanish with the correction are the phone's to ask."""
    only = [{one.name for one in answered.shown if one.phone_only} for answered in (before, after)]
    appear = before.answers.keys() != after.answers.keys()
    repeated = [node for node in questions.nodes if node.repeated]
    places = {questions.place(name) for name in changed}
    if only[0] != only[1] or (appear and repeated) or any(places.intersection(_read_in_row(node)) for node in repeated):
        raise CannotApply("rows")


def _read_in_row(node: Node) -> Iterator[int]:
    yield from read_by(node)
    for rule in (node.constraint, node.required, node.choices.rows if node.choices else None):
        if rule is not None:
            yield from reads(rule)


def _change(
    root: etree._Element, form: Form, questions: Questionnaire, name: str, old: str | None, new: str | None
) -> None:
    place = questions.place(name)
    node = questions.nodes[place] if place is not None else None
    if node is None or node.repeated:
        raise CannotApply("rows", name)
    if _is_read_in(form.xform, "meta/entity", node):
        raise CannotApply("case", name)
    if _is_read_in(form.xform, "meta/instanceName", node):
        _rename(root, name, old or "", new or "")
    sent = (texts_at(root, node.path) or [""])[0]
    if node.calculate is not None and sent.strip() != (old or "").strip():
        raise CannotApply("rules", name)
    _write(root, node.path, new)


def _is_read_in(xform: str, where: str, node: Node) -> bool:
    """Whether the form's row of a list, or its name, is made of this answer."""
    bind = rf'<bind nodeset="/[^"]*{where.replace("/", "/(?:orx:)?")}[^>]*{re.escape(node.path)}(?![\w.\-/])'
    return re.search(bind, xform) is not None


def _rename(root: etree._Element, name: str, old: str, new: str) -> None:
    """The submission's name with the new answer in the place of the old one."""
    found = [item for item in root.iter() if local(item.tag) == "instanceName"]
    if len(found) != 1 or not old or (found[0].text or "").count(old) != 1:
        raise CannotApply("case", name)
    found[0].text = (found[0].text or "").replace(old, new)


def _write(root: etree._Element, path: str, text: str | None) -> None:
    steps = path.strip("/").split("/")
    at = root
    for number, step in enumerate(steps):
        found = next((child for child in at if local(child.tag) == step), None)
        if found is None:
            if text is None:
                return
            namespace = etree.QName(root).namespace
            found = etree.SubElement(at, f"{{{namespace}}}{step}" if namespace else step)
        if number == len(steps) - 1 and text is None:
            at.remove(found)
            return
        at = found
    at.text = text


def _name(root: etree._Element, instance_id: str) -> None:
    """The id of this edit, and that of what it replaces."""
    meta = next(child for child in root if local(child.tag) == "meta")
    own = next(child for child in meta if local(child.tag) == "instanceID")
    replaced = own.text or ""
    own.text = instance_id
    for item in [child for child in meta if local(child.tag) == "deprecatedID"]:
        meta.remove(item)
    namespace = etree.QName(own).namespace
    etree.SubElement(meta, f"{{{namespace}}}deprecatedID" if namespace else "deprecatedID").text = replaced

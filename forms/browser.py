"""What a form asks that a browser cannot do as ODK Collect does, so that it is said before anybody types.

The engine in the browser is ODK Web Forms at the version `server/web/assets/package.json` pins; what it lacks was
tried on the forms of `tests/corpus`.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from lxml import etree

from forms.schema import Labels, Schema, attribute, local

Code = Literal[
    "encrypted", "search", "external", "recording", "log", "app", "drawing", "barcode", "map", "calendar", "last", "osm"
]
BLOCKING: frozenset[Code] = frozenset({"encrypted", "search", "external"})
"""With these the browser would lose or leak answers: such a form is filled on a phone only."""

_CALENDARS = frozenset({"ethiopian", "coptic", "islamic", "bikram-sambat", "myanmar", "persian", "buddhist"})
_MAPS = frozenset({"map", "maps", "placement-map"})


_OWN = r"current\(\)/(?:\.\./{name}|\.)(?![\w/.\-])"
_COLUMN = r"[\w.\-]+"


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing the browser does not do: for the whole form (`name` ''), or at a question, by its labels."""

    code: Code
    name: str = ""
    labels: Labels | None = None


def gaps(xform: str, schema: Schema) -> tuple[Gap, ...]:
    """The gaps of a form version, in the order of the form; those of the whole form first."""
    root = etree.fromstring(xform.encode(), _parser())
    whole: list[Gap] = [Gap("encrypted")] if schema.submission.public_key else []
    found: list[Gap] = []
    for element in root.iter(etree.Element):
        name = local(element.tag)
        if name == "instance" and (element.get("src") or "").startswith("jr://instance/last-saved"):
            whole.append(Gap("last"))
        elif name == "recordaudio":
            whole.append(Gap("recording"))
        elif name == "bind" and (element.get("nodeset") or "").endswith("/meta/audit"):
            whole.append(Gap("log"))
        elif name in ("input", "upload", "select1", "select", "range"):
            found += _at(element, name, schema)
    return (*dict.fromkeys(whole), *found)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)


def _at(control: etree._Element, name: str, schema: Schema) -> list[Gap]:
    top = f"/{_top(control)}"
    path = (control.get("ref") or "").strip().removeprefix(top)
    asked = schema.field(path) if path else None
    code = _code(control, name, asked.type if asked else "", set((control.get("appearance") or "").split()))
    if code is None:
        return []
    return [Gap(code, asked.name if asked else path.rpartition("/")[2], asked.labels if asked else {})]


def _top(control: etree._Element) -> str:
    return (control.get("ref") or "").lstrip("/").partition("/")[0]


def _code(control: etree._Element, name: str, kind: str, looks: set[str]) -> Code | None:
    appearance = control.get("appearance") or ""
    if "search(" in appearance:
        return "search"
    if control.get("query"):
        return "external"
    if "ex:" in appearance or "printer:" in appearance or attribute(control, "intent"):
        return "app"
    if name == "upload":
        if (control.get("mediatype") or "").startswith("osm"):
            return "osm"
        return "drawing" if "annotate" in looks else None
    if kind == "barcode":
        return "barcode"
    if kind in ("geotrace", "geoshape") or looks & _MAPS:
        return "map"
    return "calendar" if looks & _CALENDARS else None


def keeping_choices(xform: str, answers: Mapping[str, Collection[str]]) -> str:
    """The form for correcting these answers (values by path): a list that goes on offering what is chosen already, by
    `name = current()/../kasus_id` (ruling 22), names the chosen rows instead. The engine works such a list out before
    its question has an answer, and would take the answer away."""
    root = etree.fromstring(xform.encode(), _parser())
    for itemset in (node for node in root.iter(etree.Element) if local(node.tag) == "itemset"):
        path = str(itemset.getparent().get("ref") or "")
        rows = itemset.get("nodeset") or ""
        chosen = [value for value in answers.get(path.removeprefix(f"/{path.split('/')[1]}"), ()) if "'" not in value]
        itemset.set("nodeset", _named(rows, path.rpartition("/")[2], chosen))
    return etree.tostring(root, encoding="unicode")


def _named(rows: str, name: str, chosen: Collection[str]) -> str:
    own = _OWN.format(name=re.escape(name))

    def named(match: re.Match[str]) -> str:
        column = match["before"] or match["after"]
        told = " or ".join(f"{column} = '{value}'" for value in chosen)
        return f"({told})" if told else "false()"

    return re.sub(rf"(?P<before>{_COLUMN})\s*=\s*{own}|{own}\s*=\s*(?P<after>{_COLUMN})", named, rows)

"""A form's answers as an OData 4.0 service in ODK Central's shape: names, metadata document, typed rows.

Names are made once, here, so that service document, metadata and rows agree: each run of characters OData does not
allow becomes `_`, and who comes second to a name gets `_2`. Values that are not of their type are null; the XML and
the CSV have them as sent.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import isfinite
from xml.sax.saxutils import quoteattr

from forms import geo
from forms.answer_tables import MISSING_DATA, NOT_DECRYPTED, ROOT, About, Layout, Node, Table
from forms.schema import Field
from forms.submission import moment, number

Json = object

SUBMISSIONS = "Submissions"
ID = "__id"
SYSTEM = "__system"

_FORBIDDEN = re.compile(r"[^A-Za-z0-9_]+")
_FIRST = re.compile(r"^(?![A-Za-z_])")
_SHORT_OFFSET = re.compile(r"[+-][0-9]{2}$")
_INT64 = 2**63

STATUSES = {NOT_DECRYPTED: "notDecrypted", MISSING_DATA: "missingEncryptedFormData"}
SYSTEM_PROPERTIES = {
    "submissionDate": "Edm.DateTimeOffset",
    "updatedAt": "Edm.DateTimeOffset",
    "submitterId": "Edm.String",
    "submitterName": "Edm.String",
    "attachmentsPresent": "Edm.Int64",
    "attachmentsExpected": "Edm.Int64",
    "status": "org.opendatakit.submission.Status",
    "reviewState": "org.opendatakit.submission.ReviewState",
    "deviceId": "Edm.String",
    "edits": "Edm.Int64",
    "formVersion": "Edm.String",
    "deletedAt": "Edm.DateTimeOffset",
}
_EDM = {
    "int": "Edm.Int64",
    "decimal": "Edm.Decimal",
    "boolean": "Edm.Boolean",
    "date": "Edm.Date",
    "dateTime": "Edm.DateTimeOffset",
    "geopoint": "Edm.GeographyPoint",
    "geotrace": "Edm.GeographyLineString",
    "geoshape": "Edm.GeographyPolygon",
}


class SelectError(Exception):
    """`$select` names what is not there (`inside_repeat` False) or stands in a repeat (True)."""

    def __init__(self, name: str, *, inside_repeat: bool = False) -> None:
        super().__init__(name)
        self.name = name
        self.inside_repeat = inside_repeat


def sanitised(name: str) -> str:
    """A name as OData allows it (central-api.md section 7, Identifiers)."""
    return _FIRST.sub("_", _FORBIDDEN.sub("_", name))


# -- values ----------------------------------------------------------------------------------------


def _whole(text: str) -> Json:
    held = number(text.strip())
    if held is None or held != int(held) or abs(held) >= _INT64:
        return None
    return int(held)


def _decimal(text: str) -> Json:
    held = number(text.strip())
    return held if held is not None and isfinite(held) else None


def _boolean(text: str) -> Json:
    return {"true": True, "1": True, "false": False, "0": False}.get(text.strip())


def _day(text: str) -> Json:
    try:
        return date.fromisoformat(text.strip()[:10]).isoformat() if text.strip()[10:11] in ("", "T") else None
    except ValueError:
        return None


def _moment(text: str) -> Json:
    """As sent, with `+07` written `+07:00`."""
    told = text.strip()
    if moment(told) is None:
        return None
    return f"{told}:00" if "T" in told and _SHORT_OFFSET.search(told) else told


_TYPED: Mapping[str, Callable[[str], Json]] = {
    "int": _whole,
    "decimal": _decimal,
    "boolean": _boolean,
    "date": _day,
    "dateTime": _moment,
}


def value(text: str | None, kind: str, *, wkt: bool = False) -> Json:
    """An answer's text as JSON by the type of its question; None for absent and blank ones."""
    if not text or text.isspace():
        return None
    if kind in geo.TYPES:
        return geo.wkt(text, kind) if wkt else geo.geojson(text, kind)
    typed = _TYPED.get(kind)
    return typed(text) if typed else text


# -- names -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Member:
    """A field under its OData name; a group has `members`."""

    name: str
    field: Field
    members: tuple["Member", ...] = ()


@dataclass(frozen=True, slots=True)
class EntitySet:
    """A table under its OData names. `steps`: the names on the way from the form's own table; `parent_id`: the
    property that holds the parent row's id, None for the form's own table."""

    table: Table
    name: str
    steps: tuple[str, ...]
    parent_id: str | None
    members: tuple[Member, ...]

    def select(self, text: str) -> "Selection":
        """The properties a `$select` names. Raises SelectError."""
        wanted = Selection()
        for part in filter(None, (item.strip() for item in text.split(","))):
            if part == "*":
                return Selection(everything=True)
            wanted.add(self._checked(part.split("/")))
        return wanted

    def _checked(self, steps: Sequence[str]) -> Sequence[str]:
        whole = "/".join(steps)
        own = (ID, self.parent_id) if self.parent_id else (ID,)
        if len(steps) == 1 and steps[0] in own:
            return steps
        if steps[0] == SYSTEM and self.parent_id is None:
            if len(steps) > 2 or (len(steps) == 2 and steps[1] not in SYSTEM_PROPERTIES):
                raise SelectError(whole)
            return steps
        members = self.members
        for at, step in enumerate(steps):
            found = next((member for member in members if member.name == step), None)
            if found is None:
                raise SelectError(whole)
            if found.field.kind == "repeat" and at < len(steps) - 1:
                raise SelectError(whole, inside_repeat=True)
            members = found.members
        return steps


@dataclass(slots=True)
class Selection:
    """A tree of chosen property names; an empty tree under a name means all of it."""

    everything: bool = False
    inside: dict[str, "Selection"] = field(default_factory=dict)

    def add(self, steps: Sequence[str]) -> None:
        at = self
        for step in steps:
            if at is not self and not at.inside and at.everything:
                return
            at = at.inside.setdefault(step, Selection())
        at.everything = True

    def of(self, row: Mapping[str, Json]) -> dict[str, Json]:
        """The chosen part of a row."""
        if self.everything:
            return dict(row)
        kept: dict[str, Json] = {}
        for name, held in row.items():
            chosen = self.inside.get(name.partition("@")[0])
            if chosen is not None:
                kept[name] = chosen.of(held) if isinstance(held, dict) and not chosen.everything else held
        return kept


class Service:
    """The OData service of a form: its entity sets, its documents, its rows. `ways` has the names that lead to each
    field, by its path."""

    def __init__(self, form_id: str, layout: Layout) -> None:
        self.namespace = f"org.opendatakit.user.{sanitised(form_id)}"
        self.container = sanitised(form_id)
        self._layout = layout
        self._sets: dict[str, EntitySet] = {}
        self.ways: dict[str, tuple[str, ...]] = {}
        self._add(layout.tables[ROOT], ())
        self.sets: tuple[EntitySet, ...] = tuple(self._sets.values())
        self.by_name: Mapping[str, EntitySet] = {made.name: made for made in self.sets}

    def _add(self, table: Table, steps: tuple[str, ...]) -> None:
        own = {ID} if steps else {ID, SYSTEM, SUBMISSIONS}
        members = _members(table.fields, table.path, own)
        parent_id = "-".join(("__Submissions", *self._parent_steps(table), "id")) if steps else None
        self._sets[table.path] = EntitySet(table, ".".join((SUBMISSIONS, *steps)), steps, parent_id, members)
        for way, member in _all(members):
            self.ways[member.field.path] = (*steps, *way)
            if member.field.kind == "repeat":
                self._add(self._layout.tables[member.field.path], (*steps, *way))

    def _parent_steps(self, table: Table) -> tuple[str, ...]:
        return self._sets[table.parent or ROOT].steps

    # -- documents ---------------------------------------------------------------------------------

    def document(self) -> list[dict[str, str]]:
        """The entity sets, as the service document lists them."""
        return [{"name": made.name, "kind": "EntitySet", "url": made.name} for made in self.sets]

    def metadata(self) -> str:
        """The CSDL document."""
        types = "".join(self._entity_type(made) for made in self.sets)
        listed = "".join(
            f"<EntitySet Name={quoteattr(made.name)} EntityType={quoteattr(f'{self.namespace}.{made.name}')}/>"
            for made in self.sets
        )
        system = "".join(f'<Property Name="{name}" Type="{kind}"/>' for name, kind in SYSTEM_PROPERTIES.items())
        statuses = "".join(f'<Member Name="{name}"/>' for name in STATUSES.values())
        reviews = "".join(f'<Member Name="{name}"/>' for name in ("hasIssues", "edited", "rejected", "approved"))
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            '<edmx:Edmx xmlns:edmx="http://docs.oasis-open.org/odata/ns/edmx" Version="4.0"><edmx:DataServices>'
            '<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace="org.opendatakit.submission">'
            f'<ComplexType Name="metadata">{system}</ComplexType>'
            f'<EnumType Name="Status">{statuses}</EnumType><EnumType Name="ReviewState">{reviews}</EnumType></Schema>'
            f'<Schema xmlns="http://docs.oasis-open.org/odata/ns/edm" Namespace={quoteattr(self.namespace)}>'
            f"{types}<EntityContainer Name={quoteattr(self.container)}>{listed}</EntityContainer></Schema>"
            "</edmx:DataServices></edmx:Edmx>"
        )

    def _entity_type(self, made: EntitySet) -> str:
        properties = [_property(ID, "Edm.String")]
        if made.parent_id is not None:
            properties.append(_property(made.parent_id, "Edm.String"))
        else:
            properties.append(_property(SYSTEM, "org.opendatakit.submission.metadata"))
        complexes: list[str] = []
        properties += self._properties(made.members, made.steps, complexes)
        key = f'<Key><PropertyRef Name="{ID}"/></Key>'
        return f"<EntityType Name={quoteattr(made.name)}>{key}{''.join(properties)}</EntityType>{''.join(complexes)}"

    def _properties(self, members: Iterable[Member], steps: tuple[str, ...], complexes: list[str]) -> list[str]:
        told = []
        for member in members:
            way = (*steps, member.name)
            dotted = f"{self.namespace}.{'.'.join(way)}"
            if member.field.kind == "repeat":
                kind = quoteattr(f"Collection({self.namespace}.{self._sets[member.field.path].name})")
                told.append(f"<NavigationProperty Name={quoteattr(member.name)} Type={kind}/>")
            elif member.field.kind == "group":
                inner = "".join(self._properties(member.members, way, complexes))
                complexes.append(f"<ComplexType Name={quoteattr('.'.join(way))}>{inner}</ComplexType>")
                told.append(_property(member.name, dotted))
            else:
                told.append(_property(member.name, _EDM.get(member.field.type, "Edm.String")))
        return told

    # -- rows --------------------------------------------------------------------------------------

    def submission(self, about: About, node: Node | None, *, expand: bool = False, wkt: bool = False) -> dict:
        """The row of a submission; `node` None: its answers cannot be read."""
        made = self._sets[ROOT]
        row: dict[str, Json] = {ID: about.instance_id, SYSTEM: system(about)}
        writer = _Writer(self._sets, expand, wkt)
        writer.fill(row, made.members, node or Node(), about.instance_id, address(about.instance_id), "")
        return row

    def rows(
        self, made: EntitySet, about: About, node: Node, *, expand: bool = False, wkt: bool = False
    ) -> Iterator[dict[str, Json]]:
        """The rows of a repeat that one submission has, in its order."""
        writer = _Writer(self._sets, expand, wkt)
        return writer.below(made, self._sets[ROOT], node, about.instance_id, address(about.instance_id), "")


def address(instance_id: str) -> str:
    """The relative address of a submission's row."""
    return f"{SUBMISSIONS}('{instance_id.replace(chr(39), chr(39) * 2)}')"


def system(about: About) -> dict[str, Json]:
    """The `__system` of a submission."""
    return {
        "submissionDate": about.submitted_at,
        "updatedAt": about.updated_at,
        "submitterId": str(about.submitter_id) if about.submitter_id else None,
        "submitterName": about.submitter_name,
        "attachmentsPresent": about.attachments_present,
        "attachmentsExpected": about.attachments_expected,
        "status": STATUSES.get(about.status or ""),
        "reviewState": about.review_state,
        "deviceId": about.device_id,
        "edits": about.edits,
        "formVersion": about.form_version,
        "deletedAt": about.deleted_at,
    }


def row_id(instance_id: str, way: str) -> str:
    """The id of a repeat's row: the same as long as no row before it is deleted in an edit."""
    return hashlib.sha1(f"{instance_id}{way}".encode(), usedforsecurity=False).hexdigest()


class _Writer:
    """Writes rows under one set of options."""

    def __init__(self, sets: Mapping[str, EntitySet], expand: bool, wkt: bool) -> None:
        self._sets = sets
        self._expand = expand
        self._wkt = wkt

    def fill(
        self, row: dict[str, Json], members: Iterable[Member], node: Node, instance: str, link: str, way: str
    ) -> None:
        """Adds the members of one row. `link`: its address; `way`: the repeats and numbers that lead to it."""
        for member in members:
            path = member.field.path
            if member.field.kind == "field":
                row[member.name] = value(node.values.get(path), member.field.type, wkt=self._wkt)
            elif member.field.kind == "group":
                inner: dict[str, Json] = {}
                self.fill(inner, member.members, node, instance, f"{link}/{member.name}", way)
                row[member.name] = inner
            else:
                if self._expand:
                    row[member.name] = list(self._of(self._sets[path], node, instance, f"{link}/{member.name}", way))
                row[f"{member.name}@odata.navigationLink"] = f"{link}/{member.name}"

    def _of(self, made: EntitySet, node: Node, instance: str, link: str, way: str) -> Iterator[dict[str, Json]]:
        path = made.table.path
        parent = row_id(instance, way) if way else instance
        for place, inner in enumerate(node.rows.get(path, ()), 1):
            here = f"{way}{path}[{place}]"
            own = row_id(instance, here)
            row: dict[str, Json] = {ID: own, str(made.parent_id): parent}
            self.fill(row, made.members, inner, instance, f"{link}('{own}')", here)
            yield row

    def below(
        self, wanted: EntitySet, at: EntitySet, node: Node, instance: str, link: str, way: str
    ) -> Iterator[dict[str, Json]]:
        """The rows of one entity set under a row of another above it."""
        below = wanted.steps[len(at.steps) :]
        child = next(
            made
            for made in self._sets.values()
            if made.table.parent == at.table.path and wanted.steps[: len(made.steps)] == made.steps
        )
        link = f"{link}/{'/'.join(child.steps[len(at.steps) :])}"
        if len(child.steps) - len(at.steps) == len(below):
            yield from self._of(child, node, instance, link, way)
            return
        for place, inner in enumerate(node.rows.get(child.table.path, ()), 1):
            here = f"{way}{child.table.path}[{place}]"
            yield from self.below(wanted, child, inner, instance, f"{link}('{row_id(instance, here)}')", here)


def _property(name: str, kind: str) -> str:
    return f"<Property Name={quoteattr(name)} Type={quoteattr(kind)}/>"


def _members(fields: Sequence[Field], above: str, taken: set[str]) -> tuple[Member, ...]:
    """The fields directly under a path, under names of their own: those that need no change keep theirs."""
    direct = [item for item in fields if item.path.rpartition("/")[0] == above]
    made = []
    for item, name in zip(direct, named_apart([item.name for item in direct], taken), strict=True):
        members = _members(fields, item.path, set()) if item.kind == "group" else ()
        made.append(Member(name, item, members))
    return tuple(made)


def named_apart(names: Sequence[str], taken: Collection[str]) -> list[str]:
    """Names as OData allows them, no two alike and none of those taken: what needs no change keeps its name."""
    used = {*taken, *(name for name in names if sanitised(name) == name and name not in taken)}
    made = []
    for name in names:
        if sanitised(name) != name or name in taken:
            name = _free(sanitised(name), used)
            used.add(name)
        made.append(name)
    return made


def _free(name: str, used: Collection[str]) -> str:
    place, free = 1, name
    while free in used:
        place += 1
        free = f"{name}_{place}"
    return free


def _all(members: Iterable[Member], way: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Member]]:
    for member in members:
        here = (*way, member.name)
        yield here, member
        yield from _all(member.members, here)

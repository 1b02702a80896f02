"""ODK entities: what a form declares, what a submission asks for, what a phone's list holds.

Reads the versions pyxform writes (2024.1 and 2025.1: several entities, entities in repeats). Who may
do what, versions and conflicts are decided by those who keep the lists.
"""

import csv as csv_format
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

TRUTHY = frozenset({"1", "true"})
# A version beyond nine digits was never counted by a phone.
_VERSION = re.compile(r"[0-9]{1,9}")
FIRST = 1
"""The version of a row just made."""
CSV_COLUMNS = ("name", "label", "__version")
GEOMETRY = "geometry"
"""The property that says where a row is: phones and maps know it by this name."""

MAX_LABEL = 500
"""Letters of a row's label: what people and programs type is refused beyond, what forms and rules make is cut."""

_UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_NOT_FOR_CSV = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class EntityDeclaration:
    """An entity block of a form. `path` is its container (`""` the form itself, `/anggota` a repeat);
    `saves` maps a question's path to the property that keeps its answer."""

    list: str
    path: str
    create: bool
    update: bool
    saves: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        return {
            "list": self.list,
            "path": self.path,
            "create": self.create,
            "update": self.update,
            "saves": dict(self.saves),
        }

    @classmethod
    def from_json(cls, value: Mapping) -> "EntityDeclaration":
        return cls(value["list"], value["path"], value["create"], value["update"], dict(value["saves"]))


@dataclass(frozen=True, slots=True)
class EntityAct:
    """What one entity block of a submission asks for.

    `id` is normalised (no `uuid:`, lower case) and may be `""`. `data` has the properties that were
    sent: present and `""` means "clear it", absent means "leave it". `container` is the path of the
    block's container and `rows` the 0-based row numbers of the repeats around it.
    """

    list: str
    id: str
    create: bool
    update: bool
    label: str | None
    base_version: int | None
    trunk_version: int | None
    branch_id: str | None
    data: Mapping[str, str]
    container: str = ""
    rows: tuple[int, ...] = ()

    @property
    def has_valid_id(self) -> bool:
        """Whether the id is a UUID v4: Collect keeps no other offline."""
        return _UUID4.fullmatch(self.id) is not None

    @property
    def branch_version(self) -> int | None:
        """The version the phone itself gave the row with this form: on its branch it counts one up per form."""
        if self.base_version is None:
            return FIRST if self.branch_id and self.create else None
        return self.base_version + 1


def truthy(text: str | None) -> bool:
    """Only `1` and `true` switch an entity action on (pitfalls 64)."""
    return text in TRUTHY


def normal_id(text: str | None) -> str:
    """An entity id as it is compared: without `uuid:`, lower case, trimmed."""
    return (text or "").strip().lower().removeprefix("uuid:")


def short_label(text: str) -> str:
    """The label as lists keep it."""
    return text if len(text) <= MAX_LABEL else f"{text[: MAX_LABEL - 1]}…"


def version_number(text: str | None) -> int | None:
    """A version attribute as a number; blank, absurdly large and anything else count as absent."""
    stripped = (text or "").strip()
    return int(stripped) if _VERSION.fullmatch(stripped) else None


def csv(rows: Iterable[tuple[str, str, int, Mapping[str, str]]], properties: Iterable[str]) -> str:
    """The list a phone downloads: `name,label,__version,<properties>`, one row per entity (`csv_line`).

    `rows` are (id, label, version, data).
    """
    columns = tuple(properties)
    return "".join((csv_header(columns), *(csv_line(*row, columns) for row in rows)))


def csv_header(properties: Iterable[str]) -> str:
    """The first line of a list."""
    return _line((*CSV_COLUMNS, *properties))


def csv_line(entity_id: str, label: str, version: int, data: Mapping[str, str], properties: Iterable[str]) -> str:
    """One row of a list. A blank label is replaced by the id, because one bad row stops the whole import on the phone.

    Raises ValueError for a row without an id or a version below 1, which no stored entity has.
    """
    if not entity_id or version < 1:
        raise ValueError("an entity row needs an id and a version")
    return _line((entity_id, label or entity_id, str(version), *(str(data.get(name, "")) for name in properties)))


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv_format.writer(out, lineterminator="\n").writerow(cells)
    return _NOT_FOR_CSV.sub("", out.getvalue())

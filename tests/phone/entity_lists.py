"""The phone's own copy of the case lists: merged with the server's, changed by forms filled offline.

Follows what Collect does with lists of type `entityList` (versions, trunk and branch of 2024.1 and later).
"""

import csv
import io
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from lxml import etree

from tests.phone.javarosa import Form

ENTITIES = "http://www.opendatakit.org/xforms/entities"
_SAVE_TO = f"{{{ENTITIES}}}saveto"
_SYSTEM = ("name", "label", "__version")


class BadList(Exception):
    """Collect would refuse the whole list: a row without name, label or whole-number __version."""


@dataclass(frozen=True, slots=True)
class Entity:
    """A row on the phone."""

    id: str
    label: str
    version: int
    data: dict[str, str]
    is_offline: bool = False
    trunk_version: int | None = None
    branch_id: str = ""


@dataclass
class EntityList:
    """One list on the phone, `hash` being that of the copy last fetched."""

    name: str
    hash: str = ""
    properties: list[str] = field(default_factory=list)
    rows: dict[str, Entity] = field(default_factory=dict)

    def merge(self, data: bytes) -> set[str]:
        """Take in the server's CSV. Returns ids made here that the server does not list.

        Raises BadList and changes nothing when a row is unusable.
        """
        reader = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
        served = [_entity(row) for row in reader]
        self.properties = [name for name in reader.fieldnames or [] if name not in _SYSTEM]
        for entity in served:
            self.rows[entity.id] = _newer(self.rows.get(entity.id), entity)
        missing = self.rows.keys() - {entity.id for entity in served}
        for gone in [row for row in missing if not self.rows[row].is_offline]:
            del self.rows[gone]
        return missing & self.rows.keys()

    def csv(self) -> bytes:
        """The list as a form reads it, with the columns Collect adds."""
        out = io.StringIO()
        writer = csv.writer(out)
        writer.writerow(["name", "label", "__version", "__trunkVersion", "__branchId", *self.properties])
        for row in self.rows.values():
            trunk = "" if row.trunk_version is None else row.trunk_version
            values = [row.data.get(name, "") for name in self.properties]
            writer.writerow([row.id, row.label, row.version, trunk, row.branch_id, *values])
        return out.getvalue().encode()

    def apply(self, change: "Change") -> None:
        """What a finalised form does to the list. Properties the list does not have are dropped."""
        data = {name: value for name, value in change.data.items() if name in self.properties}
        known = self.rows.get(change.id)
        if change.updates and known is not None:
            self.rows[known.id] = replace(
                known, label=change.label or known.label, version=known.version + 1, data={**known.data, **data}
            )
        elif change.creates and known is None and _is_uuid(change.id) and change.label:
            self.rows[change.id] = Entity(change.id, change.label, 1, data, True, None, str(uuid.uuid4()))


def _entity(row: dict[str, str]) -> Entity:
    version = row.get("__version") or ""
    if not row.get("name") or not row.get("label") or not version.isdigit():
        raise BadList(f"row {row.get('name')!r} has label {row.get('label')!r}, __version {version!r}")
    data = {name: value or "" for name, value in row.items() if name not in _SYSTEM}
    return Entity(row["name"], row["label"], int(version), data, False, int(version), str(uuid.uuid4()))


def _newer(mine: Entity | None, served: Entity) -> Entity:
    """Which of two copies the phone keeps: the higher version; at equal versions its own, now known to the server."""
    if mine is None or mine.version < served.version:
        return served
    if mine.version > served.version:
        return mine
    if mine.version != mine.trunk_version:
        return replace(mine, is_offline=False, trunk_version=served.version, branch_id=served.branch_id)
    return replace(mine, is_offline=False)


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Change:
    """One entity block of a finalised instance."""

    dataset: str
    id: str
    label: str
    creates: bool
    updates: bool
    data: dict[str, str]


def changes(form: Form, xml: bytes) -> Iterator[Change]:
    """What an instance does to entity lists, in document order."""
    root = etree.fromstring(xml)
    saved = {path: bind.get(_SAVE_TO, "") for path, bind in form.binds.items() if bind.get(_SAVE_TO)}
    for block in root.iter("{*}entity"):
        meta = block.getparent()
        if meta is None or etree.QName(meta).localname != "meta" or meta.getparent() is None:
            continue
        dataset = block.get("dataset", "")
        yield Change(
            dataset=dataset,
            id=block.get("id", ""),
            label=block.findtext("{*}label") or "",
            creates=block.get("create") in ("1", "true"),
            updates=block.get("update") in ("1", "true"),
            data=dict(_properties(meta.getparent(), dataset, saved)),
        )


def _properties(container: etree._Element, dataset: str, saved: dict[str, str]) -> Iterator[tuple[str, str]]:
    for node in container.iterdescendants():
        target = saved.get(_path(node))
        if target is None or _owner(node) is not container:
            continue
        wanted, _, name = target.rpartition("#")
        if not wanted or wanted == dataset:
            yield name, node.text or ""


def _owner(node: etree._Element) -> etree._Element | None:
    """The nearest enclosing element that has an entity block."""
    for above in node.iterancestors():
        if above.find("{*}meta/{*}entity") is not None:
            return above
    return None


def _path(node: etree._Element) -> str:
    names = [etree.QName(node).localname, *(etree.QName(above).localname for above in node.iterancestors())]
    return "/" + "/".join(reversed(names))

"""How much of the answers about people leaves for whom: one rule for exports, feeds and single readings (decision 33).

Who may have all of them gets no mask, so that nothing is asked per answer on the way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any

from sqlalchemy import Connection, select

from forms import pictures
from forms.answer_tables import Layout, Masks
from forms.client_audit import AuditEvent
from forms.differences import Content, Difference
from forms.entities import GEOMETRY
from forms.envelope import is_envelope
from forms.schema import Field
from forms.submission import parse_kept, texts_at
from server.access import Extent, Viewer, extent
from server.cases import privacy
from server.problems import Problem
from server.queries.definitions import definitions_of
from server.store import Store
from server.store.blobs import Stored
from server.store.forms import form, form_version
from server.store.slots import slot_name

Rule = Callable[[privacy.Kind, str], str]
"""A kind of answer and its text, to what may be shown of it."""
MOST_KEPT = 50
_TELLING: tuple[privacy.Kind, ...] = (
    "secret", "identity", "sensitive", "contact", "address", "place", "name", "birth", "file", "",
)  # fmt: skip
WRITTEN = frozenset({"reason", "text", "note"})
"""What acts keep of what somebody wrote freely: it is about the client."""
_IDS = ("/meta/instanceID", "/meta/deprecatedID")


def extent_of(store: Store, viewer: Viewer, project_id: int) -> Extent:
    """How much this person may take away, as the office's workbook says (`whole_answers`)."""
    with store.read() as db:
        return extent_in(db, store, viewer, project_id)


def extent_in(db: Connection, store: Store, viewer: Viewer, project_id: int) -> Extent:
    """The same within a reading of the database."""
    office = definitions_of(store).office(db, project_id)
    return extent(viewer, project_id, office.whole_answers if office else ())


def is_opened(store: Store, viewer: Viewer, project_id: int, reason: str) -> bool:
    """Whether it is the `reason` that opens what was sent, so that it is to be noted; False for who needs none.

    Raises `submission.reason_needed` without either.
    """
    if extent_of(store, viewer, project_id) == "whole":
        return False
    if not reason:
        raise Problem("submission.reason_needed")
    return True


def shown_file(file: Stored) -> bytes | Stored:
    """A file as pages hand it out: pictures without what the phone wrote into them, where that can be cut; only they
    are read."""
    kind = pictures.kind_of(file.begins()) or ""
    cleaned = pictures.shown(file.read()) if kind.startswith("image/") else None
    return file if cleaned is None else cleaned


def shown_chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The same of a file that comes in pieces; only pictures are held whole."""
    first = next(chunks, b"")
    kind = pictures.kind_of(first) or ""
    if not kind.startswith("image/"):
        return chain([first], chunks)
    data = first + b"".join(chunks)
    return iter([pictures.shown(data) or data])


class Shown:
    """Answers to the questions of a form as a rule lets them be shown. What the form does not ask shows nothing."""

    def __init__(self, fields: Iterable[Field], rule: Rule, sight: privacy.Sight) -> None:
        self.kinds: dict[str, privacy.Kind] = dict.fromkeys(_IDS, "")
        asked = [item for item in fields if item.kind == "field"]
        self.kinds.update({item.path: privacy.seen_as(item, sight) for item in asked})
        self._rule = rule
        self._files = tuple(item.path for item in asked if item.binary)
        self._kept_back = tuple(path for path in self._files if self.text(path, "1") != "1")
        self._strays_stay = rule(privacy.NOTED, "1") != "1"

    def text(self, path: str, text: str) -> str:
        """What may be shown of the answer to the question of this path."""
        return self._rule(self.kinds.get(path, "secret"), text)

    def keeps_back(self, xml: bytes, name: str) -> bool:
        """Whether the file of this name answers a question of this submission of which nothing is shown, or none, so
        that nobody judged it; of an encrypted one nobody here can tell."""
        if not (self._kept_back or self._strays_stay):
            return False
        root = parse_kept(xml)
        if is_envelope(root):
            return bool(self._kept_back)

        def named_by(paths: Iterable[str]) -> bool:
            return any(slot_name(text.strip()) == name for path in paths for text in texts_at(root, path))

        return named_by(self._kept_back) or (self._strays_stay and not named_by(self._files))

    def event(self, event: AuditEvent) -> AuditEvent:
        """A line of a phone's log; where it was written to about a kilometre."""
        path = "".join(f"/{step.partition('[')[0]}" for step in event.node.split("/")[2:])
        place = privacy.about(f"{event.latitude} {event.longitude}").split()
        return replace(
            event,
            old_value=self.text(path, event.old_value),
            new_value=self.text(path, event.new_value),
            latitude=place[0] if place else "",
            longitude=place[1] if place else "",
            accuracy="",
        )

    def difference(self, change: Difference) -> Difference:
        """What an edit changed, before and after."""
        old, new = (self._content(change.field, held) for held in (change.old, change.new))
        return Difference(change.path, old, new)

    def _content(self, path: str, held: Content | None) -> Any:
        if isinstance(held, str):
            return self.text(path, held)
        if isinstance(held, dict):
            return {name: self._content(f"{path}/{name}", inner) for name, inner in held.items()}  # type: ignore[arg-type]
        if isinstance(held, list):
            return [self._content(path, inner) for inner in held]
        return held


def shown_to(fields: Iterable[Field], sight: privacy.Sight) -> Shown:
    """The answers of one submission as somebody with this sight reads them."""
    return Shown(fields, partial(privacy.on_page, sight=sight), sight)


class Mask(Shown):
    """The answers of many submissions on their way to somebody who may not have them as they were sent.

    `fields` are those of the form as they leave: what is masked, by `masks`, is text, a place a point.
    """

    def __init__(self, fields: Iterable[Field], how_much: Extent) -> None:
        asked = tuple(fields)
        super().__init__(asked, partial(privacy.in_export, extent=how_much), how_much)
        self.extent = how_much
        kept = ("", "file") if how_much == "listed" else ("",)
        self.masks: Masks = {
            path: partial(privacy.in_export, kind, extent=how_much)
            for path, kind in self.kinds.items()
            if kind not in kept
        }
        self.fields = tuple(map(self._leaving, asked))

    def _leaving(self, item: Field) -> Field:
        if item.path not in self.masks:
            return item
        kind = "geopoint" if self.kinds[item.path] == "place" else "string"
        return replace(item, type=kind, choices=(), choice_list=None)


def masked_layout(fields: Sequence[Field], mask: Mask | None) -> Layout:
    """The tables of a form as they leave through the mask, if there is one."""
    return Layout(fields) if mask is None else Layout(mask.fields, mask.masks)


def mask_of(store: Store, viewer: Viewer, project_id: int, fields: Iterable[Field]) -> Mask | None:
    """The mask for this person, None for who may have everything."""
    how_much = extent_of(store, viewer, project_id)
    return None if how_much == "whole" else Mask(fields, how_much)


Versions = tuple[tuple[int, ...], tuple[int, ...]]
"""The versions of forms in force, and those that were."""


class _Kinds:
    """What answers tell, by the name of their question and of the column of a list that keeps them, over the forms of
    an office; the most telling form counts. What no form in force asks any more is judged by the versions that did."""

    def __init__(self, store: Store) -> None:
        self._definitions = definitions_of(store)
        self._made: dict[tuple[Versions, bool], Mapping[str, privacy.Kind]] = {}

    def of(self, versions: Versions, sight: privacy.Sight) -> Mapping[str, privacy.Kind]:
        key = (versions, sight == "figures")
        found = self._made.get(key)
        if found is None:
            if len(self._made) > MOST_KEPT:
                self._made.clear()
            now, before = (self._over(ids, sight) for ids in versions)
            found = self._made[key] = {**before, **now}
        return found

    def _over(self, version_ids: Iterable[int], sight: privacy.Sight) -> dict[str, privacy.Kind]:
        kinds: dict[str, privacy.Kind] = {}
        for schema in (self._definitions.form_version(one).schema for one in version_ids):
            for item in schema.questions():
                _note(kinds, item.name, privacy.seen_as(item, sight))
            asked = {item.path: item for item in schema.fields}
            for path, held in ((p, h) for declared in schema.entities for p, h in declared.saves.items()):
                _note(kinds, held, privacy.seen_as(asked[path], sight) if path in asked else "")
        return kinds


def _note(kinds: dict[str, privacy.Kind], name: str, kind: privacy.Kind) -> None:
    kinds[name] = min(kinds.get(name, ""), kind, key=_TELLING.index)


class Named:
    """Values known by the name of a question only (facts, inputs of decisions, columns of lists) as a rule lets them
    be shown."""

    def __init__(self, kinds: Mapping[str, privacy.Kind], rule: Rule) -> None:
        self._kinds = kinds
        self._rule = rule

    def kind(self, name: str) -> privacy.Kind:
        """What the value of this name tells; a name no form asks is judged by itself."""
        kind = self._kinds.get(name)
        if kind is None and name in WRITTEN:
            return privacy.NOTED
        if kind is None:
            kind = "place" if name == GEOMETRY else privacy.kind_of(Field(f"/{name}", name, "field", "string"))
        return kind

    def text(self, name: str, text: str) -> str:
        """What may be shown of the value of this name."""
        return self._rule(self.kind(name), text)

    def tree(self, held: Any, name: str = "") -> Any:
        """Plain JSON whose keys are names of questions."""
        if isinstance(held, Mapping):
            return {key: self.tree(inner, str(key)) for key, inner in held.items()}
        if isinstance(held, list | tuple):
            return [self.tree(inner, name) for inner in held]
        if held is None or isinstance(held, bool) or not name:
            return held
        text = str(held)
        shown = self.text(name, text)
        return held if shown == text else shown


def named(db: Connection, store: Store, project_id: int, sight: privacy.Sight) -> Named:
    """How the values of one case or row are shown by name to somebody with this sight."""
    return _named(db, store, project_id, partial(privacy.on_page, sight=sight), sight)


def _named(db: Connection, store: Store, project_id: int, rule: Rule, sight: privacy.Sight) -> Named:
    query = (
        select(form_version.c.id, form.c.current_version_id)
        .join(form, form.c.id == form_version.c.form_id)
        .where(form.c.project_id == project_id, form_version.c.published_at.is_not(None))
        .order_by(form.c.id, form_version.c.id)
    )
    rows = db.execute(query).all()
    now = tuple(row.id for row in rows if row.id == row.current_version_id)
    before = tuple(row.id for row in rows if row.id != row.current_version_id)
    return Named(store.kept(_Kinds).of((now, before), sight), rule)


class ListMask:
    """Rows of an office's lists on their way to somebody who may not have them as they are."""

    def __init__(self, named: Named, how_much: Extent) -> None:
        self._named = named
        self._extent = how_much

    def label(self, label: str) -> str:
        """What a row is called: number, initials, age (ruling 40), which is more than counting needs."""
        return privacy.MARK if self._extent == "figures" else label

    def values(self, data: Mapping[str, str]) -> dict[str, str]:
        """The values of a row by name."""
        return {name: self._named.text(name, text) for name, text in data.items()}

    def hides(self, name: str) -> bool:
        """Whether something of the values of this name does not leave."""
        return self._named.kind(name) not in (("", "file") if self._extent == "listed" else ("",))


def list_mask_of(db: Connection, store: Store, viewer: Viewer, project_id: int) -> ListMask | None:
    """The mask for this person, None for who may have everything."""
    how_much = extent_of(store, viewer, project_id)
    if how_much == "whole":
        return None
    rule = partial(privacy.in_export, extent=how_much)
    return ListMask(_named(db, store, project_id, rule, how_much), how_much)

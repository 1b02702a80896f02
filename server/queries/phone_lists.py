"""The rows of the entity lists a phone may hold: those of its officer, its shift, or of the whole office (ruling 41).

A list is told from any other state of it by a sum over the index of holders; its text is made once per state.
"""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, select

from forms.correction_form import LIST as RETURNED
from forms.entities import csv, csv_header, csv_line
from server.access import PLAIN_ROLES, Viewer, require
from server.cases import holding
from server.cases.entity_merge import WORKFLOW
from server.locale import say
from server.problems import Problem
from server.queries.masking import list_mask_of
from server.store import Store
from server.store.entities import EntityList, entity, read_list
from server.store.forms import form, form_media, form_version
from server.store.holders import STILL, holder
from server.store.people import actor, app_user, grant, user
from server.store.schema import loads, stamp

# A case that has left a phone stays on it this long, because Collect drops the answer of a draft whose choice
# has vanished (ruling 32).
DAYS_AFTER_LEAVING = 30
# Texts of lists a process keeps: some twenty lists of 10,000 cases.
KEPT_BYTES = 64_000_000
# Rows of all lists a process keeps as text, some 300 bytes each.
KEPT_LINES = 200_000
READ_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HeldList:
    """One list as one phone holds it: its `properties`, the holders that lead to its rows, since when a row must not
    have left, and `digest`, which no other state of these rows has."""

    id: int
    properties: tuple[str, ...]
    who: tuple[str, ...]
    since: str
    digest: str = ""


def held(db: Connection, viewer: Viewer, project_id: int, name: str, now: datetime) -> HeldList | None:
    """The list of this name for this viewer; None when the project has none."""
    found = _scope(db, viewer, project_id, name, now)
    if found is None:
        return None
    query = (
        select(holder.c.holder, func.count(), func.sum(holder.c.tag))
        .where(holder.c.list_id == found.id, holder.c.holder.in_(found.who), holder.c.left_at >= found.since)
        .group_by(holder.c.holder)
        .order_by(holder.c.holder)
    )
    state = [(key, int(count), int(tags)) for key, count, tags in db.execute(query)]
    told = repr((found.id, found.properties, viewer.language, state))
    return replace(found, digest=hashlib.md5(told.encode(), usedforsecurity=False).hexdigest())


def _scope(db: Connection, viewer: Viewer, project_id: int, name: str, now: datetime) -> HeldList | None:
    """The list without its digest."""
    found = read_list(db, project_id, name)
    if found is None:
        return None
    if name == RETURNED:
        who = _senders(db, viewer, project_id)
    else:
        who = _who(db, viewer, project_id) if found.of_cases else (holding.EVERYBODY,)
    return HeldList(found.id, _properties(found), who, stamp(now - timedelta(days=DAYS_AFTER_LEAVING)))


def whole(store: Store, viewer: Viewer | None, project_id: int, name: str) -> bytes:
    """Every row of a list as CSV, masked as the list itself for who may not have everything.

    Raises `request.not_found`, and for a list of cases what `case.read` raises.
    """
    with store.read() as db:
        found = read_list(db, project_id, name)
        if found is None or name == RETURNED:
            raise Problem("request.not_found")
        viewer = require(viewer, "case.read" if found.of_cases else "form.read", project_id)
        mask = list_mask_of(db, store, viewer, project_id) if found.of_cases else None
        query = select(entity).where(entity.c.list_id == found.id, entity.c.deleted_at.is_(None)).order_by(entity.c.id)
        rows = ((row.id, row.label, row.version, _values(row.data, row.workflow)) for row in db.execute(query))
        if mask is not None:
            rows = ((key, mask.label(label), version, mask.values(data)) for key, label, version, data in rows)
        return csv(rows, _properties(found)).encode()


def _properties(found: EntityList) -> tuple[str, ...]:
    workflow = WORKFLOW if found.of_cases else ()
    return (*(p for p in found.properties if p not in workflow), *workflow)


def _values(data: str, workflow: str) -> dict[str, str]:
    return {**loads(data), **loads(workflow)}


def _senders(db: Connection, viewer: Viewer, project_id: int) -> tuple[str, ...]:
    """Whose returned reports a phone has: its own and its officer's."""
    query = select(app_user.c.officer_id).where(
        app_user.c.actor_id == viewer.id, app_user.c.project_id == project_id, app_user.c.officer_id.is_not(None)
    )
    return _sorted({holding.person(viewer.id), *map(holding.person, db.execute(query).scalars())})


def _who(db: Connection, viewer: Viewer, project_id: int) -> tuple[str, ...]:
    """The holders whose rows this phone, or this person in Collect without a phone's token, has."""
    if viewer.kind != "phone":
        held_roles = viewer.roles_in(project_id)
        whole = {holding.EVERYBODY} if held_roles & {"admin", "supervisor"} else set()
        return _sorted({holding.person(viewer.id), *_roles(held_roles), *whole})
    query = select(app_user.c.officer_id, app_user.c.shift).where(
        app_user.c.actor_id == viewer.id, app_user.c.project_id == project_id
    )
    bound = db.execute(query).first()
    if bound is None:
        return ()
    own = {holding.person(viewer.id)}
    if bound.officer_id is None and bound.shift is None:
        return _sorted({*own, holding.EVERYBODY})
    whose = grant.c.actor_id == bound.officer_id if bound.officer_id is not None else grant.c.unit == bound.shift
    works_here = (
        select(grant.c.actor_id, grant.c.role)
        .join(actor, actor.c.id == grant.c.actor_id)
        .join(user, user.c.actor_id == grant.c.actor_id)
        .where(whose, grant.c.project_id == project_id, actor.c.deleted_at.is_(None), user.c.disabled_at.is_(None))
    )
    for person_id, role in db.execute(works_here):
        own |= {holding.person(person_id), *_roles({role})}
    return _sorted(own)


def _roles(held_roles: set[str] | frozenset[str]) -> set[str]:
    return {holding.role(name) for name in held_roles - (PLAIN_ROLES - {"supervisor"})}


def _sorted(who: set[str]) -> tuple[str, ...]:
    return tuple(sorted(who))


@dataclass(frozen=True, slots=True)
class _Line:
    """One row as text, and what it was made of: the row's version says everything else of it."""

    version: int
    left: bool
    text: str


class _Texts:
    """The texts of lists by the state they tell, the ones used last, up to KEPT_BYTES; and the rows they were made of,
    so that a list in which one case has changed is not made anew."""

    def __init__(self, _store: Store) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._size = 0
        self._lines: dict[tuple[object, ...], dict[str, _Line]] = {}

    def get(self, digest: str) -> bytes | None:
        with self._lock:
            found = self._texts.get(digest)
            if found is not None:
                self._texts.move_to_end(digest)
            return found

    def put(self, digest: str, text: bytes) -> None:
        with self._lock:
            if digest in self._texts:
                return
            self._texts[digest] = text
            self._size += len(text)
            while self._size > KEPT_BYTES and len(self._texts) > 1:
                self._size -= len(self._texts.popitem(last=False)[1])

    def lines(self, language: str, wanted: HeldList) -> dict[str, _Line]:
        """The rows known of a list with these properties in this language, by id."""
        with self._lock:
            if sum(map(len, self._lines.values())) > KEPT_LINES:
                self._lines.clear()
            return self._lines.setdefault((wanted.id, wanted.properties, language), {})


def csv_of(store: Store, db: Connection, viewer: Viewer, wanted: HeldList) -> bytes:
    """The list as the phone downloads it, by the age of its rows; a row that has left the phone says so."""
    texts = store.kept(_Texts)
    text = texts.get(wanted.digest)
    if text is None:
        lines = texts.lines(viewer.language, wanted)
        text = "".join((csv_header(wanted.properties), *_rows(db, viewer.language, wanted, lines))).encode()
        texts.put(wanted.digest, text)
    return text


def rows_beside(db: Connection, project_id: int, name: str, text: bytes, ids: Sequence[str]) -> bytes:
    """A list as `csv_of` gave it, with these rows of it behind, as far as it does not hold them yet."""
    listed = read_list(db, project_id, name)
    missing = [key for key in ids if f"\n{key},".encode() not in text]
    if listed is None or not missing:
        return text
    columns = (entity.c.id, entity.c.label, entity.c.version, entity.c.data, entity.c.workflow)
    here = (entity.c.list_id == listed.id, entity.c.id.in_(missing), entity.c.deleted_at.is_(None))
    properties = _properties(listed)
    lines = (
        csv_line(key, label, version, _values(data, workflow), properties)
        for key, label, version, data, workflow in db.execute(select(*columns).where(*here).order_by(entity.c.id))
    )
    return text + "".join(lines).encode()


def _rows(db: Connection, language: str, wanted: HeldList, known: dict[str, _Line]) -> Iterator[str]:
    mine = (
        select(holder.c.entity_id, func.max(holder.c.left_at).label("left_at"), func.max(holder.c.note).label("note"))
        .where(holder.c.list_id == wanted.id, holder.c.holder.in_(wanted.who), holder.c.left_at >= wanted.since)
        .group_by(holder.c.entity_id)
        .subquery()
    )
    query = (
        select(entity.c.id, entity.c.version, mine.c.left_at, mine.c.note)
        .join(mine, mine.c.entity_id == entity.c.id)
        .where(entity.c.deleted_at.is_(None))
        .order_by(entity.c.created_at, entity.c.id)
    )
    shown = [(key, version, left_at != STILL, note) for key, version, left_at, note in db.execute(query)]
    made: dict[str, _Line] = {}
    missing = [key for key, version, left, note in shown if note or not _is_known(known, key, version, left)]
    marks = {key: (left, note) for key, _, left, note in shown}
    for start in range(0, len(missing), READ_AT_ONCE):
        some = missing[start : start + READ_AT_ONCE]
        columns = (entity.c.id, entity.c.label, entity.c.version, entity.c.data, entity.c.workflow)
        for key, label, version, data, workflow in db.execute(select(*columns).where(entity.c.id.in_(some))):
            left, note = marks[key]
            values = _values(data, workflow)
            if left:
                why = "closed" if values.get("terbuka") == "tidak" else "left"
                label = say(language, f"openrosa.row.{why}", label=label)
                values |= GONE
            if note:
                label = say(language, "openrosa.row.returned", label=label, reason=note)
            made[key] = _Line(version, left, csv_line(key, label, version, values, wanted.properties))
            if not note:
                known[key] = made[key]
    for key, *_ in shown:
        yield (made.get(key) or known[key]).text


def _is_known(known: Mapping[str, _Line], key: str, version: int, left: bool) -> bool:
    line = known.get(key)
    return line is not None and line.version == version and line.left == left


# What no new form offers, and the form in which it is chosen already keeps (ruling 32).
GONE = {"langkah": "", "formulir": "", "jatuh_tempo": "", "terbuka": "tidak"}


def integrity(
    store: Store, viewer: Viewer, project_id: int, list_name: str, ids: Sequence[str]
) -> list[tuple[str, bool]]:
    """For entities a phone asks about: whether they are gone for it. Ids never seen are left out (ruling 22).

    An answer that fails would stop the sync of the form (openrosa.md 8.4): a list nobody knows has no rows.
    """
    require(viewer, "submission.create", project_id)
    asked = list(dict.fromkeys(ids))[:1000]
    if not asked:
        return []
    with store.read() as db:
        wanted = _scope(db, viewer, project_id, list_name, store.now())
        if wanted is None or viewer.kind == "public_link":
            return []
        known = select(entity.c.id, entity.c.deleted_at).where(entity.c.list_id == wanted.id, entity.c.id.in_(asked))
        here = select(holder.c.entity_id).where(
            holder.c.entity_id.in_(asked), holder.c.holder.in_(wanted.who), holder.c.left_at >= wanted.since
        )
        mine = set(db.execute(here).scalars()) if _reads(db, viewer, project_id, list_name) else set()
        return [(row.id, row.deleted_at is not None or row.id not in mine) for row in db.execute(known)]


def _reads(db: Connection, viewer: Viewer, project_id: int, name: str) -> bool:
    """Whether one of the forms this phone was given reads the list."""
    if viewer.forms is None:
        return True
    query = (
        select(form.c.id)
        .join(form_version, form_version.c.form_id == form.c.id)
        .join(form_media, form_media.c.form_version_id == form_version.c.id)
        .where(form.c.project_id == project_id, form.c.id.in_(viewer.forms), form_media.c.entity_list == name)
    )
    return db.execute(query.limit(1)).first() is not None

"""What became of a submission: its revisions with what each edit changed, and what people noted on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, select

from forms import values
from forms.differences import Content, Difference, Step, differences
from forms.schema import Labels, Schema
from forms.submission import SubmissionError, typed
from server.cases import privacy
from server.cases.linking import PLUMBING
from server.cases.privacy import Sight
from server.queries.definitions import Definitions
from server.queries.list_labels import Choices, choices_of
from server.queries.scope import names
from server.queries.submission_reading import Item, item_of
from server.store.submissions import comment, revision

_OWN = frozenset({"start", "end", "today", "deviceid"})
"""What every sending of a phone fills anew."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the form a change stands: a repeat's labels and the number of its row."""

    labels: Labels
    name: str
    row: int


@dataclass(frozen=True, slots=True)
class Change:
    """One answer before and after; None where there was none. `within`: the rows it stands in, the outer first."""

    within: tuple[Place, ...]
    old: Item | None
    new: Item | None

    @property
    def asked(self) -> Item:
        """The question."""
        found = self.new or self.old
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class RevisionRow:
    """One revision, `number` from 1; `changes` from the one before it, `unread` when they cannot be told."""

    id: int
    number: int
    received_at: str
    by: str | None
    device: str | None
    version: str
    current: bool
    changes: tuple[Change, ...]
    unread: bool

    @property
    def at(self) -> str:
        return self.received_at


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody noted on the submission; `hidden`: it opens to a reason."""

    body: str
    by: str | None
    at: str
    hidden: bool


def revisions_of(
    db: Connection, definitions: Definitions, project_id: int, rows: Sequence[Row], current_id: int, sight: Sight
) -> tuple[RevisionRow, ...]:
    """The revisions, newest first. `rows`: all of `revision` of one submission, oldest first."""
    people = names(db, (row.submitter_id for row in rows))
    found = []
    for number, row in enumerate(rows, 1):
        before = rows[number - 2] if number > 1 else None
        changes = _changes(db, definitions, project_id, before, row, sight) if before is not None else ()
        found.append(
            RevisionRow(
                id=row.id,
                number=number,
                received_at=row.received_at,
                by=people.get(row.submitter_id),
                device=row.device_id,
                version=row.version,
                current=row.id == current_id,
                changes=changes or (),
                unread=changes is None,
            )
        )
    return tuple(reversed(found))


def _changes(
    db: Connection, definitions: Definitions, project_id: int, old: Row, new: Row, sight: Sight
) -> tuple[Change, ...] | None:
    version_id = new.form_version_id or old.form_version_id
    if version_id is None:
        return None
    schema = definitions.form_version(version_id).schema
    repeats = [asked.path for asked in schema.fields if asked.kind == "repeat"]
    try:
        found = differences(bytes(old.xml), bytes(new.xml), repeats)
    except SubmissionError:
        return None
    choices = choices_of(db, definitions, project_id, version_id)
    teller = _Teller(schema, choices, sight)
    return tuple(change for difference in found for change in teller.tell(difference))


class _Teller:
    """Turns differences of the XML into changes of questions; whole rows become the answers in them."""

    def __init__(self, schema: Schema, choices: Choices, sight: Sight) -> None:
        self.schema = schema
        self.choices = choices
        self.sight = sight

    def tell(self, difference: Difference) -> Iterator[Change]:
        first = difference.path[0] if isinstance(difference.path[0], str) else difference.path[0][0]
        if first == "meta" or first in _OWN or first in PLUMBING:
            return
        yield from self._tell(difference.path, difference.old, difference.new)

    def _tell(self, path: tuple[Step, ...], old: Content | None, new: Content | None) -> Iterator[Change]:
        if isinstance(old, dict) or isinstance(new, dict):
            olds, news = (side if isinstance(side, dict) else {} for side in (old, new))
            for name in dict.fromkeys((*news, *olds)):
                yield from self._tell_each(path, name, olds.get(name), news.get(name))
            return
        was, now = self._item(path, old), self._item(path, new)
        hidden = (was is not None and was.hidden) or (now is not None and now.hidden)
        if hidden or (was.text if was else "") != (now.text if now else ""):
            yield Change(tuple(self._within(path)), was, now)

    def _tell_each(self, path: tuple[Step, ...], name: str, old: object, new: object) -> Iterator[Change]:
        if not isinstance(old, list) and not isinstance(new, list):
            yield from self._tell((*path, name), old, new)  # type: ignore[arg-type]
            return
        olds, news = (side if isinstance(side, list) else [] if side is None else [side] for side in (old, new))
        for index in range(max(len(olds), len(news))):
            was = olds[index] if index < len(olds) else None
            now = news[index] if index < len(news) else None
            yield from self._tell((*path, (name, index)), was, now)  # type: ignore[arg-type]

    def _item(self, path: tuple[Step, ...], text: object) -> Item | None:
        if not isinstance(text, str):
            return None
        where = _path(path)
        asked = self.schema.field(where)
        if asked is None:
            name = where.rpartition("/")[2]
            shown = privacy.on_page(privacy.stray(where), text, self.sight)
            return Item(where, name, {}, "string", "" if shown != text else text, hidden=shown != text)
        value = typed(text, asked.type)
        told = text.strip() if value is None else values.text(value)
        return item_of(asked, told, self.choices, sight=self.sight, odd=value is None)

    def _within(self, path: tuple[Step, ...]) -> Iterator[Place]:
        for end, step in enumerate(path, 1):
            if not isinstance(step, str):
                asked = self.schema.field(_path(path[:end]))
                yield Place(asked.labels if asked else {}, step[0], step[1] + 1)


def _path(path: tuple[Step, ...]) -> str:
    return "".join(f"/{step if isinstance(step, str) else step[0]}" for step in path)


def notes_of(db: Connection, submission_id: int, sight: Sight) -> tuple[Note, ...]:
    """What people noted, newest first, as much of it as somebody with this sight reads."""
    query = select(comment).where(comment.c.submission_id == submission_id).order_by(comment.c.id.desc())
    rows = db.execute(query).all()
    people = names(db, (row.actor_id for row in rows))
    shown = [privacy.on_page(privacy.NOTED, row.body, sight) for row in rows]
    return tuple(
        Note(body, people.get(row.actor_id), row.created_at, body != row.body)
        for row, body in zip(rows, shown, strict=True)
    )


def all_revisions(db: Connection, submission_id: int) -> list[Row]:
    """The revisions of a submission as kept, oldest first."""
    query = (
        select(revision)
        .where(revision.c.submission_id == submission_id)
        .order_by(revision.c.received_at, revision.c.id)
    )
    return list(db.execute(query).all())

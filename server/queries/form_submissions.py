"""The submissions of one form as a table: newest first, filtered, a page at a time however many there are.

Pages follow keys, not numbers: an address names the row it goes on from, so the thousandth page costs what the first
does. Lists show nobody's full name (ruling 40): `server.cases.privacy`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from lxml import etree
from sqlalchemy import ColumnElement, Connection, Row, false, func, literal, select, tuple_

from forms import values
from forms.schema import Field, Labels, Schema
from forms.submission import SubmissionError, parse, texts_at, typed
from server.access import Viewer, require
from server.cases import privacy
from server.cases.linking import PLUMBING
from server.queries.definitions import Definitions
from server.queries.form_head import FormHead
from server.queries.instances import cases_of
from server.queries.list_labels import Choices, choices_of
from server.queries.narrowing import capped
from server.queries.scope import names
from server.queries.what_if import asked_by_rules
from server.store.cases import event, task
from server.store.database import Store
from server.store.schema import stamp
from server.store.submissions import MISSING, attachment, revision, submission

PAGE_SIZE = 25
REVIEWS = ("received", "hasIssues", "edited", "approved", "rejected")
"""As ODK Central names them; `received` is kept as NULL."""
PLACES = ("case", "waiting")
FEW = 5_000
"""What waits or lacks a file is looked up from its own side, the newest first, to this many."""
FIRST_COLUMNS = 4
MOST_COLUMNS = 12
_PLAIN = frozenset({"select", "int", "decimal", "date"})


@dataclass(frozen=True, slots=True)
class Mark:
    """A row of the table as an address names it: when it was received, and its id."""

    at: str
    id: int


@dataclass(frozen=True, slots=True)
class SubmissionFilter:
    """What is shown. `since`, `until`: days of receipt in the office's zone, both included; `review` one of REVIEWS;
    `place` one of PLACES; `missing`: files it names have not come; `columns`: paths of questions, None for those a
    form shows by itself; `older`, `newer`: rows beyond this one in that direction."""

    since: date | None = None
    until: date | None = None
    review: str = ""
    sender: int | None = None
    version: str | None = None
    place: str = ""
    missing: bool = False
    columns: tuple[str, ...] | None = None
    older: Mark | None = None
    newer: Mark | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A question shown as a column; `hides` what of its answers lists do not show."""

    path: str
    name: str
    labels: Labels
    type: str
    hides: privacy.Kind


@dataclass(frozen=True, slots=True)
class Cell:
    """One answer. `text` is what a list may show, `choices` the labels of what was chosen, `rows` how often a repeat
    was filled (None: no repeat). `hidden`: there is an answer, and it is shown only in the submission itself."""

    text: str = ""
    choices: tuple[Labels, ...] = ()
    type: str = ""
    rows: int | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SubmissionLine:
    """One submission of the table. `files` has come of `expected`; `readable` is False while its version was never
    published here, or when it is encrypted (`encrypted`)."""

    id: int
    received_at: str
    edited: bool
    sender: str | None
    review: str
    version: str
    case_id: str | None
    case_number: str | None
    case_label: str | None
    waiting: bool
    files: int
    expected: int
    readable: bool
    encrypted: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who sent submissions of this form; `ids` are their own and those of their phones."""

    id: int
    name: str
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SubmissionTable:
    """A page of the table. `total` goes to CAP + 1; `first` and `last` mark its ends where more follows there.

    `offered`: every question that can be a column; `cased`: the form belongs to a service, so its submissions stand
    in cases; `any_at_all`: there is a submission, whatever the filter.
    """

    filter: SubmissionFilter
    columns: tuple[Column, ...]
    lines: tuple[SubmissionLine, ...]
    total: int
    newer: Mark | None
    older: Mark | None
    offered: tuple[Column, ...]
    senders: tuple[Sender, ...]
    versions: tuple[str, ...]
    cased: bool
    any_at_all: bool


def form_submissions(
    store: Store, viewer: Viewer, definitions: Definitions, head: FormHead, wanted: SubmissionFilter
) -> SubmissionTable:
    """The page of the table that `wanted` asks for. Raises `access.denied` for who may not read submissions."""
    require(viewer, "submission.read", head.office.id)
    schema = definitions.form_version(head.version_id).schema
    with store.read() as db:
        sops = [found.sop for found in definitions.current_sops(db, head.office.id)]
        uses = [sop for sop in sops if sop.form(head.code)]
        offered = tuple(_columns(schema))
        columns = _chosen(
            offered, wanted.columns, [f.path for sop in uses for f in asked_by_rules(sop, schema, head.code)]
        )
        senders = _senders(db, head.id)
        conditions = _conditions(db, head, wanted, senders)
        rows = _page(db, conditions, wanted)
        more = len(rows) > PAGE_SIZE
        rows = rows[:PAGE_SIZE]
        if wanted.newer is not None:
            rows.reverse()
        beyond = wanted.newer if wanted.newer is not None else wanted.older
        onward, back = more, beyond is not None
        if wanted.newer is not None:
            onward, back = back, more
        lines = _lines(db, definitions, head, rows, columns)
        return SubmissionTable(
            filter=wanted,
            columns=columns,
            lines=lines,
            total=len(rows) if not more and beyond is None else capped(db, select(submission.c.id).where(*conditions)),
            newer=_mark(rows[0]) if rows and back else None,
            older=_mark(rows[-1]) if rows and onward else None,
            offered=offered,
            senders=senders,
            versions=tuple(sorted(_distinct(db, submission.c.version, head.id), reverse=True)),
            cased=bool(uses),
            any_at_all=bool(rows) or _any(db, head.id),
        )


# -- columns -----------------------------------------------------------------------------------


def _columns(schema: Schema) -> Iterable[Column]:
    """The questions with a label that stand outside repeats, and the outer repeats themselves."""
    for field in schema.fields:
        if field.repeat or field.path.startswith("/meta") or not field.labels or field.kind == "group":
            continue
        if field.name in PLUMBING:
            continue
        if field.kind == "field" and (field.readonly or field.type == "trigger"):
            continue
        kind = field.type if field.kind == "field" else "repeat"
        yield Column(field.path, field.name, field.labels, kind, privacy.kind_of(field))


def _chosen(offered: Sequence[Column], wanted: Sequence[str] | None, ruling: Sequence[str]) -> tuple[Column, ...]:
    """The columns asked for; else what the SOP decides by, else the first plain questions."""
    by_path = {column.path: column for column in offered}
    if wanted is not None:
        return tuple(by_path[path] for path in dict.fromkeys(wanted) if path in by_path)[:MOST_COLUMNS]
    plain = [column.path for column in offered if column.type in _PLAIN and not column.hides]
    first = dict.fromkeys([path for path in ruling if path in by_path and not by_path[path].hides] + plain)
    return tuple(by_path[path] for path in list(first)[:FIRST_COLUMNS])


# -- finding -----------------------------------------------------------------------------------


def _distinct(db: Connection, column: ColumnElement[str] | ColumnElement[int], form_id: int) -> list:
    """The values of a column with an index behind `form_id`, found by leaping from one to the next."""
    here = submission.c.form_id == form_id
    least = select(func.min(column).label("held")).where(here)
    steps = least.cte("steps", recursive=True)
    beyond = select(func.min(column)).where(here, column > steps.c.held).scalar_subquery()
    steps = steps.union_all(select(beyond).where(steps.c.held.is_not(None)))
    return list(db.execute(select(steps.c.held).where(steps.c.held.is_not(None))).scalars())


def _senders(db: Connection, form_id: int) -> tuple[Sender, ...]:
    """Who sent, by name."""
    ids: list[int] = _distinct(db, submission.c.submitter_id, form_id)
    known = names(db, ids)
    by_name: dict[str, list[int]] = {}
    for key in ids:
        by_name.setdefault(known.get(key, str(key)), []).append(key)
    return tuple(Sender(min(keys), name, tuple(keys)) for name, keys in sorted(by_name.items()))


def ids_of(senders: Iterable[Sender], wanted: int) -> tuple[int, ...]:
    """All ids under which the sender with this one sent."""
    return next((sender.ids for sender in senders if wanted in sender.ids), (wanted,))


def _conditions(
    db: Connection, head: FormHead, wanted: SubmissionFilter, senders: Sequence[Sender]
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [submission.c.deleted_at.is_(None)]
    few: set[int] | None = None
    if wanted.since is not None:
        found.append(submission.c.created_at >= begin_of(wanted.since, head.office.zone))
    if wanted.until is not None:
        found.append(submission.c.created_at < begin_of(wanted.until + timedelta(days=1), head.office.zone))
    if wanted.review == "received":
        found.append(submission.c.review_state.is_(None))
    elif wanted.review:
        found.append(submission.c.review_state == wanted.review)
    if wanted.sender is not None:
        ids = ids_of(senders, wanted.sender)
        found.append(submission.c.submitter_id.in_(ids) if len(ids) > 1 else submission.c.submitter_id == ids[0])
    if wanted.version is not None:
        found.append(submission.c.version == wanted.version)
    if wanted.place == "case":
        placed = select(literal(1)).where(event.c.instance_id == submission.c.instance_id, event.c.form == head.code)
        found.append(placed.exists())
    if wanted.place == "waiting":
        few = set(_waiting(db, head))
    if wanted.missing:
        lacking = _lacking(db, head)
        few = set(lacking) if few is None else few.intersection(lacking)
    # A few are looked up one by one: with the form's own condition beside them a database may walk all its submissions.
    found.append(submission.c.form_id == head.id if few is None else submission.c.id.in_(few) if few else false())
    return found


def begin_of(day: date, zone: str) -> str:
    """The first moment of a day in an IANA zone, as moments are kept."""
    return stamp(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)))


def _waiting(db: Connection, head: FormHead) -> list[int]:
    """Submissions with an open task: they could not be placed or typed."""
    query = (
        select(revision.c.submission_id)
        .join(task, task.c.revision_id == revision.c.id)
        .where(task.c.project_id == head.office.id, task.c.done_at.is_(None), task.c.form == head.code)
        .distinct()
        .order_by(revision.c.submission_id.desc())
        .limit(FEW)
    )
    return list(db.execute(query).scalars())


def _lacking(db: Connection, head: FormHead) -> list[int]:
    """Submissions whose newest revision names a file that has not come."""
    waiting = select(attachment.c.revision_id).where(MISSING).distinct().order_by(attachment.c.revision_id.desc())
    revisions = list(db.execute(waiting.limit(FEW)).scalars())
    if not revisions:
        return []
    query = (
        select(submission.c.id)
        .join(revision, revision.c.submission_id == submission.c.id)
        .where(revision.c.id.in_(revisions), submission.c.revision_id == revision.c.id, revision.c.form_id == head.id)
    )
    return list(db.execute(query).scalars())


def _page(db: Connection, conditions: Sequence[ColumnElement[bool]], wanted: SubmissionFilter) -> list[Row]:
    key = tuple_(submission.c.created_at, submission.c.id)
    query = select(submission.c.id, submission.c.created_at).where(*conditions)
    if wanted.newer is not None:
        query = query.where(key > tuple_(literal(wanted.newer.at), literal(wanted.newer.id)))
        query = query.order_by(submission.c.created_at, submission.c.id)
    else:
        if wanted.older is not None:
            query = query.where(key < tuple_(literal(wanted.older.at), literal(wanted.older.id)))
        query = query.order_by(submission.c.created_at.desc(), submission.c.id.desc())
    return list(db.execute(query.limit(PAGE_SIZE + 1)).all())


def _mark(row: Row) -> Mark:
    return Mark(row.created_at, row.id)


def _any(db: Connection, form_id: int) -> bool:
    here = select(submission.c.id).where(submission.c.form_id == form_id, submission.c.deleted_at.is_(None))
    return db.execute(here.limit(1)).first() is not None


# -- one page ----------------------------------------------------------------------------------


def _lines(
    db: Connection, definitions: Definitions, head: FormHead, found: Sequence[Row], columns: Sequence[Column]
) -> tuple[SubmissionLine, ...]:
    ids = [row.id for row in found]
    query = (
        select(submission, revision.c.xml, revision.c.form_version_id)
        .join(revision, revision.c.id == submission.c.revision_id)
        .where(submission.c.id.in_(ids))
    )
    rows = {row.id: row for row in db.execute(query)}
    people = names(db, (row.submitter_id for row in rows.values()))
    cases = cases_of(db, head.office.id, head.code, [row.instance_id for row in rows.values()])
    files = _files(db, [row.revision_id for row in rows.values()])
    waiting = _open_tasks(db, ids)
    cells = _Cells(db, definitions, head.office.id, columns)
    lines = []
    for key in ids:
        row = rows[key]
        root = _root(row.xml)
        encrypted = root is not None and root.get("encrypted") == "yes"
        readable = root is not None and row.form_version_id is not None and not encrypted
        there = cases.get(row.instance_id)
        lines.append(
            SubmissionLine(
                id=row.id,
                received_at=row.created_at,
                edited=row.review_state == "edited",
                sender=people.get(row.submitter_id),
                review=row.review_state or "received",
                version=row.version,
                case_id=there.id if there else None,
                case_number=there.number if there else None,
                case_label=there.label if there else None,
                waiting=row.id in waiting,
                files=files.get(row.revision_id, (0, 0))[0],
                expected=files.get(row.revision_id, (0, 0))[1],
                readable=readable,
                encrypted=encrypted,
                cells=cells.of(root, row.form_version_id) if root is not None and readable else (),
            )
        )
    return tuple(lines)


def _root(xml: bytes) -> etree._Element | None:
    try:
        return parse(bytes(xml))
    except SubmissionError:
        return None


def _files(db: Connection, revisions: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """By revision: how many of its files are here, and how many there are to be."""
    query = (
        select(attachment.c.revision_id, func.count(attachment.c.blob), func.count())
        .where(attachment.c.revision_id.in_(revisions))
        .group_by(attachment.c.revision_id)
    )
    return {row[0]: (int(row[1]), int(row[2])) for row in db.execute(query)}


def _open_tasks(db: Connection, ids: Sequence[int]) -> frozenset[int]:
    query = (
        select(revision.c.submission_id)
        .join(task, task.c.revision_id == revision.c.id)
        .where(revision.c.submission_id.in_(ids), task.c.done_at.is_(None))
    )
    return frozenset(db.execute(query).scalars())


class _Cells:
    """Reads the chosen answers of each row under the version it was sent with."""

    def __init__(self, db: Connection, definitions: Definitions, project_id: int, columns: Sequence[Column]) -> None:
        self._db = db
        self._definitions = definitions
        self._project_id = project_id
        self._columns = columns
        self._choices: dict[int, Choices] = {}

    def of(self, root: etree._Element, version_id: int) -> tuple[Cell, ...]:
        schema = self._definitions.form_version(version_id).schema
        if version_id not in self._choices:
            self._choices[version_id] = choices_of(self._db, self._definitions, self._project_id, version_id)
        return tuple(self._cell(root, schema, self._choices[version_id], column) for column in self._columns)

    def _cell(self, root: etree._Element, schema: Schema, choices: Choices, column: Column) -> Cell:
        field = schema.field(column.path) or schema.by_name(column.name)
        if field is None or field.repeat:
            return Cell()
        texts = texts_at(root, field.path)
        if field.kind != "field":
            return Cell(type="repeat", rows=len(texts))
        return _cell(field, texts[0].strip() if texts else "", choices)


def _cell(field: Field, text: str, choices: Choices) -> Cell:
    if not text:
        return Cell(type=field.type)
    kind = privacy.kind_of(field)
    if kind:
        shown = privacy.in_list(kind, text)
        return Cell(shown, type="string", hidden=not shown)
    value = typed(text, field.type)
    if value is None:
        return Cell(text, type="string")
    text = values.text(value)
    known = choices(field)
    picked = text.split() if field.type in ("select_multiple", "rank") else [text]
    return Cell(text, tuple(known[word] for word in picked if word in known), field.type)

"""A form's answers as OData (central-api.md section 7): which rows a request means, page by page."""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import ColumnElement

from forms.answer_tables import merged
from forms.odata import ID, EntitySet, SelectError, Selection, Service
from server.access import Extent, Viewer
from server.problems import Problem
from server.queries.decrypting import Decrypter
from server.queries.exported import (
    FormAnswers,
    Reader,
    Wanted,
    count,
    entries,
    form_answers,
    one_entry,
    place_of,
)
from server.queries.masking import Mask, extent_of, masked_layout
from server.queries.odata_filter import conditions_of
from server.queries.submissions_api import log_submission
from server.store import Store
from server.store.reading import log_read

# Tokens begin with this version; what follows is nobody's business but ours.
_MARK = "01"
MOST_KEPT = 200

Row = dict[str, object]
Found = Iterator[tuple[Mapping[str, str], Row]]
"""Rows, each beside what a token says of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The options of a request as written; `select`, `filter`, `orderby`, `cursor` None where absent."""

    top: int | None = None
    skip: int = 0
    cursor: str | None = None
    count: bool = False
    filter: str | None = None
    select: str | None = None
    orderby: str | None = None
    expand: bool = False
    wkt: bool = False


@dataclass(slots=True)
class Feed:
    """The answer: rows of a table to be read once; after that `next` has the options of the next page, None at the
    end. `masked`: the properties this reader does not see as they were sent."""

    table: str
    count: int | None
    rows: Iterator[Row] = field(default_factory=lambda: iter(()))
    next: Mapping[str, str] | None = None
    masked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Form:
    answers: FormAnswers
    service: Service
    reader: Reader

    def masked(self, made: EntitySet) -> tuple[str, ...]:
        """The properties of a table that are not told whole."""
        held, ways = {item.path for item in made.table.fields}, self.service.ways
        hidden = (path for path in self.reader.layout.masks if path in held and path in ways)
        return tuple("/".join(ways[path][len(made.steps) :]) for path in hidden)


class _Services:
    """Services by the versions they are made of and how much is told; published versions never change."""

    def __init__(self, store: Store) -> None:
        self._decrypter = Decrypter(store, None)
        self._made: dict[tuple[tuple[int, ...], Extent], tuple[Service, Reader]] = {}

    def of(self, answers: FormAnswers, how_much: Extent) -> tuple[Service, Reader]:
        found = self._made.get((answers.version_ids, how_much))
        if found is None:
            if len(self._made) > MOST_KEPT:
                self._made.clear()
            fields = merged(answers.schemas)
            mask = None if how_much == "whole" else Mask(fields, how_much)
            layout = masked_layout(fields, mask)
            found = self._made[answers.version_ids, how_much] = (
                Service(answers.xml_form_id, layout),
                Reader(layout, self._decrypter),
            )
        return found


def _form(
    store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, draft: bool = False
) -> tuple[Viewer, _Form]:
    found, answers = form_answers(store, viewer, project_id, form_id, draft=draft)
    return found, _Form(answers, *store.kept(_Services).of(answers, extent_of(store, found, project_id)))


def service(store: Store, viewer: Viewer | None, project_id: int, form_id: str, *, draft: bool = False) -> Service:
    """The service of a form, or of its draft: its entity sets and metadata. Raises `request.not_found`."""
    return _form(store, viewer, project_id, form_id, draft=draft)[1].service


def feed(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    table: str,
    asked: Asked,
    address: str | None,
    *,
    draft: bool = False,
) -> Feed:
    """The rows of a table that a request means, of the trials of its `draft` if that is asked. Logged as a read before
    it returns.

    Raises `request.not_found`, `odata.*`.
    """
    viewer, form = _form(store, viewer, project_id, form_id, draft=draft)
    made = form.service.by_name.get(table)
    if made is None:
        raise Problem("request.not_found")
    selection = _selection(made, asked)
    wanted = _wanted(store, form, made, asked)
    if asked.cursor is not None and asked.orderby is not None:
        raise Problem("request.unsupported", feature="$skiptoken + $orderby")
    token = read_token(asked.cursor, "instanceId")
    seen = f" $filter={asked.filter}" if asked.filter else ""
    log_read(store, viewer.id, project_id, None, f"odata:{form_id}:{table}{seen}", address)
    pages = _submissions if made.parent_id is None else _repeats
    result = pages(store, form, made, asked, wanted, token, selection)
    result.masked = form.masked(made)
    return result


def one(
    store: Store,
    viewer: Viewer | None,
    project_id: int,
    form_id: str,
    instance_id: str,
    steps: tuple[str, ...],
    asked: Asked,
    address: str | None,
    *,
    draft: bool = False,
) -> Feed:
    """One submission's row, or with `steps` (`anggota`, `anggota('id')/anak`) the rows of one of its repeats."""
    viewer, form = _form(store, viewer, project_id, form_id, draft=draft)
    names = tuple(step.partition("(")[0] for step in steps)
    ids = [step.partition("(")[2].strip("')") for step in steps if "(" in step]
    made = form.service.by_name.get(".".join(("Submissions", *names)))
    if made is None:
        raise Problem("request.not_found")
    selection = _selection(made, asked)
    entry = one_entry(store, form.answers, instance_id)
    log_submission(store, viewer, project_id, instance_id, address)
    about, node = form.reader.read(entry)
    options = {"expand": asked.expand, "wkt": asked.wkt}
    if made.parent_id is None:
        rows: list[Row] = [form.service.submission(about, node, **options)]
    elif node is None:
        rows = []
    else:
        found = form.service.rows(made, about, node, **options)
        rows = [row for row in found if not ids or row[made.parent_id] == ids[-1]]
    whole = len(rows)
    top = len(rows) if asked.top is None else asked.top
    rows = rows[asked.skip : asked.skip + top]
    result = Feed(made.name, whole if asked.count else None, map(selection.of, rows), masked=form.masked(made))
    if asked.skip + top < whole and top:
        result.next = {"$skip": str(asked.skip + top)}
    return result


def _selection(made: EntitySet, asked: Asked) -> Selection:
    if asked.select is None:
        return Selection(everything=True)
    if asked.expand:
        raise Problem("odata.select_expand")
    try:
        return made.select(asked.select)
    except SelectError as error:
        raise Problem(
            "odata.select_inside" if error.inside_repeat else "odata.select_unknown", property=error.name
        ) from None


def _wanted(store: Store, form: _Form, made: EntitySet, asked: Asked) -> Wanted:
    if asked.filter is None and asked.orderby is None:
        return Wanted()
    fields, root = form.answers.shelf.fields, made.parent_id is not None
    conditions = conditions_of(store, form.answers.project_id, root=root, fields=fields)
    condition: ColumnElement[bool] | None = None
    deleted = False
    if asked.filter is not None:
        condition, deleted = conditions.filter(asked.filter)
    order = conditions.orderby(asked.orderby) if asked.orderby is not None else ()
    return Wanted(condition, deleted, order=order)


def read_token(cursor: str | None, needed: str) -> Mapping[str, str]:
    """What a `$skiptoken` says; nothing without one. Raises `odata.cursor_invalid` when it lacks what is `needed`."""
    if cursor is None:
        return {}
    try:
        held = json.loads(base64.b64decode(cursor.removeprefix(_MARK), validate=True))
    except (binascii.Error, ValueError, RecursionError):
        held = None
    known = isinstance(held, dict) and isinstance(held.get(needed), str) and "\0" not in held[needed]
    if not cursor.startswith(_MARK) or not known:
        raise Problem("odata.cursor_invalid")
    assert isinstance(held, dict)
    return {name: text for name, text in held.items() if isinstance(text, str)}


def written_token(**held: str) -> dict[str, str]:
    """The option that leads to the page behind such a row."""
    return {"$skiptoken": _MARK + base64.b64encode(json.dumps(held).encode()).decode()}


def _place(store: Store, form: _Form, token: Mapping[str, str]) -> tuple[str, int]:
    with store.read() as db:
        place = place_of(db, form.answers, token["instanceId"])
    if place is None:
        raise Problem("odata.cursor_gone")
    return place


def _behind(wanted: Wanted, place: tuple[str, int], *, including: bool = False) -> Wanted:
    return Wanted(wanted.condition, wanted.deleted, place, including, wanted.order)


def paged(
    table: str,
    whole: int | None,
    found: Found,
    asked: Asked,
    skip: int,
    selection: Selection,
) -> Feed:
    """A page of a table: at most `$top` of the rows found. `whole`: how many rows there are, None where nobody asks;
    `skip`: how many lie before the first."""
    result = Feed(table, whole)

    def rows() -> Iterator[Row]:
        last: Mapping[str, str] | None = None
        for number, (token, row) in enumerate(found):
            if number == asked.top:
                by_number = last is None or asked.orderby is not None
                result.next = {"$skip": str(skip + number)} if by_number else written_token(**(last or {}))
                return
            last = token
            yield selection.of(row)

    result.rows = iter(()) if asked.top == 0 else rows()
    return result


def _submissions(
    store: Store,
    form: _Form,
    made: EntitySet,
    asked: Asked,
    wanted: Wanted,
    token: Mapping[str, str],
    selection: Selection,
) -> Feed:
    whole = None
    if asked.count:
        with store.read() as db:
            whole = count(db, form.answers, wanted)
    skip = 0 if token else asked.skip
    if token:
        wanted = _behind(wanted, _place(store, form, token))
    # One more than asked for tells whether there is another page.
    limit = None if asked.top is None else asked.top + 1
    page = Wanted(wanted.condition, wanted.deleted, wanted.after, False, wanted.order, skip, limit)

    def found() -> Found:
        for entry in entries(store, form.answers, page):
            about, node = form.reader.read(entry)
            row = form.service.submission(about, node, expand=asked.expand, wkt=asked.wkt)
            yield {"instanceId": about.instance_id}, row

    return paged(made.name, whole, found(), asked, skip, selection)


def _repeats(
    store: Store,
    form: _Form,
    made: EntitySet,
    asked: Asked,
    wanted: Wanted,
    token: Mapping[str, str],
    selection: Selection,
) -> Feed:
    def all_rows(start: Wanted) -> Found:
        for entry in entries(store, form.answers, start):
            about, node = form.reader.read(entry)
            if node is not None and node.rows:
                for row in form.service.rows(made, about, node, expand=asked.expand, wkt=asked.wkt):
                    yield {"instanceId": about.instance_id, "repeatId": str(row[ID])}, row

    whole = sum(1 for _ in all_rows(wanted)) if asked.count else None
    if token:
        found = _after(all_rows(_behind(wanted, _place(store, form, token), including=True)), token)
    else:
        found = islice(all_rows(wanted), asked.skip, None)
    return paged(made.name, whole, found, asked, asked.skip, selection)


def _after(rows: Found, token: Mapping[str, str]) -> Found:
    """The rows behind the one a token names. Raises `odata.cursor_gone` when an edit took it away."""
    wanted = token.get("repeatId")
    if wanted is None:
        return rows
    for here, _row in rows:
        if here["instanceId"] != token["instanceId"]:
            break
        if here["repeatId"] == wanted:
            return rows
    raise Problem("odata.cursor_gone")

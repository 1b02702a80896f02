"""`$filter` and `$orderby` as conditions on submissions or rows of entity lists: bound parameters only, no SQL made of
text."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, and_, cast, false, func, literal, not_, or_, select
from sqlalchemy.sql.elements import NamedColumn

from forms import odata_filter
from forms.odata_filter import Both, Call, Comparison, Filter, FilterError, Literal, Name, Not, Operand
from server.problems import Problem
from server.store import Store
from server.store.entities import entity
from server.store.projects import project
from server.store.schema import stamp
from server.store.submissions import submission

ROOT = "$root/Submissions/"
DELETED = "__system/deletedAt"
FIELDS: Mapping[str, NamedColumn[Any]] = {
    "__id": submission.c.instance_id,
    "__system/submissionDate": submission.c.created_at,
    "__system/updatedAt": submission.c.updated_at,
    "__system/submitterId": submission.c.submitter_id,
    "__system/reviewState": submission.c.review_state,
    DELETED: submission.c.deleted_at,
}
ROWS: Mapping[str, NamedColumn[Any]] = {
    "__id": entity.c.id,
    "__system/createdAt": entity.c.created_at,
    "__system/updatedAt": entity.c.updated_at,
    "__system/creatorId": entity.c.creator_id,
    "__system/conflict": entity.c.conflict,
    DELETED: entity.c.deleted_at,
}
MOMENTS = frozenset({"__system/submissionDate", "__system/createdAt", "__system/updatedAt", DELETED})
NUMBERS = frozenset({"__system/submitterId", "__system/creatorId"})
# Where the parts of a moment stand in its text, 2026-11-21T09:30:00.000Z.
PARTS = {"year": (1, 4), "month": (6, 2), "day": (9, 2), "hour": (12, 2), "minute": (15, 2), "second": (18, 2)}
_INT64 = 2**63

_SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
_OPERATORS: Mapping[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "lt": lambda column, value: column < value,
    "le": lambda column, value: column <= value,
    "gt": lambda column, value: column > value,
    "ge": lambda column, value: column >= value,
    "eq": lambda column, value: column.is_not_distinct_from(value),
    "ne": lambda column, value: column.is_distinct_from(value),
}


class Conditions:
    """Reads filters. `zone`: the office's time zone, in which a day without a time is meant; `now`: for `now()`;
    `root`: whether fields need `$root/Submissions/` in front (tables of repeats); `fields`: what can be
    compared."""

    def __init__(
        self, zone: str, now: datetime, *, root: bool = False, fields: Mapping[str, NamedColumn[Any]] = FIELDS
    ) -> None:
        self._fields = fields
        self._zone = ZoneInfo(zone)
        self._now = now
        self._root = root

    def filter(self, text: str) -> tuple[ColumnElement[bool], bool]:
        """The condition, and whether it speaks of deleted submissions.

        Raises `odata.filter_unreadable`, `odata.field`, `odata.expression`.
        """
        try:
            found = odata_filter.parse_filter(text)
        except FilterError as error:
            raise Problem("odata.filter_unreadable", reason=error.reason, at=error.at) from None
        speaks = any(name.removeprefix(ROOT) == DELETED for name in odata_filter.names(found))
        try:
            return self._condition(found), speaks
        except OverflowError:  # a day at the edge of the calendar has no moment in UTC
            raise Problem("odata.filter_unreadable", reason=text[:50], at=0) from None

    def orderby(self, text: str) -> tuple[ColumnElement[Any], ...]:
        """The order; what has no value comes last. Raises as `filter`."""
        try:
            found = odata_filter.parse_orderby(text)
        except FilterError as error:
            raise Problem("odata.filter_unreadable", reason=error.reason, at=error.at) from None
        columns = [(self._fields[self._field(name)], down) for name, down in found]
        return tuple((column.desc() if down else column.asc()).nulls_last() for column, down in columns)

    def _field(self, name: Name) -> str:
        path = name.path.removeprefix(ROOT)
        if path not in self._fields or (self._root and path == name.path):
            known = ", ".join(f"{ROOT if self._root else ''}{field}" for field in self._fields)
            raise Problem("odata.field", at=name.at, text=name.path, known=known)
        return path

    def _condition(self, found: Filter) -> ColumnElement[bool]:
        if isinstance(found, Not):
            return not_(self._condition(found.inside))
        if isinstance(found, Both):
            parts = [self._condition(part) for part in found.parts]
            return and_(*parts) if found.word == "and" else or_(*parts)
        return self._comparison(found)

    def _comparison(self, found: Comparison) -> ColumnElement[bool]:
        left, right, operator = found.left, found.right, found.operator
        if isinstance(left, Literal) or (isinstance(left, Call) and left.argument is None):
            left, right, operator = right, left, _SWAPPED[operator]
        column, kind = self._column(left)
        if isinstance(right, Name) or (isinstance(right, Call) and right.argument is not None):
            return _OPERATORS[operator](column, self._column(right)[0])
        value = self._value(right)
        if kind == "moment" and isinstance(value, date) and not isinstance(value, datetime):
            return self._day(column, operator, value)
        if value is None and operator in ("le", "ge", "lt", "gt"):
            return false()
        return _OPERATORS[operator](column, _fitting(value, kind))

    def _column(self, side: Operand) -> tuple[Any, str]:
        if isinstance(side, Call):
            if side.function not in PARTS or side.argument is None:
                raise Problem("odata.expression", at=side.at, text=side.function)
            path = self._field(side.argument)
            if path not in MOMENTS:
                raise Problem("odata.expression", at=side.at, text=side.function)
            start, length = PARTS[side.function]
            return cast(func.substr(self._fields[path], start, length), Integer), "number"
        if isinstance(side, Name):
            path = self._field(side)
            return self._fields[path], "moment" if path in MOMENTS else "number" if path in NUMBERS else "text"
        return literal(_fitting(self._value(side), "text")), "text"

    def _value(self, side: Operand) -> Any:
        if isinstance(side, Call):
            if side.function != "now":
                raise Problem("odata.expression", at=side.at, text=side.function)
            return self._now
        assert isinstance(side, Literal)
        return side.value

    def _day(self, column: Any, operator: str, day: date) -> ColumnElement[bool]:
        """Compares with a whole day of the office's: `le` takes the day in, `gt` begins after it."""
        begin = stamp(datetime.combine(day, time(), self._zone))
        end = stamp(datetime.combine(day + timedelta(days=1), time(), self._zone)) if day < date.max else "9999"
        if operator == "eq":
            return and_(column >= begin, column < end)
        if operator == "ne":
            return or_(column < begin, column >= end, column.is_(None))
        return {"lt": column < begin, "ge": column >= begin, "le": column < end, "gt": column >= end}[operator]


def _fitting(value: Any, kind: str) -> Any:
    """A literal as the column keeps it."""
    if value is None:
        return None
    if kind == "number":
        try:
            held = int(value)
        except (ValueError, TypeError, OverflowError):
            return -1
        return held if abs(held) < _INT64 else -1
    if isinstance(value, datetime):
        return stamp(value if value.tzinfo else value.replace(tzinfo=UTC))
    return str(value)


def conditions_of(
    store: Store, project_id: int, *, root: bool = False, fields: Mapping[str, NamedColumn[Any]] = FIELDS
) -> Conditions:
    """The filters of an office, in its time zone; `fields`: FIELDS of submissions or ROWS of an entity list."""
    with store.read() as db:
        zone = db.execute(select(project.c.timezone).where(project.c.id == project_id)).scalar_one()
    return Conditions(zone, store.now(), root=root, fields=fields)

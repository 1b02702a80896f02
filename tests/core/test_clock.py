"""When something is due, by the calendar of an Indonesian office."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import office, workbook
from server.sop.clock import Calendar, calendar_of
from tests.core.sop_books import ROOT

JAKARTA = Calendar("Asia/Jakarta", frozenset({date(2026, 3, d) for d in (18, 19, 20, 23, 24)}), 2027)
EVERY_DAY = st.dates(date(2024, 1, 1), date(2030, 12, 31))


def due_day(opened: date | datetime, limit: int, unit: str, **more: object) -> str:
    return JAKARTA.due(opened, limit, unit, **more).isoformat()


def test_five_working_days_over_nyepi_and_lebaran_with_joint_leave() -> None:
    assert due_day(date(2026, 3, 17), 5, "working_day") == "2026-03-31T23:59:59+07:00"


def test_the_calendar_of_pasuruan_gives_the_same() -> None:
    data = (ROOT / "xlsforms" / "kota_pasuruan" / "kantor.xlsx").read_bytes()
    read, findings = office.read(workbook.read(data))
    assert findings == ()
    calendar = calendar_of(read)
    assert calendar.due(date(2026, 3, 17), 5, "working_day").date() == date(2026, 3, 31)
    assert calendar.decreed_until == 2027
    assert calendar.is_estimate(date(2028, 1, 3))
    assert not calendar.is_estimate(date(2027, 12, 31))


@pytest.mark.parametrize(
    ("opened", "limit", "unit", "due"),
    [
        (date(2026, 11, 2), 0, "working_day", "2026-11-02T23:59:59+07:00"),
        (date(2026, 11, 7), 0, "working_day", "2026-11-09T23:59:59+07:00"),
        (date(2026, 11, 7), 0, "day", "2026-11-07T23:59:59+07:00"),
        (date(2026, 11, 6), 1, "working_day", "2026-11-09T23:59:59+07:00"),
        (date(2026, 11, 7), 1, "working_day", "2026-11-09T23:59:59+07:00"),
        (date(2026, 11, 6), 3, "day", "2026-11-09T23:59:59+07:00"),
        (datetime(2026, 11, 6, 2, 50, tzinfo=UTC), 30, "minute", "2026-11-06T10:20:00+07:00"),
        (datetime(2026, 11, 6, 16, 30, tzinfo=UTC), 2, "hour", "2026-11-07T01:30:00+07:00"),
        # half past eleven in the evening of 5 November in UTC is the morning of the 6th in Pasuruan
        (datetime(2026, 11, 5, 23, 30, tzinfo=UTC), 1, "day", "2026-11-07T23:59:59+07:00"),
    ],
)
def test_due(opened: date, limit: int, unit: str, due: str) -> None:
    assert due_day(opened, limit, unit) == due


def test_due_days_follow_the_zone_of_the_office() -> None:
    jayapura = Calendar("Asia/Jayapura")
    assert jayapura.due(datetime(2026, 11, 5, 15, 30, tzinfo=UTC), 0, "day").isoformat() == "2026-11-06T23:59:59+09:00"


def test_an_office_that_works_on_saturdays() -> None:
    six = Calendar("Asia/Jakarta", work_days=frozenset(range(6)))
    assert six.due(date(2026, 11, 6), 1, "working_day").date() == date(2026, 11, 7)


def test_a_pause_moves_the_day_by_the_working_days_it_took() -> None:
    tz = JAKARTA.tz
    pause = (datetime(2026, 11, 4, 9, tzinfo=tz), datetime(2026, 11, 9, 9, tzinfo=tz))
    assert due_day(date(2026, 11, 2), 5, "working_day", stops=[pause]) == "2026-11-12T23:59:59+07:00"
    assert due_day(date(2026, 11, 2), 5, "day", stops=[pause]) == "2026-11-12T23:59:59+07:00"
    short = (datetime(2026, 11, 2, 10, tzinfo=tz), datetime(2026, 11, 2, 10, 20, tzinfo=tz))
    assert due_day(datetime(2026, 11, 2, 9, 50, tzinfo=tz), 30, "minute", stops=[short]) == "2026-11-02T10:40:00+07:00"


def test_a_unit_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="minggu"):
        JAKARTA.due(date(2026, 11, 2), 1, "minggu")


def test_a_calendar_without_any_working_day_does_not_run_for_ever() -> None:
    with pytest.raises(ValueError, match="without working days"):
        Calendar("Asia/Jakarta", work_days=frozenset()).due(date(2026, 11, 2), 1, "working_day")


@given(EVERY_DAY, st.integers(1, 60))
def test_as_many_working_days_lie_between_as_were_asked_for(day: date, count: int) -> None:
    due = JAKARTA.due(day, count, "working_day").date()
    assert JAKARTA.working_days_between(day, due) == count
    assert JAKARTA.is_working(due)
    assert due == JAKARTA.working_days_after(day, count)
    assert JAKARTA.working_days_between(due, day) == -count


@given(EVERY_DAY, st.integers(0, 30))
def test_a_longer_limit_is_never_due_earlier(day: date, limit: int) -> None:
    for unit in ("day", "working_day", "hour"):
        assert JAKARTA.due(day, limit, unit) <= JAKARTA.due(day, limit + 1, unit)
        assert JAKARTA.due(day, limit, unit) <= JAKARTA.due(day + timedelta(days=1), limit, unit)

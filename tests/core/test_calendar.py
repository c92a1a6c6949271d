"""Periods end where the contract says, and elapsed time agrees with them to the microsecond."""

import csv
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.calendar import Calendar, amended
from avdet.core.errors import CalendarError
from avdet.core.policy import CalendarSpec
from avdet.core.vocabulary import UNITS
from avdet.policies.shelf import _calendar

TEHRAN = _calendar(CalendarSpec("IR", "Asia/Tehran", ("friday",), "working", "jalali"), "tehran")
ISTANBUL = _calendar(CalendarSpec("TR", "Europe/Istanbul", ("saturday", "sunday"), "working", "gregorian"), "istanbul")
CLOSED_HALVES = _calendar(CalendarSpec("TR", "Europe/Istanbul", ("saturday", "sunday"), "closed", "gregorian"), "halves")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_days_outside_the_table_are_refused_not_guessed():
    with pytest.raises(CalendarError, match="no holidays are known for 2036"):
        TEHRAN.end(at("2035-12-31T10:00+03:30"), "working_days", 1)
    with pytest.raises(CalendarError, match="add the year"):
        TEHRAN.elapsed(at("2004-12-30T10:00+03:30"), at("2005-02-01T10:00+03:30"), "working_days")


def test_a_week_without_a_working_day_is_refused():
    with pytest.raises(CalendarError, match="without a working day"):
        Calendar("x", "1", "Asia/Tehran", frozenset(range(1, 8)), {}, date(2020, 1, 1), date(2021, 1, 1))


def test_a_period_beyond_the_calendar_is_refused():
    with pytest.raises(CalendarError, match="beyond the calendar"):
        TEHRAN.end(at("9999-12-30T10:00+03:30"), "days", 10)


@pytest.mark.parametrize(
    ("calendar", "start", "unit", "count", "end"),
    [
        (TEHRAN, "2026-06-03T14:00+03:30", "hours", 24, "2026-06-04T14:00:00+03:30"),
        (TEHRAN, "2026-06-03T14:00+03:30", "days", 7, "2026-06-10T23:59:59.999999+03:30"),
        (TEHRAN, "2026-03-19T09:00+03:30", "working_days", 7, "2026-04-04T23:59:59.999999+03:30"),
        (TEHRAN, "2026-03-20T09:00+03:30", "working_days", 0, "2026-03-25T23:59:59.999999+03:30"),
        (TEHRAN, "2026-03-25T09:00+03:30", "working_days", 0, "2026-03-25T23:59:59.999999+03:30"),
        (TEHRAN, "2026-06-20T12:00+03:30", "months", 1, "2026-07-21T23:59:59.999999+03:30"),  # 30 Khordad → 30 Tir
        (TEHRAN, "2026-09-22T12:00+03:30", "months", 1, "2026-10-22T23:59:59.999999+03:30"),  # 31 Shahrivar → 30 Mehr
        (ISTANBUL, "2026-01-31T12:00+03:00", "months", 1, "2026-02-28T23:59:59.999999+03:00"),
        (ISTANBUL, "2026-05-25T12:00+03:00", "working_days", 1, "2026-05-26T23:59:59.999999+03:00"),  # half day counts
        (CLOSED_HALVES, "2026-05-25T12:00+03:00", "working_days", 1, "2026-06-01T23:59:59.999999+03:00"),
        (ISTANBUL, "2026-05-16T12:00+03:00", "rolled_days", 14, "2026-06-01T23:59:59.999999+03:00"),  # 30 May is a holiday
        (TEHRAN, "2026-06-03T21:00:00+00:00", "days", 1, "2026-06-05T23:59:59.999999+03:30"),  # already the 4th in Tehran
    ],
)
def test_ends(calendar, start, unit, count, end):
    assert calendar.end(at(start), unit, count) == at(end)


def test_summer_time_moves_the_end_of_the_day():
    assert TEHRAN.end(at("2021-03-20T12:00+03:30"), "days", 2).isoformat() == "2021-03-22T23:59:59.999999+04:30"


@given(
    st.sampled_from([TEHRAN, ISTANBUL, CLOSED_HALVES]),
    st.datetimes(datetime(2007, 1, 1), datetime(2033, 1, 1)),
    st.integers(-3, 120),
    st.integers(0, 86_400_000_000),
    st.sampled_from(UNITS),
)
def test_elapsed_is_the_smallest_period_still_in_time(calendar, start, days, microseconds, unit):
    start = start.replace(tzinfo=calendar.tz)
    until = start + timedelta(days=days, microseconds=microseconds)
    count = calendar.elapsed(start, until, unit)
    assert calendar.end(start, unit, count) >= until
    assert count == 0 or calendar.end(start, unit, count - 1) < until


def test_last_instant_is_in_time_and_the_next_is_not():
    start = at("2026-06-03T14:00+03:30")
    assert TEHRAN.elapsed(start, at("2026-06-10T23:59:59.999999+03:30"), "days") == 7
    assert TEHRAN.elapsed(start, at("2026-06-11T00:00+03:30"), "days") == 8
    assert TEHRAN.elapsed(start, at("2026-06-04T14:00+03:30"), "hours") == 24
    assert TEHRAN.elapsed(start, at("2026-06-04T14:00:00.000001+03:30"), "hours") == 25


def test_a_store_edits_its_holidays():
    day = date(2026, 6, 9)
    closed = amended(TEHRAN, version="2", add={day: "Stocktaking"}, remove=[date(2026, 4, 1)])
    assert (TEHRAN.is_working(day), closed.is_working(day), closed.why_closed(day)) == (True, False, "Stocktaking")
    assert closed.is_working(date(2026, 4, 1))
    assert closed.version == "2"
    assert TEHRAN.why_closed(date(2026, 6, 12)) == "weekend"


def test_iran_1400_as_time_ir_published_it_and_turkey_with_half_days():
    rows = list(csv.reader((Path(__file__).parent.parent / "data/holidays_crosscheck.csv").read_text("utf-8").splitlines()))[1:]
    iran = [row for row in rows if row[0] == "IR" and row[2].startswith("1400")]
    turkey = [row for row in rows if row[0] == "TR" and row[1][:4] in ("2024", "2025", "2026")]
    assert len(iran) > 50
    assert len(turkey) > 40
    for row in iran:
        day = date.fromisoformat(row[1])
        assert TEHRAN.is_working(day) == (row[4] != "1"), row
    for row in turkey:
        day = date.fromisoformat(row[1])
        if day.isoweekday() < 6 and row[5] in ("1", "0.5"):
            assert ISTANBUL.is_working(day) == (row[5] == "0.5"), row
            assert not CLOSED_HALVES.is_working(day), row

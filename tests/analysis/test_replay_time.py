"""Elapsed time by the column is what the calendar says of one pair of instants at a time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from avdet.analysis.replay.time import DAY, FIRST, HOUR, LAST, UNCOUNTED, ColumnCalendar, instant
from avdet.core.calendar import Calendar
from avdet.core.errors import CalendarError
from avdet.core.vocabulary import UNITS
from avdet.policies import calendar_of, law_of, load

HOLIDAYS = {date(2020, 3, day): "Nowruz" for day in range(20, 27)} | {date(2021, 1, 1): "New Year"}
CLOSED_EARLY = Calendar("shop", "1", "Asia/Tehran", frozenset({5}), HOLIDAYS, date(2020, 1, 1), date(2021, 12, 31), "jalali")
CALENDARS = {
    "jalali months, few years": ColumnCalendar(CLOSED_EARLY),
    "summer time": ColumnCalendar(Calendar("x", "1", "Europe/London", frozenset({6, 7}), {}, date(1990, 1, 1), date(2050, 1, 1))),
    "half an hour of summer time": ColumnCalendar(
        Calendar("x", "1", "Australia/Lord_Howe", frozenset({7}), {}, date(1990, 1, 1), date(2050, 1, 1))
    ),
    "a day that never was": ColumnCalendar(Calendar("x", "1", "Pacific/Apia", frozenset(), {}, date(1990, 1, 1), date(2050, 1, 1))),
    "offysakala": ColumnCalendar(calendar_of(load("offykala"))),
    "law_tr": ColumnCalendar(calendar_of(law_of("tr"))),
    "law_eu": ColumnCalendar(calendar_of(law_of("eu"))),
}


def microseconds(*when: int) -> int:
    return (datetime(*when, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)  # type: ignore[misc, arg-type]


def scalar(calendar: Calendar, start: int, until: int, unit: str) -> int:
    try:
        return calendar.elapsed(instant(start), instant(until), unit)
    except CalendarError:
        return UNCOUNTED


STARTS = st.integers(microseconds(2003, 1, 1), microseconds(2037, 1, 1)) | st.integers(microseconds(2019, 12, 1), microseconds(2022, 1, 31))
LATER = st.integers(-2 * DAY, 120 * DAY) | st.integers(0, 400).map(lambda hours: hours * HOUR) | st.integers(-1, 1)


@pytest.mark.parametrize("name", CALENDARS)
@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(STARTS, LATER), min_size=1, max_size=40))
@example([(microseconds(2020, 3, 19, 20, 29, 59, 999999), 1)])
@example([(microseconds(2021, 12, 31, 12), 3 * DAY), (microseconds(2019, 12, 30), 5 * DAY)])
@example([(microseconds(2011, 12, 29, 20), 2 * DAY)])
def test_elapsed_is_the_calendars(name: str, pairs: list[tuple[int, int]]) -> None:
    columns = CALENDARS[name]
    start = np.array([at for at, _ in pairs])
    until = start + np.array([later for _, later in pairs])
    for unit in UNITS:
        found = columns.elapsed(start, until, unit).tolist()
        assert found == [scalar(columns.calendar, a, b, unit) for a, b in zip(start.tolist(), until.tolist(), strict=True)], unit


@pytest.mark.parametrize("name", CALENDARS)
@settings(max_examples=40, deadline=None)
@given(st.lists(STARTS | st.integers(FIRST, LAST), min_size=1, max_size=6))
def test_the_local_minute_and_working_day(name: str, moments: list[int]) -> None:
    columns = CALENDARS[name]
    at = np.array(moments)
    local = [instant(moment).astimezone(columns.calendar.tz) for moment in moments]
    assert columns.minutes(at).tolist() == [moment.hour * 60 + moment.minute for moment in local]
    assert columns.working(columns.days(at)).tolist() == [columns.calendar.is_working(moment.date()) for moment in local]


def test_what_lies_beyond_the_known_holidays_is_not_counted() -> None:
    columns = CALENDARS["jalali months, few years"]
    start, until = np.array([microseconds(2022, 6, 1)]), np.array([microseconds(2022, 6, 20)])
    assert columns.elapsed(start, until, "working_days").tolist() == [UNCOUNTED]
    assert columns.elapsed(start, until, "days").tolist() == [19]

"""What is typed into the desk's forms: days and moments in the calendar of whoever types them."""

from datetime import UTC, date, datetime

import pytest

from avdet.core.errors import AvdetError
from avdet.records.orders.models import OrderLine
from avdet.web.desk.reading import day, moment, pieces

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-13-01", "۱۴۰۵/۱۳/۰۱", "0001-01-01", "9999-01-01", "yesterday", "1405"])
def test_what_is_no_day_is_refused(text):
    with pytest.raises(AvdetError):
        day(text)


@pytest.mark.parametrize("text", ["14:30", "2026-11-22", "2026-11-22T25:00", "۱۴۰۵/۰۹/۰۲ ۱۴:۳۰", "2026-11-22T23:59", "x 14:30"])
def test_what_is_no_moment_or_yet_to_come_is_refused(text):
    with pytest.raises(AvdetError):
        moment(text, "Asia/Tehran", NOW)


@pytest.mark.parametrize("text", ["2026-10-23", "۱۴۰۵/۰۸/۰۱", "1405-8-1", "23.10.2026"])
def test_a_day_is_read_in_any_calendar(text):
    assert day(text) == date(2026, 10, 23)


@pytest.mark.parametrize("text", ["2026-11-22T14:30", "۱۴۰۵/۰۹/۰۱ ۱۴:۳۰", "1405/9/1 14:30", "22.11.2026 14:30", "2026-11-22T14:30:00+03:30"])
def test_a_moment_is_read_in_any_calendar_on_the_stores_clock(text):
    assert moment(text, "Asia/Tehran", NOW) == datetime(2026, 11, 22, 11, tzinfo=UTC)
    assert moment(" ", "Asia/Tehran", NOW) == NOW


@pytest.mark.parametrize("text", ["3", "0000000015", "9" * 5_000, "-1", "two", "²"])
def test_more_pieces_than_are_left_are_refused_however_they_are_written(text):
    with pytest.raises(AvdetError):
        pieces({"line-7": text}, [(OrderLine(pk=7), 2)])

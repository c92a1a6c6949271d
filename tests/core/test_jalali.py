"""Against vectors and tables that others made."""

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core import jalali

DATA = Path(__file__).parent.parent / "data"
VECTORS = json.loads((DATA / "jalali_vectors_jalaali-js.json").read_text())
NOWRUZ = list(csv.DictReader((DATA / "nowruz_1300_1500_jdatetime.csv").read_text().splitlines()))


@pytest.mark.parametrize(("year", "month", "day"), [(1404, 12, 30), (1403, 13, 1), (1403, 0, 1), (1403, 7, 31), (1403, 1, 0)])
def test_no_such_day(year, month, day):
    with pytest.raises(ValueError, match="no Jalali day"):
        jalali.to_gregorian(year, month, day)


def test_year_out_of_range():
    with pytest.raises(ValueError, match="out of range"):
        jalali.to_gregorian(4000, 1, 1)


@pytest.mark.parametrize("pair", VECTORS["pairs_g_j"], ids=str)
def test_pairs(pair):
    assert jalali.from_gregorian(date(*pair[:3])) == tuple(pair[3:])


def test_leap_years():
    assert all(jalali.is_leap(year) for year in VECTORS["leap_years"])
    assert not any(jalali.is_leap(year) for year in VECTORS["common_years"])


def test_two_centuries_of_nowruz():
    assert len(NOWRUZ) >= 200
    for row in NOWRUZ:
        year = int(row["jalali"][:4])
        assert jalali.to_gregorian(year, 1, 1).isoformat() == row["gregorian"]
        assert jalali.is_leap(year) == (row["leap"] == "1")


@given(st.dates(date(1000, 1, 1), date(3000, 1, 1)))
def test_there_and_back(day):
    assert jalali.to_gregorian(*jalali.from_gregorian(day)) == day

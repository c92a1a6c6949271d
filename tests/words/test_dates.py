"""Dates, periods and amounts as literals: what goes in, what a reader sees."""

from datetime import UTC, date, datetime, timedelta

import pytest

from avdet.core import jalali
from avdet.words import day, decimal, digits, instant, money, number, plain_day, span


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("tr", "20 Mart 2026 Cuma"),
        ("fa", "جمعه ۲۹ اسفند ۱۴۰۴"),
        ("en", "Friday 20 March 2026"),
    ],
)
def test_the_last_day_of_the_persian_year(language: str, words: str) -> None:
    assert day(date(2026, 3, 20), language) == words


def test_a_leap_year_keeps_its_thirtieth_of_esfand() -> None:
    assert plain_day(date(2025, 3, 20), "fa") == "۳۰ اسفند ۱۴۰۳"


def test_every_jalali_day_of_a_century_reads_back() -> None:
    start = date(1980, 1, 1)
    for n in range(0, 36_525, 7):
        year, _, number_ = jalali.from_gregorian(start + timedelta(days=n))
        words = digits(plain_day(start + timedelta(days=n), "fa"), "en").split(" ", 1)
        assert words[0] == str(number_)
        assert words[1].endswith(str(year))


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("tr", "5 Nisan 2026 Pazar, saat 00:29"),
        ("fa", "یکشنبه ۱۶ فروردین ۱۴۰۵، ساعت ۰۰:۲۹"),
        ("en", "Sunday 5 April 2026, 00:29"),
    ],
)
def test_an_instant_is_told_on_the_store_s_clock(language: str, words: str) -> None:
    assert instant(datetime(2026, 4, 4, 20, 59, 59, 999999, tzinfo=UTC), "Asia/Tehran", language) == words


@pytest.mark.parametrize(
    ("minor", "currency", "tr", "fa", "en"),
    [
        (0, "TRY", "0,00 TL", "۰٫۰۰ لیر", "₺0.00"),
        (1, "TRY", "0,01 TL", "۰٫۰۱ لیر", "₺0.01"),
        (123456789, "TRY", "1.234.567,89 TL", "۱٬۲۳۴٬۵۶۷٫۸۹ لیر", "₺1,234,567.89"),
        (100000000, "IRR", "100.000.000 riyal", "۱۰۰٬۰۰۰٬۰۰۰ ریال", "100,000,000 rial"),
        (-50, "EUR", "−0,50 €", "\u200e−۰٫۵۰ یورو", "−€0.50"),
    ],
)
def test_money(minor: int, currency: str, tr: str, fa: str, en: str) -> None:
    assert (money(minor, currency, "tr"), money(minor, currency, "fa"), money(minor, currency, "en")) == (tr, fa, en)


def test_figures() -> None:
    assert digits("۱۲ ٣ 4", "en") == "12 3 4"
    assert number(1_000, "fa") == "۱٬۰۰۰"
    assert decimal(-5, 1, "tr") == "−0,5"
    one = [span(1, "working_days", language) for language in ("tr", "fa", "en")]
    assert one == ["1 iş günü", "۱ روز کاری", "1 working day"]


def test_an_unknown_currency_is_refused() -> None:
    with pytest.raises(KeyError):
        money(1, "XXX", "en")

"""Amounts as other systems write them. Refusals first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.errors import MoneyError
from avdet.ports.amounts import currency_of, exponent, to_decimal, to_minor


@pytest.mark.parametrize("said", ["", "a", "1,5", "NaN", "Infinity", "-Infinity", "1e30", "1" * 400, "1e999999", "٫", "0x10"])
def test_what_is_no_amount_is_refused(said):
    with pytest.raises(MoneyError):
        to_minor(said, "TRY")


@pytest.mark.parametrize(
    ("said", "unit", "minor", "exact"),
    [
        ("29.35", "TRY", 2935, True),
        ("29.35", "TL", 2935, True),
        (" 29.350 ", "try", 2935, True),
        ("-0.005", "EUR", -1, False),
        ("0.004", "USD", 0, False),
        ("450000", "IRR", 450_000, True),
        ("450000.4", "IRR", 450_000, False),
        ("45000", "IRT", 450_000, True),
        ("0.05", "IRT", 1, False),
        ("45", "IRHT", 450_000, True),
        ("450", "IRHR", 450_000, True),
        ("1.234", "KWD", 1234, True),
        ("12", "JPY", 12, True),
    ],
)
def test_decimal_amounts_become_minor_units(said, unit, minor, exact):
    assert to_minor(said, unit) == (minor, exact)


@given(st.integers(-(10**14), 10**14), st.sampled_from(["TRY", "IRR", "USD", "KWD"]))
def test_there_and_back(minor, currency):
    assert to_minor(to_decimal(minor, currency), currency) == (minor, True)
    assert currency_of(currency) == currency
    assert len(to_decimal(minor, currency).partition(".")[2]) == exponent(currency)

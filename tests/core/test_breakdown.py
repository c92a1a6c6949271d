"""Breakdowns account for every minor unit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.breakdown import Priced, break_down, vat_within
from avdet.core.errors import MoneyError


@pytest.mark.parametrize(
    ("lines", "rest", "where"),
    [
        ([], {}, "lines"),
        ([Priced(0, 1)], {}, "lines[0].quantity"),
        ([Priced(1, -1)], {}, "lines[0].unit_price_minor"),
        ([Priced(1, 1, 2)], {}, "lines[0]"),
        ([Priced(1, 1, -1)], {}, "lines[0]"),
        ([Priced(1, 1, 0, 10_001)], {}, "lines[0]"),
        ([Priced(1, 1)], {"discount_minor": 2}, "discount_minor"),
        ([Priced(1, 1)], {"discount_minor": -1}, "discount_minor"),
        ([Priced(1, 1)], {"shipping_minor": -1}, "shipping_minor"),
        ([Priced(1, 1)], {"shipping_vat_basis_points": -1}, "shipping_minor"),
        ([Priced(1_000_000, 10**15)], {}, "lines"),
    ],
)
def test_what_adds_up_to_nothing_is_refused_by_name(lines, rest, where):
    with pytest.raises(MoneyError) as refused:
        break_down(lines, **rest)
    assert refused.value.where == where


def test_vat_is_taken_out_of_each_rates_sum_and_not_of_each_line():
    found = break_down([Priced(1, 7, 0, 1000), Priced(1, 4, 0, 1000)], shipping_minor=12, shipping_vat_basis_points=2000)
    assert found.vat == ((1000, 11, 1), (2000, 12, 2))
    assert (found.vat_minor, found.total_minor) == (3, 23)


LINES = st.lists(
    st.builds(
        lambda quantity, price, share, rate: Priced(quantity, price, quantity * price * share // 100, rate),
        st.integers(1, 50), st.integers(0, 10**7), st.integers(0, 100), st.sampled_from([0, 100, 1000, 2000]),
    ),
    min_size=1, max_size=12,
)  # fmt: skip


@given(LINES, st.integers(0, 100), st.integers(0, 10**6))
def test_lines_discounts_and_shipping_come_to_the_total_exactly(lines, share, shipping):
    net = sum(line.gross_minor - line.discount_minor for line in lines)
    found = break_down(lines, discount_minor=net * share // 100, shipping_minor=shipping, shipping_vat_basis_points=2000)
    assert sum(found.lines) == found.goods_minor - found.discount_minor
    assert found.total_minor == sum(found.lines) + shipping == sum(gross for _, gross, _ in found.vat)
    assert all(amount >= 0 for amount in found.lines)
    assert 0 <= found.vat_minor <= found.total_minor


@given(st.integers(0, 10**12), st.integers(0, 10_000))
def test_vat_is_the_nearest_whole_unit(gross, rate):
    exact_times = 10_000 + rate
    assert abs(vat_within(gross, rate) * exact_times - gross * rate) * 2 <= exact_times

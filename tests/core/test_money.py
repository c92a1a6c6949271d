import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.errors import MoneyError
from avdet.core.money import allocate, part
from avdet.core.remedies import Pieces, amounts, invoiced


@pytest.mark.parametrize("weights", [[], [0, 0], [1, -1]])
def test_nothing_to_share_by(weights):
    with pytest.raises(MoneyError, match="nothing to share by"):
        allocate(10, weights)


@pytest.mark.parametrize(("before", "count"), [(0, 4), (2, 2), (-1, 1), (0, -1)])
def test_more_pieces_than_there_are(before, count):
    with pytest.raises(MoneyError, match="pieces of 3"):
        part(100, before=before, count=count, of=3)


@given(st.integers(0, 10**15), st.lists(st.integers(0, 10**9), min_size=1).filter(any))
def test_shares_sum_and_stay_within_one_of_fair(total, weights):
    shares = allocate(total, weights)
    assert sum(shares) == total
    assert all(abs(share * sum(weights) - total * weight) < sum(weights) for share, weight in zip(shares, weights, strict=True))


@given(st.integers(0, 10**12), st.lists(st.integers(1, 9), min_size=1, max_size=9))
def test_pieces_in_any_grouping_come_to_the_whole(total, groups):
    of, before, paid = sum(groups), 0, 0
    for count in groups:
        paid += part(total, before=before, count=count, of=of)
        before += count
    assert paid == total


def test_refund_is_the_invoiced_price_with_the_discount_shared():
    assert invoiced([3000, 400], 0, Pieces(3, 3), order_discount=340) == 3000 - 300
    assert invoiced([3000, 400], 1, Pieces(1, 1), order_discount=340) == 400 - 40


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 5)), min_size=1, max_size=5), st.data())
def test_everything_returned_in_any_order_is_what_was_paid(sold, data):
    total = sum(price * quantity for price, quantity in sold)
    discount = data.draw(st.integers(0, total))
    returned, refunded = [0] * len(sold), 0
    for index in data.draw(st.permutations([i for i, (_, quantity) in enumerate(sold) for _ in range(quantity)])):
        pieces = Pieces(1, sold[index][1], returned[index])
        refunded += invoiced([p * q for p, q in sold], index, pieces, order_discount=discount)
        returned[index] += 1
    assert refunded == total - discount


@pytest.mark.parametrize(
    ("kwargs", "deducted", "refund", "difference"),
    [
        ({}, 0, 900, None),
        ({"return_cost": 200}, 0, 900, None),
        ({"return_cost": 200, "customer_bears_return": True}, 200, 700, None),
        ({"return_cost": 2000, "customer_bears_return": True}, 900, 0, None),
        ({"other_price": 1000}, 0, 900, 100),
        ({"other_price": 800}, 0, 900, -100),
    ],
)
def test_amounts(kwargs, deducted, refund, difference):
    found = amounts(900, **kwargs)
    assert (found.deducted, found.refund, found.difference) == (deducted, refund, difference)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core.errors import MoneyError
from avdet.core.money import allocate, part
from avdet.core.remedies import Pieces, amounts, delivery_shares, paid_for


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
    assert paid_for([3000, 400], 340) == (3000 - 300, 400 - 40)
    assert paid_for([3000, 400]) == (3000, 400)


@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(1, 5)), min_size=1, max_size=5), st.data())
def test_everything_returned_in_any_order_is_what_was_paid(sold, data):
    total = sum(price * quantity for price, quantity in sold)
    discount, shipping = data.draw(st.integers(0, total)), data.draw(st.integers(0, 10**6))
    paid = paid_for([price * quantity for price, quantity in sold], discount)
    delivery = delivery_shares(shipping, paid)
    returned, refunded, carried = [0] * len(sold), 0, 0
    for index in data.draw(st.permutations([i for i, (_, quantity) in enumerate(sold) for _ in range(quantity)])):
        pieces = Pieces(1, sold[index][1], returned[index])
        refunded, carried = refunded + pieces.share(paid[index]), carried + pieces.share(delivery[index])
        returned[index] += 1
        assert carried <= shipping
    assert (refunded, carried) == (total - discount, shipping)


def test_delivery_of_goods_that_cost_nothing_is_shared_evenly():
    assert delivery_shares(5, [0, 0]) == (3, 2)
    assert delivery_shares(5, [0, 10]) == (0, 5)


@pytest.mark.parametrize(
    ("kwargs", "deducted", "refund", "difference"),
    [
        ({}, 0, 900, None),
        ({"return_cost": 200}, 0, 900, None),
        ({"return_cost": 200, "customer_bears_return": True}, 200, 700, None),
        ({"return_cost": 2000, "customer_bears_return": True}, 900, 0, None),
        ({"outbound": 50}, 0, 950, None),
        ({"outbound": 50, "return_cost": 2000, "customer_bears_return": True}, 950, 0, None),
        ({"other_price": 1000}, 0, 900, 100),
        ({"other_price": 800}, 0, 900, -100),
    ],
)
def test_amounts(kwargs, deducted, refund, difference):
    found = amounts(900, **kwargs)
    assert (found.deducted, found.refund, found.difference) == (deducted, refund, difference)

"""The recipes of the books: every amount is shared out whole, and every entry sums to zero."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avdet.core import bookings
from avdet.core.errors import MoneyError
from avdet.core.postings import Transfer, balances

AMOUNTS = st.integers(1, 10**12)


def test_vat_cannot_exceed_what_was_paid():
    with pytest.raises(MoneyError):
        bookings.order_delivered(total_minor=10, shipping_minor=0, vat_minor=11, currency="TRY")


def test_nothing_kept_writes_nothing():
    assert bookings.order_cancelled(0, "TRY") == ()


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (1000, (Transfer(bookings.ORDERS, bookings.REFUNDS, 600, "TRY"),)),
        (0, (Transfer(bookings.VAT, bookings.REFUNDS, 100, "TRY"), Transfer(bookings.RETURNS, bookings.REFUNDS, 500, "TRY"))),
        (
            -50,
            (Transfer(bookings.VAT, bookings.REFUNDS, 100, "TRY"), Transfer(bookings.RETURNS, bookings.REFUNDS, 500, "TRY")),
        ),
        (
            240,
            (
                Transfer(bookings.ORDERS, bookings.REFUNDS, 240, "TRY"),
                Transfer(bookings.VAT, bookings.REFUNDS, 60, "TRY"),
                Transfer(bookings.RETURNS, bookings.REFUNDS, 300, "TRY"),
            ),
        ),
    ],
)
def test_a_refund_takes_what_the_order_holds_first_and_then_undoes_the_sale(held, expected):
    assert bookings.refund_granted(600, "TRY", held_minor=held, vat_minor=200, total_minor=1200) == expected


def test_a_delivered_order_is_earned():
    made = bookings.order_delivered(total_minor=1200, shipping_minor=100, vat_minor=200, currency="TRY")
    assert {(each.credit, each.amount_minor) for each in made} == {
        (bookings.VAT, 200),
        (bookings.SHIPPING, 100),
        (bookings.SALES, 900),
    }


def test_a_first_delivery_that_is_given_back_is_taken_out_of_what_was_earned_by_it():
    sold = bookings.order_delivered(total_minor=1200, shipping_minor=100, vat_minor=200, currency="TRY")
    back = bookings.refund_granted(1200, "TRY", held_minor=0, vat_minor=200, total_minor=1200, shipping_minor=100)
    found = balances((*sold, *back))
    assert (found[bookings.SHIPPING, "TRY"], found[bookings.VAT, "TRY"]) == (0, 0)
    assert found[bookings.RETURNS, "TRY"] == -found[bookings.SALES, "TRY"]


@given(AMOUNTS, st.integers(-(10**12), 10**12), AMOUNTS, st.integers(0, 10_000), st.data())
def test_a_refund_is_promised_whole(amount, held, total, rate, data):
    books = {"held_minor": held, "vat_minor": total * rate // 10_000, "total_minor": total}
    made = bookings.refund_granted(amount, "IRR", **books, shipping_minor=data.draw(st.integers(0, amount)))
    assert all(each.amount_minor > 0 for each in made)
    assert sum(each.amount_minor for each in made) == amount
    assert sum(balances(made).values()) == 0


@given(AMOUNTS, st.integers(0, 10**12), st.integers(0, 10_000))
def test_a_sale_is_earned_whole(total, shipping, rate):
    made = bookings.order_delivered(
        total_minor=total, shipping_minor=min(shipping, total), vat_minor=total * rate // 10_000, currency="IRR"
    )
    assert balances(made)[bookings.ORDERS, "IRR"] == total


@given(AMOUNTS, st.integers(-(10**12), 10**12), st.integers(0, 10_000))
def test_credit_is_given_whole_and_the_order_that_uses_it_leaves_nothing_of_it(amount, held, rate):
    """A replacement: the first sale undone, the second made; no account is richer for it but the one that held the money."""
    vat = amount * rate // 10_000
    given_ = bookings.credit_given(amount, "IRR", held_minor=held, vat_minor=vat)
    used = bookings.credit_used(amount, "IRR")
    sold = bookings.order_delivered(total_minor=amount, shipping_minor=0, vat_minor=vat, currency="IRR")
    stands = balances((*given_, *used, *sold))
    assert sum(stands.values()) == 0
    assert stands[bookings.CREDIT, "IRR"] == 0
    if held <= 0:
        assert not stands.get((bookings.VAT, "IRR"))
        assert stands.get((bookings.RETURNS, "IRR"), 0) + stands.get((bookings.SALES, "IRR"), 0) == 0


@pytest.mark.parametrize(
    ("recipe", "debit", "credit"),
    [
        (bookings.carriage_deducted, bookings.RETURNS, bookings.CARRIAGE),
        (bookings.carriage_charged, bookings.BANK, bookings.CARRIAGE),
        (bookings.postage_repaid, bookings.POSTAGE, bookings.BANK),
        (bookings.carriage_paid, bookings.POSTAGE, bookings.BANK),
        (bookings.damage_recovered, bookings.BANK, bookings.RECOVERIES),
        (bookings.credit_used, bookings.CREDIT, bookings.ORDERS),
    ],
)
def test_carriage_and_what_carriers_pay_move_one_sum_and_nothing_moves_nothing(recipe, debit, credit):
    assert recipe(0, "TRY") == ()
    assert recipe(70, "TRY") == (Transfer(debit, credit, 70, "TRY"),)

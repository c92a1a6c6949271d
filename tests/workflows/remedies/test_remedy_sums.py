"""What remedies come to where the terms give the first delivery back: its price in parts, never more than was paid for it."""

from __future__ import annotations

from typing import Any

import pytest

from avdet.core.bookings import ORDERS, REFUNDS, RETURNS, SALES, SHIPPING, VAT
from avdet.records.cases.models import Case
from avdet.records.ledger.queries import balance
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import Order
from avdet.records.refunds.models import Refund
from avdet.records.remedies.models import Remedy
from avdet.records.stores.models import Store
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.orders.cancel_order import cancel_order, comes_back
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import offers, outbound_clauses
from tests.factories import NOW, make_store
from tests.workflows.remedies import (
    CUSTOMER,
    MACHINE,
    WHEN,
    again,
    all_is_well,
    arrived,
    bought,
    checked_goods,
    claimed,
    examined,
    fresh,
    giving_back,
    placed,
    sent,
)

pytestmark = pytest.mark.django_db
SHIPPED = 100_001


def ordered(store: Store, *quantities: int, **fields: Any) -> Order:
    goods = [checked_goods(store, sku=f"G{at}", price_minor=7_000_000 + at, vat_basis_points=900) for at in range(len(quantities))]
    lines = [DraftLine(each.sku, count) for each, count in zip(goods, quantities, strict=True)]
    return bought(store, *lines, shipping_minor=SHIPPED, **fields)


def confirmed(order: Order, line: int = 0, key: str = "") -> Case:
    return examined(arrived(claimed(order, line=line, key=key)))


def refund(case: Case) -> Remedy:
    return choose_remedy(again(case), "refund", actor=CUSTOMER, now=NOW)


def test_terms_that_say_nothing_keep_it() -> None:
    case = confirmed(ordered(make_store("fetrashop"), 1))
    assert "outbound_shipping" not in case.decision
    assert "outbound" not in case.decision["amounts"]
    assert {each.worth.outbound_minor for each in offers(case)} == {0}
    assert outbound_clauses(case) == ()
    assert refund(case).amount_minor == 7_000_000


def test_all_that_comes_back_in_any_number_of_cases_brings_the_whole_of_it() -> None:
    store = giving_back()
    order = ordered(store, 2, 1, paid_in=2)
    first = confirmed(order)
    said = {each.kind: each.worth for each in offers(first)}
    assert (said["refund"].outbound_minor, said["replacement"].outbound_minor) == (33_333, 0)
    assert (first.decision["amounts"]["outbound"], first.decision["amounts"]["refund"]) == (33_333, 7_033_333)
    assert outbound_clauses(first) == ("FET-COST-1",)
    given = refund(first)
    assert (given.goods_minor, given.outbound_minor, given.amount_minor) == (7_000_000, 33_333, 7_033_333)
    assert ("FET-COST-1", "outbound_shipping") in {(row["clause"], row["effect"]) for row in Refund.objects.get(remedy=given).because}
    void_refund(Refund.objects.get(remedy=given), why="by mistake", now=NOW, actor=MACHINE)
    parts = [refund(first), refund(confirmed(order, key="2")), refund(confirmed(order, line=1, key="3"))]
    assert sum(each.outbound_minor for each in parts) == SHIPPED
    assert sum(each.amount_minor for each in parts) == order.total_minor
    books = {name: balance(store, name, order.currency, order_number=order.number) for name in (SALES, RETURNS, SHIPPING, VAT, ORDERS, REFUNDS)}
    assert books[SHIPPING] == 0
    assert books[SALES] + books[RETURNS] + books[VAT] == 0
    assert (books[ORDERS], books[REFUNDS]) == (0, -order.total_minor)
    all_is_well(store)


def test_a_line_that_was_cancelled_leaves_its_share_to_the_others_and_the_sums_stay_below_what_was_paid() -> None:
    store = giving_back()
    lines = [DraftLine(checked_goods(store, price_minor=7_100_000).sku) for _ in "12"]
    order = placed(store, *lines, discount_minor=200_000, shipping_minor=SHIPPED)
    cancelled = order.lines.order_by("position")[1]
    cancel_order(order, pieces={cancelled.pk: 1}, actor=MACHINE, now=WHEN, reason="mistake")
    given = refund(confirmed(sent(fresh(order), at=WHEN)))
    assert (given.goods_minor, given.outbound_minor) == (7_000_000, SHIPPED)
    assert sum(Refund.objects.values_list("amount_minor", flat=True)) == order.total_minor


def test_pieces_claimed_anew_in_other_numbers_come_to_no_more_than_was_paid_and_the_last_to_the_rest() -> None:
    goods = checked_goods(store := make_store("fetrashop"), price_minor=34)
    order = bought(store, DraftLine(goods.sku, 3, discount_minor=1), DraftLine(checked_goods(store, sku="X").sku))
    first, second, third = (claimed(order, key=str(at)) for at in range(3))
    for each in (first, third):
        withdraw_case(again(each), actor=CUSTOMER, now=NOW)
    both = claimed(fresh(order), quantity=2, key="both")
    assert [refund(examined(arrived(each))).amount_minor for each in (second, both)] == [34, 67]


def test_cancelled_pieces_and_claimed_ones_are_never_the_same() -> None:
    order = placed(store := make_store("fetrashop"), DraftLine(checked_goods(store, price_minor=34).sku, 3, discount_minor=1))
    line = order.lines.get()
    cancel_order(order, pieces={line.pk: 1}, actor=MACHINE, now=WHEN, reason="mistake")
    assert comes_back(fresh(order), {line.pk: 1}) == 34
    case = confirmed(sent(fresh(order), at=WHEN))
    assert [refund(case).amount_minor, *Refund.objects.filter(remedy=None).values_list("amount_minor", flat=True)] == [33, 34]


def test_what_other_cases_were_given_of_it_is_not_given_again() -> None:
    first, second = confirmed(order := ordered(giving_back(), 2)), confirmed(order, key="2")
    given = refund(first)
    Remedy.objects.filter(pk=given.pk).update(outbound_minor=SHIPPED - 5)
    assert next(each.worth.outbound_minor for each in offers(again(second)) if each.kind == "refund") == 5

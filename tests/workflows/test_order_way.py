"""The way of an order from the queue to the door, and back: refusals before successes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Product, Reservation, Stock
from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.deliveries.models import Delivery, DeliveryEvent
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import events_of, fresh, lines_of
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.change_order import change_address, consent_to_parts
from avdet.workflows.orders.confirm_order import confirm_order, record_invoice
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.plan_delivery import plan_delivery
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.policy.ask_policy import Denied
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
STAFF, CUSTOMER, CARRIER = Actor("staff", 1), Actor("customer", 2), Actor.system("carrier")
HOUR = timedelta(hours=1)


def placed(store: Store, *pieces: tuple[Product, int], paid: bool = True, **fields: Any) -> Order:
    """An order of these pieces, confirmed by its payment unless it is not paid."""
    lines = tuple(DraftLine(product.sku, count) for product, count in pieces)
    address = {"country": store.country, "province": "Tehran", "street": "1"}
    draft = OrderDraft(lines, contact=Contact("Ali", "+989121112233", "a@example.test"), address=address, **fields)
    order = place_order(store, draft, actor=CUSTOMER, now=NOW)
    if paid:
        record_payment(order, amount_minor=order.total_minor, method="online", reference=f"r{order.pk}", paid_at=NOW, now=NOW, actor=CARRIER)
    return fresh(order)


def tell(order: Order, delivery: Delivery, kind: str, at: datetime, **fields: Any) -> bool:
    return record_delivery(order, delivery, Sighting(kind, at, **fields), source="carrier", actor=CARRIER, now=at + HOUR)


def shelf(product: Product) -> tuple[int, int]:
    """(on hand, promised)"""
    stock = Stock.objects.get(product=product)
    return stock.on_hand, stock.reserved


# ---- the queue -------------------------------------------------------------------------------------------------------


def test_an_order_that_is_not_paid_is_not_confirmed():
    store = make_store()
    order = placed(store, (make_product(store), 1), paid=False)
    with pytest.raises(AvdetError, match="has not been paid"):
        confirm_order(order, actor=STAFF, now=NOW)
    with pytest.raises(AvdetError, match="placed cannot prepare"):
        prepare_order(order, actor=STAFF, now=NOW)
    with pytest.raises(AvdetError, match="placed is not sent"):
        hand_over(order, actor=STAFF, now=NOW)


def test_what_is_paid_at_the_door_is_approved_and_paid_later():
    store = make_store()
    order = placed(store, (make_product(store), 1), paid=False, payment_method="cash_on_delivery")
    confirm_order(order, actor=STAFF, now=NOW)
    assert (order.state, order.paid_at) == ("confirmed", None)
    record_payment(order, amount_minor=order.total_minor, method="cash_on_delivery", paid_at=NOW + HOUR, now=NOW + HOUR, actor=STAFF)
    assert fresh(order).paid_at == NOW + HOUR


def test_preparing_is_done_once_by_whoever_is_first():
    store = make_store()
    order = placed(store, (make_product(store), 1))
    stale = fresh(order)
    prepare_order(order, actor=STAFF, now=NOW)
    with pytest.raises(Conflict):
        prepare_order(stale, actor=STAFF, now=NOW)
    assert [event.kind for event in events_of(order)] == ["placed", "pay", "prepare"]


# ---- to the door -----------------------------------------------------------------------------------------------------


def test_a_parcel_takes_its_pieces_off_the_shelf_and_the_order_follows_it_to_the_door():
    store = make_store()
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 2))
    assert shelf(product) == (5, 2)
    delivery = hand_over(order, actor=STAFF, now=NOW + HOUR, carrier="تیپاکس", tracking_number="T-1")
    assert (order.state, order.handed_over_at, shelf(product)) == ("shipped", NOW + HOUR, (3, 0))
    assert delivery.tracking_url == "https://tipaxco.com/tracking?id=T-1"
    assert tell(order, delivery, "attempted", NOW + 2 * HOUR)
    assert (order.state, delivery.state, delivery.attempts) == ("shipped", "attempted", 1)
    assert tell(order, delivery, "delivered", NOW + 3 * HOUR)
    stored = fresh(order)
    assert (stored.state, stored.delivered_at) == ("delivered", NOW + 3 * HOUR)
    assert [event.kind for event in events_of(order)] == ["placed", "pay", "delivery_planned", "ship", "deliver"]
    assert [event.kind for event in delivery.events.order_by("at")] == ["handed_over", "attempted", "delivered"]


def test_the_same_news_twice_is_news_once():
    store = make_store()
    order = placed(store, (make_product(store), 1))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    assert tell(order, delivery, "attempted", NOW + HOUR, reference="c-1")
    assert not tell(order, delivery, "attempted", NOW + HOUR, reference="c-1")
    assert (delivery.attempts, DeliveryEvent.objects.filter(kind="attempted").count()) == (1, 1)


def test_late_news_is_kept_and_moves_nothing():
    store = make_store()
    order = placed(store, (make_product(store), 1))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    tell(order, delivery, "delivered", NOW + 5 * HOUR)
    assert tell(order, delivery, "attempted", NOW + 2 * HOUR)
    assert tell(order, delivery, "lost", NOW + 6 * HOUR)
    assert (order.state, delivery.state) == ("delivered", "delivered")
    assert DeliveryEvent.objects.filter(delivery=delivery).count() == 4


def test_news_of_a_parcel_that_nobody_handed_over_means_that_it_was():
    store = make_store()
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 1))
    delivery = plan_delivery(order, Plan({}), actor=STAFF, now=NOW)
    tell(order, delivery, "delivered", NOW + HOUR)
    assert (order.state, order.handed_over_at, shelf(product)) == ("delivered", NOW + HOUR, (4, 0))


def test_news_of_what_is_yet_to_come_is_refused():
    store = make_store()
    order = placed(store, (make_product(store), 1))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    with pytest.raises(AvdetError, match="yet to come"):
        record_delivery(order, delivery, Sighting("delivered", NOW + HOUR), source="carrier", actor=CARRIER, now=NOW)
    with pytest.raises(AvdetError, match="happens to a delivery"):
        tell(order, delivery, "exploded", NOW)


def test_no_more_is_sent_than_was_bought():
    store = make_store()
    order = placed(store, (make_product(store), 2))
    (line,) = lines_of(order)
    with pytest.raises(AvdetError, match="more than is left"):
        plan_delivery(order, Plan({line.pk: 3}), actor=STAFF, now=NOW)
    plan_delivery(order, Plan({line.pk: 2}, external_ref="p1"), actor=STAFF, now=NOW)
    again = plan_delivery(order, Plan({line.pk: 2}, external_ref="p1"), actor=STAFF, now=NOW)
    assert again.number == 1
    with pytest.raises(AvdetError, match="more than is left"):
        plan_delivery(order, Plan({}), actor=STAFF, now=NOW)


def test_without_consent_nothing_is_sent_in_part():
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1), (make_product(store), 1))
    part = Plan({lines_of(order)[0].pk: 1})
    with pytest.raises(Denied) as denied:
        hand_over(order, actor=STAFF, now=NOW, plan=part)
    assert "OFI-2.1" in str(denied.value)
    order = fresh(order)
    consent_to_parts(order, True, actor=CUSTOMER, now=NOW)
    hand_over(order, actor=STAFF, now=NOW, plan=part)
    assert order.state == "part_shipped"
    hand_over(order, actor=STAFF, now=NOW + HOUR)
    assert order.state == "shipped"
    for at, delivery in enumerate(deliveries_of(order), 2):
        tell(order, delivery, "delivered", NOW + at * HOUR)
    assert order.state == "delivered"


def test_a_colleague_may_send_a_part_all_the_same_and_says_why():
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1), (make_product(store), 1))
    hand_over(order, actor=STAFF, now=NOW, plan=Plan({lines_of(order)[0].pk: 1}), override="agreed by phone")
    event = events_of(order)[-1]
    assert (event.kind, event.facts["override"]) == ("ship_part", "agreed by phone")
    assert event.facts["because"][0]["clause"].startswith("OFI-2")


# ---- and back --------------------------------------------------------------------------------------------------------


def test_what_is_refused_comes_back_and_is_sent_again_without_leaving_the_shelf_twice():
    store = make_store()
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 2))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    tell(order, delivery, "refused", NOW + HOUR)
    assert (order.state, order.refused_at) == ("returned", NOW + HOUR)
    with pytest.raises(AvdetError, match="more than is left"):
        hand_over(order, actor=STAFF, now=NOW + 2 * HOUR)
    tell(order, delivery, "returned", NOW + 2 * HOUR)
    assert shelf(product) == (3, 0)
    hand_over(order, actor=STAFF, now=NOW + 4 * HOUR)
    assert (order.state, order.refused_at, order.handed_over_at, shelf(product)) == ("shipped", None, NOW + 4 * HOUR, (3, 0))


def test_what_is_lost_is_sent_again_from_the_shelf():
    store = make_store()
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 2))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    tell(order, delivery, "lost", NOW + HOUR)
    assert order.state == "returned"
    hand_over(order, actor=STAFF, now=NOW + 2 * HOUR)
    assert (order.state, shelf(product)) == ("shipped", (1, 0))


def test_what_came_back_and_is_cancelled_lies_on_the_shelf_again():
    store = make_store()
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 2))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    tell(order, delivery, "refused", NOW + HOUR)
    cancel_order(order, actor=STAFF, now=NOW + HOUR, reason="undeliverable")
    assert shelf(product) == (3, 0)
    tell(order, delivery, "returned", NOW + 2 * HOUR)
    assert (order.state, shelf(product)) == ("cancelled", (5, 0))


def test_what_came_back_and_is_cancelled_in_two_goes_lies_on_the_shelf_once():
    store = make_store()
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 3))
    prepare_order(order, actor=STAFF, now=NOW)
    delivery = hand_over(order, actor=STAFF, now=NOW)
    tell(fresh(order), delivery, "returned", NOW + HOUR)
    said: dict[str, Any] = {"reason": "mistake", "override": "so be it", "actor": STAFF, "now": NOW + 3 * HOUR}
    cancel_order(fresh(order), pieces={lines_of(order)[0].pk: 2}, **said)
    assert shelf(product) == (4, 0)
    cancel_order(fresh(order), **said)
    assert (fresh(order).state, shelf(product)) == ("cancelled", (5, 0))


# ---- cancelling ------------------------------------------------------------------------------------------------------


def test_after_shipping_the_pet_shop_cancels_nothing():
    store = make_store("persianpetshop")
    order = placed(store, (make_product(store), 1))
    hand_over(order, actor=STAFF, now=NOW)
    with pytest.raises(Denied) as denied:
        cancel_order(order, actor=CUSTOMER, now=NOW + HOUR)
    assert denied.value.answer.outcome == "deny"
    assert "PPS-WDR-3" in str(denied.value)
    assert not Refund.objects.exists()


@pytest.mark.parametrize(("traits", "clause"), [([], "PPS-WDR-3"), (["food"], "PPS-FOOD-2")])
def test_before_shipping_it_is_cancelled_and_paid_back(traits, clause):
    store = make_store("persianpetshop")
    product = make_product(store, on_hand=5, traits=traits)
    order = placed(store, (product, 2), shipping_minor=1_000_000)
    cancel_order(order, actor=CUSTOMER, now=NOW + HOUR)
    stored = fresh(order)
    assert (stored.state, stored.cancelled_at, shelf(product)) == ("cancelled", NOW + HOUR, (5, 0))
    refund = Refund.objects.get()
    assert (refund.amount_minor, refund.reason) == (order.total_minor, "cancellation")
    assert clause in {row["clause"] for row in refund.because}
    assert clause in {row["clause"] for row in events_of(order)[-1].facts["because"]}


def test_cancelling_twice_cancels_once():
    store = make_store("persianpetshop")
    order = placed(store, (make_product(store), 1))
    stale = fresh(order)
    cancel_order(order, actor=CUSTOMER, now=NOW)
    with pytest.raises(Conflict):
        cancel_order(stale, actor=CUSTOMER, now=NOW)
    with pytest.raises(AvdetError, match="cancelled cannot cancel"):
        cancel_order(fresh(order), actor=STAFF, now=NOW, reason="mistake")
    assert Refund.objects.count() == 1


def test_an_order_that_was_not_paid_is_cancelled_without_money():
    store = make_store("persianpetshop")
    order = placed(store, (make_product(store), 1), paid=False)
    cancel_order(order, actor=CUSTOMER, now=NOW)
    assert (order.state, Refund.objects.exists()) == ("cancelled", False)


def test_where_the_terms_are_silent_a_colleague_answers_for_it():
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1))
    with pytest.raises(Denied) as denied:
        cancel_order(order, actor=CUSTOMER, now=NOW)
    assert denied.value.answer.outcome == "review"
    with pytest.raises(Denied):
        cancel_order(order, actor=STAFF, now=NOW)
    cancel_order(order, actor=STAFF, now=NOW, override="the customer called")
    facts = events_of(order)[-1].facts
    assert (facts["override"], order.state, Refund.objects.get().amount_minor) == ("the customer called", "cancelled", order.total_minor)


def test_out_of_stock_the_store_cancels_and_the_terms_say_so():
    store = make_store("fetrashop")
    order = placed(store, (make_product(store), 1))
    cancel_order(order, actor=STAFF, now=NOW, reason="out_of_stock")
    assert "FET-ORD-3" in {row["clause"] for row in events_of(order)[-1].facts["because"]}
    assert Refund.objects.get().amount_minor == order.total_minor


def test_a_customer_cannot_name_the_stores_own_reasons():
    store = make_store("fetrashop")
    order = placed(store, (make_product(store), 1))
    with pytest.raises(AvdetError, match="only the store"):
        cancel_order(order, actor=CUSTOMER, now=NOW, reason="mistake")
    with pytest.raises(AvdetError, match="this is no reason"):
        cancel_order(order, actor=STAFF, now=NOW, reason="whim")
    with pytest.raises(AvdetError, match="no pieces"):
        cancel_order(order, actor=STAFF, now=NOW, pieces={})


def test_pieces_are_cancelled_at_what_was_paid_for_them():
    store = make_store("persianpetshop")
    product = make_product(store, on_hand=9, price_minor=100)
    order = placed(store, (product, 3), discount_minor=50, shipping_minor=7)
    (line,) = lines_of(order)
    with pytest.raises(AvdetError, match="more pieces"):
        cancel_order(order, actor=STAFF, now=NOW, pieces={line.pk: 4}, reason="mistake")
    cancel_order(order, actor=CUSTOMER, now=NOW, pieces={line.pk: 1})
    assert (order.state, shelf(product), [each.amount_minor for each in Refund.objects.all()]) == ("confirmed", (9, 2), [84])
    cancel_order(order, actor=CUSTOMER, now=NOW, pieces={line.pk: 2})
    assert (order.state, shelf(product)) == ("cancelled", (9, 0))
    assert sum(each.amount_minor for each in Refund.objects.all()) == order.total_minor == 257


def test_of_an_order_sent_in_part_the_rest_is_cancelled_and_it_moves_on():
    store = make_store("persianpetshop")
    one, two = make_product(store, on_hand=5), make_product(store, on_hand=5)
    order = placed(store, (one, 1), (two, 1))
    first, second = lines_of(order)
    delivery = hand_over(order, actor=CARRIER, now=NOW, source="carrier", plan=Plan({first.pk: 1}))
    assert order.state == "part_shipped"
    cancel_order(order, actor=STAFF, now=NOW, pieces={second.pk: 1}, reason="mistake")
    assert (order.state, shelf(two)) == ("shipped", (5, 0))
    tell(order, delivery, "delivered", NOW + HOUR)
    assert order.state == "delivered"


def test_pieces_that_stand_in_a_case_are_left_to_it():
    store = make_store("persianpetshop")
    product = make_product(store, on_hand=9)
    order = placed(store, (product, 3))
    (line,) = lines_of(order)
    tell(order, plan_delivery(order, Plan({line.pk: 1}), actor=STAFF, now=NOW), "delivered", NOW)
    OrderLine.objects.filter(pk=line.pk).update(claimed_quantity=2)
    with pytest.raises(AvdetError, match="can still be cancelled"):
        cancel_order(fresh(order), actor=STAFF, now=NOW, pieces={line.pk: 2}, reason="mistake")
    cancel_order(fresh(order), actor=STAFF, now=NOW, pieces={line.pk: 1}, reason="mistake")
    assert lines_of(fresh(order))[0].cancelled_quantity == 1


def test_an_order_on_its_way_is_called_back_where_the_terms_grant_it_and_ends_when_it_returns():
    store = make_store("offykala")
    product = make_product(store, on_hand=5)
    order = placed(store, (product, 1))
    delivery = hand_over(order, actor=STAFF, now=NOW)
    cancel_order(order, actor=CUSTOMER, now=NOW + HOUR)
    cancel_order(order, actor=CUSTOMER, now=NOW + HOUR)
    assert (order.state, [event.kind for event in events_of(order)].count("recalled")) == ("shipped", 1)
    tell(order, delivery, "returned", NOW + 2 * HOUR)
    assert (fresh(order).state, Refund.objects.get().amount_minor, shelf(product)) == ("cancelled", order.total_minor, (5, 0))


def test_a_shop_that_has_paid_back_itself_is_not_doubled():
    store = make_store("fetrashop")
    order = placed(store, (make_product(store), 1))
    cancel_order(order, actor=Actor.shop("woocommerce"), now=NOW, reason="shop", refund_minor=0)
    assert (order.state, Refund.objects.exists()) == ("cancelled", False)


# ---- changing --------------------------------------------------------------------------------------------------------

ELSEWHERE = {"recipient": "Veli", "country": "TR", "province": "Ankara", "street": "2"}


@pytest.mark.parametrize(
    ("address", "where"),
    [({"planet": "Mars"}, "address"), ({"street": ""}, "address.street"), ({"street": "x" * 201}, "address.street"),
     ({"street": "a\nb"}, "address.street")],
)  # fmt: skip
def test_an_address_is_one(address, where):
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1))
    with pytest.raises(AvdetError) as refused:
        change_address(order, address, actor=CUSTOMER, now=NOW)
    assert refused.value.where == where


def test_once_the_invoice_is_issued_the_address_stands():
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1))
    record_invoice(order, actor=STAFF, now=NOW, number="A-1")
    with pytest.raises(Denied) as denied:
        change_address(order, ELSEWHERE, actor=CUSTOMER, now=NOW)
    assert "OFI-9.2" in str(denied.value)
    assert order.address["province"] == "Tehran"
    change_address(order, ELSEWHERE, actor=STAFF, now=NOW, override="the invoice was corrected")
    assert fresh(order).address == ELSEWHERE


def test_it_is_not_sent_where_the_store_does_not_deliver():
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1))
    with pytest.raises(Denied) as denied:
        change_address(order, {**ELSEWHERE, "province": "Girne"}, actor=CUSTOMER, now=NOW)
    assert "OFI-8" in str(denied.value)


def test_before_the_invoice_the_customer_changes_the_address_and_the_history_does_not_keep_it():
    store = make_store("ofiskutum")
    order = placed(store, (make_product(store), 1))
    change_address(order, ELSEWHERE, actor=CUSTOMER, now=NOW)
    assert fresh(order).address == ELSEWHERE
    event = events_of(order)[-1]
    assert event.kind == "address_changed"
    assert "Ankara" not in str(event.facts)


def test_money_and_promises_are_counted_for_a_whole_way():
    store = make_store("fetrashop")
    product = make_product(store, on_hand=3)
    order = placed(store, (product, 3))
    assert Payment.objects.get().amount_minor == order.total_minor
    (row,) = Reservation.objects.all()
    hand_over(order, actor=STAFF, now=NOW)
    row.refresh_from_db()
    assert (row.quantity, row.shipped, row.released, row.held) == (3, 3, 0, 0)

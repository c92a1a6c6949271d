"""Many hands on one order at once: one of them moves it, the others learn that they were late. PostgreSQL's threads are real."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections, transaction

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Stock
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.models import Delivery, DeliveryEvent
from avdet.records.orders.actions import move
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.orders.numbers import next_number
from avdet.records.orders.queries import fresh
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.record_delivery import record_delivery
from tests.factories import NOW, make_product, make_store

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time, and its test database one connection"),
]
HANDS = 8
STAFF = Actor("staff", 1)


def all_at_once(do: Callable[[], object], hands: int = HANDS) -> Counter[str]:
    """Does something in many threads at once; counts how it ended for them."""
    barrier = Barrier(hands)

    def hand(_: int) -> str:
        try:
            barrier.wait(20)
            with transaction.atomic():
                do()
        except AvdetError as refused:
            return type(refused).__name__
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(hands) as threads:
        return Counter(threads.map(hand, range(hands)))


def paid(store: Store) -> Order:
    """An order of one piece that has been paid."""
    product = make_product(store, on_hand=3, price_minor=100)
    address = {"country": "IR", "province": "Tehran", "street": "1"}
    draft = OrderDraft((DraftLine(product.sku, 1),), contact=Contact("Ali", "09121112233"), address=address)
    order = place_order(store, draft, actor=STAFF, now=NOW)
    record_payment(order, amount_minor=100, method="online", reference="r", paid_at=NOW, now=NOW, actor=STAFF)
    return fresh(order)


def test_who_read_the_same_page_is_late_but_one() -> None:
    order = paid(make_store("persianpetshop"))
    pages = iter([fresh(order) for _ in range(HANDS)])
    ended = all_at_once(lambda: move(next(pages), "prepare", actor=STAFF, now=NOW))
    assert ended == {"done": 1, "Conflict": HANDS - 1}
    assert (fresh(order).revision, OrderEvent.objects.filter(kind="prepare").count()) == (order.revision + 1, 1)


def test_cancelling_in_many_tabs_pays_back_once() -> None:
    order = paid(make_store("persianpetshop"))
    pages = iter([fresh(order) for _ in range(HANDS)])
    ended = all_at_once(lambda: cancel_order(next(pages), actor=Actor("customer", 2), now=NOW))
    assert ended == {"done": 1, "Conflict": HANDS - 1}
    assert [each.amount_minor for each in Refund.objects.all()] == [100]
    assert Stock.objects.get().reserved == 0


def test_cancelled_or_sent_and_never_both() -> None:
    order = paid(make_store("persianpetshop"))
    pages = iter([(at, fresh(order)) for at in range(HANDS)])

    def cancel_or_send() -> None:
        at, page = next(pages)
        if at % 2:
            hand_over(page, actor=STAFF, now=NOW)
        else:
            cancel_order(page, actor=STAFF, now=NOW, reason="mistake")

    assert all_at_once(cancel_or_send)["done"] == 1
    state = fresh(order).state
    sent = Delivery.objects.filter(state="handed_over").count()
    assert (state, sent, Refund.objects.count()) in {("shipped", 1, 0), ("cancelled", 0, 1)}


def test_a_carriers_message_that_comes_many_times_at_once_is_taken_once() -> None:
    order = paid(make_store("persianpetshop"))
    hand_over(order, actor=STAFF, now=NOW)

    def hear() -> None:
        page = fresh(order)
        sighting = Sighting("delivered", NOW, reference="c-1")
        record_delivery(page, Delivery.objects.get(order=page), sighting, source="carrier", actor=Actor.system("carrier"), now=NOW)

    ended = all_at_once(hear)
    assert set(ended) <= {"done", "Conflict"}
    assert ended["done"] >= 1
    assert DeliveryEvent.objects.filter(kind="delivered").count() == 1
    assert OrderEvent.objects.filter(kind="deliver").count() == 1


def test_numbers_are_given_once() -> None:
    store = make_store("fetrashop")
    given: list[str] = []
    all_at_once(lambda: given.extend(next_number(store) for _ in range(5)))
    assert len(set(given)) == len(given) == 5 * HANDS

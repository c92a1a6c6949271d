"""Whatever is paid, given, cancelled and delivered in whatever order: at the end the books hold of an order what is owed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.records.deliveries.actions import Sighting
from avdet.records.ledger.queries import balance
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of, order_by_id, to_pay_minor
from avdet.records.refunds.models import Refund
from avdet.records.refunds.queries import OVERPAID, money_of
from avdet.workflows.money.give_goodwill import give_goodwill
from avdet.workflows.money.void_refund import void_refund
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.confirm_order import confirm_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.orders.record_delivery import record_delivery
from tests.factories import NOW, make_product, make_staff, make_store
from tests.workflows.money import MACHINE, books_agree, grant, pay

pytestmark = pytest.mark.django_db


class Books:
    """An order of three pieces, 1,000 each, and 90 for its shipping; what is refused changes nothing."""

    def __init__(self, cash: bool) -> None:
        self.store = make_store("persianpetshop")
        self.author, self.causes = make_staff(self.store, "owner"), 0
        method = "cash_on_delivery" if cash else "bank_transfer"
        goods = make_product(self.store, price_minor=1_000, vat_basis_points=1_000, on_hand=9)
        address = {"country": "IR", "province": "Tehran", "street": "1"}
        contact = Contact("Ali", "09121112233")
        draft = OrderDraft((DraftLine(goods.sku, 3),), contact=contact, address=address, shipping_minor=90, payment_method=method)
        self.order, self.late = place_order(self.store, draft, actor=MACHINE, now=NOW), False
        if cash:
            confirm_order(self.order, actor=MACHINE, now=NOW)

    def fresh(self) -> Order:
        found = order_by_id(self.order.pk)
        assert found is not None
        return found

    def pay(self, share: int) -> None:
        order = self.fresh()
        self.late = self.late or order.state == "cancelled"
        with contextlib.suppress(AvdetError):
            pay(order, max(1, order.total_minor * share // 100), method=order.payment_method)

    def goodwill(self, share: int) -> None:
        amount = max(1, money_of(self.fresh()).left_minor * share // 100)
        with contextlib.suppress(AvdetError):
            give_goodwill(self.fresh(), amount_minor=amount, reason="late", author=self.author, now=NOW, actor=MACHINE)

    def cancel(self, share: int) -> None:
        """All of it, or one piece: for what it was paid, or with something kept."""
        pieces = None if share == 100 else {lines_of(self.order)[0].pk: 1}
        kept = {"refund_minor": share * 10} if share in (0, 40) else {}
        with contextlib.suppress(AvdetError):
            cancel_order(self.fresh(), actor=MACHINE, now=NOW, reason="mistake", pieces=pieces, **kept)  # type: ignore[arg-type]

    def deliver(self, _: int) -> None:
        with contextlib.suppress(AvdetError):
            order = self.fresh()
            parcel = hand_over(order, actor=MACHINE, now=NOW, source="shop")
            record_delivery(order, parcel, Sighting("delivered", NOW), source="carrier", actor=MACHINE, now=NOW)

    def give_back(self, _: int) -> None:
        over, self.causes = money_of(self.fresh()).over_minor, self.causes + 1
        with contextlib.suppress(AvdetError):
            grant(self.fresh(), over, key=str(self.causes), reason=OVERPAID)

    def void(self, share: int) -> None:
        found = list(Refund.objects.order_by("pk"))
        if found:
            with contextlib.suppress(AvdetError):
                void_refund(found[share % len(found)], why="mistake", now=NOW, actor=MACHINE)

    def stands(self) -> None:
        order, money = self.fresh(), money_of(self.fresh())
        held, kept = (-balance(self.store, name, order.currency) for name in (bookings.ORDERS, bookings.CANCELLATIONS))
        books_agree(self.store)
        assert order.state != "cancelled" or balance(self.store, bookings.VAT, order.currency) == 0, "nothing of it was ever sold"
        assert max(0, order.total_minor - order.credit_minor) >= to_pay_minor(order) >= 0
        if order.state == "delivered":
            assert held == max(0, money.over_minor - kept) - money.due_minor
        elif order.state == "cancelled" and not self.late and not Refund.objects.filter(state="void").exists():
            assert held == 0
        else:
            assert held >= 0


STEPS = ("pay", "goodwill", "cancel", "deliver", "give_back", "void")
SHARES = (0, 10, 40, 60, 100)
play = st.lists(st.tuples(st.sampled_from(STEPS), st.sampled_from(SHARES)), min_size=3, max_size=9)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@given(play, st.sampled_from([False, False, True]))
@example([("pay", 100), ("goodwill", 10), ("deliver", 0)], False)
@example([("pay", 100), ("goodwill", 10), ("deliver", 0), ("void", 0)], False)
@example([("pay", 100), ("cancel", 10), ("deliver", 0), ("goodwill", 10)], False)
@example([("pay", 100), ("cancel", 40), ("deliver", 0)], False)
@example([("pay", 100), ("cancel", 40), ("cancel", 100), ("goodwill", 100)], False)
@example([("cancel", 10), ("pay", 100), ("deliver", 0), ("give_back", 0)], False)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_the_books_hold_of_an_order_what_is_owed(steps: list[tuple[str, int]], cash: bool) -> None:
    with undone():
        books: Any = Books(cash)
        for name, share in steps:
            getattr(books, name)(share)
            books.stands()

"""An order closes by itself once nothing may come of it, and no sooner."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import OperationalError

from avdet.records.cases.models import Case, Claim
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.actions import move, write_note
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.orders.queries import order_by_number
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.stamps import stamp
from avdet.workflows.orders import close_orders
from avdet.workflows.policy.options_now import options_now
from tests.factories import NOW, make_order, make_product, make_store
from tests.workflows.money import grant, pay

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LONG_AGO: dict[str, Any] = {
    "state": "delivered", "placed_at": NOW - 200 * DAY, "handed_over_at": NOW - 199 * DAY, "delivered_at": NOW - 198 * DAY,
    "over_at": NOW - 198 * DAY,
}  # fmt: skip


def delivered(slug: str = "persianpetshop", *, paid: bool = True, **fields: Any) -> Order:
    store = make_store(slug)
    made = make_order(store, products=[make_product(store, traits=["food"])], **{**LONG_AGO, **fields})
    if paid:
        pay(made, paid_at=made.placed_at)
        Order.objects.filter(pk=made.pk).update(state="delivered", paid_at=made.placed_at)
    return fresh(made)


def fresh(order: Order) -> Order:
    found = order_by_number(order.store, order.number)
    assert found is not None
    return found


def after_a_look(order: Order, at: datetime = NOW) -> Order:
    close_orders.close_orders({}, at)
    return fresh(order)


# ---- not yet ---------------------------------------------------------------------------------------------------------


def test_while_a_deadline_is_open_it_stays_and_is_looked_at_when_the_last_one_has_passed() -> None:
    recent = {"placed_at": NOW - 3 * DAY, "handed_over_at": NOW - 2 * DAY, "delivered_at": NOW - DAY / 4, "over_at": NOW - DAY / 4}
    order = delivered(**recent)
    options = options_now(order, NOW)
    assert options is not None
    assert options.open
    left = after_a_look(order)
    assert left.state == "delivered"
    assert left.over_at == max(option.until or order.delivered_at + close_orders.WITHOUT_END for option in options.open)  # type: ignore[operator]
    assert after_a_look(left, left.over_at + timedelta(seconds=2)).state == "closed"  # type: ignore[operator]


@pytest.mark.parametrize("fault", [Conflict, OperationalError])
def test_one_that_somebody_is_at_work_on_is_left_for_the_next_look(monkeypatch: pytest.MonkeyPatch, fault: type[Exception]) -> None:
    def busy(*_: Any, **__: Any) -> None:
        raise fault("somebody is at work on it")

    with monkeypatch.context() as patched:
        patched.setattr(close_orders, "move", busy)
        left = after_a_look(delivered())
    assert left.state == "delivered"
    assert after_a_look(left, NOW + DAY).state == "closed"


def test_what_is_not_paid_for_stays_open() -> None:
    assert after_a_look(delivered(paid=False)).state == "delivered"


def test_a_refund_that_has_not_arrived_keeps_it_open() -> None:
    order = delivered()
    grant(order, 1_000)
    left = after_a_look(order)
    assert (left.state, left.over_at) == ("delivered", NOW + close_orders.AGAIN)


def test_a_parcel_on_its_way_keeps_it_open() -> None:
    order = delivered()
    Delivery.objects.create(order=order, number=1, state="handed_over", handed_over_at=NOW - DAY, created_at=NOW - DAY)
    assert after_a_look(order).state == "delivered"


@pytest.mark.parametrize(("state", "becomes"), [("review", "delivered"), ("settled", "closed")])
def test_a_case_keeps_it_open_until_it_is_settled(state: str, becomes: str) -> None:
    order = delivered()
    line = order.lines.get()
    claim = Claim.objects.create(store=order.store, order=order, key="1", channel="desk", language="fa", filed_by="staff", filed_at=NOW)
    Case.objects.create(
        store=order.store, order=order, order_line=line, claim=claim, number="V-1", state=state, quantity=1, filed_at=NOW,
        policy_version=order.policy_version,
    )  # fmt: skip
    assert after_a_look(order).state == becomes


@pytest.mark.parametrize("state", ["shipped", "preparing", "cancelled", "returned"])
def test_only_what_was_delivered_closes(state: str) -> None:
    order = delivered()
    Order.objects.filter(pk=order.pk).update(state=state)
    assert after_a_look(order).state == state


def test_without_terms_it_stays_open_for_thirty_days() -> None:
    store = make_store("elsewhere", country="TR", currency="TRY", time_zone="Europe/Istanbul", languages=["tr"])
    order = make_order(store, **{**LONG_AGO, "delivered_at": NOW - 29 * DAY})
    pay(order, paid_at=order.placed_at)
    Order.objects.filter(pk=order.pk).update(state="delivered")
    assert after_a_look(order).over_at == NOW + DAY
    assert after_a_look(order, NOW + DAY).state == "closed"


def test_whoever_was_faster_is_not_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    order = delivered()
    meanwhile = close_orders.options_of

    def slow(file: Any) -> Any:
        write_note(fresh(order), "just now", actor=Actor.system("test"), now=NOW)
        return meanwhile(file)

    monkeypatch.setattr(close_orders, "options_of", slow)
    left = after_a_look(order)
    assert (left.state, left.note) == ("delivered", "just now")
    monkeypatch.undo()
    assert after_a_look(order, NOW + DAY).state == "closed"


# ---- and then --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["ofiskutum", "offykala", "persianpetshop", "fetrashop"])
def test_once_everything_has_passed_it_closes_and_says_until_when_it_was_open(slug: str) -> None:
    order = after_a_look(delivered(slug))
    assert order.state == "closed"
    event = OrderEvent.objects.get(order=order, kind="close")
    assert (event.actor, event.source) == ("system", "close_orders")
    assert order.delivered_at is not None
    assert order.delivered_at < datetime.fromisoformat(event.facts["until"]) <= NOW


def test_an_order_is_looked_at_from_its_delivery_on() -> None:
    store = make_store("fetrashop")
    order = make_order(store, state="shipped", placed_at=NOW - 3 * DAY, handed_over_at=NOW - 2 * DAY)
    move(order, "deliver", actor=Actor.system("test"), now=NOW, at=NOW - DAY)
    assert order.over_at == NOW - DAY


@pytest.mark.parametrize("count", [1, 6])
def test_a_batch_takes_a_fixed_number_of_statements(count: int, django_assert_max_num_queries: Any) -> None:
    store = make_store("persianpetshop")
    stamp(store)
    product = make_product(store)
    recent = {"placed_at": NOW - 3 * DAY, "handed_over_at": NOW - 2 * DAY, "delivered_at": NOW - DAY / 4, "over_at": NOW - DAY / 4}
    for _ in range(count):
        order = make_order(store, products=[product], **{**LONG_AGO, **recent})
        pay(order, paid_at=order.placed_at)
    Order.objects.update(state="delivered")
    options_now(fresh(order), NOW)  # the terms are at hand from now on
    with django_assert_max_num_queries(10):
        assert close_orders.close_some(NOW, size=50) is None
    assert Order.objects.filter(state="delivered", over_at__gt=NOW).count() == count


def test_many_are_gone_through_a_batch_at_a_time(deferred: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    store = make_store("elsewhere", country="TR", currency="TRY", time_zone="Europe/Istanbul", languages=["tr"])
    product = make_product(store)
    for _ in range(7):
        pay(make_order(store, products=[product], **LONG_AGO), paid_at=NOW - 200 * DAY)
    Order.objects.update(state="delivered")
    monkeypatch.setattr(close_orders, "BATCH", 2)
    monkeypatch.setattr(close_orders, "PER_JOB", 4)
    monkeypatch.setattr(close_orders.close_some, "__kwdefaults__", {"after": None, "size": 2})
    close_orders.close_orders({}, NOW)
    assert Order.objects.filter(state="closed").count() == 4
    deferred.run(NOW)
    assert not Order.objects.filter(state="delivered").exists()

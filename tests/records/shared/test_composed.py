"""What is composed once gives what Django would have given, whatever the values are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from avdet.records.deliveries.actions import Plan, Sighting, plan, record
from avdet.records.deliveries.queries import deliveries_of, with_deliveries
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.orders.queries import LIGHT, lines_of, order_by_number
from avdet.records.outbox.models import Notice
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import FEW, composed, insert
from tests.factories import NOW, make_customer, make_order, make_product, make_store

pytestmark = pytest.mark.django_db


def columns(record: object) -> dict[str, object]:
    return {name: value for name, value in vars(record).items() if not name.startswith("_")}


@composed
def named(store: int, number: str):
    return Order.objects.filter(store=store, number=number).select_related("customer", "policy_version").defer(*LIGHT)


def test_values_have_no_names():
    with pytest.raises(TypeError, match="number"):
        named(1, number="x")


def test_the_rows_are_those_that_django_gives(django_assert_num_queries):
    store = make_store()
    orders = [make_order(store), make_order(store, make_customer(store))]
    assert (order_by_number(store, "none"), named(store.pk + 1, orders[0].number)) == (None, [])
    for order in orders:
        found, expected = order_by_number(store, order.number), named.__wrapped__(store.pk, order.number).get()
        assert columns(found) == columns(expected)
        assert found.get_deferred_fields() == expected.get_deferred_fields()
        with django_assert_num_queries(0):
            for name in ("customer", "policy_version"):
                one, other = getattr(found, name), getattr(expected, name)
                assert (one and columns(one)) == (other and columns(other))
            assert found.store is store
        found.note = "kept"
        found.save(update_fields=["note"])


def test_parts_that_are_kept_are_not_read_again(django_assert_num_queries):
    store = make_store()
    order = make_order(store, products=[make_product(store), make_product(store)])
    lines = lines_of(order)
    first, second = (plan(order, Plan({lines[at].pk: 1}), at + 1, now=NOW) for at in (0, 1))
    record(second, Sighting("attempted", NOW + timedelta(hours=1)), source="carrier", actor=Actor.system("carrier"), now=NOW)
    order = Order.objects.get(pk=order.pk)
    with django_assert_num_queries(4):
        lines, found = lines_of(order), deliveries_of(order)
    with django_assert_num_queries(0):
        assert lines == lines_of(order) == list(order.lines.all())
        assert (
            (found, lines[0].order, found[0].order)
            == ([first, second], order, order)
            == (list(order.deliveries.all()), order, order)
        )
        assert [len(each.lines.all()) for each in found] == [1, 1]
        assert [[event.delivery for event in each.events.all()] for each in found] == [[], [second]]
    parts = [
        [(each.lines.all()[0].pk, len(each.events.all())) for each in several] for several in (found, *with_deliveries([order]))
    ]
    assert parts[0] == parts[1]
    assert deliveries_of(make_order(order.store)) == []


def event(order: Order, kind: str = "noted") -> OrderEvent:
    return OrderEvent(
        order=order, kind=kind, to_state="placed", actor="system", source="test", facts={"a": [1]}, at=NOW, recorded_at=NOW
    )


@pytest.mark.parametrize("count", [0, 1, FEW, FEW + 1])
def test_new_rows_are_saved_and_numbered(count, django_assert_num_queries):
    order = make_order(make_store())
    rows = [event(order, f"kind {at}") for at in range(count)]
    with django_assert_num_queries(min(count, 1)):
        insert(rows)
    assert [columns(OrderEvent.objects.get(pk=row.pk)) for row in rows] == [columns(row) for row in rows]
    assert not any(row._state.adding for row in rows)


def notice(store, key: str) -> Notice:
    return Notice(
        store=store, key=key, channel="sms", kind="test", to="+98", language="en", values={}, next_at=NOW, created_at=NOW
    )


@pytest.mark.parametrize("count", [1, 2, FEW + 1])
def test_what_is_there_already_is_left_out_where_that_is_wished(count):
    store = make_store()
    insert([notice(store, "0")])
    several = [notice(store, str(at)) for at in range(count)]
    with pytest.raises(IntegrityError), transaction.atomic():
        insert(several)
    insert(several, once=True)
    assert sorted(Notice.objects.values_list("key", flat=True)) == [str(at) for at in range(count)]
    assert Notice.objects.get(key="0").to == "+98"

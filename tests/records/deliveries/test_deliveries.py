"""Every state and every move of the delivery's lifecycle; what carriers tell is kept once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import DELIVERY
from avdet.records.deliveries.actions import KINDS, MOVES, Plan, Sighting, move, plan, record
from avdet.records.deliveries.carriers import CARRIERS, carrier_named, carriers_of, tracking_page
from avdet.records.deliveries.models import Delivery, DeliveryEvent
from avdet.records.deliveries.queries import (
    deliveries_of,
    delivery_by_ref,
    delivery_of,
    left_to_send,
    with_deliveries,
)
from avdet.records.orders.queries import lines_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from tests.factories import NOW, make_order, make_product, make_store

ACTOR = Actor.system("carrier")
PAIRS = [(state, name) for state in DELIVERY.states for name in DELIVERY.names]


def parcel(**fields):
    order = fields.pop("order", None) or make_order(make_store())
    delivery = plan(order, Plan({lines_of(order)[0].pk: 1}, carrier="Aras", tracking_number="A-1", external_ref="x"), 1, now=NOW)
    Delivery.objects.filter(pk=delivery.pk).update(**fields)
    delivery.refresh_from_db()
    return delivery


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "name"), PAIRS)
def test_a_delivery_moves_as_its_table_says_and_no_other_way(state, name):
    delivery = parcel(state=state)
    if (state, name) not in DELIVERY.table:
        with pytest.raises(AvdetError, match=f"{state} cannot {name}"):
            move(delivery, name, at=NOW)
        assert Delivery.objects.get().state == state
        return
    stale = Delivery.objects.get()
    move(delivery, name, at=NOW)
    stored = Delivery.objects.get()
    assert (stored.state, stored.revision) == (DELIVERY.after(state, name), 1) == (delivery.state, delivery.revision)
    assert stored.attempts == (name == "attempt")
    assert (stored.handed_over_at is not None, stored.delivered_at is not None) == (name == "hand_over", name == "deliver")
    with pytest.raises(Conflict) as refused, transaction.atomic():
        move(stale, name, at=NOW)
    assert refused.value.code == "record.changed"


def test_every_move_but_cancelling_can_be_told():
    assert set(MOVES.values()) == set(DELIVERY.names) - {"cancel"}
    assert set(MOVES) < set(KINDS)


@pytest.mark.django_db
def test_what_is_told_twice_is_kept_once():
    delivery = parcel()
    told = [
        record(delivery, sighting, source="carrier", actor=ACTOR, now=NOW)
        for sighting in (
            Sighting("attempted", NOW), Sighting("attempted", NOW), Sighting("attempted", NOW + timedelta(hours=1)),
            Sighting("attempted", NOW, reference="c-1"), Sighting("delivered", NOW, reference="c-1"),
        )
    ]  # fmt: skip
    assert told == [True, False, True, True, False]
    assert DeliveryEvent.objects.count() == 3
    with pytest.raises(AvdetError, match="happens to a delivery"):
        record(delivery, Sighting("eaten", NOW), source="carrier", actor=ACTOR, now=NOW)


@pytest.mark.django_db
def test_a_delivery_is_found_by_what_others_call_it():
    delivery = parcel()
    order, other = delivery.order, make_order(make_store("ofiskutum"))
    assert delivery.tracking_url.endswith("A-1")
    assert delivery_of(order, 1) == delivery_by_ref(order, "x") == delivery
    assert (delivery_of(order, 2), delivery_by_ref(order, ""), delivery_by_ref(other, "x")) == (None, None, None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "left"),
    [("planned", {}), ("handed_over", {}), ("delivered", {}), ("refused", {}), ("returned", 1), ("lost", 1), ("cancelled", 1)],
)
def test_pieces_are_left_to_send_unless_a_delivery_holds_them(state, left):
    order = make_order(make_store())
    parcel(order=order, state=state)
    (line,) = lines_of(order)
    assert left_to_send([line], deliveries_of(order)) == ({line.pk: left} if left else {})


@pytest.mark.django_db
@pytest.mark.parametrize("orders", [1, 5])
def test_deliveries_of_many_orders_cost_three_statements(orders, django_assert_num_queries):
    store = make_store()
    made = [make_order(store, products=[make_product(store), make_product(store)]) for _ in range(orders)]
    for order in made:
        record(parcel(order=order), Sighting("handed_over", NOW), source="staff", actor=ACTOR, now=NOW)
    with django_assert_num_queries(3):
        assert [len(each[0].lines.all()) + len(each[0].events.all()) for each in with_deliveries(made)] == [2] * orders


@pytest.mark.parametrize("name", ["Yurtiçi Kargo", "yurtici", "YURTİÇİ", "پست پیشتاز", "پيشتاز", "Tipax", "تیپاکس"])
def test_a_carrier_is_known_however_it_is_spelled(name):
    assert carrier_named(name) is not None


def test_an_unknown_carrier_has_no_page():
    assert carrier_named("Ali's van") is None
    assert tracking_page("Ali's van", "1") == tracking_page("Aras", "") == ""


@pytest.mark.parametrize("carrier", CARRIERS, ids=lambda carrier: carrier.key)
def test_a_tracking_number_cannot_leave_its_place_in_the_address(carrier):
    page = tracking_page(carrier.key, '"><script>/../?&#')
    assert page.startswith("https://")
    assert not set('"<>') & set(page)
    assert carrier in carriers_of(carrier.country)
    assert carrier.name_in("en") == carrier.names["en"]

"""Every state and every move of the order's lifecycle: what the table has is done and written down, the rest is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import ORDER
from avdet.records.orders.actions import cancel_pieces, erase_contact, index, mark, move, write_note
from avdet.records.orders.models import Order, OrderEvent, OrderLine, OrderWord
from avdet.records.orders.queries import events_of, fresh, lines_of, search
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from tests.factories import NOW, make_customer, make_order, make_store

pytestmark = pytest.mark.django_db
ACTOR = Actor("staff", 7, "Deniz", "desk")
EARLIER = NOW - timedelta(hours=2)
PAIRS = [(state, name) for state in ORDER.states for name in ORDER.names]


@pytest.mark.parametrize(("state", "name"), [pair for pair in PAIRS if pair not in ORDER.table])
def test_a_move_that_the_table_does_not_have_is_refused_and_leaves_no_trace(state, name):
    order = make_order(make_store(), state=state)
    with pytest.raises(AvdetError, match=f"{state} cannot {name}"):
        move(order, name, actor=ACTOR, now=NOW)
    assert (fresh(order).state, fresh(order).revision, OrderEvent.objects.count()) == (state, 0, 0)


@pytest.mark.parametrize(("state", "name"), [pair for pair in PAIRS if pair in ORDER.table])
def test_a_move_that_the_table_has_is_done_and_written_down(state, name):
    order = make_order(make_store(), state=state)
    move(order, name, actor=ACTOR, now=NOW, at=EARLIER, facts={"why": "test"})
    stored = fresh(order)
    assert (stored.state, stored.revision) == (ORDER.after(state, name), 1) == (order.state, order.revision)
    (event,) = events_of(order)
    assert (event.kind, event.from_state, event.to_state) == (name, state, stored.state)
    assert (event.actor, event.actor_id, event.source, event.facts) == ("staff", 7, "desk", {"why": "test"})
    assert (event.at, event.recorded_at) == (EARLIER, NOW)


@pytest.mark.parametrize(("state", "name"), sorted(ORDER.table))
def test_who_read_an_older_order_changes_nothing(state, name):
    order = make_order(make_store(), state=state)
    stale = fresh(order)
    write_note(order, "somebody was here", actor=ACTOR, now=NOW)
    with pytest.raises(Conflict) as refused, transaction.atomic():
        move(stale, name, actor=ACTOR, now=NOW)
    assert refused.value.code == "record.changed"
    assert (fresh(order).state, [event.kind for event in events_of(order)]) == (state, ["noted"])


@pytest.mark.parametrize(
    ("state", "name", "before", "after"),
    [
        ("placed", "pay", {}, {"paid_at": EARLIER}),
        ("placed", "pay", {"payment_method": "cash_on_delivery"}, {"paid_at": None}),
        ("preparing", "ship", {}, {"handed_over_at": EARLIER}),
        ("part_shipped", "ship", {"handed_over_at": NOW}, {"handed_over_at": NOW}),
        ("returned", "ship_again", {"handed_over_at": NOW, "refused_at": NOW}, {"handed_over_at": EARLIER, "refused_at": None}),
        ("shipped", "deliver", {}, {"delivered_at": EARLIER}),
        ("shipped", "come_back", {}, {"refused_at": EARLIER}),
        ("placed", "cancel", {}, {"cancelled_at": EARLIER}),
        ("delivered", "close", {}, {}),
    ],
)
def test_milestones_fall_when_it_happened(state, name, before, after):
    order = make_order(make_store(), state=state, **before)
    move(order, name, actor=ACTOR, now=NOW, at=EARLIER)
    stored = fresh(order)
    assert {column: getattr(stored, column) for column in after} == after


def test_a_fact_moves_nothing_and_sets_its_milestone():
    order = make_order(make_store(), state="shipped")
    mark(order, "invoiced", actor=ACTOR, now=NOW, at=EARLIER)
    mark(order, "paid", actor=ACTOR, now=NOW, at=EARLIER)
    stored = fresh(order)
    assert (stored.state, stored.invoiced_at, stored.paid_at, stored.revision) == ("shipped", EARLIER, EARLIER, 2)


def test_no_more_pieces_are_cancelled_than_were_bought():
    order = make_order(make_store())
    (line,) = lines_of(order)
    for count in (0, -1, 2):
        with pytest.raises(AvdetError):
            cancel_pieces(order, {line.pk: count})
    other = make_order(make_store("ofiskutum"))
    with pytest.raises(AvdetError):
        cancel_pieces(other, {line.pk: 1})
    cancel_pieces(order, {line.pk: 1})
    with pytest.raises(AvdetError):
        cancel_pieces(order, {line.pk: 1})
    assert lines_of(order)[0].cancelled_quantity == 1


def test_pieces_that_stand_in_a_case_are_not_cancelled():
    order = make_order(make_store())
    OrderLine.objects.filter(order=order).update(quantity=3, claimed_quantity=2)
    (line,) = lines_of(order)
    with pytest.raises(AvdetError, match="can still be cancelled"):
        cancel_pieces(order, {line.pk: 2})
    cancel_pieces(order, {line.pk: 1})
    assert lines_of(order)[0].cancelled_quantity == 1


def test_who_bought_is_forgotten_and_what_was_bought_stays():
    store = make_store()
    customer = make_customer(store, name="Zehra Yıldız", phone="+989351234567")
    order, other = make_order(store, customer, note="calls at noon"), make_order(store, make_customer(store))
    index([order, other])
    assert erase_contact(customer, actor=ACTOR, now=NOW) == 1
    stored = Order.objects.get(pk=order.pk)
    assert (stored.contact, stored.address, stored.note, stored.total_minor) == ({}, {}, "", order.total_minor)
    for text in ("Zehra", "Yıldız", "09351234567", "4567"):
        assert search(store, text).rows == []
    assert [each.pk for each in search(store, order.number).rows] == [order.pk]
    assert fresh(other).contact
    assert OrderWord.objects.filter(order=other).exists()

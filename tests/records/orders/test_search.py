"""An order is found by its number, its buyer's name, phone or e-mail, however these are typed, and in its own store only."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import shipped_with
from avdet.records.orders.actions import index
from avdet.records.orders.models import OrderWord
from avdet.records.orders.queries import Filters, counts_by_state, due, orders_of, search
from tests.factories import NOW, make_customer, make_order, make_product, make_store

pytestmark = pytest.mark.django_db


def known(store, name, phone, number, **fields):
    customer = make_customer(store, name=name, phone=phone, email=f"{number.lower()}@example.test")
    order = make_order(store, customer, number=number, **fields)
    index([order])
    return order


ANY = Filters()


def found(store, text="", filters=ANY):
    return [order.number for order in search(store, text, filters).rows]


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_typed_finds_everything_newest_first(text):
    store = make_store()
    for number in ("F-1", "F-2", "F-3"):
        make_order(store, number=number)
    assert found(store, text) == ["F-3", "F-2", "F-1"]


@pytest.mark.parametrize("text", ["Mehmet", "F-9999", "0912 999 99 99", "9999", "al", "nobody@example.test", "%", "x" * 5_000, "\x00", "ali veli"])
def test_what_no_order_has_finds_none(text):
    store = make_store()
    known(store, "Ali Rıza", "+989121112233", "F-1001")
    assert found(store, text) == ([] if text.strip("\x00%") else ["F-1001"])


@pytest.mark.parametrize(
    "text",
    ["F-1001", "f1001", "1001", "۱۰۰۱", "Ali", "ALİ", "ali rıza", "riz", "Rıza Ali", "+98 912 111 2233", "09121112233",
     "۰۹۱۲ ۱۱۱ ۲۲۳۳", "00989121112233", "2233", "F-1001@Example.TEST", "ali 2233"],
)  # fmt: skip
def test_however_it_is_typed(text):
    store, other = make_store(), make_store("ofiskutum")
    known(store, "Ali Rıza", "+989121112233", "F-1001")
    known(store, "Veli Can", "+989121112244", "F-1002")
    known(other, "Ali Rıza", "+989121112233", "F-1001")
    assert found(store, text) == ["F-1001"]


@pytest.mark.parametrize("text", ["كريمي", "کریمی", "کری", "می‌خواه", "نیلوفر"])
def test_persian_is_found_from_any_keyboard(text):
    store = make_store()
    known(store, "نیلوفر کریمی می‌خواهم", "+989121112233", "F-1")
    assert found(store, text) == ["F-1"]


def test_who_receives_is_found_too():
    store = make_store()
    order = make_order(store, number="F-1", address={"recipient": "Hatice Şen"})
    index([order])
    assert found(store, "sen hatice") == ["F-1"]


def test_nothing_that_is_stored_can_be_read():
    store = make_store()
    known(store, "Ali Rıza", "+989121112233", "F-1001")
    rows = list(OrderWord.objects.values_list("word", flat=True))
    assert len(rows) > 5
    assert all(isinstance(word, int) and -(2**63) <= word < 2**63 for word in rows)


def test_filters_narrow_what_is_found():
    store = make_store()
    product = make_product(store, "P-1")
    one = make_order(store, number="1", products=[product], state="confirmed", process_by=NOW - timedelta(days=1), payment_method="card_to_card")
    two = make_order(store, number="2", state="shipped", placed_at=NOW - timedelta(days=30), country="TR")
    Delivery.objects.create(order=two, number=1, carrier="tipax", created_at=NOW)
    assert found(store, filters=Filters(states=("confirmed",))) == ["1"]
    assert found(store, filters=Filters(placed_from=NOW - timedelta(days=5))) == ["1"]
    assert found(store, filters=Filters(placed_to=NOW - timedelta(days=5))) == ["2"]
    assert found(store, filters=Filters(payment_method="card_to_card")) == ["1"]
    assert found(store, filters=Filters(country="TR")) == ["2"]
    assert found(store, filters=Filters(product="P-1")) == ["1"]
    assert found(store, filters=Filters(overdue_at=NOW)) == ["1"]
    assert found(store, filters=Filters(states=("shipped",), overdue_at=NOW)) == []
    assert [each.number for each in search(store, also=shipped_with("tipax")).rows] == ["2"]
    assert due(store, NOW) == [one]
    assert due(store, NOW - timedelta(days=2)) == []


def test_pages_follow_each_other_and_a_forged_mark_is_refused():
    store = make_store()
    for number in range(7):
        make_order(store, number=str(number))
    first = search(store, size=3)
    second = search(store, size=3, after=first.after)
    third = search(store, size=3, after=second.after)
    assert [[each.number for each in page.rows] for page in (first, second, third)] == [["6", "5", "4"], ["3", "2", "1"], ["0"]]
    assert (first.before, third.after) == ("", "")
    assert [each.number for each in search(store, size=3, before=third.before).rows] == ["3", "2", "1"]
    with pytest.raises(AvdetError):
        search(store, after="forged")


def test_a_customers_orders_are_their_own():
    store = make_store()
    alice, bob = make_customer(store), make_customer(store)
    mine = make_order(store, alice)
    make_order(store, bob)
    assert orders_of(alice).rows == [mine]


def test_queues_are_counted_up_to_a_thousand_in_one_statement(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr("avdet.records.orders.queries.MOST", 2)
    store = make_store()
    for days in (5, 9, 1):
        make_order(store, state="confirmed", placed_at=NOW - timedelta(days=days))
    make_order(store, state="shipped")
    make_order(make_store("ofiskutum"), state="shipped")
    with django_assert_num_queries(1):
        queues = counts_by_state(store)
    assert (queues["confirmed"].count, queues["confirmed"].more, queues["confirmed"].oldest_at) == (2, True, NOW - timedelta(days=5))
    assert (queues["shipped"].count, queues["shipped"].more) == (1, False)
    assert (queues["placed"].count, queues["placed"].oldest_at) == (0, None)


@pytest.mark.parametrize("orders", [1, 30])
def test_a_list_costs_one_statement_however_long(orders, django_assert_num_queries):
    store = make_store()
    for number in range(orders):
        known(store, "Ali Rıza", "+989121112233", f"F-{number}")
    with django_assert_num_queries(1):
        assert len(search(store, "ali riza").rows) == orders

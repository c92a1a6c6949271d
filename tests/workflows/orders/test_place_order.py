"""Orders are placed whole or not at all, and what was agreed is frozen."""

from __future__ import annotations

from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Gift, Reservation
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.orders.queries import lines_of, search
from avdet.records.people.models import Customer
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.stamps import stamp
from avdet.workflows.orders.place_order import place_order
from avdet.workflows.policy.ask_policy import Denied
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")


def draft(*skus: str, **fields: object) -> OrderDraft:
    known = {"contact": Contact("Ali Rezâî", "0912 111 22 33", "ali@example.test"), "address": {"country": "IR", "province": "Tehran"}}
    lines = tuple(DraftLine(sku, 2) for sku in skus) or (DraftLine("A", 2),)
    return OrderDraft(**{"lines": lines, **known, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"lines": ()}, "lines"),
        ({"lines": (DraftLine("A", 0),)}, "lines[0].quantity"),
        ({"lines": (DraftLine("A", 10**9),)}, "lines[0].quantity"),
        ({"lines": (DraftLine("A", -1),)}, "lines[0].quantity"),
        ({"lines": (DraftLine("", 1),)}, "lines[0].sku"),
        ({"lines": (DraftLine("nowhere", 1),)}, "lines[0].sku"),
        ({"lines": (DraftLine("A", 1, unit_price_minor=-1),)}, "lines[0].unit_price_minor"),
        ({"lines": (DraftLine("A", 1, discount_minor=10**12),)}, "lines[0]"),
        ({"lines": (DraftLine("A", 1, serials=("S1", "S2")),)}, "lines[0].serials"),
        ({"lines": (DraftLine("A", 2, serials=("S1", " s 1")),)}, "lines[0].serials"),
        ({"lines": (DraftLine("A", 1, serials=(" ",)),)}, "lines[0].serials"),
        ({"discount_minor": 10**12}, "discount_minor"),
        ({"shipping_minor": -1}, "shipping_minor"),
        ({"number": "x" * 61}, "number"),
        ({"number": " "}, "number"),
        ({"external_ref": "a\x00b"}, "external_ref"),
        ({"placed_at": NOW + timedelta(hours=1)}, "placed_at"),
        ({"placed_at": NOW.replace(tzinfo=None)}, "placed_at"),
        ({"contact": Contact("x" * 501)}, "contact.name"),
        ({"address": {"street": "x" * 501}}, "address.street"),
    ],
)
def test_what_is_no_order_is_refused_by_name_and_nothing_is_kept(fields, where):
    store = make_store()
    make_product(store, "A")
    with pytest.raises(AvdetError) as refused:
        place_order(store, draft(**fields), actor=ACTOR, now=NOW)
    assert refused.value.where == where
    assert refused.value.cure
    assert not Order.objects.exists()
    assert not Customer.objects.exists()


def test_without_the_pieces_there_is_no_order():
    store = make_store()
    make_product(store, "A", on_hand=1)
    with pytest.raises(OutOfStock):
        place_order(store, draft("A"), actor=ACTOR, now=NOW)
    assert not Order.objects.exists()
    assert not OrderEvent.objects.exists()


@pytest.mark.parametrize("fields", [{"number": "F-1"}, {"number": "F-2", "external_ref": "shop-1"}])
def test_a_number_or_a_shops_reference_is_used_once(fields):
    store = make_store()
    make_product(store, "A", on_hand=10)
    place_order(store, draft("A", number="F-1", external_ref="shop-1"), actor=ACTOR, now=NOW)
    with pytest.raises(Conflict):
        place_order(store, draft("A", **fields), actor=ACTOR, now=NOW)
    assert Reservation.objects.count() == 1


def test_numbers_follow_each_other_and_pass_over_those_that_are_taken():
    store = make_store()
    make_product(store, "A", on_hand=10)
    place_order(store, draft("A", number="1001"), actor=ACTOR, now=NOW)
    assert [place_order(store, draft("A"), actor=ACTOR, now=NOW).number for _ in range(2)] == ["1002", "1003"]


def test_what_was_agreed_is_frozen():
    store = make_store()
    product = make_product(store, "A", price_minor=1_000, vat_basis_points=1000, traits=["serial_number"], names={"fa": "کالا", "en": "Thing"})
    made = place_order(store, draft("A", discount_minor=100, shipping_minor=50, language="fa"), actor=ACTOR, now=NOW)
    product.price_minor, product.traits = 9_999, []
    product.save()
    order = Order.objects.get(pk=made.pk)
    (line,) = lines_of(order)
    assert (order.goods_minor, order.discount_minor, order.shipping_minor, order.total_minor, order.vat_minor) == (2_000, 100, 50, 1_950, 173)
    assert (line.name, line.traits, line.unit_price_minor, line.total_minor) == ("کالا", ["serial_number"], 1_000, 1_900)
    assert order.contact == {"name": "Ali Rezâî", "phone": "+989121112233", "email": "ali@example.test"}
    assert order.breakdown["vat"] == [
        {"basis_points": 0, "gross_minor": 50, "vat_minor": 0},
        {"basis_points": 1000, "gross_minor": 1_900, "vat_minor": 173},
    ]
    assert order.policy_version == store.policy_versions.get()
    assert order.policy_fingerprint.startswith("sha256:")
    assert order.state == "placed"


def test_it_is_due_on_the_working_day_of_its_placing_or_the_first_after_a_holiday():
    store = make_store("fetrashop")
    make_product(store, "A")
    friday = NOW - timedelta(days=2)
    made = place_order(store, draft("A", placed_at=friday), actor=ACTOR, now=NOW)
    assert made.process_by is not None
    assert made.process_by.isoformat() == "2026-11-21T23:59:59.999999+03:30"


def test_gifts_go_with_their_product_at_no_charge():
    store = make_store()
    bought, given = make_product(store, "A"), make_product(store, "G")
    Gift.objects.create(product=bought, gift=given, quantity=2)
    order = place_order(store, draft("A"), actor=ACTOR, now=NOW)
    assert [(line.sku, line.quantity, line.total_minor) for line in lines_of(order)] == [("A", 2, 90_000_000), ("G", 4, 0)]
    assert set(Reservation.objects.values_list("product__sku", "quantity")) == {("A", 2), ("G", 4)}


def test_a_buyer_is_found_again_by_the_same_contact_however_written():
    store = make_store()
    make_product(store, "A", on_hand=100)
    first = place_order(store, draft("A"), actor=ACTOR, now=NOW)
    again = place_order(store, draft("A", contact=Contact("Ali", "۰۹۱۲ ۱۱۱ ۲۲ ۳۳", "ALI@example.test")), actor=ACTOR, now=NOW)
    other = place_order(store, draft("A", contact=Contact("Veli", "۰۹۱۲۱۱۱۲۲۳۴")), actor=ACTOR, now=NOW)
    nobody = place_order(store, draft("A", contact=Contact("Someone")), actor=ACTOR, now=NOW)
    assert first.customer == again.customer
    assert other.customer not in (None, first.customer)
    assert nobody.customer is None


def test_two_customers_of_a_shop_are_two_though_they_share_a_phone():
    store = make_store()
    make_product(store, "A", on_hand=100)
    one, two, again = (place_order(store, draft("A", customer_ref=ref), actor=ACTOR, now=NOW) for ref in ("c1", "c2", "c1"))
    assert one.customer != two.customer
    assert again.customer == one.customer


def test_an_order_without_stock_of_ours_promises_nothing():
    store = make_store()
    order = place_order(
        store, draft(lines=(DraftLine("unknown", 3, "A thing", 500),), reserve=False), actor=Actor.shop("file"), now=NOW
    )
    assert [(line.sku, line.name, line.total_minor, line.product_id) for line in lines_of(order)] == [("unknown", "A thing", 1_500, None)]
    assert not Reservation.objects.exists()


@pytest.mark.parametrize("lines", [1, 40])
def test_statements_do_not_grow_with_the_lines(lines, django_assert_max_num_queries):
    store = make_store()
    for at in range(lines):
        make_product(store, f"P{at}")
    stamp(store)
    wanted = draft(*[f"P{at}" for at in range(lines)])
    place_order(store, wanted, actor=ACTOR, now=NOW)
    with django_assert_max_num_queries(20) as counted:
        place_order(store, wanted, actor=ACTOR, now=NOW)
    made = [each["sql"] for each in counted.captured_queries if "SAVEPOINT" not in each["sql"]]
    told = [sql for sql in made if "outbox_" in sql]
    assert len(made) - len(told) <= 11
    assert len(told) <= 2


def test_what_the_terms_deny_no_customer_can_order_and_a_shops_order_says_so():
    store = make_store("ofiskutum")
    make_product(store, "A")
    abroad = draft("A", address={"country": "TR", "province": "Girne", "street": "1"})
    with pytest.raises(Denied) as denied:
        place_order(store, abroad, actor=Actor("customer", 1), now=NOW)
    assert "OFI-8" in str(denied.value)
    assert not Order.objects.exists()
    order = place_order(store, abroad, actor=Actor.shop("woocommerce"), now=NOW)
    (event,) = OrderEvent.objects.filter(order=order)
    assert event.facts["checkout"] == "deny"
    assert "OFI-8" in {row["clause"] for row in event.facts["because"]}


def test_while_the_store_takes_no_orders_its_terms_say_so():
    store = make_store("fetrashop", takes_orders=False)
    make_product(store, "A")
    with pytest.raises(Denied) as denied:
        place_order(store, draft("A"), actor=Actor("customer", 1), now=NOW)
    assert "FET-ORD-4" in str(denied.value)


def test_terms_in_another_currency_say_nothing_of_an_order():
    store = make_store("fetrashop")
    make_product(store, "A")
    order = place_order(store, draft("A", currency="EUR"), actor=Actor.shop("woocommerce"), now=NOW)
    assert (order.currency, OrderEvent.objects.get(order=order).facts) == ("EUR", {})


def test_it_can_be_found_at_once():
    store = make_store()
    make_product(store, "A")
    order = place_order(store, draft("A"), actor=ACTOR, now=NOW)
    assert [each.pk for each in search(store, "rezai 2233").rows] == [order.pk]

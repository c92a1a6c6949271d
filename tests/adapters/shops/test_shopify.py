"""The Shopify client against the simulator, over real HTTP, and Shopify's own fixtures."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from avdet.adapters.shops.shopify import Shopify
from avdet.adapters.shops.shopify.orders import read_order
from avdet.adapters.shops.shopify.products import read_products
from avdet.adapters.shops.shopify.webhook import signature
from avdet.core.errors import AvdetError
from avdet.ports.shops import ForgedError, ShopError
from avdet.simulators.fixtures import fixture
from avdet.simulators.shops.shopify import ACCESS_TOKEN, WEBHOOK_SECRET

NEW_YORK = timezone(timedelta(hours=-5))
SHIRT = {
    "id": 9,
    "title": "Gömlek",
    "body_html": "<p>Pamuk</p>",
    "product_type": "Giyim",
    "tags": "yaz, pamuk",
    "options": [{"name": "Beden"}],
    "variants": [
        {"id": 1, "sku": "G-S", "price": "199.90", "option1": "S", "inventory_management": "shopify", "inventory_quantity": -2},
        {"id": 2, "sku": "G-M", "price": "199.90", "option1": "M", "grams": 250},
    ],
    "colour_of_box": "mavi",
}


@pytest.fixture
def shop(shop_simulator, http):
    return Shopify(shop_simulator.url, ACCESS_TOKEN, http, unit="USD", webhook_secret=WEBHOOK_SECRET, wait=lambda _: None)


def test_a_wrong_token_is_refused_for_good(shop):
    with pytest.raises(ShopError, match="answered 401") as refused:
        replace(shop, access_token="x").orders()
    assert refused.value.permanent


def test_an_order_that_is_not_there_is_refused(shop):
    with pytest.raises(ShopError, match="answered 404"):
        shop.order("1")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": None}, "$.id"),
        ({"created_at": None}, "$.created_at"),
        ({"total_price": "a lot"}, "$.total_price"),
        ({"line_items": [{"quantity": 0}]}, "$.line_items[0].quantity"),
        ({"refunds": "x"}, "$.refunds"),
    ],
)
def test_bad_documents_name_the_field(change, where):
    with pytest.raises(AvdetError) as refused:
        read_order({**fixture("shopify/order.json")["order"], **change})
    assert refused.value.where == where
    with pytest.raises(AvdetError):
        read_order(None)


def test_the_fixture_is_read_whole(shop):
    assert shop.order("450789469").value.total_minor == 59894
    order = read_order(fixture("shopify/order.json")["order"]).value
    assert (order.number, order.status, order.currency, order.total_minor) == ("1001", "authorized", "USD", 40994)
    assert order.placed_at == datetime(2008, 1, 10, 11, tzinfo=NEW_YORK)
    assert [(line.sku, line.gross_minor) for line in order.lines] == [
        ("IPOD2008GREEN", 19900), ("IPOD2008RED", 19900), ("IPOD2008BLACK", 19900),
    ]  # fmt: skip
    assert order.lines[0].options == (("Custom Engraving", "Happy Birthday"),)
    assert (order.customer.reference, order.customer.name, order.customer.email) == ("207119551", "Bob Norman", "bob.norman@hostmail.com")
    assert order.recipient.address.country == "US"
    assert (order.events, order.parcels) == ((), ())


def test_a_delivery_that_failed_is_none():
    reading = read_order(fixture("shopify/order.json")["order"])
    assert [note.why for note in reading.notes if note.path == "$.fulfillments[0].status"] == ["this delivery did not take place"]


def test_what_happened_to_an_order():
    document = fixture("shopify/order.json")["order"]
    shipped = {**document["fulfillments"][0], "status": "success", "tracking_company": "Aras"}
    changed = {
        "financial_status": "partially_refunded",
        "fulfillment_status": "fulfilled",
        "processed_at": "2008-01-10T11:05:00-05:00",
        "cancelled_at": "2008-02-01T09:00:00-05:00",
        "fulfillments": [shipped],
        "refunds": [fixture("shopify/refund.json")["refund"]],
    }
    order = read_order({**document, **changed}).value
    assert [(event.kind, event.amount_minor) for event in order.events] == [
        ("paid", 0), ("cancelled", 0), ("fulfilled", 0), ("refunded", 20900),
    ]  # fmt: skip
    assert [(parcel.carrier, parcel.tracking) for parcel in order.parcels] == [("Aras", "1Z2345")]
    assert [(line.line_reference, line.quantity) for line in order.refunds[0].lines] == [("703073504", 1), ("466157049", 1)]


def test_pages_follow_the_cursor(shop, shop_simulator):
    document = fixture("shopify/order.json")["order"]
    shop_simulator.tell("/_orders", [{**document, "shop": "shopify", "id": number} for number in range(1, 261)])
    first = shop.orders()
    second = shop.orders(after=first.next)
    assert (len(first.items), len(second.items), second.next) == (250, 11, "")
    assert {each.value.reference for each in first.items} & {each.value.reference for each in second.items} == set()


def test_only_what_changed_is_asked_for(shop, shop_simulator):
    assert shop.orders(modified_after=datetime(2020, 1, 1, tzinfo=UTC)).items == ()
    shop_simulator.tell("/_orders", {"shop": "shopify", "id": 450789469, "financial_status": "paid"})
    [changed] = shop.orders(modified_after=datetime(2020, 1, 1, tzinfo=UTC)).items
    assert [event.kind for event in changed.value.events] == ["paid"]


def test_each_variant_is_a_product():
    small, medium = read_products(SHIRT, unit="TRY")
    assert (small.value.reference, small.value.name, small.value.price_minor, small.value.stock) == ("9:1", "Gömlek – S", 19990, 0)
    assert (medium.value.stock, medium.value.weight_grams, medium.value.tags) == (None, 250, ("yaz", "pamuk"))
    assert small.value.specifications == (("Beden", "S"),)
    assert [note.path for note in small.notes] == ["$.colour_of_box"]


def test_customers_and_products_are_read(shop):
    assert [each.value.name for each in shop.customers().items] == ["Bob Norman"]
    assert shop.products().items == ()


def test_a_webhook_is_signed_over_its_raw_body():
    assert signature(b'{"id":1}', "secret") == WEBHOOK


def test_a_forged_webhook_is_refused(shop, shop_simulator, received):
    shop_simulator.faults(wrong_signature=1)
    for _ in range(2):
        shop_simulator.tell("/_emit", {"topic": "orders/updated", "id": 450789469, "url": received.url})
    (headers, body), (genuine, _) = received.messages
    with pytest.raises(ForgedError):
        shop.read_webhook(headers, body)
    with pytest.raises(ForgedError):
        replace(shop, webhook_secret="").read_webhook(genuine, body)
    assert shop.read_webhook(genuine, body).order.value.number == "1001"


def test_webhooks_carry_what_their_topic_says(shop, shop_simulator, received):
    refund, customer = fixture("shopify/refund.json")["refund"], fixture("shopify/customer.json")["customer"]
    sent = [("orders/delete", {"id": 7}), ("refunds/create", refund), ("customers/update", customer), ("products/create", SHIRT), ("carts/update", {})]
    for topic, document in sent:
        shop_simulator.tell("/_emit", {"topic": topic, "document": document or {"x": 1}, "url": received.url})
    deleted, refunded, person, product, other = (shop.read_webhook(headers, body) for headers, body in received.messages)
    assert (deleted.event.kind, deleted.event.order_reference) == ("deleted", "7")
    assert (refunded.event.kind, refunded.event.order_reference, refunded.event.amount_minor) == ("refunded", "450789469", 20900)
    assert person.customer.value.reference == "207119551"
    assert product.product.value.reference == "9:1"
    assert (other.order, other.event, other.delivery) == (None, None, "delivery-5")


WEBHOOK = "A971iWIMgT8Zj9A9eWfikrFj7wQ16/Qwcc4OlRl2PLc="

"""The WooCommerce client against the simulator, over real HTTP, and WooCommerce's own documented answers."""

from dataclasses import replace
from datetime import UTC, datetime

import httpx
import pytest

from avdet.adapters.shops.woocommerce import WooCommerce
from avdet.adapters.shops.woocommerce.orders import read_order
from avdet.adapters.shops.woocommerce.products import read_product
from avdet.core.errors import AvdetError
from avdet.ports.shops import ForgedError, ShopError
from avdet.simulators.fixtures import fixture
from avdet.simulators.shops.woocommerce import KEY, SECRET, WEBHOOK_SECRET


@pytest.fixture
def waited():
    return []


@pytest.fixture
def shop(shop_simulator, http, waited):
    return WooCommerce(shop_simulator.url, KEY, SECRET, http, unit="USD", webhook_secret=WEBHOOK_SECRET, wait=waited.append)


def whole(shop, **asked):
    items, after = [], ""
    while True:
        page = shop.orders(after=after, **asked)
        items += page.items
        after = page.next
        if not after:
            return items


def test_a_wrong_key_is_refused_for_good(shop, waited):
    for stranger in (replace(shop, consumer_secret="cs_x"), replace(shop, consumer_key="ck_x")):
        with pytest.raises(ShopError, match="answered 401") as refused:
            stranger.orders()
        assert refused.value.permanent
    assert waited == []


def test_an_order_that_is_not_there_is_refused_for_good(shop):
    with pytest.raises(ShopError, match="answered 404") as refused:
        shop.order("99999")
    assert refused.value.permanent


def test_what_passes_is_asked_again_a_few_times(shop, shop_simulator, waited):
    shop_simulator.faults(http_500=2, rate_limit=1)
    assert shop.order("727").value.number == "727"
    assert waited == [0.5, 1.0, 1.0]


def test_what_does_not_pass_is_given_up(shop, shop_simulator, waited):
    shop_simulator.faults(http_500=9)
    with pytest.raises(ShopError, match="answered 500") as given_up:
        shop.orders()
    assert not given_up.value.permanent
    assert len(waited) == 3


def test_a_shop_that_is_not_there_may_be_asked_later(http):
    with pytest.raises(ShopError, match="could not be asked") as refused:
        WooCommerce("http://127.0.0.1:1", KEY, SECRET, http, wait=lambda _: None).orders()
    assert not refused.value.permanent


def test_an_answer_that_is_no_shop_is_refused_for_good(message_simulator, http):
    with pytest.raises(ShopError) as refused:
        WooCommerce(message_simulator.url, KEY, SECRET, http).orders()
    assert refused.value.permanent


def test_an_order_that_cannot_be_read_does_not_hide_the_others(shop, shop_simulator):
    shop_simulator.tell("/_orders", {"id": 1, "currency": "TRY", "date_created_gmt": "yesterday"})
    page = shop.orders()
    assert len(page.items) == 99
    assert [(fault.where, fault.what) for fault in page.faults] == [("$.date_created_gmt", "'yesterday' is no time")]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": None}, "$.id"),
        ({"date_created_gmt": None, "date_created": None}, "$.date_created_gmt"),
        ({"total": "1e99"}, "$.total"),
        ({"total": "NaN"}, "$.total"),
        ({"total": "1e999999"}, "$.total"),
        ({"total": {"a": 1}}, "$.total"),
        ({"line_items": {}}, "$.line_items[0]"),
        ({"line_items": [{"quantity": -1}]}, "$.line_items[0].quantity"),
        ({"line_items": [{"quantity": 10**10}]}, "$.line_items[0].quantity"),
        ({"line_items": [{"quantity": 0}]}, "$.line_items[0].quantity"),
        ({"line_items": [{"quantity": 1.5}]}, "$.line_items[0].quantity"),
        ({"line_items": ["x"]}, "$.line_items[0]"),
        ({"billing": "x"}, "$.billing"),
    ],
)
def test_bad_documents_name_the_field(change, where):
    change = {"line_items": ["x"]} if change == {"line_items": {}} else change
    with pytest.raises(AvdetError) as refused:
        read_order({**fixture("woocommerce/orders.json")[0], **change})
    assert refused.value.where == where


def test_the_documented_order_is_read_whole(shop):
    order = shop.order("727").value
    assert (order.number, order.status, order.currency, order.total_minor, order.shipping_minor) == ("727", "processing", "USD", 2935, 1000)
    assert order.placed_at == datetime(2017, 3, 22, 19, 28, 2, tzinfo=UTC)
    assert [(line.sku, line.quantity, line.unit_price_minor, line.tax_minor) for line in order.lines] == [("", 2, 300, 45), ("Bar3", 1, 1200, 90)]
    assert order.lines[1].product_reference == "22:23"
    assert order.lines[1].name == "Ship Your Idea – Color: Black, Size: M Test"
    assert order.lines[1].options == (("pa_color", "black"), ("size", "M Test"))
    assert (order.customer.reference, order.customer.name, order.customer.email) == ("", "John Doe", "john.doe@example.com")
    assert order.recipient.address.city == "San Francisco"
    assert [event.kind for event in order.events] == ["paid"]


def test_refunds_come_with_their_own_dates(shop):
    order = shop.order("723").value
    assert [(refund.reference, refund.amount_minor) for refund in order.refunds] == [("726", 1000), ("724", 900)]
    assert order.refunds[1].lines[0].line_reference == "311"
    assert order.refunds[1].lines[0].quantity == 1
    assert order.refunds[0].at == datetime(2017, 3, 21, 20, 7, 11, tzinfo=UTC)
    assert [event.kind for event in order.events] == ["fulfilled", "refunded", "refunded"]


def test_what_is_not_used_is_in_the_report():
    document = {**fixture("woocommerce/orders.json")[0], "gift_message": "İyi bayramlar", "coupon_lines": [{"code": "yaz"}]}
    notes = {note.path: note for note in read_order(document).notes}
    assert (notes["$.gift_message"].said, notes["$.gift_message"].became) == ("İyi bayramlar", "")
    assert "$.coupon_lines" in notes
    assert "$.customer_ip_address" not in notes


def test_prices_with_tax_are_kept_as_the_customer_saw_them(shop):
    order = shop.order("1001").value
    assert order.prices_include_tax
    assert sum(line.gross_minor for line in order.lines) == order.total_minor


def test_toman_become_rial():
    document = {**fixture("woocommerce/orders.json")[0], "currency": "IRT", "total": "45000", "total_tax": "0.5", "line_items": []}
    reading = read_order({**document, "shipping_total": "1000", "fee_lines": []})
    assert (reading.value.currency, reading.value.total_minor, reading.value.shipping_minor) == ("IRR", 450_000, 10_000)


def test_every_page_is_read_once(shop):
    orders = [reading.value for reading in whole(shop)]
    assert len(orders) == 252
    assert len({order.reference for order in orders}) == 252
    assert shop.orders().total == 252


def test_only_what_changed_is_asked_for(shop, shop_simulator):
    shop_simulator.tell("/_orders", {"id": 1005, "status": "cancelled"})
    changed = whole(shop, modified_after=datetime(2026, 6, 1, tzinfo=UTC))
    assert [reading.value.reference for reading in changed] == ["1005"]
    assert changed[0].value.events[-1].kind == "cancelled"


def test_each_variation_is_a_product(shop):
    products = {reading.value.reference: reading.value for reading in shop.products().items}
    assert products["799:733"].name == "Ship Your Idea – Black"
    assert products["799:733"].specifications == (("Color", "Black"),)
    assert products["799:733"].price_minor == 900
    assert products["794"].name == "Premium Quality"
    assert (products["501"].stock, products["794"].stock) == (40, None)
    assert "<" not in products["794"].description


def test_more_sold_than_there_are_is_none_left():
    reading = read_product({"id": 1, "name": "x", "manage_stock": True, "stock_quantity": -3, "weight": "a"}, unit="TRY")
    assert reading.value.stock == 0
    assert {note.path for note in reading.notes} == {"$.stock_quantity", "$.weight"}


def test_customers_are_read(shop):
    names = {reading.value.reference: reading.value.name for reading in shop.customers().items}
    assert names == {"25": "John Doe", "26": "João Silva"}


@pytest.mark.parametrize("secret", ["", "another"])
def test_a_webhook_signed_otherwise_is_forged(shop, shop_simulator, received, secret):
    shop_simulator.tell("/_emit", {"topic": "order.updated", "id": 727, "url": received.url})
    headers, body = received.messages[0]
    with pytest.raises(ForgedError):
        replace(shop, webhook_secret=secret).read_webhook(headers, body)
    with pytest.raises(ForgedError):
        shop.read_webhook(headers, body + b" ")
    with pytest.raises(ForgedError):
        shop.read_webhook({}, body)


def test_a_webhook_carries_the_order(shop, shop_simulator, received):
    shop_simulator.faults(duplicate_callback=1)
    shop_simulator.tell("/_emit", {"topic": "order.updated", "id": 727, "url": received.url})
    first, second = (shop.read_webhook(headers, body) for headers, body in received.messages)
    assert first == second
    assert (first.topic, first.order.value.number, first.product, first.event) == ("order.updated", "727", None, None)


def test_other_webhooks(shop, shop_simulator, received):
    for topic, number in (("order.deleted", 727), ("product.updated", 794), ("customer.created", 25), ("coupon.deleted", 3)):
        shop_simulator.tell("/_emit", {"topic": topic, "id": number, "url": received.url})
    deleted, product, customer, coupon = (shop.read_webhook(headers, body) for headers, body in received.messages)
    assert (deleted.event.kind, deleted.event.order_reference) == ("deleted", "727")
    assert product.product.value.name == "Premium Quality"
    assert customer.customer.value.name == "John Doe"
    assert (coupon.order, coupon.event) == (None, None)


def test_basic_credentials_go_over_tls_only(shop_simulator):
    asked = []
    transport = httpx.MockTransport(lambda request: asked.append(request) or httpx.Response(200, json=[]))
    with httpx.Client(transport=transport) as http:
        WooCommerce("https://shop.example", KEY, SECRET, http).customers()
        WooCommerce("http://shop.example", KEY, SECRET, http).customers()
    assert "oauth_signature" not in str(asked[0].url)
    assert asked[0].headers["Authorization"].startswith("Basic ")
    assert "Authorization" not in asked[1].headers
    assert SECRET not in str(asked[1].url)

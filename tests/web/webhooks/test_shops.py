"""Webhooks of shops: forged, repeated, reordered and outdated ones change nothing. A whole shop is read by jobs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from avdet.adapters.shops.shopify.webhook import signature as shopify_signature
from avdet.adapters.shops.woocommerce.signing import webhook_signature
from avdet.core.errors import AvdetError
from avdet.ports.shops import ShopError
from avdet.records.catalogue.models import Product
from avdet.records.connections.actions import REMEMBERED, connect, disconnect
from avdet.records.connections.models import Connection, ImportNote, ImportRun, Received, ShopRecord
from avdet.records.orders.models import Order, OrderEvent
from avdet.simulators.shops import shopify
from avdet.workflows.shops.open_shop import ask_shop, open_shop, try_shop
from avdet.workflows.shops.pull_shop import begin_pull, pull_shops
from tests.factories import make_store
from tests.simulators.conftest import shop_simulator  # noqa: F401 - fixture
from tests.workflows.shop_orders import KEYS, SECRET, woo

pytestmark = pytest.mark.django_db
LATER = timedelta(days=1)


@pytest.fixture(autouse=True)
def _near(monkeypatch):
    """The simulator stands in this very network."""
    monkeypatch.setenv("AVDET_ALLOW_PRIVATE_SHOPS", "1")


@pytest.fixture
def connection():
    return woo(make_store("ofiskutum"))


def document(number=501, status="processing", hours=1, **fields):
    """A WooCommerce order, as its webhook carries it."""
    placed = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
    modified = placed + timedelta(hours=hours)
    line = {"id": 1, "name": "Toner", "product_id": 77, "sku": "TON-12", "quantity": 1, "subtotal": "100.00", "subtotal_tax": "20.00",
            "total": "100.00", "total_tax": "20.00"}  # fmt: skip
    return {
        "id": number, "number": str(number), "status": status, "currency": "TRY", "prices_include_tax": True,
        "date_created_gmt": f"{placed:%Y-%m-%dT%H:%M:%S}", "date_modified_gmt": f"{modified:%Y-%m-%dT%H:%M:%S}",
        "date_paid_gmt": f"{placed:%Y-%m-%dT%H:%M:%S}" if status != "pending" else None, "total": "120.00", "total_tax": "20.00",
        "customer_id": 5, "billing": {"first_name": "Ayşe", "email": "ayse@example.test"}, "shipping": {}, "line_items": [line],
        "payment_method": "iyzico", "refunds": [], **fields,
    }  # fmt: skip


def send(connection, said, topic="order.updated", delivery="d-1", secret=SECRET, slug="", kind=""):
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    headers = {"X-WC-Webhook-Signature": webhook_signature(body, secret), "X-WC-Webhook-Topic": topic, "X-WC-Webhook-Delivery-ID": delivery}
    place = f"/hooks/{slug or connection.store.slug}/{kind or connection.kind}/{connection.pk}/"
    return Client(enforce_csrf_checks=True).post(place, body, content_type="application/json", headers=headers)


def test_a_forged_webhook_is_refused_and_changes_nothing(connection):
    assert send(connection, document(), secret="another").status_code == 403
    assert send(connection, document(), secret="").status_code == 403
    assert (Order.objects.count(), Received.objects.count()) == (0, 0)


def test_without_a_secret_nothing_is_believed(connection):
    Connection.objects.update(webhook_secret="")
    assert send(connection, document(), secret="").status_code == 403


def test_bobs_secret_does_not_open_the_store_of_alice(connection):
    bob = connect(make_store("hepsiburada"), "woocommerce", url="https://b.example", credentials=KEYS, webhook_secret="bobs own", now=timezone.now())
    assert send(connection, document(), secret="bobs own").status_code == 403
    assert send(bob, document(), secret="bobs own", slug="ofiskutum").status_code == 404
    assert not Order.objects.exists()


def test_a_connection_that_is_none_is_not_there(connection):
    assert send(connection, document(), kind="shopify").status_code == 404
    disconnect(connection)
    assert send(connection, document()).status_code == 404
    assert Client().get(f"/hooks/ofiskutum/woocommerce/{connection.pk}/").status_code == 405


@pytest.mark.parametrize("body", [b"not json", b"[]", b'{"id": 1}', json.dumps(document(line_items=[])).encode(), b'{"id": "\xff"}'])
def test_a_genuine_message_that_cannot_be_kept_is_not_asked_for_again(connection, body):
    assert send(connection, body).status_code == 202
    assert (Order.objects.count(), ShopRecord.objects.count(), Received.objects.count()) == (0, 0, 0)


def test_too_long_a_message_is_not_read(connection):
    assert send(connection, b"x" * 2_000_001).status_code == 413


def test_a_message_is_taken_once_by_its_delivery_and_by_its_content(connection):
    assert send(connection, document()).content == b"new"
    assert send(connection, document()).content == b"again"
    assert send(connection, document(), delivery="d-2").content == b"again"
    assert send(connection, document(status="on-hold", hours=2), delivery="d-1").content == b"again"
    assert (Order.objects.count(), OrderEvent.objects.filter(kind="pay").count()) == (1, 1)


def test_messages_that_overtake_each_other_end_in_the_newest(connection):
    assert send(connection, document(status="completed", hours=9, date_completed_gmt="2026-11-20T17:00:00"), delivery="d-3").content == b"new"
    assert send(connection, document(status="pending", hours=0), delivery="d-1").content == b"stale"
    assert send(connection, document(status="processing", hours=2), delivery="d-2").content == b"stale"
    assert Order.objects.get().state == "shipped"


def test_an_order_is_paid_completed_refunded_and_deleted(connection, deferred):
    send(connection, document(status="pending", hours=0), topic="order.created", delivery="1")
    assert Order.objects.get().state == "placed"
    send(connection, document(hours=1), delivery="2")
    send(connection, document(status="completed", hours=2, date_completed_gmt="2026-11-20T10:00:00"), delivery="3")
    send(connection, document(status="refunded", hours=3, date_completed_gmt="2026-11-20T10:00:00", refunds=[{"id": 7, "total": "-120.00"}]), delivery="4")
    assert send(connection, {"id": 501}, topic="order.deleted", delivery="5").content == b"changed"
    order = Order.objects.get()
    assert (order.state, order.payments.get().refunded_minor) == ("shipped", 12_000)
    assert list(order.events.order_by("id").values_list("kind", flat=True))[-2:] == ["refunded_in_shop", "deleted_in_shop"]


def test_an_order_deleted_before_it_was_known_is_nobodys_concern(connection, deferred):
    assert send(connection, {"id": 9}, topic="order.deleted").content == b"nothing"
    assert (ShopRecord.objects.count(), deferred.waiting) == (0, [])


def test_a_ping_and_a_product_are_heard(connection):
    assert send(connection, b"webhook_id=4", topic="").content == b"nothing"
    product = {"id": 3, "name": "Kalem", "sku": "KLM", "price": "9.50", "type": "simple"}
    assert send(connection, product, topic="product.created", delivery="p").content == b"changed"
    assert (Product.objects.get().price_minor, Product.objects.get().mapped) == (950, False)


def test_a_shopify_refund_of_an_unknown_order_has_it_read_first(shop_simulator, deferred):  # noqa: F811
    store = make_store("ofiskutum")
    spi = connect(store, "shopify", url=shop_simulator.url, credentials={"access_token": shopify.ACCESS_TOKEN}, webhook_secret="s", now=timezone.now())
    number = 4711
    sold = {"id": 1, "title": "Toner", "sku": "TON-12", "quantity": 1, "price": "120.00"}
    shop_simulator.tell("/_orders", {"shop": "shopify", "id": number, "name": "#77", "created_at": "2026-11-20T08:00:00+00:00", "currency": "TRY",
                                     "taxes_included": True, "financial_status": "paid", "total_price": "120.00", "line_items": [sold]})  # fmt: skip
    body = json.dumps({"id": 1, "order_id": number, "transactions": [], "refund_line_items": []}).encode()
    headers = {"X-Shopify-Hmac-Sha256": shopify_signature(body, "s"), "X-Shopify-Topic": "refunds/create", "X-Shopify-Webhook-Id": "w-1"}
    answer = Client().post(f"/hooks/ofiskutum/shopify/{spi.pk}/", body, content_type="application/json", headers=headers)
    assert answer.content == b"later"
    deferred.run(timezone.now())
    order = Order.objects.get()
    assert (order.source, order.number, order.state) == ("shopify", "77", "confirmed")


# ---- reading a whole shop --------------------------------------------------------------------------------------------


def simulated(shop_simulator, orders=0):  # noqa: F811
    for number in range(orders):
        shop_simulator.tell("/_orders", document(3_000 + number))
    return woo(make_store("ofiskutum"), url=shop_simulator.url)


def test_a_shop_in_our_own_network_is_not_asked(shop_simulator, monkeypatch):  # noqa: F811
    monkeypatch.delenv("AVDET_ALLOW_PRIVATE_SHOPS")
    from avdet.config import shops

    connection = simulated(shop_simulator)
    shop = open_shop(connection)
    with pytest.raises(ShopError):
        shops.WooCommerce(shop.url, "k", "s", shop.http, wait=lambda _: None).products()
    assert not any("/wp-json" in str(call) for call in shop_simulator.ask("/_calls"))


def test_a_connection_without_keys_says_so(shop_simulator):  # noqa: F811
    connection = simulated(shop_simulator)
    Connection.objects.update(credentials={})
    connection.refresh_from_db()
    with pytest.raises(AvdetError, match="consumer_key"):
        open_shop(connection)


def test_wrong_keys_are_told_by_trying_and_right_ones_too(shop_simulator, deferred):  # noqa: F811
    connection = simulated(shop_simulator)
    try_shop(connection)
    deferred.run(timezone.now())
    connection.refresh_from_db()
    assert (connection.last_error, bool(connection.tried_at), Order.objects.count()) == ("", True, 0)
    Connection.objects.update(credentials={"consumer_key": "x", "consumer_secret": "y"})
    ask_shop({"connection": connection.pk}, timezone.now())
    connection.refresh_from_db()
    assert "401" in connection.last_error


def test_a_whole_shop_is_read_page_by_page_and_afterwards_only_what_is_new(shop_simulator, deferred):  # noqa: F811
    connection = simulated(shop_simulator, orders=230)
    begin_pull(connection, now=timezone.now())
    deferred.run(timezone.now())
    run = ImportRun.objects.get()
    known = Order.objects.count()
    assert (run.state, run.counts["orders"] + run.counts.get("faulty", 0)) == ("done", run.total)
    assert known == run.counts["new"] >= 230
    assert ImportNote.objects.filter(fault=True).count() == run.counts.get("faulty", 0)
    shop_simulator.tell("/_orders", document(3_001, status="cancelled", hours=200, date_modified_gmt=f"{timezone.now():%Y-%m-%dT%H:%M:%S}"))
    pull_shops({}, timezone.now())
    deferred.run(timezone.now())
    assert Order.objects.count() == known
    assert OrderEvent.objects.filter(order__number="3001", kind="cancel").count() == 1
    pull_shops({}, timezone.now() + LATER)
    deferred.run(timezone.now() + LATER)
    assert OrderEvent.objects.filter(order__number="3001", kind="cancel").count() == 1


def test_a_shop_that_fails_is_asked_for_the_same_page_next_time(shop_simulator, deferred, monkeypatch):  # noqa: F811
    monkeypatch.setattr("time.sleep", lambda _: None)
    connection = simulated(shop_simulator, orders=3)
    shop_simulator.faults(http_500=4)  # as often as one question is asked
    begin_pull(connection, now=timezone.now())
    deferred.run(timezone.now())
    connection.refresh_from_db()
    assert ("500" in connection.last_error, Order.objects.count()) == (True, 0)
    pull_shops({}, timezone.now())
    deferred.run(timezone.now())
    connection.refresh_from_db()
    assert (connection.last_error, Order.objects.filter(number__startswith="300").count()) == ("", 3)


def test_messages_of_long_ago_are_forgotten_and_their_orders_are_not(connection, deferred):
    send(connection, document())
    pull_shops({}, timezone.now() + REMEMBERED + LATER)
    assert Received.objects.count() == 0
    assert send(connection, document(), delivery="much later").content == b"same"

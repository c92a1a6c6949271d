"""Whatever a shop's document holds, it is read or refused with its place: no other error comes out."""

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avdet.adapters.shops.shopify.orders import read_order as read_shopify_order
from avdet.adapters.shops.shopify.people import read_customer as read_shopify_customer
from avdet.adapters.shops.shopify.products import read_products as read_shopify_products
from avdet.adapters.shops.woocommerce.orders import read_order
from avdet.adapters.shops.woocommerce.people import read_customer
from avdet.adapters.shops.woocommerce.products import read_product
from avdet.core.errors import AvdetError
from avdet.simulators.fixtures import fixture
from tests.adapters.shops.test_shopify import SHIRT

SHIPPED = {"meta_data": [{"key": "_wc_shipment_tracking_items", "value": [{"date_shipped": "1490227200", "tracking_number": "T"}]}]}
REFUNDED = {"refunds": [fixture("shopify/refund.json")["refund"]], "financial_status": "paid", "fulfillment_status": "fulfilled"}
READERS = {
    "woocommerce order": (read_order, {**fixture("woocommerce/orders.json")[0], **SHIPPED}),
    "woocommerce refund": (
        lambda said: read_order(fixture("woocommerce/orders.json")[1], refunds=tuple(said["all"])),
        {"all": fixture("woocommerce/order-refunds.json")},
    ),
    "woocommerce product": (lambda said: read_product(said, unit="TRY"), fixture("woocommerce/products.json")[0]),
    "woocommerce customer": (read_customer, fixture("woocommerce/customers.json")[0]),
    "shopify order": (read_shopify_order, {**fixture("shopify/order.json")["order"], **REFUNDED}),
    "shopify product": (lambda said: list(read_shopify_products(said, unit="TRY")), SHIRT),
    "shopify customer": (read_shopify_customer, fixture("shopify/customer.json")["customer"]),
}
AWKWARD = ["", "x", "NaN", "-1", "1e999999", "9" * 30, "2026-99-99", "²", "٣", "\x00", "0001-01-01T00:00:00+23:59", -1, 10**30, 1.5, float("nan"), True, None]
VALUES = st.one_of(st.sampled_from([*AWKWARD, [], {}, [None], [[]], [{}], {"a": 1}]), st.text(max_size=5), st.integers())


def places(document, path=()):
    """Every place within a document."""
    yield path
    if isinstance(document, dict | list):
        for key in document if isinstance(document, dict) else range(len(document)):
            yield from places(document[key], (*path, key))


def with_value(document, path, value):
    changed = copy.deepcopy(document)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return changed


def place_of_refusal(reader, document):
    """Where the document is refused; `$` where it is read."""
    try:
        reader(document)
    except AvdetError as refused:
        return refused.where
    return "$"


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_changed_document_is_read_or_refused_by_name(name, data):
    reader, document = READERS[name]
    path = data.draw(st.sampled_from([path for path in places(document) if path and path != ("all",)]))
    assert place_of_refusal(reader, with_value(document, path, data.draw(VALUES))).startswith("$")

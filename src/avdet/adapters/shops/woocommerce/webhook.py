"""WooCommerce's webhooks: checked over the raw body, then read as the documents they carry."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

from avdet.adapters.shops.woocommerce.orders import read_order
from avdet.adapters.shops.woocommerce.people import read_customer
from avdet.adapters.shops.woocommerce.products import read_product
from avdet.adapters.shops.woocommerce.signing import webhook_signature
from avdet.core.errors import AvdetError
from avdet.ports.shops import ForgedError, ShopEvent, ShopMessage


def read_webhook(headers: Mapping[str, str], body: bytes, *, secret: str, unit: str, zone: tzinfo) -> ShopMessage:
    """The message; raises ForgedError, or AvdetError for a document that cannot be read."""
    said = {name.lower(): value for name, value in headers.items()}
    given = said.get("x-wc-webhook-signature", "")
    if not secret or not hmac.compare_digest(given.encode(), webhook_signature(body, secret).encode()):
        raise ForgedError("the webhook's signature is wrong", where="woocommerce", cure="give the webhook the right secret")
    topic, delivery = said.get("x-wc-webhook-topic", ""), said.get("x-wc-webhook-delivery-id", "")
    if body.startswith(b"webhook_id="):
        return ShopMessage("ping", delivery)
    try:
        document = json.loads(body)
    except ValueError:
        raise AvdetError("the webhook is no JSON", where="woocommerce", cure="send it unchanged") from None
    resource, _, event = topic.partition(".")
    if event == "deleted" and resource == "order":
        order = str(document.get("id") if isinstance(document, dict) else "")
        return ShopMessage(topic, delivery, event=ShopEvent("deleted", order, datetime.now(UTC), f"{order}:deleted"))
    if event == "deleted":
        return ShopMessage(topic, delivery)
    return ShopMessage(
        topic,
        delivery,
        order=read_order(document, zone=zone) if resource == "order" else None,
        product=read_product(document, unit=unit) if resource == "product" else None,
        customer=read_customer(document) if resource == "customer" else None,
    )

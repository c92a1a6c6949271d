"""Shopify's webhooks: checked over the raw body, then read as the documents they carry."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from avdet.adapters.shops.shopify.orders import read_order, refund_event
from avdet.adapters.shops.shopify.people import read_customer
from avdet.adapters.shops.shopify.products import read_products
from avdet.core.errors import AvdetError
from avdet.ports.shops import ForgedError, ShopEvent, ShopMessage


def signature(body: bytes, secret: str) -> str:
    """What X-Shopify-Hmac-Sha256 says of a raw body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def read_webhook(headers: Mapping[str, str], body: bytes, *, secret: str, unit: str) -> ShopMessage:
    """The message; raises ForgedError, or AvdetError for a document that cannot be read."""
    said = {name.lower(): value for name, value in headers.items()}
    given = said.get("x-shopify-hmac-sha256", "")
    if not secret or not hmac.compare_digest(given.encode(), signature(body, secret).encode()):
        raise ForgedError("the webhook's signature is wrong", where="shopify", cure="check the app's secret")
    topic, delivery = said.get("x-shopify-topic", ""), said.get("x-shopify-webhook-id", "")
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise AvdetError("the webhook is no JSON object", where="shopify", cure="send it unchanged")
    if topic == "orders/delete":
        order = str(document.get("id"))
        return ShopMessage(topic, delivery, event=ShopEvent("deleted", order, datetime.now(UTC), f"{order}:deleted"))
    if topic == "refunds/create":
        return ShopMessage(topic, delivery, event=refund_event(document, unit=unit))
    resource, _, verb = topic.partition("/")
    known = resource if verb != "delete" else ""
    product = next(read_products(document, unit=unit), None) if known == "products" else None
    return ShopMessage(
        topic,
        delivery,
        order=read_order(document) if known == "orders" else None,
        product=product,
        customer=read_customer(document) if known == "customers" else None,
    )

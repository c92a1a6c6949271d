"""The shop simulator: both protocols, and its own routes to change orders and to send webhooks."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from avdet.simulators.callbacks import deliver
from avdet.simulators.exchange import Answer, Request, as_json, as_page, table
from avdet.simulators.fixtures import fixture
from avdet.simulators.shops import goods, shopify, woocommerce
from avdet.simulators.stand import Handler, Stand


class Shops(Stand):
    """Its own routes, for tests and the demonstration:

    `POST /_orders {shop?, id, …}`, or a list, changes or adds orders (`shop` is woocommerce or shopify) as of now;
    `POST /_emit {topic, id, url}` sends that document as a webhook: `order.updated` is WooCommerce's way to say it,
    `orders/updated` Shopify's.
    """

    def __init__(self, *, count: int = 0, state: Path | None = None) -> None:
        self._count = count
        self._nonces: set[str] = set()
        super().__init__(state=state)

    def empty_books(self) -> dict[str, Any]:
        """The documented examples, and as many generated orders as were asked for."""
        refunds = fixture("woocommerce/order-refunds.json")
        woo = {
            "orders": [*fixture("woocommerce/orders.json"), *goods.orders(self._count)],
            "products": [*fixture("woocommerce/products.json"), *goods.products()],
            "customers": fixture("woocommerce/customers.json"),
            "refunds": {"723": refunds},
            "variations": {"799": [_variation(733, "Black"), _variation(734, "Green")]},
        }
        spi = {
            "orders": fixture("shopify/orders.json")["orders"],
            "products": [],
            "customers": [fixture("shopify/customer.json")["customer"]],
        }
        return {"next": 0, "woocommerce": woo, "shopify": spi}

    def route(self, request: Request) -> Handler | None:
        """Own routes first, then the two protocols."""
        if request.path == "/_orders":
            return self.saving(self._change)
        if request.path == "/_emit":
            return self._emit
        if request.path.startswith(woocommerce.API):
            return lambda asked: woocommerce.answer(asked, self.books, self._nonces)
        return (lambda asked: shopify.answer(asked, self.books)) if shopify.is_path(request.path) else None

    def _change(self, request: Request) -> Answer:
        said = request.json()
        return as_json([self._enter(each) for each in said] if isinstance(said, list) else self._enter(said))

    def _enter(self, said: dict[str, Any]) -> dict[str, Any]:
        shop = str(said.pop("shop", "woocommerce"))
        rows = self.books[shop]["orders"]
        row = next((each for each in rows if str(each["id"]) == str(said.get("id"))), None)
        if row is None:
            row = {}
            rows.append(row)
        now = datetime.now(UTC)
        stamp = {"date_modified_gmt": f"{now:%Y-%m-%dT%H:%M:%S}"} if shop == "woocommerce" else {"updated_at": now.isoformat()}
        row.update({**stamp, **said})
        return dict(row)

    def _emit(self, request: Request) -> Answer:
        """Sent without the lock: the receiver may ask the shop before it answers."""
        said = request.json()
        topic, number = str(said.get("topic") or ""), str(said.get("id") or "")
        with self.lock:
            self.books["next"] += 1
            delivery = f"delivery-{self.books['next']}"
            document = said.get("document") or self._document(topic, number)
        if document is None or not said.get("url"):
            return as_json({"error": "no such document, or nowhere to send to"}, 404)
        body = json.dumps(document, ensure_ascii=False).encode()
        return as_json(deliver(str(said["url"]), body, _signer(topic, delivery, body), faults=self.faults))

    def _document(self, topic: str, number: str) -> Any:
        if topic.endswith((".deleted", "/delete")):
            return {"id": int(number)}
        shop, name = ("shopify", topic.partition("/")[0]) if "/" in topic else ("woocommerce", topic.partition(".")[0] + "s")
        return next((each for each in self.books[shop].get(name, []) if str(each["id"]) == number), None)

    def page(self) -> Answer:
        """The newest orders of both shops."""
        rows = [
            [shop, each["id"], each.get("status") or each.get("financial_status"), each.get("total") or each.get("total_price")]
            for shop in ("woocommerce", "shopify")
            for each in self.books[shop]["orders"][::-1][:50]
        ]
        return as_page("Shop simulator", table(["Shop", "Order", "State", "Total"], rows))


def _signer(topic: str, delivery: str, body: bytes) -> Any:
    def sign(genuine: bool) -> dict[str, str]:
        if "/" in topic:
            signed = {"X-Shopify-Hmac-Sha256": shopify.signature(body, genuine=genuine)}
            return {"X-Shopify-Topic": topic, "X-Shopify-Webhook-Id": delivery, **signed}
        signed = {"X-WC-Webhook-Signature": woocommerce.signature(body, genuine=genuine)}
        return {"X-WC-Webhook-Topic": topic, "X-WC-Webhook-Delivery-ID": delivery, **signed}

    return sign


def _variation(number: int, colour: str) -> dict[str, Any]:
    return {
        "id": number,
        "sku": f"SYI-{colour.upper()}",
        "price": "9.00",
        "manage_stock": False,
        "attributes": [{"id": 6, "name": "Color", "option": colour}],
        "date_modified_gmt": "2017-03-23T03:05:00",
    }

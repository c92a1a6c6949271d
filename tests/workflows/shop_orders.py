"""Shop orders for tests, made plainly."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from avdet.ports.shops import ShopAddress, ShopEvent, ShopLine, ShopOrder, ShopParcel, ShopParty, ShopRefund
from avdet.records.connections.actions import connect
from avdet.records.connections.models import Connection
from avdet.records.stores.models import Store
from tests.factories import NOW

KEYS = {"consumer_key": "ck_avdet", "consumer_secret": "cs_avdet"}
SECRET = "webhook-secret-of-avdet"
PLACED = NOW - timedelta(days=2)
AYSE = ShopParty("12", "Ayşe Yılmaz", "", "ayse@example.test", "+905321112233", "tr",
                 ShopAddress("Cumhuriyet Cad. 12", "", "Konak", "İzmir", "35220", "TR"))  # fmt: skip


def woo(store: Store, url: str = "https://shop.example", **fields: Any) -> Connection:
    return connect(store, "woocommerce", url=url, credentials=KEYS, webhook_secret=SECRET, now=NOW, **fields)


def line(reference: str = "1", sku: str = "TON-12", quantity: int = 2, price: int = 12_000, **fields: Any) -> ShopLine:
    """A line at a price that holds 20 % of tax."""
    gross = price * quantity
    given = {"discount_minor": 0, "tax_minor": gross // 6, "name": f"Toner {sku}", "gross_minor": gross, **fields}
    return ShopLine(reference=reference, product_reference="77", sku=sku, quantity=quantity, unit_price_minor=price, **given)


def told(reference: str = "1001", *, lines: tuple[ShopLine, ...] = (), **fields: Any) -> ShopOrder:
    lines = lines or (line(),)
    total = sum(each.gross_minor - each.discount_minor for each in lines)
    given = {"status": "processing", "placed_at": PLACED, "modified_at": PLACED, "total_minor": total, "customer": AYSE, "recipient": AYSE, **fields}
    return ShopOrder(reference=reference, number=reference, currency="TRY", prices_include_tax=True, lines=lines, **given)


def event(kind: str, hours: int = 1, reference: str = "1001", **fields: Any) -> ShopEvent:
    return ShopEvent(kind, reference, PLACED + timedelta(hours=hours), fields.pop("key", f"{reference}:{kind}"), **fields)  # type: ignore[arg-type]


def later(order: ShopOrder, hours: int = 1, **fields: Any) -> ShopOrder:
    """The same order as the shop has it some hours later."""
    return replace(order, modified_at=order.modified_at + timedelta(hours=hours), **fields)


def parcel(reference: str = "p-1", hours: int = 5, lines: tuple[tuple[str, int], ...] = (), tracking: str = "TR123") -> ShopParcel:
    return ShopParcel(reference, PLACED + timedelta(hours=hours), "Yurtiçi", tracking, lines)


def refund(reference: str = "9", amount: int = 12_000, hours: int = 9) -> ShopRefund:
    return ShopRefund(reference, PLACED + timedelta(hours=hours), amount, "broken")

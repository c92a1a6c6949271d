"""Orders and products in quantity, for the simulated shop: the same ones at every start."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

_FIRST: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_GOODS: Final = (
    ("KLM-01", "Tükenmez kalem, mavi", 2450),
    ("DFT-12", "Kareli defter A5", 8990),
    ("ZML-07", "Zımba makinesi", 21900),
    ("KGT-80", "Fotokopi kâğıdı 500 yaprak", 17450),
    ("DSY-03", "Dosya klasörü, geniş", 6275),
    ("LMB-21", "Masa lambası", 64900),
)
_PEOPLE: Final = (
    ("Ayşe", "Yılmaz", "İzmir", "35220"),
    ("Mehmet", "Öztürk", "Ankara", "06420"),
    ("Zeynep", "Şahin", "İstanbul", "34394"),
    ("Uğur", "Çelik", "Bursa", "16010"),
)
_STATES: Final = ("processing", "completed", "completed", "on-hold", "cancelled", "pending")


def orders(count: int) -> list[dict[str, Any]]:
    """WooCommerce orders with numbers from 1001, in lira with 20 % tax in the price."""
    dice = Random(7)
    return [_order(1_001 + index, dice) for index in range(count)]


def products() -> list[dict[str, Any]]:
    """What those orders sell, as WooCommerce products."""
    return [
        {
            "id": 501 + index,
            "name": name,
            "type": "simple",
            "sku": sku,
            "price": _lira(price),
            "description": f"<p>{name}.</p>",
            "manage_stock": True,
            "stock_quantity": 40,
            "categories": [{"id": 9, "name": "Kırtasiye"}],
            "attributes": [{"name": "Menşei", "options": ["Türkiye"]}],
            "date_modified_gmt": "2026-01-05T09:00:00",
        }
        for index, (sku, name, price) in enumerate(_GOODS)
    ]


def _order(number: int, dice: Random) -> dict[str, Any]:
    placed = _FIRST + timedelta(minutes=37 * (number - 1_001))
    status = dice.choice(_STATES)
    first, last, city, postcode = dice.choice(_PEOPLE)
    lines = [_line(number * 10 + place, dice) for place in range(dice.randint(1, 3))]
    net = sum(line.pop("net") for line in lines)
    tax = sum(line.pop("tax") for line in lines)
    paid = status in {"processing", "completed"}
    where = {"address_1": "Cumhuriyet Cad. 12", "city": city, "postcode": postcode, "country": "TR"}
    who = {"first_name": first, "last_name": last, **where}
    return {
        "id": number,
        "number": str(number),
        "status": status,
        "currency": "TRY",
        "prices_include_tax": True,
        "date_created_gmt": _at(placed),
        "date_modified_gmt": _at(placed + timedelta(hours=2)),
        "date_paid_gmt": _at(placed + timedelta(minutes=3)) if paid else None,
        "date_completed_gmt": _at(placed + timedelta(hours=2)) if status == "completed" else None,
        "discount_total": "0.00",
        "shipping_total": "0.00",
        "total": _lira(net + tax),
        "total_tax": _lira(tax),
        "customer_id": number % 97,
        "billing": {**who, "email": f"musteri{number}@example.com", "phone": f"+90532{number:07d}"},
        "shipping": who,
        "payment_method": "iyzico",
        "transaction_id": str(25_000_000 + number) if paid else "",
        "line_items": lines,
        "refunds": [],
    }


def _line(number: int, dice: Random) -> dict[str, Any]:
    index = dice.randrange(len(_GOODS))
    sku, name, price = _GOODS[index]
    quantity = dice.randint(1, 4)
    net = round(price * quantity / 1.2)
    tax = price * quantity - net
    amounts = {"subtotal": _lira(net), "subtotal_tax": _lira(tax), "total": _lira(net), "total_tax": _lira(tax)}
    sold = {"id": number, "name": name, "product_id": 501 + index, "sku": sku, "quantity": quantity}
    return {**sold, **amounts, "net": net, "tax": tax}


def _lira(kurus: int) -> str:
    return f"{kurus // 100}.{kurus % 100:02d}"


def _at(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")

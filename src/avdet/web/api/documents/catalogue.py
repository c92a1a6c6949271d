"""Products and stock as documents."""

from __future__ import annotations

from typing import Any, Final

from avdet.records.catalogue.models import Product, Stock, StockMove
from avdet.web.api.documents.plain import columns, money

Plain = dict[str, Any]
_COLUMNS: Final = (
    "sku", "names", "category", "traits", "vat_basis_points", "seller", "weight_grams", "on_sale", "mapped", "revision",
    "updated_at",
)  # fmt: skip
_MOVE: Final = ("kind", "quantity", "on_hand", "reserved", "reference", "at")


def summary(product: Product, currency: str) -> Plain:
    """A product in a list, with its stock and what is expected of it at hand."""
    return {
        **columns(product, _COLUMNS),
        "price": money(product.price_minor, currency),
        "stock": stock_document(getattr(product, "stock", None)),
        "expected": [
            {"quantity": each.quantity, "expected_on": each.expected_on, "latest_on": each.latest_on}
            for each in getattr(product, "expected", ())
        ],
    }


def product_document(product: Product, currency: str) -> Plain:
    """A whole product, as `product_of` fetches it."""
    rows = [{"group": row.get("group", ""), "label": row["label"], "value": row["value"]} for row in product.specification]
    return {
        **summary(product, currency),
        "descriptions": product.descriptions,
        "specification": rows,
        "gifts": [{"sku": each.gift.sku, "quantity": each.quantity} for each in getattr(product, "given", ())],
    }


def stock_document(stock: Stock | None) -> Plain | None:
    """A product's stock; nothing where its pieces are counted elsewhere."""
    return None if stock is None else {"on_hand": stock.on_hand, "reserved": stock.reserved, "free": stock.free}


def stock_move_document(move: StockMove) -> Plain:
    """Why a stock changed."""
    return columns(move, _MOVE)

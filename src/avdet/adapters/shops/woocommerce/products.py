"""A WooCommerce product, read field by field; of a variable one, each variation by itself."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import Any, Final

from avdet.adapters.shops.fields import Fields, plain
from avdet.ports.amounts import currency_of
from avdet.ports.shops import FieldNote, Reading, ShopProduct

_OF_NO_USE: Final = (
    "_links", "permalink", "slug", "date_created", "date_created_gmt", "date_modified", "on_sale", "purchasable", "total_sales",
    "price_html", "shipping_required", "shipping_taxable", "reviews_allowed", "average_rating", "rating_count", "related_ids",
    "upsell_ids", "cross_sell_ids", "menu_order", "default_attributes", "grouped_products", "catalog_visibility", "featured",
    "backorders_allowed", "backordered", "in_stock", "stock_status", "regular_price", "variations", "type", "status",
    "parent_id", "short_description", "shipping_class_id", "download_limit", "download_expiry", "has_options",
    "global_unique_id",
)  # fmt: skip
_HEAVIEST_GRAMS: Final = 10**9


def read_product(document: Any, *, unit: str, parent: Reading[ShopProduct] | None = None) -> Reading[ShopProduct]:
    """The product in the shop's currency or `unit`; a variation takes from its parent what it leaves out."""
    notes: list[FieldNote] = []
    fields = Fields(document, "$", notes)
    own = fields.text("id")
    above = parent.value if parent else None
    details = tuple(_details(fields))
    name = f"{above.name} – {', '.join(value for _, value in details)}" if above and details else fields.text("name")
    product = ShopProduct(
        reference=f"{above.reference}:{own}" if above else own,
        sku=fields.text("sku"),
        name=name or (above.name if above else ""),
        price_minor=fields.money(unit, "price"),
        currency=currency_of(unit),
        description=_description(fields) or (above.description if above else ""),
        stock=_stock(fields),
        categories=tuple(each.text("name") for each in fields.children("categories")) or (above.categories if above else ()),
        tags=tuple(each.text("name") for each in fields.children("tags")) or (above.tags if above else ()),
        specifications=details or (above.specifications if above else ()),
        pictures=tuple(each.text("src") for each in fields.children("images")) or (above.pictures if above else ()),
        virtual=fields.raw("virtual") is True or fields.raw("downloadable") is True,
        weight_grams=_grams(fields),
        modified_at=fields.moment("date_modified_gmt", UTC),
    )
    fields.ignore(*_OF_NO_USE)
    fields.tell_the_rest()
    return Reading(product, tuple(notes))


def is_variable(document: Any) -> bool:
    """Whether its variations are what is sold."""
    return isinstance(document, dict) and document.get("type") == "variable"


def _details(fields: Fields) -> list[tuple[str, str]]:
    """The attributes, as rows of a specification table; a variation has one option of each."""
    rows = []
    for each in fields.children("attributes"):
        options = each.raw("options")
        said = ", ".join(map(str, options)) if isinstance(options, list) else each.text("option")
        rows.append((each.text("name"), said))
    return [(label, value) for label, value in rows if label and value]


def _description(fields: Fields) -> str:
    return plain(fields.text("description") or fields.text("short_description"))


def _stock(fields: Fields) -> int | None:
    if fields.raw("manage_stock") is not True:
        fields.ignore("stock_quantity")
        return None
    said = fields.raw("stock_quantity")
    if isinstance(said, int) and said < 0:
        fields.note("stock_quantity", said, 0, "more were sold than there are")
        return 0
    return fields.whole("stock_quantity")


def _grams(fields: Fields) -> int | None:
    """WooCommerce weighs in kilograms unless the shop says otherwise."""
    said = fields.text("weight")
    try:
        grams = Decimal(said or "0") * 1000
        return int(grams) if 0 < grams < _HEAVIEST_GRAMS else None
    except ArithmeticError:
        fields.note("weight", said, "", "not a number")
        return None

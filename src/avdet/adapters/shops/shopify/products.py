"""A Shopify product: each variant is what is sold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from avdet.adapters.shops.fields import Fields, plain
from avdet.ports.amounts import currency_of
from avdet.ports.shops import FieldNote, Reading, ShopProduct


def read_products(document: Any, *, unit: str) -> Iterator[Reading[ShopProduct]]:
    """Each variant of a product; the report of the product's own fields is with its first variant."""
    notes: list[FieldNote] = []
    fields = Fields(document, "$", notes)
    labels = [each.text("name") for each in fields.children("options")]
    own, title, tags = fields.text("id"), fields.text("title"), fields.text("tags")
    about = {
        "description": plain(fields.text("body_html")),
        "categories": tuple(each for each in [fields.text("product_type")] if each),
        "tags": tuple(tag for each in tags.split(",") if (tag := each.strip())),
        "pictures": tuple(each.text("src") for each in fields.children("images")),
        "modified_at": fields.moment("updated_at"),
    }
    variants = list(fields.children("variants"))
    fields.ignore(
        "admin_graphql_api_id", "created_at", "handle", "image", "published_at", "published_scope", "status", "template_suffix",
        "vendor",
    )  # fmt: skip
    fields.tell_the_rest()
    for each in variants:
        yield Reading(_variant(each, own, title, labels, unit, about), tuple(notes))
        notes = []


def _variant(fields: Fields, product: str, title: str, labels: list[str], unit: str, about: dict[str, Any]) -> ShopProduct:
    options = [fields.text(f"option{place}") for place in range(1, len(labels) + 1)]
    named = [(label, option) for label, option in zip(labels, options, strict=True) if option and option != "Default Title"]
    counted = fields.text("inventory_management") == "shopify"
    count = fields.raw("inventory_quantity")
    return ShopProduct(
        reference=f"{product}:{fields.text('id')}",
        sku=fields.text("sku"),
        name=f"{title} – {', '.join(option for _, option in named)}" if named else title,
        price_minor=fields.money(unit, "price"),
        currency=currency_of(unit),
        stock=max(0, count) if counted and isinstance(count, int) else None,
        specifications=tuple(named),
        virtual=fields.raw("requires_shipping") is False,
        weight_grams=fields.whole("grams") or None,
        **about,
    )

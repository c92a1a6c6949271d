"""What a shop sells stands in our catalogue too: as soon as somebody has ordered it, or the shop tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from avdet.core.errors import AvdetError
from avdet.core.facts import MAX_MINOR
from avdet.ports.shops import ShopOrder, ShopProduct
from avdet.records.catalogue.editing import put
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import products_by_sku
from avdet.records.connections.actions import Note
from avdet.records.connections.models import Connection
from avdet.records.stores.models import Store
from avdet.workflows.catalogue.map_traits import map_new
from avdet.workflows.notices.tell import PROGRAMS, hushed
from avdet.workflows.notices.tell_catalogue import tell_products
from avdet.workflows.shops.draft_shop_order import draft_shop_order, plain, sku_of

NEW = {"traits": (), "mapped": False}
"""Nobody has said which traits it has."""


def shelve_lines(connection: Connection, order: ShopOrder, *, now: datetime) -> list[Note]:
    """Makes a product of each line that sells one we do not know, at the price it was sold at. What is there stays as it is."""
    store = connection.store
    known = products_by_sku(store, (sku_of(line) for line in order.lines))
    if all(sku_of(line) in known for line in order.lines):
        return []
    spoken = store.language
    wanted: dict[str, dict[str, Any]] = {}
    for line in draft_shop_order(connection, order, order.number).draft.lines:
        if line.sku not in known and line.unit_price_minor is not None and line.unit_price_minor <= MAX_MINOR:
            price = {"price_minor": line.unit_price_minor, "vat_basis_points": line.vat_basis_points or 0}
            wanted.setdefault(line.sku, {**NEW, **price, "names": {spoken: line.name[:300]}})
    return _put(store, wanted, order.number, now)


def shelve_products(store: Store, told: Sequence[ShopProduct], *, now: datetime) -> list[Note]:
    """Makes the products of a shop's list that we do not know; says which could not be kept.

    Of those that are there already, nothing is changed: what the store says of them here was said on purpose.
    """
    named = {sku_of(each): each for each in told}
    known = products_by_sku(store, named)
    wanted = {sku: _fields(store, each) for sku, each in named.items() if sku not in known}
    return _put(store, wanted, "", now)


def _put(store: Store, wanted: Mapping[str, Mapping[str, Any]], record: str, now: datetime) -> list[Note]:
    notes: list[Note] = []
    made: list[Product] = []
    for sku, fields in wanted.items():
        try:
            made += put(store, {sku: fields}, now=now).values()
        except AvdetError as fault:
            notes.append(Note(record or sku, f"product {sku}", fault.what, sku, "not in the catalogue"))
    with hushed(PROGRAMS):  # of what is new they are told once, whatever the rules make of it
        map_new(store, [each.sku for each in made], now=now)
    tell_products(store, made, now=now)
    return notes


def _fields(store: Store, product: ShopProduct) -> dict[str, Any]:
    rows = [{"label": plain(label, 200), "value": plain(value)} for label, value in product.specifications[:100]]
    return {
        **NEW, "names": {store.language: plain(product.name, 300) or sku_of(product)}, "price_minor": product.price_minor,
        "descriptions": {store.language: product.description[:10_000]} if product.description else {},
        "category": plain(product.categories[0], 80) if product.categories else "", "weight_grams": product.weight_grams or 0,
        "specification": [row for row in rows if row["label"] and row["value"]],
    }  # fmt: skip

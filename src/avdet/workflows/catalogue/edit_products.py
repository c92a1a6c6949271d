"""Products are written by hand or by a program, and whoever listens is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from avdet.records.catalogue import editing
from avdet.records.catalogue.editing import Fields
from avdet.records.catalogue.models import Product
from avdet.records.stores.models import Store
from avdet.workflows.notices.tell_catalogue import tell_products


@transaction.atomic
def put_products(store: Store, changes: Mapping[str, Fields], *, now: datetime) -> dict[str, Product]:
    """Creates and changes products by SKU, all of them or none; gives them as they stand."""
    made = editing.put(store, changes, now=now)
    tell_products(store, made.values(), now=now)
    return made


@transaction.atomic
def edit_product(product: Product, fields: Fields, *, revision: int, now: datetime) -> None:
    """Changes one product, if it still is what its editor saw. `Conflict` otherwise."""
    editing.edit(product, fields, revision=revision, now=now)
    tell_products(product.store, [product], now=now)


@transaction.atomic
def create_product(store: Store, sku: str, fields: Fields, *, now: datetime) -> Product:
    """A new product. `Conflict` where the SKU is taken."""
    made = editing.create(store, sku, fields, now=now)
    tell_products(store, [made], now=now)
    return made

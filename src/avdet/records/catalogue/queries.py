"""What is read of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from avdet.records.catalogue.models import Gift, Product
from avdet.records.catalogue.shelf import AT_ONCE
from avdet.records.stores.models import Store


def products_by_sku(store: Store, skus: Iterable[str]) -> dict[str, Product]:
    """A store's products by SKU, with their stock where it is counted; one statement for every two hundred."""
    wanted = list(dict.fromkeys(skus))
    batches = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    rows = Product.objects.filter(store=store).select_related("stock")
    return {product.sku: product for batch in batches for product in rows.filter(sku__in=batch)}


def gifts_of(products: Iterable[Product]) -> list[Gift]:
    """What is sent along with products at no charge, in the order of the products' ids; one statement."""
    gifts = Gift.objects.filter(product__in=[product.pk for product in products]).select_related("gift")
    return list(gifts.order_by("product_id", "id"))

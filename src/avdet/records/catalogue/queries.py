"""What is read of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef

from avdet.records.catalogue.models import Gift, Product
from avdet.records.catalogue.shelf import AT_ONCE
from avdet.records.stores.models import Store


def products_by_sku(store: Store, skus: Iterable[str]) -> dict[str, Product]:
    """A store's products by SKU, with their stock where it is counted; one statement for every two hundred."""
    wanted = list(dict.fromkeys(skus))
    batches = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    rows = Product.objects.filter(store=store).select_related("stock")
    return {product.sku: product for batch in batches for product in rows.filter(sku__in=batch)}


def products_to_sell(store: Store, skus: Iterable[str]) -> dict[str, Product]:
    """A store's products by SKU, with what an order freezes of them and no more; `gives` says whether gifts go with one."""
    wanted = list(dict.fromkeys(skus))
    batches = (wanted[at : at + AT_ONCE] for at in range(0, len(wanted), AT_ONCE))
    rows = Product.objects.filter(store=store).annotate(gives=Exists(Gift.objects.filter(product=OuterRef("pk"))))
    rows = rows.only("sku", "names", "traits", "price_minor", "vat_basis_points")
    return {product.sku: product for batch in batches for product in rows.filter(sku__in=batch)}


def gifts_of(products: Iterable[Product]) -> list[Gift]:
    """What is sent along with `products_to_sell` at no charge, in the order of their ids; no statement where none is."""
    giving = [product.pk for product in products if getattr(product, "gives", True)]
    if not giving:
        return []
    return list(Gift.objects.filter(product__in=giving).select_related("gift").order_by("product_id", "id"))

"""What is read of stores."""

from __future__ import annotations

from avdet.records.stores.models import Store


def store_by_slug(slug: str) -> Store | None:
    """The store that an address names."""
    return Store.objects.filter(slug=slug).first()


def all_stores() -> list[Store]:
    """Every store of the installation, by name of address."""
    return list(Store.objects.order_by("slug"))

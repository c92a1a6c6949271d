"""What is sent along with a product at no charge."""

from __future__ import annotations

from typing import Final

from django.db import IntegrityError, transaction

from avdet.core.errors import AvdetError
from avdet.records.catalogue.models import Gift, Product
from avdet.records.shared.errors import Conflict

MOST: Final = 5
"""Gifts that go with one product at most."""
PIECES: Final = 10
"""Pieces of one gift at most, with each piece that is bought."""


def gifts_with(product: Product) -> list[Gift]:
    """What goes with each piece of a product."""
    return list(Gift.objects.filter(product=product).select_related("gift").order_by("pk"))


def give(product: Product, gift: Product, pieces: int) -> Gift:
    """Sends so many pieces of another product of the store along from now on; orders that were placed stay as they are.

    `AvdetError` for a product that would go with itself, or for too many; `Conflict` where it goes with it already.
    """
    if gift.pk == product.pk or gift.store_id != product.store_id:
        raise AvdetError("a gift is another product of the store", where="gift", cure="choose another product")
    if not 1 <= pieces <= PIECES:
        raise AvdetError(f"not 1 to {PIECES} pieces", where="pieces", cure="give fewer")
    with transaction.atomic():
        Product.objects.select_for_update().get(pk=product.pk)
        if Gift.objects.filter(product=product).count() >= MOST:
            raise AvdetError(f"at most {MOST} gifts go with a product", where="gift", cure="take one away first")
        try:
            with transaction.atomic():
                return Gift.objects.create(product=product, gift=gift, quantity=pieces)
        except IntegrityError:
            raise Conflict("this gift goes with the product already", where="gift", cure="take it away first") from None


def take_away(product: Product, number: int) -> None:
    """Sends a gift along no more."""
    Gift.objects.filter(product=product, pk=number).delete()

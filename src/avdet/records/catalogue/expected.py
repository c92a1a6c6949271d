"""Pieces that are on their way to the store, and when customers may expect them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.catalogue.actions import MAX_PIECES, receive
from avdet.records.catalogue.models import Incoming, Product
from avdet.records.shared.actors import Actor


def expect(product: Product, quantity: int, expected_on: date, *, latest_on: date | None = None, today: date) -> Incoming:
    """Notes that pieces are on their way, expected on a day, at the latest on another."""
    if not 1 <= quantity <= MAX_PIECES:
        raise AvdetError(f"{quantity} is no number of pieces", where="quantity", cure=f"give 1 to {MAX_PIECES:,}")
    if not today <= expected_on <= today + timedelta(days=1_000):
        raise AvdetError("that day is past, or too far ahead", where="expected_on", cure="give a day within three years")
    if latest_on is not None and not expected_on <= latest_on <= today + timedelta(days=1_000):
        raise AvdetError("the latest day is before the expected one", where="latest_on", cure="give a later day, or none")
    return Incoming.objects.create(product=product, quantity=quantity, expected_on=expected_on, latest_on=latest_on)


def arrived(product: Product, number: int, *, now: datetime, actor: Actor) -> bool:
    """Puts what was expected on the shelf, once. Says whether it was still waiting."""
    with transaction.atomic():
        waiting = Incoming.objects.filter(product=product, pk=number, received_at=None)
        found = waiting.first()
        if found is None or not waiting.update(received_at=now):
            return False
        receive(product.store, [(product.pk, found.quantity)], now=now, actor=actor, reference=f"incoming {number}")
    return True


def forget(product: Product, number: int) -> None:
    """Takes back that pieces are expected."""
    Incoming.objects.filter(product=product, pk=number, received_at=None).delete()

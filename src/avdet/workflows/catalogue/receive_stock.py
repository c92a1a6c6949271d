"""Goods that have come in are put on the shelf, once, however often the button is pressed."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.records.catalogue.actions import Piece, receive
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import last_receipt
from avdet.records.catalogue.shelf import begin_counting, locked
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.workflows.notices.tell_catalogue import tell_stock


def receive_stock(product: Product, quantity: int, *, after: int, reference: str, now: datetime, actor: Actor) -> None:
    """Receives pieces, if nothing has been received since the receipt `after`, the newest that the actor saw (0: none).

    `Conflict` otherwise: a double click, or a colleague who has unpacked the same box.
    """
    piece: Piece = (product.pk, quantity)
    with transaction.atomic():
        begin_counting([product.pk])
        locked(product.store, [product.pk])
        if last_receipt(product) != after:
            cure = "look at the list below, and enter it again if it is missing"
            raise Conflict("something has been received meanwhile", where=product.sku, cure=cure)
        receive(product.store, [piece], now=now, actor=actor, reference=reference)
        tell_stock(product.store, [product.pk], why="received", reference=reference, now=now)

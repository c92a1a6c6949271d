"""What lies on the shelf is counted, or what was expected arrives; whoever listens is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from avdet.records.catalogue import actions, expected
from avdet.records.catalogue.actions import Piece
from avdet.records.catalogue.models import Product
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.notices.tell_catalogue import tell_stock


@transaction.atomic
def count_stock(store: Store, counted: Iterable[Piece], *, now: datetime, actor: Actor, reference: str = "") -> None:
    """Sets what is on hand to what was counted. `AvdetError` where more is promised than that."""
    pieces = list(counted)
    actions.count(store, pieces, now=now, actor=actor, reference=reference)
    tell_stock(store, [product for product, _ in pieces], why="counted", reference=reference, now=now)


@transaction.atomic
def take_in(store: Store, pieces: Iterable[Piece], *, now: datetime, actor: Actor, reference: str = "") -> None:
    """Puts pieces on the shelf that a supplier has sent."""
    arrived = list(pieces)
    actions.receive(store, arrived, now=now, actor=actor, reference=reference)
    tell_stock(store, [product for product, _ in arrived], why="received", reference=reference, now=now)


@transaction.atomic
def take_in_expected(product: Product, number: int, *, now: datetime, actor: Actor) -> bool:
    """Puts what was expected on the shelf, once. Says whether it was still waiting."""
    came = expected.arrived(product, number, now=now, actor=actor)
    if came:
        tell_stock(product.store, [product.pk], why="received", reference=f"incoming {number}", now=now)
    return came

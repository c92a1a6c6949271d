"""What is done with orders: moved on, cancelled, noted."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.orders.actions import write_note
from avdet.records.orders.models import Order
from avdet.records.orders.queries import fresh, lines_of
from avdet.records.shared.actors import Actor
from avdet.web.api.answers import etag, reply, unchanged
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.doors import Door
from avdet.web.api.routes.orders import order_of, whole
from avdet.web.api.shapes.deliveries import PiecesSaid
from avdet.web.api.shapes.orders import CancelSaid, MoveSaid, NoteSaid, OrderDocument
from avdet.words.faults import coded
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.confirm_order import confirm_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.prepare_order import prepare_order

door = Door("orders")
ACTORS: Final = {"customer": Actor("customer", source="api"), "staff": Actor("staff", source="api"), "shop": ACTOR}


def at_hand(request: TokenRequest, number: str) -> Order:
    """The order, if it still is what the caller saw (`If-Match`)."""
    order = order_of(request, number)
    unchanged(request, order.revision)
    return order


def now_so(order: Order, status: int = 200) -> HttpResponse:
    """The order as it stands after a move."""
    order = fresh(order)
    return reply(whole(order), status=status, headers={"ETag": etag(order.revision)})


@door.post("/orders/{number}/moves", "orders:write", OrderDocument, also=(412,))
def move_order(request: TokenRequest, number: str, said: MoveSaid) -> HttpResponse:
    """Approve an order that is paid at the door, begin to prepare it, or send all that is left of it."""
    order, now = at_hand(request, number), timezone.now()
    if said.move == "pay":
        confirm_order(order, actor=ACTOR, now=now)
    elif said.move == "prepare":
        prepare_order(order, actor=ACTOR, now=now)
    else:
        hand_over(
            order, actor=ACTOR, now=now, carrier=said.carrier, tracking_number=said.tracking_number, override=said.override
        )
    return now_so(order)


@door.post("/orders/{number}/cancel", "orders:write", OrderDocument, also=(412,))
def cancel(request: TokenRequest, number: str, said: CancelSaid) -> HttpResponse:
    """Cancel an order or pieces of it, as far as the terms grant it; what was paid goes back."""
    order = at_hand(request, number)
    pieces = None if said.lines is None else pieces_at(order, said.lines)
    cancel_order(
        order, actor=ACTORS[said.on_behalf_of], now=timezone.now(), reason=said.reason, pieces=pieces, override=said.override,
        refund_minor=said.refund_minor,
    )  # fmt: skip
    return now_so(order)


@door.put("/orders/{number}/note", "orders:write", OrderDocument, also=(412,))
def put_note(request: TokenRequest, number: str, said: NoteSaid) -> HttpResponse:
    """Replace the staff's own note."""
    return now_so(write_note(at_hand(request, number), said.note, actor=ACTOR, now=timezone.now()))


def pieces_at(order: Order, said: list[PiecesSaid]) -> dict[int, int]:
    """Pieces of lines named by position, as records name them: line id → how many."""
    known = {line.position: line.pk for line in lines_of(order)}
    pieces: dict[int, int] = {}
    for at, each in enumerate(said):
        if each.position not in known:
            where = f"body.lines[{at}].position"
            raise coded(AvdetError, "asked.no_line", where=where, position=each.position, lines=len(known))
        pieces[known[each.position]] = pieces.get(known[each.position], 0) + each.quantity
    return pieces

"""What may still be changed of an order: where it goes, and whether it may come in parts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.orders.actions import change_address as write_address
from avdet.records.orders.actions import mark
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.workflows.policy.ask_policy import Denied, ask, because, file_of

FIELDS: Final = ("recipient", "phone", "country", "province", "district", "city", "street", "postcode")
LONGEST: Final = 200


@transaction.atomic
def change_address(
    order: Order, address: Mapping[str, str], *, actor: Actor, now: datetime, override: str = ""
) -> Order:
    """Has an order sent elsewhere, where the terms grant it (`address_change`); else `Denied`.

    A member of the staff may give a reason of their own instead; the history keeps it, and never the address.
    """
    said = {field: str(value).strip() for field, value in address.items() if str(value).strip()}
    _check(said)
    if order.handed_over_at is not None and order.state != "returned":
        raise AvdetError("the order is on its way", where="address", cure="wait until it is delivered, or comes back")
    facts = _grounds(order, said, actor, now, override.strip())
    return write_address(order, said, actor=actor, now=now, facts=facts)


def _grounds(order: Order, address: Mapping[str, str], actor: Actor, now: datetime, override: str) -> dict[str, object]:
    before, order.address = order.address, dict(address)  # the terms are asked of where it would go
    try:
        file = file_of(order, now)
        answer = ask(file, "address_change") if file else None
    finally:
        order.address = before
    if answer is None or answer.outcome == "approve":
        return {"because": because(answer)} if answer else {}
    if actor.kind == "customer" or not override:
        raise Denied(answer, where="address")
    return {"override": override[:500], "against": because(answer)}


def _check(address: Mapping[str, str]) -> None:
    unknown = next((field for field in address if field not in FIELDS), None)
    if unknown is not None:
        raise AvdetError(f"an address has no {unknown!r:.30}", where="address", cure=f"use {', '.join(FIELDS)}")
    long = next((field for field, value in address.items() if len(value) > LONGEST or not value.isprintable()), None)
    if long is not None:
        raise AvdetError("too long, or not plain text", where=f"address.{long}", cure=f"give at most {LONGEST} letters")
    if not address.get("street"):
        raise AvdetError("an address without a street", where="address.street", cure="say where the parcel is to go")


@transaction.atomic
def consent_to_parts(order: Order, consent: bool, *, actor: Actor, now: datetime) -> Order:
    """Keeps whether the customer agrees to be sent what is there first, and the rest later. Never costs them more."""
    if order.partial_consent != consent:
        facts = {"partial_consent": consent}
        mark(order, "consent_given" if consent else "consent_refused", actor=actor, now=now, facts=facts, columns=facts)
    return order

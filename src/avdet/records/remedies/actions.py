"""What is done to remedies and to claims on carriers: each move a compare-and-swap with its event, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from avdet.core.lifecycles import CARRIER_CLAIM, REMEDY
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Product
from avdet.records.orders.models import Order
from avdet.records.remedies.models import Carriage, CarrierClaim, CarrierClaimEvent, Custody, Remedy, RemedyEvent
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.shared.swap import change, swap_or_conflict
from avdet.words.faults import coded


@dataclass(frozen=True, slots=True)
class Worth:
    """What a remedy comes to, in minor units: the invoiced price of the pieces, what is taken off it, what is paid out, what
    another product costs beyond it, and what is given back of the first delivery.
    """

    goods_minor: int = 0
    deducted_minor: int = 0
    amount_minor: int = 0
    difference_minor: int = 0
    outbound_minor: int = 0


def open_remedy(
    case: Case, kind: str, worth: Worth, *, actor: Actor, now: datetime, product: Product | None = None,
    order: Order | None = None,
) -> Remedy:  # fmt: skip
    """The remedy that a case is put right by from now on; `Conflict` where it has one already."""
    try:
        with transaction.atomic():
            made: Remedy = Remedy.objects.create(
                store_id=case.store_id, case=case, kind=kind, quantity=case.quantity, currency=case.order.currency,
                goods_minor=worth.goods_minor, deducted_minor=worth.deducted_minor, amount_minor=worth.amount_minor,
                difference_minor=worth.difference_minor, outbound_minor=worth.outbound_minor, product=product, order=order,
                chosen_by=actor.kind, chosen_by_id=actor.id, chosen_at=now,
            )  # fmt: skip
    except IntegrityError:
        raise coded(Conflict, "remedy.chosen", where=f"case {case.number}") from None
    RemedyEvent.objects.bulk_create([_event(made, "choose", "", actor, now, {"kind": kind})])
    return made


def move(
    remedy: Remedy, name: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **fields: Any
) -> Remedy:
    """One move of a remedy; `fields` are columns that it fills in. `AvdetError` for a move that its state does not allow,
    `Conflict` where somebody else was faster.
    """
    source, target = remedy.state, REMEDY.after(remedy.state, name)
    moments = {"sent": "sent_at", "done": "ended_at", "void": "ended_at"}
    dated = {moments[target]: now} if target in moments else {}
    swap_or_conflict(remedy, {"state": target, **fields, **dated}, where=f"remedy {remedy.pk}")
    RemedyEvent.objects.bulk_create([_event(remedy, name, source, actor, now, dict(facts or {}))])
    return remedy


def carried_by(remedy: Remedy, order: Order) -> None:
    """The order that the goods of a remedy go out with."""
    Remedy.objects.filter(pk=remedy.pk).update(order=order)
    remedy.order = order


def sent_again(remedy: Remedy, *, carrier: str, tracking_number: str) -> None:
    """Goods that came again leave once more: with whom, and under which number, from now on."""
    Remedy.objects.filter(pk=remedy.pk).update(carrier=carrier, tracking_number=tracking_number)
    remedy.carrier, remedy.tracking_number = carrier, tracking_number


def _event(remedy: Remedy, kind: str, source: str, actor: Actor, now: datetime, facts: dict[str, Any]) -> RemedyEvent:
    return RemedyEvent(
        remedy=remedy, kind=kind, from_state=source, to_state=remedy.state, actor=actor.kind, actor_id=actor.id,
        source=actor.source[:20], facts=facts, at=now,
    )  # fmt: skip


# ---- carriage --------------------------------------------------------------------------------------------------------


def keep_carriage(
    case: Case, way: str, *, paid_by: str, borne_by: str, amount_minor: int, clauses: Sequence[str], receipt: bool,
    now: datetime,
) -> Carriage:  # fmt: skip
    """What one way of the goods cost, new or corrected: settled where whoever bears it has paid it, or it cost nothing.
    `Conflict` once it has been settled.
    """
    values: dict[str, Any] = {
        "paid_by": paid_by, "borne_by": borne_by, "amount_minor": amount_minor, "currency": case.order.currency,
        "clauses": list(clauses), "receipt": receipt, "recorded_at": now, "settled": _paid(paid_by, borne_by, amount_minor),
    }  # fmt: skip
    made, new = Carriage.objects.get_or_create(case=case, way=way, defaults=values)
    if not new and not Carriage.objects.filter(pk=made.pk, settled="").update(**values):
        raise coded(Conflict, "carriage.settled", where="way")
    for column, value in values.items():
        setattr(made, column, value)
    return made


def bear_carriage(carriage: Carriage, borne_by: str, *, clauses: Sequence[str]) -> bool:
    """Somebody else bears it than was thought: between the two it is open again, or settled. Whether nobody was faster."""
    settled = _paid(carriage.paid_by, borne_by, carriage.amount_minor)
    return change(carriage, {"borne_by": borne_by, "clauses": list(clauses), "settled": settled}, settled=carriage.settled)


def _paid(paid_by: str, borne_by: str, amount_minor: int) -> str:
    return "paid" if paid_by == borne_by or not amount_minor else ""


def settle_carriage(carriage: Carriage, how: str) -> bool:
    """Deducted, repaid, charged or store, once; whether it was news."""
    return change(carriage, {"settled": how}, settled="")


def unsettle_carriage(case: Case, how: str) -> None:
    """A remedy that settled it is void: what was deducted from its refund is open again."""
    Carriage.objects.filter(case=case, settled=how).update(settled="")


# ---- custody ---------------------------------------------------------------------------------------------------------


def begin_custody(case: Case, *, ends_at: datetime, clauses: Sequence[str], now: datetime) -> Custody:
    """Goods are kept for their owner; `Conflict` where they are already."""
    try:
        with transaction.atomic():
            made: Custody = Custody.objects.create(case=case, started_at=now, ends_at=ends_at, clauses=list(clauses))
    except IntegrityError:
        raise coded(Conflict, "custody.begun", where=f"case {case.number}") from None
    return made


def end_custody(custody: Custody, how: str, *, now: datetime) -> bool:
    """Taken or given up, once; whether it was news."""
    return bool(Custody.objects.filter(pk=custody.pk, ended="").update(ended=how, ended_at=now))


# ---- claims on carriers ----------------------------------------------------------------------------------------------


def open_claim(case: Case, *, carrier: str, asked_minor: int, note: str, actor: Actor, now: datetime) -> CarrierClaim:
    """What the carrier is asked to make good; the one that is there where the case has one already."""
    values = {
        "store_id": case.store_id, "carrier": carrier[:60], "currency": case.order.currency, "asked_minor": asked_minor,
        "note": note[:2000], "opened_at": now,
    }  # fmt: skip
    made, new = CarrierClaim.objects.get_or_create(case=case, defaults=values)
    if new:
        CarrierClaimEvent.objects.bulk_create([_claim_event(made, "open", "", actor, now, {})])
    return made


def move_claim(
    claim: CarrierClaim, name: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **fields: Any
) -> CarrierClaim:
    """One move of a claim on a carrier; errors as in `move`."""
    source, target = claim.state, CARRIER_CLAIM.after(claim.state, name)
    moments = {"confirmed": "answered_at", "refused": "answered_at", "recovered": "ended_at", "closed": "ended_at"}
    dated = {moments[target]: now} if target in moments else {}
    swap_or_conflict(claim, {"state": target, **fields, **dated}, where=f"carrier claim {claim.pk}")
    CarrierClaimEvent.objects.bulk_create([_claim_event(claim, name, source, actor, now, dict(facts or {}))])
    return claim


def _claim_event(
    claim: CarrierClaim, kind: str, source: str, actor: Actor, now: datetime, facts: dict[str, Any]
) -> CarrierClaimEvent:
    return CarrierClaimEvent(
        carrier_claim=claim, kind=kind, from_state=source, to_state=claim.state, actor=actor.kind, actor_id=actor.id,
        facts=facts, at=now,
    )  # fmt: skip

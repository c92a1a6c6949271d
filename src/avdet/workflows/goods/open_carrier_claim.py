"""Damage on the way is claimed from the carrier, with its own report; so are goods that it has lost."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import note
from avdet.records.cases.models import Case
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcels_of_case
from avdet.records.remedies.actions import open_claim
from avdet.records.remedies.models import TO_OWNER, CarrierClaim, Remedy
from avdet.records.remedies.queries import claim_of_case, remedies_of
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.notices.tell_payout import tell_claim
from avdet.workflows.remedies.remedy_sums import goods_minor


@transaction.atomic
def open_carrier_claim(case: Case, *, actor: Actor, now: datetime, carrier: str = "", words: str = "") -> CarrierClaim:
    """Opens what the store asks back from the carrier for a case: the invoiced price of its pieces; the one that is there.

    `AvdetError` where no carrier answers for it, or nobody knows which carrier it was.
    """
    known = claim_of_case(case)
    if known is not None:
        return known
    name = carrier.strip() or carrier_of(case)
    if not carrier_answers(case) or not name:
        raise coded(AvdetError, "carrier.nobody", where="carrier")
    claim = open_claim(case, carrier=name, asked_minor=goods_minor(case), note=words, actor=actor, now=now)
    note(case, "carrier_claim", actor=actor, now=now, facts={"carrier": claim.carrier, "asked_minor": claim.asked_minor})
    tell_claim(claim, now=now)
    return claim


def carrier_answers(case: Case) -> bool:
    """Whether a carrier answers to the store: for damage on the way, and for goods that the store gave or paid it, and that it
    has lost. Two statements at most.
    """
    return case.reason == "transit_damage" or (case.goods == "lost" and lost_with(case) is not None)


def lost_with(case: Case) -> Parcel | Remedy | None:
    """What a case's lost goods were under way with: their way back to their owner, or a parcel that came at the store's cost.

    `None` where a customer paid the carrier, who alone can ask it.
    """
    back = next((each for each in remedies_of(case) if each.kind in TO_OWNER), None)
    if back is not None and back.state == "void" and back.sent_at is not None:
        return back
    return next((each for each in parcels_of_case(case) if each.state == "lost" and each.paid_by == "store"), None)


def carrier_of(case: Case) -> str:
    """Who has lost the case's goods, or brought them; empty where it was the store's own vehicle, or nobody knows."""
    if case.goods == "lost":
        lost = lost_with(case)
        return lost.carrier if lost else ""
    if case.order.delivery_method == "direct":
        return ""
    brought = [
        each.carrier
        for each in deliveries_of(case.order)
        if any(line.order_line_id == case.order_line_id for line in each.lines.all()) and each.carrier
    ]
    return brought[-1] if brought else ""

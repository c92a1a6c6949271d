"""Damage on the way is claimed from the carrier, with its own report."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import note
from avdet.records.cases.models import Case
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.remedies.actions import open_claim
from avdet.records.remedies.models import CarrierClaim
from avdet.records.remedies.queries import claim_of_case
from avdet.records.shared.actors import Actor
from avdet.words.faults import coded
from avdet.workflows.notices.tell_payout import tell_claim
from avdet.workflows.remedies.remedy_sums import goods_minor


@transaction.atomic
def open_carrier_claim(case: Case, *, actor: Actor, now: datetime, carrier: str = "", words: str = "") -> CarrierClaim:
    """Opens what the store asks back from the carrier for a case: the invoiced price of its pieces; the one that is there.

    `AvdetError` for anything but damage on the way, or where nobody knows which carrier it was.
    """
    known = claim_of_case(case)
    if known is not None:
        return known
    name = carrier.strip() or carrier_of(case)
    if case.reason != "transit_damage" or not name:
        raise coded(AvdetError, "carrier.nobody", where="carrier")
    claim = open_claim(case, carrier=name, asked_minor=goods_minor(case), note=words, actor=actor, now=now)
    note(case, "carrier_claim", actor=actor, now=now, facts={"carrier": claim.carrier, "asked_minor": claim.asked_minor})
    tell_claim(claim, now=now)
    return claim


def carrier_of(case: Case) -> str:
    """Who brought the case's goods; empty where they came on the store's own vehicle, or nobody wrote it down."""
    if case.order.delivery_method == "direct":
        return ""
    brought = [
        each.carrier
        for each in deliveries_of(case.order)
        if any(line.order_line_id == case.order_line_id for line in each.lines.all()) and each.carrier
    ]
    return brought[-1] if brought else ""

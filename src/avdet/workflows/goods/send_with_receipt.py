"""A parcel is handed over, and its postal receipt shown along with it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from avdet.records.cases.evidence import Said, made_of
from avdet.records.parcels.models import Parcel
from avdet.records.shared.actors import Actor
from avdet.workflows.claims.add_evidence import add_to_open
from avdet.workflows.goods.send_parcel import send_parcel


def send_with_receipt(
    parcel: Parcel, receipt: bytes, *, tracking_number: str = "", carrier: str = "", actor: Actor, now: datetime
) -> Parcel:
    """`send_parcel`, with the receipt kept in each of its cases that is not over; empty where there is none.

    `EvidenceRefused` where the receipt cannot be kept: then nothing has happened. Call it outside of a transaction.
    """
    said = Said(receipt, "receipt")
    made = made_of(said) if receipt else None
    with transaction.atomic():
        sent = send_parcel(parcel, tracking_number=tracking_number, carrier=carrier, actor=actor, now=now)
        if made is not None:
            add_to_open([each.case_id for each in parcel.items.all()], said, made, actor=actor, now=now)
    return sent

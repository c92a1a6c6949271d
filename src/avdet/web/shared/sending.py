"""Goods that go back, as the customer says so in the portal and a colleague for them at the desk."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from avdet.records.cases.evidence_limits import MOST_BYTES
from avdet.records.cases.models import Case
from avdet.records.cases.queries import cases_of
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcels_of_order
from avdet.records.shared.actors import Actor
from avdet.web.shared.access import PageRequest
from avdet.words.digits import digits
from avdet.workflows.goods.announce_parcel import announce_parcel, to_send
from avdet.workflows.goods.return_ways import Way, payer, ways_for
from avdet.workflows.goods.send_with_receipt import send_with_receipt

PARCEL_TONES: Final = {"announced": "wait", "sent": "news", "arrived": "good", "lost": "bad", "cancelled": "quiet"}


@dataclass(frozen=True, slots=True)
class Sendable:
    """What of an order may be sent now: cases with their pieces, the ways, who pays, and the parcels that were announced."""

    cases: Sequence[tuple[Case, int]]
    ways: Sequence[Way]
    payer: str
    parcels: Sequence[tuple[Parcel, str]]


def sendable(order: Order, language: str) -> Sendable:
    """The same, notes of ways in the reader's language. Statements: as many for a long order as for a short one."""
    parcels, all_of_it = parcels_of_order(order), cases_of(order)
    pieces = to_send(all_of_it, parcels)
    cases = [case for case in all_of_it if case.pk in pieces]
    return Sendable(
        [(case, pieces[case.pk]) for case in cases], ways_for(order, cases, language), payer_said(payer(cases), cases),
        [(each, PARCEL_TONES[each.state]) for each in parcels if each.state != "cancelled"],
    )  # fmt: skip


def payer_said(paid_by: str, cases: Iterable[Case]) -> str:
    """Who pays the way: the store, the customer, or the customer `at_first` where it has yet to turn out who bears it."""
    certain = all(case.decision.get("return_shipping") == "customer" for case in cases)
    return "at_first" if paid_by == "customer" and not certain else paid_by


def announced(request: PageRequest, order: Order, actor: Actor) -> Parcel:
    """The parcel of the cases that were ticked, by the way that was chosen."""
    said = request.POST.getlist("case")[:100]
    chosen = [int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 19]
    return announce_parcel(order, chosen, request.POST.get("way", ""), actor=actor, now=timezone.now())


def handed_over(request: PageRequest, found: Parcel, actor: Actor, now: datetime) -> None:
    """With its receipt, where one came along; a receipt that cannot be kept is refused, and nothing has happened."""
    file = request.FILES.get("receipt")
    raw = file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else b""
    number, carrier = digits(request.POST.get("tracking_number", ""), "en"), request.POST.get("carrier", "")
    send_with_receipt(found, raw, tracking_number=number, carrier=carrier, actor=actor, now=now)

"""What each way of a case's goods cost: who paid it, who bears it, and how the one had it back from the other."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.remedies.queries import carriages_of
from avdet.web.api.answers import reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.carriage import carriage_document
from avdet.web.api.documents.plain import minor
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.routes.claims import case_at_hand, case_of
from avdet.web.api.shapes.carriage import CarriageDocument, Carriages, CarriageSaid, SettlementSaid
from avdet.workflows.goods.carriage import WAYS, charge_carriage, record_carriage, repay_postage

door = Door("carriage")
READ, WRITE = "remedies:read", "remedies:write"


@door.get("/cases/{case}/carriage", READ, Carriages)
def list_carriage(request: TokenRequest, case: str) -> HttpResponse:
    """What each way of a case's goods cost whom, and who bears it by the decision."""
    found = case_of(request, case)
    known = carriages_of(found)
    return reply({"data": [carriage_document(found, way, known.get(way)) for way in WAYS]})


@door.put("/cases/{case}/carriage/{way}", WRITE, CarriageDocument, also=(412,))
def put_carriage(request: TokenRequest, case: str, way: str, said: CarriageSaid) -> HttpResponse:
    """Write down who paid how much for a way, `return` or `redelivery`; said again, it takes the place of what was said."""
    found = case_at_hand(request, case)
    kept = record_carriage(
        found, _known(way), paid_by=said.paid_by, amount_minor=minor(said.amount, found.order.currency, "body.amount") or 0,
        receipt=said.receipt, actor=ACTOR, now=timezone.now(),
    )  # fmt: skip
    return reply(carriage_document(found, way, kept))


@door.post("/cases/{case}/carriage/{way}/settlement", WRITE, CarriageDocument, also=(412,))
def settle_carriage(request: TokenRequest, case: str, way: str, said: SettlementSaid) -> HttpResponse:
    """Say that a way was settled: repaid to the customer who paid it, or charged to the one who bears it."""
    found = case_at_hand(request, case)
    there = carriages_of(found).get(_known(way))
    settle = repay_postage if there is not None and there.paid_by == "customer" else charge_carriage
    kept = settle(found, way, reference=said.reference, actor=ACTOR, now=timezone.now())
    return reply(carriage_document(found, way, kept))


def _known(way: str) -> str:
    if way not in WAYS:
        raise not_found("way")
    return way

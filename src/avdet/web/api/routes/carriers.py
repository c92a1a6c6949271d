"""What the store asks of carriers for damage on the way, with their official reports, and what they answer and pay."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.records.cases.evidence import Holder, of_holder
from avdet.records.remedies.models import CarrierClaim
from avdet.records.remedies.queries import claim_by_id, claims_page
from avdet.web.api.answers import etag, listed, marks, reply, tagged, unchanged
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.carriers import carrier_claim_document, carrier_claim_summary
from avdet.web.api.documents.plain import minor
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.routes.claims import case_at_hand
from avdet.web.api.shapes.carriers import (
    CarrierClaimDocument,
    CarrierClaimPage,
    CarrierClaimQuery,
    CarrierClaimSaid,
    CarrierMoveSaid,
)
from avdet.workflows.goods.carrier_claim import answer_claim, close_claim, recover_damage, submit_claim
from avdet.workflows.goods.open_carrier_claim import open_carrier_claim

door = Door("carriers")
READ, WRITE = "remedies:read", "remedies:write"
ANSWERS: Final = ("confirm", "refuse")


@door.get("/carrier-claims", READ, CarrierClaimPage)
def list_carrier_claims(request: TokenRequest, wanted: Query[CarrierClaimQuery]) -> HttpResponse:
    """Claims on carriers, the newest first."""
    states = (wanted.state,) if wanted.state else ()
    page = claims_page(request.store, states=states, size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, carrier_claim_summary)


@door.post("/cases/{case}/carrier-claim", WRITE, CarrierClaimDocument, status=201, also=(412,))
def create_carrier_claim(request: TokenRequest, case: str, said: CarrierClaimSaid) -> HttpResponse:
    """Ask the carrier to make good a case's damage; its official report is the case's evidence of kind `carrier_report`."""
    found = case_at_hand(request, case)
    claim = open_carrier_claim(found, carrier=said.carrier, words=said.note, actor=ACTOR, now=timezone.now())
    return _now_so(request, claim.pk, status=201)


@door.get("/carrier-claims/{claim}", READ, CarrierClaimDocument)
def read_carrier_claim(request: TokenRequest, claim: int) -> HttpResponse:
    """One claim on a carrier, with what has happened to it."""
    found = _claim(request, claim)
    return tagged(request, lambda: _document(found), found.revision)


@door.post("/carrier-claims/{claim}/moves", WRITE, CarrierClaimDocument, also=(412,))
def move_carrier_claim(request: TokenRequest, claim: int, said: CarrierMoveSaid) -> HttpResponse:
    """Say that the carrier has the claim, what it answers, what it has paid, or that nothing will come of it."""
    found, now = _claim(request, claim), timezone.now()
    unchanged(request, found.revision)
    if said.move == "submit":
        submit_claim(found, reference=said.reference, actor=ACTOR, now=now)
    elif said.move in ANSWERS:
        answer_claim(found, confirmed=said.move == "confirm", actor=ACTOR, now=now)
    elif said.move == "recover":
        amount = minor(said.amount, found.currency, "body.amount") or 0
        recover_damage(found, amount_minor=amount, reference=said.reference, actor=ACTOR, now=now)
    else:
        close_claim(found, why=said.why, actor=ACTOR, now=now)
    return _now_so(request, found.pk)


def _claim(request: TokenRequest, number: int) -> CarrierClaim:
    found = claim_by_id(request.store, number) if 0 < number < 2**63 else None
    if found is None:
        raise not_found("carrier_claim")
    return found


def _document(claim: CarrierClaim) -> dict[str, object]:
    return carrier_claim_document(claim, of_holder(Holder(claim.case.order, case=claim.case)))


def _now_so(request: TokenRequest, number: int, status: int = 200) -> HttpResponse:
    found = _claim(request, number)
    headers = {"ETag": etag(found.revision), "Location": f"/api/v1/carrier-claims/{found.pk}"}
    return reply(_document(found), status=status, headers=headers)

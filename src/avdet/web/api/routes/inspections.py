"""The experts' findings: put to the terms beforehand, signed, and what becomes of goods that the store keeps."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from avdet.contract.answer import builtins
from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.inspections.queries import inspections_of, newest_of
from avdet.records.parcels.queries import parcels_of_case
from avdet.records.shared.actors import Actor
from avdet.web.api.answers import etag, reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.inspections import inspection_document
from avdet.web.api.doors import Door
from avdet.web.api.makers import EXPERTS, maker
from avdet.web.api.routes.claims import case_at_hand, case_of
from avdet.web.api.shapes.decisions import Decided
from avdet.web.api.shapes.inspections import DispositionSaid, FindingsSaid, InspectionDocument, Inspections
from avdet.words.faults import coded
from avdet.workflows.cases.decide_case import file_of_case
from avdet.workflows.cases.inspect_case import Findings, foresee, inspect_case, may_be_examined
from avdet.workflows.goods.dispose_goods import dispose_goods, places_for

door = Door("inspections")
READ, WRITE = "inspections:read", "inspections:write"


@door.get("/cases/{case}/inspections", READ, Inspections)
def list_inspections(request: TokenRequest, case: str) -> HttpResponse:
    """What was found of a case's goods, the newest first."""
    found = case_of(request, case)
    return reply({"data": [inspection_document(each, found.number) for each in inspections_of(found)]})


@door.post("/cases/{case}/inspections/preview", READ, Decided)
def preview_inspection(request: TokenRequest, case: str, said: FindingsSaid) -> HttpResponse:
    """What would follow from these findings: what the terms say, and what colleagues have granted. Nothing is kept."""
    found = case_of(request, case)
    findings = _findings(found, said)
    may_be_examined(found, findings)
    return reply(builtins(foresee(found, file_of_case(found, max(timezone.now(), found.filed_at)), findings)))


@door.post("/cases/{case}/inspections", WRITE, InspectionDocument, status=201, also=(412,))
def create_inspection(request: TokenRequest, case: str, said: FindingsSaid) -> HttpResponse:
    """Sign what was found, in the name of the expert who made the token: the case is decided by it."""
    found = case_at_hand(request, case)
    expert = maker(request, EXPERTS)
    parcels = parcels_of_case(found)
    row = inspect_case(
        found.pk, _findings(found, said), revision=found.revision, by=expert, actor=Actor.of(expert, "staff", "api"),
        now=timezone.now(), parcel=parcels[0] if parcels else None,
    )  # fmt: skip
    return reply(inspection_document(row, found.number), status=201)


@door.post("/cases/{case}/disposition", WRITE, InspectionDocument, also=(412,))
def dispose(request: TokenRequest, case: str, said: DispositionSaid) -> HttpResponse:
    """Say where examined goods go that the store keeps: to the shelf, to be refurbished, to the supplier, or away."""
    found = case_at_hand(request, case)
    if (seen := newest_of(found)) is None:
        raise coded(AvdetError, "finding.not_examined" if places_for(found) else "finding.not_ours", where="goods")
    row = dispose_goods(found.pk, said.disposition, revision=found.revision, actor=ACTOR, now=timezone.now()) or seen
    return reply(inspection_document(row, found.number), headers={"ETag": etag(case_of(request, case).revision)})


def _findings(case: Case, said: FindingsSaid) -> Findings:
    known = said.model_dump(exclude={"quantity", "finding"})
    return Findings(quantity=said.quantity or case.quantity, finding=said.finding or "", **known)

"""Photographs and documents: handed in for an order before a claim is filed, or for a case; listed, seen, taken back."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse
from django.utils import timezone
from ninja import File, Form, Query
from ninja.files import UploadedFile

from avdet.records.cases.evidence import Holder, Said, evidence_by_id, evidence_of
from avdet.records.cases.evidence_files import SUFFIXES, opened
from avdet.records.cases.evidence_limits import MOST_BYTES, EvidenceRefused
from avdet.records.cases.models import Evidence
from avdet.web.api.answers import download, gone, reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.cases import evidence_document
from avdet.web.api.doors import Door, file_of
from avdet.web.api.problems import Problem, not_found
from avdet.web.api.routes.claims import READ, WRITE, case_of
from avdet.web.api.routes.orders import order_of
from avdet.web.api.shapes.cases import EvidenceDocument, EvidenceFileQuery, EvidenceList, EvidenceSaid
from avdet.web.shared.evidence import refusal
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.claims.remove_evidence import remove_evidence

door = Door("claims")


@door.get("/orders/{number}/evidence", READ, EvidenceList)
def list_order_evidence(request: TokenRequest, number: str) -> HttpResponse:
    """What was handed in for an order and belongs to no case yet."""
    return _listed(evidence_of(Holder(order_of(request, number))))


@door.post("/orders/{number}/evidence", WRITE, EvidenceDocument, status=201)
def add_order_evidence(request: TokenRequest, number: str, file: File[UploadedFile], said: Form[EvidenceSaid]) -> HttpResponse:
    """Hand in a photograph or a PDF file, as multipart/form-data; a claim that is filed later names it."""
    return _added(request, Holder(order_of(request, number)), file, said)


@door.get("/cases/{case}/evidence", READ, EvidenceList)
def list_case_evidence(request: TokenRequest, case: str) -> HttpResponse:
    """What was handed in for a case."""
    found = case_of(request, case)
    return _listed(evidence_of(Holder(found.order, case=found)))


@door.post("/cases/{case}/evidence", WRITE, EvidenceDocument, status=201)
def add_case_evidence(request: TokenRequest, case: str, file: File[UploadedFile], said: Form[EvidenceSaid]) -> HttpResponse:
    """Hand in a photograph or a PDF file for a case; `POST /cases/{case}/answers` then has the terms decide again."""
    found = case_of(request, case)
    return _added(request, Holder(found.order, case=found), file, said)


@door.get("/evidence/{evidence}/file", READ, None, extra=file_of("image/jpeg", "application/pdf"))
def read_evidence_file(request: TokenRequest, evidence: int, wanted: Query[EvidenceFileQuery]) -> HttpResponse:
    """The file itself, or its small picture; no address leads to it without a token, and no cache keeps it."""
    found = _evidence(request, evidence)
    small = wanted.size == "small"
    try:
        with opened(found.thumbnail if small else found.file) as file:
            content = file.read()
    except (OSError, ValueError):  # it has no small picture, or its time was over
        raise not_found("file") from None
    return download(content, found.media_type, f"{found.kind}-{found.pk}{SUFFIXES.get(found.media_type, '')}")


@door.delete("/evidence/{evidence}", WRITE, None, status=204, also=(409,))
def delete_evidence(request: TokenRequest, evidence: int) -> HttpResponse:
    """Take a piece back, as long as no case of it has been decided."""
    found = _evidence(request, evidence)
    try:
        remove_evidence(found, actor=ACTOR, now=timezone.now())
    except EvidenceRefused as fault:
        raise _refused(request, fault) from None
    return gone()


def _evidence(request: TokenRequest, number: int) -> Evidence:
    found = evidence_by_id(request.store, number) if 0 < number < 2**63 else None
    if found is None or found.removed_at is not None:
        raise not_found("evidence")
    return found


def _added(request: TokenRequest, holder: Holder, file: UploadedFile, said: EvidenceSaid) -> HttpResponse:
    try:
        row = add_evidence(holder, Said(file.read(MOST_BYTES + 1), said.kind, said.side), actor=ACTOR, now=timezone.now())
    except EvidenceRefused as fault:
        raise _refused(request, fault) from None
    return reply(evidence_document(row, [holder.case.number] if holder.case else []), status=201)


def _listed(rows: Iterable[Evidence]) -> HttpResponse:
    return reply({"data": [evidence_document(row, [case.number for case in row.cases.all()]) for row in rows]})


def _refused(request: TokenRequest, fault: EvidenceRefused) -> Problem:
    """Why a file cannot be kept, in the caller's language."""
    what = refusal(request.language, fault)
    return Problem("refused", members={"what": what, "where": f"body.{fault.where}", "cure": fault.cure})

"""Claims and the cases that they become: looked at beforehand, filed, read, answered, withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.contract.answer import builtins
from avdet.core.errors import AvdetError
from avdet.records.cases.evidence import attach, evidence_of_order
from avdet.records.cases.models import Case, Evidence
from avdet.records.cases.pages import cases_page
from avdet.records.cases.queries import case_by_number, events_of, pieces_before, places_of
from avdet.records.cases.search import CaseFilters
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.numbers import from_address, in_address
from avdet.records.orders.queries import lines_of, order_by_number
from avdet.web.api.answers import etag, listed, marks, reply, tagged, unchanged
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.documents.cases import case_document, case_event_document, case_summary, questions
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.routes.order_moves import ACTORS
from avdet.web.api.routes.orders import order_of
from avdet.web.api.shapes.cases import (
    AnswersSaid,
    CaseDocument,
    CaseEvents,
    CasePage,
    CaseQuery,
    Cases,
    ClaimAsked,
    ClaimLineAsked,
    ClaimPreview,
    ClaimSaid,
)
from avdet.words.faults import coded
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.add_evidence import facts_from_evidence
from avdet.workflows.claims.claim_form import REPORTS
from avdet.workflows.claims.file_claim import Wanted, answers_of, file_claim, sound
from avdet.workflows.claims.suggest_reason import suggest_reason
from avdet.workflows.claims.supply_evidence import supply_evidence
from avdet.workflows.policy.ask_policy import Claimed, OrderFile, file_of, put, question_of
from avdet.workflows.policy.options_now import reasons_for

door = Door("claims")
READ, WRITE = "claims:read", "claims:write"
CUSTOMER = ACTORS["customer"]


def case_of(request: TokenRequest, number: str) -> Case:
    """The case that the address names."""
    found = case_by_number(request.store, from_address(number)) if number.isprintable() else None
    if found is None:
        raise not_found("case")
    return found


def case_at_hand(request: TokenRequest, number: str) -> Case:
    """The case that the address names, if it still is what the caller saw (`If-Match`)."""
    case = case_of(request, number)
    unchanged(request, case.revision)
    return case


@door.post("/orders/{number}/claims/preview", READ, ClaimPreview)
def preview_claim(request: TokenRequest, number: str, said: ClaimAsked) -> HttpResponse:
    """What a claim would come to, what is left to ask, and which reasons the customer's words suggest."""
    order = order_of(request, number)
    file = file_of(order, timezone.now())
    if file is None:
        raise not_found("policy")
    by_position = {line.position: line for line in file.lines}
    lines = [(_line(by_position, each.position, at), each) for at, each in enumerate(said.lines)]
    earlier = places_of(order)
    return reply({"lines": [_preview(request, file, line, each, said.words, earlier) for line, each in lines]})


@door.post("/orders/{number}/claims", WRITE, Cases, status=201)
def create_claim(request: TokenRequest, number: str, said: ClaimSaid) -> HttpResponse:
    """File a claim: each line is decided by the terms of its order and becomes a case; a refusal of the terms is one too.
    Where the answer turns on a report that is said to be there and is not among the evidence, its case waits for it."""
    order = order_of(request, number)
    shown = _evidence(order, said.evidence) if said.evidence else []
    known, by_position = facts_from_evidence(shown), {line.position: line for line in lines_of(order)}
    lines = [(_line(by_position, each.position, at).pk, each) for at, each in enumerate(said.lines)]
    wanted = [
        Wanted(line, each.quantity, each.reason, {**each.answers, **known}, frozenset(_only_said(each.answers, known)))
        for line, each in lines
    ]
    cases = file_claim(
        order, wanted, actor=ACTORS[said.on_behalf_of], channel="api", key=said.reference or uuid4().hex,
        now=timezone.now(), words=said.words, language=said.language or "",
    )  # fmt: skip
    if shown:
        attach(shown, cases)
    return reply({"data": [case_document(case) for case in cases]}, status=201)


@door.get("/cases", READ, CasePage)
def list_cases(request: TokenRequest, wanted: Query[CaseQuery]) -> HttpResponse:
    """Cases, the newest first."""
    order = order_by_number(request.store, wanted.order) if wanted.order.isprintable() and wanted.order else None
    if wanted.order and order is None:
        return reply({"data": [], "next": None})
    filters = CaseFilters(
        (wanted.state,) if wanted.state else (), wanted.goods or "", wanted.waits_for or "", wanted.reason or "",
        filed_from=wanted.since, order=order,
    )  # fmt: skip
    page = cases_page(request.store, filters, size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, case_summary)


@door.get("/cases/{case}", READ, CaseDocument)
def read_case(request: TokenRequest, case: str) -> HttpResponse:
    """One case, with the decision that holds."""
    found = case_of(request, case)
    return tagged(request, lambda: case_document(found), found.revision)


@door.get("/cases/{case}/events", READ, CaseEvents)
def list_case_events(request: TokenRequest, case: str) -> HttpResponse:
    """Everything that has happened to a case, as a chain."""
    return reply({"data": [case_event_document(event) for event in events_of(case_of(request, case))]})


@door.post("/cases/{case}/answers", WRITE, CaseDocument, also=(412,))
def answer_case(request: TokenRequest, case: str, said: AnswersSaid) -> HttpResponse:
    """Give what a case waits for, as answers or, a report always, as files that were added; the terms decide again."""
    found = case_at_hand(request, case)
    if _only_said(said.answers, found.answers):
        raise coded(AvdetError, "claim.unshown", where="body.answers")
    return case_now(supply_evidence(found, said.answers, actor=CUSTOMER, now=timezone.now()))


@door.post("/cases/{case}/withdraw", WRITE, CaseDocument, also=(412,))
def withdraw_claim(request: TokenRequest, case: str) -> HttpResponse:
    """Take a claim back; its pieces may be claimed again."""
    return case_now(withdraw_case(case_at_hand(request, case), actor=CUSTOMER, now=timezone.now()))


def _only_said(answers: Mapping[str, bool], known: Mapping[str, bool]) -> list[str]:
    """Reports that somebody says are there, as far as no file shows them."""
    return [fact for fact in REPORTS if answers.get(fact) and not known.get(fact)]


def case_now(case: Case) -> HttpResponse:
    """The case as it stands after a change."""
    address = f"/api/v1/cases/{quote(in_address(case.number), safe='')}"
    return reply(case_document(case), headers={"ETag": etag(case.revision), "Location": address})


def _line(by_position: dict[int, OrderLine], position: int, at: int) -> OrderLine:
    line = by_position.get(position)
    if line is None:
        where = f"body.lines[{at}].position"
        raise coded(AvdetError, "asked.no_line", where=where, position=position, lines=len(by_position))
    return line


def _preview(
    request: TokenRequest, file: OrderFile, line: OrderLine, said: ClaimLineAsked, words: str, earlier: list[Case]
) -> dict[str, Any]:
    allowed = reasons_for(file, line)
    known = {
        "position": line.position, "quantity": said.quantity, "reasons": list(allowed),
        "suggested": list(suggest_reason(file, line, words)),
    }  # fmt: skip
    if said.reason is None:
        return {**known, "settled": False, "outcome": None, "ask": [], "answer": None}
    sound([Wanted(line.pk, said.quantity, said.reason)], file)
    before = pieces_before(earlier, line, said.quantity)
    claimed = Claimed(line, said.quantity, said.reason, answers_of(said.answers), before)
    found = put(file, question_of(file, "claim", claimed), request.language)
    left = questions(found.ask, request.language)
    return {**known, "settled": not left, "outcome": found.outcome, "ask": left, "answer": builtins(found)}


def _evidence(order: Order, ids: list[int]) -> list[Evidence]:
    """The pieces of the order that are named."""
    found = evidence_of_order(order, ids)
    if {each.pk for each in found} != set(ids):
        raise coded(AvdetError, "asked.no_evidence", where="body.evidence")
    return found

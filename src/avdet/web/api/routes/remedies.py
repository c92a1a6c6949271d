"""How a case is put right: what is offered, what is chosen, and how far it is."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.cases.models import Case
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.remedies.queries import remedies_of
from avdet.web.api.answers import reply
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.documents.plain import minor
from avdet.web.api.documents.remedies import offer_document, remedy_document
from avdet.web.api.doors import Door
from avdet.web.api.makers import EXPERTS, maker
from avdet.web.api.problems import answer, of_error
from avdet.web.api.routes.claims import case_at_hand, case_now, case_of
from avdet.web.api.routes.order_moves import ACTORS
from avdet.web.api.shapes.cases import CaseDocument
from avdet.web.api.shapes.remedies import ChoiceSaid, Remedies, RemedyDocument, VisitSaid
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.record_visit import record_visit
from avdet.workflows.remedies.remedy_sums import offers

door = Door("remedies")


@door.get("/cases/{case}/remedies", "remedies:read", Remedies)
def list_remedies(request: TokenRequest, case: str) -> HttpResponse:
    """What the customer may choose now and what each comes to; and what was chosen, with how far it is."""
    found = case_of(request, case)
    choices = offers(found) if found.state == "choosing" else []
    return reply({
        "offered": [offer_document(each, found.order.currency) for each in choices],
        "data": [remedy_document(each, found.number) for each in remedies_of(found)],
    })  # fmt: skip


@door.post("/cases/{case}/remedies", "remedies:write", RemedyDocument, status=201, also=(412,))
def choose(request: TokenRequest, case: str, said: ChoiceSaid) -> HttpResponse:
    """Choose one of what is offered: its money is granted, or its goods are promised, in the same moment."""
    found = case_at_hand(request, case)
    shown = minor(said.difference, found.order.currency, "body.difference")
    try:
        made = choose_remedy(
            found, said.kind, actor=ACTORS[said.on_behalf_of], now=timezone.now(), sku=said.sku, difference_minor=shown
        )
    except OutOfStock as gone:  # the choice is open again among what is left, and that has to be kept
        return answer(request, of_error(gone, request.language))
    return reply(_document(found, made.pk), status=201)


@door.post("/cases/{case}/visit", "remedies:write", CaseDocument, also=(412,))
def visit(request: TokenRequest, case: str, said: VisitSaid) -> HttpResponse:
    """Write down, in the name of the expert who made the token, what came of a visit: the maker's, or the carrier's second."""
    at_hand, expert = case_at_hand(request, case), maker(request, EXPERTS)
    told = said.model_dump()
    return case_now(record_visit(at_hand, **told, author=expert, now=timezone.now(), source="api"))


def _document(case: Case, remedy: int) -> dict[str, object]:
    return remedy_document(next(each for each in remedies_of(case) if each.pk == remedy), case.number)

"""Money on its way back: what is owed and how far it is; and sums that are given without a return."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.records.people.bank_accounts import Registration
from avdet.records.refunds.queries import goodwill_waiting, refund_by_id, refunds_of, refunds_of_case, refunds_page
from avdet.records.shared.actors import Actor
from avdet.web.api.answers import listed, marks, reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.payments import goodwill_document, refund_document
from avdet.web.api.documents.plain import minor
from avdet.web.api.doors import Door
from avdet.web.api.makers import PURSES, maker
from avdet.web.api.problems import not_found
from avdet.web.api.routes.claims import case_of
from avdet.web.api.routes.orders import order_of
from avdet.web.api.shapes.payments import (
    AccountSaid,
    GoodwillDocument,
    GoodwillList,
    GoodwillSaid,
    RefundDocument,
    RefundPage,
    RefundQuery,
)
from avdet.workflows.money.ask_destination import name_account
from avdet.workflows.money.give_goodwill import give_goodwill

door = Door("refunds")
READ, WRITE = "refunds:read", "refunds:write"


@door.get("/refunds", READ, RefundPage)
def list_refunds(request: TokenRequest, wanted: Query[RefundQuery]) -> HttpResponse:
    """Refunds, the newest first."""
    states = (wanted.state,) if wanted.state else ()
    page = refunds_page(request.store, states=states, size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, lambda refund: refund_document(refund, refund.payment.order.number))


@door.get("/refunds/{refund}", READ, RefundDocument)
def read_refund(request: TokenRequest, refund: int) -> HttpResponse:
    """One refund."""
    found = refund_by_id(refund, request.store) if 0 < refund < 2**63 else None
    if found is None:
        raise not_found("refund")
    return reply(refund_document(found, found.payment.order.number))


@door.get("/orders/{number}/refunds", READ, RefundPage)
def list_order_refunds(request: TokenRequest, number: str) -> HttpResponse:
    """An order's refunds, the oldest first."""
    order = order_of(request, number)
    return reply({"data": [refund_document(each, order.number) for each in refunds_of(order)], "next": None})


@door.post("/orders/{number}/refunds/account", WRITE, RefundPage)
def name_refund_account(request: TokenRequest, number: str, said: AccountSaid) -> HttpResponse:
    """Name the customer's account for what waits for one on an order; the answer has the order's refunds."""
    order = order_of(request, number)
    wish = Registration(said.number, said.holder, said.holder_name, said.consent.strip(), said.no_father)
    name_account(order, wish, now=timezone.now(), actor=ACTOR)
    return list_order_refunds(request, number)


@door.get("/cases/{case}/refunds", READ, RefundPage)
def list_case_refunds(request: TokenRequest, case: str) -> HttpResponse:
    """What a case's remedies have been granted, the oldest first."""
    found = refunds_of_case(case_of(request, case))
    return reply({"data": [refund_document(each, each.payment.order.number) for each in found], "next": None})


@door.get("/goodwill", READ, GoodwillList)
def list_goodwill(request: TokenRequest) -> HttpResponse:
    """Sums without a return that wait for a second person, the oldest first."""
    return reply({"data": [goodwill_document(each) for each in goodwill_waiting(request.store)]})


@door.post("/orders/{number}/goodwill", WRITE, GoodwillDocument, status=201)
def create_goodwill(request: TokenRequest, number: str, said: GoodwillSaid) -> HttpResponse:
    """Give a sum back without a return, in the name of whoever made the token; above the store's limit it waits until a second
    person agrees at the desk."""
    order, author = order_of(request, number), maker(request, PURSES)
    amount = minor(said.amount, order.currency, "body.amount") or 0
    made = give_goodwill(
        order, amount_minor=amount, reason=said.reason, author=author, now=timezone.now(),
        actor=Actor.of(author, "staff", "api"),
    )  # fmt: skip
    return reply(goodwill_document(made), status=201)

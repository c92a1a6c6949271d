"""Money that came in."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.core.errors import AvdetError
from avdet.ports.gateways import provider_of
from avdet.records.payments.queries import payments_of, payments_page
from avdet.web.api.answers import listed, marks, reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.payments import payment_document
from avdet.web.api.documents.plain import minor
from avdet.web.api.doors import Door
from avdet.web.api.routes.orders import order_of
from avdet.web.api.shapes.payments import PaymentDocument, PaymentPage, PaymentQuery, PaymentSaid
from avdet.words.faults import coded
from avdet.workflows.money.record_payment import record_payment

door = Door("payments")
READ = "payments:read"


@door.get("/payments", READ, PaymentPage)
def list_payments(request: TokenRequest, wanted: Query[PaymentQuery]) -> HttpResponse:
    """Payments, the newest first."""
    page = payments_page(request.store, state=wanted.state or "", size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, lambda payment: payment_document(payment, payment.order.number))


@door.get("/orders/{number}/payments", READ, PaymentPage)
def list_order_payments(request: TokenRequest, number: str) -> HttpResponse:
    """An order's payments, the oldest first."""
    order = order_of(request, number)
    return reply({"data": [payment_document(each, order.number) for each in payments_of(order)], "next": None})


@door.post("/orders/{number}/payments", "payments:write", PaymentDocument, status=201)
def create_payment(request: TokenRequest, number: str, said: PaymentSaid) -> HttpResponse:
    """Record a payment that came in; an order that is paid in full is confirmed."""
    order, now = order_of(request, number), timezone.now()
    amount = minor(said.amount, order.currency, "body.amount") or 0
    provider_of(said.gateway)
    if said.paid_at is not None and said.paid_at > now:
        raise coded(AvdetError, "record.moment", where="body.paid_at")
    payment = record_payment(
        order, amount_minor=amount, method=said.method, gateway=said.gateway, reference=said.reference,
        paid_at=said.paid_at or now, now=now, actor=ACTOR, card_last_digits=said.card_last_digits, payer_name=said.payer_name,
    )  # fmt: skip
    return reply(payment_document(payment, order.number), status=201)

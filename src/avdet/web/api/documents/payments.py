"""Payments, refunds and goodwill as documents."""

from __future__ import annotations

from typing import Any

from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Goodwill, Refund
from avdet.web.api.documents.plain import columns, money

Plain = dict[str, Any]


def payment_document(payment: Payment, order_number: str) -> Plain:
    """A payment; whose card it was stays within the store, but for its last digits."""
    return {
        "id": payment.pk,
        "order": order_number,
        "method": payment.method,
        "gateway": payment.gateway,
        "reference": payment.reference,
        "amount": money(payment.amount_minor, payment.currency),
        "refunded": money(payment.refunded_minor, payment.currency),
        "state": payment.state,
        "card_last_digits": payment.card_last_digits,
        **columns(payment, ("paid_at", "created_at")),
    }


def refund_document(refund: Refund, order_number: str) -> Plain:
    """A refund, with its attempts at hand."""
    return {
        "id": refund.pk,
        "order": order_number,
        "payment": refund.payment_id,
        "remedy": refund.remedy_id,
        "amount": money(refund.amount_minor, refund.currency),
        "state": refund.state,
        "reason": refund.reason,
        "because": refund.because,
        **columns(refund, ("due_by", "granted_at", "confirmed_at")),
        "attempts": len(refund.attempts.all()),
    }


def goodwill_document(wish: Goodwill) -> Plain:
    """A sum without a return, with its order at hand; who wished it stays within the store."""
    return {
        "id": wish.pk,
        "order": wish.order.number,
        "amount": money(wish.amount_minor, wish.currency),
        **columns(wish, ("reason", "state", "made_at", "ended_at")),
    }

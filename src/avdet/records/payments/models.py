"""Money that came in for an order, and how much of it has been promised back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from avdet.core.lifecycles import PAYMENT
from avdet.records.orders.models import Order
from avdet.records.shared.sealed import SealedText


class Payment(models.Model):
    """One payment. `refunded_minor` counts every refund that is granted and not void or failed; it never exceeds what came in."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=20, help_text="online, card_to_card, cash_on_delivery, bank_transfer")
    gateway = models.CharField(max_length=30, default="manual")
    reference = models.CharField(max_length=120, blank=True, default="")
    amount_minor = models.BigIntegerField()
    refunded_minor = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default=PAYMENT.first, choices=[(state, state) for state in PAYMENT.states])
    card_last_digits = models.CharField(max_length=4, blank=True, default="")
    payer_name = SealedText(blank=True, default="")
    paid_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], condition=~Q(reference=""), name="payment_reference_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_of_something"),
            models.CheckConstraint(condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")), name="no_more_back_than_in"),
        ]
        indexes = [models.Index(fields=["order", "id"], name="payments_of_order")]


class PaymentEvent(models.Model):
    """What was learnt of a payment, from whom; a gateway's message is taken once, by its reference."""

    payment = models.ForeignKey(Payment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    source = models.CharField(max_length=30)
    reference = models.CharField(max_length=120)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["payment", "reference"], name="payment_event_once")]

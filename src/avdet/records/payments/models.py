"""Money that came in for an order, and how much of it has been promised back."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from avdet.core.lifecycles import PAYMENT
from avdet.records.orders.models import Order
from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import Store


class GatewayAccount(models.Model):
    """A store's account with a payment gateway. `credentials` are what that gateway asks for, sealed."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="gateway_accounts")
    gateway = models.CharField(max_length=30, help_text="iyzico, zarinpal")
    credentials = SealedJson(default=dict)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "gateway"], name="gateway_account_once")]


class Payment(models.Model):
    """One payment. `refunded_minor` counts every refund that is granted and not void; it never exceeds what came in."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="payments")
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
    looked_at = models.DateTimeField(null=True, blank=True, help_text="when the gateway was last asked about it")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "gateway", "reference"], condition=~Q(reference=""), name="payment_reference_once"
            ),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payment_of_something"),
            models.CheckConstraint(
                condition=Q(refunded_minor__gte=0, refunded_minor__lte=F("amount_minor")), name="no_more_back_than_in"
            ),
        ]
        indexes = [
            models.Index(fields=["order", "id"], name="payments_of_order"),
            models.Index(fields=["created_at"], condition=Q(state="expected"), name="payments_expected"),
        ]


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

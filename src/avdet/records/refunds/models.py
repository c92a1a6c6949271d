"""Money on its way back. A refund is granted once, with its reason; sending it may take several attempts."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from avdet.core.lifecycles import REFUND
from avdet.records.payments.models import Payment


class Refund(models.Model):
    """A sum that is owed back on one payment. `key` names what caused it, so that the same cause grants it once."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=120, unique=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default=REFUND.first, choices=[(state, state) for state in REFUND.states])
    revision = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=30)
    because: models.JSONField[list[dict[str, object]]] = models.JSONField(default=list, help_text="clauses that grant it, with policy and fingerprint")
    due_by = models.DateTimeField(null=True, blank=True)
    granted_by = models.TextField(blank=True, default="")
    granted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_of_something")]
        indexes = [
            models.Index(fields=["state", "next_look_at"], name="refunds_to_look_at"),
            models.Index(fields=["payment", "id"], name="refunds_of_payment"),
        ]


class RefundAttempt(models.Model):
    """One call that asked somebody to pay. Its key is what makes a repetition harmless."""

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120, unique=True)
    gateway = models.CharField(max_length=30)
    result = models.CharField(max_length=10, default="open", help_text="open, done, pending, refused, unknown")
    reference = models.CharField(max_length=120, blank=True, default="")
    error = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["refund", "number"], name="attempt_number_once")]

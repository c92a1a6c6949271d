"""Money on its way back. A refund is granted once, with its reason; sending it may take several attempts."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from avdet.core.lifecycles import REFUND
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.payments.models import Payment
from avdet.records.people.models import BankAccount, User
from avdet.records.remedies.models import Remedy
from avdet.records.stores.models import Store

OPEN = ("granted", "sending", "unknown", "failed")
"""The states in which a refund is owed."""
BY_HAND = ("manual", "payout")
"""Ways that no gateway can be asked about: a person's own transfer, and a bank's file."""


class Refund(models.Model):
    """A sum that is owed back on one payment. `key` names what caused it, so that the same cause grants it once.

    It stays owed until it is confirmed or void: a failed one has not lost its claim on the payment. `next_look_at` is when
    the machine turns to it again; a failed refund without one waits for a person.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=120)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, default=REFUND.first, choices=[(state, state) for state in REFUND.states])
    revision = models.PositiveIntegerField(default=0)
    reason = models.CharField(max_length=30)
    because: models.JSONField[list[dict[str, object]]] = models.JSONField(
        default=list, help_text="clauses that grant it, with policy and fingerprint"
    )
    due_from = models.DateTimeField(null=True, blank=True, help_text="the first end of a range of days")
    due_by = models.DateTimeField(null=True, blank=True)
    remedy = models.ForeignKey(Remedy, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds")
    account = models.ForeignKey(
        BankAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="refunds",
        help_text="the registered card or IBAN that it goes to; none: back the way it came",
    )  # fmt: skip
    granted_by = models.TextField(blank=True, default="")
    granted_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    next_look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_of_something"),
            models.UniqueConstraint(fields=["payment", "key"], name="refund_cause_once"),
        ]
        indexes = [
            models.Index(fields=["next_look_at"], condition=Q(next_look_at__isnull=False), name="refunds_to_look_at"),
            models.Index(fields=["store", "state", "-id"], name="refunds_by_state"),
            models.Index(fields=["payment", "id"], name="refunds_of_payment"),
            models.Index(fields=["granted_at"], condition=Q(state__in=OPEN), name="refunds_open"),
            models.Index(fields=["confirmed_at"], condition=Q(state="confirmed"), name="refunds_confirmed"),
        ]


class RefundEvent(models.Model):
    """One move of a refund: who made it, how we know, and what was said."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10)
    actor = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["refund", "id"], name="events_of_refund")]


class RefundAttempt(models.Model):
    """One intended effect at a gateway. Its key makes a repetition harmless: the same effect uses it again.

    `kind` is reverse (the whole payment, on its day) or refund. `tries` counts the calls made under the key.
    """

    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=120, unique=True)
    gateway = models.CharField(max_length=30)
    kind = models.CharField(max_length=8, default="refund")
    tries = models.PositiveSmallIntegerField(default=1)
    result = models.CharField(max_length=10, default="open", help_text="open, done, pending, refused, unknown")
    reference = models.CharField(max_length=120, blank=True, default="")
    code = models.CharField(max_length=60, blank=True, default="")
    error = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["refund", "number"], name="attempt_number_once")]


class ReconcileFinding(models.Model):
    """What the books and a gateway do not agree on, until it is healed. `subject` names the row, such as `refund:12`."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="reconcile_findings")
    kind = models.CharField(max_length=30)
    subject = models.CharField(max_length=160)
    order_number = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField(blank=True, default="")
    found_at = models.DateTimeField()
    healed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["store", "kind", "subject"], condition=Q(healed_at__isnull=True), name="open_finding_once"
            )
        ]
        indexes = [models.Index(fields=["store", "-id"], name="findings_newest")]


class Goodwill(models.Model):
    """A sum that the store wishes to give without a return. Above the store's limit it waits for a second person.

    `state`: waiting, granted or refused.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="goodwill")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="goodwill")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    reason = models.TextField()
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, default="waiting")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="goodwill_of_something"),
            models.CheckConstraint(condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="goodwill_by_two"),
            models.UniqueConstraint(fields=["order"], condition=Q(state="waiting"), name="one_goodwill_waits"),
        ]
        indexes = [models.Index(fields=["store", "-id"], condition=Q(state="waiting"), name="goodwill_waiting")]

"""The books: entries made of transfers. Each transfer leaves one account and enters another, so that all sums are zero."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from avdet.records.stores.models import Store


class Entry(models.Model):
    """What happened, once: `key` names its cause. Rows are added, never changed (a trigger refuses it)."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="entries")
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    order_number = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()
    memo = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="entry_once")]
        indexes = [
            models.Index(fields=["store", "order_number"], condition=~Q(order_number=""), name="entries_of_order"),
            models.Index(fields=["store", "-at"], name="entries_by_date"),
        ]


class Transfer(models.Model):
    """`amount_minor` out of `credit` into `debit`. Only a pending one may move on, to posted or void.

    `settled_at` is when it became posted or void; what is posted at once settles at once. Statements count by it.
    """

    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="transfers")
    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="+")
    debit = models.CharField(max_length=80)
    credit = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(
        max_length=8, default="posted", choices=[(state, state) for state in ("pending", "posted", "void")]
    )
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="transfer_of_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="from_one_to_another"),
            models.CheckConstraint(condition=Q(state="pending") ^ Q(settled_at__isnull=False), name="settled_or_pending"),
        ]
        indexes = [
            models.Index(fields=["store", "debit", "settled_at"], name="transfers_by_debit"),
            models.Index(fields=["store", "credit", "settled_at"], name="transfers_by_credit"),
            models.Index(fields=["at"], condition=Q(state="pending"), name="transfers_pending"),
        ]

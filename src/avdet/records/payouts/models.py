"""Refunds that go out by bank transfer: gathered in batches, approved by two people, sent as one file, settled line by line."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from avdet.core.lifecycles import PAYOUT_BATCH
from avdet.records.orders.models import OrderEvent
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import Store

UNDER_WAY = ("released", "exported")
"""States in which a bank has a batch, or is about to get it."""


class PayoutBatch(models.Model):
    """Transfers that go to the bank in one file. `number` runs within the store; `message_id` is the file's own, used once.

    `total_minor` and `lines_count` repeat what its lines come to when it is approved, and are what both people approve, with
    `paid_from`, the store's own account as it stood then: the file is always made from these.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="payout_batches")
    number = models.PositiveIntegerField()
    message_id = models.CharField(max_length=35, unique=True)
    state = models.CharField(max_length=10, default=PAYOUT_BATCH.first)
    revision = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    paid_from = SealedJson(default=dict, help_text="iban, holder, bic")
    total_minor = models.BigIntegerField(default=0)
    lines_count = models.PositiveIntegerField(default=0)
    pay_on = models.DateField(help_text="the day on which the bank is asked to pay")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField()
    exported_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="batch_number_once"),
            models.CheckConstraint(
                condition=Q(released_by__isnull=True) | ~Q(released_by=F("approved_by")), name="two_people_release"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="batches_newest"),
            models.Index(fields=["state"], condition=Q(state__in=UNDER_WAY), name="batches_under_way"),
            models.Index(fields=["settled_at"], condition=Q(state="settled"), name="batches_settled"),
        ]


class PayoutLine(models.Model):
    """One transfer of a batch: a refund, and the account it goes to, sealed as it stood when it was put in.

    `end_to_end` names it in the bank's files. `result`: open, settled, returned, refused, taken_out or undone, which the bank
    has not carried out; a refund has one open line at most.
    """

    batch = models.ForeignKey(PayoutBatch, on_delete=models.PROTECT, related_name="lines")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, related_name="payout_lines")
    end_to_end = models.CharField(max_length=35, unique=True)
    iban = SealedText()
    last_digits = models.CharField(max_length=4)
    holder_name = SealedText()
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    result = models.CharField(max_length=9, default="open")
    code = models.CharField(max_length=35, blank=True, default="")
    note = models.TextField(blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund"], condition=Q(result="open"), name="one_open_payout_a_refund"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="payout_of_something"),
        ]
        indexes = [models.Index(fields=["batch", "id"], name="lines_of_batch")]

    @property
    def account_gone(self) -> bool:
        """Whether the customer has removed the account since. Its refund's account has to be at hand."""
        account = self.refund.account
        return account is None or account.number != self.iban


class BankWord(models.Model):
    """What the bank has said of a transfer, or of all that are open, entered by hand; it counts once another person agrees.

    `result`: settled, returned or undone. `reference` names the statement or letter. `state`: waiting, agreed or refused.
    """

    batch = models.ForeignKey(PayoutBatch, on_delete=models.CASCADE, related_name="words")
    line = models.ForeignKey(PayoutLine, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    result = models.CharField(max_length=9)
    reference = models.CharField(max_length=120)
    why = models.CharField(max_length=300)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, default="waiting")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch"], condition=Q(state="waiting"), name="one_bank_word_waits"),
            models.CheckConstraint(
                condition=Q(approver__isnull=True) | ~Q(approver=F("author")), name="two_people_bank_word"
            ),
        ]


class PayoutEvent(models.Model):
    """One move of a batch, or a file that was read for it."""

    batch = models.ForeignKey(PayoutBatch, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10, blank=True, default="")
    actor = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["batch", "id"], name="events_of_batch")]

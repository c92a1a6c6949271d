"""What puts a case right: the remedy that was chosen, what each carriage cost whom, goods in custody, claims on carriers."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from avdet.core.lifecycles import CARRIER_CLAIM, REMEDY
from avdet.core.vocabulary import REMEDIES
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Product
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.stores.models import Store

LIVE = ("chosen", "awaiting_payment", "preparing", "sent")
"""States of a remedy that is under way."""
MONEY_BACK = ("refund", "cancellation")
"""Remedies that pay the price back."""
SENT_ANEW = ("replacement", "correction", "other_product")
"""Remedies whose goods go out with an order of their own."""
SECOND_VISIT = "second_visit"
"""The carrier comes once more with goods that it still has: they are with their owner then, or an expert decides anew."""
VISITS = ("makers_representative", SECOND_VISIT)
"""Somebody comes: the maker's representative to look at the goods, or the carrier. It gives nothing, and what came of it says
how it goes on."""
HANDED_OVER = ("redelivery", SECOND_VISIT)
"""Remedies that bring the claimed goods themselves to their owner, who may then claim them like any."""
TO_OWNER = ("send_back", "custody")
"""Remedies of a case that was denied: they give nothing, its goods go back to their owner or are kept for them."""


class Remedy(models.Model):
    """The remedy that a case is put right by: one at a time. Those that were before it are done or void.

    `goods_minor` is the invoiced price of the pieces, `outbound_minor` what is given back of their first delivery's price,
    `deducted_minor` what is taken off for carriage that the customer bears, `amount_minor` what is paid out.
    `difference_minor` for another product: positive where the customer pays up. Goods that are sent anew go out with an order
    of their own, `order`; those that go back have `carrier` and `tracking_number`.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="remedies")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="remedies")
    kind = models.CharField(max_length=24, choices=[(kind, kind) for kind in REMEDIES])
    state = models.CharField(max_length=16, default=REMEDY.first, choices=[(state, state) for state in REMEDY.states])
    revision = models.PositiveIntegerField(default=0)
    quantity = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField(default=0)
    outbound_minor = models.BigIntegerField(default=0)
    deducted_minor = models.BigIntegerField(default=0)
    amount_minor = models.BigIntegerField(default=0)
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    difference_minor = models.BigIntegerField(default=0)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="remedies")
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="")
    chosen_by = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    chosen_by_id = models.BigIntegerField(null=True, blank=True)
    chosen_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(state__in=LIVE), name="one_live_remedy_a_case"),
            models.CheckConstraint(
                condition=Q(amount_minor__gte=0, deducted_minor__gte=0, goods_minor__gte=0), name="remedy_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "state", "-id"], name="remedies_by_state"),
            models.Index(fields=["order"], condition=Q(order__isnull=False), name="remedies_by_order"),
        ]


class RemedyEvent(models.Model):
    """One move of a remedy."""

    remedy = models.ForeignKey(Remedy, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    from_state = models.CharField(max_length=16, blank=True, default="")
    to_state = models.CharField(max_length=16)
    actor = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["remedy", "id"], name="events_of_remedy")]


class Carriage(models.Model):
    """What one way of a case's goods cost, who bears it by which clauses, and whether a receipt shows it.

    `way` is return (to the store) or redelivery. `settled` says how, where one paid what the other bears: deducted, repaid or
    charged; it is `paid` where whoever bears it has paid it.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="carriages")
    way = models.CharField(max_length=10)
    paid_by = models.CharField(max_length=8, help_text="who paid it at first: customer or store")
    borne_by = models.CharField(max_length=8, help_text="who bears it in the end")
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    clauses: models.JSONField[list[str]] = models.JSONField(default=list)
    receipt = models.BooleanField(default=False)
    settled = models.CharField(max_length=8, blank=True, default="")
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "way"], name="one_carriage_each_way"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="carriage_not_negative"),
        ]


class Custody(models.Model):
    """Goods that their owner has not taken back, kept until `ends_at`. `ended`: taken, given_up; empty while they are here."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="custodies")
    started_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    clauses: models.JSONField[list[str]] = models.JSONField(default=list)
    ended = models.CharField(max_length=8, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case"], condition=Q(ended=""), name="one_custody_a_case")]
        indexes = [models.Index(fields=["ends_at"], condition=Q(ended=""), name="custodies_open")]


class CarrierClaim(models.Model):
    """What the store asks a carrier to make good, with the official report. `recovered_minor` is what it paid."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="carrier_claims")
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="carrier_claim")
    carrier = models.CharField(max_length=60)
    reference = models.CharField(max_length=120, blank=True, default="")
    state = models.CharField(max_length=10, default=CARRIER_CLAIM.first)
    revision = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    asked_minor = models.BigIntegerField()
    recovered_minor = models.BigIntegerField(default=0)
    note = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(recovered_minor__gte=0, asked_minor__gte=0), name="recovery_not_negative")
        ]
        indexes = [models.Index(fields=["store", "state", "-id"], name="carrier_claims_by_state")]


class CarrierClaimEvent(models.Model):
    """One move of a claim on a carrier."""

    carrier_claim = models.ForeignKey(CarrierClaim, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10)
    actor = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["carrier_claim", "id"], name="events_of_carrier_claim")]

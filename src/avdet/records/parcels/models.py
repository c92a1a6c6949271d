"""Parcels that come back: what lies in them, how they came, and what was found when they arrived."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from avdet.core.lifecycles import PARCEL
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.stores.models import Store


class Parcel(models.Model):
    """One parcel that a customer sends in. `code` stands on its return slip as text, QR and bars.

    `way` is how the store lets it be sent; `paid_by` who bears its carriage. `return_code` is the carrier's own, where
    the store pays. A parcel that nobody announced has no order until somebody finds out whose it is.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="parcels")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="parcels")
    code = models.CharField(max_length=16)
    state = models.CharField(max_length=10, default=PARCEL.first, choices=[(state, state) for state in PARCEL.states])
    revision = models.PositiveIntegerField(default=0)
    way = models.CharField(max_length=20, blank=True, default="")
    paid_by = models.CharField(max_length=8, blank=True, default="")
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="")
    return_code = models.CharField(max_length=80, blank=True, default="")
    note = models.TextField(blank=True, default="")
    announced_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "code"], name="parcel_code_once")]
        indexes = [
            models.Index(fields=["store", "state", "-id"], name="parcels_by_state"),
            models.Index(fields=["order", "id"], name="parcels_of_order"),
            models.Index(fields=["store", "tracking_number"], condition=~Q(tracking_number=""), name="parcels_by_tracking"),
        ]

    def __str__(self) -> str:
        return self.code


class ParcelItem(models.Model):
    """A case's pieces in a parcel: how many were announced, and how many lay in it. `arrived` is null until it was opened; they
    are `gone` once the case's goods have left the store for good, or were lost; and `placed` where the store has put them in
    their place before the rest of them.
    """

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="parcel_items")
    announced = models.PositiveIntegerField()
    arrived = models.PositiveIntegerField(null=True, blank=True)
    gone = models.BooleanField(default=False)
    placed = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parcel", "case"], name="case_once_a_parcel")]

    @property
    def here(self) -> int:
        """How many of the pieces that lay in it are still counted as the store's to keep or to give back."""
        return 0 if self.placed else self.come

    @property
    def come(self) -> int:
        """How many of them lay in it, and are not to come once more."""
        return 0 if self.gone else self.arrived or 0


class ParcelEvent(models.Model):
    """One move of a parcel, or something that was found in it: short, wrong, empty, unannounced."""

    parcel = models.ForeignKey(Parcel, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True, default="")
    to_state = models.CharField(max_length=10, blank=True, default="")
    actor = models.CharField(max_length=8, choices=OrderEvent.Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, blank=True, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["parcel", "id"], name="events_of_parcel")]

"""What the store's experts found, and put their name to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from avdet.records.cases.models import Case
from avdet.records.parcels.models import Parcel
from avdet.records.people.models import User

FINDINGS = ("confirmed", "not_confirmed", "misuse")
DISPOSITIONS = ("stock", "refurbish", "supplier", "scrap", "back_to_customer")


class Inspection(models.Model):
    """One examination of a case's goods, signed. A later one stands beside it, and is the one that counts.

    `checklist`: {item: true, false or null}. `serial_seen` is held against `serial_sold`. The facts are those of the contract's
    `inspection`; null is not known. `in_stock` is what the terms were told of a replacement, counted or said.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="inspections")
    parcel = models.ForeignKey(Parcel, on_delete=models.PROTECT, null=True, blank=True, related_name="inspections")
    quantity = models.PositiveIntegerField()
    finding = models.CharField(max_length=14, blank=True, default="", choices=[(each, each) for each in FINDINGS])
    within_rules = models.BooleanField(null=True, blank=True)
    carrier_confirmed = models.BooleanField(null=True, blank=True)
    makers_opinion_needed = models.BooleanField(null=True, blank=True)
    customer_refuses_goods = models.BooleanField(null=True, blank=True)
    in_stock = models.BooleanField(null=True, blank=True)
    checklist: models.JSONField[dict[str, bool | None]] = models.JSONField(default=dict)
    serial_sold = models.CharField(max_length=80, blank=True, default="")
    serial_seen = models.CharField(max_length=80, blank=True, default="")
    note = models.TextField(blank=True, default="")
    disposition = models.CharField(max_length=18, blank=True, default="", choices=[(each, each) for each in DISPOSITIONS])
    signed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="inspections")
    signed_name = models.CharField(max_length=120)
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(quantity__gte=1), name="inspection_of_something")]
        indexes = [models.Index(fields=["case", "-id"], name="inspections_of_case")]

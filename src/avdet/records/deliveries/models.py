"""Parcels and vehicle stops: what lies in them, and what their carriers say of them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from avdet.core.lifecycles import DELIVERY
from avdet.records.orders.models import Order, OrderLine


class Delivery(models.Model):
    """One shipment of an order. Its milestones repeat what its events say, so that a list needs no events."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="deliveries")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, default=DELIVERY.first, choices=[(state, state) for state in DELIVERY.states])
    revision = models.PositiveIntegerField(default=0)
    method = models.CharField(max_length=12, default="carrier", help_text="carrier or direct")
    carrier = models.CharField(max_length=60, blank=True, default="")
    tracking_number = models.CharField(max_length=80, blank=True, default="")
    tracking_url = models.URLField(blank=True, default="")
    expected_from = models.DateField(null=True, blank=True)
    expected_to = models.DateField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    external_ref = models.CharField(max_length=80, blank=True, default="")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "number"], name="delivery_number_once"),
            models.UniqueConstraint(fields=["order", "external_ref"], condition=~Q(external_ref=""), name="delivery_ref_once"),
        ]
        indexes = [
            models.Index(fields=["tracking_number"], condition=~Q(tracking_number=""), name="by_tracking_number"),
            models.Index(fields=["order"], condition=Q(state="attempted"), name="deliveries_attempted"),
        ]


class DeliveryLine(models.Model):
    """So many pieces of an order's line in one delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="lines")
    order_line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="delivered_in")
    quantity = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "order_line"], name="line_once_a_delivery"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="delivery_of_something"),
        ]


class DeliveryEvent(models.Model):
    """A fact with a source: handed over, attempted, delivered, refused. A carrier's event is taken once, by its reference."""

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    source = models.CharField(max_length=20, help_text="carrier, shop, staff, customer, file")
    actor = models.TextField(blank=True, default="")
    place = models.CharField(max_length=120, blank=True, default="")
    note = models.TextField(blank=True, default="")
    reference = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "reference"], name="delivery_event_once")]
        indexes = [models.Index(fields=["delivery", "at", "id"], name="events_of_delivery")]

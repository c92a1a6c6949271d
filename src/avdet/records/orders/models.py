"""Orders as they were placed, everything that has happened to them since, and the words they are found by."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from avdet.core.lifecycles import ORDER
from avdet.core.money import part
from avdet.records.catalogue.models import Product
from avdet.records.people.models import Customer
from avdet.records.shared.sealed import SealedJson
from avdet.records.stores.models import PolicyVersion, Store


class Order(models.Model):
    """What was agreed when it was placed, frozen; its state, moved by compare-and-swap on `revision`; its milestones.

    `contact`: {name, phone, email}; `address`: {recipient, phone, country, province, district, street, postcode}, both
    sealed. `breakdown`: the discounts, VAT and shipping lines as they stood, amounts in minor units.
    """

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="orders")
    number = models.CharField(max_length=60)
    source = models.CharField(max_length=20, default="desk", help_text="desk, api, file, woocommerce, shopify, storefront")
    external_ref = models.CharField(max_length=80, blank=True, default="")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    state = models.CharField(max_length=14, default=ORDER.first, choices=[(state, state) for state in ORDER.states])
    revision = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    goods_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    shipping_minor = models.BigIntegerField(default=0)
    vat_minor = models.BigIntegerField(default=0, help_text="contained in the total")
    total_minor = models.BigIntegerField()
    breakdown = models.JSONField(default=dict)
    payment_method = models.CharField(max_length=20)
    delivery_method = models.CharField(max_length=12, default="carrier")
    partial_consent = models.BooleanField(null=True, blank=True)
    recipient = models.CharField(max_length=8, default="customer", help_text="customer or other")
    contact = SealedJson(default=dict)
    address = SealedJson(default=dict)
    country = models.CharField(max_length=2, blank=True, default="")
    policy_version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    policy_fingerprint = models.CharField(max_length=80, blank=True, default="")
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="followed_by",
        help_text="the order that this one makes good: goods sent anew, paid for by what the first was worth",
    )  # fmt: skip
    process_by = models.DateTimeField(null=True, blank=True, help_text="the end of the working day on which it is due")
    placed_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    invoiced_at = models.DateTimeField(null=True, blank=True)
    handed_over_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    over_at = models.DateTimeField(
        null=True, blank=True, help_text="delivered: when to look whether it is over"
    )
    note = models.TextField(blank=True, default="", help_text="the staff's own, never shown to the customer")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="order_number_once"),
            models.UniqueConstraint(
                fields=["store", "source", "external_ref"], condition=~Q(external_ref=""), name="order_ref_once"
            ),
            models.CheckConstraint(
                condition=Q(total_minor__gte=0, shipping_minor__gte=0, discount_minor__gte=0), name="amounts_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["store", "-id"], name="orders_newest"),
            models.Index(fields=["store", "state", "-id"], name="orders_by_state"),
            models.Index(fields=["store", "state", "process_by"], name="orders_due"),
            models.Index(fields=["customer", "-id"], name="orders_of_customer"),
            models.Index(fields=["store", "-placed_at"], name="orders_by_date"),
            models.Index(fields=["over_at", "id"], condition=Q(state="delivered"), name="orders_to_close"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def credit_minor(self) -> int:
        """What goods that were taken back pay of it: of an order that follows another."""
        return int(self.breakdown.get("credit_minor", 0))


class OrderLine(models.Model):
    """So many pieces of one product, as sold: its name, traits and price then. `total_minor` is what they cost with VAT."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveSmallIntegerField()
    product = models.ForeignKey(Product, on_delete=models.PROTECT, null=True, blank=True, related_name="lines")
    sku = models.CharField(max_length=60)
    name = models.TextField()
    traits: models.JSONField[list[str]] = models.JSONField(default=list)
    quantity = models.PositiveIntegerField()
    unit_price_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    vat_basis_points = models.PositiveIntegerField(default=0)
    total_minor = models.BigIntegerField()
    cancelled_quantity = models.PositiveIntegerField(default=0)
    claimed_quantity = models.PositiveIntegerField(default=0, help_text="pieces in cases that are under way or were settled")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="line_position_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="line_of_something"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("cancelled_quantity") + F("claimed_quantity")), name="claim_no_more_than_bought"
            ),
        ]
        indexes = [models.Index(fields=["product", "-order"], name="lines_of_product")]

    @property
    def left(self) -> int:
        """Pieces that were neither cancelled nor stand in a case."""
        return self.quantity - self.cancelled_quantity - self.claimed_quantity

    @property
    def cancelled_minor(self) -> int:
        """What its cancelled pieces would have cost."""
        return self.minor_of_last(self.cancelled_quantity)

    def minor_of_last(self, count: int) -> int:
        """What its last pieces cost: those are cancelled, as claims begin with the first."""
        return part(self.total_minor, before=self.quantity - count, count=count, of=self.quantity)


class SerialNumber(models.Model):
    """The serial number of a piece that was sold, where the shop has told it; `spelt` is the one by which it is compared."""

    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="serials")
    number = models.CharField(max_length=80)
    spelt = models.CharField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["line", "spelt"], name="serial_once_a_line")]


class OrderEvent(models.Model):
    """One thing that happened to an order: a move between states, or a fact. `actor` says who, `source` how we know."""

    class Actor(models.TextChoices):
        CUSTOMER = "customer"
        STAFF = "staff"
        SHOP = "shop"
        SYSTEM = "system"

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=30, help_text="a move of the lifecycle, or placed, noted, address_changed …")
    from_state = models.CharField(max_length=14, blank=True, default="")
    to_state = models.CharField(max_length=14, blank=True, default="")
    actor = models.CharField(max_length=8, choices=Actor.choices)
    actor_id = models.BigIntegerField(null=True, blank=True)
    source = models.CharField(max_length=20, default="")
    facts = models.JSONField(default=dict)
    at = models.DateTimeField(help_text="when it happened")
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "id"], name="events_of_order")]


class OrderWord(models.Model):
    """A keyed hash of something an order is found by: its number, a name's beginning, a phone. The text itself is sealed."""

    pk = models.CompositePrimaryKey("store_id", "word", "order_id")
    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+", db_index=False)
    word = models.BigIntegerField()
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="words", db_index=False)


class GuestCode(models.Model):
    """A one-time code sent to an order's own phone or e-mail; its hash only is kept."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="guest_codes")
    code_print = models.CharField(max_length=32)
    channel = models.CharField(max_length=5)
    expires_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["order", "-id"], name="codes_of_order")]

"""What a store sells, how much of it there is, and what is promised to whom."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from avdet.records.stores.models import Store


class Product(models.Model):
    """One thing sold under one SKU. Texts are language → text; `specification` is a list of {group, label, value}."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="products")
    sku = models.CharField(max_length=60)
    names = models.JSONField(default=dict)
    category = models.CharField(max_length=80, blank=True, default="")
    descriptions = models.JSONField(default=dict)
    specification: models.JSONField[list[dict[str, str]]] = models.JSONField(default=list)
    traits: models.JSONField[list[str]] = models.JSONField(default=list)
    price_minor = models.BigIntegerField()
    vat_basis_points = models.PositiveIntegerField(default=0)
    seller = models.CharField(max_length=80, blank=True, default="")
    weight_grams = models.PositiveIntegerField(default=0)
    on_sale = models.BooleanField(default=True)
    mapped = models.BooleanField(default=True, help_text="false while nobody and no rule has said which traits it has")
    words = models.TextField(blank=True, default="", help_text="folded, for search")
    revision = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "sku"], name="sku_once"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="price_not_negative"),
        ]
        indexes = [models.Index(fields=["store", "category", "sku"], name="products_by_category")]

    def __str__(self) -> str:
        return self.sku

    def name_in(self, language: str) -> str:
        """The product's name as its reader knows it, or in whatever language there is."""
        return str(self.names.get(language) or next(iter(self.names.values()), self.sku))


class Picture(models.Model):
    """A picture of a product; the first stands on its page. Its size is kept so that a page leaves the right room for it."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="pictures")
    file = models.FileField(upload_to="products/")
    alt = models.JSONField(default=dict)
    width = models.PositiveIntegerField(default=800)
    height = models.PositiveIntegerField(default=800)
    position = models.PositiveSmallIntegerField(default=0)


class Gift(models.Model):
    """What is sent along, at no charge, with each piece of a product."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="gifts")
    gift = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="given_with")
    quantity = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "gift"], name="gift_once")]


class Stock(models.Model):
    """Pieces on hand, and how many of them are promised. The database refuses to promise what is not there."""

    product = models.OneToOneField(Product, on_delete=models.CASCADE, primary_key=True, related_name="stock")
    on_hand = models.PositiveIntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(reserved__lte=F("on_hand")), name="no_more_than_there_is")]

    @property
    def free(self) -> int:
        """Pieces that nobody has been promised."""
        return self.on_hand - self.reserved


class StockMove(models.Model):
    """Why a stock changed: received, counted, reserved, released, shipped, returned. Never edited."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="stock_moves")
    kind = models.CharField(max_length=12)
    quantity = models.IntegerField(help_text="pieces by which what is on hand or promised has changed")
    on_hand = models.PositiveIntegerField(help_text="after the move")
    reserved = models.PositiveIntegerField()
    reference = models.CharField(max_length=80, blank=True, default="")
    actor = models.TextField(blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["product", "-at"], name="stock_moves_of")]


class Incoming(models.Model):
    """Pieces that are expected, and when."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="incoming")
    quantity = models.PositiveIntegerField()
    expected_on = models.DateField()
    latest_on = models.DateField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)


class Reservation(models.Model):
    """Pieces of one product promised to one order, named by its number; what has left, and what was let go of again.

    What is still held is `quantity - shipped - released`, and no more than that can leave.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="reservations")
    order_number = models.CharField(max_length=60)
    quantity = models.PositiveIntegerField()
    shipped = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["product", "order_number"], name="one_reservation_an_order"),
            models.CheckConstraint(condition=Q(quantity__gte=F("shipped") + F("released")), name="no_more_than_was_promised"),
        ]
        indexes = [models.Index(fields=["order_number"], name="reservations_of_order")]

    @property
    def held(self) -> int:
        """Pieces that the order still waits for."""
        return self.quantity - self.shipped - self.released


class CatalogueImport(models.Model):
    """One file that was read into the catalogue. `counts`: {rows, new, changed, same, faulty}."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="catalogue_imports")
    file_name = models.CharField(max_length=200)
    counts: models.JSONField[dict[str, int]] = models.JSONField(default=dict)
    actor = models.TextField(blank=True, default="")
    read_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "-id"], name="catalogue_imports_of")]


class CatalogueImportRow(models.Model):
    """One row of such a file that changes something or cannot be read. Rows that change nothing are only counted.

    `changes`: field → [what stood before, what stands after]; `problems`: a list of {column, said, what, cure}.
    """

    class Kind(models.TextChoices):
        NEW = "new"
        CHANGED = "changed"
        FAULTY = "faulty"

    run = models.ForeignKey(CatalogueImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="the row's number in the file, its heading being the first")
    sku = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    changes: models.JSONField[dict[str, list[Any]]] = models.JSONField(default=dict)
    problems: models.JSONField[list[dict[str, str]]] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="import_row_once")]
        indexes = [models.Index(fields=["run", "kind", "number"], name="import_rows_by_kind")]

"""Where a store's orders come from, what each import did, and how products get their traits."""

from __future__ import annotations

from typing import Any

from django.db import models

from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import Store


class Connection(models.Model):
    """One shop system a store sells with, or its files. `cursor` says how far it has been read: {page, since, began}.

    `unit` is the currency as the shop writes it, such as IRT for toman. A connection that is
    given up stays, no longer active: what came through it keeps its references.
    """

    class Kind(models.TextChoices):
        WOOCOMMERCE = "woocommerce"
        SHOPIFY = "shopify"
        FILE = "file"

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    url = models.URLField(blank=True, default="")
    unit = models.CharField(max_length=4, blank=True, default="")
    credentials = SealedJson(default=dict)
    webhook_secret = SealedText(blank=True, default="")
    cursor: models.JSONField[dict[str, str]] = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    last_error = models.TextField(blank=True, default="")
    tried_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "kind"], name="connection_kind_once")]


class ImportRun(models.Model):
    """One reading of a file or shop. It can be stopped and gone on with from `cursor`; `counts` says what it has done.

    `revision` is swapped with every step, so that two workers never take the same rows. `counts`: {orders, lines, new,
    changed, same, stale, faulty, cancellations, matched, products}.
    """

    class State(models.TextChoices):
        READ = "read"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="import_runs")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="runs")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    revision = models.PositiveIntegerField(default=0)
    cursor: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    counts: models.JSONField[dict[str, int]] = models.JSONField(default=dict)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    actor = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["store", "-id"], name="runs_of_store"),
            models.Index(fields=["connection", "-id"], name="runs_of_connection"),
        ]


class ImportNote(models.Model):
    """One field of one row that was not taken as it stood: what it said, what became of it, why. A fault took nothing."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="notes")
    record = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    said = models.TextField(blank=True, default="")
    became = models.TextField(blank=True, default="")
    why = models.TextField()
    fault = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="notes_of_run")]


class ShopRecord(models.Model):
    """An order as the shop last told of it: which of ours it is, as of when, and a print of the whole.

    `lines`: {reference, sku, quantity, paid_minor} in the order of our own lines, nothing personal; `taken`: references of
    the events that were taken, so that each counts once however often the shop lists it.
    """

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="shop_records")
    reference = models.CharField(max_length=80)
    order_number = models.CharField(max_length=60, blank=True, default="")
    modified_at = models.DateTimeField()
    fingerprint = models.CharField(max_length=32, blank=True, default="")
    total_minor = models.BigIntegerField(default=0)
    lines: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)
    taken: models.JSONField[list[str]] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "reference"], name="shop_record_once")]


class Received(models.Model):
    """An outside message that was taken: the same delivery id, or the same content, changes nothing a second time."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="received")
    reference = models.CharField(max_length=120)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "reference"], name="received_once")]


class TraitRule(models.Model):
    """Which products have which traits: `field` of the product (sku, name, category, seller) compared with `pattern`."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="trait_rules")
    position = models.PositiveIntegerField()
    field = models.CharField(max_length=12)
    operator = models.CharField(max_length=12, help_text="is, contains, begins_with")
    pattern = models.CharField(max_length=200)
    traits: models.JSONField[list[str]] = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "position"], name="rule_position_once")]


class TraitMark(models.Model):
    """The traits that a rule gave to a product, named by its SKU.

    Once the product's traits are others, somebody has given them by hand, and no rule ever changes them again.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="trait_marks")
    sku = models.CharField(max_length=60)
    traits: models.JSONField[list[str]] = models.JSONField(default=list)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "sku"], name="trait_mark_once")]

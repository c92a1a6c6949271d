"""Where a store's orders come from, what each import did, and how products get their traits."""

from __future__ import annotations

from django.db import models

from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import Store


class Connection(models.Model):
    """One shop system a store sells with. `cursor` says how far it has been read."""

    class Kind(models.TextChoices):
        WOOCOMMERCE = "woocommerce"
        SHOPIFY = "shopify"
        FILE = "file"

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="connections")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    url = models.URLField(blank=True, default="")
    credentials = SealedJson(default=dict)
    webhook_secret = SealedText(blank=True, default="")
    cursor = models.JSONField(default=dict)
    active = models.BooleanField(default=True)
    last_error = models.TextField(blank=True, default="")
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()


class ImportRun(models.Model):
    """One reading of a file or shop. It can be stopped and gone on with from `cursor`; `counts` says what it has done."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        STOPPED = "stopped"

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="import_runs")
    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, null=True, blank=True, related_name="runs")
    source = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/", blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    cursor = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    total = models.PositiveBigIntegerField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    actor = models.TextField(blank=True, default="")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)


class ImportNote(models.Model):
    """One field of one row that was not taken as it stood: what it said, what became of it, why."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="notes")
    record = models.CharField(max_length=120)
    path = models.CharField(max_length=200)
    said = models.TextField(blank=True, default="")
    became = models.TextField(blank=True, default="")
    why = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="notes_of_run")]


class Received(models.Model):
    """An outside message that was taken: the same delivery id, or the same content, changes nothing a second time."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="received")
    reference = models.CharField(max_length=120)
    at = models.DateTimeField()

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

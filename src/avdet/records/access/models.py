"""Programs' access to a store, what they have asked already, and the views that its staff keep."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from avdet.records.shared.sealed import SealedJson
from avdet.records.stores.models import Store


class ApiToken(models.Model):
    """A program's key to one store. Its hash only is kept; `prefix` is what people recognise it by."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    scopes: models.JSONField[list[str]] = models.JSONField(default=list)
    per_minute = models.PositiveIntegerField(default=600, help_text="requests it may make in a minute")
    created_by = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    last_used_on = models.DateField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "-id"], name="tokens_of_store")]


class IdempotencyKey(models.Model):
    """A request that was carried out, and what was answered, for as long as it may be repeated.

    Without a `status` it is still being carried out, or its server was lost on the way. `answer`: {headers, body}.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = SealedJson(default=dict)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key"], name="idempotency_key_once")]


class SavedView(models.Model):
    """A list as somebody wants to find it again: filters, columns and order, as the page's own query string.

    `opens_first`: the page opens with it for the one whose it is.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="saved_views")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True, default="")
    shared = models.BooleanField(default=False)
    position = models.PositiveIntegerField(default=0)
    opens_first = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "user", "page", "name"], name="view_name_once")]

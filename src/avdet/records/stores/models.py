"""A store, the versions of its policy and calendar, and its texts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import Q

from avdet.records.shared.sealed import SealedJson, SealedText

LANGUAGES = [("tr", "Türkçe"), ("fa", "فارسی"), ("en", "English")]


class Store(models.Model):
    """One shop. `names` and the like are language → text; `languages` are those its customers may read, its own first."""

    slug = models.SlugField(max_length=40, unique=True)
    names = models.JSONField(default=dict)
    country = models.CharField(max_length=2)
    currency = models.CharField(max_length=3)
    time_zone = models.CharField(max_length=40)
    languages: models.JSONField[list[str]] = models.JSONField(default=list)
    accent = models.CharField(max_length=7, default="#1f5f5b")
    logo = models.FileField(upload_to="logos/", blank=True)
    contact = models.JSONField(default=dict, help_text="phone, email, address, hours: each a text or language → text")
    takes_orders = models.BooleanField(default=True)
    has_webhooks = models.BooleanField(default=False, help_text="whether programs may be listening; without any, nobody looks")
    marketplace = models.BooleanField(default=False)
    mail_url = SealedText(blank=True, default="", help_text="Apprise address; empty means the installation's own")
    sms_url = SealedText(blank=True, default="")
    embed_origins: models.JSONField[list[str]] = models.JSONField(
        default=list, help_text="shops whose pages may frame ours: https://…"
    )
    returns: models.JSONField[dict[str, Any]] = models.JSONField(
        default=dict, help_text="address (language → text), ways, second_approval_minor: see workflows/goods/return_ways.py"
    )
    payout_account = SealedJson(default=dict, help_text="the store's own: iban, holder, bic")
    last_order_number = models.PositiveBigIntegerField(default=1000)
    terms_stamp = models.CharField(max_length=64, blank=True, default="", editable=False)
    created_at = models.DateTimeField()

    footers: Mapping[str, str] = MappingProxyType({})
    """Language → what stands under its pages; known where the store was found by its address."""

    def __str__(self) -> str:
        return self.slug

    @property
    def language(self) -> str:
        """The store's own language."""
        return str(self.languages[0]) if self.languages else "en"

    @property
    def logo_version(self) -> str:
        """What tells one logo from the next; empty without one."""
        return PurePosixPath(str(self.logo.name or "")).stem

    @property
    def second_approval_minor(self) -> int | None:
        """Above this many minor units a second person agrees to what a colleague gives; None where no limit is set."""
        limit = self.returns.get("second_approval_minor")
        return limit if type(limit) is int and limit >= 0 else None

    def day_of(self, moment: datetime) -> date:
        """The day that it is by the store's clock."""
        return moment.astimezone(ZoneInfo(self.time_zone)).date()

    def name_in(self, language: str) -> str:
        """The store's name as its reader knows it."""
        return str(self.names.get(language) or self.names.get(self.language) or self.slug)


class PolicyVersion(models.Model):
    """One document of the store's policy, as it was uploaded. Once published it is never changed; a later one replaces it."""

    class State(models.TextChoices):
        DRAFT = "draft"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="policy_versions")
    number = models.PositiveIntegerField()
    source = models.TextField()
    fingerprint = models.CharField(max_length=80)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    takes_force_at = models.DateTimeField(null=True, blank=True)
    checking = models.JSONField(default=dict, help_text="state (waiting, running, done), step, steps, solver")
    findings: models.JSONField[list[dict[str, Any]]] = models.JSONField(default=list)
    fares: models.JSONField[list[dict[str, Any]]] = models.JSONField(
        default=list, help_text="claims that fare otherwise than before"
    )
    note = models.TextField(blank=True)
    uploaded_by = models.TextField(blank=True)
    uploaded_at = models.DateTimeField()
    published_by = models.TextField(blank=True)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "number"], name="policy_number_once"),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(takes_force_at__isnull=False, published_at__isnull=False),
                name="published_with_dates",
            ),
        ]
        indexes = [models.Index(fields=["store", "state", "takes_force_at"], name="policy_in_force")]


class CalendarVersion(models.Model):
    """The store's working days as they stood from one edit to the next: what it adds to its country's table and takes away."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="calendar_versions")
    number = models.PositiveIntegerField()
    weekend: models.JSONField[list[int]] = models.JSONField(default=list, help_text="ISO weekdays, Monday is 1")
    half_days_closed = models.BooleanField(default=False)
    added: models.JSONField[dict[str, str]] = models.JSONField(
        default=dict, help_text="date → name of a day that is no working day here"
    )
    removed: models.JSONField[list[str]] = models.JSONField(
        default=list, help_text="dates of the country's table on which this store works"
    )
    note = models.TextField(blank=True)
    edited_by = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "number"], name="calendar_number_once")]


class Invitation(models.Model):
    """A role that waits for somebody to take it, by a link sent to their e-mail address or phone; only its print is kept."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="invitations")
    role = models.CharField(max_length=12)
    to = SealedText()
    token_print = models.CharField(max_length=32, unique=True)
    invited_by = models.TextField(blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["store", "-id"], name="invitations_of_store")]


class StoreText(models.Model):
    """A text the store may word itself: welcome, returns address, a notice's closing line."""

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="texts")
    key = models.CharField(max_length=60)
    language = models.CharField(max_length=2, choices=LANGUAGES)
    body = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["store", "key", "language"], name="text_once")]


class StoreEvent(models.Model):
    """What was changed in a store's own settings, by whom."""

    store = models.ForeignKey(Store, on_delete=models.PROTECT, related_name="events")
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    kind = models.CharField(max_length=40)
    actor = models.TextField(blank=True)
    facts: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["store", "-at"], name="store_events")]

"""What is to be told: notices to people and webhooks to programs, each a row of the transaction that caused it."""

from __future__ import annotations

from django.db import models

from avdet.core.lifecycles import MESSAGE
from avdet.records.shared.sealed import SealedJson, SealedText
from avdet.records.stores.models import Store

STATES = [(state, state) for state in MESSAGE.states]


class Notice(models.Model):
    """One e-mail or SMS. `key` names its cause and channel, so that one cause tells once. Address and content are sealed.

    `next_at` is when it is due while it is queued, and until when whoever sends it is believed to be at it while it is sending.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="notices")
    key = models.CharField(max_length=160, unique=True)
    channel = models.CharField(max_length=5, choices=[("email", "email"), ("sms", "sms")])
    kind = models.CharField(max_length=40)
    to = SealedText()
    language = models.CharField(max_length=2)
    values = SealedJson(default=dict)
    order_number = models.CharField(max_length=60, blank=True, default="")
    state = models.CharField(max_length=8, default=MESSAGE.first, choices=STATES)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    reference = models.CharField(max_length=120, blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "next_at"], name="notices_due"),
            models.Index(fields=["store", "order_number"], name="notices_of_order"),
            models.Index(fields=["store", "state", "-id"], name="notices_by_state"),
        ]


class WebhookEndpoint(models.Model):
    """Where a store wants to be told. `secret` is a Standard Webhooks secret (`whsec_…`), sealed.

    `failing_since` is when the first of its failures in a row fell; `disabled_because` is gone (its own answer 410) or failing.
    """

    store = models.ForeignKey(Store, on_delete=models.CASCADE, related_name="webhook_endpoints")
    url = models.URLField(max_length=500)
    secret = SealedText()
    kinds: models.JSONField[list[str]] = models.JSONField(default=list, help_text="kinds, or groups such as order.*; none: all")
    active = models.BooleanField(default=True)
    failures_in_a_row = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True, blank=True)
    disabled_because = models.CharField(max_length=8, blank=True, default="")
    created_at = models.DateTimeField()


class WebhookMessage(models.Model):
    """One event for one endpoint. `event_id` is the same in every attempt, so that its receiver can take it once."""

    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.CASCADE, related_name="messages")
    event_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=40)
    body = SealedText()
    state = models.CharField(max_length=8, default=MESSAGE.first, choices=STATES)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(null=True, blank=True)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["endpoint", "event_id"], name="webhook_event_once")]
        indexes = [
            models.Index(fields=["state", "next_at"], name="webhooks_due"),
            models.Index(fields=["endpoint", "-id"], name="webhooks_of_endpoint"),
        ]


class WebhookAttempt(models.Model):
    """One delivery of a message: what its receiver answered, or why it could not be asked. `answer` is cut short."""

    message = models.ForeignKey(WebhookMessage, on_delete=models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    error = models.TextField(blank=True, default="")
    answer = SealedText(blank=True, default="")
    milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["message", "-id"], name="tries_of_message")]

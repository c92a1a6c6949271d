"""Programs are told: each message is signed as Standard Webhooks says, posted, and tried again by that standard's schedule."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.db import transaction
from standardwebhooks.webhooks import Webhook

from avdet.ports.jobs import Payload, defer, job
from avdet.ports.webhooks import Answer, Unreached, courier
from avdet.records.outbox import actions, endpoints
from avdet.records.outbox.models import WebhookEndpoint, WebhookMessage
from avdet.records.outbox.queries import overdue_webhooks, webhook_by_event
from avdet.records.people.models import Role
from avdet.records.people.staff import staff_of
from avdet.workflows.notices.tell import tell

WAITS: Final = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""After how long a message that was not taken is sent again; then it is dead."""
FORGOTTEN: Final = timedelta(minutes=3)
GONE: Final = 410

log = structlog.get_logger("avdet.webhooks")


@job("send_webhook")
def send_webhook(payload: Payload, now: datetime) -> None:
    """Sends one event to one endpoint, if it is still due and the endpoint is active."""
    message = webhook_by_event(payload["endpoint"], payload["event"])
    if message is None or not actions.take(message, now=now):
        return
    if not message.endpoint.active:
        actions.give_up(message, "the endpoint is switched off")
        return
    _send(message, now)


@job("send_forgotten_webhooks", every=timedelta(minutes=5))
def send_forgotten_webhooks(_payload: Payload, now: datetime) -> None:
    """Has webhooks sent whose job was lost, or whose sender vanished on the way."""
    for endpoint, event in overdue_webhooks(now - FORGOTTEN, most=1_000):
        defer("send_webhook", {"endpoint": endpoint, "event": event}, key=f"webhook:{endpoint}:{event}")


def signed(message: WebhookMessage, now: datetime) -> dict[str, str]:
    """The headers of one attempt."""
    signature = Webhook(str(message.endpoint.secret)).sign(message.event_id, now, str(message.body))
    return {
        "Content-Type": "application/json",
        "User-Agent": "Avdet-Webhooks",
        "webhook-id": message.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def _send(message: WebhookMessage, now: datetime) -> None:
    begun = time.monotonic()
    outcome = courier().post(message.endpoint.url, str(message.body).encode(), signed(message, now))
    took = int((time.monotonic() - begun) * 1000)
    status = outcome.status if isinstance(outcome, Answer) else None
    error = outcome.what if isinstance(outcome, Unreached) else "" if _taken(outcome) else f"answered {outcome.status}"
    log.info("webhook", kind=message.kind, endpoint=message.endpoint_id, attempt=message.attempts, status=status)
    answer = outcome.text if isinstance(outcome, Answer) else ""
    with transaction.atomic():
        endpoints.log_attempt(message, now=now, status=status, error=error, answer=answer, milliseconds=took)
        if not error:
            actions.sent(message, now=now, last_status=status)
            endpoints.succeeded(message.endpoint)
        else:
            _failed(message, outcome, error, status, now)


def _taken(outcome: Answer) -> bool:
    return 200 <= outcome.status < 300


def _failed(message: WebhookMessage, outcome: Answer | Unreached, error: str, status: int | None, now: datetime) -> None:
    gone = status == GONE
    if endpoints.failed(message.endpoint, gone=gone, now=now):
        tell_owners(message.endpoint, now=now)
    hopeless = gone or (isinstance(outcome, Unreached) and outcome.forbidden)
    if hopeless or message.attempts > len(WAITS):
        actions.give_up(message, error, last_status=status)
        return
    at = now + WAITS[message.attempts - 1]
    if actions.retry(message, error, at=at, last_status=status):
        defer("send_webhook", {"endpoint": message.endpoint_id, "event": message.event_id}, run_at=at)


def tell_owners(endpoint: WebhookEndpoint, *, now: datetime) -> None:
    """The store's owners learn that an endpoint was switched off."""
    store = endpoint.store
    for owner in (each.user for each in staff_of(store) if each.role == Role.OWNER):
        tell(
            store, kind="webhook_disabled", order_number="", to={"email": owner.email or ""}, language=owner.language,
            values={"url": endpoint.url}, key=f"webhook_disabled:{endpoint.pk}:{now:%Y%m%d%H%M}:{owner.pk}", now=now,
        )  # fmt: skip

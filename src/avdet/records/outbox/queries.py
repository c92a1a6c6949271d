"""What is read of the outbox: what is due, what a page lists, and how much is waiting or dead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet

from avdet.records.outbox.actions import DEAD, QUEUED, SENDING, SENT, due
from avdet.records.outbox.endpoints import wants
from avdet.records.outbox.models import Notice, WebhookAttempt, WebhookEndpoint, WebhookMessage
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many messages wait, since when the oldest does, and how many are dead."""

    queued: int
    oldest: datetime | None
    dead: int


def notice_by_key(key: str) -> Notice | None:
    """The notice of a cause and channel, with its store."""
    return Notice.objects.select_related("store").filter(key=key).first()


def webhook_by_event(endpoint_id: int, event_id: str) -> WebhookMessage | None:
    """An endpoint's message of an event, with the endpoint and its store."""
    found = WebhookMessage.objects.select_related("endpoint__store")
    return found.filter(endpoint_id=endpoint_id, event_id=event_id).first()


def overdue_notices(before: datetime, *, most: int) -> list[str]:
    """Keys of notices that should have been sent by then and were not."""
    return list(due(Notice.objects.all(), before).order_by("pk").values_list("key", flat=True)[:most])


def overdue_webhooks(before: datetime, *, most: int) -> list[tuple[int, str]]:
    """(endpoint, event) of webhooks that should have been sent by then and were not."""
    rows = due(WebhookMessage.objects.filter(endpoint__active=True), before)
    return list(rows.order_by("pk").values_list("endpoint_id", "event_id")[:most])


def listeners(store: Store, kind: str) -> list[WebhookEndpoint]:
    """The active endpoints that want to be told of a kind of event. No statement where the store has none."""
    if not store.has_webhooks:
        return []
    return [each for each in store.webhook_endpoints.filter(active=True).order_by("pk") if wants(each, kind)]


def notices_of_order(store: Store, order_number: str) -> list[Notice]:
    """What a customer was told of an order, the newest first; at most 100."""
    return list(Notice.objects.filter(store=store, order_number=order_number).order_by("-pk")[:100])


def notices(store: Store | None, *, state: str = "", size: int = 50, after: str = "", before: str = "") -> Page[Notice]:
    """A page of notices of one store or of all, newest first, in one state or in any."""
    rows = Notice.objects.select_related("store").filter(**{"store": store} if store else {}, **_in(state))
    return newest_first(rows, size=size, after=after, before=before)


def dead_webhook_page(*, size: int = 50, after: str = "", before: str = "") -> Page[WebhookMessage]:
    """A page of every store's dead webhooks, newest first."""
    rows = WebhookMessage.objects.select_related("endpoint__store").filter(state=DEAD)
    return newest_first(rows, size=size, after=after, before=before)


def endpoints_of(store: Store) -> list[WebhookEndpoint]:
    """A store's endpoints in the order in which they were made."""
    return list(WebhookEndpoint.objects.filter(store=store).order_by("pk"))


def endpoint_of(store: Store, endpoint_id: int) -> WebhookEndpoint | None:
    """One endpoint, if it is this store's."""
    return WebhookEndpoint.objects.filter(store=store, pk=endpoint_id).first()


def message_of(store: Store, message_id: int) -> WebhookMessage | None:
    """One message with its endpoint, if it is this store's."""
    return WebhookMessage.objects.select_related("endpoint").filter(endpoint__store=store, pk=message_id).first()


def messages_of(
    endpoint: WebhookEndpoint, *, state: str = "", size: int = 50, after: str = "", before: str = ""
) -> Page[WebhookMessage]:
    """A page of an endpoint's log, newest first."""
    rows = WebhookMessage.objects.filter(endpoint=endpoint, **_in(state))
    return newest_first(rows, size=size, after=after, before=before)


def sent_webhooks(endpoint: WebhookEndpoint, since: datetime, *, most: int) -> list[WebhookMessage]:
    """What an endpoint was sent, or should have been, since some time, the oldest first."""
    rows = WebhookMessage.objects.filter(endpoint=endpoint, created_at__gte=since, state__in=[SENT, DEAD])
    return list(rows.order_by("pk")[:most])


def notice_of(store: Store, notice_id: int) -> Notice | None:
    """One notice, if it is this store's."""
    return Notice.objects.select_related("store").filter(store=store, pk=notice_id).first()


def attempts_of(message: WebhookMessage) -> list[WebhookAttempt]:
    """What each delivery of a message came to, the latest first; at most 50."""
    return list(WebhookAttempt.objects.filter(message=message).order_by("-pk")[:50])


def _in(state: str) -> Mapping[str, str]:
    return {"state": state} if state else {}


def dead_notices_of(store: Store) -> int:
    """How many of a store's notices are dead; 1,001 means more than a thousand. One statement."""
    return Notice.objects.filter(store=store, state=DEAD).order_by()[:1001].count()


def backlogs() -> dict[str, Backlog]:
    """notices and webhooks → how they stand in the whole installation: one statement each."""
    return {"notices": _backlog(Notice.objects.all()), "webhooks": _backlog(WebhookMessage.objects.all())}


def _backlog(rows: QuerySet[Notice] | QuerySet[WebhookMessage]) -> Backlog:
    waits = Q(state__in=[QUEUED, SENDING])
    found = rows.filter(state__in=[QUEUED, SENDING, DEAD]).aggregate(
        queued=Count("pk", filter=waits), oldest=Min("created_at", filter=waits), dead=Count("pk", filter=Q(state=DEAD))
    )
    return Backlog(**found)

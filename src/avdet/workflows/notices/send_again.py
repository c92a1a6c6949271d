"""Dead notices and webhooks are sent again, one, several or all of them, and an endpoint is tried out."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.ports.jobs import defer
from avdet.records.outbox import actions
from avdet.records.outbox.models import Notice, WebhookEndpoint, WebhookMessage
from avdet.records.outbox.queries import sent_webhooks
from avdet.workflows.notices.tell import deliver

MOST: Final = 1_000
"""So many at one time; whoever has more asks again."""


@transaction.atomic
def send_notices_again(*, now: datetime, store_id: int | None = None, ids: Sequence[int] | None = None) -> int:
    """Queues dead notices anew: of one store or of all, those named or every one. Says how many."""
    revived = actions.send_again(actions.dead_notices(store_id=store_id, ids=ids), now=now, most=MOST)
    for notice in revived:
        defer("send_notices", {"keys": [notice.key]})
    return len(revived)


@transaction.atomic
def repeat_notice(notice: Notice, *, now: datetime) -> Notice | None:
    """Sends a notice once more, whatever became of it before; nothing for a code, which is good for once."""
    if notice.kind in actions.SECRET:
        return None
    repeated = actions.repeat(notice, f"{notice.store_id}:again:{uuid.uuid4().hex}", now=now)
    defer("send_notices", {"keys": [repeated.key]})
    return repeated


@transaction.atomic
def send_webhooks_again(
    *, now: datetime, store_id: int | None = None, endpoint_id: int | None = None, ids: Sequence[int] | None = None
) -> int:
    """Queues dead webhooks anew: of one store or endpoint, or of all, those named or every one. Says how many.

    Endpoints that are switched off are left out: switch them on first.
    """
    dead = actions.dead_webhooks(store_id=store_id, endpoint_id=endpoint_id, ids=ids)
    revived = actions.send_again(dead, now=now, most=MOST)
    for message in revived:
        _defer(message)
    return len(revived)


@transaction.atomic
def replay(message: WebhookMessage, *, now: datetime) -> bool:
    """Sends a message again under its own id, whether it had been taken or not; false while it is still under way."""
    if not actions.replay(message, now=now):
        return False
    _defer(message)
    return True


@transaction.atomic
def replay_since(endpoint: WebhookEndpoint, since: datetime, *, now: datetime) -> int:
    """Sends again whatever an endpoint was sent since some time, taken or not: for a receiver that lost its memory."""
    return sum(replay(message, now=now) for message in sent_webhooks(endpoint, since, most=MOST))


def send_test(endpoint: WebhookEndpoint, *, now: datetime) -> str:
    """Sends a `test.sent` event to one endpoint, whatever kinds it wants; gives the event's id."""
    with transaction.atomic():
        return deliver([endpoint], "test.sent", {"hello": "world"}, key=uuid.uuid4().hex, now=now)


def _defer(message: WebhookMessage) -> None:
    defer("send_webhook", {"endpoint": message.endpoint_id, "event": message.event_id})

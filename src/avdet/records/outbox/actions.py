"""Messages are written, taken by one sender at a time, and end as sent, due again, or dead. Each move is compare-and-swap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet

from avdet.core.lifecycles import MESSAGE
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.shared.composed import insert

M = TypeVar("M", Notice, WebhookMessage)

QUEUED, SENDING, SENT, DEAD = MESSAGE.states
LEASE: Final = timedelta(minutes=2)
"""So long whoever took a message is believed to be sending it: longer than any gateway is waited for."""
SECRET: Final = frozenset({"guest_code", "sign_in_code", "verify_email", "password_reset"})
"""Notices that let somebody in: their content is forgotten once they have left or failed, and they are never sent again."""


def write(notices: Iterable[Notice]) -> None:
    """Puts notices into the outbox, in one statement; those whose key is there already are left out."""
    insert(list(notices), once=True)


def write_webhooks(messages: Iterable[WebhookMessage]) -> None:
    """Puts webhooks into the outbox, in one statement; an endpoint that has the event already is left out."""
    insert(list(messages), once=True)


def due(rows: QuerySet[M], now: datetime) -> QuerySet[M]:
    """Those that are to be sent now: queued ones whose time has come, and those whose sender has fallen silent."""
    return rows.filter(Q(state=QUEUED, next_at__lte=now) | Q(state=QUEUED, next_at=None) | Q(state=SENDING, next_at__lt=now))


def take(message: M, *, now: datetime) -> bool:
    """Claims a message for sending; false where it is somebody else's, or not due. Counts the attempt."""
    rows = due(_rows(message), now)
    if not rows.update(state=SENDING, attempts=F("attempts") + 1, next_at=now + LEASE):
        return False
    message.refresh_from_db(fields=["state", "attempts", "next_at"])
    return True


def _rows(message: M) -> QuerySet[M]:
    table: QuerySet[M] = type(message)._default_manager.filter(pk=message.pk)
    return table


def _settle(message: M, move: str, **fields: Any) -> bool:
    """Ends an attempt, if it is still ours."""
    state = MESSAGE.after(SENDING, move)
    ours = _rows(message).filter(state=SENDING, attempts=message.attempts)
    return bool(ours.update(state=state, **fields))


def sent(message: M, *, now: datetime, **fields: Any) -> bool:
    """It left. False where the lease had run out and somebody else had it."""
    return _settle(message, "send", sent_at=now, next_at=None, error="", **fields, **_forgotten(message))


def retry(message: M, error: str, *, at: datetime, **fields: Any) -> bool:
    """It did not leave, and is due again at a later time."""
    return _settle(message, "retry", error=error[:500], next_at=at, **fields)


def give_up(message: M, error: str, **fields: Any) -> bool:
    """It did not leave and will not, unless somebody has it sent again."""
    return _settle(message, "give_up", error=error[:500], next_at=None, **fields, **_forgotten(message))


def _forgotten(message: models.Model) -> dict[str, Any]:
    return {"values": {}} if isinstance(message, Notice) and message.kind in SECRET else {}


def send_again(rows: QuerySet[M], *, now: datetime, most: int) -> list[M]:
    """Queues dead messages anew, the oldest first, at most so many; gives those that were."""
    return [message for message in rows.filter(state=DEAD).order_by("pk")[:most] if _again(message, now)]


def replay(message: WebhookMessage, *, now: datetime) -> bool:
    """Queues a webhook anew that was sent or is dead; false while it is under way."""
    return MESSAGE.allows(message.state, "send_again") and _again(message, now)


def _again(message: M, now: datetime) -> bool:
    fresh = {"state": MESSAGE.after(message.state, "send_again"), "attempts": 0, "next_at": now, "sent_at": None}
    return bool(_rows(message).filter(state=message.state).update(**fresh))


def repeat(notice: Notice, key: str, *, now: datetime) -> Notice:
    """The same notice once more, under a key of its own, so that no gateway takes it for the first."""
    copied = ("store_id", "channel", "kind", "to", "language", "values", "order_number")
    fields = {name: getattr(notice, name) for name in copied}
    made: Notice = Notice.objects.create(**fields, key=key, next_at=now, created_at=now)
    return made


def dead_notices(*, store_id: int | None = None, ids: Sequence[int] | None = None) -> QuerySet[Notice]:
    """Dead notices that may be sent again: of one store or of all, those named or every one."""
    rows = Notice.objects.filter(state=DEAD).exclude(kind__in=SECRET)
    return _narrowed(rows, {"store_id": store_id, "pk__in": ids})


def dead_webhooks(
    *, store_id: int | None = None, endpoint_id: int | None = None, ids: Sequence[int] | None = None
) -> QuerySet[WebhookMessage]:
    """Dead webhooks of endpoints that are active: of one store or endpoint, or of all, those named or every one."""
    rows = WebhookMessage.objects.filter(state=DEAD, endpoint__active=True)
    return _narrowed(rows, {"endpoint__store_id": store_id, "endpoint_id": endpoint_id, "pk__in": ids})


def _narrowed(rows: QuerySet[M], wishes: dict[str, Any]) -> QuerySet[M]:
    return rows.filter(**{name: value for name, value in wishes.items() if value is not None})

"""People and programs are told: rows of the outbox, in the transaction of what they are told about, and jobs that send them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any, Final

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import LANGUAGES
from avdet.ports.jobs import defer
from avdet.records.outbox.actions import write, write_webhooks
from avdet.records.outbox.models import Notice, WebhookEndpoint, WebhookMessage
from avdet.records.outbox.queries import listeners
from avdet.records.stores.models import Store

CHANNELS: Final = {"email": "email", "phone": "sms"}
"""Where somebody is told → by which channel."""
EVENTS: Final = {
    "order_placed": "order.placed", "order_confirmed": "order.confirmed", "order_preparing": "order.preparing",
    "order_part_shipped": "order.part_shipped", "order_shipped": "order.shipped", "order_delivered": "order.delivered",
    "order_refused": "order.refused", "order_returned": "order.returned", "order_cancelled": "order.cancelled",
    "order_part_cancelled": "order.part_cancelled", "order_recalled": "order.recalled",
    "delivery_attempted": "delivery.attempted", "refund_granted": "refund.granted", "refund_confirmed": "refund.confirmed",
    "refund_failed": "refund.failed", "stock_out": "stock.out", "claim_filed": "case.filed",
    "claim_approved": "case.approved", "claim_denied": "case.denied", "claim_evidence": "case.evidence",
    "claim_review": "case.review", "claim_choosing": "case.choosing", "claim_settled": "case.settled",
    "claim_withdrawn": "case.withdrawn", "claim_merged": "case.merged", "deadline_missed": "case.missed",
    "remedy_refund": "case.refund", "remedy_goods": "case.goods", "remedy_unpaid": "case.unpaid", "remedy_gone": "case.gone",
    "goods_sent_back": "case.sent_back", "custody_began": "case.custody", "custody_over": "case.custody_over",
    "return_code": "parcel.return_code", "parcel_arrived": "parcel.arrived", "parcel_short": "parcel.short",
    "parcel_wrong": "parcel.wrong", "parcel_lost": "parcel.lost", "remedy_lapsed": "case.missed",
}  # fmt: skip
"""Notice → the event that programs are told of at the same time."""
KINDS: Final = frozenset(EVENTS) | {
    "payment_due", "guest_code", "sign_in_code", "verify_email", "password_reset", "account_exists", "account_changed",
    "webhook_disabled", "staff_invited", "refund_account", "refund_documents", "deadline_near",
    "case_due", "case_overdue", "choice_waits", "override_waits", "remedy_waits", "gift_missing", "postage_repaid",
    "remedy_visit", "remedy_second_visit", "custody_ending", "return_slip", "test",
}  # fmt: skip
"""Every kind of notice. Its words are in `words/<language>.json` under `notice.<kind>`."""


_HUSHED: Final[ContextVar[frozenset[str]]] = ContextVar("hushed", default=frozenset())
PEOPLE: Final = "people"
PROGRAMS: Final = "programs"


@contextmanager
def hushed(*whom: str) -> Iterator[None]:
    """Within it, `PEOPLE` or `PROGRAMS` are told nothing: of what a shop tells its customers itself, or what is long past."""
    before = _HUSHED.set(frozenset(whom))
    try:
        yield
    finally:
        _HUSHED.reset(before)


def tell(
    store: Store, *, kind: str, order_number: str, to: Mapping[str, str], language: str, values: Mapping[str, Any], key: str,
    now: datetime,
) -> None:  # fmt: skip
    """Tells somebody by e-mail, by SMS or both, as `to` has `email` and `phone`; and the programs that listen.

    `key` names the cause: the same cause tells once. `values` are what the kind's words name, as JSON: amounts in minor units
    beside a `currency`, times in ISO 8601. To be called in the transaction of what is told.
    """
    if kind not in KINDS:
        raise AvdetError(f"no notice is called {kind!r:.40}", where="tell", cure=f"use one of {', '.join(sorted(KINDS))}")
    spoken = language if language in LANGUAGES else store.language
    silent = _HUSHED.get()
    notices = [
        Notice(store=store, key=f"{store.pk}:{key}:{channel}"[:160], channel=channel, kind=kind, to=to[place], language=spoken,
               values=dict(values), order_number=order_number, next_at=now, created_at=now)
        for place, channel in CHANNELS.items() if to.get(place) and PEOPLE not in silent
    ]  # fmt: skip
    if notices:
        write(notices)
        defer("send_notices", {"keys": [notice.key for notice in notices]})
    if kind in EVENTS and PROGRAMS not in silent:
        announce(store, EVENTS[kind], {"order_number": order_number, **values}, key=key, now=now)


def announce(store: Store, kind: str, data: Mapping[str, Any], *, key: str, now: datetime) -> int:
    """Tells the programs that listen of an event; says how many. `data` is JSON, and nothing personal.

    To be called in the transaction of the event. Receivers ask the API for whatever else they need.
    """
    endpoints = [] if PROGRAMS in _HUSHED.get() else listeners(store, kind)
    if endpoints:
        deliver(endpoints, kind, data, key=key, now=now)
    return len(endpoints)


def deliver(endpoints: list[WebhookEndpoint], kind: str, data: Mapping[str, Any], *, key: str, now: datetime) -> str:
    """Writes an event for each of one store's endpoints and has it sent; gives the event's id."""
    store = endpoints[0].store
    body = json.dumps(
        {"type": kind, "timestamp": now.isoformat(), "data": {"store": store.slug, **data}},
        ensure_ascii=False, separators=(",", ":"), default=str,
    )  # fmt: skip
    event_id = "msg_" + hashlib.sha256(f"{store.pk}:{kind}:{key}".encode()).hexdigest()[:32]
    write_webhooks(
        WebhookMessage(endpoint=endpoint, event_id=event_id, kind=kind, body=body, next_at=now, created_at=now)
        for endpoint in endpoints
    )
    for endpoint in endpoints:
        defer("send_webhook", {"endpoint": endpoint.pk, "event": event_id})
    return event_id

"""A store's webhook endpoints: made, changed, removed, and switched off when nobody is there any more."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Final
from urllib.parse import urlsplit

from django.db.models import F

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CARRIER_CLAIM
from avdet.records.outbox.models import WebhookAttempt, WebhookEndpoint, WebhookMessage
from avdet.records.stores.models import Store

KINDS: Final = (
    "order.placed", "order.confirmed", "order.preparing", "order.part_shipped", "order.shipped", "order.delivered",
    "order.refused", "order.returned", "order.cancelled", "order.part_cancelled", "order.recalled",
    "delivery.attempted", "refund.granted", "refund.confirmed", "refund.failed",
    "case.filed", "case.approved", "case.denied", "case.evidence", "case.review", "case.choosing",
    "case.settled", "case.withdrawn", "case.merged", "case.missed", "case.refund", "case.goods", "case.unpaid", "case.gone",
    "case.sent_back", "case.custody", "case.goods_asked", "case.custody_over",
    "parcel.return_code", "parcel.arrived", "parcel.short", "parcel.wrong", "parcel.lost",
    "payout.released", "payout.settled", "payout.void", "payout.returned",
    *(f"carrier_claim.{state}" for state in CARRIER_CLAIM.states),
    "product.changed", "catalogue.imported", "stock.changed", "stock.out", "policy.published", "test.sent",
)  # fmt: skip
"""Every kind of event that an endpoint may be told of."""
GROUPS: Final = tuple(sorted({f"{kind.split('.')[0]}.*" for kind in KINDS}))
MOST: Final = 20
PATIENCE: Final = timedelta(days=5)
"""An endpoint that has failed for longer than this, without one success, is switched off."""
KEPT_ANSWER: Final = 2_000


def new_secret() -> str:
    """A Standard Webhooks secret: 24 random bytes.

    >>> new_secret().startswith("whsec_"), len(new_secret())
    (True, 38)
    """
    return "whsec_" + base64.b64encode(secrets.token_bytes(24)).decode("ascii")


def add_endpoint(store: Store, url: str, *, kinds: Sequence[str] = (), now: datetime) -> WebhookEndpoint:
    """A new endpoint with a secret of its own, which is shown to its owner once. `AvdetError` for what cannot be one."""
    if WebhookEndpoint.objects.filter(store=store).count() >= MOST:
        raise AvdetError(f"a store has at most {MOST} webhook endpoints", where="url", cure="remove one that is not used")
    fields = {"url": checked_url(url), "kinds": checked_kinds(kinds), "secret": new_secret(), "created_at": now}
    made: WebhookEndpoint = WebhookEndpoint.objects.create(store=store, **fields)
    store.has_webhooks = True
    store.save(update_fields=["has_webhooks"])
    return made


def change_endpoint(
    endpoint: WebhookEndpoint, *, url: str | None = None, kinds: Sequence[str] | None = None, active: bool | None = None
) -> WebhookEndpoint:
    """Changes what is given. An endpoint that is switched on again begins without its failures."""
    if url is not None:
        endpoint.url = checked_url(url)
    if kinds is not None:
        endpoint.kinds = checked_kinds(kinds)
    if active is not None:
        endpoint.active = active
        endpoint.disabled_because, endpoint.failures_in_a_row, endpoint.failing_since = "", 0, None
    endpoint.save()
    return endpoint


def change_secret(endpoint: WebhookEndpoint) -> None:
    """A new secret in the place of the old one, from the next attempt on."""
    endpoint.secret = new_secret()
    endpoint.save(update_fields=["secret"])


def remove_endpoint(endpoint: WebhookEndpoint) -> None:
    """The endpoint and its log are gone."""
    store = endpoint.store
    endpoint.delete()
    store.has_webhooks = WebhookEndpoint.objects.filter(store=store).exists()
    store.save(update_fields=["has_webhooks"])


def checked_url(url: str) -> str:
    """The address, if it can be one. Whether it may be reached is looked at when it is."""
    try:
        parts = urlsplit(url.strip())
        plain = parts.scheme in {"https", "http"} and parts.hostname and not parts.username and not parts.password
        sound = bool(plain) and (parts.port is None or parts.port > 0) and url.strip().isprintable() and " " not in url.strip()
    except ValueError:
        sound = False
    if not sound or len(url) > 500:
        raise AvdetError("this is no address that can be told", where="url", cure="write it as https://shop.example/path")
    return url.strip()


def checked_kinds(kinds: Sequence[str]) -> list[str]:
    """Kinds and groups, each once; `AvdetError` names the first that there is not."""
    unknown = [kind for kind in kinds if kind not in KINDS and kind not in GROUPS]
    if unknown:
        raise AvdetError(f"no event is called {unknown[0]!r:.60}", where="kinds", cure=f"use {', '.join(KINDS + GROUPS)}")
    return sorted(set(kinds))


def wants(endpoint: WebhookEndpoint, kind: str) -> bool:
    """Whether it is told of a kind of event.

    >>> wants(WebhookEndpoint(kinds=["order.*"]), "order.placed"), wants(WebhookEndpoint(kinds=["order.*"]), "stock.out")
    (True, False)
    """
    return not endpoint.kinds or any(fnmatchcase(kind, wanted) for wanted in endpoint.kinds)


def log_attempt(
    message: WebhookMessage, *, now: datetime, status: int | None, error: str, answer: str, milliseconds: int
) -> None:  # fmt: skip
    """Keeps what one delivery came to."""
    WebhookAttempt.objects.create(
        message=message, at=now, status=status, error=error[:500], answer=answer[:KEPT_ANSWER], milliseconds=milliseconds
    )


def succeeded(endpoint: WebhookEndpoint) -> None:
    """Its failures are over."""
    if endpoint.failures_in_a_row:
        WebhookEndpoint.objects.filter(pk=endpoint.pk).update(failures_in_a_row=0, failing_since=None)


def failed(endpoint: WebhookEndpoint, *, gone: bool, now: datetime) -> bool:
    """Counts a failure; says whether it is the one that switched the endpoint off."""
    rows = WebhookEndpoint.objects.filter(pk=endpoint.pk)
    rows.filter(failing_since=None).update(failing_since=now)
    rows.update(failures_in_a_row=F("failures_in_a_row") + 1)
    if gone:
        return bool(rows.filter(active=True).update(active=False, disabled_because="gone"))
    long = rows.filter(active=True, failing_since__lt=now - PATIENCE)
    return bool(long.update(active=False, disabled_because="failing"))

"""Tokens by which programs act for a store. A token is shown once, when it is made; afterwards only its hash is known."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet

from avdet.core.errors import AvdetError
from avdet.records.access.models import ApiToken
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import composed
from avdet.records.stores.actions import note
from avdet.records.stores.models import Store

SCOPES: Final = (
    "orders:read", "orders:write", "catalogue:read", "catalogue:write", "stock:write", "deliveries:write", "payments:read",
    "payments:write", "claims:read", "claims:write", "parcels:read", "parcels:write", "inspections:read", "inspections:write",
    "remedies:read", "remedies:write", "refunds:read", "refunds:write", "payouts:read", "payouts:write", "decide",
    "policies:read", "webhooks:manage",
)  # fmt: skip
"""What a token may be allowed, each by itself."""
MARK: Final = "avd_"
PREFIX_LENGTH: Final = 12
LONGEST_NAME: Final = 80
MOST_PER_MINUTE: Final = 1_000_000
MOST_TOKENS: Final = 100
"""Tokens of one store that are neither revoked nor expired."""


def digest_of(token: str) -> str:
    """What the database knows a token by."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def make_token(
    store: Store, name: str, scopes: Iterable[str], *, actor: Actor, now: datetime, expires_at: datetime | None = None,
    per_minute: int = 600,
) -> tuple[ApiToken, str]:  # fmt: skip
    """A new token, and its text, which is not kept. `AvdetError` names the field that is wrong."""
    wanted = _checked(name, set(scopes), expires_at, per_minute, now)
    if len(open_tokens(store, now)) >= MOST_TOKENS:
        raise AvdetError(f"{MOST_TOKENS} tokens are in use", where="name", cure="revoke those that nobody uses any more")
    text = MARK + secrets.token_urlsafe(30)
    made: ApiToken = ApiToken.objects.create(
        store=store, name=name.strip(), prefix=text[:PREFIX_LENGTH], digest=digest_of(text), scopes=wanted,
        per_minute=per_minute, created_by=str(actor), created_at=now, expires_at=expires_at,
    )  # fmt: skip
    note(store, "token_made", actor=actor, now=now, token=made.prefix, scopes=wanted)
    return made, text


def _checked(name: str, scopes: set[str], expires_at: datetime | None, per_minute: int, now: datetime) -> list[str]:
    if not 1 <= len(name.strip()) <= LONGEST_NAME or not name.isprintable():
        raise AvdetError("a token without a name", where="name", cure=f"say in 1 to {LONGEST_NAME} letters what it is for")
    if not scopes or not scopes <= set(SCOPES):
        raise AvdetError("a token that may do nothing, or nothing known", where="scopes", cure=f"use {', '.join(SCOPES)}")
    if expires_at is not None and not now < expires_at <= now + timedelta(days=3660):
        raise AvdetError("a token cannot end then", where="expires_at", cure="choose a day within ten years, or none")
    if not 1 <= per_minute <= MOST_PER_MINUTE:
        raise AvdetError("no number of requests", where="per_minute", cure=f"give 1 to {MOST_PER_MINUTE:,}")
    return [scope for scope in SCOPES if scope in scopes]


@transaction.atomic
def revoke_token(store: Store, token_id: int, *, actor: Actor, now: datetime) -> bool:
    """Ends a token for good; whether it was still open."""
    rows = ApiToken.objects.filter(store=store, pk=token_id, revoked_at=None)
    if not rows.update(revoked_at=now):
        return False
    note(store, "token_revoked", actor=actor, now=now, token=ApiToken.objects.get(pk=token_id).prefix)
    return True


def token_of(text: str, now: datetime) -> ApiToken | None:
    """The token with its store, if it is one of ours and still open. That it was used is written down once a day."""
    if not text.startswith(MARK) or len(text) > 100:
        return None
    found = next(iter(_by_digest(digest_of(text))), None)
    if found is None or found.revoked_at is not None or (found.expires_at is not None and found.expires_at <= now):
        return None
    today = now.date()
    if found.last_used_on is None or found.last_used_on < today:
        unwritten = Q(last_used_on=None) | Q(last_used_on__lt=today)
        ApiToken.objects.filter(unwritten, pk=found.pk).update(last_used_on=today)
    return found


@composed
def _by_digest(digest: str) -> QuerySet[ApiToken]:
    return ApiToken.objects.select_related("store").filter(digest=digest)


def maker_of(token: ApiToken) -> int | None:
    """The id of the member of staff who made it; `None` where the installation did.

    >>> maker_of(ApiToken(created_by="staff 7")), maker_of(ApiToken(created_by="system import"))
    (7, None)
    """
    kind, _, number = token.created_by.partition(" ")
    return int(number) if kind == "staff" and number.isdecimal() else None


def tokens_of(store: Store) -> list[ApiToken]:
    """A store's tokens, the newest first, those that have ended too."""
    return list(ApiToken.objects.filter(store=store).order_by("-pk")[:500])


def open_tokens(store: Store, now: datetime) -> list[ApiToken]:
    """Those that can be used now."""
    unended = Q(expires_at=None) | Q(expires_at__gt=now)
    return list(ApiToken.objects.filter(unended, store=store, revoked_at=None).order_by("-pk"))

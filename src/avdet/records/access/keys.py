"""Idempotency keys: a request that is sent again, because its answer was lost, is answered again and not done again.

A key is claimed before the work, in a transaction of its own; the answer is kept in the work's own transaction. What was
not done leaves no key behind, so that it may be tried again under the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

from avdet.records.access.models import IdempotencyKey
from avdet.records.stores.models import Store

KEPT: Final = timedelta(hours=24)
"""For how long an answer can be had again."""
LOST: Final = timedelta(minutes=2)
"""After which a request that has not been answered is taken to have died with its server."""
AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Claim:
    """The row of a key that this request has claimed, and when: who takes it over later claims it at another time."""

    row: int
    at: datetime

    def mine(self) -> QuerySet[IdempotencyKey]:
        """The row, as long as nobody has taken it over or answered it."""
        return IdempotencyKey.objects.filter(pk=self.row, at=self.at, status__isnull=True)


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer that was given before."""

    status: int
    headers: Mapping[str, str]
    body: str


class Busy(Exception):  # noqa: N818 - it names what is so
    """A request with this key is being carried out just now."""


class Different(Exception):  # noqa: N818 - it names what is so
    """The key was used for another request."""


def claim(store: Store, key: str, fingerprint: str, *, now: datetime) -> Claim | Kept:
    """Claims a key for a request, or gives what was answered to the same one before. One statement for a new key."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, [store.pk, key, fingerprint, "", connection.ops.adapt_datetimefield_value(now)])
        row = cursor.fetchone()
    if row is not None:
        return Claim(int(row[0]), now)
    known = IdempotencyKey.objects.filter(store=store, key=key).first()
    if known is None:  # it was let go of between the two statements
        raise Busy
    if known.at <= now - KEPT or (known.status is None and known.at <= now - LOST):
        return _take_over(known, fingerprint, now)
    if known.fingerprint != fingerprint:
        raise Different
    if known.status is None:
        raise Busy
    answer: dict[str, Any] = known.answer
    return Kept(known.status, answer["headers"], answer["body"])


_CLAIM: Final = """
    INSERT INTO access_idempotencykey (store_id, key, fingerprint, answer, at) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (store_id, key) DO NOTHING RETURNING id
"""


def _take_over(known: IdempotencyKey, fingerprint: str, now: datetime) -> Claim:
    fresh: dict[str, Any] = {"fingerprint": fingerprint, "status": None, "answer": {}, "at": now}
    if not IdempotencyKey.objects.filter(pk=known.pk, at=known.at).update(**fresh):
        raise Busy
    return Claim(known.pk, now)


def keep(claimed: Claim, status: int, headers: Mapping[str, str], body: str) -> None:
    """Keeps the answer, in the transaction of what was done; `Busy` where it took so long that another one has taken over.

    What was done is then undone with that transaction: the other one does it.
    """
    answer = {"headers": dict(headers), "body": body}
    if not claimed.mine().update(status=status, answer=answer):
        raise Busy


def let_go(claimed: Claim) -> None:
    """Nothing was done: the key may be used again, unless another one is at work under it."""
    claimed.mine().delete()


def forget_old(now: datetime) -> int:
    """Deletes the keys that are past their time, so many at once; says how many."""
    old = IdempotencyKey.objects.filter(at__lte=now - KEPT).order_by("at").values_list("pk", flat=True)[:AT_ONCE]
    return IdempotencyKey.objects.filter(pk__in=list(old)).delete()[0]

"""What has to be paid by bank transfer, the soonest due first: refunds with an account that are in no batch."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from avdet.core.errors import AvdetError
from avdet.records.payouts.models import PayoutLine
from avdet.records.people.models import BankAccount
from avdet.records.refunds.models import Refund, RefundEvent
from avdet.records.stores.models import Store
from avdet.words.faults import coded

SHOWS: Final = ("batch", "overdue", "cards", "waiting")
"""Which of them: those for a batch, those that are late, transfers to cards by hand, those whose account is not known."""
SHARED_BY: Final = 3
"""An account that so many customers have registered is pointed out."""


class Total(NamedTuple):
    """How many refunds of a currency there are, and what they come to."""

    currency: str
    refunds: int
    amount_minor: int


@dataclass(frozen=True)
class DuePage:
    """Refunds with payment, order and account, each with `due` (when it has to be paid); `after` leads to the next page."""

    rows: list[Refund]
    after: str = ""


def due_page(store: Store, show: str, *, now: datetime, after: str = "", size: int = 50) -> DuePage:
    """One page. One statement. `AvdetError` for a mark that nobody gave out."""
    rows = _due(store, show, now)
    if after:
        at, pk = _position(after)
        later = Q(due__gt=at) | Q(due=at, pk__gt=pk)
        rows = rows.filter(later)
    ordered = rows.select_related("payment__order", "account").order_by("due", "pk")  # type: ignore[misc]
    found = list(ordered[: size + 1])
    kept = found[:size]
    return DuePage(kept, _mark(kept[-1]) if len(found) > size else "")


def due_totals(store: Store, show: str, *, now: datetime) -> list[Total]:
    """What they come to, for each currency. One statement."""
    sums = _due(store, show, now).order_by().values("currency").annotate(count=Count("pk"), total=Sum("amount_minor"))
    return [Total(row["currency"], row["count"], row["total"]) for row in sums.order_by("currency")]


def due_counts(store: Store, *, now: datetime) -> dict[str, int]:
    """Which of them → how many refunds. One statement."""
    rows = Refund.objects.filter(_FREE, ~_IN_A_BATCH, store=store)
    return rows.aggregate(**{show: Count("pk", filter=which) for show, which in _which(now).items()})


def refunds_for_batch(store: Store, refund_ids: Iterable[int]) -> list[Refund]:
    """Those of the named refunds that can go into a batch now, locked until the transaction ends, the soonest due first."""
    rows = Refund.objects.select_for_update(of=("self",)).select_related("payment__order", "account")
    fit = rows.filter(_FREE, _IBAN, ~_IN_A_BATCH, store=store, pk__in=list(refund_ids))
    return list(fit.order_by("due_by", "pk"))


def shared_accounts(store: Store, accounts: Iterable[BankAccount]) -> dict[str, int]:
    """number_print → how many customers of the store have registered it, where it is many. One statement."""
    prints = {each.number_print for each in accounts if each.number_print}
    rows = BankAccount.objects.filter(number_print__in=prints, customer__store=store, removed_at=None).order_by()
    counted = rows.values_list("number_print").annotate(people=Count("customer", distinct=True))
    return dict(counted.filter(people__gte=SHARED_BY))


_FREE: Final = Q(state__in=("granted", "failed"))
_SETTLED: Final = Q(next_look_at=None, account__removed_at=None)
"""Where it goes is settled: a refund that the machine turns to again may yet go elsewhere, whatever account was named."""
_IBAN: Final = Q(_SETTLED, account__kind="iban")
_CARD: Final = Q(_SETTLED, account__kind="card")
_ASKED: Final = RefundEvent.objects.filter(refund=OuterRef("pk"), kind__in=("account_asked", "documents_asked"))
_WAITING: Final = Q(Q(account=None) | Q(next_look_at__isnull=False), Exists(_ASKED))
_IN_A_BATCH: Final = Exists(PayoutLine.objects.filter(refund=OuterRef("pk"), result="open"))


def _due(store: Store, show: str, now: datetime) -> QuerySet[Refund, Any]:
    rows = Refund.objects.filter(_FREE, ~_IN_A_BATCH, store=store).annotate(due=Coalesce("due_by", "granted_at"))
    return rows.filter(_which(now)[show])


def _which(now: datetime) -> dict[str, Q]:
    """Which of them they are, for each of `SHOWS`."""
    return {"batch": _IBAN, "overdue": _IBAN & Q(due_by__lt=now), "cards": _CARD, "waiting": _WAITING}


def _mark(refund: Refund) -> str:
    said = [refund.due.isoformat(), refund.pk]  # type: ignore[attr-defined]
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


def _position(mark: str) -> tuple[datetime, int]:
    try:
        if len(mark) > 80:
            raise ValueError(mark[:80])
        at, pk = json.loads(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4)))
        found = datetime.fromisoformat(at)
        if found.tzinfo is None or type(pk) is not int or not 0 <= pk < 2**63:
            raise ValueError(mark)
    except (ValueError, TypeError, UnicodeDecodeError):
        raise coded(AvdetError, "record.cursor", where="cursor") from None
    return found, pk

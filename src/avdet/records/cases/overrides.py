"""What colleagues decide otherwise than the terms: asked for, agreed to or refused, and counted for each clause."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from avdet.records.cases.models import Case, CaseOverride
from avdet.records.orders.models import Order
from avdet.records.people.models import User
from avdet.records.shared.errors import Conflict
from avdet.records.shared.swap import change
from avdet.records.stores.models import Store
from avdet.words.faults import coded


def write_override(
    case: Case, *, asked: dict[str, Any], against: Sequence[str], reason: str, worth_minor: int, author: User, now: datetime,
    waiting: bool,
) -> CaseOverride:  # fmt: skip
    """Writes one down: in force at once, or `waiting` for a second person. `Conflict` where another one of the case waits."""
    state, ended = ("waiting", None) if waiting else ("in_force", now)
    row = CaseOverride(
        case=case, asked=asked, against=list(against), reason=reason, worth_minor=worth_minor, author=author, state=state,
        made_at=now, ended_at=ended,
    )  # fmt: skip
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise coded(Conflict, "case.override_waits", where="override") from None
    return row


def end_override(override: CaseOverride, state: str, *, approver: User | None, now: datetime) -> bool:
    """Puts one that waits in force, or refuses it; False where somebody was faster."""
    return change(override, {"state": state, "approver": approver, "ended_at": now}, state="waiting")


def drop_waiting(case: Case, *, now: datetime) -> int:
    """Refuses what waits in a case that is over; says how many did."""
    return CaseOverride.objects.filter(case=case, state="waiting").update(state="refused", ended_at=now)


def overrides_of(case: Case) -> list[CaseOverride]:
    """All of a case's overrides with their people, as they were made."""
    return list(CaseOverride.objects.filter(case=case).select_related("author", "approver").order_by("pk"))


def waiting_override(case: Case) -> CaseOverride | None:
    """The one that waits for a second person."""
    return CaseOverride.objects.filter(case=case, state="waiting").select_related("author").first()


def overrides_in_force(case: Case) -> list[CaseOverride]:
    """Those that hold, in the order in which they were made."""
    return list(CaseOverride.objects.filter(case=case, state="in_force").order_by("pk"))


def overridden_alone(order: Order, *, but: Case | None = None) -> int:
    """The worth of an order's goods about which it was decided otherwise without that a second person agreed, in minor units:
    in all of its cases but one.
    """
    rows = CaseOverride.objects.filter(case__order=order, state="in_force", approver=None).exclude(case=but)
    worth = rows.values("case").annotate(most=Max("worth_minor")).values_list("most", flat=True)
    return sum(worth)


def overrides_by_clause(store: Store, since: datetime, until: datetime) -> list[tuple[str, int]]:
    """Clause → how often it was decided against in a time, the most first; `GAP`: where the terms left it open."""
    rows = CaseOverride.objects.filter(case__store=store, state="in_force", made_at__gte=since, made_at__lt=until)
    named = rows.values_list("against", flat=True).iterator()
    return Counter(clause for against in named for clause in set(against)).most_common()

"""What is read of parcels that come back: by whatever stands on them, of an order, of a store."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from avdet.records.cases.models import OVER, Case
from avdet.records.cases.search import light
from avdet.records.orders.models import Order
from avdet.records.orders.queries import LIGHT
from avdet.records.parcels.models import Parcel, ParcelEvent, ParcelItem
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store

COMING: Final = ("announced", "sent")
ENDED: Final = tuple(state for state in OVER if state != "denied")
"""States of a case in which no goods are waited for. Those of a denied one may come all the same."""
MOST_FOUND: Final = 20


def _whole() -> QuerySet[Parcel]:
    items = ParcelItem.objects.select_related("case__order_line", "case__claim", "case__policy_version")
    items = items.defer(*(f"case__{name}" for name in LIGHT)).order_by("pk")
    rows = Parcel.objects.select_related("order__customer", "order__store", "order__policy_version", "store")
    return rows.defer(*(f"order__{name}" for name in LIGHT)).prefetch_related(Prefetch("items", items))


def parcel_by_code(store: Store, code: str) -> Parcel | None:
    """The parcel with its order, items and their cases. Two statements."""
    return _whole().filter(store=store, code=code.strip().upper()[:16]).first()


def locked_parcel(parcel_id: int) -> Parcel | None:
    """The parcel with its items, its row locked until the transaction ends."""
    return _whole().select_for_update(of=("self",)).filter(pk=parcel_id).first()


def hold_parcels(*case_ids: int) -> None:
    """Locks the parcels that cases lie in until the transaction ends: whoever ends a case does so before locking the case,
    since a parcel's own news come to the parcel first.
    """
    rows = Parcel.objects.filter(pk__in=ParcelItem.objects.filter(case__in=case_ids).values("parcel"))
    list(rows.order_by("pk").select_for_update().values_list("pk"))


def parcels_of_order(order: Order) -> list[Parcel]:
    """The order's parcels with their items, the newest first. Two statements."""
    return list(_whole().filter(order=order).order_by("-pk"))


def events_of(parcel: Parcel) -> list[ParcelEvent]:
    """Everything that has happened to a parcel."""
    return list(ParcelEvent.objects.filter(parcel=parcel).order_by("pk"))


def scanned(store: Store, said: str) -> list[Parcel]:
    """The store's parcels that bear what was scanned or typed: their code, the carrier's number, or the return code.

    One that is still to come stands before one that is here. Another store's parcels are not looked at.
    """
    text = said.strip()[:80]
    rows = _whole().filter(store=store).filter(_bears(text)).order_by("-pk")[:MOST_FOUND] if text else []
    return sorted(rows, key=lambda each: each.state not in COMING)


def _bears(text: str) -> Q:
    code = text.upper().replace(" ", "").replace("-", "")
    return Q(code=code[:16]) | Q(tracking_number=text) | Q(return_code=text)


def parcels_page(store: Store, states: Iterable[str], *, size: int = 30, after: str = "", before: str = "") -> Page[Parcel]:
    """A page of the store's parcels in these states, the newest first; `AvdetError` for a mark that nobody gave out."""
    return newest_first(_whole().filter(store=store, state__in=list(states)), size=size, after=after, before=before)


def parcels_without_code(store: Store, size: int = 200) -> list[Parcel]:
    """Parcels that the store pays and that wait for the carrier's return code, the oldest first."""
    rows = Parcel.objects.filter(store=store, state="announced", paid_by="store", way="carrier_code", return_code="")
    return list(rows.select_related("order", "store").prefetch_related("items").order_by("pk")[:size])


def is_code_used(store: Store, code: str) -> bool:
    """Whether a parcel of the store bears this return code already."""
    return Parcel.objects.filter(store=store, return_code=code).exists()


def pieces_here(case: Case) -> int:
    """How many of a case's pieces have arrived, in all its parcels, and have neither left again nor been put in their place."""
    return sum(each.here for each in _arrived(case))


def pieces_missing(case: Case) -> int:
    """How many of a case's pieces have not come, or have left again."""
    return int(case.quantity) - sum(each.come for each in _arrived(case))


def _arrived(case: Case) -> QuerySet[ParcelItem]:
    return ParcelItem.objects.filter(case=case, arrived__gt=0)


def parcels_of_case(case: Case) -> list[Parcel]:
    """The parcels that a case's pieces lie in, the newest first."""
    return list(Parcel.objects.filter(items__case=case).select_related("order").prefetch_related("items").order_by("-pk"))


def to_examine(store: Store, *, size: int = 30, after: str = "", before: str = "") -> Page[Case]:
    """Cases whose goods have arrived and were not examined, or that nothing comes back for, and that wait for the store. A
    settled one does so only where its goods came after all.
    """
    here = Q(goods="arrived") | Q(state="approved", goods="with_customer", reason__in=NOTHING_COMES)
    rows = Case.objects.filter(here, store=store, waits_for="store").exclude(state__in=("withdrawn", "merged"))
    return newest_first(light(rows), size=size, after=after, before=before)


NOTHING_COMES: Final = ("missing_parts", "not_received")
"""Reasons for which there is nothing to send."""


def cases_to_receive(order: Order) -> dict[Case, int]:
    """The order's cases whose goods are not here, or not all of them → pieces that may lie in a parcel that arrives. Lost goods
    of a settled case may turn up as well, one after the other.
    """
    come = Sum("parcel_items__arrived", filter=Q(parcel_items__gone=False))
    rows = Case.objects.filter(order=order).annotate(come=Coalesce(come, 0))
    away = Q(goods__in=("with_customer", "on_the_way", "lost")) | Q(goods="arrived", come__lt=F("quantity"))
    still = rows.filter(away).exclude(Q(state__in=ENDED) & ~Q(state="settled", goods__in=("arrived", "lost")))
    found: Iterable[Any] = still.select_related("order_line", "claim", "policy_version").defer(*LIGHT).order_by("pk")
    return {case: case.quantity - case.come for case in found}


def codes_used(store: Store, codes: Iterable[str]) -> set[str]:
    """Which of these return codes parcels of the store bear already. One statement."""
    return set(Parcel.objects.filter(store=store, return_code__in=list(codes)).values_list("return_code", flat=True))


def codes_lately(store: Store, *, most: int = 2_000) -> list[tuple[ParcelEvent, bool]]:
    """The latest codes that came with a list, the newest first, and whether each can still be taken back. One statement."""
    rows = ParcelEvent.objects.filter(parcel__store=store, kind="return_code", facts__file__isnull=False)
    rows = rows.select_related("parcel").annotate(newest=_newest_code())
    found: Iterable[Any] = rows.order_by("-pk")[:most]
    return [(row, row.pk == row.newest and row.parcel.state == "announced" and row.parcel.return_code != "") for row in found]


def codes_of_list(store: Store, file: str) -> list[Parcel]:
    """The parcels that have a code of a list, and may still give it back: nobody has handed them in. Locked, one statement."""
    given = ParcelEvent.objects.filter(parcel__store=store, kind="return_code", facts__file=file, pk=_newest_code())
    rows = Parcel.objects.select_for_update(of=("self",)).filter(pk__in=given.values("parcel"), state="announced")
    return list(rows.exclude(return_code="").order_by("pk"))


def _newest_code() -> Subquery:
    """Which event gave or took a parcel's code last: only by it a list knows its own codes from those that came after."""
    rows = ParcelEvent.objects.filter(parcel=OuterRef("parcel"), kind__in=("return_code", "code_taken_back"))
    return Subquery(rows.order_by("-pk").values("pk")[:1])

"""What is read of remedies, carriage, custody and claims on carriers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, Sum

from avdet.records.cases.models import Case, CaseEvent
from avdet.records.orders.models import Order
from avdet.records.remedies.models import (
    LIVE,
    MONEY_BACK,
    SENT_ANEW,
    TO_OWNER,
    Carriage,
    CarrierClaim,
    CarrierClaimEvent,
    Custody,
    Remedy,
)
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store


def live_remedy(case: Case | int) -> Remedy | None:
    """The remedy that a case is being put right by."""
    return Remedy.objects.filter(case=case, state__in=LIVE).select_related("product", "order").first()


def latest_remedy(case: Case) -> Remedy | None:
    """The remedy that a case is being put right by, or was put right by last; none that is void."""
    rows = Remedy.objects.filter(case=case).exclude(state="void")
    return rows.select_related("product", "order").order_by("-pk").first()


def has_given(case: Case) -> bool:
    """Whether anything that a remedy of the case gave stands: paid or sent anew; goods that went back are nothing given."""
    return Remedy.objects.filter(case=case, state="done").exclude(kind__in=TO_OWNER).exists()


def remedies_of(case: Case) -> list[Remedy]:
    """Every remedy that was chosen for a case, the newest first, with product and order. One statement."""
    return list(Remedy.objects.filter(case=case).select_related("product", "order").order_by("-pk"))


def remedies_by_order(order: Order) -> list[Remedy]:
    """The remedies whose goods go out with an order: several where what came back undelivered is sent once more."""
    return list(Remedy.objects.filter(order=order).exclude(state="void").order_by("case_id"))


def given_to_others(case: Case) -> tuple[int, int]:
    """What remedies of the other cases of a case's order stand for: of its line's price, and of the order's shipping. One
    statement.
    """
    rows = Remedy.objects.filter(case__order=case.order_id).exclude(case=case).exclude(state="void")
    of_line = Q(case__order_line=case.order_line_id, kind__in=(*MONEY_BACK, *SENT_ANEW))
    given = rows.aggregate(goods=Sum("goods_minor", filter=of_line), outbound=Sum("outbound_minor"))
    return int(given["goods"] or 0), int(given["outbound"] or 0)


def carriages_of(case: Case) -> dict[str, Carriage]:
    """Way → what it cost."""
    return {each.way: each for each in Carriage.objects.filter(case=case)}


def open_carriages(store: Store, *, paid_by: str, limit: int = 100) -> list[Carriage]:
    """Carriage that somebody else bears than whoever paid it, and that has not been settled; the oldest first."""
    rows = Carriage.objects.filter(case__store=store, settled="", paid_by=paid_by).exclude(borne_by=paid_by)
    return list(rows.select_related("case__order").order_by("recorded_at", "id")[:limit])


def custody_of(case: Case) -> Custody | None:
    """The latest custody of a case's goods."""
    return Custody.objects.filter(case=case).order_by("-id").first()


def custodies_over(now: datetime, *, limit: int = 200) -> list[Custody]:
    """Custodies of any store whose time has passed, but for goods that their owner has asked for."""
    rows = Custody.objects.filter(ended="", ends_at__lte=now).exclude(case__waits_for=Case.WaitsFor.STORE)
    return list(rows.order_by("ends_at")[:limit])


def custodies_ending(before: datetime, *, limit: int = 200) -> list[Custody]:
    """Custodies of any store that end before a time, and whose owner has neither been told so nor asked for the goods."""
    told = CaseEvent.objects.filter(case=OuterRef("case"), kind="custody_ending", at__gte=OuterRef("started_at"))
    rows = Custody.objects.filter(ended="", ends_at__lte=before).exclude(case__waits_for=Case.WaitsFor.STORE)
    return list(rows.exclude(Exists(told)).order_by("ends_at")[:limit])


def claim_of_case(case: Case) -> CarrierClaim | None:
    """What the store asks of the carrier for a case."""
    return CarrierClaim.objects.filter(case=case).first()


def words_of_carriers(cases: Iterable[Case]) -> dict[int, bool]:
    """Case id → what the carrier has answered to its claim, whatever has become of that since: whether it confirmed the damage.

    Cases without an answer are left out. One statement.
    """
    said = CarrierClaimEvent.objects.filter(carrier_claim__case__in=cases, kind__in=("confirm", "refuse")).order_by("id")
    return {case: kind == "confirm" for case, kind in said.values_list("carrier_claim__case", "kind")}


def carriers_word(case: Case) -> bool | None:
    """The same of one case; `None` where the carrier has not answered."""
    return words_of_carriers([case]).get(case.pk)


def claims_page(
    store: Store, *, states: tuple[str, ...] = (), size: int = 50, after: str = "", before: str = ""
) -> Page[CarrierClaim]:
    """The store's claims on carriers with their cases and orders, the newest first. One statement."""
    rows = CarrierClaim.objects.filter(store=store).select_related("case__order")
    return newest_first(rows.filter(state__in=states) if states else rows, size=size, after=after, before=before)


def claim_by_id(store: Store, pk: int) -> CarrierClaim | None:
    """One claim on a carrier with its case, order and history. Two statements."""
    rows = CarrierClaim.objects.filter(store=store, pk=pk)
    rows = rows.select_related("case__order", "case__order_line", "case__claim", "store")
    return rows.prefetch_related(Prefetch("events", CarrierClaimEvent.objects.order_by("id"))).first()

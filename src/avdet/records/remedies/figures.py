"""What the remedies of some days come to: by kind, with the carriage that the store bears and what carriers made good."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.db.models import CharField, Count, F, QuerySet, Sum, Value

from avdet.records.remedies.models import MONEY_BACK, SENT_ANEW, Carriage, CarrierClaim, Remedy
from avdet.records.stores.models import Store

CARRIAGE: Final = "carriage"
RECOVERED: Final = "recovered"


def costs(store: Store, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """Kind of remedy, `CARRIAGE` or `RECOVERED` → (how many, what they come to in minor units). One statement.

    Money paid back counts with what is paid, goods sent anew with their invoiced price, carriage where the store bears it.
    """
    remedies = Remedy.objects.filter(store=store, chosen_at__gte=since, chosen_at__lt=until).exclude(state="void").order_by()
    carriages = Carriage.objects.filter(case__store=store, borne_by="store", recorded_at__gte=since, recorded_at__lt=until)
    claims = CarrierClaim.objects.filter(store=store, recovered_minor__gt=0, ended_at__gte=since, ended_at__lt=until)
    rows = [
        _summed(remedies.filter(kind__in=MONEY_BACK), F("kind"), "amount_minor"),
        _summed(remedies.filter(kind__in=SENT_ANEW), F("kind"), "goods_minor"),
        _summed(carriages, Value(CARRIAGE, CharField()), "amount_minor"),
        _summed(claims, Value(RECOVERED, CharField()), "recovered_minor"),
    ]
    return {what: (count, int(total)) for what, count, total in rows[0].union(*rows[1:], all=True) if count}


def _summed(rows: QuerySet[Any], what: Any, column: str) -> QuerySet[Any, tuple[Any, ...]]:
    found: QuerySet[Any, tuple[Any, ...]] = (
        rows.order_by().annotate(what=what).values_list("what").annotate(count=Count("pk"), total=Sum(column))
    )
    return found

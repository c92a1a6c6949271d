"""What was told to somebody, for themselves to read; and forgetting it: that it was told stays, to whom and what does not."""

from __future__ import annotations

from collections.abc import Iterable

from avdet.records.outbox.actions import DEAD, SENT
from avdet.records.outbox.models import Notice
from avdet.records.stores.models import Store

AT_ONCE = 500


def forget_notices(store: Store, order_numbers: Iterable[str], causes: Iterable[str]) -> None:
    """Forgets the notices about some orders, and those whose key begins with one of `causes`; what still waits never leaves."""
    numbers = list(order_numbers)
    for start in range(0, len(numbers), AT_ONCE):
        _forget(store, order_number__in=numbers[start : start + AT_ONCE])
    for cause in causes:
        _forget(store, key__startswith=f"{store.pk}:{cause}")


def _forget(store: Store, **which: object) -> None:
    found = Notice.objects.filter(store=store, **which)
    found.exclude(state__in=(SENT, DEAD)).delete()
    found.update(to="", values={}, error="")


def notices_about(store: Store, order_numbers: Iterable[str]) -> list[Notice]:
    """Everything that was told about some orders, for the person it was told to; the oldest first."""
    return list(Notice.objects.filter(store=store, order_number__in=list(order_numbers)).order_by("pk"))

"""The buyers of many orders at once, of whom nothing is known but the shop's own reference.

Their records are never those of an account, nor such as somebody could claim by a phone or an address.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from avdet.records.people.models import Customer
from avdet.records.stores.models import Store


def buyers_of(store: Store, references: Iterable[str], *, now: datetime) -> dict[str, int]:
    """The ids of many customers by the shop's reference, made where there were none. Two statements for every five hundred."""
    found: dict[str, int] = {}
    wanted = sorted(references)
    for batch in (wanted[at : at + 500] for at in range(0, len(wanted), 500)):
        rows = Customer.objects.filter(
            store=store, external_ref__in=batch, phone_print="", email_print="", user=None, erased_at=None
        )
        known = dict(rows.values_list("external_ref", "pk"))
        unknown = (each for each in batch if each not in known)
        new = [Customer(store=store, external_ref=each, language=store.language, created_at=now) for each in unknown]
        found |= known | {each.external_ref: each.pk for each in Customer.objects.bulk_create(new)}
    return found

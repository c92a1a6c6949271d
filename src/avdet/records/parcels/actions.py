"""What is done to parcels that come back. Each move is a compare-and-swap with its event, in its caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.core.lifecycles import PARCEL
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel, ParcelEvent, ParcelItem
from avdet.records.shared.actors import Actor
from avdet.records.shared.composed import insert
from avdet.records.shared.swap import swap_or_conflict
from avdet.records.stores.models import Store

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is made of: nothing that reads like something else when it is said over the telephone."""
_LETTERS: Final = 9


def new_code(store: Store) -> str:
    """A code that no parcel of the store bears yet; nobody can tell it from another one."""
    while True:
        made = "".join(secrets.choice(ALPHABET) for _ in range(_LETTERS))
        if not Parcel.objects.filter(store=store, code=made).exists():
            return made


def add_parcel(
    store: Store, order: Order | None, items: Mapping[Case, int], *, actor: Actor, now: datetime, kind: str = "announced",
    **columns: Any,
) -> Parcel:  # fmt: skip
    """A parcel with so many pieces of each case, and its first event: `announced`, or `unannounced` where it came by itself."""
    with transaction.atomic(savepoint=False):
        parcel: Parcel = Parcel.objects.create(store=store, order=order, code=new_code(store), announced_at=now, **columns)
        add_items(parcel, items)
        insert([_event(parcel, kind, "", actor, now, {"way": parcel.way})])
    return parcel


def add_items(parcel: Parcel, items: Mapping[Case, int]) -> None:
    """Pieces of cases that lie in it, as was said, or as turns out."""
    insert([ParcelItem(parcel=parcel, case=case, announced=count) for case, count in items.items()])


def move(
    parcel: Parcel, name: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **columns: Any
) -> Parcel:
    """One move of the lifecycle with its event. `AvdetError` where it is none; `Conflict` where somebody else was faster."""
    source, target = parcel.state, PARCEL.after(parcel.state, name)
    return _write(parcel, name, {"state": target, **columns}, source, actor, now, facts)


def note(
    parcel: Parcel, kind: str, *, actor: Actor, now: datetime, facts: Mapping[str, Any] | None = None, **columns: Any
) -> Parcel:
    """Something that moves nothing, with the columns that change with it. `Conflict` as above."""
    return _write(parcel, kind, columns, parcel.state, actor, now, facts)


def count_arrived(parcel: Parcel, pieces: Mapping[int, int]) -> None:
    """Case id → pieces that lay in it, of cases that are in the parcel's list."""
    items = list(ParcelItem.objects.filter(parcel=parcel, case_id__in=list(pieces)))
    for item in items:
        item.arrived = pieces[item.case_id]
    ParcelItem.objects.bulk_update(items, ["arrived"])


def let_go(case: Case) -> None:
    """What had arrived of a case is not here any more: it may be sent in, or turn up, once more."""
    ParcelItem.objects.filter(case=case, arrived__gt=0).update(gone=True)


def place_part(case: Case) -> None:
    """What is here of a case has been put in its place; the rest of it may still come."""
    ParcelItem.objects.filter(case=case, arrived__gt=0, gone=False).update(placed=True)


def _write(
    parcel: Parcel, kind: str, columns: dict[str, Any], source: str, actor: Actor, now: datetime,
    facts: Mapping[str, Any] | None,
) -> Parcel:  # fmt: skip
    with transaction.atomic(savepoint=False):
        swap_or_conflict(parcel, columns, where=f"parcel {parcel.code}")
        insert([_event(parcel, kind, source, actor, now, dict(facts or {}))])
    return parcel


def _event(parcel: Parcel, kind: str, source: str, actor: Actor, now: datetime, facts: dict[str, Any]) -> ParcelEvent:
    return ParcelEvent(
        parcel=parcel, kind=kind, from_state=source, to_state=parcel.state, actor=actor.kind, actor_id=actor.id,
        source=actor.source[:20], facts=facts, at=now,
    )  # fmt: skip

"""What each way of a case's goods cost: who bears it is the terms' to say, and whoever laid it out has it back from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from avdet.core import bookings
from avdet.core.errors import AvdetError
from avdet.core.facts import MAX_MINOR
from avdet.core.postings import Transfer
from avdet.core.vocabulary import PAYERS
from avdet.records.cases.actions import Chapter, held_case, note
from avdet.records.cases.models import Case
from avdet.records.ledger.actions import correct, post
from avdet.records.ledger.queries import entry_by_key
from avdet.records.remedies.actions import bear_carriage, keep_carriage, settle_carriage
from avdet.records.remedies.models import Carriage
from avdet.records.remedies.queries import carriages_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.notices.tell_case import tell_case

WAYS: Final = {"return": "return_shipping", "redelivery": "redelivery_shipping"}
"""A way of the goods → what a decision calls whoever bears it."""


def bearer(case: Case, way: str) -> str:
    """Who bears a way by the case's decision: store or customer; empty where the terms are silent."""
    said: str = case.decision.get(WAYS[way], "")
    return said


@transaction.atomic
def record_carriage(
    case: Case, way: str, *, paid_by: str, amount_minor: int, receipt: bool, actor: Actor, now: datetime
) -> Carriage:
    """Writes down who paid how much for a way; where the terms are silent, whoever paid bears it. What the store paid is an
    expense in the books from now on; a corrected sum takes the place of the one before.

    `AvdetError` for an impossible sum or way, `Conflict` once it has been settled.
    """
    if way not in WAYS or paid_by not in PAYERS or not 0 <= amount_minor <= MAX_MINOR:
        raise coded(AvdetError, "carriage.unknown", where="carriage")
    fresh = held_case(case.pk)
    borne_by = bearer(fresh, way) or paid_by
    said: dict[str, Any] = {"paid_by": paid_by, "borne_by": borne_by, "amount_minor": amount_minor, "receipt": receipt}
    kept = keep_carriage(fresh, way, **said, clauses=_clauses(fresh, way), now=now)
    _book(fresh, kept, now)
    note(fresh, "carriage", actor=actor, now=now, facts=_facts(kept))
    return kept


def bear_anew(chapter: Chapter) -> None:
    """The case of a chapter has been decided anew: who bears each way is the terms' to say once more, unless one has already
    given the other what it cost. What changes is noted; the caller writes the chapter.
    """
    case = chapter.case
    for kept in carriages_of(case).values():
        borne_by = bearer(case, kept.way) or kept.paid_by
        if borne_by != kept.borne_by and kept.settled in ("", "paid"):
            bear_carriage(kept, borne_by, clauses=_clauses(case, kept.way))
            chapter.note("carriage", _facts(kept))


def _clauses(case: Case, way: str) -> list[str]:
    return [row["clause"] for row in case.decision.get("because", ()) if row["effect"] == WAYS[way]]


def _facts(kept: Carriage) -> dict[str, Any]:
    names = ("way", "paid_by", "borne_by", "amount_minor", "currency", "clauses", "receipt")
    return {name: getattr(kept, name) for name in names}


def _book(case: Case, kept: Carriage, now: datetime) -> None:
    times, before = 1, None
    while entry := entry_by_key(case.store, f"carriage:{kept.pk}:paid:{times}"):
        times, before = times + 1, entry
    if before is not None:
        correct(before, f"{before.key}:void", "carriage_paid_void", now=now, memo=case.number)
    paid = bookings.carriage_paid(kept.amount_minor, kept.currency) if kept.paid_by == "store" else ()
    if paid:
        key = f"carriage:{kept.pk}:paid:{times}"
        post(case.store, key, "carriage_paid", paid, now=now, order_number=case.order.number, memo=case.number)


@transaction.atomic
def repay_postage(case: Case, way: str, *, reference: str, actor: Actor, now: datetime) -> Carriage:
    """Postage that the customer laid out and the store bears has been transferred to them, under the bank's reference.

    `AvdetError` without a receipt: the terms repay postage against it alone.
    """
    fresh, kept = _open(case, way, paid_by="customer")
    if not kept.receipt:
        raise coded(AvdetError, "carriage.receipt", where="receipt")
    _settle(fresh, kept, "repaid", bookings.postage_repaid, reference, actor, now)
    tell_case(fresh, "postage_repaid", now=now, cause=way, amount_minor=kept.amount_minor)
    return kept


@transaction.atomic
def charge_carriage(case: Case, way: str, *, reference: str, actor: Actor, now: datetime) -> Carriage:
    """The customer has paid the store for a way that they bear and the store laid out."""
    fresh, kept = _open(case, way, paid_by="store")
    _settle(fresh, kept, "charged", bookings.carriage_charged, reference, actor, now)
    return kept


def _open(case: Case, way: str, *, paid_by: str) -> tuple[Case, Carriage]:
    fresh = held_case(case.pk)
    kept = carriages_of(fresh).get(way)
    if kept is None or kept.settled or kept.paid_by != paid_by or kept.borne_by == paid_by:
        raise coded(AvdetError, "carriage.nothing", where="carriage")
    return fresh, kept


Recipe = Callable[[int, str], Sequence[Transfer]]


def _settle(case: Case, kept: Carriage, how: str, recipe: Recipe, reference: str, actor: Actor, now: datetime) -> None:
    if not reference.strip():
        raise coded(AvdetError, "record.reference", where="reference")
    if not settle_carriage(kept, how):
        raise coded(Conflict, "carriage.settled", where="carriage")
    transfers = recipe(kept.amount_minor, kept.currency)
    key, memo = f"carriage:{kept.pk}:{how}", f"{case.number} {reference.strip()}"[:120]
    post(case.store, key, f"carriage_{how}", transfers, now=now, order_number=case.order.number, memo=memo)
    note(case, f"carriage_{how}", actor=actor, now=now, facts={"way": kept.way, "amount_minor": kept.amount_minor})

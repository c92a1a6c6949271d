"""Goods that the store keeps: on the shelf again, refurbished, to the supplier, or scrapped. Each leaves the stock right.

So are goods that were lost and turn up after their customer was put right: nobody examines them for a decision any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.models import PUT_RIGHT, Case
from avdet.records.cases.queries import were_lost
from avdet.records.catalogue.actions import take_back
from avdet.records.inspections.actions import set_disposition
from avdet.records.inspections.models import Inspection
from avdet.records.inspections.queries import newest_of
from avdet.records.parcels.actions import place_part
from avdet.records.parcels.queries import pieces_here, pieces_missing
from avdet.records.remedies.models import HANDED_OVER, TO_OWNER, VISITS
from avdet.records.remedies.queries import latest_remedy
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.cases.take_decision import turn_of
from avdet.workflows.notices.tell_catalogue import tell_stock

KEPT: Final = ("stock", "refurbish", "supplier", "scrap")
THE_CUSTOMERS: Final = frozenset((*TO_OWNER, *VISITS, *HANDED_OVER))
"""What is done with goods that remain their owner's."""
FAULTY: Final = frozenset({"defect", "transit_damage", "missing_parts", "installation_fault"})
"""Reasons that, once confirmed, tell of goods that nobody may be sold as they are."""


def places_for(case: Case) -> tuple[str, ...]:
    """Where the pieces of a case that are here may go; nowhere as long as they are not the store's. Two statements at most.

    They are its own once their customer has chosen money or other goods for them. The shelf is for goods as they were sold:
    what was confirmed to be faulty, or claimed to be and never examined, is made fit first and then received anew; and what was
    sent by mistake is another product.
    """
    if case.goods not in ("arrived", "inspected") or case.state not in PUT_RIGHT:
        return ()
    chosen = latest_remedy(case)
    if chosen is None or chosen.kind in THE_CUSTOMERS:
        return ()
    seen = newest_of(case)
    faulty = case.reason in FAULTY and (seen is None or seen.finding == "confirmed")
    return KEPT[1:] if faulty or case.reason == "wrong_item" or case.order_line.product_id is None else KEPT


def has_come_late(case: Case) -> bool:
    """Whether goods of a case are here, and the store's, that it was put right without: mostly they had been lost."""
    return case.goods == "arrived" and bool(places_for(case))


@transaction.atomic
def dispose_goods(case_id: int, disposition: str, *, revision: int, actor: Actor, now: datetime) -> Inspection | None:
    """Says where the pieces of a case go, once. Those for the shelf are on hand from now on. Gives the inspection that they
    had, if any.

    Pieces that are refurbished, sent to the supplier or scrapped are in no stock; made fit for sale, they are received anew.
    Where only a part has turned up of goods that had been lost, the rest is lost as before, and has its place once it comes.
    `AvdetError` for goods that are not the store's, and for the shelf where they cannot be sold as they are.
    """
    case = locked(case_id)
    if case is None or disposition not in KEPT:
        raise coded(AvdetError, "finding.place", where="disposition", places=", ".join(KEPT))
    if case.revision != revision:
        raise coded(Conflict, "record.changed", where=f"case {case.number}")
    row = newest_of(case)
    places = places_for(case)
    if not places:
        raise coded(AvdetError, "finding.not_ours", where="goods")
    if disposition not in places:
        raise coded(AvdetError, "finding.not_sellable", where="disposition")
    pieces = row.quantity if row is not None and case.goods == "inspected" else pieces_here(case)
    if disposition == "stock" and (product := case.order_line.product_id):
        take_back(case.store, [(product, pieces)], now=now, actor=actor, reference=case.number)
        tell_stock(case.store, [product], why="returned", reference=case.number, now=now)
    if row is not None:
        set_disposition(row, disposition)
    facts = {"disposition": disposition, "pieces": pieces}
    part = case.goods == "arrived" and pieces_missing(case) > 0 and were_lost(case)
    if part:
        place_part(case)
    chapter = Chapter(case, actor=actor, now=now).move("stay_lost" if part else "keep", axis="goods", facts=facts)
    if case.state == "settled":
        chapter.set(waits_for=turn_of(case))
    chapter.write()
    return row

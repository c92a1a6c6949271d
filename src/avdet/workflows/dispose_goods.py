"""Goods that the store keeps: on the shelf again, refurbished, to the supplier, or scrapped. Each leaves the stock right."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.records.cases.actions import Chapter, locked
from avdet.records.cases.models import Case
from avdet.records.catalogue.actions import take_back
from avdet.records.inspections.actions import set_disposition
from avdet.records.inspections.models import Inspection
from avdet.records.inspections.queries import newest_of
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict

KEPT: Final = ("stock", "refurbish", "supplier", "scrap")
THE_CUSTOMERS: Final = frozenset({"send_back", "custody", "makers_representative"})
"""What is done with goods that remain their owner's."""


def may_be_kept(case: Case) -> bool:
    """Whether the goods of a case are the store's to keep: the claim is granted, and not by giving them back."""
    granted = set(case.decision.get("remedies", ()))
    ours = case.outcome == "approve" and not (granted and granted <= THE_CUSTOMERS)
    return ours and case.goods == "inspected" and case.state in ("choosing", "settling", "settled")


@transaction.atomic
def dispose_goods(case_id: int, disposition: str, *, revision: int, actor: Actor, now: datetime) -> Inspection:
    """Says where the examined pieces of a case go, once. Those for the shelf are on hand from now on.

    Pieces that are refurbished, sent to the supplier or scrapped are in no stock; made fit for sale, they are received anew.
    `AvdetError` for goods that are not the store's, and for the shelf where the product is not in the catalogue.
    """
    case = locked(case_id)
    if case is None or disposition not in KEPT:
        raise AvdetError(f"no such place for goods: {disposition:.20}", where="disposition", cure=f"use {', '.join(KEPT)}")
    if case.revision != revision:
        raise Conflict("the case has changed meanwhile", where=f"case {case.number}", cure="look at it again")
    row = newest_of(case)
    if row is None or not may_be_kept(case):
        cure = "send them back, or keep them for their owner"
        raise AvdetError("these goods are not the store's to keep", where="goods", cure=cure)
    product = case.order_line.product_id
    if disposition == "stock":
        if product is None:
            raise AvdetError("this product is not in the catalogue", where="disposition", cure="choose another place")
        take_back(case.store, [(product, row.quantity)], now=now, actor=actor, reference=case.number)
    set_disposition(row, disposition)
    facts = {"disposition": disposition, "pieces": row.quantity}
    Chapter(case, actor=actor, now=now).move("keep", axis="goods", facts=facts).write()
    return row

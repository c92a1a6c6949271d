"""Goods that are not the store's to keep: held for their owner, asked for, sent back, given back."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone

from avdet.records.remedies.queries import custody_of
from avdet.web.api.answers import reply
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.carriage import custody_document
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.routes.claims import CUSTOMER, case_at_hand, case_now, case_of
from avdet.web.api.shapes.carriage import CustodyDocument, GoodsMoveSaid
from avdet.web.api.shapes.cases import CaseDocument
from avdet.workflows.goods.custody import ask_for_goods, keep_for_owner
from avdet.workflows.goods.send_back import come_again, give_back, hand_back, lose_goods

door = Door("custody")
READ, WRITE = "remedies:read", "remedies:write"
_WORK = {"hold": keep_for_owner, "give_back": give_back, "come_again": come_again, "lose": lose_goods}


@door.get("/cases/{case}/custody", READ, CustodyDocument)
def read_custody(request: TokenRequest, case: str) -> HttpResponse:
    """Until when a case's goods are kept for their owner, by which clauses; the latest time, if there were several."""
    found = case_of(request, case)
    custody = custody_of(found)
    if custody is None:
        raise not_found("custody")
    return reply(custody_document(found, custody))


@door.post("/cases/{case}/custody/call", WRITE, CaseDocument, also=(412,))
def call_goods(request: TokenRequest, case: str) -> HttpResponse:
    """Ask, in their owner's name, for goods that are in custody: they are to be sent, and the time runs out no more."""
    return case_now(ask_for_goods(case_at_hand(request, case), actor=CUSTOMER, now=timezone.now()))


@door.post("/cases/{case}/goods/moves", WRITE, CaseDocument, also=(412,))
def move_goods(request: TokenRequest, case: str, said: GoodsMoveSaid) -> HttpResponse:
    """Say what becomes of goods that are their owner's: kept in custody, sent back, given back, come again, lost."""
    found, now = case_at_hand(request, case), timezone.now()
    if said.move == "send_back":
        hand_back(found, carrier=said.carrier, tracking_number=said.tracking_number, actor=ACTOR, now=now)
    else:
        _WORK[said.move](found, actor=ACTOR, now=now)
    return case_now(case_of(request, case))

"""Parcels that come back: announced, sent, lost, received; and the slips that lie in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import PARCEL
from avdet.records.cases.models import Case
from avdet.records.cases.queries import cases_of
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcel_by_code, parcels_of_order, parcels_page, scanned
from avdet.web.api.answers import download, etag, listed, marks, reply, tagged, unchanged
from avdet.web.api.bearer import ACTOR, TokenRequest
from avdet.web.api.documents.parcels import parcel_document, way_document
from avdet.web.api.doors import Door, file_of
from avdet.web.api.problems import Problem, not_found
from avdet.web.api.routes.orders import order_of
from avdet.web.api.shapes.parcels import (
    ArrivalSaid,
    CasePiecesSaid,
    OwnerSaid,
    ParcelDocument,
    ParcelMoveSaid,
    ParcelPage,
    ParcelQuery,
    ParcelSaid,
    ReturnCodeSaid,
    Sendable,
    UnannouncedSaid,
)
from avdet.web.shared.slip_paper import slip_pdf_of
from avdet.words.faults import coded
from avdet.workflows.goods.announce_parcel import announce_parcel, give_return_code, to_send, withdraw_parcel
from avdet.workflows.goods.print_slip import slip_of_parcel
from avdet.workflows.goods.receive_parcel import know_parcel, receive_parcel, receive_unannounced
from avdet.workflows.goods.return_ways import payer, return_address, ways_for
from avdet.workflows.goods.send_parcel import lose_parcel, send_parcel

door = Door("parcels")
READ, WRITE = "parcels:read", "parcels:write"
PDF: Final = "application/pdf"


@door.get("/orders/{number}/parcels", READ, ParcelPage)
def list_order_parcels(request: TokenRequest, number: str) -> HttpResponse:
    """The parcels of an order, the newest first."""
    return reply({"data": [parcel_document(each) for each in parcels_of_order(order_of(request, number))], "next": None})


@door.get("/orders/{number}/parcels/ways", READ, Sendable)
def read_return_ways(request: TokenRequest, number: str) -> HttpResponse:
    """What of an order may be sent back now, by which ways, at whose cost and where to."""
    order, say = order_of(request, number), request.language
    all_of_it = cases_of(order)
    pieces = to_send(all_of_it, parcels_of_order(order))
    cases = [case for case in all_of_it if case.pk in pieces]
    return reply({
        "cases": [{"case": case.number, "quantity": pieces[case.pk]} for case in cases],
        "ways": [way_document(way) for way in ways_for(order, cases, say)] if cases else [],
        "paid_by": payer(cases) if cases else "", "address": return_address(request.store, say),
    })  # fmt: skip


@door.post("/orders/{number}/parcels", WRITE, ParcelDocument, status=201)
def create_parcel(request: TokenRequest, number: str, said: ParcelSaid) -> HttpResponse:
    """Announce a parcel: by this its goods' sending is arranged with the store, and its slip can be printed."""
    order = order_of(request, number)
    cases = _ids(cases_of(order), said.cases, "body.cases[{at}]")
    made = announce_parcel(order, cases, said.way, actor=ACTOR, now=timezone.now())
    return _now_so(request, made.code, status=201)


@door.get("/parcels", READ, ParcelPage)
def list_parcels(request: TokenRequest, wanted: Query[ParcelQuery]) -> HttpResponse:
    """Parcels, the newest first; or those that bear what was scanned."""
    states = (wanted.state,) if wanted.state else PARCEL.states
    if wanted.bears:
        found = scanned(request.store, wanted.bears) if wanted.bears.isprintable() else []
        return reply({"data": [parcel_document(each) for each in found if each.state in states], "next": None})
    page = parcels_page(request.store, states, size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, parcel_document)


@door.post("/parcels", WRITE, ParcelDocument, status=201, also=(404,))
def receive_unannounced_parcel(request: TokenRequest, said: UnannouncedSaid) -> HttpResponse:
    """Take in a parcel that nobody announced."""
    order = order_of(request, said.order) if said.order else None
    made = receive_unannounced(
        request.store, order, _pieces(cases_of(order) if order else [], said.pieces), actor=ACTOR, now=timezone.now(),
        words=said.note, carrier=said.carrier, tracking_number=said.tracking_number,
    )  # fmt: skip
    return _now_so(request, made.code, status=201)


@door.get("/parcels/{parcel}", READ, ParcelDocument)
def read_parcel(request: TokenRequest, parcel: str) -> HttpResponse:
    """One parcel, by its code."""
    found = parcel_of(request, parcel)
    return tagged(request, lambda: parcel_document(found), found.revision)


@door.get("/parcels/{parcel}/slip", READ, None, also=(501,), extra=file_of(PDF))
def read_slip(request: TokenRequest, parcel: str) -> HttpResponse:
    """The return slip to be printed: code, packing list with the clauses beside it, address. In the caller's language."""
    found = parcel_of(request, parcel)
    if found.order is None:
        raise not_found("slip")
    drawn = slip_pdf_of(request.store, slip_of_parcel(found, request.language), request.language)
    if drawn is None:
        raise Problem("no_press")
    return download(drawn, PDF, f"{request.store.slug}-{found.code}.pdf")


@door.post("/parcels/{parcel}/moves", WRITE, ParcelDocument, also=(412,))
def move_parcel(request: TokenRequest, parcel: str, said: ParcelMoveSaid) -> HttpResponse:
    """Say that it was handed over, that it will not be sent, or that the carrier has lost it."""
    found, now = _at_hand(request, parcel), timezone.now()
    if said.move == "send":
        send_parcel(found, tracking_number=said.tracking_number, carrier=said.carrier, actor=ACTOR, now=now)
    elif said.move == "cancel":
        withdraw_parcel(found, actor=ACTOR, now=now)
    else:
        lose_parcel(found, actor=ACTOR, now=now)
    return _now_so(request, found.code)


@door.put("/parcels/{parcel}/return-code", WRITE, ParcelDocument, also=(412,))
def put_return_code(request: TokenRequest, parcel: str, said: ReturnCodeSaid) -> HttpResponse:
    """Give it the carrier's code, which its customer is told."""
    found = _at_hand(request, parcel)
    give_return_code(found, said.return_code, actor=ACTOR, now=timezone.now())
    return _now_so(request, found.code)


@door.post("/parcels/{parcel}/arrival", WRITE, ParcelDocument, also=(412,))
def receive_announced_parcel(request: TokenRequest, parcel: str, said: ArrivalSaid) -> HttpResponse:
    """It has been opened: whole, short, with something else in it, or empty."""
    found = _at_hand(request, parcel)
    items = list(found.items.all())
    whole = {item.case_id: item.announced for item in items}
    arrived = whole if said.found == "whole" else _pieces([item.case for item in items], said.pieces)
    receive_parcel(found.pk, arrived, found=said.found, actor=ACTOR, now=timezone.now(), words=said.note)
    return _now_so(request, found.code)


@door.put("/parcels/{parcel}/owner", WRITE, ParcelDocument, also=(412,))
def put_parcel_owner(request: TokenRequest, parcel: str, said: OwnerSaid) -> HttpResponse:
    """Say whose a parcel is that came without a name, and which cases' goods lie in it."""
    found, order = _at_hand(request, parcel), order_of(request, said.order)
    know_parcel(found.pk, order, _pieces(cases_of(order), said.pieces), actor=ACTOR, now=timezone.now())
    return _now_so(request, found.code)


def parcel_of(request: TokenRequest, code: str) -> Parcel:
    """The parcel that the address names by its code."""
    found = parcel_by_code(request.store, code) if code.isprintable() else None
    if found is None:
        raise not_found("parcel")
    return found


def _at_hand(request: TokenRequest, code: str) -> Parcel:
    """The parcel, if it still is what the caller saw (`If-Match`)."""
    found = parcel_of(request, code)
    unchanged(request, found.revision)
    return found


def _now_so(request: TokenRequest, code: str, status: int = 200) -> HttpResponse:
    found = parcel_of(request, code)
    headers = {"ETag": etag(found.revision), "Location": f"/api/v1/parcels/{found.code}"}
    return reply(parcel_document(found), status=status, headers=headers)


def _ids(known: Sequence[Case], numbers: Sequence[str], where: str) -> list[int]:
    """The ids of cases that are named; `where` is the place of each, for what is not known."""
    ids = {case.number: case.pk for case in known}
    for at, number in enumerate(numbers):
        if number not in ids:
            raise coded(AvdetError, "asked.no_case", where=where.format(at=at), case=number)
    return [ids[number] for number in numbers]


def _pieces(known: Sequence[Case], said: Sequence[CasePiecesSaid]) -> dict[int, int]:
    """Case id → pieces; none for what is counted as zero."""
    ids = _ids(known, [each.case for each in said], "body.pieces[{at}].case")
    return {case: each.quantity for case, each in zip(ids, said, strict=True) if each.quantity}

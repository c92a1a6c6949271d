"""Sending it back: what goes into the parcel and by which way, its return slip, and that it is on its way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from avdet.core.errors import AvdetError
from avdet.records.cases.evidence_limits import EvidenceRefused
from avdet.records.deliveries.carriers import tracking_page
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcel_by_code
from avdet.web.portal.evidence import ACCEPTED
from avdet.web.portal.ownership import own_order, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.evidence import refusal
from avdet.web.shared.refusals import why
from avdet.web.shared.sending import PARCEL_TONES, announced, handed_over, payer_said, sendable
from avdet.web.shared.slip_paper import paper_of, slip_pdf_of
from avdet.words.phrases import phrase
from avdet.workflows.goods.announce_parcel import withdraw_parcel
from avdet.workflows.goods.print_slip import slip_of_parcel
from avdet.workflows.goods.return_ways import Way


@open_to("anyone")
def send_back(request: PageRequest, number: str) -> HttpResponse:
    """Which goods, by which way. Several requests of one order may share a parcel."""
    order, error = own_order(request, number), ""
    if request.method == "POST":
        try:
            return _to_parcel(request, order, announced(request, order, reader(request)))
        except AvdetError as fault:
            error = _why(request, fault)
    going = sendable(order, request.language)
    context = {
        "order": order, "going": going, "options": [(way.key, _named(request, way)) for way in going.ways],
        "way": going.ways[0].key if len(going.ways) == 1 else request.POST.get("way", ""), "error": error,
    }  # fmt: skip
    return render(request, "portal/sending/send_back.html", context, status=422 if error else 200)


def _why(request: PageRequest, fault: AvdetError) -> str:
    where = str(fault.where).partition(" ")[0]
    if where in ("cases", "way", "tracking_number", "carrier"):
        return phrase(request.language, f"portal.sending.fault.{where}")
    return why(request.language, fault, "portal.sending.fault.not_now")


def _named(request: PageRequest, way: Way) -> str:
    return phrase(request.language, f"portal.sending.way.{way.key}")


@open_to("anyone")
@require_safe
def parcel(request: PageRequest, number: str, code: str) -> HttpResponse:
    """One parcel: its slip, what to do with it step by step, and the form that says that it has been handed over."""
    order, found = _own_parcel(request, number, code)
    return _shown(request, order, found)


def _shown(request: PageRequest, order: Order, found: Parcel, error: str = "", status: int = 200) -> HttpResponse:
    slip, now = slip_of_parcel(found, request.language), timezone.now()
    context = {
        "order": order, "parcel": found, "slip": slip, "tone": PARCEL_TONES[found.state], "error": error, "accepted": ACCEPTED,
        "late": slip.send_by is not None and slip.send_by < now and found.state == "announced",
        "tracking": tracking_page(found.carrier, found.tracking_number), "typed": request.POST,
        "payer": payer_said(found.paid_by, [case for case, _ in slip.cases]),
        "demands": paper_of(slip, request.language).demands,
        "waits_for_code": found.way == "carrier_code" and not found.return_code,
        "receipt_asked": any(each.requirement == "postal_receipt_photo" for each in slip.demands),
    }  # fmt: skip
    return render(request, "portal/sending/parcel.html", context, status=status)


@open_to("anyone")
@require_safe
def slip(request: PageRequest, number: str, code: str) -> HttpResponse:
    """The return slip as a page to print, for which nothing but a browser is needed."""
    _, found = _own_parcel(request, number, code)
    paper = paper_of(slip_of_parcel(found, request.language), request.language)
    return render(request, "portal/sending/slip.html", {"paper": paper})


@open_to("anyone")
@require_safe
def slip_pdf(request: PageRequest, number: str, code: str) -> HttpResponse:
    """The same as a PDF file; where none can be drawn the page to print takes its place."""
    order, found = _own_parcel(request, number, code)
    drawn = slip_pdf_of(request.store, slip_of_parcel(found, request.language), request.language)
    if drawn is None:
        return HttpResponseRedirect(_url(request, order, found, "slip"))
    headers = {"Content-Disposition": f'inline; filename="{request.store.slug}-{found.code}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)


@open_to("anyone")
@require_POST
def parcel_move(request: PageRequest, number: str, code: str, move: str) -> HttpResponse:
    """Says that it has been handed over, or takes the announcement back."""
    order, found = _own_parcel(request, number, code)
    if move not in _MOVES:
        raise Http404
    try:
        _MOVES[move](request, found, timezone.now())
    except EvidenceRefused as fault:
        return _shown(request, order, found, refusal(request.language, fault), 422)
    except AvdetError as fault:
        _, found = _own_parcel(request, number, code)
        return _shown(request, order, found, _why(request, fault), 422)
    messages.success(request, phrase(request.language, f"portal.sending.done.{move}"))
    if move == "cancel":
        return HttpResponseRedirect(to(request, "send_back", number=number))
    return _to_parcel(request, order, found)


_MOVES: Final[dict[str, Callable[[PageRequest, Parcel, datetime], object]]] = {
    "send": lambda request, found, now: handed_over(request, found, reader(request), now),
    "cancel": lambda request, found, now: withdraw_parcel(found, actor=reader(request), now=now),
}


def _own_parcel(request: PageRequest, number: str, code: str) -> tuple[Order, Parcel]:
    """The reader's own order and a parcel of it. Three statements."""
    order = own_order(request, number)
    found = parcel_by_code(request.store, code)
    if found is None or found.order_id != order.pk:
        raise Http404
    return order, found


def _url(request: PageRequest, order: Order, found: Parcel, name: str) -> str:
    return to(request, name, number=order.number, code=found.code)


def _to_parcel(request: PageRequest, order: Order, found: Parcel) -> HttpResponse:
    return HttpResponseRedirect(_url(request, order, found, "parcel"))

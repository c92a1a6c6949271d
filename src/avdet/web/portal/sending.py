"""Sending it back: what goes into the parcel and by which way, its return slip, and that it is on its way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from avdet.core.errors import AvdetError
from avdet.records.cases.evidence import Holder, Said
from avdet.records.cases.evidence_limits import MOST_BYTES, EvidenceRefused
from avdet.records.cases.models import Case
from avdet.records.cases.queries import cases_of
from avdet.records.deliveries.carriers import tracking_page
from avdet.records.orders.models import Order
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import parcel_by_code, parcels_of_order
from avdet.web.portal.evidence import ACCEPTED
from avdet.web.portal.ownership import own_order, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.evidence import refusal
from avdet.web.shared.refusals import why
from avdet.web.shared.slip_paper import paper_of, slip_pdf_of
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.goods.announce_parcel import announce_parcel, to_send, withdraw_parcel
from avdet.workflows.goods.print_slip import slip_of_parcel
from avdet.workflows.goods.return_ways import Way, payer, ways_for
from avdet.workflows.goods.send_parcel import send_parcel

TONES: Final = {"announced": "wait", "sent": "news", "arrived": "good", "lost": "bad", "cancelled": "quiet"}


@open_to("anyone")
def send_back(request: PageRequest, number: str) -> HttpResponse:
    """Which goods, by which way. Several requests of one order may share a parcel."""
    order, error = own_order(request, number), ""
    if request.method == "POST":
        try:
            return _to_parcel(request, order, _announce(request, order))
        except AvdetError as fault:
            error = _why(request, fault)
    parcels, all_of_it = parcels_of_order(order), cases_of(order)
    pieces = to_send(all_of_it, parcels)
    cases = [case for case in all_of_it if case.pk in pieces]
    ways = ways_for(order, cases, request.language)
    context = {
        "order": order, "cases": [(case, pieces[case.pk]) for case in cases], "ways": ways,
        "options": [(way.key, _named(request, way)) for way in ways],
        "payer": _payer(payer(cases), cases),
        "parcels": [(each, TONES[each.state]) for each in parcels if each.state != "cancelled"],
        "way": ways[0].key if len(ways) == 1 else request.POST.get("way", ""), "error": error,
    }  # fmt: skip
    return render(request, "portal/sending/send_back.html", context, status=422 if error else 200)


def _payer(paid_by: str, cases: Iterable[Case]) -> str:
    """Who pays the way: the store, the customer, or the customer `at_first` where it has yet to turn out who bears it."""
    certain = all(case.decision.get("return_shipping") == "customer" for case in cases)
    return "at_first" if paid_by == "customer" and not certain else paid_by


def _announce(request: PageRequest, order: Order) -> Parcel:
    said = request.POST.getlist("case")[:100]
    chosen = [int(each) for each in said if each.isascii() and each.isdigit() and len(each) < 19]
    return announce_parcel(order, chosen, request.POST.get("way", ""), actor=reader(request), now=timezone.now())


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
    slip = slip_of_parcel(found, request.language)
    now = timezone.now()
    context = {
        "order": order, "parcel": found, "slip": slip, "tone": TONES[found.state], "error": error, "accepted": ACCEPTED,
        "late": slip.send_by is not None and slip.send_by < now and found.state == "announced",
        "tracking": tracking_page(found.carrier, found.tracking_number), "typed": request.POST,
        "payer": _payer(found.paid_by, [case for case, _ in slip.cases]), "demands": paper_of(request, slip).demands,
        "waits_for_code": found.way == "carrier_code" and not found.return_code,
        "receipt_asked": any(each.requirement.startswith("postal_receipt") for each in slip.demands),
    }  # fmt: skip
    return render(request, "portal/sending/parcel.html", context, status=status)


@open_to("anyone")
@require_safe
def slip(request: PageRequest, number: str, code: str) -> HttpResponse:
    """The return slip as a page to print, for which nothing but a browser is needed."""
    _, found = _own_parcel(request, number, code)
    return render(request, "portal/sending/slip.html", {"paper": paper_of(request, slip_of_parcel(found, request.language))})


@open_to("anyone")
@require_safe
def slip_pdf(request: PageRequest, number: str, code: str) -> HttpResponse:
    """The same as a PDF file; where none can be drawn the page to print takes its place."""
    order, found = _own_parcel(request, number, code)
    drawn = slip_pdf_of(request, slip_of_parcel(found, request.language))
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
        _MOVES[move](request, order, found, timezone.now())
    except EvidenceRefused as fault:
        return _shown(request, order, found, refusal(request.language, fault), 422)
    except AvdetError as fault:
        _, found = _own_parcel(request, number, code)
        return _shown(request, order, found, _why(request, fault), 422)
    messages.success(request, phrase(request.language, f"portal.sending.done.{move}"))
    if move == "cancel":
        return HttpResponseRedirect(to(request, "send_back", number=number))
    return _to_parcel(request, order, found)


def _sent(request: PageRequest, order: Order, found: Parcel, now: datetime) -> None:
    """The receipt first: where it cannot be kept nothing has happened, and the form still holds what was typed."""
    file = request.FILES.get("receipt")
    raw = file.read(MOST_BYTES + 1) if isinstance(file, UploadedFile) else b""
    with transaction.atomic():
        for item in found.items.all() if raw else ():
            holder = Holder(order, case=item.case)
            add_evidence(holder, Said(raw, "receipt"), actor=reader(request), now=now)
        number = digits(request.POST.get("tracking_number", ""), "en")
        send_parcel(found, tracking_number=number, carrier=request.POST.get("carrier", ""), actor=reader(request), now=now)


def _cancelled(request: PageRequest, _: Order, found: Parcel, now: datetime) -> None:
    withdraw_parcel(found, actor=reader(request), now=now)


_MOVES: Final[dict[str, Callable[[PageRequest, Order, Parcel, datetime], None]]] = {"send": _sent, "cancel": _cancelled}


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

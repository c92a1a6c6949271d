"""Goods are sent in by a customer on the telephone: their parcel is announced for them, and its slip is printed."""

from __future__ import annotations

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from avdet.core.errors import AvdetError
from avdet.web.desk.bench import the_parcel
from avdet.web.desk.order import the_order
from avdet.web.desk.pages import BENCH, CLAIMANTS, actor_of, done, page, refused, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.sending import announced, sendable
from avdet.web.shared.slip_paper import paper_of, slip_pdf_of
from avdet.words.phrases import phrase
from avdet.workflows.goods.print_slip import slip_of_parcel


@open_to(*CLAIMANTS)
def send_back(request: PageRequest, number: str) -> HttpResponse:
    """Which goods of an order, by which way; and the parcels that were announced."""
    order, fault = the_order(request, number), ""
    if request.method == "POST":
        try:
            made = announced(request, order, actor_of(request))
            return done(request, "parcel_announced", to(request, "bench_parcel", code=made.code))
        except AvdetError as found:
            fault = refused(request, found, "desk.sending.fault")
    going = sendable(order, request.language)
    options = [(way.key, phrase(request.language, f"shared.return_slip.ways.{way.key}")) for way in going.ways]
    ticked = request.POST.getlist("case") if fault else [str(case.pk) for case, _ in going.cases]
    context = {
        "order": order, "going": going, "options": options, "ticked": ticked, "fault": fault,
        "way": request.POST.get("way", options[0][0] if len(options) == 1 else ""),
    }  # fmt: skip
    return page(request, "send_back", "cases", context, status=422 if fault else 200)


@open_to(*BENCH)
@require_safe
def slip(request: PageRequest, code: str) -> HttpResponse:
    """A parcel's return slip, as its customer reads it: a PDF, or a page to print where none can be drawn."""
    found = the_parcel(request, code)
    language = found.order.language if found.order else request.language
    drawn = slip_pdf_of(request.store, slip_of_parcel(found, language), language)
    if drawn is None:
        paper = paper_of(slip_of_parcel(found, request.language), request.language)
        return page(request, "slip", "bench", {"paper": paper})
    headers = {"Content-Disposition": f'inline; filename="{request.store.slug}-{found.code}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)

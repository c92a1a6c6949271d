"""The return slip as it is printed: from a browser or as a PDF, both from one drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from avdet.records.cases.models import Case
from avdet.web.shared.access import PageRequest
from avdet.web.shared.codes import bars, qr
from avdet.web.shared.paper import NoPress, pdf_of
from avdet.words.catalogue import say
from avdet.words.phrases import phrase
from avdet.workflows.print_slip import DONE_BY_IT, ReturnSlip


@dataclass(frozen=True, slots=True)
class Asked:
    """A demand in the reader's words, with the clauses beside it; `tick` is whether there is something to tick off."""

    text: str
    clauses: tuple[str, ...]
    tick: bool


@dataclass(frozen=True, slots=True)
class Paper:
    """A slip with its drawings. `rows`: (case, pieces, its reason in the reader's words)."""

    slip: ReturnSlip
    demands: Sequence[Asked]
    rows: Sequence[tuple[Case, int, str]]
    qr: SafeString
    bars: SafeString


def paper_of(request: PageRequest, slip: ReturnSlip) -> Paper:
    """The slip in the reader's language. No statements."""
    language = request.language
    asked = [
        Asked(say(language, "requirement", each.requirement), each.clauses, each.requirement not in DONE_BY_IT)
        for each in slip.demands
    ]
    label = phrase(language, "shared.return_slip.code", code=slip.parcel.code)
    rows = [(case, count, say(language, "reason", case.reason)) for case, count in slip.cases]
    return Paper(slip, asked, rows, qr(slip.parcel.code, label), bars(slip.parcel.code, label))


def slip_response(request: PageRequest, slip: ReturnSlip) -> HttpResponse | None:
    """The slip as a PDF file; nothing where no PDF can be drawn here."""
    direction = "rtl" if request.language == "fa" else "ltr"
    context = {"paper": paper_of(request, slip), "language": request.language, "direction": direction, "store": request.store}
    try:
        drawn = pdf_of(render_to_string("shared/slip.html", {**context, "store_name": request.store.name_in(request.language)}))
    except NoPress:
        return None
    response = HttpResponse(drawn, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{request.store.slug}-{slip.parcel.code}.pdf"'
    return response

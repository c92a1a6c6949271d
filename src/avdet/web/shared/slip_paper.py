"""The return slip as it is printed: from a browser or as a PDF, both from one drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from avdet.records.cases.models import Case
from avdet.records.stores.models import Store
from avdet.web.shared.codes import bars, qr
from avdet.web.shared.paper import NoPress, pdf_of
from avdet.words.catalogue import say
from avdet.words.phrases import phrase
from avdet.workflows.goods.print_slip import DONE_BY_IT, ReturnSlip


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


def paper_of(slip: ReturnSlip, language: str) -> Paper:
    """The slip in a language. No statements."""
    asked = [
        Asked(say(language, "requirement", each.requirement), each.clauses, each.requirement not in DONE_BY_IT)
        for each in slip.demands
    ]
    label = phrase(language, "shared.return_slip.code", code=slip.parcel.code)
    rows = [(case, count, say(language, "reason", case.reason)) for case, count in slip.cases]
    return Paper(slip, asked, rows, qr(slip.parcel.code, label), bars(slip.parcel.code, label))


def slip_pdf_of(store: Store, slip: ReturnSlip, language: str) -> bytes | None:
    """The slip as a PDF; nothing where none can be drawn here."""
    context = {
        "paper": paper_of(slip, language), "store_name": store.name_in(language),
        "language": language, "direction": "rtl" if language == "fa" else "ltr",
    }  # fmt: skip
    try:
        return pdf_of(render_to_string("shared/slip.html", context))
    except NoPress:
        return None

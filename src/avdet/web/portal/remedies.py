"""A customer chooses how their request is put right: what each way comes to, by which clauses; then it is done, once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Product
from avdet.records.catalogue.queries import Wanted, product_of, products
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.refunds.shown import money_shown
from avdet.records.remedies.models import Carriage, Remedy
from avdet.records.remedies.queries import carriages_of, custody_of, latest_remedy
from avdet.records.shared.errors import Conflict
from avdet.web.portal.case_told import is_paid_back
from avdet.web.portal.ownership import own_case, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.differences import read_difference
from avdet.web.shared.lists import marks, pager
from avdet.web.shared.refusals import why
from avdet.words.catalogue import say
from avdet.words.phrases import phrase
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import Offer, clauses_for, granted_kinds, offers, outbound_clauses, worth_of

ICONS: Final = {
    "refund": "hand-coins", "cancellation": "hand-coins", "replacement": "package", "correction": "package",
    "other_product": "shopping-bag", "redelivery": "truck", "send_back": "undo-2", "custody": "hourglass",
    "makers_representative": "user", "second_visit": "truck",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A remedy as it is offered: what it is called, and what it comes to."""

    offer: Offer
    name: str
    icon: str


@open_to("anyone")
def remedy(request: PageRequest, number: str) -> HttpResponse:
    """What may be chosen; once something was, how far it has come. Six statements beside the case at most."""
    case = own_case(request, number)
    chosen = latest_remedy(case) if case.state in ("settling", "settled") else None
    if case.state != "choosing" and chosen is None:
        return _to_case(request, case)
    shown = [_shown(request, each) for each in offers(case)] if chosen is None else []
    context = {"case": case, "order": case.order, "shown": shown, "remedy": chosen, **_told(request, case, chosen)}
    context["outbound_by"] = outbound_clauses(case)
    return render(request, "portal/remedy/choose.html", context)


def _told(request: PageRequest, case: Case, chosen: Remedy | None) -> dict[str, object]:
    if chosen is None:
        return {}
    kept = custody_of(case) if case.goods == "in_custody" and case.waits_for == Case.WaitsFor.CUSTOMER else None
    asks = money_shown(case.order).asks if is_paid_back(case) else ""
    return {
        "name": say(request.language, "remedy", chosen.kind), "icon": ICONS[chosen.kind], "custody": kept, "asks": asks,
        "carriages": list(_carriages(case)),
    }  # fmt: skip


def _carriages(case: Case) -> Iterator[tuple[Carriage, str]]:
    """Each way that somebody else bears than whoever paid it, and how it stands; what was deducted is shown with the sums."""
    for each in carriages_of(case).values():
        if each.amount_minor and each.paid_by != each.borne_by and each.settled != "deducted":
            yield each, each.settled or ("repay" if each.paid_by == "customer" else "charge")


@open_to("anyone")
def remedy_choice(request: PageRequest, number: str, kind: str) -> HttpResponse:
    """What follows from one of them; chosen, it is done. Another product is found first."""
    case = own_case(request, number)
    if case.state == "choosing" and kind not in granted_kinds(case):
        raise Http404
    if request.method == "POST":
        return _choose(request, case, kind)
    if case.state != "choosing":
        return _to_case(request, case)
    product = _product(request, request.GET.get("sku", "")) if kind == "other_product" else None
    if kind == "other_product" and product is None:
        return _shelves(request, case)
    return _check(request, case, kind, product)


def _check(request: PageRequest, case: Case, kind: str, product: Product | None, error: str = "") -> HttpResponse:
    """What it comes to, before it is done; with an `error` where it comes to something else than was confirmed."""
    shown = _shown(request, Offer(kind, worth_of(case, kind, product), clauses_for(case, kind)))
    context = {"case": case, "order": case.order, "each": shown, "product": product, "outbound_by": outbound_clauses(case)}
    context["called"] = product.name_in(request.language) if product else case.order_line.name
    context["error"] = phrase(request.language, f"portal.remedy.{error}") if error else ""
    return render(request, "portal/remedy/check.html", context, status=409 if error else 200)


def _choose(request: PageRequest, case: Case, kind: str) -> HttpResponse:
    if request.POST.get("revision", "") != str(case.revision):
        return _back(request, case, "changed")
    sku, difference = request.POST.get("sku", "")[:60], read_difference(request.POST.get("difference", ""))
    now = timezone.now()
    try:
        choose_remedy(case, kind, actor=reader(request), now=now, sku=sku, difference_minor=difference)
    except OutOfStock:
        return _back(request, case, "gone")
    except Conflict as fault:
        product = _product(request, sku) if fault.where == "difference" else None
        return _check(request, case, kind, product, "other_price") if product else _back(request, case, "changed")
    except AvdetError as fault:
        if fault.where in ("carriage", "gift"):
            return _back(request, case, "asked")
        messages.error(request, why(request.language, fault, "portal.remedy.not_now"))
        return HttpResponseRedirect(_page(request, case))
    messages.success(request, phrase(request.language, "portal.remedy.done"))
    return HttpResponseRedirect(_page(request, case))


def _shown(request: PageRequest, offer: Offer) -> Shown:
    return Shown(offer, say(request.language, "remedy", offer.kind), ICONS[offer.kind])


def _product(request: PageRequest, sku: str) -> Product | None:
    """The product that was picked; `None` where none was, or it is not on sale."""
    return product_of(request.store, sku[:60], on_sale=True) if sku else None


def _shelves(request: PageRequest, case: Case) -> HttpResponse:
    """What the store sells, each with the difference that it makes."""
    q = request.GET.get("q", "")[:100]
    page = products(request.store, Wanted(q, on_sale=True), size=20, **marks(request))
    goods = worth_of(case, "replacement").goods_minor
    rows = [(each, each.name_in(request.language), each.price_minor * case.quantity - goods) for each in page.rows]
    context = {"case": case, "order": case.order, "rows": [(*row, abs(row[2])) for row in rows], "q": q, "goods_minor": goods}
    return render(request, "portal/remedy/product.html", context | pager("", urlencode({"q": q}), page))


def _back(request: PageRequest, case: Case, name: str) -> HttpResponse:
    messages.error(request, phrase(request.language, f"portal.remedy.{name}"))
    return HttpResponseRedirect(_page(request, case))


def _to_case(request: PageRequest, case: Case) -> HttpResponse:
    return HttpResponseRedirect(to(request, "case", number=case.number))


def _page(request: PageRequest, case: Case) -> str:
    return to(request, "remedy", number=case.number)

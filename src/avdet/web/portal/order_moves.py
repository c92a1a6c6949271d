"""What a customer does to an order: cancels it, has it sent elsewhere, agrees to be sent a part first.

Each page shows what will follow before it is done; the terms decide again when it is done, and a second click changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.records.deliveries.queries import left_to_cancel, left_to_send
from avdet.records.orders.models import Order, OrderLine
from avdet.records.refunds.queries import money_of
from avdet.records.shared.errors import Conflict
from avdet.web.portal.account_forms import Place
from avdet.web.portal.choices import choices, slip_of_choice
from avdet.web.portal.ownership import own_order, reader, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.orders.cancel_order import cancel_order, comes_back
from avdet.workflows.orders.change_order import change_address, consent_to_parts
from avdet.workflows.policy.ask_policy import Denied
from avdet.workflows.policy.options_now import options_now

DONE: Final = "portal.done"


class Where(Place):
    """Where a parcel is to go: an entry of the address book, without what the book alone needs."""

    label = None  # type: ignore[assignment]
    usual = None  # type: ignore[assignment]
    hinted: tuple[str, ...] = ()


@open_to("anyone")
def cancel(request: PageRequest, number: str) -> HttpResponse:
    """Which pieces; then what comes back; then it is done. What is on its way already is called back as a whole."""
    order = own_order(request, number)
    if request.method == "POST" and (answer := _too_late(request, order)):
        return answer
    options = options_now(order, timezone.now(), request.language)
    choice = choices(options).can("cancel") if options else None
    if options is None or choice is None:
        return _back(request, order, "not_now")
    there = left_to_cancel(options.file.lines, options.file.deliveries)
    if not there and left_to_send(options.file.lines, options.file.deliveries):
        return _back(request, order, "not_now")
    rows = [(line, there[line.pk]) for line in options.file.lines if line.pk in there]
    slip, texts = slip_of_choice(options, choice, request.language)
    context = {"order": order, "slip": slip, "texts": texts, "rows": rows}
    if request.method != "POST" and rows:
        return render(request, "portal/cancel.html", context)
    chosen = _chosen(request, rows)
    if rows and not chosen:
        context["error"] = phrase(request.language, "portal.cancel.none_chosen")
        return render(request, "portal/cancel.html", context, status=422)
    if "sure" not in request.POST:
        picked = [(line, chosen[line.pk]) for line, _ in rows if line.pk in chosen]
        back = _comes_back(order, picked, whole=bool(rows) and chosen == _all(options.file.lines))
        return render(request, "portal/cancel_check.html", {**context, "picked": picked, "back_minor": back})
    pieces = chosen if rows and chosen != _all(options.file.lines) else None
    key = "cancelled" if rows else "recalled"
    return _do(request, order, key, lambda now: cancel_order(order, actor=reader(request), now=now, pieces=pieces))


def _all(lines: Sequence[OrderLine]) -> dict[int, int]:
    """Line id → pieces that were not cancelled yet."""
    return {line.pk: line.quantity - line.cancelled_quantity for line in lines if line.quantity > line.cancelled_quantity}


def _too_late(request: PageRequest, order: Order) -> HttpResponse | None:
    """Where a form was filled in for an order that has changed since. A second click is told what the first one did."""
    if request.POST.get("revision", "") == str(order.revision):
        return None
    if order.state == "cancelled":
        return HttpResponseRedirect(_page(request, order))
    return _back(request, order, "changed")


def _chosen(request: PageRequest, rows: list[tuple[OrderLine, int]]) -> dict[int, int]:
    """Line id → pieces, as far as they are there; a figure may be Persian."""
    found = {}
    for line, most in rows:
        said = digits(request.POST.get(f"line-{line.pk}", ""), "en").strip()
        if said.isdecimal() and int(said[:9]) > 0:
            found[line.pk] = min(int(said[:9]), most)
    return found


def _comes_back(order: Order, picked: list[tuple[OrderLine, int]], *, whole: bool) -> int:
    """The money that will be on its way back."""
    return money_of(order).left_minor if whole else comes_back(order, {line.pk: count for line, count in picked})


@open_to("anyone")
def address(request: PageRequest, number: str) -> HttpResponse:
    """Has an order sent elsewhere, where the terms grant it."""
    order = own_order(request, number)
    if request.method == "POST" and (answer := _too_late(request, order)):
        return answer
    options = options_now(order, timezone.now(), request.language)
    choice = choices(options).can("change_address") if options else None
    if options is None or choice is None:
        return _back(request, order, "not_now")
    form = Where(request.POST or None, initial=order.address or {}, language=request.language)
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.is_bound else 200
        slip, texts = slip_of_choice(options, choice, request.language)
        context = {"order": order, "form": form, "slip": slip, "texts": texts}
        return render(request, "portal/address.html", context, status=status)
    said: Mapping[str, str] = {**(order.address or {}), **form.cleaned_data}
    return _do(request, order, "address", lambda now: change_address(order, said, actor=reader(request), now=now))


@open_to("anyone")
def consent(request: PageRequest, number: str) -> HttpResponse:
    """Agrees to be sent what is there first, or takes that back."""
    order = own_order(request, number)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    yes = request.POST.get("consent") == "yes"
    if order.partial_consent == yes:
        return HttpResponseRedirect(_page(request, order))
    if answer := _too_late(request, order):
        return answer
    key = "consent_given" if yes else "consent_refused"
    return _do(request, order, key, lambda now: consent_to_parts(order, yes, actor=reader(request), now=now))


def _do(request: PageRequest, order: Order, key: str, work: Callable[[datetime], object]) -> HttpResponse:
    """Does it, and says so; or says why not, in the reader's language."""
    try:
        with transaction.atomic():
            work(timezone.now())
    except Denied:
        return _back(request, order, "denied")
    except Conflict:
        return _back(request, order, "changed")
    except AvdetError:
        return _back(request, order, "not_now")
    messages.success(request, phrase(request.language, f"{DONE}.{key}"))
    return HttpResponseRedirect(_page(request, order))


def _back(request: PageRequest, order: Order, why: str) -> HttpResponse:
    messages.error(request, phrase(request.language, f"portal.refused.{why}"))
    return HttpResponseRedirect(_page(request, order))


def _page(request: PageRequest, order: Order) -> str:
    return to(request, "order", number=order.number)

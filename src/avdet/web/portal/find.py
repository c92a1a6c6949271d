"""A guest's way to one order: its number and contact, then the code that was sent there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from allauth.core import ratelimit
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone

from avdet.web.portal.account_forms import Code, Find
from avdet.web.portal.ownership import to
from avdet.web.shared.access import PageRequest, grant, open_to
from avdet.web.shared.contacts import masked
from avdet.workflows.orders.guest_access import ask_code, open_order

ASKED: Final = "guest_asked"
"""In a session: {store, order, to} of the code that was asked for; `order` is 0 where there is none."""
LASTS: Final = timedelta(days=1)


@open_to("anyone")
def find(request: PageRequest) -> HttpResponse:
    """Asks for a code. What follows is the same whether there is such an order or not."""
    form = Find(request.POST or None, language=request.language, country=request.store.country)
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/account/find.html", {"form": form}, status=422 if form.is_bound else 200)
    if not ratelimit.consume(request, action="guest_ask"):
        return ratelimit.respond_429(request)
    said = form.cleaned_data
    order_id = ask_code(
        request.store, said["order_number"], form.channel, said["login"], language=request.language, now=timezone.now()
    )
    request.session[ASKED] = {"store": request.store.pk, "order": order_id, "to": masked(said["login"])}
    return HttpResponseRedirect(to(request, "find_code"))


@open_to("anyone")
def find_code(request: PageRequest) -> HttpResponse:
    """Takes the code, and opens the order to this session for a day."""
    asked: dict[str, Any] = request.session.get(ASKED, {})
    if asked.get("store") != request.store.pk:
        return HttpResponseRedirect(to(request, "find"))
    form = Code(request.POST or None, language=request.language)
    context = {"form": form, "to": asked["to"]}
    if request.method != "POST" or not form.is_valid():
        return render(request, "portal/account/find_code.html", context, status=422 if form.is_bound else 200)
    if not ratelimit.consume(request, action="guest_try"):
        return ratelimit.respond_429(request)
    now = timezone.now()
    order = open_order(request.store, asked["order"], form.cleaned_data["code"], now=now)
    if order is None:
        form.add_error("code", form.say("accounts.fault.code"))
        return render(request, "portal/account/find_code.html", context, status=422)
    del request.session[ASKED]
    grant(request, order, (now + LASTS).timestamp())
    return HttpResponseRedirect(to(request, "order", number=order.number))

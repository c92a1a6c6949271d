"""What a store knows of its reader: to take away, or to be forgotten."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.records.people.exports import STEPS, newest_export, take
from avdet.records.shared.actors import Actor
from avdet.web.portal.account import done, me, page
from avdet.web.portal.ownership import to
from avdet.web.shared.access import PageRequest, open_to
from avdet.workflows.people.erase_customer import erase_customer, stay
from avdet.workflows.people.export_customer import export_customer


@open_to("signed_in")
def account_data(request: PageRequest) -> HttpResponse:
    """How far an export is, and what being forgotten means."""
    customer = me(request)
    export = newest_export(customer, now=timezone.now())
    return page(request, "data", "account_data", {"customer": customer, "export": export, "steps": STEPS})


@open_to("signed_in")
@reauthentication_required
def account_export(request: PageRequest) -> HttpResponse:
    """Has everything put together."""
    if request.method == "POST":
        export_customer(me(request), now=timezone.now())
    return HttpResponseRedirect(to(request, "account_data"))


@open_to("signed_in")
@reauthentication_required
def account_take(request: PageRequest, pk: int) -> HttpResponse:
    """Hands the file over, once."""
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "account_data"))
    content = take(me(request), pk, now=timezone.now())
    if content is None:
        raise Http404
    name = f"{request.store.slug}-my-data.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/zip", headers=headers)


@open_to("signed_in")
@reauthentication_required
def account_erase(request: PageRequest) -> HttpResponse:
    """Asks once more, then forgets the reader, now or when their last order has ended."""
    if request.method != "POST":
        return page(request, "erase", "account_data", {})
    customer = me(request)
    if not erase_customer(customer, actor=Actor.of(request.user, "customer"), now=timezone.now()):
        return done(request, "erase_waits", "account_data")
    logout(request)
    return page(request, "erased", "", {"tabs": []})


@open_to("signed_in")
def account_stay(request: PageRequest) -> HttpResponse:
    """Takes the wish to be forgotten back."""
    if request.method == "POST":
        stay(me(request))
        return done(request, "stay", "account_data")
    return HttpResponseRedirect(to(request, "account_data"))

"""One's own account in this installation: how it is reached, how it is kept safe, and the stores that know it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from avdet.records.people.queries import has_second_factor, homes_of, stores_of
from avdet.web.accounts.adapter import front_door
from avdet.web.shared.access import PageRequest, open_to


@open_to("signed_in")
def profile(request: PageRequest) -> HttpResponse:
    """What is known of somebody who is signed in, and where to change it."""
    works, _ = homes_of(request.user)
    context = {
        "second": has_second_factor(request.user),
        "needed": bool(works) or request.user.is_support,
        "stores": [(store.slug, store.name_in(request.language)) for store in stores_of(request.user)],
    }
    return render(request, "accounts/profile.html", context)


@open_to("signed_in")
def front(request: PageRequest) -> HttpResponse:
    """Leads to where somebody is at home: their desk, or their orders."""
    return HttpResponseRedirect(front_door(request.user))

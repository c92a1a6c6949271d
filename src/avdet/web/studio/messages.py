"""Through which gateways the store's own mail and SMS leave. What is written here is sealed, and never shown again."""

from __future__ import annotations

import re
from typing import Final

from allauth.core import ratelimit
from django.http import HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.ports.notices import OF_STORES
from avdet.records.stores.actions import change_store
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.contacts import contact
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.phrases import phrase
from avdet.workflows.notices.send_test import send_test

FIELDS: Final = ("mail_url", "sms_url")
LONGEST: Final = 1_000
_ADDRESS: Final = re.compile(rf"(?:{'|'.join(OF_STORES)})://\S+")


@open_to(*OWNERS)
def messages(request: PageRequest) -> HttpResponse:
    """The two addresses: kept, replaced, or given up for the installation's own."""
    errors, changes = dict[str, str](), dict[str, str]()
    if request.method == "POST":
        for field in FIELDS:
            sent = request.POST.get(field, "").strip()
            if f"clear-{field}" in request.POST:
                changes[field] = ""
            elif sent and (len(sent) > LONGEST or not _ADDRESS.fullmatch(sent)):
                errors[field] = phrase(request.language, "studio.messages.fault")
            elif sent:
                changes[field] = sent
        if not errors:
            change_store(request.store, changes, actor=actor_of(request), now=timezone.now())
            return done(request, "messages", "messages")
    return _shown(request, errors)


@open_to(*OWNERS)
def try_out(request: PageRequest) -> HttpResponse:
    """Sends one test message."""
    if request.method != "POST":
        return HttpResponseRedirect(to(request, "messages"))
    _, address = contact(request.POST.get("to", ""), request.language, request.store.country)
    if not address:
        return _shown(request, {"to": phrase(request.language, "studio.messages.to_fault")})
    if not ratelimit.consume(request, action="send_test"):
        return ratelimit.respond_429(request)
    send_test(request.store, address, language=request.language, actor=actor_of(request), now=timezone.now())
    return done(request, "sent", "messages")


def _shown(request: PageRequest, errors: dict[str, str]) -> HttpResponse:
    boxes = [(field, bool(getattr(request.store, field)), errors.get(field, "")) for field in FIELDS]
    context = {"boxes": boxes, "fields": errors, "typed": request.POST, "errors": list(errors.items())}
    return page(request, "messages", "messages", context, status=422 if errors else 200)

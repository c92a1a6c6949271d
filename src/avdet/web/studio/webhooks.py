"""Where the store's programs are told of events, what was sent there, and sending it again."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import MESSAGE
from avdet.records.outbox import endpoints, queries
from avdet.records.outbox.models import WebhookEndpoint, WebhookMessage
from avdet.records.stores.actions import note
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.web.studio.pages import OWNERS, actor_of, done, page, to
from avdet.words.phrases import phrase
from avdet.workflows.notices.send_again import replay, send_test, send_webhooks_again

ROWS: Final = 50
TONES: Final = {"queued": "wait", "sending": "wait", "sent": "good", "dead": "bad"}


@open_to(*OWNERS)
def webhooks(request: PageRequest) -> HttpResponse:
    """Every endpoint, and the form for another one; a new one's secret is shown once."""
    if request.method != "POST":
        return _shown(request)
    now, kinds = timezone.now(), request.POST.getlist("kind")
    try:
        made = endpoints.add_endpoint(request.store, request.POST.get("url", ""), kinds=kinds, now=now)
    except AvdetError as error:
        return _shown(request, error.where)
    note(request.store, "webhook_made", actor=actor_of(request), now=now, url=made.url)
    return _secret_shown(request, made)


def _secret_shown(request: PageRequest, endpoint: WebhookEndpoint, title: str = "made") -> HttpResponse:
    heading = phrase(request.language, f"studio.webhooks.{title}")
    return page(request, "webhook_made", "webhooks", {"endpoint": endpoint, "heading": heading})


@open_to(*OWNERS)
def webhook(request: PageRequest, pk: int) -> HttpResponse:
    """One endpoint: its log, and what may be done with it."""
    endpoint = _endpoint(request, pk)
    if request.method == "POST":
        return _done(request, endpoint, request.POST.get("do", ""))
    state = request.GET.get("state", "")
    state = state if state in MESSAGE.states else ""
    found, here = queries.messages_of(endpoint, state=state, size=ROWS, **marks(request)), to(request, "webhook", pk=pk)
    context = {
        "endpoint": endpoint,
        "rows": [(each, TONES[each.state]) for each in found.rows],
        **pager(here, f"state={state}" if state else "", found),
        "tabs": [
            {"label": phrase(request.language, f"studio.message.{each or 'all'}"),
             "url": f"{here}?state={each}" if each else here,
             "current": each == state}
            for each in ("", "sent", "queued", "dead")
        ],
    }  # fmt: skip
    return page(request, "webhook", "webhooks", context)


@open_to(*OWNERS)
def webhook_message(request: PageRequest, pk: int, message: int) -> HttpResponse:
    """One message: what it says, what each delivery came to; and it may be sent again."""
    found: WebhookMessage | None = queries.message_of(request.store, message)
    if found is None or found.endpoint_id != pk:
        raise Http404
    if request.method == "POST":
        again = replay(found, now=timezone.now())
        return done(
            request, "webhook_again" if again else "webhook_under_way", "webhook_message", {"pk": pk, "message": message}
        )
    context = {"endpoint": found.endpoint, "message": found, "tone": TONES[found.state], "tries": queries.attempts_of(found)}
    return page(request, "webhook_message", "webhooks", context)


def _done(request: PageRequest, endpoint: WebhookEndpoint, wish: str) -> HttpResponse:
    now, actor, back = timezone.now(), actor_of(request), {"pk": endpoint.pk}
    if wish == "test":
        send_test(endpoint, now=now)
        return done(request, "webhook_tested", "webhook", back)
    if wish == "replay":
        count = send_webhooks_again(now=now, store_id=request.store.pk, endpoint_id=endpoint.pk)
        return done(request, "webhooks_again", "webhook", back, count=count)
    if wish == "switch":
        endpoints.change_endpoint(endpoint, active=not endpoint.active)
        note(request.store, "webhook_switched", actor=actor, now=now, url=endpoint.url)
        return done(request, "webhook_on" if endpoint.active else "webhook_off", "webhook", back)
    if wish == "secret":
        endpoints.change_secret(endpoint)
        note(request.store, "webhook_secret", actor=actor, now=now, url=endpoint.url)
        return _secret_shown(request, endpoint, "changed")
    if wish == "remove":
        note(request.store, "webhook_removed", actor=actor, now=now, url=endpoint.url)
        endpoints.remove_endpoint(endpoint)
        return done(request, "webhook_removed", "webhooks")
    return HttpResponseRedirect(to(request, "webhook", pk=endpoint.pk))


def _endpoint(request: PageRequest, pk: int) -> WebhookEndpoint:
    found = queries.endpoint_of(request.store, pk)
    if found is None:
        raise Http404
    return found


def _shown(request: PageRequest, wrong: str = "") -> HttpResponse:
    chosen = request.POST.getlist("kind")
    fields = {wrong: phrase(request.language, f"studio.webhooks.fault.{wrong}")} if wrong else {}
    context = {
        "endpoints": queries.endpoints_of(request.store),
        "groups": [(each, phrase(request.language, f"studio.event_group.{each.split('.')[0]}"), each in chosen)
                   for each in endpoints.GROUPS if each != "test.*"],
        "typed": request.POST,
        "fields": fields,
        "errors": list(fields.items()),
    }  # fmt: skip
    return page(request, "webhooks", "webhooks", context, status=422 if wrong else 200)

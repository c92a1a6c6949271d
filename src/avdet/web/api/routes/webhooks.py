"""Where the store's programs are told of events, and what was sent there."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.records.outbox import endpoints, queries
from avdet.records.outbox.models import WebhookEndpoint, WebhookMessage
from avdet.web.api.answers import gone, listed, marks, reply
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.documents.plain import columns
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.shapes.webhooks import (
    EndpointChanges,
    EndpointDocument,
    Endpoints,
    EndpointSaid,
    EndpointWithSecret,
    MessageQuery,
    Messages,
    MessageWithAttempts,
    Replayed,
    ReplaySaid,
    Tested,
)
from avdet.workflows.notices.send_again import send_test, send_webhooks_again

door = Door("webhooks")
SCOPE: Final = "webhooks:manage"
_ENDPOINT: Final = ("id", "url", "kinds", "active", "failures_in_a_row", "disabled_because", "created_at")
_MESSAGE: Final = (
    "id", "event_id", "kind", "state", "attempts", "last_status", "error", "created_at", "sent_at", "next_at"
)  # fmt: skip
_ATTEMPT: Final = ("at", "status", "error", "answer", "milliseconds")


def endpoint_at(request: TokenRequest, endpoint: int) -> WebhookEndpoint:
    """The endpoint that the address names."""
    found = queries.endpoint_of(request.store, endpoint) if 0 < endpoint < 2**63 else None
    if found is None:
        raise not_found("webhook")
    return found


@door.get("/webhooks", SCOPE, Endpoints)
def list_webhooks(request: TokenRequest) -> HttpResponse:
    """Every endpoint of the store."""
    return reply({"data": [columns(each, _ENDPOINT) for each in queries.endpoints_of(request.store)]})


@door.post("/webhooks", SCOPE, EndpointWithSecret, status=201)
def create_webhook(request: TokenRequest, said: EndpointSaid) -> HttpResponse:
    """Make an endpoint; its secret is shown this once."""
    made = endpoints.add_endpoint(request.store, said.url, kinds=said.kinds, now=timezone.now())
    return reply({**columns(made, _ENDPOINT), "secret": made.secret}, status=201)


@door.get("/webhooks/{endpoint}", SCOPE, EndpointDocument)
def read_webhook(request: TokenRequest, endpoint: int) -> HttpResponse:
    """One endpoint."""
    return reply(columns(endpoint_at(request, endpoint), _ENDPOINT))


@door.patch("/webhooks/{endpoint}", SCOPE, EndpointDocument)
def patch_webhook(request: TokenRequest, endpoint: int, said: EndpointChanges) -> HttpResponse:
    """Change an endpoint, or switch it on and off."""
    found = endpoint_at(request, endpoint)
    return reply(columns(endpoints.change_endpoint(found, **said.model_dump(exclude_none=True)), _ENDPOINT))


@door.delete("/webhooks/{endpoint}", SCOPE, None, status=204)
def delete_webhook(request: TokenRequest, endpoint: int) -> HttpResponse:
    """Remove an endpoint and its log."""
    endpoints.remove_endpoint(endpoint_at(request, endpoint))
    return gone()


@door.post("/webhooks/{endpoint}/test", SCOPE, Tested, status=202)
def try_webhook(request: TokenRequest, endpoint: int) -> HttpResponse:
    """Send a test event to an endpoint."""
    event_id = send_test(endpoint_at(request, endpoint), now=timezone.now())
    return reply({"event_id": event_id}, status=202)


@door.post("/webhooks/{endpoint}/replay", SCOPE, Replayed, status=202)
def replay_webhook(request: TokenRequest, endpoint: int, said: ReplaySaid) -> HttpResponse:
    """Send dead messages again: those named, or all of them."""
    found = endpoint_at(request, endpoint)
    count = send_webhooks_again(now=timezone.now(), store_id=request.store.pk, endpoint_id=found.pk, ids=said.ids)
    return reply({"replayed": count}, status=202)


@door.get("/webhooks/{endpoint}/messages", SCOPE, Messages)
def list_webhook_messages(request: TokenRequest, endpoint: int, wanted: Query[MessageQuery]) -> HttpResponse:
    """What was sent to an endpoint, the newest first."""
    found = endpoint_at(request, endpoint)
    page = queries.messages_of(found, state=wanted.state or "", size=wanted.limit, **marks(wanted.cursor))
    return listed(request, page, lambda message: columns(message, _MESSAGE))


@door.get("/webhooks/{endpoint}/messages/{message}", SCOPE, MessageWithAttempts)
def read_webhook_message(request: TokenRequest, endpoint: int, message: int) -> HttpResponse:
    """One message, with its body and what each delivery came to."""
    found: WebhookMessage | None = queries.message_of(request.store, message) if 0 < message < 2**63 else None
    if found is None or found.endpoint_id != endpoint:
        raise not_found("webhook")
    tries = [columns(each, _ATTEMPT) for each in queries.attempts_of(found)]
    return reply({**columns(found, _MESSAGE), "body": found.body, "tries": tries})

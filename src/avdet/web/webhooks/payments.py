"""What payment gateways call back with. Only what is signed with the account's secret is heard; the rest is refused."""

from __future__ import annotations

from typing import Final

import structlog
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.ports.gateways import provider_of
from avdet.records.payments.queries import gateway_account
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.webhooks.lengths import is_longer
from avdet.workflows.money.hear_gateway import hear_gateway

log = structlog.get_logger("avdet.gateway")
LONGEST: Final = 64_000


@csrf_exempt
@require_POST
@open_to("anyone")
def callback(request: PageRequest, gateway: str) -> HttpResponse:
    """200 for a genuine message, as often as it comes; 403 for one that is not; 404 for a gateway the store does not use."""
    account = gateway_account(request.store, gateway)
    if account is None:
        raise Http404
    reader = provider_of(gateway).news
    if reader is None:
        raise Http404
    if is_longer(request, LONGEST):
        return HttpResponse("too long", status=413, content_type="text/plain")
    try:
        news = reader(request.headers, request.body, account.credentials)
    except AvdetError as refusal:
        log.warning("callback refused", store=request.store.slug, gateway=gateway, why=refusal.what)
        return HttpResponse("not genuine", status=403, content_type="text/plain")
    new = hear_gateway(request.store, gateway, news, now=timezone.now())
    log.info("callback heard", store=request.store.slug, gateway=gateway, gateway_event=news.event[:40], new=new)
    return HttpResponse("heard", content_type="text/plain")

"""What connected shops report. Only what is signed with the connection's secret is heard; each message counts once."""

from __future__ import annotations

from typing import Final

import structlog
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.ports.shops import ForgedError
from avdet.records.connections.models import Connection
from avdet.records.connections.queries import connection_by_id
from avdet.records.shared.errors import Conflict
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.webhooks.lengths import is_longer
from avdet.workflows.shops.hear_shop import hear_shop
from avdet.workflows.shops.open_shop import open_shop

log = structlog.get_logger("avdet.shop")
LONGEST: Final = 2_000_000


@csrf_exempt
@require_POST
@open_to("anyone")
def shop(request: PageRequest, kind: str, connection: int) -> HttpResponse:
    """200 for a genuine message, as often as it comes; 403 for one that is not; 503 for one that the shop is to send again.

    A genuine message that cannot be kept is answered with 202, since sending it again would not help: shops give up a
    webhook that is refused, and the orders that follow would be lost with it.
    """
    found = connection_by_id(connection, request.store)
    if found is None or found.kind != kind or not found.active:
        raise Http404
    if is_longer(request, LONGEST):
        return HttpResponse("too long", status=413, content_type="text/plain")
    try:
        said = _heard(request, found)
    except ForgedError:
        log.warning("webhook refused", store=request.store.slug, connection=connection)
        return HttpResponse("not genuine", status=403, content_type="text/plain")
    except Conflict:
        return HttpResponse("please send it again", status=503, content_type="text/plain", headers={"Retry-After": "5"})
    except AvdetError as fault:
        log.warning("webhook not kept", store=request.store.slug, connection=connection, why=fault.what[:120])
        return HttpResponse("not kept", status=202, content_type="text/plain")
    log.info("webhook heard", store=request.store.slug, connection=connection, became=said)
    return HttpResponse(said, content_type="text/plain")


def _heard(request: PageRequest, connection: Connection) -> str:
    body = request.body
    message = open_shop(connection).read_webhook(request.headers, body)
    return hear_shop(connection, message, body, now=timezone.now())

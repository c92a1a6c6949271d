"""For whoever keeps the service running: is it alive, can it work, and what does it count."""

from __future__ import annotations

import hmac

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse, HttpResponseForbidden, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from avdet.web.operations.metrics import OutboxMetrics
from avdet.web.shared.access import PageRequest, open_to

REGISTRY.register(OutboxMetrics())
_migrated: set[str] = set()


@open_to("anyone")
def live(_request: PageRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database: a slow one must not get the process restarted."""
    return JsonResponse({"status": "alive"})


@open_to("anyone")
def ready(_request: PageRequest) -> HttpResponse:
    """The process can work: the database answers, and its tables are those of this version."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
        behind = _behind()
    except Error:
        return JsonResponse({"status": "no database"}, status=503)
    return JsonResponse(
        {"status": "tables are behind; run avdet migrate" if behind else "ready"}, status=503 if behind else 200
    )


def _behind() -> bool:
    """Whether migrations are missing; once none was, none will be for as long as this process lives."""
    if "all" not in _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return True
        _migrated.add("all")
    return False


@open_to("anyone")
def metrics(request: PageRequest) -> HttpResponse:
    """Prometheus' text format, for whoever bears the token; without a token, for this machine only."""
    said = request.headers.get("Authorization", "").removeprefix("Bearer ")
    local = request.META.get("REMOTE_ADDR") in {"127.0.0.1", "::1"} and "X-Forwarded-For" not in request.headers
    allowed = hmac.compare_digest(said.encode(), settings.METRICS_TOKEN.encode()) if settings.METRICS_TOKEN else local
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST) if allowed else HttpResponseForbidden()

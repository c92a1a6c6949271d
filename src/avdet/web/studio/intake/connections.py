"""The shops that a store sells with: connected, tried, read, given up. Keys are sealed, and never shown again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from avdet.ports.shop_systems import System, system_of, systems
from avdet.records.connections import actions
from avdet.records.connections.models import Connection
from avdet.records.connections.queries import connection_of, connections_of, unfinished
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.studio.pages import OWNERS, done, page
from avdet.words.phrases import phrase
from avdet.workflows.shops.open_shop import try_shop
from avdet.workflows.shops.pull_shop import begin_pull

UNITS: Final = {"IRR": ("IRR", "IRT"), "TRY": ("TRY",)}
_ADDRESS: Final = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


@open_to(*OWNERS)
def connections(request: PageRequest) -> HttpResponse:
    """Every shop system, and how the store's connection with it stands."""
    known = {each.kind: each for each in connections_of(request.store)}
    found = [(system.name, known.get(system.name)) for system in systems()]
    rows = [{"kind": kind, "connection": each, "state": _state(each)} for kind, each in found]
    return page(request, "intake/connections", "connections", {"shops": rows})


@open_to(*OWNERS)
def connection(request: PageRequest, kind: str) -> HttpResponse:
    """One connection: its keys, whether they work, and how far it has been read."""
    system = _system(kind)
    known = connection_of(request.store, kind)
    faults: dict[str, str] = {}
    if request.method == "POST":
        faults = _faults(request, system, known)
        if not faults:
            return _keep(request, system)
    typed = {name: request.POST.get(name, "") for name in ("url", "unit")} if faults else {}
    units = UNITS.get(request.store.currency, (request.store.currency,))
    context = {
        "kind": kind, "connection": known, "state": _state(known), "run": unfinished(known) if known else None,
        "url": typed.get("url", known.url if known else ""), "unit": typed.get("unit", known.unit if known else units[0]),
        "units": [(unit, unit) for unit in units],
        "keys": [(name, bool(known and known.credentials.get(name)), faults.get(name, "")) for name in system.needs],
        "hook": f"{settings.URL}/hooks/{request.store.slug}/{kind}/{known.pk}/" if known else "",
        "busy": _busy(known), "faults": faults, "errors": list(faults.items()),
    }  # fmt: skip
    return page(request, "intake/connection", "connections", context, status=422 if faults else 200)


@open_to(*OWNERS)
def act(request: PageRequest, kind: str) -> HttpResponseRedirect | HttpResponse:
    """Tries a connection, reads the shop, or gives it up."""
    known = connection_of(request.store, _system(kind).name)
    if known is None or request.method != "POST":
        raise Http404
    wanted = request.POST.get("do", "")
    if wanted == "try":
        actions.tried(known, error="", now=None)
        try_shop(known)
    elif wanted == "read":
        begin_pull(known, now=timezone.now())
    elif wanted == "leave":
        actions.disconnect(known)
    else:
        raise Http404
    return done(request, f"shop_{wanted}", "connection", {"kind": kind})


def _system(kind: str) -> System:
    if kind not in {each.name for each in systems()}:
        raise Http404
    return system_of(kind)


def _state(known: Connection | None) -> str:
    """A word of the catalogue for how it stands."""
    if known is None or not known.active:
        return "none"
    if known.last_error:
        return "error"
    if known.cursor:
        return "reading" if "began" in known.cursor else "current"
    return "works" if known.tried_at else "untried"


def _busy(known: Connection | None) -> bool:
    """Whether the page will soon say something else."""
    return known is not None and known.active and _state(known) in ("untried", "reading")


def _faults(request: PageRequest, system: System, known: Connection | None) -> dict[str, str]:
    found: dict[str, str] = {}
    url = request.POST.get("url", "").strip()
    if len(url) > 200 or not _ADDRESS.fullmatch(url):
        found["url"] = "address"
    same = known is not None and urlsplit(known.url).netloc == urlsplit(url).netloc if "url" not in found else False
    held: Mapping[str, Any] = known.credentials if known and same else {}  # one shop's keys are never told to another
    for name in system.needs:
        sent = request.POST.get(name, "").strip()
        if len(sent) > 500 or not sent.isprintable() or not (sent or held.get(name)):
            found[name] = "key"
    return {name: phrase(request.language, f"studio.connection.fault.{what}") for name, what in found.items()}


def _keep(request: PageRequest, system: System) -> HttpResponseRedirect:
    store, posted = request.store, request.POST
    units = UNITS.get(store.currency, (store.currency,))
    unit = posted.get("unit", "")
    kept = actions.connect(
        store, system.name, url=posted["url"].strip().rstrip("/"), unit=unit if unit in units else units[0],
        credentials={name: posted.get(name, "").strip() for name in system.needs},
        webhook_secret=posted.get("webhook_secret", "").strip()[:500], now=timezone.now(),
    )  # fmt: skip
    try_shop(kept)
    return done(request, "shop_kept", "connection", {"kind": system.name})

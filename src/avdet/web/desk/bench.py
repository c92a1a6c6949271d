"""The bench: what is scanned is found, and parcels are received as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import PARCEL
from avdet.records.cases.evidence_limits import EvidenceRefused
from avdet.records.cases.models import OVER, Case
from avdet.records.cases.queries import cases_of
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_number
from avdet.records.parcels.models import Parcel, ParcelItem
from avdet.records.parcels.queries import (
    COMING,
    cases_to_receive,
    events_of,
    parcel_by_code,
    parcels_page,
    to_examine,
)
from avdet.records.shared.errors import Conflict
from avdet.web.desk.pages import BENCH, actor_of, done, page, refused, tabs, to, unchanged
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.evidence import refusal
from avdet.web.shared.lists import marks, pager
from avdet.web.shared.sending import PARCEL_TONES, handed_over
from avdet.words.catalogue import say
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.goods.announce_parcel import give_return_code, withdraw_parcel
from avdet.workflows.goods.dispose_goods import has_come_late
from avdet.workflows.goods.receive_parcel import (
    FOUND,
    Scan,
    know_parcel,
    pieces_said,
    receive_parcel,
    receive_unannounced,
    scan,
)
from avdet.workflows.goods.return_ways import CARRIERS, Way
from avdet.workflows.goods.send_parcel import lose_parcel
from avdet.workflows.policy.time_to_find import time_to_find

_LISTS: Final = {"examine": (), "coming": COMING, "arrived": ("arrived",), "lost": ("lost",)}


@open_to(*BENCH)
@require_safe
def bench(request: PageRequest) -> HttpResponse:
    """What waits to be examined, what is coming; or what was scanned. Another store's parcel is nothing that is known here."""
    said = digits(request.GET.get("q", ""), "en").strip()[:80]
    found = scan(request.store, said) if said else Scan()
    if len(found.parcels) == 1:
        return redirect(to(request, "bench_parcel", code=found.parcels[0].code))
    return _bench(request, said, found)


def _bench(request: PageRequest, said: str, found: Scan, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        "q": said, "scan": found, "unknown": bool(said or fault) and not found.parcels and found.order is None,
        "scanned": [(each, PARCEL_TONES[each.state]) for each in found.parcels], "fault": fault, "typed": request.POST,
        "expected": _expected(request, found.order), "here": _here(found.order),
        "pace": time_to_find(request.store, timezone.now()),
        **_list(request),
    }  # fmt: skip
    return page(request, "bench", "bench", context, status=status)


def _list(request: PageRequest) -> dict[str, Any]:
    show = request.GET.get("show", "")
    show = show if show in _LISTS else "examine"
    url, query = to(request, "bench"), f"show={show}"
    shown: dict[str, Any] = {"tabs": tabs(request, url, "desk.bench.list", _LISTS, show), "show": show}
    if show == "examine":
        cases = to_examine(request.store, **marks(request))
        return shown | {"cases": _worded(request, cases.rows), **pager(url, query, cases)}
    parcels = parcels_page(request.store, states=_LISTS[show], **marks(request))
    return shown | {"parcels": [(each, PARCEL_TONES[each.state]) for each in parcels.rows], **pager(url, query, parcels)}


def _expected(request: PageRequest, order: Order | None) -> list[tuple[Case, str, int]]:
    """What may lie in a parcel of an order: a case, its reason, and how many pieces of it have not arrived."""
    known = cases_to_receive(order) if order is not None else {}
    return [(case, reason, known[case]) for case, reason in _worded(request, known)]


def _here(order: Order | None) -> list[Case]:
    """The open cases of an order whose goods have arrived."""
    known = cases_of(order) if order else []
    return [each for each in known if each.goods in ("arrived", "inspected") and each.state not in OVER]


def _worded(request: PageRequest, cases: Iterable[Case]) -> list[tuple[Case, str]]:
    return [(case, say(request.language, "reason", case.reason)) for case in cases]


@open_to(*BENCH)
@require_safe
def parcel(request: PageRequest, code: str) -> HttpResponse:
    """One parcel: what was announced, what lay in it, and what may be done with it."""
    return _parcel(request, the_parcel(request, code))


def the_parcel(request: PageRequest, code: str) -> Parcel:
    """The store's parcel of that code; without one there is no such page."""
    found = parcel_by_code(request.store, code)
    if found is None:
        raise Http404
    return found


def _parcel(request: PageRequest, found: Parcel, fault: str = "", status: int = 200) -> HttpResponse:
    items: list[ParcelItem] = list(found.items.all())
    nameless = found.state == "arrived" and not items
    owner = (found.order or _typed_order(request)) if nameless else None
    context = {
        "parcel": found, "tone": PARCEL_TONES[found.state], "fault": fault, "typed": request.POST, "nameless": nameless,
        "items": [(item, say(request.language, "reason", item.case.reason)) for item in items], "events": events_of(found),
        "came_late": [item.case for item in items if has_come_late(item.case)],
        "way": phrase(request.language, f"shared.return_slip.ways.{found.way}") if found.way else "",
        "kinds": [(each, phrase(request.language, f"desk.bench.found.{each}")) for each in FOUND],
        "may_arrive": PARCEL.allows(found.state, "arrive"), "may_lose": PARCEL.allows(found.state, "lose"),
        "takes_code": found.state in COMING and found.paid_by == "store",
        "expected": _expected(request, owner), "by": Way(found.way, CARRIERS.get(found.way, "")),
        "may_send": found.order is not None and found.state in ("announced", "sent"),
    }  # fmt: skip
    return page(request, "bench_parcel", "bench", context, status=status)


@open_to(*BENCH)
@require_POST
def parcel_do(request: PageRequest, code: str, move: str) -> HttpResponse:
    """Receives it, gives it up as lost, gives it the carrier's code, says whose it is, or what its customer says of it."""
    found = the_parcel(request, code)
    if move not in _MOVES:
        raise Http404
    try:
        unchanged(request, found.revision)
        _MOVES[move](request, found, timezone.now())
    except Conflict:
        return _parcel(request, the_parcel(request, code), phrase(request.language, "desk.refused.changed"), 409)
    except EvidenceRefused as fault:
        return _parcel(request, found, refusal(request.language, fault), 422)
    except AvdetError as fault:
        return _parcel(request, the_parcel(request, code), refused(request, fault, "desk.bench.fault"), 422)
    return done(request, f"parcel_{move}", to(request, "bench_parcel", code=code))


def _pieces(request: PageRequest) -> dict[int, int]:
    """Case id → pieces, of the fields `pieces-<id>`; an empty one and a nought name nothing."""
    rows = [(name.removeprefix("pieces-"), digits(str(text), "en").strip()) for name, text in request.POST.items()
            if name.startswith("pieces-")]  # fmt: skip
    known = [(int(case), text) for case, text in rows[:100] if case.isascii() and case.isdigit() and len(case) < 19]
    return {case: count for case, count in pieces_said((case, text) for case, text in known if text).items() if count}


def _receive(request: PageRequest, found: Parcel, now: datetime) -> None:
    kind, words = request.POST.get("found", ""), request.POST.get("note", "")
    whole = {item.case_id: item.announced for item in found.items.all()}
    arrived = whole if kind == "whole" else _pieces(request) if kind == "short" else {}
    receive_parcel(found.pk, arrived, found=kind, actor=actor_of(request), now=now, words=words)


def _typed_order(request: PageRequest) -> Order | None:
    """The order whose number was typed, in any digits; none where none was."""
    number = digits(request.POST.get("order", ""), "en").strip()[:64]
    return order_by_number(request.store, number) if number else None


def _know(request: PageRequest, found: Parcel, now: datetime) -> None:
    order = found.order or _typed_order(request)
    if order is None:
        raise AvdetError("no such order", where="order", cure="look it up again")
    pieces = _pieces(request)
    expected = cases_to_receive(order)
    if not pieces and len(expected) == 1:
        pieces = {case.pk: left for case, left in expected.items()}
    know_parcel(found.pk, order, pieces, actor=actor_of(request), now=now)


_MOVES: Final[dict[str, Callable[[PageRequest, Parcel, datetime], object]]] = {
    "receive": _receive,
    "lose": lambda request, found, now: lose_parcel(found, actor=actor_of(request), now=now),
    "code": lambda request, found, now: give_return_code(
        found, request.POST.get("return_code", ""), actor=actor_of(request), now=now
    ),
    "know": _know,
    "send": lambda request, found, now: handed_over(request, found, actor_of(request), now),
    "cancel": lambda request, found, now: withdraw_parcel(found, actor=actor_of(request), now=now),
}


@open_to(*BENCH)
@require_POST
def unannounced(request: PageRequest) -> HttpResponse:
    """Takes in a parcel that nobody announced: of an order, or of nobody who is known yet."""
    number = request.POST.get("order", "")
    order = order_by_number(request.store, number) if number else None
    try:
        if number and order is None:
            raise AvdetError("no such order", where="order", cure="look it up again")
        with transaction.atomic():
            made = receive_unannounced(
                request.store, order, _pieces(request), actor=actor_of(request), now=timezone.now(),
                words=request.POST.get("note", ""), carrier=request.POST.get("carrier", ""),
                tracking_number=request.POST.get("tracking_number", ""),
            )  # fmt: skip
    except AvdetError as fault:
        return _bench(request, number, Scan(order=order), refused(request, fault, "desk.bench.fault"), 422)
    return done(request, "parcel_unannounced", to(request, "bench_parcel", code=made.code))

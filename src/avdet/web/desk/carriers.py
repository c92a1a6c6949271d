"""Claims on carriers: what the store asks to be made good, what was answered, and the letter that goes out with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import CARRIER_CLAIM
from avdet.records.remedies.models import CarrierClaim
from avdet.records.remedies.queries import claim_by_id, claims_page, open_carriages
from avdet.records.shared.errors import Conflict
from avdet.web.desk import reading
from avdet.web.desk.pages import EXPERTS, PURSES, actor_of, done, page, refused, tabs, to, typed, unchanged
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.words.phrases import phrase
from avdet.workflows.goods.carrier_claim import answer_claim, close_claim, recover_damage, submit_claim
from avdet.workflows.goods.open_carrier_claim import lost_with
from avdet.workflows.goods.return_ways import return_address

TONES: Final = {
    "opened": "wait", "submitted": "news", "confirmed": "good", "refused": "bad", "recovered": "good", "closed": "quiet",
}  # fmt: skip
_TABS: Final = {"open": ("opened", "submitted", "confirmed", "refused"), "all": ()}
WHO: Final = {
    "submit": EXPERTS, "confirm": EXPERTS, "recover": PURSES, "refuse": EXPERTS, "close": (*EXPERTS, "accountant"),
}  # fmt: skip
"""Move → who may make it. The first that is open is the page's main one."""
Work = Callable[[PageRequest, CarrierClaim, datetime], object]


@open_to(*STAFF)
def carriers(request: PageRequest) -> HttpResponse:
    """The claims under way, or all; and what is owed between the store and its customers for carriage."""
    show = request.GET.get("show", "open")
    show = show if show in _TABS else "open"
    found, url = claims_page(request.store, states=_TABS[show], **marks(request)), to(request, "carriers")
    context = {
        "rows": [(each, TONES[each.state]) for each in found.rows],
        "tabs": tabs(request, url, "desk.carriers", _TABS, show), **_owed(request), **pager(url, f"show={show}", found),
    }  # fmt: skip
    return page(request, "carriers", "carriers", context)


def _owed(request: PageRequest) -> dict[str, object]:
    """Postage to be repaid, and carriage to be charged."""
    store = request.store
    return {"repay": open_carriages(store, paid_by="customer"), "charge": open_carriages(store, paid_by="store")}


@open_to(*STAFF)
def carrier_claim(request: PageRequest, pk: int) -> HttpResponse:
    """One claim with its history, and what may be done with it."""
    return _shown(request, _claim(request, pk))


@open_to(*STAFF)
def letter(request: PageRequest, pk: int) -> HttpResponse:
    """The claim as a letter to the carrier, to be printed."""
    found = _claim(request, pk)
    address = return_address(request.store, request.language)
    context = {
        "claim": found, "case": found.case, "order": found.case.order, "address": address, "today": timezone.now(),
        "lost": lost_with(found.case) if found.case.goods == "lost" else None,
    }  # fmt: skip
    return render(request, "desk/carrier_letter.html", context)


def _claim(request: PageRequest, pk: int) -> CarrierClaim:
    found = claim_by_id(request.store, pk)
    if found is None:
        raise Http404
    return found


def _shown(request: PageRequest, found: CarrierClaim, fault: str = "", status: int = 200) -> HttpResponse:
    moves = [(name, phrase(request.language, f"desk.carrier_follows.{name}")) for name in _open(request, found)]
    context = {"claim": found, "case": found.case, "order": found.case.order, "tone": TONES[found.state], "moves": moves,
               "events": list(found.events.all()), "fault": fault}  # fmt: skip
    return page(request, "carrier_claim", "carriers", context, status=status)


def _open(request: PageRequest, found: CarrierClaim) -> Iterator[str]:
    return (name for name, roles in WHO.items() if CARRIER_CLAIM.allows(found.state, name) and request.role in roles)


@open_to(*EXPERTS, "accountant")
@require_POST
def do(request: PageRequest, pk: int, name: str) -> HttpResponse:
    """Makes one move, or shows the claim again with what stood in its way."""
    found = _claim(request, pk)
    if name not in _WORK or request.role not in WHO[name]:
        raise Http404
    try:
        unchanged(request, found.revision)
        _WORK[name](request, found, timezone.now())
    except Conflict:
        return _shown(request, _claim(request, pk), phrase(request.language, "desk.refused.changed"), 409)
    except AvdetError as fault:
        return _shown(request, _claim(request, pk), refused(request, fault, "desk.remedy_refused"), 422)
    return done(request, f"carrier_{name}", to(request, "carrier_claim", pk=pk))


def _recover(request: PageRequest, found: CarrierClaim, now: datetime) -> object:
    amount = reading.amount(typed(request, "amount"), found.currency)
    return recover_damage(found, amount_minor=amount, reference=typed(request, "reference"), actor=actor_of(request), now=now)


_WORK: Final[dict[str, Work]] = {
    "submit": lambda request, found, now: submit_claim(
        found, reference=typed(request, "reference"), actor=actor_of(request), now=now
    ),
    "confirm": lambda request, found, now: answer_claim(found, confirmed=True, actor=actor_of(request), now=now),
    "refuse": lambda request, found, now: answer_claim(found, confirmed=False, actor=actor_of(request), now=now),
    "recover": _recover,
    "close": lambda request, found, now: close_claim(found, why=typed(request, "why", 500), actor=actor_of(request), now=now),
}

"""Refunds for those who keep the money: what waits for a person, and what may be done with each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import REFUND
from avdet.records.cases.evidence import Holder
from avdet.records.refunds.models import OPEN, Refund
from avdet.records.refunds.queries import (
    goodwill_of,
    goodwill_waiting,
    refund_by_id,
    refunds_page,
    refunds_waiting_for_a_person,
)
from avdet.records.shared.errors import Conflict
from avdet.records.shared.pages import Page
from avdet.web.desk import reading
from avdet.web.desk.pages import PURSES, actor_of, done, page, refused, tabs, titled, to
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.evidence import pieces
from avdet.web.shared.lists import marks, pager
from avdet.web.shared.states import MONEY_TONES
from avdet.words import money as priced
from avdet.words.phrases import phrase
from avdet.workflows.claims.show_evidence import show_evidence
from avdet.workflows.money.ask_destination import check_documents
from avdet.workflows.money.confirm_refund import confirm_refund, refuse_transfer
from avdet.workflows.money.give_goodwill import agree_to_goodwill, refuse_goodwill
from avdet.workflows.money.send_refund import send_again, send_by_hand
from avdet.workflows.money.void_refund import void_refund

_TABS: Final = ("waiting", "open", "all")
Work = Callable[[PageRequest, Refund, datetime], object]


@open_to(*PURSES)
def refunds(request: PageRequest) -> HttpResponse:
    """Those that wait for a person, those under way, or all; above them, goodwill that waits for a second person."""
    return _listed(request)


def _listed(request: PageRequest, fault: str = "", status: int = 200) -> HttpResponse:
    show = request.GET.get("show", "waiting")
    show = show if show in _TABS else "waiting"
    if show == "waiting":
        found = Page(refunds_waiting_for_a_person(request.store))
    else:
        found = refunds_page(request.store, states=OPEN if show == "open" else (), **marks(request))
    url = to(request, "refunds")
    rows = [
        (each, MONEY_TONES[each.state], titled(request.language, "desk.reason", each.reason), _last(each))
        for each in found.rows
    ]
    wishes = [(each, each.author_id == request.user.pk) for each in goodwill_waiting(request.store)]
    heads = tabs(request, url, "desk.refunds", _TABS, show)
    context = {"rows": rows, "tabs": heads, "wishes": wishes, "fault": fault, **pager(url, f"show={show}", found)}
    return page(request, "refunds", "refunds", context, status=status)


def _last(refund: Refund) -> str:
    """What the last attempt was told."""
    attempts = list(refund.attempts.all())
    return (attempts[-1].error or attempts[-1].code) if attempts else ""


@open_to(*PURSES)
def refund(request: PageRequest, pk: int) -> HttpResponse:
    """One refund with its attempts, and what may be done with it."""
    return _shown(request, _refund(request, pk))


def _refund(request: PageRequest, pk: int) -> Refund:
    found = refund_by_id(pk, request.store)
    if found is None:
        raise Http404
    return found


def _shown(request: PageRequest, found: Refund, fault: str = "", status: int = 200) -> HttpResponse:
    say = request.language
    amount = priced(found.amount_minor, found.currency, say)
    order, kinds = found.payment.order, [each.kind for each in found.events.all()]
    moves = [(name, phrase(say, f"desk.refund_follows.{name}", amount=amount)) for name in _open(found)]
    context = {
        "refund": found, "order": order, "amount": amount, "tone": MONEY_TONES[found.state],
        "moves": moves, "fault": fault, "reason": titled(say, "desk.reason", found.reason),
        "attempts": [(each, titled(say, "desk.attempt", each.result)) for each in found.attempts.all()],
        "clauses": list(dict.fromkeys(str(row.get("clause", "")) for row in found.because if row.get("clause"))),
        "asks_account": found.state in ("granted", "failed") and "account_asked" in kinds,
        "of_payer": "documents_asked" in kinds,
        "pieces": pieces(request, show_evidence(Holder(order))) if "documents_asked" in kinds else (),
        "local_now": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
    }  # fmt: skip
    return page(request, "refund", "refunds", context, status=status)


def _open(refund: Refund) -> Iterator[str]:
    """The moves of a refund that a person may make now."""
    attempts = list(refund.attempts.all())
    by_hand = bool(attempts) and attempts[-1].gateway == "manual" and attempts[-1].ended_at is None
    if by_hand and refund.state == "sending":
        yield from ("confirm", "refuse")
    if refund.state == "failed" and refund.payment.gateway != "manual":
        yield "again"
    if REFUND.allows(refund.state, "send"):
        kinds = [each.kind for each in refund.events.all()]
        if "documents_asked" in kinds and "documents_checked" not in kinds:
            yield "documents"
        yield "by_hand"
    if REFUND.allows(refund.state, "void"):
        yield "void"


@open_to(*PURSES)
@require_POST
def goodwill(request: PageRequest, pk: int, name: str) -> HttpResponse:
    """A second person agrees to money without a return, or refuses it."""
    wish = goodwill_of(request.store, pk) if pk < 2**63 else None
    if wish is None or name not in ("agree", "refuse"):
        raise Http404
    now, say = timezone.now(), request.language
    try:
        if name == "agree":
            agree_to_goodwill(wish, user=request.user, now=now, actor=actor_of(request))
        else:
            refuse_goodwill(wish, user=request.user, now=now)
    except Conflict:
        return _listed(request, phrase(say, "desk.refused.changed"), 409)
    except AvdetError as fault:
        return _listed(request, refused(request, fault), 422)
    return done(request, f"goodwill_{name}", to(request, "refunds"))


@open_to(*PURSES)
@require_POST
def do(request: PageRequest, pk: int, name: str) -> HttpResponse:
    """Makes one move, or shows the refund again with what stood in its way."""
    found = _refund(request, pk)
    if name not in _WORK:
        raise Http404
    try:
        if request.POST.get("revision") != str(found.revision) or name not in _open(found):
            raise Conflict("the refund has changed meanwhile", where="revision", cure="look at it again")
        _WORK[name](request, found, timezone.now())
    except Conflict:
        return _shown(request, _refund(request, pk), phrase(request.language, "desk.refused.changed"), 409)
    except AvdetError as fault:
        return _shown(request, _refund(request, pk), refused(request, fault), 422)
    return done(request, f"refund_{name}", to(request, "refund", pk=pk))


def _why(request: PageRequest) -> str:
    why = request.POST.get("why", "").strip()[:500]
    if not why:
        raise AvdetError("without a reason", where="why", cure="write down why")
    return why


def _confirm(request: PageRequest, found: Refund, now: datetime) -> object:
    at = reading.moment(request.POST.get("at", ""), request.store.time_zone, now)
    return confirm_refund(found, reference=request.POST.get("reference", "")[:120], at=at, now=now, actor=actor_of(request))


_WORK: Final[dict[str, Work]] = {
    "by_hand": lambda request, found, now: send_by_hand(found, now=now, actor=actor_of(request)),
    "again": lambda request, found, now: send_again(found, now=now, actor=actor_of(request)),
    "documents": lambda request, found, now: check_documents(found, why=_why(request), now=now, actor=actor_of(request)),
    "confirm": _confirm,
    "refuse": lambda request, found, now: refuse_transfer(found, why=_why(request), now=now, actor=actor_of(request)),
    "void": lambda request, found, now: void_refund(found, why=_why(request), now=now, actor=actor_of(request)),
}

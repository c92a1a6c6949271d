"""Putting a case right at the desk: for a customer on the telephone, goods that go back, and what each way cost whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.catalogue.queries import product_of
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.remedies.actions import Worth
from avdet.records.remedies.models import SENT_ANEW
from avdet.records.remedies.queries import carriages_of, claim_of_case, custody_of, latest_remedy
from avdet.records.shared.errors import Conflict
from avdet.web.desk import reading
from avdet.web.desk.case import the_case
from avdet.web.desk.pages import WRITERS, actor_of, done, page, refused, to, typed, unchanged
from avdet.web.desk.remedy_moves import WHO, Putting, owed_ways, remedy_moves
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.differences import read_difference
from avdet.words.catalogue import capital, say
from avdet.words.faults import coded
from avdet.words.phrases import phrase
from avdet.workflows.goods.carriage import WAYS, bearer, charge_carriage, record_carriage, repay_postage
from avdet.workflows.goods.custody import keep_for_owner
from avdet.workflows.goods.open_carrier_claim import open_carrier_claim
from avdet.workflows.goods.send_back import come_again, give_back, hand_back, lose_goods
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.record_visit import record_visit
from avdet.workflows.remedies.remedy_sums import Offer, offers, outbound_clauses, worth_of

Work = Callable[[PageRequest, Case, datetime], object]


@open_to(*STAFF)
def remedy(request: PageRequest, number: str) -> HttpResponse:
    """How a case is put right."""
    return _shown(request, the_case(request, number))


def _shown(
    request: PageRequest, case: Case, fault: str = "", sent: Mapping[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    say_in, carriages = request.language, carriages_of(case)
    choices = offers(case) if case.state == "choosing" else []
    claim = claim_of_case(case)
    chosen = latest_remedy(case) if case.state in ("settling", "settled") else None
    putting = Putting(case, choices, chosen, carriages, custody_of(case), claim, owed_ways(carriages))
    context = {
        "case": case, "order": case.order, "putting": putting, "remedy": chosen, "fault": fault, "typed": sent or {},
        "name": capital(say(say_in, "remedy", chosen.kind), say_in) if chosen else "",
        "choices": [(each, capital(say(say_in, "remedy", each.kind), say_in)) for each in choices],
        "ways": [(way, carriages.get(way), bearer(case, way)) for way in WAYS],
        "moves": remedy_moves(putting, request.role, say_in), "outbound_by": outbound_clauses(case),
        "shown": _to_settle(request, case, choices),
    }  # fmt: skip
    return page(request, "remedy", "cases", context, status=status)


@open_to(*WRITERS)
@require_POST
def do(request: PageRequest, number: str, name: str) -> HttpResponse:
    """Makes one move, or shows the page again with what stood in its way."""
    if name not in _WORK or request.role not in WHO[name]:
        raise Http404
    case = the_case(request, number)
    try:
        unchanged(request, case.revision)
        _WORK[name](request, case, timezone.now())
    except Conflict as fault:
        if fault.where == "difference":
            return _ask(request, case)
        return _shown(request, the_case(request, number), phrase(request.language, "desk.refused.changed"), status=409)
    except OutOfStock:
        return _shown(request, the_case(request, number), phrase(request.language, "desk.remedy_refused.stock"), status=422)
    except AvdetError as fault:
        why = refused(request, fault, "desk.remedy_refused")
        return _shown(request, the_case(request, number), why, request.POST, status=422)
    return done(request, f"remedy_{name}", to(request, "remedy", number=number))


def _ask(request: PageRequest, case: Case) -> HttpResponse:
    """The page once more, with the difference that the customer is to agree to; a fault where they had agreed to another."""
    late = bool(typed(request, "difference"))
    fault = phrase(request.language, "desk.remedy_refused.difference") if late else ""
    return _shown(request, case, fault, request.POST, status=409 if late else 200)


def _to_settle(request: PageRequest, case: Case, choices: list[Offer]) -> tuple[str, Worth] | None:
    """What the goods that were asked for are called, and what they come to; `None` where nothing was asked for."""
    kind, product = typed(request, "kind", 24), None
    if kind not in SENT_ANEW or kind not in {each.kind for each in choices}:
        return None
    if kind == "other_product" and (product := product_of(request.store, typed(request, "sku", 60), on_sale=True)) is None:
        return None
    name = product.name_in(request.language) if product else case.order_line.name
    return name, worth_of(case, kind, product)


def _choose(request: PageRequest, case: Case, now: datetime) -> object:
    return choose_remedy(
        case, typed(request, "kind", 24), actor=actor_of(request), now=now, sku=typed(request, "sku", 60),
        difference_minor=read_difference(typed(request, "difference", 20)),
    )  # fmt: skip


def _hand_back(request: PageRequest, case: Case, now: datetime) -> object:
    parcel = {"carrier": typed(request, "carrier", 60), "tracking_number": typed(request, "tracking_number", 80)}
    return hand_back(case, actor=actor_of(request), now=now, **parcel)


def _carriage(request: PageRequest, case: Case, now: datetime) -> object:
    return record_carriage(
        case, typed(request, "way"), paid_by=typed(request, "paid_by"), receipt=request.POST.get("receipt") == "yes",
        amount_minor=reading.amount(typed(request, "amount"), case.order.currency), actor=actor_of(request), now=now,
    )  # fmt: skip


def _repay(request: PageRequest, case: Case, now: datetime) -> object:
    return repay_postage(case, typed(request, "way"), reference=typed(request, "reference"), actor=actor_of(request), now=now)


def _charge(request: PageRequest, case: Case, now: datetime) -> object:
    return charge_carriage(case, typed(request, "way"), reference=typed(request, "reference"), actor=actor_of(request), now=now)


def _carrier(request: PageRequest, case: Case, now: datetime) -> object:
    return open_carrier_claim(case, carrier=typed(request, "carrier", 60), words=typed(request, "note", 2_000),
                              actor=actor_of(request), now=now)  # fmt: skip


def _visited(request: PageRequest, case: Case, now: datetime) -> object:
    day = reading.day(typed(request, "day"))
    if day is None:
        raise coded(AvdetError, "remedy.visit_day", where="day")
    return record_visit(case, day=day, found=typed(request, "found", 4_000), mended=request.POST.get("mended") == "yes",
                        author=request.user, now=now)  # fmt: skip


_WORK: Final[dict[str, Work]] = {
    "choose": _choose,
    "hand_back": _hand_back,
    "give_back": lambda request, case, now: give_back(case, actor=actor_of(request), now=now),
    "come_again": lambda request, case, now: come_again(case, actor=actor_of(request), now=now),
    "lose": lambda request, case, now: lose_goods(case, actor=actor_of(request), now=now),
    "keep": lambda request, case, now: keep_for_owner(case, actor=actor_of(request), now=now),
    "carriage": _carriage,
    "repay": _repay,
    "charge": _charge,
    "carrier": _carrier,
    "visited": _visited,
    "carrier_came": _visited,
}

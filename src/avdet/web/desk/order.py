"""One order: the facts, everything that has happened, and the moves that are open, with what follows from each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import REASONS as CLAIMED
from avdet.records.cases.queries import cases_of
from avdet.records.deliveries.carriers import carriers_of
from avdet.records.deliveries.models import Delivery
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.orders.actions import note_shown
from avdet.records.orders.models import Order, OrderLine
from avdet.records.orders.queries import WAITING, lines_of, order_by_number
from avdet.records.refunds.history import history_of
from avdet.records.refunds.shown import money_shown
from avdet.web.desk.moves import Desk, offered
from avdet.web.desk.pages import CLAIMANTS, PURSES, actor_of, page
from avdet.web.desk.timeline import timeline
from avdet.web.shared.access import STAFF, PageRequest, open_to
from avdet.web.shared.contacts import masked
from avdet.web.shared.states import CASE_ICONS, CASE_TONES, DELIVERY_TONES, MONEY_TONES, ORDER_ICONS, ORDER_TONES
from avdet.words.slip import Slip
from avdet.workflows.orders.cancel_order import REASONS
from avdet.workflows.policy.ask_policy import slip_of, texts_of
from avdet.workflows.policy.options_now import Option, Options, options_now

_POINTS: Final = {"cancel": "cancellation", "change_address": "address_change", "failed_delivery": "delivery_failed"}


@dataclass(frozen=True, slots=True)
class Choice:
    """What the customer may want, as the terms have it: the option, the lines it is about, and its slip."""

    key: str
    option: Option
    lines: tuple[OrderLine, ...]
    slip: Slip


@open_to(*STAFF)
def order(request: PageRequest, number: str) -> HttpResponse:
    """The page. The contact is masked until somebody asks to see it."""
    return order_page(request, the_order(request, number))


@open_to(*STAFF)
@require_POST
def show(request: PageRequest, number: str) -> HttpResponse:
    """The same page with the contact in full; that it was looked at, and by whom, is kept."""
    found = the_order(request, number)
    note_shown(found, actor=actor_of(request), now=timezone.now())
    return order_page(request, found, {"shown": True})


def the_order(request: PageRequest, number: str) -> Order:
    """The store's order of that number; without one there is no such page."""
    found = order_by_number(request.store, number)
    if found is None:
        raise Http404
    return found


def order_page(request: PageRequest, found: Order, more: Mapping[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """The order as it stands, with whatever `more` there is to say of it."""
    now, say = timezone.now(), request.language
    options = _options(found, now, say)
    lines = options.file.lines if options else lines_of(found)
    deliveries = options.file.deliveries if options else deliveries_of(found)
    history, money = history_of(found), money_shown(found)  # in this order: what was paid meanwhile is at hand too
    desk = Desk(found, lines, deliveries, money)
    context = {
        "order": found, "lines": lines, "desk": desk, "money": money,
        "tone": ORDER_TONES[found.state], "icon": ORDER_ICONS[found.state],
        "cases": [(each, CASE_TONES[each.state], CASE_ICONS[each.state]) for each in cases_of(found)],
        "parcels": [(each, DELIVERY_TONES.get(each.state, "news"), _held(each, lines)) for each in deliveries],
        "payments": [(each, MONEY_TONES.get(each.state, "")) for each in money.payments],
        "refunds": [(each, MONEY_TONES.get(each.state, "")) for each in money.refunds],
        "happenings": timeline(history, deliveries, money, found.currency, say),
        "moves": offered(desk, request.role, say), "reasons": REASONS, "purses": request.role in PURSES,
        "choices": _choices(options, say) if options else [], "texts": texts_of(options.file, say) if options else {},
        "contact": _contact(found),
        "claims": request.role in CLAIMANTS and any(each.kind in CLAIMED for each in (options.options if options else ())),
        "late": is_late(found, now), "carriers": carriers_named(request), "local_now": _local(now), **(more or {}),
    }  # fmt: skip
    return page(request, "order", "orders", context, status=status)


def is_late(found: Order, now: datetime) -> bool:
    """Whether it should have been sent by now."""
    return found.state in WAITING and found.process_by is not None and found.process_by < now


def carriers_named(request: PageRequest) -> list[tuple[str, str]]:
    """The carriers of the store's country, to choose from."""
    return [(each.key, each.name_in(request.language)) for each in carriers_of(request.store.country)]


def _options(found: Order, now: datetime, language: str) -> Options | None:
    """What the terms say of the order; nothing of one that they cannot decide, such as goods in another currency."""
    try:
        return options_now(found, now, language)
    except AvdetError:
        return None


def _held(delivery: Delivery, lines: list[OrderLine]) -> list[tuple[OrderLine, int]]:
    known = {line.pk: line for line in lines}
    return [(known[held.order_line_id], held.quantity) for held in delivery.lines.all() if held.order_line_id in known]


def _contact(found: Order) -> dict[str, str]:
    """The contact with all but its ends hidden."""
    contact = found.contact or {}
    name = str(contact.get("name", ""))
    return {
        "name": name, "phone": masked(str(contact["phone"])) if contact.get("phone") else "",
        "email": masked(str(contact["email"])) if contact.get("email") else "",
    }  # fmt: skip


def _choices(options: Options, language: str) -> list[Choice]:
    """What is open by the terms, the soonest end first, then what is not."""
    lines = {line.pk: line for line in options.file.lines}
    found = []
    for number, option in enumerate((*options.open, *options.closed)):
        point = _POINTS.get(option.kind, "claim")
        supposed = point == "claim"
        reason = option.kind if supposed else ""
        drawn = slip_of(options.file, option.best, point=point, reason=reason, language=language, supposed=supposed)
        about = tuple(lines[each] for each in option.lines if len(option.lines) < len(lines))
        found.append(Choice(f"choice-{number}", option, about, drawn))
    return sorted(found, key=_soonest)


def _soonest(choice: Choice) -> tuple[bool, float]:
    """What is open comes first, and of it what ends first."""
    until = choice.option.until
    return not choice.option.is_open, until.timestamp() if until else float("inf")


def _local(now: datetime) -> str:
    return timezone.localtime(now).strftime("%Y-%m-%dT%H:%M")

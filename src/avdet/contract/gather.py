"""From a question to the facts that a decision point turns on. Impossible times and quantities are refused here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import msgspec

from avdet.contract.question import MAX_LINES, Answers, Destination, Inspection, Line, Order, Question
from avdet.core import vocabulary as v
from avdet.core.calendar import Calendar
from avdet.core.errors import QuestionError
from avdet.core.facts import BY_NAME, COUNTRIES, MAX_MINOR, NOT_STARTED, UNKNOWN, Facts
from avdet.words.faults import coded

_ANSWERS: Final = Answers.__struct_fields__
FIRST_YEAR, LAST_YEAR = 1900, 2199
"""Orders are placed, and decided, in these years; every other moment of a question lies between those two."""
_PLACES: Final = {
    "istanbul": "istanbul", "i\u0307stanbul": "istanbul", "استانبول": "istanbul",
    "tehran": "tehran", "teheran": "tehran", "tahran": "tehran", "تهران": "tehran",
    "karaj": "karaj", "kerec": "karaj", "کرج": "karaj",
}  # fmt: skip
_NORTHERN_CYPRUS: Final = frozenset(("lefkoşa", "gazimağusa", "girne", "güzelyurt", "iskele", "lefke", "kktc", "kuzeykıbrıs"))
_FOLDED: Final = str.maketrans("يك", "یک", "\u200c\u200f\u200e ")


@dataclass(frozen=True, slots=True)
class Moments:
    """When things happened. `events` holds those that have; `asked` is the moment a claim's periods are taken at."""

    now: datetime
    asked: datetime
    events: Mapping[str, datetime]


def fail(where: str, fault: str, **values: Any) -> QuestionError:
    return coded(QuestionError, f"question.{fault}", where=where, **values)


# ---- moments ---------------------------------------------------------------------------------------------------------


def moments(question: Question) -> Moments:
    """The question's events in order, checked against each other and against `now`."""
    order, claim = question.order, question.claim
    now = question.now or (claim.reported_at if claim else None)
    if now is None:
        raise fail("$.now", "no_moment")
    if order.placed_at.year < FIRST_YEAR or now.year > LAST_YEAR:
        where, year = ("$.order.placed_at", order.placed_at.year) if order.placed_at.year < FIRST_YEAR else ("$.now", now.year)
        raise fail(where, "year", year=str(year), first=str(FIRST_YEAR), last=str(LAST_YEAR))
    events = _events(question, now)
    # Without a claim nothing was reported: then `now` stands in for the report, and is no event to be out of order.
    _in_order(order, events if claim else {event: at for event, at in events.items() if event != "reported"})
    for event, at in events.items():
        if at > now:
            raise fail(_where(event), "after_now", then=at.isoformat(), now=now.isoformat())
    return Moments(now, claim.reported_at if claim else now, events)


def _events(question: Question, now: datetime) -> dict[str, datetime]:
    order, claim, inspection = question.order, question.claim, question.inspection
    found: dict[str, datetime | None] = {
        "placed": order.placed_at, "paid": order.paid_at, "invoiced": order.invoiced_at,
        "handed_to_carrier": order.handed_to_carrier_at, "delivered": order.delivered_at, "refused": order.refused_at,
        "reported": claim.reported_at if claim else now,
    }  # fmt: skip
    failed = [attempt.attempted_at for attempt in order.deliveries if attempt.outcome != "delivered"]
    if failed:
        found |= {"first_attempt": failed[0], "last_attempt": failed[-1]}
    if inspection is not None:
        found["goods_received"] = inspection.goods_received_at
        found["found"] = inspection.found_at or (now if inspection.finding and question.at == "inspection" else None)
        found["custody_started"] = now if inspection.customer_refuses_goods and question.at == "inspection" else None
    if question.custody is not None:
        found["custody_started"] = question.custody.started_at
    return {event: at for event, at in found.items() if at is not None}


AFTER: Final = (
    ("paid", "placed"), ("invoiced", "placed"), ("handed_to_carrier", "placed"), ("delivered", "placed"),
    ("delivered", "handed_to_carrier"), ("refused", "placed"), ("refused", "handed_to_carrier"), ("reported", "placed"),
    ("first_attempt", "handed_to_carrier"), ("first_attempt", "placed"), ("goods_received", "reported"),
    ("found", "goods_received"), ("custody_started", "reported"),
)  # fmt: skip


def _in_order(order: Order, events: Mapping[str, datetime]) -> None:
    for later, earlier in AFTER:
        if later in events and earlier in events and events[later] < events[earlier]:
            raise fail(_where(later), "order_of_events", later=later, earlier=earlier)
    attempts = [attempt.attempted_at for attempt in order.deliveries]
    if attempts != sorted(attempts):
        raise fail("$.order.deliveries", "attempts")


def _where(event: str) -> str:
    if event == "reported":
        return "$.claim.reported_at"
    if event in ("goods_received", "found"):
        return f"$.inspection.{event}_at"
    if event == "custody_started":
        return "$.custody.started_at"
    return "$.order.deliveries" if event.endswith("_attempt") else f"$.order.{event}_at"


# ---- lines -----------------------------------------------------------------------------------------------------------


def claimed_line(question: Question) -> int | None:
    """The position of the line that is claimed; `None` where the question is about the whole order."""
    lines, claim = question.order.lines, question.claim
    if not lines or len(lines) > MAX_LINES:
        raise fail("$.order.lines", "lines", count=len(lines), most=MAX_LINES)
    for i, line in enumerate(lines):
        _sound(line, i, lines[0])
    if claim is None:
        return None
    found = [i for i, line in enumerate(lines) if line.sku == claim.sku]
    if len(found) != 1:
        values: dict[str, Any] = {"count": len(found)} if found else {}
        raise fail("$.claim.sku", "sku_twice" if found else "sku_unknown", sku=claim.sku[:80], **values)
    left = lines[found[0]].quantity - lines[found[0]].returned
    if claim.quantity > left:
        raise fail("$.claim.quantity", "quantity", claimed=claim.quantity, left=left)
    return found[0]


def _sound(line: Line, i: int, first: Line) -> None:
    if line.currency != first.currency:
        raise fail(f"$.order.lines[{i}].currency", "currency", given=line.currency, first=first.currency)
    if line.returned > line.quantity:
        raise fail(f"$.order.lines[{i}].returned", "returned")
    if line.discount > line.unit_price * line.quantity:
        raise fail(f"$.order.lines[{i}].discount", "line_discount")
    if line.unit_price * line.quantity > MAX_MINOR:
        raise fail(f"$.order.lines[{i}].unit_price", "line_amount")


# ---- facts -----------------------------------------------------------------------------------------------------------

_START: Final[Facts] = (
    UNKNOWN
    | dict.fromkeys((*v.TRAITS, *v.EVENTS, "sales_stopped", "card_registered"), False)
    | {"local_minute": 0, "working_day": True, "placed_before_stop": True, "attempts": 0}
    | {"place": "other", "payer": "customer", "refund_holder": "none"}
)
"""What goes without saying: no trait, no event, nothing stopped, no account named."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What of the facts a decision point turns on has to be worked out: elapsed times, stock, the hour or day it is."""

    elapsed: tuple[tuple[str, bool, tuple[tuple[str, str], ...]], ...]
    """(event, whether its time is taken at the report, the (fact, unit) pairs wanted of it)."""
    stock: bool
    clock: bool


def plan(wanted: tuple[str, ...]) -> Plan:
    """The plan for the facts that a decision point turns on."""
    timed = [BY_NAME[name] for name in dict.fromkeys(wanted) if BY_NAME[name].event]
    elapsed = tuple(
        (event, event in v.CLAIM_EVENTS, tuple((fact.name, fact.unit) for fact in timed if fact.event == event))
        for event in dict.fromkeys(fact.event for fact in timed)
    )
    stock = not {"short_of_stock", "nothing_in_stock"}.isdisjoint(wanted)
    return Plan(elapsed, stock, not {"local_minute", "working_day"}.isdisjoint(wanted))


def gather(question: Question, when: Moments, line: int | None, calendar: Calendar, needs: Plan) -> Facts:
    """Every fact that the question states; elapsed times and the clock only where the plan needs them."""
    facts: Facts = _START.copy()
    order, claim = question.order, question.claim
    _order_facts(facts, question, order)
    _line_facts(facts, order.lines if line is None else [order.lines[line]], question)
    if needs.stock:
        _stock_facts(facts, order.lines)
    _event_facts(facts, when)
    if claim is not None:
        facts["reason"] = claim.reason
        facts.update(zip(_ANSWERS, msgspec.structs.astuple(claim.answers), strict=True))
        if claim.answers.gift_included is None and not _other_gift(order.lines, line):
            facts["gift_included"] = True
    elif question.at == "cancellation":
        facts["reason"] = "withdrawal"
    if facts["arranged"] is None:
        facts["arranged"] = True
    if question.inspection is not None:
        _inspection_facts(facts, question.inspection)
    _elapsed_facts(facts, needs, when, calendar)
    if needs.clock:
        local = when.now.astimezone(calendar.tz)
        facts["local_minute"] = local.hour * 60 + local.minute
        facts["working_day"] = calendar.is_working(local.date())
    return facts


def _elapsed_facts(facts: Facts, needs: Plan, when: Moments, calendar: Calendar) -> None:
    days: dict[bool, date] = {}
    for event, at_report, wanted in needs.elapsed:
        start, until = when.events.get(event), when.asked if at_report else when.now
        if start is None or until <= start:
            passed = NOT_STARTED if start is None else 0
            for name, _ in wanted:
                facts[name] = passed
            continue
        first = calendar.local(start)
        last = days.get(at_report) or days.setdefault(at_report, calendar.local(until))
        for name, unit in wanted:
            facts[name] = calendar.elapsed(start, until, unit) if unit == "hours" else calendar.elapsed_days(first, last, unit)


def _event_facts(facts: Facts, when: Moments) -> None:
    for event, at in when.events.items():
        facts[event] = at <= (when.asked if event in v.CLAIM_EVENTS else when.now)


def _line_facts(facts: Facts, lines: list[Line], question: Question) -> None:
    """Of the claimed line; of several, a trait that any has, and the highest price and quantity."""
    price, quantity, gifts = 0, 0, 0
    for line in lines:
        for trait in line.traits:
            facts[trait] = True
        price, quantity = max(price, line.unit_price), max(quantity, line.quantity)
        gifts += line.unit_price == 0 or "gift" in line.traits
    facts["gift"] = gifts == len(lines)
    facts["unit_price"], facts["quantity"] = price, quantity
    facts["claimed_quantity"] = question.claim.quantity if question.claim else quantity


def _other_gift(lines: list[Line], claimed: int | None) -> bool:
    """Whether a gift came with the claimed line; without one the record knows that none has to come back."""
    return any(i != claimed and (line.unit_price == 0 or "gift" in line.traits) for i, line in enumerate(lines))


def _stock_facts(facts: Facts, lines: list[Line]) -> None:
    stock = [line.in_stock for line in lines]
    if any(have is not None and have < line.quantity for have, line in zip(stock, lines, strict=True)):
        facts["short_of_stock"] = True
    elif None not in stock:
        facts["short_of_stock"] = False
    if any(stock):
        facts["nothing_in_stock"] = False
    elif None not in stock:
        facts["nothing_in_stock"] = True


def _order_facts(facts: Facts, question: Question, order: Order) -> None:
    """What the order says of itself; `_START` holds what goes without saying."""
    total = 0
    for line in order.lines:
        total += line.unit_price * line.quantity - line.discount
    if order.discount > total:
        raise fail("$.order.discount", "order_discount")
    facts["order_total"] = min(MAX_MINOR, total - order.discount + order.shipping)
    facts["payment_method"] = order.payment_method
    facts["delivery_method"] = order.delivery_method
    facts["recipient"] = order.recipient
    facts["partial_consent"] = order.partial_consent
    facts["form_complete"] = order.form_complete
    facts["recipient_details"] = order.recipient_details
    if order.destination is not None:
        facts["country"] = _country(order.destination)
        facts["place"] = place_of(order.destination)
    if order.sales_stopped_at is not None:
        facts["sales_stopped"] = order.sales_stopped_at <= (question.now or order.placed_at)
        facts["placed_before_stop"] = order.placed_at < order.sales_stopped_at
    if order.deliveries:
        facts["attempts"] = min(100, sum(attempt.outcome != "delivered" for attempt in order.deliveries))
    _account_facts(facts, order)


def _account_facts(facts: Facts, order: Order) -> None:
    if order.paid_from is not None:
        facts["payer"] = order.paid_from.holder
    if order.refund_to is not None:
        facts["card_registered"] = True
        facts["refund_holder"] = order.refund_to.holder
    facts["paid_from_registered"] = _same_account(order)
    facts["payer_documents_checked"] = order.payer_documents_checked
    facts["minor"] = order.minor if order.minor is not None else facts["refund_holder"] == "parent"


def _same_account(order: Order) -> bool:
    """Whether the money came from the registered account; where none is named, there is nothing to differ."""
    paid, refund = order.paid_from, order.refund_to
    if paid is None or refund is None:
        return paid is None or paid.holder == "customer"
    return paid.holder == refund.holder and (paid.number is None or refund.number is None or paid.number == refund.number)


def _country(where: Destination) -> str:
    """The country as a fact. A Northern Cypriot district named as a province of Turkey is none of its 81 provinces."""
    if where.country == "TR" and where.province:
        province = where.province.replace("İ", "i").replace("I", "ı").lower().translate(_FOLDED)
        if province in _NORTHERN_CYPRUS:
            return "TR-KKTC"
    return where.country if where.country in COUNTRIES else "other"


def place_of(where: Destination) -> str:
    """The place of a destination, as policies know places: one of `core.facts.PLACES`."""
    for name in (where.city, where.province):
        if name:
            found = _PLACES.get(name.lower().translate(_FOLDED))
            if found:
                return found
    return "other"


def _inspection_facts(facts: Facts, inspection: Inspection) -> None:
    facts |= {
        "finding": inspection.finding, "replacement_in_stock": inspection.in_stock,
        "carrier_confirmed": inspection.carrier_confirmed, "within_rules": inspection.within_rules,
        # A refusal is an event: until one is recorded, the goods have not been refused.
        "customer_refuses_goods": bool(inspection.customer_refuses_goods),
        "makers_opinion_needed": inspection.makers_opinion_needed or False,
    }  # fmt: skip

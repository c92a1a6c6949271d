"""Believable claims made to order: a patient customer, an ordinary order, dates a few days apart, and what is asked of them.

What the published terms say of a period, and what they tell search engines, is read off the answers to such claims.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import Any, Final

import msgspec

from avdet.contract.answer import render, settle_by
from avdet.contract.question import Answers, convert_question
from avdet.contract.shape import Answer
from avdet.core import conditions as c
from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME, NOT_STARTED, Value
from avdet.core.policy import Edition, Policy
from avdet.core.vocabulary import EVENTS, TRAITS

Given = Mapping[str, Value]
"""Facts that a probe is to have; all others are those of an ordinary, well-kept claim."""

_CHAIN: Final = (
    ("placed", 0, time(10, 20)), ("paid", 0, time(10, 25)), ("invoiced", 0, time(11, 0)),
    ("handed_to_carrier", 1, time(16, 30)), ("first_attempt", 1, time(12, 15)), ("last_attempt", 1, time(12, 40)),
    ("delivered", 1, time(14, 10)), ("reported", 0, time(19, 5)), ("goods_received", 4, time(11, 30)),
    ("found", 2, time(15, 0)), ("custody_started", 1, time(15, 30)),
)  # fmt: skip
"""Events in their order, each with the days after the one before it, and its time of day."""

_BY_THEN: Final = {
    "checkout": ("placed",), "dispatch": ("placed", "paid"), "address_change": ("placed", "paid"),
    "cancellation": ("placed", "paid"),
    "delivery_failed": ("placed", "paid", "invoiced", "handed_to_carrier", "first_attempt", "last_attempt"),
    "claim": ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "reported"),
    "inspection": ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "reported", "goods_received", "found"),
    "refund": ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "reported", "goods_received", "found"),
    "custody": ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "reported", "goods_received", "found",
                "custody_started"),
}  # fmt: skip

_KIND: Final[dict[str, Value]] = {
    "reason": "withdrawal", "sealed": True, "used": False, "box_kept": True, "box_marked": False,
    "accessories_complete": True, "gift_included": True, "visible_at_delivery": False, "visible_without_opening": False,
    "visible_without_use": True, "in_specification": True, "misuse": False, "carrier_report": True,
    "service_report": True, "documents": True, "six_photos": True, "opened_before_courier": True, "arranged": True,
    "quantity": 1, "claimed_quantity": 1, "payment_method": "online", "delivery_method": "carrier",
    "recipient": "customer", "place": "other", "partial_consent": True, "form_complete": True, "recipient_details": True,
    "sales_stopped": False, "short_of_stock": False, "nothing_in_stock": False, "attempts": 2, "payer": "customer",
    "refund_holder": "customer", "card_registered": True, "payer_documents_checked": True, "minor": False,
    "finding": "confirmed", "replacement_in_stock": True, "carrier_confirmed": True, "within_rules": True,
    "customer_refuses_goods": False, "makers_opinion_needed": False, "serial_number": True, "seven_day_test": True,
}  # fmt: skip
_KIND_TRAITS: Final = frozenset({"serial_number", "seven_day_test"})
_PRICE: Final = {"TRY": 129_950, "IRR": 45_000_000}
_ELSEWHERE: Final = {"TR": "İzmir", "IR": "Isfahan"}
_MOST: Final = 400


@dataclass(frozen=True, slots=True)
class Probe:
    """A claim that has been put to the engine. `dates` are its events; `answer` is what the store's policy says."""

    point: str
    reason: str
    dates: Mapping[str, datetime]
    answer: Answer


# ---- dates -----------------------------------------------------------------------------------------------------------


def timeline(calendar: Calendar, event: str, day: date) -> dict[str, datetime]:
    """A date for every event, `event` falling on `day`; on working days, so that no courier calls on a holiday."""
    names = [name for name, _, _ in _CHAIN]
    at = names.index(event)
    days = {event: day}
    for name, lag, _ in _CHAIN[at + 1 :]:
        day = calendar.next_working(day + timedelta(days=lag))
        days[name] = day
    day = days[event]
    for i in range(at, 0, -1):
        day -= timedelta(days=_CHAIN[i][1])
        while not calendar.is_working(day):
            day -= timedelta(days=1)
        days[names[i - 1]] = day
    return {name: datetime.combine(days[name], clock, tzinfo=calendar.tz) for name, _, clock in _CHAIN}


# ---- questions -------------------------------------------------------------------------------------------------------


def ask_probe(edition: Edition, point: str, given: Given, dates: Mapping[str, datetime], language: str) -> Probe | None:
    """Put a claim with the `given` facts to an edition; `None` where they cannot all be."""
    policy = edition.policy
    here = {name: dates[name] for name in _happened(point, given)}
    document = _document(policy, point, {**_KIND, **given}, here)
    try:
        question = convert_question(document)
        settled = settle_by(policy, question, edition)
    except (AvdetError, msgspec.ValidationError):
        return None
    if any(settled.facts[name] != value for name, value in given.items() if not BY_NAME[name].event):
        return None
    return Probe(point, str(settled.facts["reason"] or ""), here, render(settled, question, language))


def _happened(point: str, given: Given) -> list[str]:
    found = dict.fromkeys(_BY_THEN[point], True)
    for name, value in given.items():
        if name in EVENTS:
            found[name] = bool(value)
        elif BY_NAME[name].event and value == NOT_STARTED:
            found[BY_NAME[name].event] = False
    if not found.get("handed_to_carrier"):
        found["delivered"] = False
    if found.get("refused"):
        found["delivered"] = False
    return [name for name, _, _ in _CHAIN if found.get(name)] + (["refused"] if found.get("refused") else [])


def _document(policy: Policy, point: str, facts: Given, dates: Mapping[str, datetime]) -> dict[str, Any]:
    last = max(dates.values())
    document: dict[str, Any] = {"store": policy.store, "at": point, "order": _order(policy, facts, dates),
                                "now": (last + timedelta(minutes=40)).isoformat()}  # fmt: skip
    if "reported" in dates:
        answers = {name: facts[name] for name in Answers.__struct_fields__}
        document["claim"] = {"sku": "A", "quantity": facts["claimed_quantity"], "reason": facts["reason"],
                             "reported_at": dates["reported"].isoformat(), "answers": answers}  # fmt: skip
    if "goods_received" in dates:
        names = {"finding": "finding", "replacement_in_stock": "in_stock", "carrier_confirmed": "carrier_confirmed",
                 "within_rules": "within_rules", "customer_refuses_goods": "customer_refuses_goods",
                 "makers_opinion_needed": "makers_opinion_needed"}  # fmt: skip
        document["inspection"] = {word: facts[name] for name, word in names.items()}
        seen = [name for name in ("goods_received", "found") if name in dates]
        document["inspection"] |= {f"{name}_at": dates[name].isoformat() for name in seen}
    if "custody_started" in dates:
        document["custody"] = {"started_at": dates["custody_started"].isoformat()}
    return document


def _order(policy: Policy, facts: Given, dates: Mapping[str, datetime]) -> dict[str, Any]:
    country = facts.get("country") or (policy.calendar.country if policy.calendar.country != "none" else "TR")
    elsewhere = _ELSEWHERE.get(str(country), "-")
    place = elsewhere if facts["place"] == "other" else str(facts["place"]).title()
    found: dict[str, Any] = {
        f"{name}_at": dates[name].isoformat()
        for name in ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "refused") if name in dates
    }  # fmt: skip
    copied = ("payment_method", "delivery_method", "recipient", "partial_consent", "form_complete", "recipient_details",
              "payer_documents_checked", "minor")  # fmt: skip
    found |= {name: facts[name] for name in copied}
    found |= {"number": "A-1001", "lines": [_line(policy, facts)], "destination": {"country": country, "province": place},
              "paid_from": {"holder": facts["payer"]}}  # fmt: skip
    if facts["card_registered"]:
        holder = facts["refund_holder"] if facts["refund_holder"] != "none" else "customer"
        found["refund_to"] = {"holder": holder}
    if facts["sales_stopped"] and "placed" in dates:
        found["sales_stopped_at"] = (dates["placed"] + timedelta(minutes=20)).isoformat()
    if "first_attempt" in dates:
        names = ("first_attempt", "last_attempt")[: max(1, min(2, int(facts["attempts"])))]
        found["deliveries"] = [{"attempted_at": dates[name].isoformat(), "outcome": "nobody_home"} for name in names]
    return found


def _line(policy: Policy, facts: Given) -> dict[str, Any]:
    gift = bool(facts.get("gift"))
    quantity = max(int(facts["quantity"]), int(facts["claimed_quantity"]), 2 if facts["short_of_stock"] else 1)
    stock = 0 if facts["nothing_in_stock"] else quantity - 1 if facts["short_of_stock"] else quantity
    price = int(facts.get("unit_price", facts.get("order_total", 0 if gift else _PRICE.get(policy.currency, 129_950))))
    traits = [trait for trait in TRAITS if facts.get(trait, trait in _KIND_TRAITS)]
    return {"sku": "A", "quantity": quantity, "unit_price": price, "currency": policy.currency, "in_stock": stock,
            "traits": traits}  # fmt: skip


# ---- facts under which a condition holds -----------------------------------------------------------------------------


def ways(condition: c.Condition) -> Iterator[dict[str, Value]]:
    """Sets of facts under which a condition holds, those nearest to an ordinary claim first; not necessarily all.

    Elapsed times are left to the dates, but that an event has not happened at all.
    """
    return islice(_ways(condition, True), _MOST)


def _ways(condition: c.Condition, wanted: bool) -> Iterator[dict[str, Value]]:
    if isinstance(condition, c.Atom):
        yield from ({condition.fact: value} if value is not None else {} for value in _values(condition, wanted))
    elif isinstance(condition, c.Not):
        yield from _ways(condition.part, not wanted)
    elif isinstance(condition, c.All) is wanted:
        yield from _together(condition.parts, wanted, {})
    else:
        for part in condition.parts:
            yield from _ways(part, wanted)


def _together(parts: tuple[c.Condition, ...], wanted: bool, so_far: dict[str, Value]) -> Iterator[dict[str, Value]]:
    if not parts:
        yield so_far
        return
    for way in _ways(parts[0], wanted):
        if all(so_far.get(name, value) == value for name, value in way.items()):
            yield from _together(parts[1:], wanted, so_far | way)


def _values(atom: c.Atom, wanted: bool) -> Iterator[Value | None]:
    """Values of the fact for which the comparison is as wanted; `None` to leave it as it is."""
    fact = BY_NAME[atom.fact]
    if atom.fact in ("local_minute", "working_day"):
        yield None
        return
    if fact.event:
        yield None
        if c.holds(atom, {atom.fact: NOT_STARTED}) is wanted:
            yield NOT_STARTED
        return
    if atom.op == "known" or any(isinstance(operand, c.FactRef) for operand in c.operands(atom)):
        yield None
        return
    usual = _KIND.get(atom.fact, False if fact.kind == "bool" else None)
    kinds: dict[str, list[Value]] = {"bool": [True, False], "enum": list(fact.values)}
    candidates = kinds.get(fact.kind) or _numbers(atom)
    for value in sorted(candidates, key=lambda value: value != usual):
        if fact.admits(value) and c.holds(atom, {atom.fact: value}) is wanted:
            yield value


def _numbers(atom: c.Atom) -> list[Value]:
    ends = [int(o.value if isinstance(o, c.Parameter) else o) for o in c.operands(atom) if not isinstance(o, c.FactRef)]
    return [end + step for end in ends for step in (0, 1, -1)]

"""The interview without its terminal: from the answers so far to the next question, or to the decision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import msgspec

from avdet.cli.prompts import Reply, event_key
from avdet.contract.answer import Settled, settle_by
from avdet.contract.question import Question, read_question
from avdet.core.ask import settle
from avdet.core.calendar import Calendar
from avdet.core.decide import Decision
from avdet.core.facts import BY_NAME, FACTS, Facts
from avdet.core.policy import Policy
from avdet.core.vocabulary import TRAITS

POINTS: Final = ("claim", "cancellation", "inspection")
_ORDER_EVENTS: Final = ("placed", "paid", "invoiced", "handed_to_carrier", "delivered", "refused")
_LINE: Final = ("unit_price", "quantity")
_INSPECTION: Final = ("finding", "within_rules", "carrier_confirmed", "customer_refuses_goods", "makers_opinion_needed")
_UNASKED: Final = frozenset(
    (*TRAITS, *_LINE, "claimed_quantity", "order_total", "payment_method", "delivery_method", "country", "place")
)
_BEFORE_DELIVERY: Final = ("paid", "invoiced", "handed_to_carrier")

Replies = Mapping[str, Reply]


class Interview:
    """One customer's claim at one store. `given` is the order where there is a file of it."""

    def __init__(self, policy: Policy, calendar: Calendar, *, point: str, now: datetime, given: dict[str, Any] | None) -> None:
        self.policy, self.calendar, self.point, self.now = policy, calendar, point, now
        self.given = given

    @property
    def today(self) -> date:
        """The store's date."""
        return self.calendar.local(self.now)

    def next(self, replies: Replies) -> str | None:
        """The key of the next prompt; `None` once nothing that could still be asked can change the answer."""
        if self.point != "cancellation" and "reason" not in replies and not self._stated("reason"):
            return "reason"
        if self.given is None and len(self.policy.editions) > 1 and "placed_at" not in replies:
            return "placed_at"
        settled = self.settled(replies)
        keys = (*self._open(settled, replies), *self._for_slip(settled.decision, replies))
        return next((key for key in keys if key not in replies), None)

    def _stated(self, fact: str) -> bool:
        return bool(self.given and self.given.get("claim", {}).get(fact))

    def _open(self, settled: Settled, replies: Replies) -> Iterator[str]:
        """Prompts for the facts that can still change the answer: the record's first, then whoever else knows."""
        ask = settled.decision.ask
        for fact in sorted(ask, key=lambda name: BY_NAME[name].known_by != "record"):
            key = self._key(fact, replies)
            if key is not None:
                yield key

    def _key(self, fact: str, replies: Replies) -> str | None:
        key = event_key(fact)
        if key is not None:
            return f"{key}.clock" if key in replies and BY_NAME[fact].unit == "hours" else key
        if fact == "order_total":
            return next((part for part in _LINE if part not in replies), None)
        return fact

    def _for_slip(self, decision: Decision, replies: Replies) -> Iterator[str]:
        """What the answer does not turn on but the slip states: the day a deadline runs from, the price paid."""
        if self.given is not None or decision.outcome not in ("approve", "evidence"):
            return
        for _, period in decision.deadlines:
            if period.after in _ORDER_EVENTS:
                yield f"{period.after}_at"
                if period.unit == "hours" and replies.get(f"{period.after}_at") is not None:
                    yield f"{period.after}_at.clock"
        if decision.outcome == "approve" and "refund" in decision.remedies:
            yield "unit_price"
            yield "claimed_quantity"

    # ---- the decision ----

    def settled(self, replies: Replies) -> Settled:
        """The question worked out on what is known so far; facts not asked yet are unknown, not assumed."""
        found = settle_by(self.policy, self.question(replies))
        facts = found.facts if self.given is not None else self._unknown(found.facts, replies)
        law_engine = found.law_engine
        law = None if found.law is None or law_engine is None else settle(law_engine.point(self.point), facts)
        decision = settle(found.engine.point(self.point), facts)
        return msgspec.structs.replace(found, facts=facts, decision=decision, law=law)

    def _unknown(self, facts: Facts, replies: Replies) -> Facts:
        """The facts without those that the placeholders of an unanswered question have put there."""
        known = dict(facts)
        for fact in FACTS:
            key = event_key(fact.name)
            if key is not None and key.removesuffix("_at") in _ORDER_EVENTS:
                if not self._told(fact.name, fact.unit, key, replies):
                    known[fact.name] = None
            elif fact.name in _UNASKED and not self._line_told(fact.name, replies):
                known[fact.name] = None
        return known

    def _told(self, name: str, unit: str, key: str, replies: Replies) -> bool:
        """Whether an event's fact follows from the answers: goods that were delivered were once sent and not refused."""
        if key in replies:
            return unit != "hours" or replies[key] is None or f"{key}.clock" in replies
        if name == "placed":
            return True
        delivered = replies.get("delivered_at") is not None
        return delivered and (name in _BEFORE_DELIVERY or key == "refused_at")

    def _line_told(self, name: str, replies: Replies) -> bool:
        if name == "order_total":
            return all(part in replies for part in _LINE)
        return name in replies

    # ---- the question ----

    def question(self, replies: Replies) -> Question:
        """The question document that the answers so far come to, with placeholders where the contract needs a value."""
        given = self.given or {"order": self._order(replies)}
        document: dict[str, Any] = {
            "store": self.policy.file or self.policy.store, "at": self.point, "now": self.now.isoformat(),
            "order": given["order"], "claim": self._claim(given, replies),
        }  # fmt: skip
        inspection = given.get("inspection", {}) | self._inspection(replies)
        if inspection:
            document["inspection"] = inspection
        return read_question(msgspec.json.encode(document))

    def _claim(self, given: dict[str, Any], replies: Replies) -> dict[str, Any]:
        line, said = given["order"]["lines"][0], given.get("claim", {})
        claim: dict[str, Any] = {"reported_at": self.now.isoformat(), "quantity": 1}
        if isinstance(line, dict) and "sku" in line:
            claim |= {"sku": line["sku"], "quantity": line.get("quantity", 1)}
        claim |= said
        for key, name in (("claimed_quantity", "quantity"), ("reason", "reason")):
            if key in replies:
                claim[name] = replies[key]
        answers = said.get("answers", {})
        if isinstance(answers, dict):
            claim["answers"] = answers | {name: value for name, value in replies.items() if _customers(name)}
        return claim

    def _inspection(self, replies: Replies) -> dict[str, Any]:
        found = {name: replies[name] for name in _INSPECTION if name in replies}
        if "replacement_in_stock" in replies:
            found["in_stock"] = replies["replacement_in_stock"]
        for key in ("goods_received_at", "found_at"):
            if replies.get(key) is not None:
                found[key] = self._moment(key, replies)
        return found

    def _order(self, replies: Replies) -> dict[str, Any]:
        events = {f"{event}_at": self._moment(f"{event}_at", replies) for event in _ORDER_EVENTS
                  if replies.get(f"{event}_at") is not None}  # fmt: skip
        first = min(events.values(), default=self.now.isoformat(), key=datetime.fromisoformat)
        if events.get("delivered_at") and "handed_to_carrier_at" not in replies:
            events["handed_to_carrier_at"] = events["delivered_at"]
        order: dict[str, Any] = {"placed_at": first, "paid_at": first, **events, "lines": [self._line(replies)]}
        order |= {name: replies[name] for name in ("payment_method", "delivery_method") if name in replies}
        places = {"country": replies.get("country"), "city": replies.get("place")}
        if any(places.values()):
            country = places["country"] if places["country"] not in (None, "other") else "ZZ"
            order["destination"] = {"country": country, "city": places["city"] or ""}
        return order

    def _line(self, replies: Replies) -> dict[str, Any]:
        claimed = replies.get("claimed_quantity", 1)
        return {
            "sku": "1", "quantity": replies.get("quantity", claimed), "unit_price": replies.get("unit_price", 1),
            "currency": self.policy.currency, "traits": [trait for trait in TRAITS if replies.get(trait) is True],
        }  # fmt: skip

    def _moment(self, key: str, replies: Replies) -> str:
        """The instant an answer stands for: the given time of that day or noon, and never after now."""
        on = replies[key]
        assert isinstance(on, date)
        minutes = replies.get(f"{key}.clock")
        clock = timedelta(minutes=minutes) if isinstance(minutes, int) else timedelta(hours=12)
        at = datetime.combine(on, time(), tzinfo=self.calendar.tz) + clock
        return min(at, self.now.astimezone(self.calendar.tz)).isoformat()


def _customers(name: str) -> bool:
    return name in BY_NAME and BY_NAME[name].known_by == "customer" and name != "reason"

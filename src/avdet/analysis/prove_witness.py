"""A claim of the proof as a question document, put to `decide` before anyone sees it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from avdet.analysis.prove_claims import Claim
from avdet.contract.answer import Settled, render, settle_by
from avdet.contract.question import Answers, convert_question
from avdet.core.facts import CLAIMLESS, Value
from avdet.core.policy import Edition, Policy
from avdet.core.vocabulary import TRAITS
from avdet.policies.shelf import STORES

_ANSWERS: Final = Answers.__struct_fields__
_PROVINCES: Final = {"istanbul": {"province": "Istanbul"}, "tehran": {"province": "Tehran", "city": "Tehran"},
                     "karaj": {"province": "Alborz", "city": "Karaj"}}  # fmt: skip
_HOME: Final = {"istanbul": "TR", "tehran": "IR", "karaj": "IR"}


class WitnessError(AssertionError):
    """The solver's claim and the engine's answer differ: a bug in Avdet, never in a policy."""


def store_of(policy: Policy) -> str:
    """How a question names the policy: a shipped store by name, any other by its file."""
    return policy.store if policy.store in STORES else policy.file


class Document:
    """Writes one claim as a question. The sections hold only what the claim says."""

    def __init__(self, claim: Claim, policy: Policy, zone_of: Callable[[datetime], datetime]) -> None:
        self.claim, self.policy, self.values, self.zone_of = claim, policy, claim.values, zone_of

    def whole(self) -> dict[str, Any]:
        point, frame = self.claim.point, self.claim.frame
        question: dict[str, Any] = {"store": store_of(self.policy), "at": point, "now": self._iso(frame.now)}
        question["order"] = self._order()
        if point not in CLAIMLESS:
            question["claim"] = self._claim()
        if inspection := self._inspection():
            question["inspection"] = inspection
        if "custody_started" in self.claim.ages and point != "inspection":
            question["custody"] = {"started_at": self._at("custody_started")}
        return question

    def _iso(self, instant: datetime) -> str:
        return self.zone_of(instant).isoformat()

    def _at(self, event: str) -> str:
        return self._iso(self.claim.frame.instant(event, self.claim.ages[event]))

    def _given(self, *names: str) -> dict[str, Value]:
        return {name: self.values[name] for name in names if name in self.values}

    def _order(self) -> dict[str, Any]:
        order: dict[str, Any] = {"placed_at": self._at("placed")}
        for event in ("paid", "invoiced", "handed_to_carrier", "delivered", "refused"):
            if event in self.claim.ages:
                order[f"{event}_at"] = self._at(event)
        order |= self._given("payment_method", "delivery_method", "recipient", "partial_consent", "form_complete",
                             "recipient_details", "payer_documents_checked", "minor")  # fmt: skip
        return order | self._destination() | self._attempts() | self._accounts() | self._stop() | self._goods()

    def _destination(self) -> dict[str, Any]:
        place = str(self.values.get("place", "other"))
        country = str(self.values.get("country", _HOME.get(place, "")))
        if not country and place == "other":
            return {}
        return {"destination": {"country": "US" if country == "other" else country, **_PROVINCES.get(place, {})}}

    def _attempts(self) -> dict[str, Any]:
        if "first_attempt" not in self.claim.ages:
            return {}
        count = int(self.values.get("attempts", 1))
        times = [self._at("first_attempt"), *[self._at("last_attempt")] * (count - 1)]
        return {"deliveries": [{"attempted_at": at, "outcome": "nobody_home"} for at in times]}

    def _accounts(self) -> dict[str, Any]:
        found: dict[str, Any] = {}
        payer, holder = self.values.get("payer", "customer"), self.values.get("refund_holder", "none")
        same = self.values.get("paid_from_registered")
        if holder != "none":
            found["refund_to"] = {"holder": holder, "number": "1"}
        if payer != "customer" or (same is False and holder != "none"):
            found["paid_from"] = {"holder": payer, "number": "1" if same else "2"}
        return found

    def _stop(self) -> dict[str, Any]:
        if not self.values.get("sales_stopped"):
            return {}
        after = self.values["placed_before_stop"]
        return {"sales_stopped_at": self._iso(self.claim.frame.now) if after else self._at("placed")}

    def _goods(self) -> dict[str, Any]:
        quantity, total = int(self.values.get("quantity", 1)), self.values.get("order_total")
        price = int(self.values.get("unit_price", 1000 if total is None or quantity > 1 else total))
        traits = [trait for trait in TRAITS if self.values.get(trait) and not (trait == "gift" and price == 0)]
        line: dict[str, Any] = {"sku": "A", "quantity": quantity, "unit_price": price, "currency": self.policy.currency}
        line |= {"traits": traits} if traits else {}
        if "short_of_stock" in self.values:
            short, nothing = self.values["short_of_stock"], self.values.get("nothing_in_stock", True)
            line["in_stock"] = quantity if not short else 0 if nothing else quantity - 1
        found: dict[str, Any] = {"lines": [line]}
        if total is not None and int(total) != price * quantity:
            found["shipping" if int(total) > price * quantity else "discount"] = abs(int(total) - price * quantity)
        return found

    def _claim(self) -> dict[str, Any]:
        claim = {"sku": "A", "quantity": int(self.values.get("claimed_quantity", self.values.get("quantity", 1)))}
        answers = self._given(*_ANSWERS)
        return claim | self._given("reason") | {"reported_at": self._iso(self.claim.frame.asked), "answers": answers}

    def _inspection(self) -> dict[str, Any]:
        found: dict[str, Any] = self._given("finding", "carrier_confirmed", "within_rules", "customer_refuses_goods",
                                            "makers_opinion_needed")  # fmt: skip
        if "replacement_in_stock" in self.values:
            found["in_stock"] = self.values["replacement_in_stock"]
        found |= {f"{event}_at": self._at(event) for event in ("goods_received", "found") if event in self.claim.ages}
        return found


@dataclass(frozen=True)
class Witness:
    """A claim, the question it makes, and what came of it when it was put to an edition."""

    claim: Claim
    edition: Edition
    question: dict[str, Any]
    settled: Settled

    @cached_property
    def mask(self) -> int:
        """The branches and named gaps that apply, as bits."""
        point, facts = self.settled.engine.point(self.claim.point), self.settled.facts
        found = point.mask(facts["reason"])(facts)  # type: ignore[arg-type]
        if found < 0:
            raise WitnessError(f"a fact is missing in {self.question}")
        return found

    def law_mask(self) -> int:
        """The same of the law beside it."""
        assert self.settled.law_engine is not None
        facts = self.settled.facts
        return self.settled.law_engine.point(self.claim.point).mask(facts["reason"])(facts)  # type: ignore[arg-type]

    def decided(self) -> dict[str, Any]:
        """The outcome, the clauses it cites and, where they are silent or disagree, that; for a finding."""
        decision = self.settled.decision
        found: dict[str, Any] = {"outcome": decision.outcome, "clauses": cited(self.settled)}
        return found | ({"finding": decision.finding} if decision.finding else {})

    def answered(self) -> Any:
        """The whole answer document."""
        return render(self.settled, convert_question(self.question), None)


def cited(settled: Settled) -> list[str]:
    """The clauses an answer rests on, each once."""
    return list(dict.fromkeys(row.clause for row in settled.decision.because))


def written(claim: Claim, edition: Edition, zone: Any) -> dict[str, Any]:
    """The question document of a claim, its times in the store's zone."""
    return Document(claim, edition.policy, lambda at: at.astimezone(zone)).whole()


def replayed(claim: Claim, edition: Edition, zone: Any) -> Witness:
    """Write a claim as a question and put it to the edition."""
    question = written(claim, edition, zone)
    return put(claim, question, edition)


def put(claim: Claim, question: dict[str, Any], edition: Edition) -> Witness:
    """Put a question to an edition, as `avdet decide` would."""
    return Witness(claim, edition, question, settle_by(edition.policy, convert_question(question), edition))


def without_answers(witness: Witness) -> Witness:
    """The same witness with fewer answers, where the answer stays the same in every clause it cites."""
    answers: Mapping[str, Any] = witness.question.get("claim", {}).get("answers", {})
    for name in answers:
        claim = witness.question["claim"]
        fewer = {**witness.question, "claim": {**claim, "answers": {k: v for k, v in claim["answers"].items() if k != name}}}
        shorter = put(witness.claim, fewer, witness.edition)
        if _alike(shorter, witness):
            witness = shorter
    return witness


def _alike(one: Witness, other: Witness) -> bool:
    mine, theirs = one.settled.decision, other.settled.decision
    return (mine.essence, mine.because) == (theirs.essence, theirs.because)

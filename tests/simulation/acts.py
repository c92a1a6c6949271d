"""What customers, experts and the carriers between them do to one case, chosen by the dice from what its state allows.

Each act is one call as a page or a program would make it, by somebody who may look at a page that is out of date. What is refused is
counted by what was refused; whoever is killed on the way tries again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import BY_FILES
from avdet.records.cases.models import Case
from avdet.records.cases.queries import cases_of
from avdet.records.catalogue.shelf import OutOfStock
from avdet.records.deliveries.actions import Sighting
from avdet.records.deliveries.queries import deliveries_of
from avdet.records.inspections.models import Inspection
from avdet.records.orders.models import Order
from avdet.records.orders.queries import order_by_id, to_pay_minor
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import NOTHING_COMES, parcels_of_case, pieces_here
from avdet.records.people.models import User
from avdet.records.remedies.models import TO_OWNER, VISITS, Remedy
from avdet.records.remedies.queries import claim_of_case, live_remedy
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.ask_customer import ask_customer
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.cases.merge_cases import merge_cases
from avdet.workflows.cases.override_case import agree_override, override_case, refuse_override
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.file_claim import Unanswered
from avdet.workflows.claims.supply_evidence import still_missing, supply_evidence
from avdet.workflows.goods.announce_parcel import announce_parcel, withdraw_parcel
from avdet.workflows.goods.carriage import charge_carriage, record_carriage, repay_postage
from avdet.workflows.goods.carrier_claim import answer_claim, close_claim, recover_damage, submit_claim
from avdet.workflows.goods.custody import keep_for_owner
from avdet.workflows.goods.dispose_goods import KEPT, dispose_goods
from avdet.workflows.goods.receive_parcel import receive_parcel, receive_unannounced
from avdet.workflows.goods.return_ways import ways_for
from avdet.workflows.goods.send_back import begin_send_back, come_again, give_back, hand_back, lose_goods
from avdet.workflows.goods.send_parcel import lose_parcel, send_parcel
from avdet.workflows.money.record_payment import record_payment
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.record_visit import record_visit
from avdet.workflows.remedies.remedy_sums import granted_kinds, worth_of

if TYPE_CHECKING:
    from tests.simulation.play import Play

CUSTOMER: Final = Actor("customer", 1, source="web")
DESK: Final = Actor("staff", 2, source="desk")
CARRIER: Final = Actor.system("carrier")
FACTS: Final = {
    "sealed": False, "used": False, "box_kept": True, "box_marked": False, "accessories_complete": True, "gift_included": True,
    "visible_at_delivery": False, "visible_without_opening": False, "visible_without_use": False, "in_specification": False,
    "misuse": False, "carrier_report": True, "service_report": True, "documents": True, "six_photos": True,
    "opened_before_courier": False, "arranged": True,
}  # fmt: skip
"""What most customers say."""
REMEDIES: Final = ("replacement", "refund", "other_product", "correction", *VISITS)


class Acts:
    """The acts on a case; `play` has the dice and the people."""

    def __init__(self, play: Play) -> None:
        self.play, self.dice = play, play.dice

    def act(self, case: Case, now: datetime) -> None:
        """Does one thing that the state of the case makes likely."""
        if self.dice.random() < 0.05:
            self.odd(case, now)
        elif case.state in ("evidence", "review", "approved", "denied", "choosing", "settling", "settled"):
            getattr(self, case.state)(case, now)

    def chance(self, *ways: tuple[float, Callable[[], Any]]) -> Any:
        """One of the ways by its share; what is left of 1 is that nothing is done."""
        cast = self.dice.random()
        for share, way in ways:
            if cast < share:
                return way()
            cast -= share
        return None

    # ---- whatever the state ------------------------------------------------------------------------------------------

    def odd(self, case: Case, now: datetime) -> None:
        """Something that is done seldom, or cannot be done now at all."""
        expert = self.dice.choice(self.play.shop_of(case).experts)
        self.chance(
            (0.2, lambda: withdraw_case(case, actor=CUSTOMER, now=now)),
            (0.2, lambda: reopen_case(case, why="they called", author=expert, now=now)),
            (0.2, lambda: self.override(case, now)),
            (0.1, lambda: self.merge(case, now)),
            (0.1, lambda: begin_send_back(case, actor=DESK, now=now)),
            (0.1, lambda: keep_for_owner(case, actor=DESK, now=now)),
            (0.1, lambda: choose_remedy(case, self.dice.choice(REMEDIES), actor=CUSTOMER, now=now)),
        )

    def override(self, case: Case, now: datetime) -> None:
        """Two people: the second may be the first, and is refused then."""
        shop = self.play.shop_of(case)
        first = self.dice.choice(shop.experts)
        second = self.second(case, first.pk)
        asked: dict[str, Any] = {"outcome": self.dice.choice(("approve", "approve", "deny"))}
        if asked["outcome"] == "approve":
            asked["remedies"] = self.dice.sample(REMEDIES, self.dice.randint(1, 3))
        made = override_case(case, asked, reason="they are right", author=first, now=now)
        if made.state == "waiting":
            self.chance(
                (0.7, lambda: agree_override(case, approver=second, now=now)),
                (0.2, lambda: refuse_override(case, approver=second, now=now)),
            )

    def second(self, case: Case, author: int) -> User:
        """Somebody else than the first; now and then anybody at all."""
        shop = self.play.shop_of(case)
        people = [*shop.experts, shop.owner]
        return self.dice.choice([each for each in people if each.pk != author or self.dice.random() < 0.15])

    def merge(self, case: Case, now: datetime) -> None:
        others = [each for each in cases_of(case.order) if each.pk != case.pk]
        if others:
            merge_cases(case, self.dice.choice(others), actor=DESK, now=now)

    # ---- until the goods are here ------------------------------------------------------------------------------------

    def evidence(self, case: Case, now: datetime) -> None:
        missing = still_missing(case)
        said = {
            name: True
            for name in ("carrier_report", "service_report", "documents", "six_photos", "arranged")
            if self.dice.random() < 0.7
        }
        self.play.tally["evidence asked for"] += bool(missing)
        self.chance(
            (0.65, lambda: supply_evidence(case, said, actor=CUSTOMER, now=now)),
            (0.15, lambda: withdraw_case(case, actor=CUSTOMER, now=now)),
            (0.1, lambda: self.answer(case, now)),
        )

    def answer(self, case: Case, now: datetime) -> None:
        said = {name: value for name, value in FACTS.items() if name not in case.answers or self.dice.random() < 0.2}
        answer_case(case, said, actor=DESK, now=now)

    def review(self, case: Case, now: datetime) -> None:
        """Two experts may sit before the same case, or the customer takes it back meanwhile: they see what is no longer so."""
        waiting = case.overrides.filter(state="waiting").first()
        if waiting is not None:
            agree_override(case, approver=self.second(case, waiting.author_id), now=now)
            return
        if case.goods in ("arrived", "inspected") and self.dice.random() < 0.4:
            self.inspect(case, now)
            return
        if case.goods == "with_customer" and self.dice.random() < 0.1:
            withdraw_case(case, actor=CUSTOMER, now=now)
            self.play.refused("expert after a withdrawal", lambda: self.answer(case, now))
            return
        self.chance(
            (0.6, lambda: self.override(case, now)),
            (0.15, lambda: self.answer(case, now)),
            (0.12, lambda: self.ask(case, now)),
            (0.08, lambda: supply_evidence(case, FACTS, actor=CUSTOMER, now=now)),
        )

    def ask(self, case: Case, now: datetime) -> None:
        self.play.tally["experts ask the customer"] += 1
        expert = self.dice.choice(self.play.shop_of(case).experts)
        ask_customer(case, self.dice.sample(BY_FILES, 2), words="please show it", author=expert, now=now)

    def approved(self, case: Case, now: datetime) -> None:
        if case.goods in ("arrived", "inspected") or (case.reason in NOTHING_COMES and case.goods == "with_customer"):
            self.inspect(case, now)
        elif case.goods == "with_customer":
            self.sending(case, now)
        else:
            self.arriving(case, now)

    def sending(self, case: Case, now: datetime) -> None:
        announced = [each for each in parcels_of_case(case) if each.state == "announced"]
        if announced:
            self.chance(
                (0.8, lambda: send_parcel(announced[0], tracking_number=f"P{announced[0].pk}", actor=CUSTOMER, now=now)),
                (0.08, lambda: withdraw_parcel(announced[0], actor=CUSTOMER, now=now)),
                (0.10, lambda: self.receive(announced[0], now)),
            )
            return
        self.chance(
            (0.66, lambda: self.announce(case, now)),
            (0.08, lambda: self.unannounced(case, now)),
            (0.22, lambda: withdraw_case(case, actor=CUSTOMER, now=now)),
        )

    def announce(self, case: Case, now: datetime) -> None:
        """Everything of the order in one parcel, or this case alone."""
        cases = [case]
        if self.dice.random() < 0.5:
            others = [each for each in cases_of(case.order) if each.pk != case.pk]
            cases += [each for each in others if (each.state, each.goods) == ("approved", "with_customer")]
        ways = ways_for(case.order, cases, "en")
        announce_parcel(case.order, [each.pk for each in cases], self.dice.choice(ways).key, actor=CUSTOMER, now=now)

    def unannounced(self, case: Case, now: datetime) -> None:
        receive_unannounced(case.store, case.order, {case.pk: self.dice.randint(1, case.quantity)}, actor=DESK, now=now)

    def arriving(self, case: Case, now: datetime) -> None:
        parcels = [each for each in parcels_of_case(case) if each.state in ("sent", "lost")]
        if not parcels:
            self.unannounced(case, now)
        elif parcels[-1].state == "sent" and self.dice.random() < 0.06:
            lose_parcel(parcels[-1], actor=DESK, now=now)
        elif self.dice.random() < 0.85:
            self.receive(parcels[-1], now)

    def receive(self, parcel: Parcel, now: datetime) -> None:
        """Opened by two people at once, now and then: the second is refused."""
        announced = {item.case_id: item.announced for item in parcel.items.all()}
        found = self.dice.choice(("whole",) * 8 + ("short", "wrong", "empty"))
        pieces = announced if found == "whole" else {case: self.dice.randint(0, count) for case, count in announced.items()}
        receive_parcel(parcel.pk, pieces, found=found, actor=DESK, now=now)
        if self.dice.random() < 0.1:
            self.play.refused(
                "second to open", lambda: receive_parcel(parcel.pk, announced, found="whole", actor=DESK, now=now)
            )

    # ---- the bench ---------------------------------------------------------------------------------------------------

    def inspect(self, case: Case, now: datetime) -> None:
        """Signed by one expert; a colleague who had the same page open is refused."""
        here = pieces_here(case) or case.quantity
        finding = self.dice.choice(("confirmed",) * 6 + ("not_confirmed",) * 3 + ("misuse", ""))
        found: dict[str, Any] = {
            "finding": finding, "within_rules": self.dice.random() < 0.85,
            "customer_refuses_goods": self.dice.random() < 0.15, "makers_opinion_needed": self.dice.random() < 0.05,
        }  # fmt: skip
        expert = self.dice.choice(self.play.shop_of(case).experts)
        seen, quantity = case.revision, min(here, case.quantity)

        def sign() -> Inspection:
            return inspect_case(case.pk, Findings(quantity, **found), revision=seen, by=expert, actor=DESK, now=now)

        try:
            sign()
        except Unanswered as asked:
            self.find_out(case, asked, found, now, sign)
            return
        if self.dice.random() < 0.1:
            self.play.refused("second expert", sign)

    def find_out(
        self, case: Case, asked: Unanswered, found: dict[str, Any], now: datetime, sign: Callable[[], Inspection]
    ) -> None:
        """What the terms turn on is looked at: on the goods, or asked of the customer."""
        mine = [name for name in asked.facts if name in Findings.__dataclass_fields__]
        if mine:
            found.update({name: self.dice.random() < 0.7 for name in mine})
            if "finding" in mine:
                found["finding"] = self.dice.choice(("confirmed", "not_confirmed"))
            sign()
        else:
            answer_case(case, {name: FACTS.get(name, True) for name in asked.facts}, actor=DESK, now=now)

    def denied(self, case: Case, now: datetime) -> None:
        if case.goods in ("arrived", "inspected"):
            self.chance(
                (0.5, lambda: begin_send_back(case, actor=DESK, now=now)),
                (0.3, lambda: keep_for_owner(case, actor=DESK, now=now)),
            )
            return
        expert = self.dice.choice(self.play.shop_of(case).experts)
        self.chance(
            (0.08, lambda: reopen_case(case, why="they called", author=expert, now=now)),
            (0.05, lambda: self.override(case, now)),
            (0.05, lambda: self.unannounced(case, now)),
        )

    # ---- putting it right --------------------------------------------------------------------------------------------

    def choosing(self, case: Case, now: datetime) -> None:
        """Two tabs choose at once, now and then: one of them is told that it was too late."""
        if self.dice.random() < 0.15:
            self.carriage(case, now)
            case = self.play.again(case.pk)
        kinds = granted_kinds(case)
        if not kinds:
            self.override(case, now)
            return
        self.choose(case, self.dice.choice(kinds), now)
        if self.dice.random() < 0.3:
            self.play.refused("second tab", lambda: self.choose(case, self.dice.choice(kinds), now))

    def choose(self, case: Case, kind: str, now: datetime) -> Remedy:
        product = self.dice.choice(self.play.shop_of(case).products) if kind == "other_product" else None
        shown = worth_of(case, kind, product).difference_minor
        return choose_remedy(case, kind, actor=CUSTOMER, now=now, sku=product.sku if product else "", difference_minor=shown)

    def carriage(self, case: Case, now: datetime) -> None:
        way, payer = self.dice.choice(("return", "redelivery")), self.dice.choice(("store", "customer"))
        record_carriage(
            case,
            way,
            paid_by=payer,
            amount_minor=self.dice.randrange(0, 5_000),
            receipt=self.dice.random() < 0.8,
            actor=DESK,
            now=now,
        )

    def settling(self, case: Case, now: datetime) -> None:
        remedy = live_remedy(case)
        if remedy is None:  # seen on a page that was left open
            return
        if remedy.kind in TO_OWNER:
            self.going_back(case, now)
        elif remedy.kind in VISITS:
            expert, day, mended = self.dice.choice(self.play.shop_of(case).experts), case.store.day_of(now), self.dice.random() < 0.6
            record_visit(case, day=day, found="they came", mended=mended, author=expert, now=now)
        elif remedy.order_id is not None:
            self.sent_anew(remedy, now)
        elif remedy.kind == "refund" and self.dice.random() < 0.8:
            self.play.office.name_accounts(remedy, now)
        elif case.goods == "inspected":
            self.dispose(case, now)

    def going_back(self, case: Case, now: datetime) -> None:
        if case.goods == "going_back":
            self.chance(
                (0.8, lambda: give_back(case, actor=CARRIER, now=now)),
                (0.15, lambda: come_again(case, actor=CARRIER, now=now)),
                (0.03, lambda: lose_goods(case, actor=DESK, now=now)),
            )
            return
        self.chance(
            (0.5, lambda: hand_back(case, carrier="Post", tracking_number="B1", actor=DESK, now=now)),
            (0.2, lambda: give_back(case, actor=DESK, now=now)),
            (0.2, lambda: keep_for_owner(case, actor=DESK, now=now)),
        )

    def sent_anew(self, remedy: Remedy, now: datetime) -> None:
        """The order that carries it goes its way; it may be cancelled, or come back undelivered."""
        order = order_by_id(remedy.order_id or 0)
        assert order is not None
        if order.state == "placed":
            self.chance(
                (0.7, lambda: self.pay_up(order, now)),
                (0.2, lambda: cancel_order(order, reason="not_paid", actor=Actor.system("orders"), now=now)),
            )
        elif order.state == "confirmed":
            stop = self.dice.choice(("mistake", "out_of_stock"))
            self.chance(
                (0.85, lambda: prepare_order(order, actor=DESK, now=now)),
                (0.10, lambda: cancel_order(order, reason=stop, actor=Actor.system("orders"), now=now)),
            )
        elif order.state in ("preparing", "part_shipped") or (remedy.kind == "redelivery" and order.state == "returned"):
            hand_over(order, actor=DESK, now=now, source="shop", carrier="Tipax")
        elif order.state == "shipped":
            self.carried(order, now)
        elif order.state == "returned":
            cancel_order(order, reason="undeliverable", actor=Actor.system("orders"), now=now)

    def pay_up(self, order: Order, now: datetime) -> None:
        said: dict[str, Any] = {"amount_minor": to_pay_minor(order), "method": "bank_transfer", "reference": f"D{order.number}"}
        for _ in range(self.dice.choice((1, 1, 2))):  # told twice, it is one payment
            record_payment(order_by_id(order.pk) or order, **said, paid_at=now, now=now, actor=Actor.system("bank"))

    def carried(self, order: Order, now: datetime) -> None:
        """The carrier tells what happened: twice, or in the wrong order, or what it had told already."""
        deliveries = deliveries_of(order)
        if not deliveries:
            return
        kinds = self.dice.choice(
            (
                ("delivered",),
                ("delivered",),
                ("attempted", "delivered"),
                ("delivered", "attempted", "delivered"),
                ("refused", "returned"),
                ("attempted", "lost"),
            )
        )
        for kind in kinds:
            fresh = order_by_id(order.pk) or order
            record_delivery(fresh, deliveries_of(fresh)[-1], Sighting(kind, now), source="carrier", actor=CARRIER, now=now)

    def settled(self, case: Case, now: datetime) -> None:
        if case.goods in ("arrived", "inspected"):
            self.dispose(case, now)
        remedy = live_remedy(case)
        if remedy is not None and remedy.order_id is not None and self.dice.random() < 0.2:
            self.play.claim_on_replacement(remedy.order_id, now)
        self.chance((0.1, lambda: repay_postage(case, "return", reference="POST", actor=DESK, now=now)),
                    (0.1, lambda: charge_carriage(case, "redelivery", reference="CARD", actor=DESK, now=now)))  # fmt: skip

    def dispose(self, case: Case, now: datetime) -> None:
        fresh = self.play.again(case.pk)
        dispose_goods(case.pk, self.dice.choice(KEPT), revision=fresh.revision, actor=DESK, now=now)

    def carriers_word(self, case: Case, now: datetime) -> None:
        """A claim on the carrier goes on, whatever the case does meanwhile."""
        claim = claim_of_case(case)
        if claim is None:
            return
        if claim.state == "opened":
            submit_claim(claim, reference=f"CL{claim.pk}", actor=DESK, now=now)
        elif claim.state == "submitted":
            answer_claim(claim, confirmed=self.dice.random() < 0.6, actor=DESK, now=now)
        elif claim.state == "confirmed":
            recover_damage(claim, amount_minor=max(1, claim.asked_minor // 2), reference="CR", actor=DESK, now=now)
        elif claim.state == "refused":
            self.chance((0.5, lambda: close_claim(claim, why="nothing will come of it", actor=DESK, now=now)),
                        (0.2, lambda: answer_claim(claim, confirmed=True, actor=DESK, now=now)))  # fmt: skip


def where(fault: AvdetError) -> str:
    """What a refusal is counted under: never anything that differs from run to run."""
    return "" if isinstance(fault, OutOfStock) else fault.where.split(" ")[0].split("[")[0]

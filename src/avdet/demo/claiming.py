"""Lives what became of a claim: filed, answered, sent in, examined, put right, each at its moment and by whoever did it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Any, Final

from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError
from avdet.demo.claims import STAFF, ClaimRecipe, Step
from avdet.demo.snapshots import snapshot
from avdet.demo.store import DemoStore
from avdet.ports.jobs import KINDS
from avdet.records.cases.evidence import Holder, Said
from avdet.records.cases.models import Case
from avdet.records.cases.notes import assign
from avdet.records.catalogue.queries import product_of
from avdet.records.deliveries.actions import Plan, Sighting
from avdet.records.orders.models import Order
from avdet.records.orders.queries import lines_of
from avdet.records.parcels.models import Parcel
from avdet.records.people.models import User
from avdet.records.refunds.queries import refunds_of
from avdet.records.remedies.queries import claim_of_case, live_remedy
from avdet.records.shared.actors import Actor
from avdet.workflows.cases.answer_case import answer_case
from avdet.workflows.cases.inspect_case import Findings, inspect_case
from avdet.workflows.cases.merge_cases import merge_cases
from avdet.workflows.cases.override_case import override_case
from avdet.workflows.cases.reopen_case import reopen_case
from avdet.workflows.cases.withdraw_case import withdraw_case
from avdet.workflows.claims.add_evidence import add_evidence
from avdet.workflows.claims.file_claim import Unanswered, Wanted, file_claim
from avdet.workflows.goods.announce_parcel import announce_parcel
from avdet.workflows.goods.carrier_claim import answer_claim, recover_damage, submit_claim
from avdet.workflows.goods.custody import keep_for_owner
from avdet.workflows.goods.dispose_goods import dispose_goods, places_for
from avdet.workflows.goods.receive_parcel import receive_parcel
from avdet.workflows.goods.return_ways import ways_for
from avdet.workflows.goods.send_back import give_back, hand_back
from avdet.workflows.goods.send_parcel import lose_parcel, send_parcel
from avdet.workflows.money.confirm_refund import confirm_refund
from avdet.workflows.money.send_refund import send_by_hand
from avdet.workflows.orders.hand_over import hand_over
from avdet.workflows.orders.prepare_order import prepare_order
from avdet.workflows.orders.record_delivery import record_delivery
from avdet.workflows.remedies.choose_remedy import choose_remedy
from avdet.workflows.remedies.remedy_sums import worth_of

KEPT_WELL: Final = {
    "sealed": False, "used": True, "box_kept": True, "box_marked": False, "accessories_complete": True, "misuse": False,
    "arranged": True, "gift_included": True, "in_specification": False, "visible_at_delivery": False, "documents": True,
    "visible_without_opening": False, "visible_without_use": False, "six_photos": True, "carrier_report": True,
    "service_report": True, "form_complete": True, "recipient_details": True, "order_number_given": True,
}  # fmt: skip
"""What is answered by somebody who has kept the goods well, has used them, and has found a fault."""
UNTOUCHED: Final = {**KEPT_WELL, "sealed": True, "used": False, "in_specification": True}
"""And by somebody who has changed their mind."""
FIRST: Final = Step("watch")
_SIDES: Final = range(1, 7)
_CLOSES: Final = time(17, 30)


@dataclass
class ClaimLife:
    """A claim on its way through its past. `case` is the one that goes on, as it stands; `step` what happens to it just now."""

    demo: DemoStore
    told: ClaimRecipe
    order: Order
    buyer: Actor
    expert: User
    case: Case
    step: Step = FIRST
    parcel: Parcel | None = None
    others: list[Case] = field(default_factory=list)

    @property
    def staff(self) -> Actor:
        return Actor.of(self.expert, "staff", "desk")

    @property
    def which(self) -> str:
        """What of several the step is about, as the claim has it, or else its story."""
        return self.told.which.get(self.step.do, self.step.which)

    def look(self) -> Case:
        """The case as it stands now."""
        self.case = standing(self.case.pk)
        return self.case


def standing(case_id: int) -> Case:
    """A case with what it belongs to, nothing of it remembered."""
    whole = ("order__customer", "order__store", "order__policy_version", "order_line", "claim", "store", "policy_version")
    return Case.objects.select_related(*whole).get(pk=case_id)


def live_claim(demo: DemoStore, told: ClaimRecipe, order: Order, buyer: Actor, expert: User, *, filed_at: datetime,
               calendar: Calendar, now: datetime) -> Case:  # fmt: skip
    """Files it, and lives its story as far as it has come by `now`."""
    case = _file(order, told, buyer, filed_at, "1")
    life, at = ClaimLife(demo, told, order, buyer, expert, case), filed_at
    _follow(life, at)
    for step in told.steps:
        at = moment(step, at, calendar)
        if at >= now:
            break
        life.step = step
        _STEPS[step.do](life, at)
        _follow(life, at)
    return life.look()


def moment(step: Step, before: datetime, calendar: Calendar) -> datetime:
    """When a step was, in the store's zone: after the one before, and on a working day where it is the store's."""
    local = before.astimezone(calendar.tz)
    if step.hours is not None:
        at = local + timedelta(hours=step.hours)
    else:
        at = datetime.combine(local.date() + timedelta(days=step.days), time.fromisoformat(step.at), tzinfo=calendar.tz)
    while step.do in STAFF and (at.time() > _CLOSES or not calendar.is_working(at.date())):
        at = datetime.combine(at.date() + timedelta(days=1), time(9, 30 + step.days), tzinfo=calendar.tz)
    return at


def _follow(life: ClaimLife, at: datetime) -> None:
    KINDS["follow_decision"].work({"case": life.case.pk}, at)
    life.look()


def _file(order: Order, told: ClaimRecipe, buyer: Actor, at: datetime, key: str) -> Case:
    """Answers what is asked, and nothing else."""
    known = UNTOUCHED if told.reason == "withdrawal" else KEPT_WELL
    answers, line = dict(told.facts), lines_of(order)[0]
    while True:
        wanted = Wanted(line.pk, told.quantity, told.reason, answers)
        try:
            case, = file_claim(order, [wanted], actor=buyer, channel="portal", key=f"demo-{order.number}-{key}", now=at,
                               words=told.words)  # fmt: skip
        except Unanswered as more:
            answers = {**answers, **{name: known[name] for name in more.facts[:1]}}
        else:
            return standing(case.pk)


def _evidence(life: ClaimLife, at: datetime) -> None:
    kind = life.which
    product = life.demo.products[life.case.order_line.sku]
    sides = _SIDES if kind == "six_sides" else [None]
    for side in sides:
        raw = snapshot(product, side or 1, f"{life.case.number} {kind}")
        said = Said(raw, "photo" if kind == "six_sides" else kind, side)
        add_evidence(Holder(life.order, case=life.look()), said, actor=life.buyer, now=at)


def _answer(life: ClaimLife, at: datetime) -> None:
    """What an expert had to find out; what is asked beyond it is answered as for goods that were kept well."""
    facts: dict[str, bool] = {**life.step.facts, **life.told.found}
    for _ in KEPT_WELL:
        try:
            answer_case(life.look(), facts, actor=life.staff, now=at)
        except Unanswered as more:
            facts |= {name: KEPT_WELL[name] for name in more.facts[:1]}
        else:
            return


def _announce(life: ClaimLife, at: datetime) -> None:
    case = life.look()
    ways = [way.key for way in ways_for(life.order, [case], life.order.language)]
    way = next((way for way in ways if way not in ("courier", "in_person")), ways[0])
    life.parcel = announce_parcel(life.order, [case.pk], way, actor=life.buyer, now=at)


def _parcel(life: ClaimLife) -> Parcel:
    if life.parcel is None:
        raise AvdetError("no parcel was announced", where=life.told.story, cure="announce one first")
    return life.parcel


def _send(life: ClaimLife, at: datetime) -> None:
    number = f"{life.case.pk * 7919 % 10**6:06d}{life.order.pk:06d}"
    send_parcel(_parcel(life), tracking_number=number, actor=life.buyer, now=at)


def _lose(life: ClaimLife, at: datetime) -> None:
    lose_parcel(_parcel(life), actor=life.staff, now=at)


def _arrive(life: ClaimLife, at: datetime) -> None:
    found, case = life.which or "whole", life.look()
    pieces = {case.pk: case.quantity if found == "whole" else 0}
    receive_parcel(_parcel(life).pk, pieces, found=found, actor=life.staff, now=at)


def _inspect(life: ClaimLife, at: datetime) -> None:
    """Signed with what the terms turn on; whatever else they ask, the answer is no."""
    case, more = life.look(), dict[str, Any]()
    while True:
        found = Findings(case.quantity, life.which, within_rules=True, **(more | life.step.facts | life.told.found))
        try:
            inspect_case(case.pk, found, revision=case.revision, by=life.expert, actor=life.staff, now=at, parcel=life.parcel)
        except Unanswered as asked:
            more |= {_FINDINGS.get(name, name): False for name in asked.facts[:1]}
        else:
            return


_FINDINGS: Final[Mapping[str, str]] = {"replacement_in_stock": "in_stock"}


def _choose(life: ClaimLife, at: datetime) -> None:
    case = life.look()
    if case.state == "choosing":  # where one thing alone was granted, it has been done
        shown = worth_of(case, life.which, product_of(case.store, life.told.sku) if life.told.sku else None)
        agreed = shown.difference_minor
        choose_remedy(case, life.which, actor=life.buyer, now=at, sku=life.told.sku, difference_minor=agreed)


def _sent_anew(life: ClaimLife) -> Order:
    remedy = live_remedy(life.look()) or life.case.remedies.order_by("-pk").first()
    if remedy is None or remedy.order is None:
        raise AvdetError("nothing was sent anew", where=life.told.story, cure="choose a remedy whose goods are sent")
    order: Order = remedy.order
    return order


def _hand_over(life: ClaimLife, at: datetime) -> None:
    order = _sent_anew(life)
    prepare_order(order, actor=life.staff, now=at - timedelta(minutes=40))
    carrier = life.demo.delivery.carriers[0]
    plan = Plan({line.pk: line.quantity for line in lines_of(order)}, method="carrier", carrier=carrier,
                tracking_number=f"{order.pk:012d}")  # fmt: skip
    hand_over(order, actor=life.staff, now=at, source="shop", plan=plan)


def _delivered(life: ClaimLife, at: datetime) -> None:
    order = _sent_anew(life)
    delivery = order.deliveries.get()
    record_delivery(order, delivery, Sighting("delivered", at), source="carrier", actor=Actor.system("carrier"), now=at)


def _paid_back(life: ClaimLife, at: datetime) -> None:
    """The transfer that the accountant made by hand."""
    for refund in refunds_of(life.order):
        if refund.state == "granted":
            send_by_hand(refund, now=at, actor=life.staff)
            confirm_refund(refund, reference=f"TRF-{refund.pk:06d}", at=at, now=at, actor=life.staff)


def _dispose(life: ClaimLife, at: datetime) -> None:
    case = life.look()
    where = life.which if life.which in places_for(case) else "refurbish"
    dispose_goods(case.pk, where, revision=case.revision, actor=life.staff, now=at)


def _hand_back(life: ClaimLife, at: datetime) -> None:
    carrier = life.demo.delivery.carriers[0]
    hand_back(life.look(), carrier=carrier, tracking_number=f"{life.case.pk:010d}", actor=life.staff, now=at)


def _file_again(life: ClaimLife, at: datetime) -> None:
    life.others.append(_file(life.order, life.told, life.buyer, at, "2"))


def _override(life: ClaimLife, at: datetime) -> None:
    override_case(life.look(), {"outcome": "approve", "remedies": [life.which or "refund"]}, reason=life.told.why,
                  author=life.expert, now=at)  # fmt: skip


def _submit(life: ClaimLife, at: datetime) -> None:
    claim = claim_of_case(life.look())
    if claim is not None:
        submit_claim(claim, reference=f"K-{claim.pk:05d}", actor=life.staff, now=at)


def _confirm(life: ClaimLife, at: datetime) -> None:
    claim = claim_of_case(life.look())
    if claim is not None:
        answer_claim(claim, confirmed=True, actor=life.staff, now=at)


def _recover(life: ClaimLife, at: datetime) -> None:
    claim = claim_of_case(life.look())
    if claim is not None:
        recover_damage(claim, amount_minor=claim.asked_minor, reference=f"TRF-K{claim.pk:05d}", actor=life.staff, now=at)


_STEPS: Final[Mapping[str, Callable[[ClaimLife, datetime], object]]] = {
    "evidence": _evidence,
    "answer": _answer,
    "announce": _announce,
    "send": _send,
    "lose": _lose,
    "arrive": _arrive,
    "inspect": _inspect,
    "choose": _choose,
    "hand_over": _hand_over,
    "delivered": _delivered,
    "paid_back": _paid_back,
    "dispose": _dispose,
    "hand_back": _hand_back,
    "give_back": lambda life, at: give_back(life.look(), actor=life.staff, now=at),
    "keep": lambda life, at: keep_for_owner(life.look(), actor=life.staff, now=at),
    "withdraw": lambda life, at: withdraw_case(life.look(), actor=life.buyer, now=at),
    "file_again": _file_again,
    "merge": lambda life, at: merge_cases(life.look(), life.others[0], actor=life.staff, now=at),
    "override": _override,
    "reopen": lambda life, at: reopen_case(life.look(), why=life.told.why, author=life.expert, now=at),
    "submit": _submit,
    "confirm": _confirm,
    "recover": _recover,
    "assign": lambda life, at: assign(life.look(), life.expert, actor=life.staff, now=at),
    "watch": lambda _life, at: KINDS["watch_deadlines"].work({}, at),
}

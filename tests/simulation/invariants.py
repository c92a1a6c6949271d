"""What has to hold every few weeks of all that has moved, and in the end of everything. Each rule names what breaks it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Sum

from avdet.core import lifecycles
from avdet.core.bookings import CREDIT
from avdet.records.cases.actions import AXES
from avdet.records.cases.chain import broken
from avdet.records.cases.models import FREED, OVER, Case, CaseDeadline, CaseEvent
from avdet.records.catalogue.models import Reservation, Stock, StockMove
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.models import Order, OrderEvent, OrderLine
from avdet.records.outbox.models import Notice, WebhookMessage
from avdet.records.parcels.models import ParcelEvent
from avdet.records.payments.models import Payment
from avdet.records.payouts.models import PayoutEvent, PayoutLine
from avdet.records.refunds.models import Refund, RefundAttempt, RefundEvent
from avdet.records.remedies.models import HANDED_OVER, TO_OWNER, VISITS, CarrierClaimEvent, Custody, Remedy, RemedyEvent
from avdet.workflows.cases.our_deadline import OF_TURN
from avdet.workflows.money.reconcile_payments import books_differ
from tests.simulation.gateway import NAME, Account

if TYPE_CHECKING:
    from tests.simulation.play import Play

UNDER_WAY: Final = ("open", "unknown", "pending", "done")
TABLES: Final[dict[Any, lifecycles.Lifecycle]] = {
    RemedyEvent: lifecycles.REMEDY, ParcelEvent: lifecycles.PARCEL, RefundEvent: lifecycles.REFUND,
    PayoutEvent: lifecycles.PAYOUT_BATCH, OrderEvent: lifecycles.ORDER, CarrierClaimEvent: lifecycles.CARRIER_CLAIM,
}  # fmt: skip
"""Where each lifecycle's moves are written down."""


class Marks:
    """How far the histories had come when everything was last held to its rules: only what has moved since is looked at."""

    def __init__(self) -> None:
        self._seen: dict[Any, int] = {}

    def since(self, table: Any) -> int:
        return self._seen.get(table, 0)

    def set_to_now(self) -> None:
        self._seen = {table: table.objects.aggregate(n=Max("pk"))["n"] or 0 for table in (CaseEvent, StockMove, *TABLES)}


class Touched:
    """What has moved since the marks: rows as conditions of other statements, and orders in batches.

    A batch holds with an order all those that follow it, since they pay for each other.
    """

    def __init__(self, play: Play) -> None:
        self.play, self.marks = play, play.marks
        self.cases = self._fresh(CaseEvent).values("case")
        self.lines = Case.objects.filter(pk__in=self.cases).order_by().values("order_line")
        self.products = self._fresh(StockMove).values("product")
        self.refunds = self._fresh(RefundEvent).values("refund")
        follows = dict(Order.objects.exclude(follows=None).values_list("pk", "follows"))
        orders = Payment.objects.filter(refunds__in=self.refunds).values_list("order", flat=True).order_by("order").distinct()
        self.first = {order: _first(order, follows) for order in (*orders, *follows)}
        roots = sorted({self.first[order] for order in orders})
        followers: dict[int, list[int]] = defaultdict(list)
        for order in follows:
            followers[self.first[order]].append(order)
        self.batches = [
            [each for root in roots[start : start + 2_000] for each in (root, *followers[root])]
            for start in range(0, len(roots), 2_000)
        ]

    def _fresh(self, table: Any) -> Any:
        return table.objects.filter(pk__gt=self.marks.since(table)).order_by()


def _first(order: int, follows: dict[int, int]) -> int:
    while order in follows:
        order = follows[order]
    return order


def broken_by(play: Play, now: datetime, *, last: bool) -> list[str]:
    """Everything that does not hold, the first few of each kind: of what has moved since the last look; in the end, of all."""
    if last:
        play.marks = Marks()
    found: list[str] = []
    touched = Touched(play)
    for check in (money, gateway_agrees, one_remedy, pieces, moves, turns, stock, chains):
        found += [f"{check.__name__}: {each}" for each in list(check(touched))[:5]]
    for rule in (books, deadlines, outbox):
        found += [f"{rule.__name__}: {each}" for each in list(rule(play, now))[:5]]
    found += [f"post: {each}" for each in list(play.post.broken(last=last))[:5]]
    play.marks.set_to_now()
    return found


def money(touched: Touched) -> Iterator[str]:
    """Never more out than in: for each payment, and for an order with all those that it follows."""
    for orders in touched.batches:
        yield from _paid_back(orders, touched.first)
    attempts = RefundAttempt.objects.filter(refund__in=touched.refunds, result__in=UNDER_WAY)
    twice = attempts.order_by().values("refund").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"refund {each['refund']} is under way {each['n']} times" for each in twice)
    lines = PayoutLine.objects.filter(refund__in=touched.refunds, result__in=("open", "settled"))
    several = lines.order_by().values("refund").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"refund {each['refund']} is in {each['n']} batches" for each in several)


def _paid_back(orders: list[int], first: dict[int, int]) -> Iterator[str]:
    payments = Payment.objects.filter(order__in=orders)
    rows = payments.annotate(out=Sum("refunds__amount_minor", filter=~Q(refunds__state="void")))
    for each in rows.exclude(refunded_minor=F("out")).exclude(refunded_minor=0, out=None):
        yield f"payment {each.pk}: {each.out} is granted, {each.refunded_minor} is held"
    sums = payments.filter(state="paid").values_list("order_id").annotate(i=Sum("amount_minor"), o=Sum("refunded_minor"))
    together: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for order, into, out in sums:
        together[first.get(order, order)][0] += into
        together[first.get(order, order)][1] += out
    yield from (f"order {order}: {out} out, {into} in" for order, (into, out) in together.items() if out > into)


def gateway_agrees(touched: Touched) -> Iterator[str]:
    """The gateway's own books: each refund went once at most, and what we call confirmed certainly went."""
    for orders in touched.batches:
        ours = RefundAttempt.objects.filter(gateway=NAME, refund__payment__order__in=orders)
        rows = Payment.objects.filter(gateway=NAME, order__in=orders).values_list("reference", flat=True)
        yield from _went_once([touched.play.gateway.accounts[each] for each in rows], ours)


def _went_once(accounts: list[Account], ours: Any) -> Iterator[str]:
    refunds = dict(ours.values_list("key", "refund_id"))
    confirmed = set(ours.filter(result="done", refund__state="confirmed").values_list("key", flat=True))
    went: Counter[int] = Counter()
    failed: set[str] = set()
    for account in accounts:
        if account.returned_minor > account.amount_minor:
            yield f"{account.reference}: {account.returned_minor} went back of {account.amount_minor}"
        for key, move in account.back.items():
            went[refunds[key]] += move.state != "failed"
            failed |= {key} if move.state == "failed" else set()
            confirmed -= {key} if move.state == "done" else set()
    yield from (f"refund {refund} went {times} times" for refund, times in went.items() if times > 1)
    yield from (f"{key} is confirmed and never went" for key in sorted(confirmed - failed))


def books(play: Play, now: datetime) -> Iterator[str]:
    """Each store's books are zero, owe what the refunds say, and hold no credit that nobody uses."""
    for shop in play.world.shops:
        yield from books_differ(shop.store)
        if credit := trial_balance(shop.store).get((CREDIT, shop.store.currency)):
            yield f"{shop.store.slug}: {credit} of credit is left over"


def one_remedy(touched: Touched) -> Iterator[str]:
    """One remedy at most is under way, and only where a case is being settled; what was given stays, whatever comes after it."""
    under_way, done = ~Q(remedies__state__in=("void", "done")), Q(remedies__state="done")
    in_part = Exists(Refund.objects.filter(remedy__case=OuterRef("pk"), remedy__state="void").exclude(state="void"))
    rows = Case.objects.filter(pk__in=touched.cases).annotate(in_part=in_part)
    for case in rows.annotate(live=Count("remedies", filter=under_way), done=Count("remedies", filter=done)):
        stands = f"{case.number}, {case.state}: {case.live} remedies under way, {case.done} done"
        if case.live != (case.state == "settling") or (case.state == "settled" and not (case.done or case.in_part)):
            yield stands
    nothing = (*TO_OWNER, *(kind for kind in VISITS if kind not in HANDED_OVER))  # after which goods may still be given back
    given = Remedy.objects.filter(case__in=touched.cases, state="done").exclude(kind__in=nothing)
    for remedy in given.filter(case__settled_before=False).exclude(case__state="settled").select_related("case"):
        yield f"{remedy.case.number} is {remedy.case.state}, its {remedy.kind} done"
    several = given.filter(case__settled_before=False).order_by().values("case").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"case {each['case']} was put right {each['n']} times" for each in several)


def pieces(touched: Touched) -> Iterator[str]:
    """What stands on a line as claimed is what the cases hold that have not let go of it."""
    cases = Case.objects.filter(order_line__in=touched.lines)
    again = Remedy.objects.exclude(state="void").filter(kind__in=HANDED_OVER, case__state="settled", case__in=cases)
    holding = cases.exclude(state__in=FREED).filter(Q(settled_before=True) | ~Q(outcome="deny"))
    holding = holding.exclude(pk__in=again.values("case"))
    held = dict(holding.order_by().values_list("order_line").annotate(n=Sum("quantity")))
    for line in OrderLine.objects.filter(pk__in=touched.lines):
        if line.claimed_quantity != held.get(line.pk, 0) or line.claimed_quantity + line.cancelled_quantity > line.quantity:
            found = list(cases.filter(order_line=line).values_list("number", "state", "goods", "quantity"))
            yield f"line {line.pk}: {line.claimed_quantity} claimed, {held.get(line.pk, 0)} held by {found}"


def moves(touched: Touched) -> Iterator[str]:
    """Every move that was made stands in its lifecycle's table."""
    made = CaseEvent.objects.filter(pk__gt=touched.marks.since(CaseEvent)).exclude(axis="")
    for axis, from_state, kind, to_state in made.values_list("axis", "from_state", "kind", "to_state").distinct().order_by():
        if AXES[axis].table.get((from_state, kind)) != to_state:
            yield f"case {axis}: {from_state} {kind} {to_state}"
    for events, lifecycle in TABLES.items():
        rows = events.objects.filter(pk__gt=touched.marks.since(events))
        rows = rows.exclude(from_state="").exclude(from_state=F("to_state")).exclude(to_state="")
        for from_state, kind, to_state in rows.values_list("from_state", "kind", "to_state").distinct().order_by():
            if lifecycle.table.get((from_state, kind)) != to_state:
                yield f"{lifecycle.noun}: {from_state} {kind} {to_state}"


def deadlines(play: Play, now: datetime) -> Iterator[str]:
    """No deadline passes in silence, and none runs for what is over."""
    for each in CaseDeadline.objects.filter(state="open", due_at__lte=now).select_related("case")[:5]:
        yield f"{each.case.number}: {each.kind} was due {each.due_at}, and nobody said so"
    missed = dict(CaseDeadline.objects.filter(state="missed").order_by().values_list("case").annotate(n=Count("pk")))
    said = dict(CaseEvent.objects.filter(kind="missed").order_by().values_list("case").annotate(n=Count("pk")))
    yield from (
        f"case {case} missed {missed.get(case, 0)}, its history says {said.get(case, 0)}"
        for case in missed.keys() | said.keys()
        if missed.get(case) != said.get(case)
    )
    over = CaseDeadline.objects.filter(state="open", case__state__in=("settled", "withdrawn", "merged"))
    for each in over.select_related("case")[:5]:
        yield f"{each.case.number} is {each.case.state}, and its {each.kind} runs"
    for each in CaseDeadline.objects.filter(state="open", kind__in=OF_TURN.values()).exclude(binds=F("case__waits_for")).select_related("case")[:5]:
        yield f"{each.case.number} waits for the {each.case.waits_for}, and its {each.kind} runs"
    for custody in Custody.objects.filter(ended="", ends_at__lt=now).select_related("case")[:5]:
        yield f"{custody.case.number}: its custody ended {custody.ends_at}, and nobody said so"


def turns(touched: Touched) -> Iterator[str]:
    """Somebody is waited for as long as a case is not over, and nobody afterwards; until their first deadline, and no other day."""
    rows = Case.objects.filter(pk__in=touched.cases)
    for case in rows.exclude(state__in=OVER).filter(waits_for="nobody")[:5]:
        yield f"{case.number} is {case.state}, and waits for nobody"
    to_send = Q(state="approved", goods="with_customer", waits_for="customer")  # until when, only a clause can say
    found_again = Q(state="settled", goods="arrived", waits_for="store")  # they were lost, and are to be put in their place
    for case in rows.filter(waits_for__in=("store", "customer", "carrier"), due_at=None).exclude(to_send | found_again)[:5]:
        yield f"{case.number} is {case.state}, its goods {case.goods}, and waits for the {case.waits_for} without a day"
    for case in rows.filter(state__in=("settled", "withdrawn", "merged")).exclude(waits_for="nobody").exclude(found_again)[:5]:
        yield f"{case.number} is {case.state}, and waits for the {case.waits_for}"
    theirs = Q(deadlines__binds=F("waits_for")) | Q(waits_for="bank", deadlines__binds="store")
    waiting = rows.exclude(waits_for="nobody").annotate(first=Min("deadlines__due_at", filter=theirs & Q(deadlines__state="open")))
    for case in waiting.filter(Q(due_at=None) | Q(due_at__gt=F("first")), first__isnull=False)[:5]:
        yield f"{case.number} is {case.state} and waits for the {case.waits_for} until {case.due_at}, and not until {case.first}"
    behind = CaseDeadline.objects.filter(case=OuterRef("pk"), due_at=OuterRef("due_at"), state__in=("open", "missed"))
    for case in rows.exclude(due_at=None).exclude(goods="in_custody").exclude(Exists(behind))[:5]:
        yield f"{case.number} is {case.state} and waits for the {case.waits_for} until {case.due_at}, when no deadline falls"


def stock(touched: Touched) -> Iterator[str]:
    """What is on the shelf is what its last move says, and promised is what the orders still wait for."""
    ours = StockMove.objects.filter(product__in=touched.products)
    newest = StockMove.objects.filter(pk__in=ours.order_by().values("product").annotate(n=Max("pk")).values("n"))
    said = {move.product_id: (move.on_hand, move.reserved) for move in newest}
    rows = Reservation.objects.filter(product__in=touched.products).order_by()
    held: Any = rows.values_list("product").annotate(n=Sum(F("quantity") - F("shipped") - F("released")))
    promised = dict(held)
    for each in Stock.objects.filter(pk__in=touched.products):
        stands = (each.on_hand, each.reserved)
        if stands != said.get(each.pk, (0, 0)) or each.reserved != promised.get(each.pk, 0) or each.on_hand < 0:
            yield f"product {each.pk}: {stands}, its moves say {said.get(each.pk)}, promised {promised.get(each.pk, 0)}"


def outbox(play: Play, now: datetime) -> Iterator[str]:
    """One cause tells once."""
    twice = Notice.objects.order_by().values("key").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"{row['key']} stands {row['n']} times" for row in twice)
    events = WebhookMessage.objects.order_by().values("endpoint", "event_id").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"{row['event_id']} stands {row['n']} times" for row in events)


def chains(touched: Touched) -> Iterator[str]:
    """The whole chain of every case that has moved: each link holds, and each move starts where the one before it ended."""
    pks = list(Case.objects.filter(pk__in=touched.cases).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), 500):
        some = Case.objects.in_bulk(pks[start : start + 500])
        events: dict[int, list[CaseEvent]] = defaultdict(list)
        for event in CaseEvent.objects.filter(case__in=some).order_by("case", "number"):
            events[event.case_id].append(event)
        for pk, case in some.items():
            if (at := broken(case, events[pk])) is not None:
                yield f"{case.number} is broken at {at}"
            yield from _walk(case, events[pk])


def _walk(case: Case, events: Iterable[CaseEvent]) -> Iterator[str]:
    """Each move starts where the one before it ended, and the case stands where the last one led."""
    stands = {axis: lifecycle.first for axis, lifecycle in AXES.items()}
    for event in events:
        if event.axis and event.from_state != stands[event.axis]:
            yield f"{case.number}: event {event.number} leaves {event.from_state}, it was {stands[event.axis]}"
        if event.axis:
            stands[event.axis] = event.to_state
    if stands != {"state": case.state, "goods": case.goods}:
        yield f"{case.number} is {case.state} and {case.goods}, its history ends at {stands}"


def digest(tally: Counter[str]) -> str:
    """A hash of how everything stands and how often what happened. No ids and no orders' numbers: a database may go on
    counting where it was."""
    made = hashlib.sha256(repr(sorted(tally.items())).encode())
    cases = Case.objects.order_by("number").values_list(
        "number", "state", "goods", "quantity", "revision", "waits_for", "outcome", "due_at"
    )
    events = CaseEvent.objects.order_by("case__number", "number").values_list(
        "case__number", "number", "kind", "to_state", "at"
    )
    refunds = ("granted_at", "amount_minor", "state", "remedy__case__number")
    money = Refund.objects.order_by(*refunds).values_list(*refunds)
    stocks = Stock.objects.order_by("product__sku").values_list("product__sku", "on_hand", "reserved")
    for rows in (cases, events, money, stocks):
        for row in rows.iterator(chunk_size=2_000):
            made.update(repr([str(each) for each in row]).encode())
    return made.hexdigest()

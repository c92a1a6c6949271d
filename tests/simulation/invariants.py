"""What has to hold after every week, over the whole database: few statements each, and each names what breaks it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F, Max, Q, Sum

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
from avdet.records.remedies.models import CarrierClaimEvent, Custody, Remedy, RemedyEvent
from avdet.workflows.reconcile_payments import books_differ
from tests.simulation.gateway import NAME

if TYPE_CHECKING:
    from tests.simulation.play import Play

OTHERS_GOODS: Final = ("send_back", "custody")
"""Remedies of a case that was denied: its pieces are free to be claimed again."""
UNDER_WAY: Final = ("open", "unknown", "pending", "done")


def broken_by(play: Play, now: datetime, *, last: bool) -> list[str]:
    """Everything that does not hold; the first few of each kind."""
    found: list[str] = []
    for check in (money, gateway_agrees, books, one_remedy, pieces, moves, deadlines, turns, stock, outbox):
        found += [f"{check.__name__}: {each}" for each in list(check(play, now))[:5]]
    found += [f"chains: {each}" for each in list(chains(play, whole=last))[:5]]
    return found


def money(play: Play, now: datetime) -> Iterator[str]:
    """Never more out than in: for each payment, and for an order with all those that it follows."""
    rows = Payment.objects.annotate(out=Sum("refunds__amount_minor", filter=~Q(refunds__state="void")))
    for each in rows.exclude(refunded_minor=F("out")).exclude(refunded_minor=0, out=None):
        yield f"payment {each.pk}: {each.out} is granted, {each.refunded_minor} is held"
    sums = Payment.objects.filter(state="paid").values_list("order_id").annotate(i=Sum("amount_minor"), o=Sum("refunded_minor"))
    follows = dict(Order.objects.exclude(follows=None).values_list("pk", "follows"))
    chains: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for order, into, out in sums:
        first = order
        while first in follows:
            first = follows[first]
        chains[first][0] += into
        chains[first][1] += out
    yield from (f"order {order}: {out} out, {into} in" for order, (into, out) in chains.items() if out > into)
    twice = RefundAttempt.objects.filter(result__in=UNDER_WAY).values("refund").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"refund {each['refund']} is under way {each['n']} times" for each in twice)
    lines = PayoutLine.objects.filter(result__in=("open", "settled")).values("refund").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"refund {each['refund']} is in {each['n']} batches" for each in lines)


def gateway_agrees(play: Play, now: datetime) -> Iterator[str]:
    """The gateway's own books: each refund went once at most, and what we call confirmed certainly went."""
    refunds = dict(RefundAttempt.objects.filter(gateway=NAME).values_list("key", "refund_id"))
    confirmed = set(
        RefundAttempt.objects.filter(gateway=NAME, result="done", refund__state="confirmed").values_list("key", flat=True)
    )
    went: Counter[int] = Counter()
    for account in play.gateway.accounts.values():
        if account.returned_minor > account.amount_minor:
            yield f"{account.reference}: {account.returned_minor} went back of {account.amount_minor}"
        for key, move in account.back.items():
            went[refunds[key]] += move.state != "failed"
            confirmed.discard(key) if move.state == "done" else None
    yield from (f"refund {refund} went {times} times" for refund, times in went.items() if times > 1)
    late = {key for account in play.gateway.accounts.values() for key, move in account.back.items() if move.state == "failed"}
    yield from (f"{key} is confirmed and never went" for key in sorted(confirmed - late))


def books(play: Play, now: datetime) -> Iterator[str]:
    """Each store's books are zero, owe what the refunds say, and hold no credit that nobody uses."""
    for shop in play.world.shops:
        yield from books_differ(shop.store)
        if credit := trial_balance(shop.store).get((CREDIT, shop.store.currency)):
            yield f"{shop.store.slug}: {credit} of credit is left over"


def one_remedy(play: Play, now: datetime) -> Iterator[str]:
    """A case is put right by one remedy at most; one that is being settled, or was, by exactly one."""
    rows = Case.objects.annotate(live=Count("remedies", filter=~Q(remedies__state="void")))
    for case in rows.exclude(live=1).filter(Q(live__gt=1) | Q(state__in=("settling", "settled"))):
        yield f"{case.number}, {case.state}: {case.live} remedies"
    for remedy in Remedy.objects.filter(state="done").exclude(case__state="settled").select_related("case"):
        yield f"{remedy.case.number} is {remedy.case.state}, its {remedy.kind} done"
    for remedy in Remedy.objects.filter(case__state="settled").exclude(state__in=("done", "void")).select_related("case"):
        yield f"{remedy.case.number} is settled, its {remedy.kind} {remedy.state}"


def pieces(play: Play, now: datetime) -> Iterator[str]:
    """What stands on a line as claimed is what the cases hold that have not let go of it."""
    free = Remedy.objects.exclude(state="void").filter(Q(kind__in=OTHERS_GOODS) | Q(kind="redelivery", case__state="settled"))
    holding = Case.objects.exclude(state__in=FREED).exclude(pk__in=free.values("case"))
    held = dict(holding.order_by().values_list("order_line").annotate(n=Sum("quantity")))
    for line in OrderLine.objects.filter(Q(claimed_quantity__gt=0) | Q(pk__in=Case.objects.values("order_line"))):
        if line.claimed_quantity != held.get(line.pk, 0) or line.claimed_quantity + line.cancelled_quantity > line.quantity:
            cases = list(Case.objects.filter(order_line=line).values_list("number", "state", "goods", "quantity"))
            yield f"line {line.pk}: {line.claimed_quantity} claimed, {held.get(line.pk, 0)} held by {cases}"


def moves(play: Play, now: datetime) -> Iterator[str]:
    """Every move that was ever made stands in its lifecycle's table."""
    for axis, from_state, kind, to_state in (
        CaseEvent.objects.exclude(axis="").values_list("axis", "from_state", "kind", "to_state").distinct().order_by()
    ):
        if AXES[axis].table.get((from_state, kind)) != to_state:
            yield f"case {axis}: {from_state} {kind} {to_state}"
    tables: tuple[tuple[Any, lifecycles.Lifecycle], ...] = (
        (RemedyEvent, lifecycles.REMEDY), (ParcelEvent, lifecycles.PARCEL), (RefundEvent, lifecycles.REFUND),
        (PayoutEvent, lifecycles.PAYOUT_BATCH), (OrderEvent, lifecycles.ORDER), (CarrierClaimEvent, lifecycles.CARRIER_CLAIM),
    )  # fmt: skip
    for events, lifecycle in tables:
        rows = events.objects.exclude(from_state="").exclude(from_state=F("to_state")).exclude(to_state="")
        for from_state, kind, to_state in rows.values_list("from_state", "kind", "to_state").distinct().order_by():
            if lifecycle.table.get((from_state, kind)) != to_state:
                yield f"{lifecycle.noun}: {from_state} {kind} {to_state}"


def deadlines(play: Play, now: datetime) -> Iterator[str]:
    """No deadline passes in silence, and none runs for what is over."""
    for each in CaseDeadline.objects.filter(state="open", due_at__lte=now).select_related("case")[:5]:
        yield f"{each.case.number}: {each.kind} was due {each.due_at}, and nobody said so"
    missed = CaseDeadline.objects.filter(state="missed").values("case").annotate(n=Count("pk"))
    said = dict(CaseEvent.objects.filter(kind="missed").values_list("case").annotate(n=Count("pk")))
    yield from (
        f"case {row['case']} missed {row['n']}, its history says {said.get(row['case'], 0)}"
        for row in missed
        if row["n"] != said.get(row["case"], 0)
    )
    for each in CaseDeadline.objects.filter(state="open", case__state__in=("settled", "withdrawn", "merged")).select_related(
        "case"
    )[:5]:
        yield f"{each.case.number} is {each.case.state}, and its {each.kind} runs"
    for custody in Custody.objects.filter(ended="", ends_at__lt=now).select_related("case")[:5]:
        yield f"{custody.case.number}: its custody ended {custody.ends_at}, and nobody said so"


def turns(play: Play, now: datetime) -> Iterator[str]:
    """Somebody is waited for as long as a case is not over, and nobody afterwards."""
    for case in Case.objects.exclude(state__in=OVER).filter(waits_for="nobody")[:5]:
        yield f"{case.number} is {case.state}, and waits for nobody"
    for case in Case.objects.filter(state__in=("settled", "withdrawn", "merged")).exclude(waits_for="nobody")[:5]:
        yield f"{case.number} is {case.state}, and waits for the {case.waits_for}"


def stock(play: Play, now: datetime) -> Iterator[str]:
    """What is on the shelf is what its last move says, and promised is what the orders still wait for."""
    newest = StockMove.objects.filter(pk__in=StockMove.objects.order_by().values("product").annotate(n=Max("pk")).values("n"))
    said = {move.product_id: (move.on_hand, move.reserved) for move in newest}
    held: Any = Reservation.objects.values_list("product").annotate(n=Sum(F("quantity") - F("shipped") - F("released")))
    promised = dict(held.order_by())
    for each in Stock.objects.all():
        stands = (each.on_hand, each.reserved)
        if stands != said.get(each.pk, (0, 0)) or each.reserved != promised.get(each.pk, 0) or each.on_hand < 0:
            yield f"product {each.pk}: {stands}, its moves say {said.get(each.pk)}, promised {promised.get(each.pk, 0)}"


def outbox(play: Play, now: datetime) -> Iterator[str]:
    """One cause tells once."""
    twice = Notice.objects.order_by().values("key").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"{row['key']} stands {row['n']} times" for row in twice)
    events = WebhookMessage.objects.order_by().values("endpoint", "event_id").annotate(n=Count("pk")).filter(n__gt=1)
    yield from (f"{row['event_id']} stands {row['n']} times" for row in events)


def chains(play: Play, *, whole: bool) -> Iterator[str]:
    """The chain of every case that has moved since it was looked at, and in the end of every case."""
    rows = Case.objects.order_by("pk").only("pk", "number", "revision", "chain", "state", "goods")
    changed = [case for case in rows.iterator(chunk_size=2_000) if whole or play.read.get(case.pk) != case.revision]
    for start in range(0, len(changed), 500):
        some = {case.pk: case for case in changed[start : start + 500]}
        events: dict[int, list[CaseEvent]] = defaultdict(list)
        for event in CaseEvent.objects.filter(case__in=some).order_by("case", "number"):
            events[event.case_id].append(event)
        for pk, case in some.items():
            play.read[pk] = case.revision
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


def digest() -> str:
    """A hash of how everything stands. No ids: numbers stand for them, since a database may go on counting where it was."""
    made = hashlib.sha256()
    cases = Case.objects.order_by("number").values_list(
        "number", "state", "goods", "quantity", "revision", "waits_for", "outcome", "due_at"
    )
    events = CaseEvent.objects.order_by("case__number", "number").values_list(
        "case__number", "number", "kind", "to_state", "at"
    )
    refunds = Refund.objects.order_by("payment__order__number", "granted_at", "amount_minor", "state", "key")
    money = refunds.values_list("payment__order__number", "amount_minor", "state", "granted_at")
    stocks = Stock.objects.order_by("product__sku").values_list("product__sku", "on_hand", "reserved")
    for rows in (cases, events, money, stocks):
        for row in rows.iterator(chunk_size=2_000):
            made.update(repr([str(each) for each in row]).encode())
    return made.hexdigest()

"""What is read of refunds, and an order's money as a whole."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.orders.queries import to_pay_minor
from avdet.records.payments.actions import chain_of
from avdet.records.payments.models import Payment
from avdet.records.people.models import Customer
from avdet.records.refunds.models import BY_HAND, OPEN, Goodwill, ReconcileFinding, Refund, RefundAttempt, RefundEvent
from avdet.records.remedies.models import Remedy
from avdet.records.shared.pages import Page, newest_first
from avdet.records.stores.models import Store

OVERPAID: Final = "overpaid"
"""The reason of a refund that gives back what came in beyond an order's total."""
CANCELLATION: Final = "cancellation"
"""The reason of a refund that gives back what pieces cost that were cancelled."""


@dataclass(frozen=True, slots=True)
class OrderMoney:
    """An order's money, in minor units of its currency.

    `promised_minor` is granted and not void; `returned_minor` is what has arrived of it. `owed_minor` is what the order costs
    its customer now, `spare_minor` what was paid beyond that and not given back for it, below zero what is missing.
    """

    currency: str
    paid_minor: int
    promised_minor: int
    returned_minor: int
    owed_minor: int
    spare_minor: int
    payments: list[Payment]
    refunds: list[Refund]

    @property
    def due_minor(self) -> int:
        """What is still to be paid."""
        return max(0, self.owed_minor - self.paid_minor)

    @property
    def over_minor(self) -> int:
        """What came in beyond what the order costs, and is not promised back yet."""
        return max(0, min(self.spare_minor, self.left_minor))

    @property
    def left_minor(self) -> int:
        """What can still be promised back."""
        return self.paid_minor - self.promised_minor


def money_of(order: Order) -> OrderMoney:
    """Payments with their events, refunds with their attempts and events. Five statements, fewer where there is nothing, and
    one for the order's lines unless they are at hand."""
    payments = list(Payment.objects.filter(order=order).prefetch_related("events").order_by("id"))
    refunds = refunds_of(order) if payments else []
    paid = sum(each.amount_minor for each in payments if each.state == "paid")
    promised = sum(each.refunded_minor for each in payments)
    back = sum(each.amount_minor for each in refunds if each.state == "confirmed")
    beyond = (each for each in refunds if each.reason in (OVERPAID, CANCELLATION) and each.state != "void")
    owed = 0 if order.state == "cancelled" else to_pay_minor(order)
    return OrderMoney(
        currency=order.currency,
        paid_minor=paid,
        promised_minor=promised,
        returned_minor=back,
        owed_minor=owed,
        spare_minor=paid - owed - sum(each.amount_minor for each in beyond),
        payments=payments,
        refunds=refunds,
    )


def refunds_of(order: Order) -> list[Refund]:
    """The order's refunds with their attempts and events, the oldest first. Three statements."""
    return list(_whole(Refund.objects.filter(payment__order=order)).order_by("id"))


def granted_for(order: Order, key: str) -> list[Refund]:
    """What a cause has been granted, out of the order's payments or those of the orders that it follows."""
    rows = Refund.objects.filter(payment__order__in=chain_of(order), key=key)
    return list(rows.select_related("payment").order_by("id"))


def refunds_of_remedy(remedy: Remedy) -> list[Refund]:
    """What a remedy has been granted, with the payments that it goes back on. One statement."""
    return list(Refund.objects.filter(remedy=remedy).exclude(state="void").select_related("payment", "account").order_by("id"))


def given_by_remedies(case: Case) -> int:
    """What remedies of a case that are over have given of its goods' price: paid, kept for carriage, or sent anew.

    One statement; two for a case that was opened again after it had been settled.
    """
    rows = Refund.objects.filter(remedy__case=case, remedy__state__in=("void", "done")).exclude(state="void")
    given = int(rows.aggregate(paid=Sum("amount_minor"))["paid"] or 0)
    done = Remedy.objects.filter(case=case, state="done") if case.settled_before else ()
    for each in done:
        sent = min(each.goods_minor, each.goods_minor + each.difference_minor) if each.order_id else 0
        given += each.deducted_minor + sent
    return given


def refunds_of_case(case: Case) -> list[Refund]:
    """What a case's remedies have been granted, with payments and attempts, the oldest first. Three statements."""
    rows = Refund.objects.filter(remedy__case=case).select_related("payment__order")
    return list(_whole(rows).order_by("id"))


def refund_by_id(refund_id: int, store: Store | None = None) -> Refund | None:
    """A refund with its payment, order, store, account, attempts and events; only of one store if it is given."""
    rows = _whole(Refund.objects.filter(pk=refund_id)).select_related("payment__order", "store", "account", "remedy__case")
    return (rows.filter(store=store) if store else rows).first()


def refunds_page(
    store: Store, *, states: tuple[str, ...] = (), after: str = "", before: str = "", size: int = 50
) -> Page[Refund]:
    """The store's refunds with payments, orders and attempts, newest first. Two statements."""
    rows = Refund.objects.filter(store=store).select_related("payment__order").prefetch_related(_ATTEMPTS)
    return newest_first(rows.filter(state__in=states) if states else rows, size=size, after=after, before=before)


def refunds_waiting_for_a_person(store: Store, *, limit: int = 200) -> list[Refund]:
    """Refunds that the machine has given up, and transfers by hand that are to be made; the oldest first. Two statements."""
    rows = _waiting(store).select_related("payment__order").prefetch_related(_ATTEMPTS)
    return list(rows.order_by("id")[:limit])


def count_waiting_for_a_person(store: Store, most: int) -> int:
    """How many refunds `refunds_waiting_for_a_person` would give; counted no further than one beyond `most`."""
    return _waiting(store).order_by()[: most + 1].count()


def _waiting(store: Store) -> QuerySet[Refund]:
    """What goes to an account in a bank's file has a list of its own."""
    rows = Refund.objects.filter(store=store, state__in=("failed", "sending"), next_look_at=None)
    in_a_file = RefundAttempt.objects.filter(refund=OuterRef("pk"), gateway="payout", ended_at=None)
    return rows.exclude(state="failed", account__kind="iban").exclude(Exists(in_a_file))


def count_findings(store: Store, most: int) -> int:
    """How many findings are not healed; counted no further than one beyond `most`."""
    return ReconcileFinding.objects.filter(store=store, healed_at=None).order_by()[: most + 1].count()


def due_to_look_at(now: datetime, *, limit: int = 500) -> list[int]:
    """Refunds of any store that the machine is to turn to."""
    rows = Refund.objects.filter(next_look_at__lte=now).order_by("next_look_at")
    return list(rows.values_list("id", flat=True)[:limit])


def live_attempt(refund: Refund) -> RefundAttempt | None:
    """The attempt that may still turn out either way: the last one, unless it has ended."""
    last = RefundAttempt.objects.filter(refund=refund).order_by("-number").first()
    return last if last and last.ended_at is None else None


def attempt_by_id(attempt_id: int) -> RefundAttempt:
    """One attempt."""
    found: RefundAttempt = RefundAttempt.objects.get(pk=attempt_id)
    return found


def attempts_of_payment(payment: Payment) -> list[RefundAttempt]:
    """Every attempt to pay a payment back, with its refund. One statement."""
    return list(RefundAttempt.objects.filter(refund__payment=payment).select_related("refund").order_by("id"))


def forgotten(*, limit: int = 200) -> list[Refund]:
    """Refunds of any store that are to be sent, or on their way at a gateway, and that nothing will turn to by itself.

    A failed one waits for a person, unless the account that it was to go to has been removed since.
    """
    nowhere = Q(state="failed", account__removed_at__isnull=False)
    rows = Refund.objects.filter(Q(state__in=("granted", "sending", "unknown")) | nowhere, next_look_at=None)
    by_hand = RefundAttempt.objects.filter(refund=OuterRef("pk"), gateway__in=BY_HAND, ended_at=None)
    for_a_batch = Q(state="granted", account__isnull=False, account__removed_at=None)
    return list(rows.exclude(for_a_batch).exclude(Exists(by_hand)).order_by("granted_at")[:limit])


def owed(store: Store) -> dict[str, int]:
    """currency → what is promised and has not arrived."""
    rows = Refund.objects.filter(store=store, state__in=OPEN).order_by()
    return dict(rows.values_list("currency").annotate(Sum("amount_minor")))


def payout_attempt(refund: Refund, end_to_end: str) -> RefundAttempt | None:
    """The attempt to pay a refund by the transfer of this name in a bank's file."""
    return RefundAttempt.objects.filter(refund=refund, gateway="payout", reference=end_to_end).first()


def waiting_for_account(order: Order) -> list[Refund]:
    """What is owed on an order and waits for its customer to say where it shall go, or has been told; the oldest first."""
    asked = RefundEvent.objects.filter(refund=OuterRef("pk"), kind="account_asked")
    rows = Refund.objects.filter(Exists(asked), payment__order=order, state__in=("granted", "failed")).order_by("id")
    return list(rows.select_related("payment__order__customer", "store", "account"))


def notes_of(refund: Refund, *kinds: str) -> list[RefundEvent]:
    """What was noted of a refund, the oldest first."""
    return list(refund.events.filter(kind__in=kinds).order_by("id"))


def goodwill_waiting(store: Store, *, limit: int = 100) -> list[Goodwill]:
    """Sums without a return that wait for a second person, the oldest first. One statement."""
    rows = Goodwill.objects.filter(store=store, state="waiting").select_related("order", "author")
    return list(rows.order_by("id")[:limit])


def given_alone(order: Order) -> int:
    """What has been given on an order without a return, and without that a second person agreed."""
    rows = Goodwill.objects.filter(order=order, state="granted", approver=None)
    return int(rows.aggregate(given=Sum("amount_minor"))["given"] or 0)


def goodwill_of(store: Store, pk: int) -> Goodwill | None:
    """One of them, with its order and author."""
    return Goodwill.objects.filter(store=store, pk=pk).select_related("order__store", "author").first()


def attempt_by_key(key: str) -> RefundAttempt | None:
    """The attempt that was made under a key."""
    return RefundAttempt.objects.filter(key=key).first()


def stuck_since(before: datetime, *, now: datetime, limit: int = 200) -> list[Refund]:
    """Refunds of any store that have been under way since before a time, by hand too, unless they are due later than now."""
    rows = Refund.objects.filter(state__in=("granted", "sending", "unknown"), granted_at__lt=before).exclude(due_by__gt=now)
    return list(rows.select_related("payment__order", "store").order_by("granted_at")[:limit])


def payments_paid_back_since(since: datetime, *, looked_before: datetime, limit: int = 200) -> list[Payment]:
    """Payments at a gateway with a refund that was confirmed lately, which may still come back; not looked up lately."""
    rows = Payment.objects.filter(refunds__confirmed_at__gte=since, refunds__state="confirmed").exclude(gateway="manual")
    unseen = rows.filter(looked_at=None) | rows.filter(looked_at__lt=looked_before)
    return list(unseen.select_related("store").distinct().order_by("looked_at", "id")[:limit])


def findings_page(
    store: Store, *, open_only: bool = True, after: str = "", before: str = "", size: int = 50
) -> Page[ReconcileFinding]:
    """What reconciliation has found, newest first."""
    rows = ReconcileFinding.objects.filter(store=store)
    return newest_first(rows.filter(healed_at=None) if open_only else rows, size=size, after=after, before=before)


def refunds_under_way(customer: Customer) -> bool:
    """Whether money is still on its way back to a customer."""
    return Refund.objects.filter(payment__order__customer=customer, state__in=OPEN).exists()


_ATTEMPTS = Prefetch("attempts", RefundAttempt.objects.order_by("number"))


def _whole(rows: QuerySet[Refund]) -> QuerySet[Refund]:
    return rows.prefetch_related(_ATTEMPTS, Prefetch("events", RefundEvent.objects.order_by("id")))


def granted_between(store: Store, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """state → how many refunds were granted from `since` to before `until`, and their sum. One statement."""
    rows = Refund.objects.filter(store=store, granted_at__gte=since, granted_at__lt=until).order_by()
    counted = rows.values_list("state").annotate(Count("id"), Sum("amount_minor"))
    return {state: (count, int(total)) for state, count, total in counted}

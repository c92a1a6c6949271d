"""Orphans are found: money that nobody waits for any more, refunds that nothing turns to, books that say something else.

What a look-up can heal is looked up; the rest is shown as a finding until it is healed.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.core.bookings import REFUNDS
from avdet.ports.jobs import Payload, defer, job
from avdet.records.ledger import queries as ledger
from avdet.records.ledger.actions import settle
from avdet.records.ledger.models import Transfer
from avdet.records.payments import queries as payments
from avdet.records.refunds import actions, queries
from avdet.records.stores.models import Store
from avdet.records.stores.queries import all_stores

AWAITED: Final = timedelta(minutes=15)
"""After this long an awaited payment is looked up, and then once every `LOOKED`."""
LOOKED: Final = timedelta(hours=1)
LONG: Final = timedelta(days=1)
"""After this long a person is shown what is still under way."""
BANKS_TAKE: Final = timedelta(days=7)
"""A bank's file is answered over weekends and holidays."""
MAY_COME_BACK: Final = timedelta(days=10)
"""Banks give money back for days after they have confirmed it."""


@job("reconcile_payments", every=timedelta(minutes=10))
def reconcile_payments(_payload: Payload, now: datetime) -> None:
    """The periodic job."""
    for payment in payments.expected_since(now - AWAITED, looked_before=now - LOOKED):
        defer("look_up_payment", {"payment": payment.pk}, key=f"look:{payment.pk}")
        if payment.created_at < now - LONG:
            actions.find(payment.store, "awaited_long", f"payment:{payment.pk}", now=now, order_number=payment.order.number)
    for payment in queries.payments_paid_back_since(now - MAY_COME_BACK, looked_before=now - 6 * LOOKED):
        defer("look_up_payment", {"payment": payment.pk}, key=f"look:{payment.pk}")
    for refund in queries.forgotten():
        actions.look_again(refund, now)
    for refund in queries.stuck_since(now - 3 * LONG, now=now):
        order_number, state = refund.payment.order.number, refund.state
        actions.find(refund.store, "refund_long", f"refund:{refund.pk}", now=now, order_number=order_number, note=state)
    for transfer in ledger.pending_since(now - LONG):
        _settle_or_show(transfer, now)


@job("check_books", every=timedelta(days=1))
def check_books(_payload: Payload, now: datetime) -> None:
    """The periodic job that holds the books against the refunds: for each store, zero in sum, and owing what is owed."""
    for store in all_stores():
        differences = books_differ(store)
        if differences:
            actions.find(store, "books_differ", f"store:{store.pk}", now=now, note="; ".join(differences))
        else:
            actions.heal(f"store:{store.pk}", now=now)


@transaction.atomic
def books_differ(store: Store) -> list[str]:
    """In what the books of a store contradict themselves or its refunds; nothing, as long as all is well."""
    stands, owed = ledger.trial_balance(store), queries.owed(store)
    sums: dict[str, int] = defaultdict(int)
    for (_, currency), amount in stands.items():
        sums[currency] += amount
    wrong = [f"{currency} sums to {amount}" for currency, amount in sums.items() if amount]
    for currency in sums.keys() | owed.keys():
        promised, booked = owed.get(currency, 0), -stands.get((REFUNDS, currency), 0)
        if promised != booked:
            wrong.append(f"{currency} {promised} is owed, {booked} is booked")
    return wrong


def _settle_or_show(transfer: Transfer, now: datetime) -> None:
    """A transfer that should have settled long ago: as its attempt has ended, or shown where that is still open."""
    entry, store = transfer.entry, transfer.entry.store
    attempt = queries.attempt_by_key(entry.memo)
    at_the_bank = attempt is not None and attempt.gateway == "payout" and attempt.ended_at is None
    if at_the_bank and transfer.at > now - BANKS_TAKE:
        return
    if attempt is not None and attempt.ended_at is not None:
        settle(entry, "posted" if attempt.result == "done" else "void", now=now)
        actions.heal(f"entry:{entry.pk}", now=now)
    else:
        actions.find(store, "pending_long", f"entry:{entry.pk}", now=now, order_number=entry.order_number, note=entry.key)

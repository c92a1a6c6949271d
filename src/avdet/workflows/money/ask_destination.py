"""A refund cannot go out as long as nobody knows where to: whoever can say so is asked, once; and what they say is kept."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.ports.jobs import defer
from avdet.records.orders.models import Order
from avdet.records.payouts.queries import in_open_line
from avdet.records.people.bank_accounts import Registration, account_by_number, register
from avdet.records.people.models import BankAccount
from avdet.records.refunds import actions
from avdet.records.refunds.models import Refund
from avdet.records.refunds.queries import notes_of, waiting_for_account
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.words.faults import coded
from avdet.workflows.money.destination import CHECKED, REFUSED, Waits
from avdet.workflows.notices.tell_refund import tell_refund
from avdet.workflows.notices.write_notice import order_url

ASKED: Final = {"account": "account_asked", "documents": "documents_asked"}


def ask_destination(refund: Refund, waits: Waits, *, now: datetime, actor: Actor) -> None:
    """Asks for what is missing, unless that was done since the last account was refused, or removed by its owner."""
    kind, account = ASKED[waits.why], refund.account
    asked = notes_of(refund, kind, REFUSED)
    if account is not None and account.removed_at is not None:
        actions.pay_to(refund, None)
    elif asked and asked[-1].kind == kind:
        return
    order = refund.payment.order
    actions.note(refund, kind, actor=actor, now=now, facts={"clauses": list(waits.clauses)})
    if waits.why == "documents":
        note = ", ".join(waits.clauses)
        actions.find(refund.store, "payer_documents", f"refund:{refund.pk}", now=now, order_number=order.number, note=note)
        tell_refund(refund, order, "refund_documents", now=now)
    else:
        url = f"{order_url(refund.store, order.number)}money/" if settings.URL else ""
        tell_refund(refund, order, "refund_account", now=now, url=url, before=len(asked))


@transaction.atomic
def choose_account(order: Order, account: BankAccount, *, now: datetime, actor: Actor) -> list[Refund]:
    """What is owed on an order goes to this account of its customer's, as far as nobody is sending it; which refunds those are.

    `AvdetError` for somebody else's account, one that is no longer registered, or where nothing is owed.
    """
    if account.customer_id != order.customer_id or account.removed_at is not None:
        raise coded(AvdetError, "refund.account", where="account")
    chosen = []
    for each in waiting_for_account(order):
        refund = actions.locked(each.pk)
        if refund is None or refund.state not in ("granted", "failed") or in_open_line(refund):
            continue
        actions.pay_to(refund, account)
        actions.note(refund, "account_chosen", actor=actor, now=now, facts={"account": account.pk})
        actions.heal(f"refund:{refund.pk}", now=now, kind="refund_failed")
        actions.look_again(refund, now)
        defer("send_refund", {"refund": refund.pk})
        chosen.append(refund)
    if not chosen:
        raise coded(AvdetError, "refund.no_account_asked", where="account")
    return chosen


@transaction.atomic
def name_account(order: Order, said: Registration, *, now: datetime, actor: Actor) -> list[Refund]:
    """The same for an account that its customer has named to somebody else: it is registered with its consent, unless it is.

    `AvdetError` names what is wrong with it: the number, the holder, that consent is missing.
    """
    customer = order.customer
    if customer is None or not waiting_for_account(order):
        raise coded(AvdetError, "refund.no_account_asked", where="account")
    known = account_by_number(customer, said.number)
    return choose_account(order, known or register(customer, said, now=now), now=now, actor=actor)


@transaction.atomic
def check_documents(refund: Refund, *, why: str, now: datetime, actor: Actor) -> None:
    """A person has looked at the documents of whoever paid and of the profile's owner: the money goes back to the payer.

    `AvdetError` without a word on what was seen; `Conflict` where the refund is on its way.
    """
    fresh = actions.locked(refund.pk)
    if fresh is None or fresh.state not in ("granted", "failed"):
        raise coded(Conflict, "record.changed", where=f"refund {refund.pk}")
    if not why.strip():
        raise coded(AvdetError, "refund.documents", where="why")
    actions.note(fresh, CHECKED, actor=actor, now=now, facts={"why": why.strip()[:500]})
    actions.heal(f"refund:{fresh.pk}", now=now, kind="payer_documents")
    actions.look_again(fresh, now)
    defer("send_refund", {"refund": fresh.pk})

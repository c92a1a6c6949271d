"""Where a refund goes: back the way it came, to an account, or nowhere yet. The terms say which; nothing is sent here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Literal

from avdet.contract.question import Account
from avdet.contract.shape import Answer
from avdet.core.errors import AvdetError
from avdet.core.folding import fold
from avdet.records.payments.models import Payment
from avdet.records.people.bank_accounts import PARENTS, Holder, Kind, bank_accounts_of
from avdet.records.people.models import BankAccount, Customer
from avdet.records.refunds.models import Refund
from avdet.records.refunds.queries import notes_of
from avdet.workflows.policy.ask_policy import OrderFile, file_of, put, question_of

CHECKED: Final = "documents_checked"
REFUSED: Final = "account_refused"
_ACCOUNT: Final = frozenset({"registered_card", "parents_card", "iban"})
"""Demands of the terms that only a registered account meets."""


Due = tuple[datetime | None, datetime]
"""The first and the last end of the time in which a refund has to arrive; the first is `None` where the terms name one day."""


@dataclass(frozen=True, slots=True)
class Back:
    """Back the way it came: through the gateway to the paying card, or by hand to the account that paid.

    `due`, here and below, is until when the terms' clauses on refunds have it paid; they may name no time.
    """

    clauses: tuple[str, ...] = ()
    due: Due | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class ToAccount:
    """To an account that the customer has registered: an IBAN by the bank's file, a card by hand."""

    account: BankAccount
    clauses: tuple[str, ...] = ()
    due: Due | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Waits:
    """Nowhere yet: an `account` has to be named, or the payer's `documents` have to be checked by a person."""

    why: Literal["account", "documents"]
    clauses: tuple[str, ...] = ()
    due: Due | None = field(default=None, compare=False)


Destination = Back | ToAccount | Waits


@dataclass(frozen=True, slots=True)
class _Known:
    """What the records know of a refund's way."""

    refund: Refund
    accounts: Sequence[BankAccount]
    documents: bool
    came_back: frozenset[int]

    @property
    def chosen(self) -> BankAccount | None:
        """The account that somebody named for this very refund, as long as it can be paid to."""
        account = self.refund.account
        usable = account is not None and account.number and account.pk not in self.came_back
        return account if usable else None


def destination_of(refund: Refund, now: datetime) -> Destination:
    """Where a refund goes, by what is known now. The refund comes with its payment and order; eight statements at most."""
    known, file = _known(refund), file_of(refund.payment.order, now)
    wanted, answer = _ask(known, file)
    return replace(_way(known, wanted, answer), due=_due(refund, file, answer))


def _due(refund: Refund, file: OrderFile | None, answer: Answer | None) -> Due | None:
    """Until when the clauses on refunds have it paid, from the day on which it was granted."""
    if file is None or answer is None or "refund_by" not in answer.deadlines:
        return None
    calendar = file.terms.calendar
    first, last = (
        calendar.end(refund.granted_at, found.unit, found.count) if (found := answer.deadlines.get(name)) else None
        for name in ("refund_from", "refund_by")
    )
    return (first, last) if last else None


def _way(known: _Known, wanted: BankAccount | None, answer: Answer | None) -> Destination:
    order = known.refund.payment.order
    clauses = tuple(dict.fromkeys(row.clause for row in answer.because if row.finding != "gap")) if answer else ()
    missing, asked = (frozenset(answer.missing), frozenset(answer.requires)) if answer else (frozenset(), frozenset())
    if "payer_documents" in missing:
        return Waits("documents", clauses)
    if "payer_documents" in asked:  # whatever account the customer has named: it goes back to whoever paid
        return Back(clauses)
    if (missing | (asked & {"iban"})) & _ACCOUNT and wanted is None:
        return Waits("account", clauses) if order.customer else Back(clauses)
    return _known_way(known, wanted, asked, clauses)


def _known_way(known: _Known, wanted: BankAccount | None, asked: frozenset[str], clauses: tuple[str, ...]) -> Destination:
    payment = known.refund.payment
    named = known.chosen is not None and not _paid_by(payment, known.chosen)
    if wanted is not None and ("iban" in asked or named or payment.gateway == "manual"):
        return ToAccount(wanted, clauses)
    if payment.gateway != "manual" or payment.order.customer is None:
        return Back(clauses)
    return Waits("account", clauses)


def _paid_by(payment: Payment, account: BankAccount) -> bool:
    """Whether a gateway that sends the money back sends it to this very card."""
    return account.kind == Kind.CARD and bool(payment.card_last_digits) and account.last_digits == payment.card_last_digits


def _known(refund: Refund) -> _Known:
    customer = refund.payment.order.customer
    notes = notes_of(refund, CHECKED, REFUSED)
    came_back = frozenset(int(each.facts.get("account", 0)) for each in notes if each.kind == REFUSED)
    accounts = bank_accounts_of(customer) if customer and not came_back else []  # after a return the customer chooses
    return _Known(refund, accounts, any(each.kind == CHECKED for each in notes), came_back)


def _ask(known: _Known, file: OrderFile | None) -> tuple[BankAccount | None, Answer | None]:
    """The account that meets the terms, and what they say of it; no answer where none were in force, or none decides."""
    account = known.chosen or next(iter(known.accounts), None)
    if file is None:
        return account, None
    try:
        answer = _answer(known, file, account)
        fit = known.chosen if known.chosen and _fits(known.chosen, answer) else _best(known.accounts, answer)
        return fit, answer if fit == account else _answer(known, file, fit)
    except AvdetError:
        return account, None


def _best(accounts: Sequence[BankAccount], answer: Answer) -> BankAccount | None:
    """The newest account of the kind that the terms ask for; where they ask for a card, an IBAN will do."""
    cards_first = "registered_card" in answer.requires
    fit = [each for each in accounts if _fits(each, answer)]
    return min(fit, key=lambda each: (each.kind != Kind.CARD) if cards_first else (each.kind == Kind.CARD), default=None)


def _fits(account: BankAccount, answer: Answer) -> bool:
    return account.kind == Kind.IBAN or "iban" not in answer.requires


def _answer(known: _Known, file: OrderFile, account: BankAccount | None) -> Answer:
    payment, customer = known.refund.payment, known.refund.payment.order.customer
    told = replace(
        file, paid_from=_payer(payment, customer, account), refund_to=_holder(account, payment) if account else None,
        payer_documents_checked=known.documents,
    )  # fmt: skip
    return put(told, question_of(told, "refund"))


def _holder(account: BankAccount, payment: Payment) -> Account:
    holder: Any = "parent" if account.holder in PARENTS else "customer" if account.holder == Holder.SELF else "other"
    told_apart = account.kind == Kind.CARD and payment.card_last_digits
    return Account(holder, number=account.last_digits if told_apart else None)


def _payer(payment: Payment, customer: Customer | None, account: BankAccount | None) -> Account:
    """Who paid, as far as it is known: by name, by the card's last digits; the registered holder where nothing is."""
    number = payment.card_last_digits or None
    registered = _holder(account, payment) if account else Account("customer")
    name = fold(payment.payer_name or "")
    if account is not None and (name == fold(account.holder_name) or not name):
        return Account(registered.holder, number=number)
    own: Any = "customer" if not name or customer is None or name == fold(customer.name) else "other"
    return Account(own, number=number)

"""Cards and IBANs that refunds may be paid to: whose they are, that they can exist, and the consent that registering is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from stdnum import luhn

from avdet.core.errors import AvdetError
from avdet.core.folding import fold
from avdet.records.people.banks import bank_of_card, bank_of_iban, is_iban
from avdet.records.people.models import BankAccount, Customer
from avdet.records.shared.sealed import fingerprint
from avdet.words.faults import coded

Kind, Holder = BankAccount.Kind, BankAccount.Holder
PARENTS: Final = (Holder.FATHER, Holder.MOTHER)
OF_AGE: Final = 18
MOST: Final = 10
"""How many accounts one customer may have registered at a time."""


@dataclass(frozen=True, slots=True)
class Registration:
    """An account as its owner enters it. `consent` is the sentence they agreed to; `no_father` that the father has no card."""

    number: str
    holder: str
    holder_name: str
    consent: str
    no_father: bool = False


def read_number(text: str) -> tuple[str, str]:
    """(`card` or `iban`, its digits); an IBAN begins with its country. `AvdetError` for a number that cannot be.

    >>> read_number("۶۰۳۷-۹۹۱۲-۳۴۵۶-۷۸۹۳"), read_number("TR33 0006 1005 1978 6457 8413 26")
    (('card', '6037991234567893'), ('iban', 'TR330006100519786457841326'))
    """
    written = fold(text[:80]).replace(" ", "").upper()
    if written.isdigit() and 15 <= len(written) <= 19:
        if not luhn.is_valid(written):
            raise coded(AvdetError, "bank.card", where="bank.card")
        return Kind.CARD.value, written
    if not is_iban(written):
        raise coded(AvdetError, "bank.iban", where="bank.iban")
    return Kind.IBAN.value, written


def is_minor(customer: Customer, now: datetime) -> bool:
    """Whether somebody is under 18 for certain, in the store's own calendar year; nobody is, of whom no year is known."""
    year = customer.store.day_of(now).year
    return customer.birth_year is not None and year - customer.birth_year < OF_AGE


def register(customer: Customer, said: Registration, *, now: datetime) -> BankAccount:
    """Registers a card or an IBAN. `AvdetError` names what is wrong: the number, the holder, or that consent is missing."""
    kind, number = read_number(said.number)
    _check_holder(customer, said, now)
    if not said.consent:
        raise coded(AvdetError, "bank.consent", where="bank.consent")
    if customer.bank_accounts.filter(removed_at=None).count() >= MOST:
        raise coded(AvdetError, "bank.many", where="bank.many", most=MOST)
    try:
        with transaction.atomic():
            return _write(customer, said, kind, number, now)
    except IntegrityError:
        raise coded(AvdetError, "bank.twice", where="bank.twice") from None


def _write(customer: Customer, said: Registration, kind: str, number: str, now: datetime) -> BankAccount:
    bank = bank_of_card(number) if kind == Kind.CARD else bank_of_iban(number)
    made: BankAccount = BankAccount.objects.create(
        customer=customer, kind=kind, number=number, number_print=fingerprint(number, "bank"), last_digits=number[-4:],
        holder=said.holder, holder_name=said.holder_name.strip(), bank=bank,
        consent_text=said.consent, consent_at=now,
    )  # fmt: skip
    return made


def _check_holder(customer: Customer, said: Registration, now: datetime) -> None:
    """An account is the customer's own; a minor's may be a parent's, the father's first."""
    if not said.holder_name.strip():
        raise coded(AvdetError, "bank.name", where="bank.name")
    if said.holder == Holder.SELF:
        if fold(said.holder_name) != fold(customer.name):
            raise coded(AvdetError, "bank.other_name", where="bank.other_name")
    elif said.holder not in PARENTS:
        raise coded(AvdetError, "bank.holder", where="bank.holder")
    elif not is_minor(customer, now):
        raise coded(AvdetError, "bank.of_age", where="bank.of_age")
    elif said.holder == Holder.MOTHER and not said.no_father:
        raise coded(AvdetError, "bank.father", where="bank.father")


def bank_accounts_of(customer: Customer) -> list[BankAccount]:
    """What is registered now, the latest first."""
    return list(customer.bank_accounts.filter(removed_at=None).order_by("-pk"))


def account_by_number(customer: Customer, text: str) -> BankAccount | None:
    """What a customer has registered under a number. `AvdetError` for a number that cannot be."""
    _, number = read_number(text)
    found: BankAccount | None = customer.bank_accounts.filter(number_print=fingerprint(number, "bank"), removed_at=None).first()
    return found


def remove_bank_account(customer: Customer, account_id: int, *, now: datetime) -> bool:
    """Takes one of a customer's accounts off the list and forgets its number; that there was one stays known."""
    return bool(_forget(customer, now, pk=account_id))


def forget_bank_accounts(customer: Customer, *, now: datetime) -> int:
    """The same for all of them, those that were removed before as well."""
    found = _forget(customer, now)  # first: of two that are registered neither may lose its number alone
    customer.bank_accounts.update(holder_name="", last_digits="", number="", number_print="", consent_text="")
    return found


def _forget(customer: Customer, now: datetime, **which: int) -> int:
    found = customer.bank_accounts.filter(removed_at=None, **which)
    return found.update(removed_at=now, number="", number_print="", holder_name="")

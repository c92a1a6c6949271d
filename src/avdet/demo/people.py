"""Who buys at a demo store: customers with addresses, registered cards and IBANs, from `people.yaml`. All are invented."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from avdet.demo.reading import bad, read

Language = Literal["tr", "fa", "en"]
Phone = Annotated[str, Meta(pattern=r"^\+[0-9]{11,12}$")]
Email = Annotated[str, Meta(pattern=r"^[a-z0-9._-]+@[a-z0-9.-]+\.example$")]
Line = Annotated[str, Meta(min_length=2, max_length=200)]


class Address(Struct, frozen=True, forbid_unknown_fields=True):
    """Where parcels go. `country` is TR or IR."""

    country: Literal["TR", "IR"]
    province: Line
    district: Line
    street: Line
    postcode: Annotated[str, Meta(pattern=r"^([0-9]{5}|[0-9]{10})$")]


class Account(Struct, frozen=True, forbid_unknown_fields=True):
    """A registered bank card or IBAN, with its holder's name as the bank knows it."""

    kind: Literal["card", "iban"]
    number: str
    holder: Line
    bank: Line


class Guardian(Struct, frozen=True, forbid_unknown_fields=True):
    """The parent whose account is used for a minor's refunds."""

    customer: str
    relation: Literal["father", "mother"]


class DemoCustomer(Struct, frozen=True, forbid_unknown_fields=True):
    """A customer of one store; `key` is how orders name them."""

    key: Annotated[str, Meta(pattern=r"^c[0-9]{2}$")]
    name: Line
    phone: Phone
    email: Email
    language: Language
    born: date
    address: Address
    accounts: list[Account] = []
    guardian: Guardian | None = None

    def is_minor(self, today: date) -> bool:
        """Whether they are under 18 on that day."""
        return (today.year - self.born.year) - ((today.month, today.day) < (self.born.month, self.born.day)) < 18


class _PeopleFile(Struct, frozen=True, forbid_unknown_fields=True):
    customers: list[DemoCustomer]


def read_people(path: Path) -> dict[str, DemoCustomer]:
    """Every customer of a `people.yaml`, by key, in the file's order."""
    found: dict[str, DemoCustomer] = {}
    for i, customer in enumerate(read(path, _PeopleFile).customers):
        place = f"$.customers[{i}]"
        if customer.key in found:
            raise bad(path, f"{place}.key", f"{customer.key} stands twice", "give each customer their own key")
        for j, account in enumerate(customer.accounts):
            if not _sound(account):
                raise bad(path, f"{place}.accounts[{j}].number", f"the check digits of this {account.kind} are wrong",
                          "correct the number")  # fmt: skip
        found[customer.key] = customer
    for customer in found.values():
        if customer.guardian and customer.guardian.customer not in found:
            raise bad(path, customer.key, f"the parent {customer.guardian.customer} is no customer", "name one of this file")
    return found


def _sound(account: Account) -> bool:
    return luhn_holds(account.number) if account.kind == "card" else mod97_holds(account.number)


def luhn_holds(number: str) -> bool:
    """Whether a card number of 16 digits ends in its check digit.

    >>> luhn_holds("4543600000000003"), luhn_holds("4543600000000004")
    (True, False)
    """
    if len(number) != 16 or not (number.isascii() and number.isdigit()):
        return False
    digits = [int(digit) for digit in number]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def mod97_holds(iban: str) -> bool:
    """Whether a Turkish or Iranian IBAN of 26 characters carries its check digits.

    >>> mod97_holds("TR400006200000000000000001"), mod97_holds("TR410006200000000000000001")
    (True, False)
    """
    if len(iban) != 26 or iban[:2] not in {"TR", "IR"} or not (iban.isascii() and iban[2:].isdigit()):
        return False
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(sign, 36)) for sign in turned)) % 97 == 1

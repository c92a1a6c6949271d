"""Money that leaves through a bank: the file that asks for it, and what the bank says became of it.

The files are read and written by what `connect_files` was given; a bank that takes them over the network is opened by what
`connect_banks` was given. Both are called once, at start-up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal, Protocol

Result = Literal["settled", "returned", "pending"]
LARGEST: Final = 5_000_000
"""No answer of a bank is larger, in bytes."""


@dataclass(frozen=True, slots=True)
class Party:
    """Whose account it is. `bic` may be empty."""

    name: str
    iban: str
    bic: str = ""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer of an order, in minor units of the order's currency. `end_to_end` names it until its end."""

    end_to_end: str
    amount_minor: int
    to: Party
    note: str = ""


@dataclass(frozen=True, slots=True)
class PaymentOrder:
    """What a bank is asked to pay in one go. The same order always makes the same file. `made_at` is aware."""

    message_id: str
    made_at: datetime
    pay_on: date
    currency: str
    payer: Party
    transfers: tuple[Transfer, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one transfer, as its row in the bank's file says. `amount_minor` is None where it names no amount."""

    end_to_end: str
    result: Result
    code: str = ""
    note: str = ""
    amount_minor: int | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A bank's answer. `of` is the message it answers, empty for a statement; `whole` speaks of transfers without a row."""

    of: str
    fates: tuple[Fate, ...]
    whole: Fate | None = None


class BankFiles(Protocol):
    """Files as banks write and read them."""

    def xml(self, order: PaymentOrder) -> bytes:
        """ISO 20022 pain.001.001.09, held against its schema. `AvdetError` for an order that the schema has no room for."""
        ...

    def csv(self, order: PaymentOrder) -> bytes:
        """A table in UTF-8 with one row for each transfer."""
        ...

    def read(self, raw: bytes, currency: str, language: str) -> Report:
        """A pain.002, or a CSV statement whose amounts are in `currency`. `AvdetError` for anything else."""
        ...


@dataclass(frozen=True, slots=True)
class Handed:
    """The bank has the file, now or since an earlier call under the same message id."""


@dataclass(frozen=True, slots=True)
class Declined:
    """The bank has not taken the file; when `permanent`, sending it again cannot help."""

    what: str
    permanent: bool


class Bank(Protocol):
    """A bank that takes files over the network. No method raises for what a bank or a network may do."""

    def hand_over(self, message_id: str, file: bytes) -> Handed | Declined:
        """Gives it a file. A repetition under the same message id is paid once."""
        ...

    def answers(self, message_id: str) -> tuple[bytes, ...] | Declined:
        """Every answer to a message that the bank has ready, the oldest first; the same ones again when asked again."""
        ...


_files: list[BankFiles] = []
_banks: list[Callable[[str, str], Bank]] = []


def connect_files(files: BankFiles) -> None:
    """From now on `files` gives these."""
    _files[:] = [files]


def files() -> BankFiles:
    """The one that reads and writes the files of banks."""
    return _files[0]


def connect_banks(opener: Callable[[str, str], Bank]) -> None:
    """From now on `open_bank` opens with this: address and key → the bank."""
    _banks[:] = [opener]


def open_bank(url: str, key: str) -> Bank:
    """The bank at an address, for whom the key is known. Nothing is asked yet."""
    return _banks[0](url, key)

"""The way back of money: what a payment gateway is asked for, and the values it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

PaymentState = Literal["waiting", "paid", "failed", "reversed", "partly_refunded", "refunded"]


@dataclass(frozen=True, slots=True)
class Done:
    """The money moved. `reference` is the gateway's own number of the movement, `at` its time (aware)."""

    reference: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted and under way: a person or a bank finishes it. `reference` names it; empty where none was given."""

    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Certainly not done. `code` is the gateway's; when `permanent`, asking again cannot help."""

    code: str
    what: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows: the answer was lost. Look it up by its key before trying again."""

    what: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The gateway has never heard of it: no effect was had, and trying is safe."""


Outcome = Done | Pending | Refused | Unknown
Trace = Done | Pending | Refused | Unknown | NotFound


@dataclass(frozen=True, slots=True)
class Movement:
    """One way back that the gateway has on its books. `key` is ours, empty where the movement was started elsewhere."""

    kind: Literal["reverse", "refund"]
    reference: str
    key: str
    amount_minor: int
    at: datetime | None
    state: Literal["done", "pending", "failed"]


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """A payment as the gateway has it. Amounts are in minor units of `currency`; `paid_at` is aware.

    `paid_minor` is what came in, `returned_minor` what has gone back or is on its way.
    """

    reference: str
    state: PaymentState
    paid_minor: int
    returned_minor: int
    currency: str
    paid_at: datetime | None
    movements: tuple[Movement, ...] = ()

    @property
    def left_minor(self) -> int:
        """What can still go back."""
        return max(0, self.paid_minor - self.returned_minor)


class Gateway(Protocol):
    """A gateway, asked for the way back. No method raises for what a gateway or a network may do: it answers a value.

    `reference` is the gateway's number of the payment. `key` is ours: one for each intended effect, used again when
    that effect is tried again, never for another. After `Unknown`, ask `attempt` first; try again only on `NotFound`.
    """

    def look_up(self, reference: str) -> PaymentStatus | Refused | Unknown | NotFound:
        """The payment as the gateway has it now."""
        ...

    def attempt(self, reference: str, *, key: str) -> Trace:
        """What became of an earlier `reverse` or `refund` under this key.

        `Refused` and `NotFound` are about that attempt; where the look-up itself fails, the answer is `Unknown`.
        """
        ...

    def reverse(self, reference: str, *, key: str) -> Outcome:
        """Void the whole payment. Most gateways allow it on the day of the payment only."""
        ...

    def refund(self, reference: str, amount_minor: int, currency: str, *, key: str) -> Outcome:
        """Pay a part back, or all of it."""
        ...


@dataclass(frozen=True, slots=True)
class PaymentNews:
    """What a gateway's genuine callback says; it is a reason to look the payment up, never proof by itself.

    `event` is the gateway's own word. `delivery` is the same for each repetition of one message.
    """

    delivery: str
    reference: str
    event: str
    succeeded: bool

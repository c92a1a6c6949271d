"""A payment gateway in this process, with books of its own, that loses answers, refuses, lies and takes money back."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from avdet.ports import gateways
from avdet.ports.payments import Done, Movement, NotFound, Outcome, PaymentNews, PaymentStatus, Pending, Refused, Trace, Unknown

NAME: Final = "simulated"
Callback = Callable[[datetime, PaymentNews], None]
"""When a callback reaches the shop, and what it says."""


@dataclass
class Account:
    """A payment as the gateway has it: what came in, and every way back of it by the key that it was asked for under."""

    reference: str
    amount_minor: int
    currency: str
    paid_at: datetime
    back: dict[str, Movement] = field(default_factory=dict)

    @property
    def returned_minor(self) -> int:
        return sum(each.amount_minor for each in self.back.values() if each.state != "failed")


class SimulatedGateway:
    """The port, and the dice. Whatever it answers, its books are right."""

    def __init__(self, dice: random.Random, tally: Counter[str], callback: Callback) -> None:
        self.dice, self.tally, self.callback = dice, tally, callback
        self.accounts: dict[str, Account] = {}
        self.now = datetime.min
        self._later: list[tuple[datetime, int, str, str]] = []
        self._serial = 0

    def connect(self) -> None:
        gateways.connect(gateways.Provider(NAME, lambda _: self, ("key",)))

    def paid(self, reference: str, amount_minor: int, currency: str, at: datetime) -> None:
        self.accounts[reference] = Account(reference, amount_minor, currency, at)

    # ---- the port ----------------------------------------------------------------------------------------------------

    def look_up(self, reference: str) -> PaymentStatus | Refused | Unknown | NotFound:
        if self._lost():
            return Unknown("no answer")
        found = self.accounts.get(reference)
        if found is None:
            return NotFound()
        returned = found.returned_minor
        state = "paid" if not returned else "refunded" if returned == found.amount_minor else "partly_refunded"
        return PaymentStatus(
            reference, state, found.amount_minor, returned, found.currency, found.paid_at, tuple(found.back.values())
        )

    def attempt(self, reference: str, *, key: str) -> Trace:
        if self._lost():
            return Unknown("no answer")
        move = self.accounts[reference].back.get(key)
        return self._said(move) if move else NotFound()

    def reverse(self, reference: str, *, key: str) -> Outcome:
        account = self.accounts[reference]
        if account.returned_minor or account.paid_at.date() != self.now.date():
            self.tally["gateway: too late to reverse"] += 1
            return Refused("too_late", "only on the day of the payment", permanent=False)
        return self._back(account, "reverse", account.amount_minor, key)

    def refund(self, reference: str, amount_minor: int, currency: str, *, key: str) -> Outcome:
        assert currency == self.accounts[reference].currency
        return self._back(self.accounts[reference], "refund", amount_minor, key)

    # ---- what goes wrong ---------------------------------------------------------------------------------------------

    def _back(self, account: Account, kind: str, amount_minor: int, key: str) -> Outcome:
        known = account.back.get(key)
        if known is not None:
            self.tally["gateway: asked again under one key"] += 1
            return self._said(known)
        if account.returned_minor + amount_minor > account.amount_minor:
            self.tally["gateway: asked for more than came in"] += 1
            return Refused("too_much", "more than came in", permanent=True)
        cast = self.dice.random()
        if cast < 0.08:
            self.tally["gateway: timeout before anything"] += 1
            return Unknown("timeout")
        if cast < 0.13:
            self.tally["gateway: busy"] += 1
            return Refused("busy", "try later", permanent=False)
        if cast < 0.15:
            self.tally["gateway: refused for good"] += 1
            return Refused("closed_card", "the card is closed", permanent=True)
        move = self._booked(account, kind, amount_minor, key, "pending" if cast < 0.25 else "done")
        if cast < 0.40:
            self.tally["gateway: timeout after success"] += 1
            return Unknown("timeout")
        return self._said(move)

    def _booked(self, account: Account, kind: str, amount_minor: int, key: str, state: str) -> Movement:
        self._serial += 1
        move = Movement(
            "reverse" if kind == "reverse" else "refund", f"M{self._serial}", key, amount_minor, self.now,
            "pending" if state == "pending" else "done",
        )  # fmt: skip
        account.back[key] = move
        self._tell(account, move)
        if state == "pending" or self.dice.random() < 0.03:
            at = self.now + timedelta(hours=self.dice.randint(1, 120))
            heapq.heappush(self._later, (at, self._serial, account.reference, key))
        return move

    def pass_time(self, now: datetime) -> None:
        """What was pending ends; some of what had arrived comes back."""
        self.now = now
        while self._later and self._later[0][0] <= now:
            _, _, reference, key = heapq.heappop(self._later)
            account = self.accounts[reference]
            move = account.back[key]
            failed = move.state == "done" or self.dice.random() < 0.15
            if failed and move.state == "done":
                self.tally["gateway: late failure"] += 1
            account.back[key] = replace(move, state="failed" if failed else "done")
            self._tell(account, account.back[key])

    def _said(self, move: Movement) -> Done | Pending | Refused:
        if move.state == "failed":
            return Refused("returned", "the bank gave it back", permanent=True)
        return Done(move.reference, move.at or self.now) if move.state == "done" else Pending(move.reference)

    def _lost(self) -> bool:
        lost = self.dice.random() < 0.04
        self.tally["gateway: look-up lost"] += lost
        return lost

    def _tell(self, account: Account, move: Movement) -> None:
        """The callback of a move: never, once, or several times, now or days later, before or after those of other moves."""
        times = self.dice.choice((0, 1, 1, 1, 2, 3))
        self.tally["gateway: callback lost"] += times == 0
        self.tally["gateway: callback repeated"] += max(0, times - 1)
        news = PaymentNews(f"{move.reference}:{move.state}", account.reference, f"refund.{move.state}", move.state != "failed")
        for _ in range(times):
            self.callback(self.now + timedelta(minutes=self.dice.choice((0, 1, 5, 600, 4_000))), news)

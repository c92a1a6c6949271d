"""Double entry: a journal entry is a set of transfers, each from one account to another, so that its lines sum to zero.

An account's name says what it is: `kind:name`, where the kind is asset, liability, income or expense. A transfer is
posted at once, or stands pending until it is posted or void. Nothing is ever changed: what was wrong is put right by
`opposite`, which adds the same transfers the other way round.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from avdet.core.errors import AvdetError

State = Literal["pending", "posted", "void"]
KINDS: Final = ("asset", "liability", "income", "expense")
ACCOUNT: Final = re.compile(rf"(?:{'|'.join(KINDS)}):[a-z0-9_.-]{{1,60}}")


@dataclass(frozen=True, slots=True)
class Transfer:
    """`amount_minor` > 0 of one currency, out of `credit` and into `debit`."""

    debit: str
    credit: str
    amount_minor: int
    currency: str
    state: State = "posted"

    def __post_init__(self) -> None:
        if self.amount_minor <= 0:
            cure = "swap debit and credit instead of the sign"
            raise AvdetError("a transfer moves more than nothing", where="amount_minor", cure=cure)
        if self.debit == self.credit:
            raise AvdetError("a transfer leads from one account to another", where="debit", cure="name two accounts")
        for side in (self.debit, self.credit):
            if not ACCOUNT.fullmatch(side):
                cure = f"kind:name, the kind one of {', '.join(KINDS)}"
                raise AvdetError(f"{side!r:.40} is no account", where="account", cure=cure)


@dataclass(frozen=True, slots=True)
class Line:
    """One side of a transfer: debits are positive, credits negative."""

    account: str
    amount_minor: int
    currency: str


def lines(transfers: Iterable[Transfer]) -> list[Line]:
    """Both sides of each transfer that is not void.

    >>> [line.amount_minor for line in lines([Transfer("asset:gateway", "income:sales", 500, "TRY")])]
    [500, -500]
    """
    return [
        Line(account, amount, each.currency)
        for each in transfers
        if each.state != "void"
        for account, amount in ((each.debit, each.amount_minor), (each.credit, -each.amount_minor))
    ]


def balances(transfers: Iterable[Transfer]) -> dict[tuple[str, str], int]:
    """(account, currency) → what stands on it; the sum over accounts is zero for every currency."""
    totals: dict[tuple[str, str], int] = defaultdict(int)
    for line in lines(transfers):
        totals[line.account, line.currency] += line.amount_minor
    return dict(totals)


def opposite(transfers: Iterable[Transfer]) -> tuple[Transfer, ...]:
    """What takes the posted ones back: the same sums the other way round."""
    posted = (each for each in transfers if each.state == "posted")
    return tuple(Transfer(each.credit, each.debit, each.amount_minor, each.currency) for each in posted)

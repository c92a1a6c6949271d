"""Amounts are integers in the currency's smallest unit in use (TRY in kuruş, IRR in rial), shared out without losing one."""

from __future__ import annotations

from collections.abc import Sequence

from avdet.core.errors import MoneyError


def allocate(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Share `total` in proportion to `weights`; the parts sum to it exactly, the largest remainders take the odd units.

    >>> allocate(100, [1, 1, 1])
    (34, 33, 33)
    """
    whole = sum(weights)
    if any(weight < 0 for weight in weights) or not whole:
        raise MoneyError("there is nothing to share by", cure="give at least one positive weight and none below zero")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return tuple(shares)


def part(total: int, *, before: int, count: int, of: int) -> int:
    """What `count` of `of` equal pieces come to, `before` pieces having been counted already.

    However the pieces are grouped, all of them together come to `total` exactly.

    >>> part(100, before=0, count=1, of=3), part(100, before=1, count=2, of=3)
    (33, 67)
    """
    if before < 0 or count < 0 or before + count > of:
        raise MoneyError(f"{before} + {count} pieces of {of}", cure="claim no more than is left")
    return total * (before + count) // of - total * before // of

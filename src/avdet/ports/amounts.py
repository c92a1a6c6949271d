"""Amounts as other systems write them, to and from minor units, exactly."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from avdet.core.errors import MoneyError

_NO_DECIMALS: Final = frozenset({"CLP", "IRR", "ISK", "JPY", "KRW", "PYG", "RWF", "UGX", "VND", "XAF", "XOF", "XPF"})
_THREE_DECIMALS: Final = frozenset({"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
_SPOKEN: Final = {"IRT": ("IRR", 10), "IRHR": ("IRR", 1_000), "IRHT": ("IRR", 10_000), "TL": ("TRY", 1)}
"""Units that shops price in which are no currency: toman, thousands of rial and of toman; and an old name."""
_TOO_MUCH: Final = 10**15


def exponent(currency: str) -> int:
    """How many decimals its minor unit stands for. The rial counts in rial: no dinar has been seen for decades.

    >>> exponent("TRY"), exponent("IRR"), exponent("KWD")
    (2, 0, 3)
    """
    return 0 if currency in _NO_DECIMALS else 3 if currency in _THREE_DECIMALS else 2


def currency_of(unit: str) -> str:
    """The ISO currency in which amounts in `unit` are kept.

    >>> currency_of("IRT"), currency_of("try")
    ('IRR', 'TRY')
    """
    code = unit.strip().upper()
    return _SPOKEN.get(code, (code, 1))[0]


def to_minor(amount: str, unit: str) -> tuple[int, bool]:
    """(minor units, exact?) of a decimal amount; what is finer than the minor unit is rounded half away from zero.

    >>> to_minor("29.35", "TRY"), to_minor("45000", "IRT"), to_minor("1.345", "TRY")
    ((2935, True), (450000, True), (135, False))
    """
    code = unit.strip().upper()
    currency, factor = _SPOKEN.get(code, (code, 1))
    try:
        scaled = Decimal(amount.strip()) * factor * (10 ** exponent(currency))
        if not scaled.is_finite() or abs(scaled) >= _TOO_MUCH:
            raise MoneyError(f"{amount[:40]!r} is no amount of {unit[:10]}", cure="stay below a thousand million million")
        whole = scaled.to_integral_value(ROUND_HALF_UP)
    except ArithmeticError:
        raise MoneyError(f"{amount[:40]!r} is no amount", cure="write it as 1234.56") from None
    return int(whole), whole == scaled


def to_decimal(amount_minor: int, currency: str) -> str:
    """The decimal amount, with all the decimals of its currency.

    >>> to_decimal(2935, "TRY"), to_decimal(450000, "IRR"), to_decimal(-5, "TRY")
    ('29.35', '450000', '-0.05')
    """
    return str(Decimal(amount_minor).scaleb(-exponent(currency)))

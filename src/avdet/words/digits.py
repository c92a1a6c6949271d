"""Figures as a reader writes them: digits, grouping, and amounts with the name of their currency."""

from __future__ import annotations

from typing import Final

PERSIAN: Final = "۰۱۲۳۴۵۶۷۸۹"
ARABIC: Final = "٠١٢٣٤٥٦٧٨٩"
LATIN: Final = "0123456789"
_TO_PERSIAN: Final = str.maketrans(LATIN + ARABIC, PERSIAN * 2)
_TO_LATIN: Final = str.maketrans(PERSIAN + ARABIC, LATIN * 2)

_GROUP: Final = {"tr": ".", "fa": "٬", "en": ","}
_DECIMAL: Final = {"tr": ",", "fa": "٫", "en": "."}

PLACES: Final = {"TRY": 2, "IRR": 0, "EUR": 2, "USD": 2, "GBP": 2}
"""Decimal places between the unit that people say and the smallest unit in use."""

_MONEY: Final = {
    "TRY": {"tr": "{} TL", "fa": "{} لیر", "en": "₺{}"},
    "IRR": {"tr": "{} riyal", "fa": "{} ریال", "en": "{} rial"},
    "EUR": {"tr": "{} €", "fa": "{} یورو", "en": "€{}"},
    "USD": {"tr": "{} $", "fa": "{} دلار", "en": "${}"},
    "GBP": {"tr": "{} £", "fa": "{} پوند", "en": "£{}"},
}


def digits(text: str, language: str) -> str:
    """The same text with the digits of a language: Persian ones in fa, Latin ones in tr and en.

    >>> digits("24 saat", "fa"), digits("۲۴", "tr")
    ('۲۴ saat', '24')
    """
    return text.translate(_TO_PERSIAN if language == "fa" else _TO_LATIN)


def number(n: int, language: str) -> str:
    """A whole number, grouped by thousands.

    >>> number(4500000, "tr"), number(-1200, "fa"), number(950, "en")
    ('4.500.000', '\u200e−۱٬۲۰۰', '950')
    """
    # In right-to-left text a sign drifts to the far side of its figure unless a mark holds it in front.
    sign = ("\u200e−" if language == "fa" else "−") if n < 0 else ""
    return sign + digits(f"{abs(n):,}".replace(",", _GROUP[language]), language)


def decimal(scaled: int, places: int, language: str) -> str:
    """`scaled` / 10**`places`, with all its places.

    >>> decimal(123456, 2, "tr"), decimal(5, 2, "en"), decimal(5, 0, "fa")
    ('1.234,56', '0.05', '۵')
    """
    if not places:
        return number(scaled, language)
    whole, rest = divmod(abs(scaled), 10**places)
    text = number(whole, language) + _DECIMAL[language] + digits(f"{rest:0{places}}", language)
    return (("\u200e−" if language == "fa" else "−") if scaled < 0 else "") + text


def currency_name(currency: str, language: str) -> str:
    """What stands beside an amount.

    >>> currency_name("IRR", "fa"), currency_name("TRY", "tr")
    ('ریال', 'TL')
    """
    return _MONEY[currency][language].format("").strip()


def money(minor: int, currency: str, language: str) -> str:
    """An amount in minor units, with its currency.

    >>> money(45000000, "IRR", "en"), money(129950, "TRY", "tr")
    ('45,000,000 rial', '1.299,50 TL')
    """
    text = decimal(abs(minor), PLACES[currency], language)
    sign = ("\u200e−" if language == "fa" else "−") if minor < 0 else ""
    return sign + _MONEY[currency][language].format(text)

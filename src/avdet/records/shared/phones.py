"""Phone numbers in one spelling, however they were written."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from avdet.core.folding import fold


@lru_cache(maxsize=10_000)
def e164(written: str, country: str) -> str:
    """A phone number as E.164, or nothing where the text is none. `country` is where a number without a code belongs.

    >>> e164("۰۹۱۲ ۱۱۱ ۱۱۱۱", "IR"), e164("+90 (532) 111 22 33", "IR"), e164("no phone", "TR")
    ('+989121111111', '+905321112233', '')
    """
    plus = "+" if written.strip().startswith(("+", "\u202a+")) or written.strip().startswith("00") else ""
    digits = "".join(sign for sign in fold(written) if sign.isdigit())
    if not 7 <= len(digits) <= 17:
        return ""
    try:
        number = phonenumbers.parse(plus + (digits.removeprefix("00") if plus else digits), country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))

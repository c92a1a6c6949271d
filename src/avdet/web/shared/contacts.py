"""What somebody types where an e-mail address or a mobile number is asked for: in any digits, with or without its country."""

from __future__ import annotations

from typing import Final

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from avdet.records.shared.phones import e164

HOMES: Final = {"fa": ("IR", "TR"), "tr": ("TR", "IR"), "en": ("TR", "IR")}
"""Language → the countries whose way of writing a number is tried, one after the other."""


def phone(text: str, language: str, country: str = "") -> str:
    """A number that exists as E.164, else nothing. `country` is tried before those of the language.

    >>> phone("۰۹۱۲ ۱۲۳ ۴۵۶۷", "en"), phone("0532 111 22 33", "fa"), phone("0044 20 7946 0958", "tr"), phone("12", "tr")
    ('+989121234567', '+905321112233', '+442079460958', '')
    """
    if not text or len(text) > 40:
        return ""
    for each in dict.fromkeys((country, *HOMES[language])):
        number = e164(text, each) if each else ""
        if number and phonenumbers.is_valid_number(phonenumbers.parse(number)):
            return number
    return ""


def email(text: str) -> str:
    """An e-mail address in small letters, else nothing.

    >>> email(" Ayse@Example.test "), email("ayse@"), email("a@b.test\\nBcc: c@d.test")
    ('ayse@example.test', '', '')
    """
    text = text.strip().lower()
    try:
        validate_email(text)
    except ValidationError:
        return ""
    return text


def contact(text: str, language: str, country: str = "") -> tuple[str, str]:
    """(`email` or `phone`, the address or number), or two empty texts.

    >>> contact("A@b.test", "tr"), contact("0912 123 4567", "fa"), contact("hello", "en")
    (('email', 'a@b.test'), ('phone', '+989121234567'), ('', ''))
    """
    if "@" in text:
        found = email(text)
        return ("email", found) if found else ("", "")
    number = phone(text, language, country)
    return ("phone", number) if number else ("", "")


def masked(address: str) -> str:
    """Enough of an address or a number to know it by.

    >>> masked("ayse@example.test"), masked("+989121234567")
    ('a•••@example.test', '••• 4567')
    """
    name, _, domain = address.partition("@")
    return f"{name[:1]}•••@{domain}" if domain else f"••• {address[-4:]}"

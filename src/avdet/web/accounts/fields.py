"""A field for a phone number, as people write one; and this room's phrases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language

from avdet.web.shared.contacts import phone
from avdet.words.phrases import phrase


def language() -> str:
    """The reader's language, as Django has it active."""
    return (get_language() or "en")[:2]


def say(key: str) -> str:
    """A phrase in the reader's language, by its whole name."""
    return phrase(language(), key)


class PhoneField(forms.CharField):
    """Takes a number in any digits, with or without the country's code; gives E.164."""

    def __init__(self, **said: Any) -> None:
        super().__init__(**{
            "max_length": 40,
            "widget": forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel", "dir": "ltr"}),
            **said,
        })  # fmt: skip

    def clean(self, value: Any) -> str:
        """The number, or nothing where none was asked for."""
        typed = super().clean(value)
        if not typed:
            return ""
        found = phone(str(typed), language())
        if not found:
            raise ValidationError(say("accounts.fault.phone"))
        return found

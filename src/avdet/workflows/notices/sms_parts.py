"""How many parts a text message is sent and paid for in: seven bits a letter where its alphabet suffices, else sixteen."""

from __future__ import annotations

from typing import Final

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED: Final = frozenset("^{}\\[~]|€\f")
"""Letters of GSM 03.38 that take two places."""


def parts(text: str) -> int:
    """The number of parts. Turkish (ş, ğ, ı, İ) and Persian letters are counted at sixteen bits.

    >>> parts("a" * 160), parts("a" * 161), parts("ş" * 70), parts("ş" * 71), parts("")
    (1, 2, 1, 2, 0)
    """
    if all(letter in _BASIC or letter in _EXTENDED for letter in text):
        length, single, several = len(text) + sum(letter in _EXTENDED for letter in text), 160, 153
    else:
        length, single, several = len(text.encode("utf-16-be")) // 2, 70, 67
    return min(length, 1) if length <= single else -(-length // several)

"""One spelling for search: the same word however a Turkish or Persian keyboard wrote it.

>>> fold("İSTANBUL Işık"), fold("كيبورد ۱۲"), fold("می‌خواهم")
('istanbul isik', 'کیبورد 12', 'می خواهم')
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LETTERS: Final = str.maketrans(
    {
        "İ": "i", "I": "i", "ı": "i",
        "ي": "ی", "ى": "ی", "ئ": "ی", "ك": "ک", "ة": "ه", "ۀ": "ه", "ؤ": "و", "أ": "ا", "إ": "ا", "ٱ": "ا", "آ": "ا",
        "\u200c": " ", "\u200d": "", "\u0640": "",
        **{chr(base + digit): str(digit) for base in (0x06F0, 0x0660) for digit in range(10)},
    }
)  # fmt: skip
_WORD: Final = re.compile(r"\w+", re.UNICODE)


def fold(text: str) -> str:
    """Lower case, Latin digits, one form a letter, no marks, words a single space apart."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    bare = "".join(mark for mark in plain if not unicodedata.combining(mark))
    return " ".join(_WORD.findall(bare.translate(_LETTERS).casefold()))


def words(text: str) -> list[str]:
    """The folded words of a text, each once, in their order.

    >>> words("Ali ALİ Veli")
    ['ali', 'veli']
    """
    return list(dict.fromkeys(fold(text).split()))


def beginnings(word: str, shortest: int = 2, longest: int = 8) -> list[str]:
    """What somebody may have typed of a word so far, and the word itself.

    >>> beginnings("ahmet", 3)
    ['ahm', 'ahme', 'ahmet']
    """
    parts = [word[:length] for length in range(shortest, min(longest, len(word)) + 1)]
    return parts if parts and parts[-1] == word else [*parts, word]

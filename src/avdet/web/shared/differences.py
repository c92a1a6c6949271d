"""A difference as a form brings it back: what its reader was shown before they agreed to it."""

from __future__ import annotations


def read_difference(text: str) -> int:
    """A difference in minor units as a page was given it; one that is none was never shown, and is 0.

    >>> read_difference("-300"), read_difference("3e2")
    (-300, 0)
    """
    figure = text.removeprefix("-")
    return int(text) if figure.isascii() and figure.isdigit() and len(figure) < 19 else 0

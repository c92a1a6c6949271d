"""A condition as a line of another language: one walk of the tree, given that language's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from avdet.core import conditions as c


@dataclass(frozen=True, slots=True)
class Spelling:
    """How a language writes a comparison, a negation of something written already, and its words."""

    atom: Callable[[c.Atom], str]
    negation: Callable[[str], str]
    true: str
    false: str
    both: str
    either: str


def spelled(condition: c.Condition, how: Spelling) -> str:
    """The condition in that language; a group inside a group stands in parentheses, whatever binds more tightly there."""
    if isinstance(condition, c.Atom):
        return how.atom(condition)
    if isinstance(condition, c.Not):
        return how.negation(spelled(condition.part, how))
    if not condition.parts:
        return how.true if isinstance(condition, c.All) else how.false
    joint = how.both if isinstance(condition, c.All) else how.either
    return f" {joint} ".join(_inside(part, how) for part in condition.parts)


def _inside(part: c.Condition, how: Spelling) -> str:
    text = spelled(part, how)
    return f"({text})" if isinstance(part, (c.All, c.Any)) and part.parts else text

"""The error tree. Every error says where, what is wrong and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

Steps = tuple[tuple[str, str | int], ...]
"""Where something stands, step by step: `(("file", "a.csv"), ("row", 7), ("column", "sku"))`."""


class AvdetError(Exception):
    """An input that cannot be used. `where` is a path or a file and line; `cure` says what to do.

    One that people meet who need not read English has a `code` too, by which `words.faults` says it in their language:
    `values` fill the places of its words, and `at` is `where` in steps.
    """

    def __init__(
        self, what: str, *, where: str = "", cure: str = "",
        code: str = "", values: Mapping[str, object] | None = None, at: Steps = (),
    ) -> None:  # fmt: skip
        super().__init__(what)
        self.what = what
        self.where = where
        self.cure = cure
        self.code, self.values, self.at = code, dict(values or {}), at

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}" + (f" → {self.cure}" if self.cure else "")


class QuestionError(AvdetError):
    """A question to the engine that breaks the contract; `where` is the path of the value, such as `$.order.lines[0]`."""


class PolicyError(AvdetError):
    """A policy file that cannot be used; `where` is `file:line`, and the clause is named where there is one.

    What is commonly wrong with a file has a code; in English it is said as it was raised, which often says more.
    """

    def __init__(
        self, what: str, *, where: str = "", cure: str = "", clause: str = "",
        code: str = "", values: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(f"{clause}: {what}" if clause else what, where=where, cure=cure, code=code, values=values)
        self.clause = clause


class CalendarError(AvdetError):
    """A calendar that is malformed, or a date that lies outside the years it knows."""


class MoneyError(AvdetError):
    """Amounts that cannot be added, shared or refunded."""

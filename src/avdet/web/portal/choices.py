"""What a customer may do with an order now, each choice as a decision slip; what is closed, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from avdet.records.orders.models import OrderLine
from avdet.words.slip import Slip
from avdet.workflows.ask_policy import slip_of
from avdet.workflows.options_now import Option, Options, Why

POINTS = {"cancel": "cancellation", "change_address": "address_change", "failed_delivery": "delivery_failed"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what it is, which lines it is about (none: all of them), until when, and why."""

    key: str
    kind: str
    lines: tuple[OrderLine, ...]
    until: datetime | None
    closed_at: datetime | None
    why: tuple[Why, ...]
    slip: Slip
    texts: dict[str, str]

    @property
    def is_asked(self) -> bool:
        """Whether more has to be known before it is certain."""
        return self.slip.result in ("ask", "review", "evidence")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is open, soonest end first; what is closed."""

    open: tuple[Choice, ...]
    closed: tuple[Choice, ...]

    @property
    def can_cancel(self) -> bool:
        """Whether the terms let the customer cancel now."""
        return any(choice.kind == "cancel" for choice in self.open)

    @property
    def can_change_address(self) -> bool:
        """Whether the terms let the parcel be sent elsewhere."""
        return any(choice.kind == "change_address" for choice in self.open)


def choices(options: Options, language: str) -> Choices:
    """The engine's options as the page shows them."""
    lines = {line.pk: line for line in options.file.lines}
    texts = {clause.id: clause.text.get(language, "") for clause in options.file.terms.edition.clauses}

    def shown(found: Sequence[Option]) -> tuple[Choice, ...]:
        made = (_choice(number, option, options, lines, texts, language) for number, option in enumerate(found))
        return tuple(sorted(made, key=lambda choice: choice.until.timestamp() if choice.until else float("inf")))

    return Choices(shown(options.open), shown(options.closed))


def _choice(
    number: int, option: Option, options: Options, lines: dict[int, OrderLine], texts: dict[str, str], language: str
) -> Choice:
    point = POINTS.get(option.kind, "claim")
    reason = option.kind if point == "claim" else ""
    about = tuple(lines[each] for each in option.lines)
    return Choice(
        key=f"{option.kind}-{'open' if option.is_open else 'closed'}-{number}",
        kind=option.kind,
        lines=about if len(about) < len(lines) else (),
        until=option.until,
        closed_at=option.closed_at,
        why=option.why,
        slip=slip_of(options.file, option.best, point=point, reason=reason, language=language),
        texts=texts,
    )

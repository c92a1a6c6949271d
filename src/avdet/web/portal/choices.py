"""What a customer may do with an order now, until when, and by which clauses; what is closed, with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avdet.records.orders.models import OrderLine
from avdet.words.slip import Slip
from avdet.words.strip import Strip
from avdet.workflows.policy.ask_policy import slip_of, texts_of
from avdet.workflows.policy.options_now import Option, Options, Why

POINTS: Final = {"cancel": "cancellation", "change_address": "address_change", "failed_delivery": "delivery_failed"}
MOVES: Final = {"cancel": "portal:cancel", "change_address": "portal:address"}
"""What is done on a page of its own → that page; a claim's reasons lead to its form."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what it is, which lines it is about (none: all of them), until when, and why."""

    option: Option
    lines: tuple[OrderLine, ...]

    @property
    def kind(self) -> str:
        """`cancel`, `change_address`, `failed_delivery`, or the reason of a claim."""
        return self.option.kind

    @property
    def line(self) -> int:
        """The position of its first line: with the kind, the name of the choice; 0 where it is about all of them."""
        return self.lines[0].position if self.lines else 0

    @property
    def until(self) -> datetime | None:
        """Its last instant, where the terms set one."""
        return self.option.until

    @property
    def ended(self) -> datetime | None:
        """When it ended; never where it was not open at all."""
        return self.option.closed_at

    @property
    def why(self) -> tuple[Why, ...]:
        """The clauses of the outcome."""
        return self.option.why

    @property
    def strip(self) -> Strip | None:
        """Which days were counted."""
        return self.option.strip

    @property
    def clauses(self) -> tuple[str, ...]:
        """The clauses that set its end."""
        return self.option.until_clauses

    @property
    def is_granted(self) -> bool:
        """Whether the terms let the customer do it at once."""
        answer, ends = self.option.answer, self.kind != "cancel" or "cancellation" in self.option.answer.remedies
        return self.option.is_open and answer.outcome == "approve" and ends

    @property
    def is_asked(self) -> bool:
        """Whether more has to be known before it is certain."""
        return self.option.best.outcome in ("ask", "review", "evidence")


@dataclass(frozen=True, slots=True)
class Choices:
    """What is open, soonest end first; what is closed."""

    open: tuple[Choice, ...]
    closed: tuple[Choice, ...]

    def of(self, kind: str, line: int = 0) -> Choice | None:
        """The choice of that name, open or not."""
        return next((each for each in (*self.open, *self.closed) if each.kind == kind and line in (0, each.line)), None)

    def can(self, kind: str) -> Choice | None:
        """The choice, if it is open and nobody has to look at it first."""
        return next((each for each in self.open if each.kind == kind and each.is_granted), None)

    @property
    def can_cancel(self) -> bool:
        """Whether the terms let the customer cancel now."""
        return self.can("cancel") is not None

    @property
    def can_change_address(self) -> bool:
        """Whether the terms let the parcel be sent elsewhere."""
        return self.can("change_address") is not None

    @property
    def soonest(self) -> Choice | None:
        """The choice whose days are drawn: to change one's mind, which needs no reason, else what ends first."""
        drawn = [each for each in self.open if each.strip]
        return next((each for each in drawn if each.kind == "withdrawal"), drawn[0] if drawn else None)


def choices(options: Options) -> Choices:
    """The engine's options as the page shows them; what is on its way cannot be sent elsewhere, whatever the terms grant."""
    lines = {line.pk: line for line in options.file.lines}
    gone = options.file.order.handed_over_at is not None and options.file.order.state != "returned"

    def shown(found: Sequence[Option]) -> tuple[Choice, ...]:
        made = (Choice(each, _about(each, lines)) for each in found if each.kind != "change_address" or not gone)
        return tuple(sorted(made, key=lambda choice: choice.until.timestamp() if choice.until else float("inf")))

    return Choices(shown(options.open), shown(options.closed))


def _about(option: Option, lines: dict[int, OrderLine]) -> tuple[OrderLine, ...]:
    """The lines that an option is about, if there are others."""
    return tuple(lines[each] for each in option.lines) if len(option.lines) < len(lines) else ()


def slip_of_choice(options: Options, choice: Choice, language: str) -> tuple[Slip, dict[str, str]]:
    """A choice's decision slip, and the text of each clause that it may name."""
    point = POINTS.get(choice.kind, "claim")
    reason = choice.kind if point == "claim" else ""
    texts = texts_of(options.file, language)
    supposed = point == "claim"
    return slip_of(options.file, choice.option.best, point=point, reason=reason, language=language, supposed=supposed), texts

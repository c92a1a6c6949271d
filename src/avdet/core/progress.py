"""How an order follows its deliveries: from where each line's pieces are, the moves that bring the order there.

>>> moves_to_follow("preparing", [Whereabouts(wanted=2, travelling=1)])
('ship_part',)
>>> moves_to_follow("part_shipped", [Whereabouts(wanted=2, delivered=2)])
('ship', 'deliver')
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from avdet.core.lifecycles import ORDER

TRAVELLING: Final = ("handed_over", "attempted")
BACK: Final = ("refused", "returning", "returned", "lost")
"""States of a delivery whose pieces will not reach the customer any more."""
GONE: Final = (*TRAVELLING, "delivered", *BACK)
"""States of a delivery that has left the store."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Pieces of one line: `wanted` were bought and not cancelled; the others say where they are. The rest is in the store."""

    wanted: int
    travelling: int = 0
    delivered: int = 0
    back: int = 0

    @property
    def sent(self) -> int:
        return self.travelling + self.delivered


def moves_to_follow(state: str, lines: Sequence[Whereabouts]) -> tuple[str, ...]:
    """The moves of an order's lifecycle, none where it stands right already or where the table has no way there."""
    for moves in _WAYS[_place(lines)]:
        if _leads(state, moves):
            return moves
    return ()


_WAYS: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "store": (),
    "delivered": (("deliver",), ("ship", "deliver"), ("ship_again", "deliver")),
    "sent": (("ship",), ("ship_again",)),
    "part": (("ship_part",), ("ship_again",)),
    "back": (("come_back",),),
}
"""Where the pieces are → the ways there, the first that the table allows being taken."""


def _place(lines: Sequence[Whereabouts]) -> str:
    wanted = [line for line in lines if line.wanted]
    if not wanted or not any(line.sent or line.back for line in wanted):
        return "store"
    if not any(line.sent for line in wanted):
        return "back"
    if all(line.delivered >= line.wanted for line in wanted):
        return "delivered"
    return "sent" if all(line.sent >= line.wanted for line in wanted) else "part"


def _leads(state: str, moves: Sequence[str]) -> bool:
    for name in moves:
        if not ORDER.allows(state, name):
            return False
        state = ORDER.after(state, name)
    return True

"""Which moves of the order's lifecycle a story's events make, and the state they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from avdet.core.lifecycles import ORDER
from avdet.demo.recipes import Beat

_MOVES: Final = {"paid": "pay", "approved": "pay", "preparing": "prepare", "refused": "come_back", "returned": "come_back",
                 "cancelled": "cancel", "closed": "close"}  # fmt: skip
"""Event → the move it makes where the order's state allows it: approval stands for payment only where nobody has paid yet."""


def course(beats: Sequence[Beat]) -> tuple[list[str], str]:
    """The move of each event, empty where it makes none, and the state at the end.

    >>> course([Beat("placed"), Beat("paid"), Beat("approved"), Beat("cancelled")])
    (['', 'pay', '', 'cancel'], 'cancelled')
    """
    parcels = 2 if any(beat.event == "consented" for beat in beats) else 1
    state, found = ORDER.first, []
    for beat in beats:
        move = _move(beat, parcels)
        if move and not ORDER.allows(state, move):
            move = ""
        found.append(move)
        state = ORDER.after(state, move) if move else state
    return found, state


def _move(beat: Beat, parcels: int) -> str:
    if beat.event == "handed_over":
        return "ship" if beat.parcel == parcels else "ship_part"
    if beat.event == "delivered":
        return "deliver" if beat.parcel == parcels else ""
    return _MOVES.get(beat.event, "")

"""Writes `docs/reference/lifecycles.md`: every lifecycle as a picture and as a table, from `core/lifecycles.py` itself.

`python tools/lifecycles.py` writes it; with `--check` it only says whether the file is current.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from avdet.core.lifecycles import (
    ALL,
    CARRIER_CLAIM,
    CASE,
    DELIVERY,
    GOODS,
    MESSAGE,
    ORDER,
    PARCEL,
    PAYMENT,
    PAYOUT_BATCH,
    REFUND,
    REMEDY,
    Lifecycle,
)

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs/reference/lifecycles.md"
ABOUT = {
    ORDER.noun: """An order as its customer follows it. What has been paid, and where each parcel is, are axes of their own: an
order follows its deliveries (`core/progress.py`), and is confirmed once it is paid or approved to be paid at the door.
Delivered, it closes by itself (`close_orders`, every hour) once its own terms leave nothing open, nothing is owed, and no
parcel, refund or case is under way.""",
    DELIVERY.noun: """A parcel, or a vehicle's stop. Its carrier's events are kept as facts, however late they are told; they
move it only where the table has the move.""",
    PAYMENT.noun: """Money on its way in. What went back is counted beside it, and is never a state of it.""",
    REFUND.noun: """Money on its way back: granted is a promise, confirmed is a fact. A refund whose fate is unknown is looked
up before anything is tried again.""",
    MESSAGE.noun: """A notice or a webhook in the outbox. What nobody could deliver lies dead on the operator's page until it is
sent again.""",
    CASE.noun: """What has been decided about one claimed line of an order. The policy's answer moves it at once; `review` is a
person's turn, until a day that a clause promises or the store has set itself. Where its goods are is an axis of its own.""",
    GOODS.noun: """Where the goods of a case are, whatever has been decided about them: goods may arrive that nobody approved,
and a case may be settled whose goods nobody asked back.""",
    PARCEL.noun: """A parcel that a customer sends in. What lay in it is counted beside it.""",
    REMEDY.noun: """What puts a case right, from the choice to its end. A case has one at a time that is under way.""",
    CARRIER_CLAIM.noun: """What a store asks back from a carrier for damage on the way.""",
    PAYOUT_BATCH.noun: """Bank transfers that go out in one file. Who approves it and who releases it are two people.""",
}
HEAD = """# Lifecycles

<!-- Written by tools/lifecycles.py from src/avdet/core/lifecycles.py. Do not edit. -->

What moves, moves by one of these tables and no other way. A move compares the state that it was asked for with the state that
the record is in, and changes both the record and its history in one transaction; who was too late gets a conflict and changes
nothing. A cell names the state that a move leads to; an empty cell is a refusal.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(line for lifecycle in ALL for line in _chapter(lifecycle))])


def _chapter(lifecycle: Lifecycle) -> Iterator[str]:
    yield f"## {lifecycle.noun.capitalize()}\n"
    yield f"{ABOUT[lifecycle.noun]}\n"
    yield from ("```mermaid", "stateDiagram-v2", f"    [*] --> {lifecycle.first}")
    yield from (f"    {source} --> {target}: {move}" for (source, move), target in _in_order(lifecycle))
    yield from (f"    {state} --> [*]" for state in lifecycle.states if state in lifecycle.final)
    yield "```\n"
    yield f"| | {' | '.join(f'`{name}`' for name in lifecycle.names)} |"
    yield f"| --- |{' --- |' * len(lifecycle.names)}"
    for state in lifecycle.states:
        cells = (lifecycle.table.get((state, name), "") for name in lifecycle.names)
        yield f"| **{state}** | {' | '.join(cells)} |"
    yield ""


def _in_order(lifecycle: Lifecycle) -> list[tuple[tuple[str, str], str]]:
    """The table's rows by state, then by move, as they stand in the lists of both."""
    places = {name: at for at, name in enumerate((*lifecycle.states, *lifecycle.names))}
    return sorted(lifecycle.table.items(), key=lambda row: (places[row[0][0]], places[row[0][1]]))


def main() -> int:
    """Writes the page, or with `--check` compares it."""
    if "--check" not in sys.argv[1:]:
        TARGET.write_text(page(), encoding="utf-8")
        return 0
    if TARGET.is_file() and TARGET.read_text(encoding="utf-8") == page():
        return 0
    print(f"{TARGET.relative_to(ROOT)} is stale -> run python tools/lifecycles.py", file=sys.stderr)
    return 1


if __name__ == "__main__":
    raise SystemExit(main())

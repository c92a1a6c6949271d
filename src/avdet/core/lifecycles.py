"""The lifecycles: which move leads from which state to which. Tables, and nothing else decides.

>>> ORDER.after("placed", "pay")
'confirmed'
>>> ORDER.moves("delivered")
('close',)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from avdet.core.errors import AvdetError


@dataclass(frozen=True, slots=True)
class Move:
    """One move: the states it may start from and the state it ends in."""

    name: str
    sources: tuple[str, ...]
    target: str


class Lifecycle:
    """The states and moves of one noun. The first state is where it begins; a state without moves is its end."""

    def __init__(self, noun: str, states: tuple[str, ...], *moves: Move) -> None:
        self.noun, self.states, self.first = noun, states, states[0]
        rows = ((source, move) for move in moves for source in move.sources)
        self.table: Mapping[tuple[str, str], str] = {(source, move.name): move.target for source, move in rows}
        self.names = tuple(dict.fromkeys(move.name for move in moves))

    def after(self, state: str, move: str) -> str:
        """The state that a move leads to; `AvdetError` where the table has no such row."""
        target = self.table.get((state, move))
        if target is None:
            moves = ", ".join(self.moves(state)) or "–"
            raise AvdetError(
                f"{self.noun} that is {state} cannot {move}",
                where=f"{self.noun}.state",
                cure=f"what is possible: {moves}",
                code=f"lifecycle.{self.noun.replace(' ', '_')}",
                values={"state": state, "move": move, "moves": moves},
            )
        return target

    def allows(self, state: str, move: str) -> bool:
        """Whether the table has a row for this move from this state."""
        return (state, move) in self.table

    def moves(self, state: str) -> tuple[str, ...]:
        """The moves that are open in a state, in the table's order."""
        return tuple(name for name in self.names if (state, name) in self.table)

    @property
    def final(self) -> frozenset[str]:
        """States that no move leaves."""
        return frozenset(self.states) - {source for source, _ in self.table}


ORDER: Final = Lifecycle(
    "order",
    ("placed", "confirmed", "preparing", "part_shipped", "shipped", "delivered", "closed", "cancelled", "returned"),
    Move("pay", ("placed",), "confirmed"),  # paid, or approved to be paid at the door
    Move("prepare", ("confirmed",), "preparing"),
    Move("ship_part", ("confirmed", "preparing"), "part_shipped"),
    Move("ship", ("confirmed", "preparing", "part_shipped"), "shipped"),
    Move("deliver", ("shipped",), "delivered"),
    Move("come_back", ("shipped", "part_shipped"), "returned"),  # refused at the door, or nobody was ever home
    Move("ship_again", ("returned",), "shipped"),
    Move("close", ("delivered",), "closed"),
    Move("cancel", ("placed", "confirmed", "preparing", "returned"), "cancelled"),
)
"""An order as its customer follows it. What has been paid, and where each parcel is, are axes of their own."""

DELIVERY: Final = Lifecycle(
    "delivery",
    ("planned", "handed_over", "attempted", "delivered", "refused", "returning", "returned", "lost", "cancelled"),
    Move("hand_over", ("planned",), "handed_over"),
    Move("attempt", ("handed_over", "attempted"), "attempted"),
    Move("deliver", ("handed_over", "attempted"), "delivered"),
    Move("refuse", ("handed_over", "attempted"), "refused"),
    Move("turn_back", ("handed_over", "attempted", "refused"), "returning"),
    Move("arrive_back", ("handed_over", "attempted", "refused", "returning"), "returned"),
    Move("lose", ("handed_over", "attempted", "refused", "returning"), "lost"),
    Move("cancel", ("planned",), "cancelled"),
)
"""A parcel or a vehicle's stop, as its carrier's events tell it."""

PAYMENT: Final = Lifecycle(
    "payment",
    ("expected", "paid", "failed"),
    Move("pay", ("expected", "failed"), "paid"),  # a gateway may find late that a payment did go through
    Move("fail", ("expected",), "failed"),
)
"""Money on its way in. What went back is counted beside it, never as a state of it."""

REFUND: Final = Lifecycle(
    "refund",
    ("granted", "sending", "unknown", "confirmed", "failed", "void"),
    Move("send", ("granted", "failed"), "sending"),
    Move("lose_sight", ("sending",), "unknown"),  # a time-out: look it up before anything is tried again
    Move("confirm", ("sending", "unknown"), "confirmed"),
    Move("fail", ("sending", "unknown", "confirmed"), "failed"),  # banks return money days after they confirmed it
    Move("void", ("granted", "failed"), "void"),
)
"""Money on its way back: granted is a promise, confirmed is a fact."""

MESSAGE: Final = Lifecycle(
    "message",
    ("queued", "sending", "sent", "dead"),
    Move("take", ("queued",), "sending"),
    Move("send", ("sending",), "sent"),
    Move("retry", ("sending",), "queued"),
    Move("give_up", ("queued", "sending"), "dead"),
    Move("send_again", ("dead", "sent"), "queued"),  # a receiver that lost its memory may ask for what it was sent
)
"""A notice or a webhook in the outbox."""

CASE: Final = Lifecycle(
    "case",
    ("filed", "evidence", "review", "approved", "choosing", "settling", "denied", "settled", "withdrawn", "merged"),
    Move("ask_evidence", ("filed", "review", "approved", "choosing"), "evidence"),
    Move("refer", ("filed", "evidence", "approved", "choosing"), "review"),  # a person must decide
    Move("approve", ("filed", "evidence", "review"), "approved"),
    Move("deny", ("filed", "evidence", "review", "approved", "choosing"), "denied"),
    Move("offer", ("approved",), "choosing"),  # nothing more has to be known: the customer chooses among what is granted
    Move("choose", ("choosing",), "settling"),
    Move("choose_again", ("settling",), "choosing"),  # what was chosen has run out meanwhile
    Move("look_again", ("settling",), "review"),  # goods were lost on their way back, or a visit mended nothing
    Move("carry_out", ("denied",), "settling"),  # goods that were sent in without need go back, or are kept for their owner
    Move("settle", ("settling",), "settled"),
    Move("owe_again", ("settled",), "settling"),  # the bank has sent back what had been paid
    Move("withdraw", ("filed", "evidence", "review", "approved", "choosing"), "withdrawn"),
    Move("reopen", ("denied", "settled", "withdrawn"), "review"),
    Move("stand", ("evidence", "review", "approved", "choosing"), "settled"),  # opened again, and nothing more is owed
    Move("merge", ("filed", "evidence", "review", "approved"), "merged"),
)
"""What has been decided about one claimed line. Where its goods are is another matter: `GOODS`."""

GOODS: Final = Lifecycle(
    "goods",
    ("with_customer", "on_the_way", "arrived", "inspected", "kept", "in_custody", "going_back", "given_back", "lost"),
    Move("send", ("with_customer",), "on_the_way"),
    Move("arrive", ("with_customer", "on_the_way", "lost"), "arrived"),
    Move("inspect", ("arrived", "inspected"), "inspected"),
    Move("keep", ("arrived", "inspected", "in_custody"), "kept"),
    Move("hold", ("arrived", "inspected", "going_back"), "in_custody"),
    Move("send_back", ("arrived", "inspected", "in_custody"), "going_back"),
    Move("give_back", ("arrived", "inspected", "going_back", "in_custody"), "given_back"),
    Move("come_again", ("going_back",), "arrived"),  # nobody took them in
    Move("go_home", ("given_back",), "with_customer"),  # the case is opened again, and they may be sent in once more
    Move("lose", ("on_the_way", "going_back"), "lost"),
    Move("go_missing", ("with_customer", "arrived", "inspected"), "lost"),  # on their way out with their order once more
    Move("stay_lost", ("arrived",), "lost"),  # a part of what was lost has turned up and is put in its place: the rest may too
    Move("miss", ("on_the_way",), "with_customer"),  # their parcel came without them: nobody but the customer can know more
)
"""Where the goods of a case are, whatever has been decided about them."""

PARCEL: Final = Lifecycle(
    "parcel",
    ("announced", "sent", "arrived", "lost", "cancelled"),
    Move("send", ("announced",), "sent"),
    Move("arrive", ("announced", "sent", "lost"), "arrived"),
    Move("lose", ("announced", "sent"), "lost"),
    Move("cancel", ("announced",), "cancelled"),
)
"""A parcel that a customer sends in. One that nobody announced is announced by its arrival."""

REMEDY: Final = Lifecycle(
    "remedy",
    ("chosen", "awaiting_payment", "preparing", "sent", "done", "void"),
    Move("ask_payment", ("chosen",), "awaiting_payment"),  # another product that costs more
    Move("prepare", ("chosen", "awaiting_payment"), "preparing"),
    Move("send", ("preparing",), "sent"),
    Move("come_back", ("sent",), "preparing"),  # refused at the door: it is sent once more, or its order is cancelled
    Move("finish", ("chosen", "preparing", "sent"), "done"),
    Move("owe_again", ("done",), "chosen"),  # what had been paid has come back
    # Run out, come back undelivered; done, only where the bank has sent the money back to a case that was opened again.
    Move("void", ("chosen", "awaiting_payment", "preparing", "sent", "done"), "void"),
)
"""What puts a case right, from the choice to its end."""

CARRIER_CLAIM: Final = Lifecycle(
    "carrier claim",
    ("opened", "submitted", "confirmed", "refused", "recovered", "closed"),
    Move("submit", ("opened",), "submitted"),
    Move("confirm", ("opened", "submitted", "refused"), "confirmed"),
    Move("refuse", ("opened", "submitted", "confirmed"), "refused"),
    Move("recover", ("confirmed",), "recovered"),
    Move("close", ("refused", "confirmed"), "closed"),  # nothing will come of it
)
"""What a store asks back from a carrier for damage on the way."""

PAYOUT_BATCH: Final = Lifecycle(
    "payout batch",
    ("draft", "approved", "released", "exported", "settled", "void"),
    Move("approve", ("draft",), "approved"),
    Move("release", ("approved",), "released"),  # by a second person
    Move("export", ("released", "exported"), "exported"),
    Move("settle", ("exported",), "settled"),
    Move("void", ("draft", "approved", "released"), "void"),
    Move("give_up", ("exported",), "void"),  # the bank carried none of it out: two people say so
)
"""Transfers that go to the bank in one file. Two people stand behind each."""

ALL: Final = (
    ORDER, DELIVERY, PAYMENT, REFUND, MESSAGE, CASE, GOODS, PARCEL, REMEDY, CARRIER_CLAIM, PAYOUT_BATCH,
)  # fmt: skip

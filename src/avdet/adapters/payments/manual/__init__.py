"""Card to card and bank transfer: money that a person sends. No network; the answer waits until somebody confirms it."""

# ruff: noqa: ARG002 - the port gives more than a transfer by hand needs
from __future__ import annotations

from dataclasses import dataclass

from avdet.ports.payments import NotFound, Outcome, Pending, Refused


@dataclass(frozen=True, slots=True)
class ManualTransfer:
    """Pays back by hand. Every way back is accepted and pending under its own key until a person confirms it."""

    def look_up(self, reference: str) -> NotFound:
        """Nobody keeps books of it but ourselves."""
        return NotFound()

    def attempt(self, reference: str, *, key: str) -> Pending:
        """Waiting for the person who confirms it."""
        return Pending(key)

    def reverse(self, reference: str, *, key: str) -> Outcome:
        """The whole sum, to be sent by hand."""
        return Pending(key)

    def refund(self, reference: str, amount_minor: int, currency: str, *, key: str) -> Outcome:
        """A part, to be sent by hand."""
        if amount_minor <= 0:
            return Refused("amount", "there is nothing to send", permanent=True)
        return Pending(key)

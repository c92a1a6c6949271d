"""Who did something: a customer, a member of staff, a shop's own system, or Avdet itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["customer", "staff", "shop", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """`id` is the user's, where a user it was; `name` is kept for staff only; `source` says how we know: portal, desk, api …"""

    kind: Kind
    id: int | None = None
    name: str = ""
    source: str = ""

    @classmethod
    def system(cls, source: str) -> Actor:
        """Avdet itself: a job, a command, an import."""
        return cls("system", source=source)

    @classmethod
    def of(cls, user: Any, kind: Kind, source: str = "") -> Actor:
        """Somebody who is signed in. A customer's name stays sealed where it is."""
        return cls(kind, user.pk, user.name if kind == "staff" else "", source)

    def __str__(self) -> str:
        """As it is written into a history: `staff 12 (desk)`.

        >>> str(Actor("staff", 12, "Leyla", "desk")), str(Actor.system("import"))
        ('staff 12 (desk)', 'system (import)')
        """
        who = self.kind if self.id is None else f"{self.kind} {self.id}"
        return f"{who} ({self.source})" if self.source else who

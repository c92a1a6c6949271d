"""Who does something to a record. Every move and every fact keeps it, and how we came to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

ActorKind = Literal["customer", "staff", "shop", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts: a customer, a member of staff, the shop that an order came from, or this installation itself.

    `id` is the user's; `name` is for the screen and is never stored; `source` says by which way: web, desk, api, file …
    """

    kind: ActorKind
    id: int | None = None
    name: str = ""
    source: str = ""

    @classmethod
    def system(cls, source: str = "avdet") -> Actor:
        """This installation, acting by itself: a job, an import, a rule."""
        return cls("system", source=source)

    @classmethod
    def shop(cls, source: str) -> Actor:
        """The shop that an order came from, such as `woocommerce`."""
        return cls("shop", source=source)

    @classmethod
    def of(cls, user: Any, kind: ActorKind, source: str = "web") -> Actor:
        """Somebody who is signed in."""
        return cls(kind, id=user.pk, name=str(getattr(user, "name", "") or ""), source=source)

    def __str__(self) -> str:
        """What a record keeps of it in one column: no name, so that there is none to be forgotten later.

        >>> str(Actor("staff", 7, "Deniz")), str(Actor.system("import"))
        ('staff 7', 'system import')
        """
        return f"{self.kind} {self.id if self.id is not None else self.source}".strip()

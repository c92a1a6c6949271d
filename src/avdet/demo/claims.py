"""What is claimed of a demo order, and what becomes of it step by step: the shape of `claims.yaml` and `claim_stories.yaml`."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from msgspec import Meta, Struct

from avdet.demo.reading import HERE, read

Verb = Literal[
    "evidence", "answer", "announce", "send", "lose", "arrive", "inspect", "choose", "hand_over", "delivered", "paid_back",
    "dispose", "hand_back", "give_back", "keep", "withdraw", "file_again", "merge", "override", "reopen", "submit", "confirm",
    "recover", "watch", "assign",
]  # fmt: skip
STAFF: tuple[Verb, ...] = (
    "answer", "arrive", "inspect", "hand_over", "paid_back", "dispose", "hand_back", "keep", "merge", "override", "reopen",
    "submit", "confirm", "recover", "assign",
)  # fmt: skip
"""What the store does, and only while it is open."""
TimeOfDay = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Facts = dict[str, bool]


class Step(Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that happens to a case, `hours` after the step before, or `days` after it at a time of day.

    `facts` are what is known by it, `which` says what of several: a remedy, a finding, a disposition, what lay in a parcel, a
    kind of evidence.
    """

    do: Verb
    hours: Annotated[int, Meta(ge=1, le=72)] | None = None
    days: Annotated[int, Meta(ge=0, le=60)] = 0
    at: TimeOfDay = "11:20"
    which: str = ""
    facts: Facts = {}


class ClaimStory(Struct, frozen=True, forbid_unknown_fields=True):
    """What becomes of a case after it has been filed; nothing more where it is as it was."""

    steps: list[Step]


class ClaimRecipe(Struct, frozen=True, forbid_unknown_fields=True):
    """A claim on an order's first line, so many hours after the order's story has ended.

    `facts` are the customer's answers where they differ from those of somebody who has kept the goods well. `which` replaces
    that of the story's steps by verb: {choose: other_product}. `why` are the words in which the matter was described, or a
    colleague's reason; `sku` is the other product that is chosen.
    """

    story: str
    reason: str
    filed: Annotated[int, Meta(ge=1, le=2000)]
    quantity: Annotated[int, Meta(ge=1, le=1000)] = 1
    facts: Facts = {}
    which: dict[Verb, str] = {}
    found: Facts = {}
    words: str = ""
    why: str = ""
    sku: str = ""

    @property
    def steps(self) -> list[Step]:
        """What becomes of it."""
        return claim_stories()[self.story].steps

    @property
    def is_paid_back(self) -> bool:
        """Whether money has gone back by the end of its story."""
        return any(step.do == "paid_back" for step in self.steps)


class _StoriesFile(Struct, frozen=True, forbid_unknown_fields=True):
    stories: dict[str, ClaimStory]


@cache
def claim_stories() -> dict[str, ClaimStory]:
    """Every story of a case by name."""
    return read(HERE / "claim_stories.yaml", _StoriesFile).stories

"""What `decide` and `ask` answer. The whole answer is the contract's own document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from avdet.web.api.shapes.plain import Shape


class Decided(BaseModel):
    """The answer document of the decision contract: see its reference for every member."""

    model_config = ConfigDict(extra="allow")

    outcome: str
    remedies: list[str]
    requires: list[str]
    missing: list[str]
    ask: list[str]
    because: list[dict[str, Any]]
    policy: dict[str, str]
    deadlines: dict[str, dict[str, Any]]


class AskedFact(Shape):
    """A fact that can still change the answer, and how to ask for it."""

    fact: str
    question: str


class Asking(Shape):
    """What is left to ask, the most telling first."""

    settled: bool
    outcome: str
    ask: list[AskedFact]

"""decide(engine, point, facts) → Decision: values, each with the clause that put it there."""

from __future__ import annotations

from avdet.core.ask import settle
from avdet.core.facts import Facts
from avdet.core.point import Point
from avdet.core.policy import Edition
from avdet.core.resolve import GAP, SCALARS, Because, Decision, united

__all__ = ["GAP", "SCALARS", "Because", "Decision", "Engine", "Point", "decide", "united"]


class Engine:
    """An edition made ready to decide. Keeps the code it has generated and the decisions it has worked out."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.points: dict[str, Point] = {}

    def point(self, name: str) -> Point:
        if name not in self.points:
            self.points[name] = Point(self.edition, name)
        return self.points[name]

    def compile(self) -> None:
        """Generate all code now."""
        for name in self.edition.points():
            self.point(name).compile()


def decide(engine: Engine, point: str, facts: Facts) -> Decision:
    """The answer to a claim. Outcome `ask` where a fact is unknown that can still change it."""
    here = engine.points.get(point) or engine.point(point)
    reason = facts["reason"]
    mask = (here.masks.get(reason) or here.mask(reason))(facts)  # type: ignore[arg-type]
    if mask >= 0:
        return here.known.get(mask) or here.resolve(mask)
    return here.certain(facts) or settle(here, facts)

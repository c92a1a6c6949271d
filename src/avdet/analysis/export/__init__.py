"""A policy handed to other engines: GoRules JDM, JSONLogic and SQL, each written from the same clause tree as `decide`."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from avdet.core.decide import Engine
from avdet.core.errors import AvdetError
from avdet.core.policy import Edition

FORMATS: Final = ("jdm", "jsonlogic", "sql")


def export(edition: Edition, to: str, *, point: str = "claim") -> str:
    """The edition's clauses at one decision point, as a document of another engine's (`to`: one of FORMATS).

    Raises `AvdetError` for a format that is not known, a point at which the edition is silent, and remedies whose order
    no other engine could keep.
    """
    if to not in FORMATS:
        raise AvdetError(f"{to!r:.40} is no format", where="--to", cure=f"use one of {', '.join(FORMATS)}")
    if point not in edition.points():
        raise AvdetError(f"version {edition.version} says nothing at {point}", where="--at",
                         cure=f"it speaks at {', '.join(edition.points()) or 'no decision point'}")  # fmt: skip
    written: str = import_module(f"avdet.analysis.export.{to}").written(Engine(edition).point(point))
    return written

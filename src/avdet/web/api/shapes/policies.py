"""The versions of a store's policy."""

from __future__ import annotations

from datetime import datetime

from avdet.web.api.shapes.plain import Asked, Moment, Shape


class PolicyDocument(Shape):
    """One published version."""

    version: int
    fingerprint: str
    takes_force_at: datetime
    in_force: bool
    note: str


class Policies(Shape):
    """Every version that is or was in force or will be, the newest first."""

    data: list[PolicyDocument]


class PolicySource(Shape):
    """A version as it was written, in YAML."""

    version: int
    fingerprint: str
    source: str


class ClauseDocument(Shape):
    """One clause and its text by language."""

    clause: str
    texts: dict[str, str]


class PolicyTerms(Shape):
    """What a version says, clause by clause."""

    version: int
    fingerprint: str
    clauses: list[ClauseDocument]


class MomentQuery(Asked):
    """The version in force at a moment; without one, now."""

    at: Moment | None = None

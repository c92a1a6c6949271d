"""Refusals that only records know: somebody else was faster."""

from __future__ import annotations

from avdet.core.errors import AvdetError


class Conflict(AvdetError):  # noqa: N818 - it names what happened
    """The record was changed by somebody else after it was read. Nothing was written; read it again and look."""

"""Which adapter stands behind which port. The only place that names adapters."""

from __future__ import annotations


def wire() -> None:
    """Connects ports to adapters; called once, when Django is ready."""

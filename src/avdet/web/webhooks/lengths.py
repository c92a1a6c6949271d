"""How long a message says it is."""

from __future__ import annotations

from django.http import HttpRequest


def is_longer(request: HttpRequest, most: int) -> bool:
    """Whether a message has more than so many bytes, or does not say so in figures."""
    said = request.headers.get("Content-Length") or "0"
    return not (said.isascii() and said.isdigit() and len(said) <= 12) or int(said) > most

"""What the keeper of failed sign-ins learns of a visitor: no name, no address, no number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from avdet.records.shared.sealed import fingerprint
from avdet.web.shared.contacts import contact


def client_address(request: HttpRequest) -> str:
    """The visitor's IP address, seen through the installation's own proxy if it stands behind one; nothing for no visitor."""
    return str(get_adapter().get_client_ip(request)) if "REMOTE_ADDR" in request.META else ""


def print_of_login(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """By what attempts at one account are counted: a fingerprint of the address or number that was typed."""
    known = credentials or {}
    typed = str(known.get("email") or known.get("phone") or known.get("username") or "")
    if not typed and request is not None:
        typed = request.POST.get("login", "")
    kind, found = contact(typed, getattr(request, "language", "en"))
    return fingerprint(found or typed.strip().lower(), f"login {kind}")


def unnamed(*_: Any) -> str:
    """How the log calls a visitor."""
    return "a visitor"

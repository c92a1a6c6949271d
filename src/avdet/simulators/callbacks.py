"""Telling the other side: webhooks that a simulator sends, with the faults set for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import httpx

from avdet.simulators.faults import Faults

_SECONDS: Final = 10.0


def deliver(url: str, body: bytes, sign: Callable[[bool], dict[str, str]], *, faults: Faults) -> list[dict[str, Any]]:
    """POST a webhook, twice where a duplicate is set; `sign(genuine)` gives its headers. What the receiver answered."""
    times = 2 if faults.take("duplicate_callback") else 1
    headers = {"Content-Type": "application/json", **sign(not faults.take("wrong_signature"))}
    return [_post(url, body, headers) for _ in range(times)]


def _post(url: str, body: bytes, headers: dict[str, str]) -> dict[str, Any]:
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return {"url": url, "status": 0, "error": type(error).__name__}
    return {"url": url, "status": answer.status_code, "body": answer.text[:500]}

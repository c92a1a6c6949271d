"""Asking a shop over HTTP: only questions, so each may be asked again, a bounded number of times."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, Final

import httpx

from avdet.ports.shops import ShopError

_TRIES: Final = 4
_LONGEST_WAIT: Final = 30.0
_FIRST_WAIT: Final = 0.5
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_CURES: Final = {
    401: "check the shop's keys",
    403: "give these keys the right to read orders, products and customers",
    404: "check the shop's address",
}
Wait = Callable[[float], None]


def ask(
    http: httpx.Client, url: str | Callable[[], str], *, headers: dict[str, str], wait: Wait = time.sleep
) -> tuple[Any, httpx.Headers]:
    """(JSON, headers) of a GET. What passes is asked again after the time the shop names, or ever longer; then ShopError.

    An address that is signed for one use is given as a function, which is called for each attempt.
    """
    fault = ShopError("the shop was not asked", permanent=False)
    for attempt in range(_TRIES):
        if attempt:
            wait(_pause(fault, attempt))
        try:
            return _read(_get(http, url() if callable(url) else url, headers))
        except ShopError as error:
            if error.permanent:
                raise
            fault = error
    raise fault


class BusyError(ShopError):
    """The shop asks to wait; `seconds` as it said, or None."""

    def __init__(self, what: str, *, where: str, seconds: float | None) -> None:
        super().__init__(what, permanent=False, where=where, cure="try again later")
        self.seconds = seconds


def _get(http: httpx.Client, url: str, headers: dict[str, str]) -> httpx.Response:
    try:
        return http.get(url, headers=headers)
    except httpx.InvalidURL:
        raise ShopError("this is no address", permanent=True, cure=_CURES[404]) from None
    except httpx.HTTPError as error:
        raise BusyError(f"the shop could not be asked: {type(error).__name__}", where="GET", seconds=None) from None


def _read(answer: httpx.Response) -> tuple[Any, httpx.Headers]:
    where = f"GET {answer.request.url.path}"
    if answer.status_code in _PASSING:
        said = f"the shop answered {answer.status_code}"
        raise BusyError(said, where=where, seconds=_seconds(answer.headers.get("Retry-After")))
    if answer.status_code != 200:
        cure = _CURES.get(answer.status_code, "ask the shop's administrator")
        raise ShopError(f"the shop answered {answer.status_code}", permanent=True, where=where, cure=cure)
    try:
        return json.loads(answer.content), answer.headers
    except ValueError:
        raise ShopError("the shop's answer is no JSON", permanent=True, where=where, cure=_CURES[404]) from None


def _pause(fault: ShopError, attempt: int) -> float:
    said = fault.seconds if isinstance(fault, BusyError) else None
    return min(_LONGEST_WAIT, said if said is not None else _FIRST_WAIT * 2 ** (attempt - 1))


def _seconds(said: str | None) -> float | None:
    try:
        return max(0.0, float(said)) if said else None
    except ValueError:
        return None

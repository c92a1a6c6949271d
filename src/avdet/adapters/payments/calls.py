"""One call to a gateway. A money-moving call is never sent twice here: when the answer is lost, nobody knows."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import httpx

from avdet.core.errors import AvdetError
from avdet.ports.payments import NotFound, Refused, Unknown

Document = dict[str, Any]
P = ParamSpec("P")
T = TypeVar("T")


def believing_nothing(method: Callable[P, T]) -> Callable[P, T | Unknown]:
    """A client's method for which an answer in another shape than the documented one is no answer: `Unknown`."""

    @functools.wraps(method)
    def ask(*said: P.args, **named: P.kwargs) -> T | Unknown:
        try:
            return method(*said, **named)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError, ArithmeticError, OSError, AvdetError) as odd:
            return Unknown(f"the answer is not as documented: {type(odd).__name__}")

    return ask


def send(http: httpx.Client, method: str, url: str, *, headers: dict[str, str], body: bytes) -> Document | Refused | Unknown:
    """The gateway's JSON answer, whatever its status, or why there is none.

    A connection that was never made is `Refused`, not permanently: nothing was sent. Anything lost later is `Unknown`.
    """
    try:
        answer = http.request(method, url, headers=headers, content=body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Refused("unreachable", "the gateway could not be reached", permanent=False)
    except (httpx.HTTPError, httpx.InvalidURL) as lost:
        return Unknown(f"the answer was lost: {type(lost).__name__}")
    return _read(answer)


def unseen(answer: Refused | Unknown | NotFound) -> Unknown:
    """What a look-up that failed says of an attempt: nothing. Its own refusal must never pass for the attempt's."""
    return Unknown("the payment is not found" if isinstance(answer, NotFound) else answer.what)


def _read(answer: httpx.Response) -> Document | Refused | Unknown:
    if answer.status_code == 429:
        return Refused("busy", "the gateway asks to wait", permanent=False)
    if answer.status_code >= 500:
        return Unknown(f"the gateway answered {answer.status_code}")
    try:
        document = json.loads(answer.content)
    except ValueError:
        document = None
    if isinstance(document, dict):
        return document
    if answer.status_code in {401, 403}:
        return Refused(str(answer.status_code), "the gateway does not know these keys", permanent=True)
    return Unknown(f"the gateway answered {answer.status_code} with something that is no JSON object")

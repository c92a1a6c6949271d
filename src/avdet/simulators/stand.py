"""What every simulator has: its books, its faults, a list of the calls it got, and the routes to all of them."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from avdet.core.errors import AvdetError
from avdet.simulators.exchange import Answer, Request, as_json
from avdet.simulators.faults import Faults

Handler = Callable[[Request], Answer]
_KEPT_CALLS = 2_000


class Stand:
    """A simulator without its protocol. A subclass gives `route` and `page`; `self.lock` is held while it answers.

    Where `state` names a file, the books outlive the process.
    """

    def __init__(self, *, state: Path | None = None) -> None:
        self.faults = Faults()
        self.lock = threading.RLock()
        self.calls: list[dict[str, Any]] = []
        self._state = state
        self.books: dict[str, Any] = _kept(state) if state and state.exists() else self.empty_books()

    def empty_books(self) -> dict[str, Any]:
        """The books at the first start; plain JSON."""
        return {}

    def route(self, request: Request) -> Handler | None:
        """The handler of a call of the protocol."""
        raise NotImplementedError

    def page(self) -> Answer:
        """The page that shows people what has arrived."""
        raise NotImplementedError

    def refuse(self, code: str) -> Answer:
        """A refusal in the protocol's words."""
        return as_json({"error": code}, 422)

    def answer(self, request: Request) -> Answer | None:
        """The answer to a request; None is a connection cut off without one."""
        if request.path == "/":
            return self.page()
        if request.path.startswith("/_") and (kept := self._staff(request)):
            return kept
        handler = self.route(request)
        if handler is None:
            return as_json({"error": "not found"}, 404)
        return handler(request) if request.path.startswith("/_") else self._play(request, handler)

    def _play(self, request: Request, handler: Handler) -> Answer | None:
        """A call of the protocol, with what shall go wrong before it or after it."""
        self.remember(request.method, request.target, request.body.decode(errors="replace"))
        if slow := self.faults.take("slow_ms"):
            time.sleep(float(slow) / 1000)
        if self.faults.take("http_500"):
            return as_json({"error": "internal server error"}, 500)
        if self.faults.take("rate_limit"):
            return as_json({"error": "too many requests"}, 429, headers={"Retry-After": "1"})
        if code := self.faults.take("refuse"):
            return self.refuse(str(code))
        with self.lock:
            answer = handler(request)
            self.save(request.method)
        return None if answer.effect and self.faults.take("timeout_after_success") else answer

    def remember(self, method: str, target: str, body: str) -> None:
        """Keep a call for `/_calls`."""
        self.calls.append({"method": method, "target": target, "body": body})
        del self.calls[:-_KEPT_CALLS]

    def _staff(self, request: Request) -> Answer | None:
        if request.path == "/_calls":
            if request.method == "DELETE":
                self.calls.clear()
            return as_json(self.calls)
        if request.path != "/_faults":
            return None
        if request.method == "DELETE":
            self.faults.clear()
        if request.method == "POST":
            try:
                self.faults.add(request.json())
            except (AvdetError, TypeError, ValueError) as error:
                return as_json({"error": str(error)}, 422)
        return as_json(self.faults.waiting())

    def save(self, method: str = "POST") -> None:
        """Keep the books in their file, if they have one; a GET has not changed them."""
        if self._state is None or method == "GET":
            return
        beside = self._state.with_suffix(".new")
        beside.write_text(json.dumps(self.books, ensure_ascii=False), encoding="utf-8")
        with contextlib.suppress(FileNotFoundError):
            beside.replace(self._state)

    def saving(self, handler: Handler) -> Handler:
        """A handler of the simulator's own routes that changes its books."""

        def handle(request: Request) -> Answer:
            with self.lock:
                answer = handler(request)
                self.save(request.method)
            return answer

        return handle


def _kept(state: Path) -> dict[str, Any]:
    try:
        books = json.loads(state.read_bytes())
    except (OSError, ValueError):
        books = None
    if not isinstance(books, dict):
        raise AvdetError("these are no books of a simulator", where=str(state), cure="give another --state, or delete the file")
    return books

"""Programs that call the API in tests."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from avdet.records.access.tokens import SCOPES, make_token
from avdet.records.people.models import User
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from tests.factories import LONG_AGO

ROOT = "/api/v1"


class Caller:
    """A program with a token of a store; `status` of the last answer is kept, its document is what a call gives."""

    ACTOR = Actor.system("test")
    """Nobody: what takes a person's name cannot be done with a token of theirs."""

    def __init__(self, store: Store, *scopes: str, maker: User | None = None, **fields: Any) -> None:
        made_by = Actor.of(maker, "staff", "studio") if maker else self.ACTOR
        fields = {"now": LONG_AGO, "per_minute": 1_000_000, **fields}
        self.token, self.text = make_token(store, "test", scopes or SCOPES, actor=made_by, **fields)
        self.client = Client()
        self.last: Any = None

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {"content_type": "application/json", "data": json.dumps(body)} if body is not None else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.last = self.client.generic(method, ROOT + path, headers={"Authorization": f"Bearer {self.text}", **named}, **sent)
        return json.loads(self.last.content) if self.last.content else None

    @property
    def status(self) -> int:
        return int(self.last.status_code)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self("POST", path, body, **headers)

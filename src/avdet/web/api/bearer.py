"""Who asks: a token in the `Authorization` header. Its store is the store; what it may do is its scopes."""

from __future__ import annotations

from typing import Final, cast

from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from avdet.records.access.models import ApiToken
from avdet.records.access.tokens import token_of
from avdet.records.shared.actors import Actor
from avdet.web.api.problems import Problem
from avdet.web.api.rates import BUCKETS, Allowance
from avdet.web.shared.access import PageRequest

ACTOR: Final = Actor.shop("api")
"""Who acts through the API: the store's own programs."""
CHALLENGE: Final = {"WWW-Authenticate": 'Bearer realm="avdet"'}


class TokenRequest(PageRequest):
    """A request that a token was shown with."""

    auth: ApiToken
    wished: str
    allowance: Allowance


class Bearer(HttpBearer):
    """Lets a token in that has this scope; any token where it names none."""

    def __init__(self, scope: str = "") -> None:
        super().__init__()
        self.scope = scope

    def __call__(self, request: HttpRequest) -> ApiToken:
        scheme, _, text = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, text if scheme.lower() == "bearer" else "")

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        asked = cast(TokenRequest, request)
        found = token_of(token.strip(), timezone.now())
        if found is None:
            raise Problem("unauthenticated", headers=CHALLENGE)
        asked.store = found.store
        asked.language = asked.wished or found.store.language
        asked.allowance = BUCKETS.take(found.pk, found.per_minute)
        if not asked.allowance.granted:
            raise Problem("too_many", count=asked.allowance.wait_seconds)
        if self.scope and self.scope not in found.scopes:
            raise Problem("scope", members={"scope": self.scope}, scope=self.scope)
        return found

"""The versions of the store's policy."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.http import HttpResponse
from django.utils import timezone
from ninja import Query

from avdet.records.stores.models import PolicyVersion
from avdet.records.stores.queries import policy_in_force, policy_version, published_versions
from avdet.records.stores.terms import policy_of
from avdet.web.api.answers import reply
from avdet.web.api.bearer import TokenRequest
from avdet.web.api.doors import Door
from avdet.web.api.problems import not_found
from avdet.web.api.shapes.policies import MomentQuery, Policies, PolicyDocument, PolicySource, PolicyTerms

door = Door("policies")
READ: Final = "policies:read"


@door.get("/policies", READ, Policies)
def list_policies(request: TokenRequest) -> HttpResponse:
    """Every published version, the newest first."""
    current = policy_in_force(request.store, timezone.now())
    return reply({"data": [_document(each, current) for each in published_versions(request.store)]})


@door.get("/policy-in-force", READ, PolicyDocument, also=(404,))
def read_policy_in_force(request: TokenRequest, wanted: Query[MomentQuery]) -> HttpResponse:
    """The version that decides orders placed at a moment."""
    now = timezone.now()
    found = policy_in_force(request.store, wanted.at or now)
    if found is None:
        raise not_found("policy")
    return reply(_document(found, policy_in_force(request.store, now)))


@door.get("/policies/{version}/source", READ, PolicySource)
def read_policy_source(request: TokenRequest, version: int) -> HttpResponse:
    """A version as it was written, in YAML."""
    found = published(request, version)
    return reply({"version": found.number, "fingerprint": found.fingerprint, "source": found.source})


@door.get("/policies/{version}/terms", READ, PolicyTerms)
def read_policy_terms(request: TokenRequest, version: int) -> HttpResponse:
    """What a version says, clause by clause."""
    found = published(request, version)
    clauses = policy_of(found, name=request.store.slug).newest.clauses
    rows = [{"clause": clause.id, "texts": dict(clause.text)} for clause in clauses]
    return reply({"version": found.number, "fingerprint": found.fingerprint, "clauses": rows})


def published(request: TokenRequest, number: int) -> PolicyVersion:
    """A version that customers may know of."""
    found = policy_version(request.store, number) if 0 < number < 2**31 else None
    if found is None or found.state != PolicyVersion.State.PUBLISHED:
        raise not_found("policy")
    return found


def _document(version: PolicyVersion, current: PolicyVersion | None) -> dict[str, object]:
    since: datetime | None = version.takes_force_at
    return {
        "version": version.number, "fingerprint": version.fingerprint, "takes_force_at": since,
        "in_force": version == current, "note": version.note,
    }  # fmt: skip

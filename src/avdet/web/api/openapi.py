"""The API as a document (OpenAPI 3.1), made of the endpoints themselves."""

from __future__ import annotations

from functools import cache
from typing import Any, Final, cast

import msgspec
from django.http import HttpResponse
from ninja.openapi.schema import OpenAPISchema

from avdet import __version__
from avdet.records.access.tokens import SCOPES
from avdet.web.api.answers import JSON
from avdet.web.api.bearer import Bearer
from avdet.web.api.front import Api
from avdet.web.api.problems import MEDIA_TYPE
from avdet.web.api.routes import (
    carriage,
    carriers,
    claims,
    custody,
    decisions,
    deliveries,
    evidence,
    inspections,
    order_moves,
    orders,
    parcels,
    payments,
    payouts,
    policies,
    products,
    refunds,
    remedies,
    stock,
    store,
    webhooks,
)
from avdet.web.shared.access import PageRequest, open_to

PREFIX: Final = "/api/v1"
DESCRIPTION: Final = """Orders, claims, what comes back, products, stock, deliveries, money and decisions of one
store, for its own programs.

Every request shows a token of the store, `Authorization: Bearer avd_…`; what it may do is its scopes. Whatever is another
store's is not there. Amounts are whole minor units, times carry an offset. A POST with an `Idempotency-Key` is carried out
once, however often it is sent. What people sign is signed in the name of whoever made the token; what takes two people is
done by them, not by programs. What goes wrong is told as a problem document in the language of `Accept-Language`."""

api: Final = Api(
    title="Avdet", version=__version__, description=DESCRIPTION, openapi_url=None, docs_url=None, urls_namespace="api"
)
for _noun in (
    store, orders, order_moves, deliveries, products, stock, payments, claims, evidence, parcels, inspections, remedies,
    carriage, custody, carriers, refunds, payouts, policies, decisions, webhooks,
):  # fmt: skip
    api.add_router("", _noun.door.router)

LANGUAGE: Final = {
    "name": "lang", "in": "query", "required": False, "schema": {"type": "string", "enum": ["tr", "fa", "en"]},
    "description": "The language of texts and problems, before Accept-Language",
}  # fmt: skip
ONCE: Final = {
    "name": "Idempotency-Key", "in": "header", "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$"},
    "description": "Sent again with the same key and body, the request is answered again and not carried out again",
}  # fmt: skip
TAG: Final = {
    "name": "If-Match", "in": "header", "required": False, "schema": {"type": "string", "pattern": '^("[0-9]{1,9}"|\\*)$'},
    "description": "The entity tag that the caller saw; 412 where the record has changed since",
}  # fmt: skip


@cache
def document() -> dict[str, Any]:
    """The whole document, as plain data."""
    found: dict[str, Any] = dict(OpenAPISchema(api, PREFIX))
    found["info"]["license"] = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
    found["servers"] = [{"url": "/"}]
    for operations in found["paths"].values():
        for method, operation in operations.items():
            _complete(method, operation)
    schemas = found["components"]["schemas"]
    _, contract = msgspec.json.schema_components(
        [decisions.Asked, decisions.AboutOrder], ref_template="#/components/schemas/{name}"
    )
    schemas.update({name: schema for name, schema in contract.items() if name not in schemas})
    return found


def _complete(method: str, operation: dict[str, Any]) -> None:
    """What every operation has, and no function says again."""
    operation.setdefault("parameters", []).append(LANGUAGE)
    if method == "post":
        operation["parameters"].append(ONCE)
    if 412 in operation["responses"]:
        operation["parameters"].append(TAG)
    for status, response in operation["responses"].items():
        if int(status) >= 400 and JSON in response.get("content", {}):
            response["content"] = {MEDIA_TYPE: response["content"][JSON]}
    operation["responses"] = {str(status): response for status, response in operation["responses"].items()}


@cache
def _bytes() -> bytes:
    return msgspec.json.format(msgspec.json.encode(document()), indent=1)


@open_to("anyone")
def openapi(_: PageRequest) -> HttpResponse:
    """The document as JSON."""
    return HttpResponse(_bytes(), content_type=JSON, headers={"Cache-Control": "public, max-age=300"})


def scopes_used() -> dict[str, list[str]]:
    """Scope → the operations that it opens, as `GET /api/v1/orders`; `""` for those that any token may."""
    found: dict[str, list[str]] = {scope: [] for scope in ("", *SCOPES)}
    for bound in api._get_bound_routers():
        for path, view in bound.path_operations.items():
            for operation in view.operations:
                found[cast(Bearer, operation.auth_callbacks[0]).scope].append(f"{operation.methods[0]} {PREFIX}{path}")
    return found

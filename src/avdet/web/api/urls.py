"""The addresses of the API: every endpoint with its front door around it, the document that describes them, and its pages."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path, re_path

from avdet.web.api.front import answered, no_such
from avdet.web.api.openapi import api, openapi
from avdet.web.api.reference import reference

app_name = "api"
_ENDPOINTS = [each for each in api.urls[0] if isinstance(each, URLPattern) and each.name != "api-root"]
urlpatterns: list[URLPattern | URLResolver] = [
    path("openapi.json", openapi, name="openapi"),
    path("docs", reference, name="docs"),
    *(URLPattern(each.pattern, answered(each.callback), each.default_args, each.name) for each in _ENDPOINTS),
    re_path(r"^.*$", answered(no_such), name="no_such"),
]

"""The store that a token belongs to."""

from __future__ import annotations

from avdet.web.api.shapes.plain import Shape


class StoreDocument(Shape):
    """Whose token this is, and what it may do."""

    slug: str
    names: dict[str, str]
    country: str
    currency: str
    time_zone: str
    languages: list[str]
    scopes: list[str]

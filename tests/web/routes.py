"""Every address of the service, read from the URL table itself, so that a new page cannot be forgotten by the tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One address: its pattern as text, the arguments in it, and who may open it (None where a library serves it)."""

    pattern: str
    arguments: tuple[str, ...]
    view: Callable[..., Any]

    @property
    def access(self) -> tuple[str, ...] | None:
        return getattr(self.view, "access", None)

    @property
    def objects(self) -> tuple[str, ...]:
        """The arguments that name something of a store's."""
        return tuple(name for name in self.arguments if name != "store")

    def url(self, **values: object) -> str:
        """The address with its arguments filled in."""
        parts = []
        for part in self.pattern.split("/"):
            name = part.strip("<>").split(":")[-1]
            parts.append(str(values[name]) if part.startswith("<") else part)
        return "/" + "/".join(parts)

    def __str__(self) -> str:
        return self.pattern


@cache
def routes() -> tuple[Route, ...]:
    """All of them, in the order in which they are tried."""
    return tuple(_walk(get_resolver().url_patterns, "", ()))


def _walk(patterns: list[Any], before: str, arguments: tuple[str, ...]) -> Iterator[Route]:
    for each in patterns:
        text = before + str(each.pattern).removeprefix("^").removesuffix("$").removesuffix("\\Z")
        names = (*arguments, *each.pattern.converters)
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, text, names)
        elif isinstance(each, URLPattern):
            yield Route(text, names, each.callback)

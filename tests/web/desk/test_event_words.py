"""Whatever is written into an order's history has words at the desk: the kinds are read from the code that writes them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from avdet.core.lifecycles import ORDER
from avdet.core.vocabulary import LANGUAGES
from avdet.web.portal.story import TOLD
from avdet.words.phrases import catalogue
from tests.house.sources import python_files

WRITERS = {"mark": 1, "_note": 1, "_event": 1, "_noted": 0}
"""What writes an event → which of its arguments is the kind."""
ROOMS = ("src/avdet/records/orders", "src/avdet/workflows")


def kinds() -> set[str]:
    """Every kind that stands as a literal in a call that writes events of orders, and every move."""
    found = set(ORDER.names)
    for room in ROOMS:
        for path in python_files(room):
            text = path.read_text(encoding="utf-8")
            if "avdet.records.orders" in text:
                found |= set(_written(ast.parse(text), of_orders="orders.actions import" in text or "records/orders" in str(path)))
    return found


def _written(tree: ast.Module, *, of_orders: bool) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            at = WRITERS.get(node.func.id) if of_orders else None
            if at is not None and len(node.args) > at:
                yield from _literals(node.args[at])
            if node.func.id == "OrderEvent":
                yield from (text for each in node.keywords if each.arg == "kind" for text in _literals(each.value))


def _literals(node: ast.expr) -> Iterator[str]:
    return (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))


def test_the_code_is_read_right() -> None:
    assert {"placed", "noted", "told_by_shop", "on_hold", "claimed", "contact_shown", "close"} <= kinds()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_words_of_its_own_at_the_desk(language: str) -> None:
    assert sorted(kind for kind in kinds() if f"desk.event.{kind}" not in catalogue(language)) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_customer_is_told_has_words_in_the_portal(language: str) -> None:
    assert sorted(kind for kind in TOLD if f"portal.event.{kind}" not in catalogue(language)) == []

"""Turns msgspec's complaint about a value into the exact path of that value, list positions included."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

Path = tuple[str | int, ...]
_AT: Final = re.compile(r"^(?P<what>.*?)(?: - at `(?:key in )?\$?(?P<path>.*)`)?$", re.DOTALL)
_STEP: Final = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")


def complaint(fault: msgspec.ValidationError, doc: Any, check: Callable[[Any], object]) -> tuple[Path, str]:
    """(path, what is wrong). `check` raises the same complaint for a document that has the same fault."""
    match = _AT.match(str(fault))
    assert match
    steps = [_step(step) for step in _STEP.finditer(match["path"] or "")]
    return _located(doc, steps, str(fault), check), match["what"].replace("`", "'")


def _step(found: re.Match[str]) -> str | int | None:
    """A name, a position, or `None` where msgspec names no position (`[...]`)."""
    if found.group(1) is not None:
        return found.group(1)
    return int(found.group(2)) if found.group(2).isdigit() else None


def _located(doc: Any, steps: list[str | int | None], said: str, check: Callable[[Any], object]) -> Path:
    path: list[str | int] = []
    here = doc
    for step in steps:
        key = step if step is not None else _culprit(doc, tuple(path), here, said, check)
        path.append(key)
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            break
    return tuple(path)


def _culprit(doc: Any, path: Path, here: Any, said: str, check: Callable[[Any], object]) -> str | int:
    """Which item of a list or mapping draws the complaint: the one that still does when it stands alone."""
    items = list(here.items()) if isinstance(here, dict) else list(enumerate(here))
    for key, item in items:
        alone: Any = {key: item} if isinstance(here, dict) else [item]
        try:
            check(_replaced(doc, path, alone))
        except msgspec.ValidationError as fault:
            if str(fault) == said:
                return key
    return items[0][0] if items else 0


def _replaced(doc: Any, path: Path, value: Any) -> Any:
    if not path:
        return value
    copy = doc.copy()
    copy[path[0]] = _replaced(doc[path[0]], path[1:], value)
    return copy

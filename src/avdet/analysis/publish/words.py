"""The words of the published pages: one file a language in `templates/`, the same keys in each."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Final

TEMPLATES: Final = Path(__file__).parent.parent / "templates"


@cache
def phrases(language: str) -> dict[str, str]:
    """Every phrase of a language."""
    found: dict[str, str] = json.loads((TEMPLATES / f"terms.{language}.json").read_text(encoding="utf-8"))
    return found


def phrase(key: str, language: str, **values: str) -> str:
    """One phrase with its places filled.

    >>> phrase("day.report_by", "en", day="Sunday 5 April 2026")
    'you may tell us until the end of Sunday 5 April 2026'
    """
    text = phrases(language)[key]
    return text.format(**values) if values else text

"""How the text of a clause stands on a page: Latin words and codes isolated, so that they do not pull a Persian line about."""

from __future__ import annotations

from typing import Any

from django import template

from avdet.analysis.publish.marks import isolated

register = template.Library()


@register.filter(name="isolated")
def isolated_in(text: str, language: str) -> Any:
    """Text as safe HTML in a language: `{{ clause.text|isolated:spoken }}`."""
    return isolated(text, language)

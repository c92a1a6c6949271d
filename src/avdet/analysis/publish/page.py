"""What every published page shares: the templates, the policy's name and colours, and the languages it is written in."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from avdet.analysis.publish.marks import accent, isolated
from avdet.analysis.publish.words import TEMPLATES, phrase
from avdet.core.errors import AvdetError
from avdet.core.policy import Edition, Policy
from avdet.core.vocabulary import LANGUAGES
from avdet.words.dates import day
from avdet.words.digits import number

if TYPE_CHECKING:
    from jinja2 import Environment


def head(policy: Policy, edition: Edition, language: str) -> dict[str, Any]:
    """What every page of a policy needs: its language, direction, name, version and colours."""
    return {
        "language": language,
        "direction": "rtl" if language == "fa" else "ltr",
        "store": policy.names.get(language, policy.store),
        "accent": accent(policy.store),
        "version": edition.version,
        "in_force_from": day(edition.in_force_from, language),
        "in_force_iso": edition.in_force_from.isoformat(),
        "fingerprint": edition.fingerprint,
        "t": lambda key, **values: phrase(key, language, **values),
        "count": lambda items: number(len(items), language),
        "isolated": lambda text: isolated(text, language),
    }


def spoken(policy: Policy, language: str) -> None:
    """Refuses a language that the policy has no texts in."""
    if language not in LANGUAGES or language not in policy.languages:
        raise AvdetError(f"{policy.store}'s terms are not written in {language!r:.20}", where="language",
                         cure=f"use one of {', '.join(policy.languages)}")  # fmt: skip


@cache
def environment() -> Environment:
    """The templates, everything escaped but what is marked safe."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=lambda name: ".html" in str(name),
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    found.filters["md"] = _markdown
    return found


def _markdown(text: str) -> str:
    """Text that Markdown shows as it is."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|" else letter for letter in text)

"""The published terms of a policy: one page a language, from the same clauses that decide, with worked examples."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from avdet.analysis.examples_of import Example, examples_of
from avdet.analysis.publish_marks import Weeks, accent, isolated, weeks
from avdet.analysis.publish_sections import sections
from avdet.analysis.publish_words import TEMPLATES, phrase
from avdet.analysis.schema_org import merchant_return_policy
from avdet.core.errors import AvdetError
from avdet.core.policy import Clause, Edition, Policy
from avdet.core.vocabulary import LANGUAGES
from avdet.policies import calendar_of
from avdet.words.catalogue import say
from avdet.words.dates import WEEKDAYS, day

if TYPE_CHECKING:
    from jinja2 import Environment

_ZONES: Final = {
    "Europe/Istanbul": {"tr": "İstanbul", "fa": "استانبول", "en": "Istanbul"},
    "Asia/Tehran": {"tr": "Tahran", "fa": "تهران", "en": "Tehran"},
}
_WEEK: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A worked example with its calendar. `title` names the kind of claim."""

    title: str
    sentence: str
    periods: tuple[str, ...]
    weeks: Weeks | None


@dataclass(frozen=True, slots=True)
class ShownClause:
    """A clause as the page shows it. `exception_to` and `exceptions` are ids on the same page."""

    id: str
    text: str
    source: str
    exception_to: tuple[str, ...]
    exceptions: tuple[str, ...]
    gaps: tuple[str, ...]
    example: ShownExample | None


@dataclass(frozen=True, slots=True)
class ShownSection:
    anchor: str
    heading: str
    clauses: tuple[ShownClause, ...]


def terms_html(policy: Policy, edition: Edition, language: str) -> str:
    """The terms as one self-contained HTML page: no script, no outside resource."""
    data = json.dumps(merchant_return_policy(policy, edition), ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return environment().get_template("terms.html.j2").render(**_page(policy, edition, language), structured=data)


def terms_markdown(policy: Policy, edition: Edition, language: str) -> str:
    """The same terms as Markdown, with the same anchors."""
    return environment().get_template("terms.md.j2").render(**_page(policy, edition, language))


def _page(policy: Policy, edition: Edition, language: str) -> dict[str, Any]:
    spoken(policy, language)
    shown = shown_sections(edition, language)
    weekend = phrase("weekend_joint", language).join(
        WEEKDAYS[language][_WEEK.index(name)] for name in policy.calendar.weekend
    )
    return head(policy, edition, language) | {
        "sections": shown,
        "open_places": [(clause.id, gap) for section in shown for clause in section.clauses for gap in clause.gaps],
        "weekend": weekend,
        "zone": _ZONES.get(policy.calendar.zone, {}).get(language, policy.calendar.zone),
    }


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
        "isolated": lambda text: isolated(text, language),
    }


def spoken(policy: Policy, language: str) -> None:
    """Refuses a language that the policy has no texts in."""
    if language not in LANGUAGES or language not in policy.languages:
        raise AvdetError(f"{policy.store}'s terms are not written in {language!r:.20}", where="language",
                         cure=f"use one of {', '.join(policy.languages)}")  # fmt: skip


# ---- clauses ---------------------------------------------------------------------------------------------------------


def shown_sections(edition: Edition, language: str) -> tuple[ShownSection, ...]:
    """Every clause of an edition under its heading, in reading order."""
    examples = examples_of(edition, language)
    targets = {clause.id: tuple(target for target in _targets(clause) if target in edition.by_id) for clause in edition.clauses}
    exceptions = {name: tuple(other for other, to in targets.items() if name in to) for name in targets}
    gaps: dict[str, list[str]] = {}
    for gap in edition.policy.gaps:
        gaps.setdefault(gap.about, []).append(gap.text.get(language, ""))
    return tuple(
        ShownSection(section.anchor, phrase(f"subject.{section.subject}", language), tuple(
            ShownClause(clause.id, clause.text.get(language, ""), clause.source, targets[clause.id], exceptions[clause.id],
                        tuple(dict.fromkeys(gaps.get(clause.id, ()))), _example(examples.get(clause.id), edition, language))
            for clause in section.clauses))
        for section in sections(edition)
    )  # fmt: skip


def _targets(clause: Clause) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*clause.exception_to, *(to for case in clause.cases for to in case.exception_to))))


def _example(example: Example | None, edition: Edition, language: str) -> ShownExample | None:
    if example is None:
        return None
    reason = say(language, "reason", example.reason) if example.reason else ""
    title = phrase("example_reason", language, reason=reason) if reason else phrase("example", language)
    drawn = weeks(example.strips[0], calendar_of(edition.policy), language) if example.strips else None
    return ShownExample(title, example.sentence, example.periods, drawn)


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

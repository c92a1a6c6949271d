"""The published terms of a policy: one page a language, from the same clauses that decide, with worked examples."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from avdet.analysis.publish.differences import differences_html
from avdet.analysis.publish.examples_of import Example, examples_of
from avdet.analysis.publish.marks import Weeks, weeks
from avdet.analysis.publish.page import environment, head, spoken
from avdet.analysis.publish.schema_org import merchant_return_policy
from avdet.analysis.publish.sections import sections
from avdet.analysis.publish.words import phrase
from avdet.core.calendar import Calendar
from avdet.core.policy import Clause, Edition, Policy
from avdet.policies import calendar_of
from avdet.words.catalogue import say
from avdet.words.dates import WEEKDAYS
from avdet.words.strip import Strip

__all__ = ["differences_html", "terms_html", "terms_markdown"]

_ZONES: Final = {
    "Europe/Istanbul": {"tr": "İstanbul", "fa": "استانبول", "en": "Istanbul"},
    "Asia/Tehran": {"tr": "Tahran", "fa": "تهران", "en": "Tehran"},
}


@dataclass(frozen=True, slots=True)
class ShownExample:
    """A worked example with its calendar, as days and drawn in weeks. `title` names the kind of claim."""

    title: str
    sentence: str
    periods: tuple[str, ...]
    weeks: Weeks | None
    strip: Strip | None = None


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
    calendar = calendar_of(policy)
    return head(policy, edition, language) | {
        "sections": shown,
        "open_places": open_places(shown),
        "weekend": spoken_weekend(calendar, language),
        "zone": spoken_zone(calendar, language),
    }


def open_places(shown: Iterable[ShownSection]) -> list[tuple[str, str]]:
    """(clause, text) of every place that the terms leave to a person."""
    return [(clause.id, gap) for section in shown for clause in section.clauses for gap in clause.gaps]


def spoken_weekend(calendar: Calendar, language: str) -> str:
    """The weekly days off in words."""
    return phrase("weekend_joint", language).join(WEEKDAYS[language][day - 1] for day in sorted(calendar.weekend))


def spoken_zone(calendar: Calendar, language: str) -> str:
    """The city by whose clock the store counts."""
    return _ZONES.get(calendar.zone, {}).get(language, calendar.zone)


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
    strip = example.strips[0] if example.strips else None
    drawn = weeks(strip, calendar_of(edition.policy), language) if strip else None
    return ShownExample(title, example.sentence, example.periods, drawn, strip)

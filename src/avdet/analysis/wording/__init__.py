"""Does each clause's text say what its rule does, in every language? A text that states another figure is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from avdet.analysis.findings import Finding
from avdet.analysis.wording.rule_figures import RuleFigure, gap_figures, rule_figures
from avdet.core.policy import Clause, Edition, Gap, Policy
from avdet.words.figures import Figure, figures

_ARABIC: Final = {"ي": "ی", "ك": "ک", "ى": "ی"}
_LATIN_IN_TEXT: Final = re.compile(r"(?<![A-Za-z0-9_.-])\d+(?![A-Za-z0-9_]|-[A-Za-z])", re.ASCII)
_NEXT: Final = {
    "tr": re.compile(r"\b(ertesi|izleyen|sonraki)\b", re.IGNORECASE),
    "fa": re.compile(r"\b(بعد|نخستین|اولین|فردا)\b"),
    "en": re.compile(r"\b(next|following)\b", re.IGNORECASE),
}
"""*The next day*: a period of one that needs no figure."""
_EASTERN: Final = re.compile(r"[۰-۹٠-٩]")
_ARABIC_DIGIT: Final = re.compile(r"[٠-٩]")


def check_wording(policy: Policy) -> tuple[Finding, ...]:
    """What of the texts of a policy, in all its versions, does not agree with its rules, its languages or script."""
    found: dict[tuple[int, str, str], Finding] = {}
    for edition in policy.editions:
        for finding in _edition(edition):
            # What the rule says may differ between versions; what is wrong with the text is told once.
            found.setdefault((finding.line, finding.kind, finding.message.split(";")[0]), finding)
    return tuple(sorted(found.values(), key=lambda finding: finding.line))


def _edition(edition: Edition) -> Iterator[Finding]:
    for clause in edition.clauses:
        allowed = rule_figures(clause, edition)
        yield from _whole(clause, edition.policy.languages)
        for language, text in clause.text.items():
            unruled = list(_unruled(clause.id, clause.line, language, text, allowed))
            # A text that says a wrong figure also leaves the right one out: that is one fault, told once.
            yield from unruled or _unsaid(clause, language, text, allowed)
            yield from _script(clause.id, clause.line, language, text)
    for gap in edition.policy.gaps:
        if gap.about in edition.by_id:
            yield from _gap(gap, edition)


def _gap(gap: Gap, edition: Edition) -> Iterator[Finding]:
    for language, text in gap.text.items():
        yield from _unruled(gap.about, gap.line, language, text, gap_figures(gap, edition))
        yield from _script(gap.about, gap.line, language, text)


# ---- figures ---------------------------------------------------------------------------------------------------------


def _said(figure: Figure) -> str:
    if figure.unit == "clock":
        return f"{figure.count // 60:02}:{figure.count % 60:02}"
    return f"{figure.count:,} {figure.unit.replace('_', ' ')}".strip()


def _unruled(name: str, line: int, language: str, text: str, allowed: tuple[RuleFigure, ...]) -> Iterator[Finding]:
    for said in dict.fromkeys(figures(text, language)):
        if not said.article and not any(figure.allows(said) for figure in allowed):
            rule = ", ".join(dict.fromkeys(str(figure).removesuffix(" *") for figure in allowed)) or "no figure"
            yield Finding("figure_without_rule", "error", (name,), line=line,
                          message=f"{name}: the text in {language} says {_said(said)}; its rule says {rule}",
                          cure="correct the text or the rule; a figure that no rule uses goes in `states`")  # fmt: skip


def _unsaid(clause: Clause, language: str, text: str, allowed: tuple[RuleFigure, ...]) -> Iterator[Finding]:
    said = figures(text, language)
    for figure in dict.fromkeys(f for f in allowed if f.spoken):
        if not any(figure.allows(each) for each in said) and not (figure.count == 1 and _NEXT[language].search(text)):
            yield Finding("period_without_figure", "error", (clause.id,), line=clause.line,
                          message=f"{clause.id}: the text in {language} does not name the rule's {figure}",
                          cure="name the period, with its unit, in the text")  # fmt: skip


# ---- languages and letters -------------------------------------------------------------------------------------------


def _whole(clause: Clause, languages: tuple[str, ...]) -> Iterator[Finding]:
    missing = [language for language in languages if not clause.text.get(language, "").strip()]
    if missing:
        yield Finding("missing_text", "error", (clause.id,), line=clause.line,
                      message=f"{clause.id}: no text in {', '.join(missing)}",
                      cure="write the clause in every language of the policy")  # fmt: skip
    for first, second in _alike(clause.text):
        yield Finding("same_text", "error", (clause.id,), line=clause.line,
                      message=f"{clause.id}: the texts in {first} and {second} are the same",
                      cure=f"write the clause in {second}")  # fmt: skip


def _alike(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    plain = {language: " ".join(text.split()).casefold() for language, text in texts.items() if text.strip()}
    languages = list(plain)
    for i, first in enumerate(languages):
        yield from ((first, second) for second in languages[i + 1 :] if plain[first] == plain[second])


def _script(name: str, line: int, language: str, text: str) -> Iterator[Finding]:
    wrong = _foreign(language, text)
    if wrong:
        yield Finding("foreign_letters", "error", (name,), line=line,
                      message=f"{name}: the text in {language} has {', '.join(wrong)}",
                      cure="use ی, ک and Persian digits in Persian; Latin digits elsewhere and in codes")  # fmt: skip


def _foreign(language: str, text: str) -> list[str]:
    if language != "fa":
        return list(dict.fromkeys(f"the digit {digit}" for digit in _EASTERN.findall(text)))
    found = [f"the Arabic letter {letter}" for letter in _ARABIC if letter in text]
    found += [f"the Arabic digit {digit}" for digit in dict.fromkeys(_ARABIC_DIGIT.findall(text))]
    return found + [f"the Latin figure {figure}" for figure in dict.fromkeys(_LATIN_IN_TEXT.findall(text))]

"""A claim that is being written, as its pages tell it: the reasons with their last days, each answer with what it did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from avdet.contract.shape import Answer
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import BY_FILES
from avdet.web.shared.answer_told import AnswerTold, answer_told
from avdet.words.catalogue import capital, code, say
from avdet.words.dates import day
from avdet.words.phrases import phrase
from avdet.words.slip import Slip
from avdet.workflows.claims.claim_form import ClaimForm, Entry
from avdet.workflows.policy.ask_policy import clauses_of, slip_of, texts_of
from avdet.workflows.policy.options_now import reasons_for

WORD_JOINER: Final = "\u2060"
"""Keeps a clause's name on one line: broken at a hyphen it reads the wrong way round between Persian words."""


@dataclass(frozen=True, slots=True)
class EntryTold:
    """One line of the claim, ready to be checked; `shown` are questions that the evidence answers."""

    entry: Entry
    reason: str
    answers: tuple[AnswerTold, ...]
    shown: tuple[str, ...]
    slip: Slip


def entries_told(form: ClaimForm, language: str) -> list[EntryTold]:
    """Every line of a form that can be filed, with the slip of what would be answered now."""
    texts = texts_of(form.file, language)
    return [
        EntryTold(
            entry, say(language, "reason", entry.reason),
            tuple(answer_told(entry, given, texts, language) for given in entry.given),
            tuple(BY_NAME[fact].asked(language) for fact in entry.shown),
            slip_of(form.file, entry.answer, point="claim", reason=entry.reason, language=language),
        )
        for entry in form.entries
    ]  # fmt: skip


def reasons_told(entry: Entry, language: str) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """(reason, its words) for a line, what is open first; and reason → until when our terms provide for it, or why not."""
    found = [(reason, *_hint(entry, reason, language)) for reason in reasons_for(entry.file, entry.line)]
    found.sort(key=lambda row: row[2])
    hints = {row[0]: capital(row[1], language) for row in found if row[1]}
    return [(row[0], say(language, "reason", row[0])) for row in found], hints


def _hint(entry: Entry, reason: str, language: str) -> tuple[str, bool]:
    """What is said beside a reason, and whether it is closed."""
    answer = replace(entry, reason=reason, said={}, _seen={}).hoped(entry.shown)
    until = _until(entry, answer, language)
    if answer.outcome == "deny":
        return _closed(entry, answer, until, language), True
    if answer.outcome == "review" and not clauses_of(answer, "outcome"):
        return phrase(language, "portal.claim.reason_silent"), False
    return (phrase(language, "portal.claim.reason_until", day=until) if until else ""), False


def _closed(entry: Entry, answer: Answer, until: str, language: str) -> str:
    deadline = answer.deadlines.get("report_by")
    if until and deadline is not None and deadline.at and deadline.at < entry.file.now:
        return phrase(language, "portal.claim.reason_ended", day=until)
    if clauses := ", ".join(code(clause.replace("-", f"-{WORD_JOINER}"), language) for clause in clauses_of(answer, "outcome")):
        return phrase(language, "portal.claim.reason_closed", clauses=clauses)
    return phrase(language, "portal.claim.reason_closed_silent")


def _until(entry: Entry, answer: Answer, language: str) -> str:
    deadline = answer.deadlines.get("report_by")
    return day(entry.file.terms.calendar.local(deadline.at), language) if deadline is not None and deadline.at else ""


def wants_evidence(form: ClaimForm) -> Iterator[str]:
    """The kinds of evidence that the terms speak of for what is claimed; `six_photos` among them."""
    for entry in form.entries:
        named = {*entry.answer.requires, *entry.said, *entry.shown}
        yield from (fact for fact in BY_FILES if fact in named)
        if entry.reason not in ("withdrawal", "not_received"):
            yield "documents"

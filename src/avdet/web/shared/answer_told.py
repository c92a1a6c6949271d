"""An answer that was given in a claim's form with what it did, in words: in the portal, and as the desk takes it down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from avdet.core.facts import BY_NAME
from avdet.words.catalogue import say
from avdet.words.effects import effect_said
from avdet.workflows.claims.claim_effects import Effect
from avdet.workflows.claims.claim_form import Entry, Given
from avdet.workflows.policy.ask_policy import OrderFile


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that an answer did, and the clauses that say so: (clause, its text)."""

    sentence: str
    clauses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AnswerTold:
    """A question with the answer that was given, and what it did."""

    fact: str
    question: str
    value: bool
    told: tuple[Told, ...]

    @property
    def quotes(self) -> tuple[tuple[str, str], ...]:
        """The clauses behind all of it, each once: (clause, its text)."""
        return tuple(dict.fromkeys(clause for each in self.told for clause in each.clauses if clause[1]))


def answer_told(entry: Entry, given: Given, texts: Mapping[str, str], language: str) -> AnswerTold:
    """One answer, with the `texts` of the clauses behind it."""
    told = tuple(_told(entry.file, effect, texts, language) for effect in given.effects)
    nothing = (Told(say(language, "effect", "nothing"), ()),)
    return AnswerTold(given.fact, BY_NAME[given.fact].asked(language), given.value, told or nothing)


def _told(file: OrderFile, effect: Effect, texts: Mapping[str, str], language: str) -> Told:
    calendar = file.terms.calendar
    sentence = effect_said(effect.kind, effect.value, is_lost=effect.is_lost, calendar=calendar, language=language)
    return Told(sentence, tuple((clause, texts.get(clause, "")) for clause in effect.clauses))

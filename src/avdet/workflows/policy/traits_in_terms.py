"""What each trait of a product does by a store's terms: the clauses that turn on it."""

from __future__ import annotations

from datetime import datetime

from avdet.core.conditions import facts_of
from avdet.core.policy import Clause
from avdet.core.vocabulary import TRAITS
from avdet.records.stores.models import Store
from avdet.records.stores.terms import terms_in_force


def traits_in_terms(store: Store, *, now: datetime, language: str) -> dict[str, list[tuple[str, str]]]:
    """Trait → the clauses in force that turn on it, each with its text; an empty list where none does."""
    terms = terms_in_force(store, now)
    found: dict[str, list[tuple[str, str]]] = {trait: [] for trait in TRAITS}
    for clause in terms.edition.clauses if terms else ():
        for trait in _turns_on(clause) & found.keys():
            found[trait].append((clause.id, clause.text.get(language) or next(iter(clause.text.values()), "")))
    return found


def _turns_on(clause: Clause) -> set[str]:
    return {fact for condition in (clause.when, *(case.when for case in clause.cases)) for fact in facts_of(condition)}

"""Rules that give products their traits, and which product got them from a rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.db.models import Max

from avdet.core.errors import AvdetError
from avdet.core.vocabulary import TRAITS
from avdet.records.connections.models import TraitMark, TraitRule
from avdet.records.stores.models import Store
from avdet.words.faults import coded

FIELDS: Final = ("sku", "name", "category", "seller")
OPERATORS: Final = ("is", "contains", "begins_with")
MOST: Final = 500


def rules_of(store: Store) -> list[TraitRule]:
    """A store's rules, the first that fits before the others."""
    return list(TraitRule.objects.filter(store=store).order_by("position"))


def checked_rule(field: str, operator: str, pattern: str, traits: Sequence[str]) -> TraitRule:
    """A rule that can be kept; `AvdetError` names the field that is wrong."""
    pattern = " ".join(pattern.split())
    if field not in FIELDS:
        raise coded(AvdetError, "trait_rule.field", where="field", fields=", ".join(FIELDS))
    if operator not in OPERATORS:
        raise coded(AvdetError, "trait_rule.operator", where="operator", operators=", ".join(OPERATORS))
    if not 1 <= len(pattern) <= 200 or not pattern.isprintable():
        raise coded(AvdetError, "trait_rule.pattern", where="pattern")
    if unknown := [each for each in traits if each not in TRAITS]:
        raise coded(AvdetError, "trait_rule.trait", where="traits", said=unknown[0][:40], traits=", ".join(TRAITS))
    ordered = [trait for trait in TRAITS if trait in traits]
    return TraitRule(field=field, operator=operator, pattern=pattern, traits=ordered)


@transaction.atomic
def add_rule(store: Store, rule: TraitRule) -> TraitRule:
    """Puts a rule behind the others."""
    last = TraitRule.objects.filter(store=store).aggregate(last=Max("position"))["last"] or 0
    if last >= MOST:
        raise coded(AvdetError, "trait_rule.many", where="rules", most=MOST)
    rule.store, rule.position = store, last + 1
    rule.save(force_insert=True)
    return rule


@transaction.atomic
def arrange(store: Store, wanted: Sequence[int]) -> None:
    """Keeps the rules of these ids, in this order; the others are dropped. Ids of another store change nothing."""
    known = {rule.pk: rule for rule in TraitRule.objects.select_for_update().filter(store=store)}
    kept = [known[pk] for pk in dict.fromkeys(wanted) if pk in known]
    TraitRule.objects.filter(store=store).delete()
    for position, rule in enumerate(kept, 1):
        rule.position = position
    TraitRule.objects.bulk_create(kept)


def marks_of(store: Store, skus: Iterable[str]) -> dict[str, list[str]]:
    """SKU → the traits that a rule gave to it. One statement for every five hundred."""
    wanted = list(skus)
    batches = (wanted[at : at + 500] for at in range(0, len(wanted), 500))
    return {row.sku: row.traits for batch in batches for row in TraitMark.objects.filter(store=store, sku__in=batch)}


def mark(store: Store, given: Mapping[str, Sequence[str]], *, now: datetime) -> None:
    """Keeps which traits a rule has given: SKU → traits."""
    rows = [TraitMark(store=store, sku=sku, traits=list(traits), at=now) for sku, traits in given.items()]
    TraitMark.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["store", "sku"], update_fields=["traits", "at"], batch_size=500
    )


def unmark(store: Store, skus: Iterable[str]) -> None:
    """From now on the traits of these products are a person's own word."""
    TraitMark.objects.filter(store=store, sku__in=list(skus)).delete()

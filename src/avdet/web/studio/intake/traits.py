"""Which products have which traits: the store's rules with what they catch, and what nobody has mapped yet."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.facts import BY_NAME
from avdet.core.vocabulary import TRAITS
from avdet.ports.jobs import defer
from avdet.records.catalogue.queries import Wanted, products, unmapped
from avdet.records.connections.models import TraitRule
from avdet.records.connections.traits import FIELDS, OPERATORS, add_rule, arrange, checked_rule, rules_of
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.lists import marks, pager
from avdet.web.studio.catalogue.pages import KEEPERS, whole
from avdet.web.studio.pages import done, page, to
from avdet.words.faults import in_sentences
from avdet.words.phrases import phrase
from avdet.workflows.catalogue.map_traits import Caught, caught_by, map_by_hand


@open_to(*KEEPERS)
def traits(request: PageRequest) -> HttpResponse:
    """The rules, what the one that is being written would catch, and the products that wait."""
    if request.method == "POST":
        return _do(request)
    try:
        caught = caught_by(request.store, _written(request.GET)) if request.GET.get("pattern", "").strip() else None
    except AvdetError as found:
        return _shown(request, request.GET, fault=in_sentences(found, request.language))
    return _shown(request, request.GET, caught)


def _written(said: QueryDict) -> TraitRule:
    field, operator, pattern = (said.get(name, "") for name in ("field", "operator", "pattern"))
    return checked_rule(field, operator, pattern, said.getlist("traits"))


def _shown(request: PageRequest, typed: QueryDict, caught: Caught | None = None, fault: str = "") -> HttpResponse:
    chosen = typed.getlist("traits")
    waiting = products(request.store, Wanted(unmapped=True), **marks(request))
    say = request.language
    context: dict[str, Any] = {
        "rules": [_rule(request, each) for each in rules_of(request.store)], "typed": typed, "fault": fault,
        "errors": [("pattern", fault)] if fault else [],
        "sample": [(each.sku, each.name_in(say), each.mapped) for each in caught.sample] if caught else [], "caught": caught,
        "fields": [(each, phrase(say, f"studio.traits.field.{each}")) for each in FIELDS],
        "operators": [(each, phrase(say, f"studio.traits.operator.{each}")) for each in OPERATORS],
        "boxes": [(trait, BY_NAME[trait].asked(say), trait in chosen) for trait in TRAITS],
        "waiting": [(each.sku, each.name_in(say), each.category) for each in waiting.rows], "count": unmapped(request.store),
        **pager(to(request, "traits"), "", waiting),
    }  # fmt: skip
    return page(request, "intake/traits", "traits", context, status=422 if fault else 200)


def _do(request: PageRequest) -> HttpResponse:
    """Keeps a rule, arranges the rules, has them applied, or maps products by hand."""
    posted, wanted, now = request.POST, request.POST.get("do", ""), timezone.now()
    if wanted == "keep":
        try:
            add_rule(request.store, _written(posted))
        except AvdetError as fault:
            return _shown(request, posted, fault=in_sentences(fault, request.language))
    elif wanted in ("up", "drop"):
        _arrange(request, wanted, whole(posted.get("rule", "")) or 0)
    elif wanted == "apply":
        defer("map_traits", {"store": request.store.slug}, key=f"map_traits:{request.store.pk}")
    elif wanted == "give":
        skus = posted.getlist("sku")[:100]
        if not skus:
            return redirect(to(request, "traits"))
        map_by_hand(request.store, skus, [each for each in posted.getlist("traits") if each in TRAITS], now=now)
    elif "plain" in posted:
        map_by_hand(request.store, [posted["plain"]], [], now=now)
        wanted = "give"
    else:
        return redirect(to(request, "traits"))
    return done(request, f"traits_{wanted}", "traits")


def _arrange(request: PageRequest, wanted: str, rule: int) -> None:
    order = [each.pk for each in rules_of(request.store)]
    if rule not in order:
        return
    at = order.index(rule)
    order.pop(at)
    if wanted == "up":
        order.insert(max(0, at - 1), rule)
    arrange(request.store, order)


def _rule(request: PageRequest, rule: TraitRule) -> dict[str, Any]:
    say = request.language
    said = {name: phrase(say, f"studio.traits.{name}.{getattr(rule, name)}") for name in ("field", "operator")}
    return {"pk": rule.pk, "pattern": rule.pattern, "traits": [BY_NAME[trait].asked(say) for trait in rule.traits], **said}

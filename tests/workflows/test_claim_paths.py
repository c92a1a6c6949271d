"""Every way through the claim form: for each store, each reason and typical goods, whatever is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from avdet.contract.shape import Answer
from avdet.records.orders.models import Order
from avdet.records.stores.models import Store
from avdet.workflows.claims.claim_form import ANSWERABLE, Entry
from avdet.workflows.policy.ask_policy import OrderFile, file_of
from avdet.workflows.policy.options_now import reasons_for
from tests.factories import NOW, make_customer, make_order, make_product, make_store

pytestmark = pytest.mark.django_db
GOODS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "offykala": ((), ("serial_number",), ("large",), ("hygiene",), ("authorised_installation",)),
    "persianpetshop": ((), ("food",), ("hygiene",), ("large",)),
    "fetrashop": ((), ("seven_day_test", "serial_number"), ("personal_use",), ("sealed_media",)),
    "ofiskutum": ((), ("large", "authorised_installation"), ("hygiene",), ("made_to_order",)),
    "hepsiburada": ((), ("hygiene",), ("sealed_media",), ("perishable", "food")),
}
"""Store → the traits of what it typically sells."""
HOURS = {"placed_at": 72, "paid_at": 72, "invoiced_at": 70, "handed_over_at": 48, "delivered_at": 20}
"""Hours ago."""


def file(shop: Store, traits: tuple[str, ...], *, arrived: bool = True) -> OrderFile:
    """An order of one such product, as the form knows it: delivered yesterday, or on its way still."""
    at = {name: NOW - timedelta(hours=hours) for name, hours in HOURS.items() if arrived or name != "delivered_at"}
    goods, state = make_product(shop, traits=list(traits)), "delivered" if arrived else "shipped"
    made = make_order(shop, make_customer(shop, birth_year=1990), products=[goods], state=state, **at)
    found = file_of(Order.objects.select_related("store", "customer", "policy_version").get(pk=made.pk), NOW)
    assert found is not None
    return found


def entries() -> Iterator[tuple[str, Entry]]:
    """Each store, typical goods and reason; with what it is called when it is spoken of."""
    for name, several in GOODS.items():
        shop = make_store(name)
        for traits, arrived in [*((traits, True) for traits in several), ((), False)]:
            known = file(shop, traits, arrived=arrived)
            for reason in reasons_for(known, known.lines[0]):
                goods = "+".join(traits) or ("plain goods" if arrived else "goods on their way")
                yield f"{name}, {goods}, {reason}", Entry(known, known.lines[0], 1, reason, {}, {}, 0, "en")


def paths(entry: Entry, known: dict[str, bool]) -> Iterator[dict[str, bool]]:
    """Every way in which the form can be gone through to its end."""
    answer = entry.asked(known)
    if answer.outcome != "ask":
        yield known
        return
    assert set(answer.ask) <= ANSWERABLE, f"nobody can answer {answer.ask}"
    for value in (True, False):
        yield from paths(entry, {**known, answer.ask[0]: value})


def essence(answer: Answer) -> tuple[Any, ...]:
    """All that makes two answers different: deadlines count where something is left to be done by them."""
    dates = {name: (each.at, each.count, each.unit) for name, each in answer.deadlines.items()}
    due = dates if answer.outcome in ("approve", "evidence") else {}
    return answer.outcome, answer.remedies, set(answer.requires), due, answer.return_shipping, answer.redelivery_shipping


def matters(entry: Entry, known: dict[str, bool]) -> bool:
    """Whether some completion of what is known turns on the fact that the form asks next."""
    fact, *others = entry.asked(known).ask
    for values in product((True, False), repeat=len(others)):
        rest = dict(zip(others, values, strict=True))
        yes, no = (entry.asked({**known, **rest, fact: value}) for value in (True, False))
        if essence(yes) != essence(no):
            return True
    return False


def needless(entry: Entry, path: dict[str, bool], seen: set[tuple[str, ...]]) -> Iterator[str]:
    """The questions on a way through the form that need not have been asked."""
    known = dict[str, bool]()
    for fact, value in path.items():
        key = tuple(f"{name}={said}" for name, said in known.items())
        if key not in seen and not matters(entry, known):
            yield f"{fact} after {known}"
        seen.add(key)
        known[fact] = value


def test_few_questions_are_asked_and_none_without_need(capsys: pytest.CaptureFixture[str]) -> None:
    ways, superfluous = list[tuple[int, str]](), list[str]()
    for name, entry in entries():
        seen = set[tuple[str, ...]]()
        for path in paths(entry, {}):
            ways.append((len(path), f"{name}: {', '.join(path)}"))
            superfluous += [f"{name}: {each}" for each in needless(entry, path, seen)]
    mean, (most, longest) = sum(length for length, _ in ways) / len(ways), max(ways)
    with capsys.disabled():
        print(f"\n  {len(ways):,} ways through the claim form, {mean:.2f} questions on average; the longest, of {most}: {longest}")
    assert not superfluous
    assert mean <= 5

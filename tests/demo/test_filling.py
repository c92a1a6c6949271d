"""The demonstration as it is at its first start: five stores, their orders' past, and cases of every kind."""

from collections import Counter

import pytest
from django.conf import settings
from django.test import Client

from avdet.core.lifecycles import CASE, GOODS
from avdet.demo.filling import fill
from avdet.policies import STORES
from avdet.records.cases.chain import broken
from avdet.records.cases.models import Case, CaseOverride, Evidence
from avdet.records.cases.queries import events_of
from avdet.records.catalogue.models import Stock
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.models import Order
from avdet.records.orders.numbers import next_number
from avdet.records.payouts.models import PayoutBatch
from avdet.records.people.models import User
from avdet.records.stores.models import Store

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(settings.POSTGRES, reason="the demonstration is made for the embedded database"),
]
PASSING = {"filed"}
"""A case is put to the terms in the moment in which it is filed."""


def test_the_stores_have_cases_of_every_kind(now, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    stores = fill(now)
    assert [store.slug for store in stores] == list(STORES)
    cases = list(Case.objects.select_related("store", "order"))
    assert {case.state for case in cases} == set(CASE.states) - PASSING
    assert {case.goods for case in cases} == set(GOODS.states)
    assert min(Counter(case.store.slug for case in cases).values()) >= 15
    assert all(broken(case, events_of(case)) is None for case in cases)
    assert len({evidence.order.store_id for evidence in Evidence.objects.select_related("order")}) >= 3
    for store in stores:
        _is_sound(store)
    assert PayoutBatch.objects.filter(state="approved").count() >= 2
    assert CaseOverride.objects.filter(state="waiting").exists()
    _is_seen_by_the_staff(stores[0].slug)
    assert fill(now) == stores
    assert Case.objects.count() == len(cases)


def _is_sound(store: Store) -> None:
    assert sum(trial_balance(store).values()) == 0
    assert not Stock.objects.filter(product__store=store, on_hand__lt=0).exists()
    assert {case.state for case in Case.objects.filter(store=store)} >= {"review", "approved", "settled", "withdrawn", "merged"}
    numbers = set(Order.objects.filter(store=store).values_list("number", flat=True))
    assert next_number(store) not in numbers


def _is_seen_by_the_staff(slug: str) -> None:
    for role, pages in {"expert": ("board/", "cases/", "bench/"), "accountant": ("payouts/",)}.items():
        client = Client()
        client.force_login(User.objects.get(email=f"{role}@{slug}.example"))
        for page in pages:
            assert client.get(f"/{slug}/desk/{page}").status_code == 200, page

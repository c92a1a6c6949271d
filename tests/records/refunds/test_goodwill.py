"""A sum that waits for a second person: one an order, whoever else asks at the same moment."""

from __future__ import annotations

import pytest
from django.db.models import QuerySet

from avdet.records.refunds.actions import wish_goodwill
from avdet.records.refunds.models import Goodwill
from avdet.records.shared.errors import Conflict
from tests.factories import NOW, make_order, make_staff, make_store

pytestmark = pytest.mark.django_db


def test_who_cannot_see_yet_that_another_one_waits_is_told_so_by_the_database(monkeypatch):
    store = make_store()
    order, author = make_order(store), make_staff(store)
    wish_goodwill(order, amount_minor=5, reason="late", author=author, now=NOW, waiting=True)
    monkeypatch.setattr(QuerySet, "exists", lambda rows: False)
    with pytest.raises(Conflict) as refused:
        wish_goodwill(order, amount_minor=7, reason="late", author=author, now=NOW, waiting=True)
    assert refused.value.code == "refund.another_waits"
    wish_goodwill(order, amount_minor=9, reason="late", author=author, now=NOW, waiting=False)
    assert sorted(Goodwill.objects.values_list("amount_minor", "state")) == [(5, "waiting"), (9, "granted")]

"""Where goods go that the store keeps: not before they are its own, not on the shelf unless they can be sold; and who is told."""

from __future__ import annotations

import json

import pytest

from avdet.core.errors import AvdetError
from avdet.records.cases.models import Case
from avdet.records.catalogue.models import Stock
from avdet.records.inspections.models import Inspection
from avdet.records.orders.drafts import DraftLine
from avdet.records.orders.models import OrderLine
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import WebhookMessage
from avdet.records.remedies.models import Remedy
from avdet.records.stores.models import Store
from avdet.workflows.goods.dispose_goods import dispose_goods, places_for
from avdet.workflows.remedies.choose_remedy import choose_remedy
from tests.factories import NOW, make_store
from tests.workflows.remedies import CUSTOMER, MACHINE, again, arrived, bought, checked_goods, choosing, claimed, examined

pytestmark = pytest.mark.django_db


@pytest.fixture
def store(db: None) -> Store:
    return make_store("fetrashop")


def chosen(case: Case, kind: str = "refund") -> Case:
    choose_remedy(case, kind, actor=CUSTOMER, now=NOW)
    return again(case)


def changed_mind(store: Store) -> Case:
    """Two sealed pieces that nobody wanted after all: found whole, and to be paid back."""
    return chosen(choosing(store, reason="withdrawal", quantity=2))


def dispose(case: Case, place: str, revision: int | None = None) -> Inspection:
    return dispose_goods(case.pk, place, revision=case.revision if revision is None else revision, actor=MACHINE, now=NOW)


def on_hand(case: Case) -> int:
    return Stock.objects.get(product=case.order_line.product_id).on_hand


# ---- what stays where it is ------------------------------------------------------------------------------------------


def test_goods_that_are_their_owners_are_not_kept(store: Store) -> None:
    goods = checked_goods(store)
    case = arrived(claimed(bought(store, DraftLine(goods.sku))))
    with pytest.raises(AvdetError, match="not the store's"):  # nobody has examined them
        dispose(case, "stock")
    with pytest.raises(AvdetError, match="no such place"):
        dispose(case, "bin")
    case = examined(case, "not_confirmed")
    with pytest.raises(AvdetError, match="not the store's"):  # they go back
        dispose(case, "stock")


@pytest.mark.parametrize("kind", ["send_back", "custody", "makers_representative", "redelivery", ""])
def test_as_long_as_nothing_else_was_chosen_for_them_they_are_not_the_stores(store: Store, kind: str) -> None:
    case = choosing(store)
    if kind:
        case = chosen(case)
        Remedy.objects.filter(case=case).update(kind=kind)
    assert places_for(case) == ()
    with pytest.raises(AvdetError, match="not the store's"):
        dispose(case, "scrap")


def test_what_is_faulty_or_was_sent_by_mistake_is_not_sold_as_it_is(store: Store) -> None:
    case, other = chosen(choosing(store), "replacement"), chosen(choosing(store, reason="wrong_item"), "replacement")
    before = on_hand(case)
    assert places_for(other) == places_for(case) == ("refurbish", "supplier", "scrap")
    with pytest.raises(AvdetError, match="cannot be sold"):
        dispose(case, "stock")
    dispose(case, "refurbish")
    assert (on_hand(case), again(case).goods) == (before, "kept")


def test_a_product_that_is_not_in_the_catalogue_has_no_shelf(store: Store) -> None:
    case = changed_mind(store)
    OrderLine.objects.filter(pk=case.order_line_id).update(product=None)
    case = again(case)
    with pytest.raises(AvdetError, match="cannot be sold"):
        dispose(case, "stock")
    dispose(case, "scrap")


# ---- what goes somewhere ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("place", "more"), [("stock", 2), ("supplier", 0)])
def test_goods_that_are_kept_leave_the_stock_right_and_are_kept_once(store: Store, place: str, more: int) -> None:
    case = changed_mind(store)
    before = on_hand(case)
    assert (dispose(case, place).disposition, again(case).goods, on_hand(case) - before) == (place, "kept", more)
    for revision in (case.revision, again(case).revision):
        with pytest.raises(AvdetError):
            dispose(case, place, revision)
    assert on_hand(case) - before == more


def test_programs_are_told_of_what_is_on_the_shelf_again(store: Store) -> None:
    case = changed_mind(store)
    add_endpoint(case.store, "https://listener.example/hooks", now=NOW)
    dispose(case, "stock")
    told = [json.loads(each.body)["data"] for each in WebhookMessage.objects.filter(kind="stock.changed")]
    assert [(each["why"], each["reference"]) for each in told] == [("returned", case.number)]

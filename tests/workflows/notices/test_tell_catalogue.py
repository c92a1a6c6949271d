"""Programs that listen are told of the catalogue and the shelf: once for each cause, and of a file as a whole."""

from __future__ import annotations

import json
from typing import Any

import pytest

from avdet.records.catalogue.models import CatalogueImport, Product, Stock
from avdet.records.orders.drafts import Contact, DraftLine, OrderDraft
from avdet.records.outbox.endpoints import add_endpoint
from avdet.records.outbox.models import WebhookMessage
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store
from avdet.workflows.catalogue.apply_catalogue import apply_catalogue, undo_catalogue
from avdet.workflows.catalogue.count_stock import count_stock, take_in
from avdet.workflows.catalogue.edit_products import create_product, edit_product, put_products
from avdet.workflows.catalogue.map_traits import map_by_hand
from avdet.workflows.catalogue.receive_stock import receive_stock
from avdet.workflows.notices.tell import PROGRAMS, hushed
from avdet.workflows.notices.tell_catalogue import MOST_NAMED, tell_products, tell_stock
from avdet.workflows.orders.cancel_order import cancel_order
from avdet.workflows.orders.place_order import place_order
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db
ACTOR = Actor.system("test")
FIELDS = {"names": {"fa": "چیز"}, "price_minor": 10_000}


@pytest.fixture
def store() -> Store:
    made = make_store("persianpetshop")
    add_endpoint(made, "https://listener.example/hooks", now=NOW)
    return made


def heard() -> list[tuple[str, dict[str, Any]]]:
    rows = WebhookMessage.objects.order_by("pk").exclude(kind__startswith="order.")
    return [(each.kind, json.loads(each.body)["data"]) for each in rows]


# ---- silence ---------------------------------------------------------------------------------------------------------


def test_a_store_that_nobody_listens_to_costs_no_statement(django_assert_num_queries: Any) -> None:
    quiet = make_store("fetrashop")
    product = make_product(quiet)
    with django_assert_num_queries(0):
        tell_products(quiet, [product], now=NOW)
        tell_stock(quiet, [product.pk], why="counted", now=NOW)


def test_what_is_not_done_is_not_told(store: Store) -> None:
    product = make_product(store, "A")
    with pytest.raises(Conflict):
        edit_product(product, FIELDS, revision=99, now=NOW)
    with pytest.raises(Conflict):
        create_product(store, "A", FIELDS, now=NOW)
    assert heard() == []


def test_the_same_state_is_told_once(store: Store) -> None:
    product = make_product(store, "A")
    for _ in range(2):
        tell_products(store, [product], now=NOW)
        tell_stock(store, [product.pk], why="counted", now=NOW)
    assert [kind for kind, _ in heard()] == ["product.changed", "stock.changed"]


def test_nothing_is_said_while_programs_are_hushed(store: Store) -> None:
    with hushed(PROGRAMS):
        put_products(store, {"A": FIELDS}, now=NOW)
    assert heard() == []


# ---- products --------------------------------------------------------------------------------------------------------


def test_many_products_are_one_event_that_names_some_of_them(store: Store) -> None:
    put_products(store, {f"P{n:03}": FIELDS for n in range(MOST_NAMED + 5)}, now=NOW)
    ((kind, said),) = heard()
    assert (kind, len(said["skus"]), said["count"], said["more"]) == ("product.changed", MOST_NAMED, MOST_NAMED + 5, True)


def test_making_editing_and_mapping_are_told_each(store: Store) -> None:
    made = create_product(store, "NEW", FIELDS, now=NOW)
    edit_product(made, {"price_minor": 12_000}, revision=made.revision, now=NOW)
    map_by_hand(store, ["NEW"], ["food"], now=NOW)
    assert [(kind, said["skus"]) for kind, said in heard()] == [("product.changed", ["NEW"])] * 3


def test_a_file_is_told_as_a_whole_when_it_is_applied_and_when_it_is_undone(store: Store) -> None:
    run = CatalogueImport.objects.create(store=store, file_name="a.csv", counts={"rows": 300, "new": 300}, read_at=NOW)
    for number in range(300):
        changes = {"sku": ["", f"F{number}"], "name_fa": ["", "چیز"], "price": ["", "10000"], "on_hand": ["", "3"]}
        kept = {name: said for name, said in changes.items() if name in known_columns(store)}
        run.rows.create(number=number + 2, sku=f"F{number}", kind="new", changes=kept)
    apply_catalogue(store, run, now=NOW, actor=ACTOR)
    assert Product.objects.filter(store=store).count() == 300
    undo_catalogue(store, CatalogueImport.objects.get(), now=NOW, actor=ACTOR)
    told = [(kind, said["done"], said["counts"]["new"]) for kind, said in heard()]
    assert told == [("catalogue.imported", "applied", 300), ("catalogue.imported", "undone", 300)]


def known_columns(store: Store) -> set[str]:
    from avdet.workflows.catalogue.catalogue_columns import ON_HAND, columns_of

    return {*columns_of(store), ON_HAND}


# ---- the shelf -------------------------------------------------------------------------------------------------------


def test_receiving_and_counting_say_how_much_there_is(store: Store) -> None:
    product = make_product(store, "A", on_hand=1)
    receive_stock(product, 4, after=0, reference="box", now=NOW, actor=ACTOR)
    take_in(store, [(product.pk, 2)], now=NOW, actor=ACTOR)
    count_stock(store, [(product.pk, 3)], now=NOW, actor=ACTOR)
    told = [(kind, said["why"], said["levels"][0]["on_hand"]) for kind, said in heard()]
    assert told == [("stock.changed", "received", 5), ("stock.changed", "received", 7), ("stock.changed", "counted", 3)]


def test_the_last_piece_that_is_promised_is_out_of_stock_and_let_go_it_is_back(store: Store) -> None:
    make_product(store, "A", on_hand=2)
    draft = OrderDraft(lines=(DraftLine("A", 2),), contact=Contact("Ali", "", "ali@example.test"), gifts=False)
    order = place_order(store, draft, actor=ACTOR, now=NOW)
    cancel_order(order, actor=ACTOR, now=NOW, reason="mistake")
    told = [(kind, said["why"], said["reference"]) for kind, said in heard()]
    assert told == [
        ("stock.changed", "reserved", order.number), ("stock.out", "reserved", order.number), ("stock.changed", "released", order.number),
    ]  # fmt: skip
    assert Stock.objects.get().reserved == 0

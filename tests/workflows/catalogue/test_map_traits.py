"""Rules give products their traits, the first that fits; what was said by hand stands for good."""

import pytest

from avdet.core.errors import AvdetError
from avdet.records.catalogue.editing import put
from avdet.records.catalogue.models import Product
from avdet.records.connections.models import TraitRule
from avdet.records.connections.traits import add_rule, arrange, checked_rule, rules_of
from avdet.workflows.catalogue.map_traits import caught_by, fits, map_by_hand, map_by_rules, map_new
from tests.factories import NOW, make_product, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def store():
    return make_store("ofiskutum")


def rule(store, pattern, traits, field="name", operator="contains"):
    return add_rule(store, checked_rule(field, operator, pattern, traits))


def traits(sku):
    return Product.objects.get(sku=sku).traits


@pytest.mark.parametrize(
    ("operator", "pattern", "name", "caught"),
    [
        ("contains", "KIRTASİYE", "ofis kırtasiye seti", True),
        ("contains", "isik", "IŞIK lambası", True),
        ("begins_with", "کیبورد", "كيبورد بی‌سیم", True),
        ("begins_with", "بی سیم", "كيبورد بی‌سیم", False),
        ("is", "كارت ۱۰", "کارت 10", True),
        ("is", "kart", "kart 10", False),
        ("contains", "!!!", "anything", False),
    ],
)
def test_letters_are_folded_before_they_are_compared(operator, pattern, name, caught):
    assert fits(TraitRule(field="name", operator=operator, pattern=pattern), Product(sku="x", names={"tr": name})) is caught


def test_a_rule_never_overwrites_what_was_said_by_hand(store):
    for sku in ("A", "B", "C"):
        make_product(store, sku, names={"tr": "Kahve"}, mapped=False)
    map_by_hand(store, ["A"], ["hygiene"], now=NOW)
    rule(store, "kahve", ["food"])
    assert map_by_rules(store, now=NOW) == 2
    put(store, {"C": {"traits": ["perishable"]}}, now=NOW)
    arrange(store, [])
    rule(store, "kahve", ["food", "gift"])
    assert map_by_rules(store, now=NOW) == 1
    assert (traits("A"), traits("B"), traits("C")) == (["hygiene"], ["food", "gift"], ["perishable"])
    map_by_hand(store, ["B"], ["food", "gift"], now=NOW)
    arrange(store, [])
    rule(store, "kahve", ["large"])
    assert map_by_rules(store, now=NOW) == 0
    assert traits("B") == ["food", "gift"]


def test_what_a_person_mapped_before_there_were_rules_stands(store):
    make_product(store, "A", names={"tr": "Kahve"}, traits=[], mapped=True)
    rule(store, "kahve", ["food"])
    assert map_by_rules(store, now=NOW) == 0


def test_the_first_rule_that_fits_decides(store):
    make_product(store, "A", names={"tr": "Kahve makinesi"}, mapped=False)
    first, second = rule(store, "makinesi", ["large"]), rule(store, "kahve", ["food"])
    arrange(store, [second.pk, first.pk, 10**9])
    assert [each.pk for each in rules_of(store)] == [second.pk, first.pk]
    assert map_new(store, ["A"], now=NOW) == 1
    assert traits("A") == ["food"]


def test_applying_twice_changes_nothing(store):
    make_product(store, "A", names={"tr": "Kahve"}, mapped=False)
    rule(store, "kahve", ["food"])
    assert (map_by_rules(store, now=NOW), map_by_rules(store, now=NOW)) == (1, 0)


def test_bobs_rules_do_not_reach_the_products_of_alice(store):
    other = make_store("hepsiburada")
    make_product(store, "A", names={"tr": "Kahve"}, mapped=False)
    made = rule(other, "kahve", ["food"])
    assert (map_by_rules(other, now=NOW), caught_by(other, made).count) == (0, 0)
    arrange(store, [made.pk])
    assert [each.pk for each in rules_of(other)] == [made.pk]
    assert map_by_hand(other, ["A"], ["food"], now=NOW) == 0


def test_what_a_rule_would_catch_is_counted_whole_and_shown_in_part(store):
    for at in range(25):
        make_product(store, f"K-{at}", names={"tr": "Kahve"}, mapped=at < 5)
    found = caught_by(store, checked_rule("sku", "begins_with", "k", ["food"]), most=20)
    assert (found.count, found.free, len(found.sample)) == (25, 20, 20)


def test_more_rules_than_can_be_overseen_are_refused(store):
    TraitRule.objects.create(store=store, position=500, field="sku", operator="is", pattern="x")
    with pytest.raises(AvdetError):
        rule(store, "y", ["food"])

"""What a shop tells of its orders: refusals, repetitions and late news first."""

from dataclasses import replace
from datetime import timedelta

import pytest

from avdet.core.errors import AvdetError
from avdet.ports.shops import ShopParty
from avdet.records.catalogue.models import Product
from avdet.records.connections.models import ShopRecord
from avdet.records.ledger.models import Entry
from avdet.records.ledger.queries import trial_balance
from avdet.records.orders.models import Order, OrderEvent, OrderLine
from avdet.records.orders.queries import order_by_number
from avdet.records.orders.serials import serials_of
from avdet.records.outbox.models import Notice
from avdet.records.payments.models import Payment
from avdet.records.refunds.models import Refund
from avdet.workflows.shops.take_order import take_order
from tests.factories import NOW, make_order, make_product, make_store
from tests.workflows.shop_orders import AYSE, PLACED, event, later, line, parcel, refund, told, woo

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return woo(make_store("ofiskutum"))


def kinds(number="1001"):
    return list(OrderEvent.objects.filter(order__number=number).order_by("id").values_list("kind", flat=True))


def order(number="1001"):
    return Order.objects.get(number=number)


@pytest.mark.parametrize(
    "bad",
    [
        told(lines=(line(quantity=10**9),)),
        told(lines=(line(price=10**15),)),
        told(lines=(line(discount_minor=99_999_999),), total_minor=5),
        replace(told(), lines=()),
        told(reference="x" * 70),
        told(placed_at=NOW + timedelta(days=2)),
        told(lines=(line(serials=("S1", "S2", "S3")),)),
    ],
    ids=["a thousand million pieces", "a price of 10^15", "a discount beyond the price", "no lines", "a long number", "tomorrow", "three numbers for two"],
)
def test_an_order_that_cannot_be_is_refused_and_leaves_nothing(shop, bad):
    with pytest.raises(AvdetError):
        take_order(shop, bad, now=NOW)
    assert not Order.objects.exists()
    assert not ShopRecord.objects.exists()
    assert not Product.objects.exists()


def test_the_same_again_changes_nothing(shop):
    said = told(events=(event("paid"),), lines=(line(serials=("S1", "S2")),))
    assert take_order(shop, said, now=NOW).outcome == "new"
    assert serials_of(OrderLine.objects.get()) == ["S1", "S2"]
    before = kinds(), Payment.objects.count(), Entry.objects.count()
    for _ in range(3):
        assert take_order(shop, said, now=NOW).outcome == "same"
    assert take_order(shop, later(said), now=NOW).outcome == "same"
    assert (kinds(), Payment.objects.count(), Entry.objects.count()) == before


def test_what_the_shop_said_earlier_is_not_believed_any_more(shop):
    first = told()
    second = later(first, 4, events=(event("paid"), event("cancelled", 3)))
    take_order(shop, second, now=NOW)
    assert take_order(shop, later(first, 1, events=(event("fulfilled", 1),)), now=NOW).outcome == "stale"
    assert order().state == "cancelled"


def test_no_customer_hears_of_it_a_second_time_from_us(shop):
    take_order(shop, told(events=(event("paid"), event("fulfilled", 3))), now=NOW)
    assert order().state == "shipped"
    assert not Notice.objects.exists()


def test_an_order_is_placed_as_the_shop_has_it(shop):
    make_product(shop.store, "TON-12", price_minor=99, traits=["food"])
    said = told(lines=(line(), line("2", "KLM 7", 1, 5_000)), total_minor=30_500, shipping_minor=1_500)
    taken = take_order(shop, said, now=NOW)
    made = order_by_number(shop.store, "1001")
    assert (taken.outcome, made.source, made.external_ref, made.state) == ("new", "woocommerce", "1001", "placed")
    assert (made.total_minor, made.shipping_minor, made.goods_minor, made.placed_at) == (30_500, 1_500, 29_000, PLACED)
    assert (made.contact["name"], made.address["district"], made.customer.external_ref) == ("Ayşe Yılmaz", "Konak", "woocommerce:12")
    first, second = made.lines.order_by("position")
    assert (first.unit_price_minor, first.vat_basis_points, first.traits, second.sku) == (12_000, 2_000, ["food"], "KLM 7")
    new = Product.objects.get(sku="KLM 7")
    assert (new.mapped, new.price_minor, Product.objects.get(sku="TON-12").price_minor) == (False, 5_000, 99)


@pytest.mark.parametrize("with_tax", [True, False])
@pytest.mark.parametrize(("quantity", "gross", "discount", "tax"), [(3, 1_000, 0, 167), (7, 9_999, 1_000, 1_500), (1, 0, 0, 0), (2, 333, 333, 0)])
def test_lines_come_to_what_was_paid_for_them_whatever_the_rounding(shop, with_tax, quantity, gross, discount, tax):
    paid = gross - discount + (0 if with_tax else tax)
    sold = line(quantity=quantity, gross_minor=gross, discount_minor=discount, tax_minor=tax)
    take_order(shop, replace(told(lines=(sold,), total_minor=paid), prices_include_tax=with_tax), now=NOW)
    made = OrderLine.objects.get()
    assert made.total_minor == made.quantity * made.unit_price_minor - made.discount_minor == paid
    assert order().total_minor == paid


def test_a_discount_on_the_whole_order_is_shared_out(shop):
    take_order(shop, told(lines=(line(), line("2", "B", 1, 6_000)), total_minor=27_000), now=NOW)
    made = order()
    assert (made.total_minor, made.discount_minor, sum(each.total_minor for each in made.lines.all())) == (27_000, 3_000, 27_000)


def test_a_number_that_another_order_has_gets_the_shops_initial(shop):
    make_order(shop.store, number="1001")
    assert take_order(shop, told(), now=NOW).number == "1001-W"
    assert take_order(shop, later(told(), events=(event("paid"),)), now=NOW).number == "1001-W"


def test_names_that_would_write_letters_of_their_own_are_made_harmless(shop):
    sly = replace(AYSE, name="Ali\r\nBcc: all@example.test\u202egnihton", email="a@example.test\r\nBcc: b@example.test")
    taken = take_order(shop, told(customer=sly, recipient=sly, note="one\x00two"), now=NOW)
    kept = order()
    assert (kept.contact["name"], kept.contact["email"], kept.note) == ("Ali Bcc: all@example.testgnihton", "", "one two")
    assert {note.path for note in taken.notes} >= {"customer.name", "customer.email"}


def test_a_guest_who_gives_nothing_is_nobodys_customer(shop):
    take_order(shop, told(customer=ShopParty(), recipient=ShopParty()), now=NOW)
    assert order().customer is None


# ---- what happens afterwards -----------------------------------------------------------------------------------------


def test_paid_shipped_in_two_parcels(shop):
    said = told(lines=(line(), line("2", "B", 1, 6_000)))
    take_order(shop, said, now=NOW)
    take_order(shop, later(said, 1, events=(event("paid"),)), now=NOW)
    assert order().state == "confirmed"
    assert (Payment.objects.get().amount_minor, Payment.objects.get().gateway) == (30_000, "manual")
    first = parcel("p-1", lines=(("1", 2),))
    take_order(shop, later(said, 5, events=(event("paid"),), parcels=(first,)), now=NOW)
    assert order().state == "part_shipped"
    untracked = parcel("p-2", 6, tracking="")
    take_order(shop, later(said, 6, events=(event("paid"), event("fulfilled", 6)), parcels=(first, untracked)), now=NOW)
    assert (order().state, order().deliveries.count()) == ("shipped", 2)
    take_order(shop, later(said, 7, events=(event("paid"), event("fulfilled", 6)), parcels=(first, parcel("p-2", 6))), now=NOW)
    assert set(order().deliveries.values_list("tracking_number", flat=True)) == {"TR123"}
    assert order().deliveries.get(number=1).lines.get().quantity == 2


def test_what_is_sent_unpaid_has_been_approved_by_the_shop(shop):
    take_order(shop, told(payment_method="cod", events=(event("fulfilled", 3),)), now=NOW)
    assert (order().state, order().paid_at, Payment.objects.count()) == ("shipped", None, 0)


def test_a_refund_is_a_fact_and_no_money_is_sent(shop, deferred):
    said = told(events=(event("paid"), event("refunded", 9, amount_minor=12_000, key="1001:refund:9")), refunds=(refund(),))
    take_order(shop, said, now=NOW)
    deferred.run(NOW + timedelta(days=1))
    back = Refund.objects.get()
    assert (back.state, back.amount_minor, back.attempts.get().gateway) == ("confirmed", 12_000, "manual")
    assert Payment.objects.get().refunded_minor == 12_000
    assert sum(trial_balance(shop.store).values()) == 0
    assert "refunded_in_shop" in kinds()


def test_more_paid_back_than_came_in_is_shown_and_not_booked(shop):
    take_order(shop, told(events=(event("refunded", 9, amount_minor=5_000, key="1001:refund:9"),)), now=NOW)
    fact = OrderEvent.objects.get(kind="refunded_in_shop").facts
    assert (fact["amount_minor"], fact["booked_minor"], Refund.objects.count()) == (5_000, 0, 0)


def test_a_cancellation_after_it_left_is_a_fact_only(shop):
    take_order(shop, told(events=(event("paid"), event("fulfilled", 3), event("cancelled", 8))), now=NOW)
    assert order().state == "shipped"
    assert "cancelled_in_shop" in kinds()


def test_changed_lines_are_shown_and_ours_stand(shop):
    said = told(lines=(line(), line("2", "B", 1, 6_000)))
    take_order(shop, said, now=NOW)
    take_order(shop, later(told(lines=(line(quantity=5),)), 2), now=NOW)
    change = OrderEvent.objects.get(kind="changed_in_shop").facts
    assert [(each["sku"], each["was"].get("quantity"), each["is"].get("quantity")) for each in change["lines"]] == [("TON-12", 2, 5), ("B", 1, None)]
    assert change["total_minor"] == {"was": 30_000, "is": 60_000}
    assert (order().total_minor, order().lines.count()) == (30_000, 2)


def test_a_corrected_address_is_followed_until_the_goods_have_left(shop):
    said = told(events=(event("paid"),))
    take_order(shop, said, now=NOW)
    moved = replace(AYSE, address=replace(AYSE.address, street="Gazi Bulvarı 3"))
    take_order(shop, later(said, 2, recipient=moved), now=NOW)
    assert order().address["street"] == "Gazi Bulvarı 3"
    take_order(shop, later(said, 4, recipient=moved, events=(*said.events, event("fulfilled", 4))), now=NOW)
    take_order(shop, later(said, 5, recipient=AYSE, events=(*said.events, event("fulfilled", 4))), now=NOW)
    assert order().address["street"] == "Gazi Bulvarı 3"


def test_what_our_records_do_not_allow_is_kept_as_a_note_and_the_rest_goes_on(shop):
    said = told(events=(event("cancelled"), event("fulfilled", 3), event("on_hold", 4)))
    taken = take_order(shop, said, now=NOW)
    assert order().state == "cancelled"
    assert kinds()[-2:] == ["told_by_shop", "on_hold"]
    assert [note.path for note in taken.notes] == ["fulfilled"]
    assert take_order(shop, later(said), now=NOW).outcome == "same"


def test_bob_shop_never_touches_an_order_of_alice(shop):
    bob = woo(make_store("hepsiburada"))
    take_order(shop, told(), now=NOW)
    take_order(bob, told(events=(event("paid"), event("cancelled", 2))), now=NOW)
    assert order_by_number(shop.store, "1001").state == "placed"
    assert order_by_number(bob.store, "1001").state == "cancelled"

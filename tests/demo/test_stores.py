"""The five demo stores: whole, believable, in their own script; and files that are wrong are refused by name."""

import re
import shutil

import phonenumbers
import pytest
from schwifty import IBAN

from avdet.core.errors import AvdetError
from avdet.demo.catalogue import TRAITS
from avdet.demo.people import luhn_holds, mod97_holds
from avdet.demo.store import STORES_FOLDER, load, read_store
from avdet.policies import STORES
from avdet.policies import load as load_policy

ENGINE_TRAITS = {
    "ofiskutum": {"authorised_installation", "food", "gift", "gift_card", "hygiene", "large", "made_to_order"},
    "offykala": {"serial_number", "large", "gift", "seven_day_test"},
    "hepsiburada": {"food", "gift", "gift_card", "hygiene", "personal_use", "large", "made_to_order", "serial_number"},
    "persianpetshop": {"food", "gift", "gift_card", "hygiene", "personal_use", "made_to_order"},
    "fetrashop": {"seven_day_test", "call_before_buying", "made_to_order"},
}
PERSIAN = re.compile("[آ-ی]")
ARABIC_LOOKALIKES = re.compile("[يكةىؤ٠-٩]")
TURKISH = re.compile("[çğıöşüÇĞİÖŞÜ]")


# ---- refusals ----


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("store.yaml", "currency: TRY", "currency: XXX", "$.currency"),
        ("store.yaml", "role: expert", "role: desk", "$.staff"),
        ("products.yaml", "sku: OK-1002", "sku: OK-1001", "$.categories[0].products[1].sku"),
        ("products.yaml", "price_minor: 18990,", "price_minor: -1,", "price_minor"),
        ("products.yaml", "price_minor: 18990,", "price_minor: 0,", "$.categories[0].products[0].price_minor"),
        ("products.yaml", "gifts: [OK-2001]", "gifts: [OK-1001]", "OK-1401"),
        ("products.yaml", "spec: [Söğüt, ", "spec: [", "$.categories[0].products[0].spec"),
        ("products.yaml", "stock: 480, ", "stock: 480, colour: red, ", "$.categories[0].products[0]"),
        ("products.yaml", "Genel / Menşei: Türkiye, Çevre", "Menşei: Türkiye, Çevre", "$.categories[0].products[0].spec"),
        ("people.yaml", "5406670000100106", "5406670000100107", "$.customers[0].accounts[0].number"),
        ("people.yaml", "TR88", "TR89", "$.customers[0].accounts[1].number"),
        ("people.yaml", "key: c02", "key: c01", "$.customers[1].key"),
        ("people.yaml", "guardian: {customer: c16", "guardian: {customer: c99", "c15"),
        ("people.yaml", "ayse.karagoz@musteri.example", "ayse.karagoz@musteri.com", "$.customers[0].email"),
        ("orders.yaml", "customer: c01", "customer: c77", "$.orders[0].customer"),
        ("orders.yaml", "story: waiting_for_payment", "story: lost", "$.orders[0].story"),
        ("orders.yaml", "sku: OK-1101", "sku: OK-9999", "$.orders[0].lines[1].sku"),
        ("orders.yaml", "ended: {hours: 2}", "ended: {hours: 2, days: 1}", "$.orders[0].ended"),
        ("orders.yaml", "quantity: 5}", "quantity: 0}", "quantity"),
    ],
)
def test_a_wrong_file_is_refused_by_file_and_place(tmp_path, file, old, new, where):
    folder = shutil.copytree(STORES_FOLDER / "ofiskutum", tmp_path / "ofiskutum")
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(AvdetError) as fault:
        read_store(folder)
    assert file in fault.value.where
    assert where in fault.value.where
    assert fault.value.cure


def test_a_product_of_a_marketplace_without_a_known_seller_is_refused(tmp_path):
    folder = shutil.copytree(STORES_FOLDER / "hepsiburada", tmp_path / "hepsiburada")
    text = (folder / "products.yaml").read_text(encoding="utf-8")
    (folder / "products.yaml").write_text(text.replace("seller: keten-ev", "seller: nobody", 1), encoding="utf-8")
    with pytest.raises(AvdetError, match="no seller"):
        read_store(folder)


def test_a_missing_file_is_refused(tmp_path):
    folder = shutil.copytree(STORES_FOLDER / "ofiskutum", tmp_path / "ofiskutum")
    (folder / "people.yaml").unlink()
    with pytest.raises(AvdetError) as fault:
        read_store(folder)
    assert fault.value.where.endswith("people.yaml")


def test_an_unknown_store_is_refused():
    with pytest.raises(AvdetError, match="no demo store"):
        load("../ofiskutum")


@pytest.mark.parametrize("number", ["", "454360000000000", "4543600000000004", "454360000000000６", "abcdefghijklmnop"])
def test_wrong_cards_are_told(number):
    assert not luhn_holds(number)


@pytest.mark.parametrize("iban", ["", "TR410006200000000000000001", "DE89370400440532013000", "IR00054010518002127311300a"])
def test_wrong_ibans_are_told(iban):
    assert not mod97_holds(iban)


def test_published_check_digits_hold():
    assert luhn_holds("5528790000000008")
    assert mod97_holds("IR580540105180021273113007")
    assert mod97_holds("TR330006100519786457841326")


# ---- what there is ----


@pytest.mark.parametrize("slug", STORES)
def test_each_store_agrees_with_its_policy(slug):
    store, policy = load(slug), load_policy(slug)
    assert store.currency == policy.currency
    assert list(store.languages) == list(policy.languages)
    assert store.time_zone == policy.calendar.zone
    assert {"tr": store.name.tr, "fa": store.name.fa, "en": store.name.en} == dict(policy.names)


@pytest.mark.parametrize("slug", STORES)
def test_each_store_has_enough_of_everything(slug):
    store = load(slug)
    assert len(store.products) >= 60
    assert len(store.customers) >= 25
    assert len({product.category.key for product in store.products.values()}) >= 8
    assert sum(product.incoming is not None for product in store.products.values()) >= 1
    assert any(product.gifts for product in store.products.values())
    assert {person.role for person in store.staff} == {"owner", "desk", "expert", "accountant"}
    assert {person.email for person in store.staff} == {f"{person.role}@{slug}.example" for person in store.staff}


@pytest.mark.parametrize("slug", STORES)
def test_every_product_has_a_specification(slug):
    for product in load(slug).products.values():
        assert 5 <= len(product.specification) <= 12, product.sku
        groups = [row.group for row in product.specification]
        assert groups == sorted(groups, key=groups.index), "rows of a group stand together"
        assert len({(row.group, row.label) for row in product.specification}) == len(product.specification)


@pytest.mark.parametrize("slug", STORES)
def test_the_traits_that_matter_occur_in_several_products(slug):
    found = [trait for product in load(slug).products.values() for trait in product.traits]
    assert set(found) <= set(TRAITS)
    assert {trait for trait in ENGINE_TRAITS[slug] if found.count(trait) < 2} == set()


def test_every_trait_occurs_somewhere():
    assert {trait for slug in STORES for product in load(slug).products.values() for trait in product.traits} == set(TRAITS)


@pytest.mark.parametrize("slug", STORES)
def test_vat_is_the_countrys(slug):
    store = load(slug)
    rates = {product.vat_percent for product in store.products.values()}
    assert rates == ({10} if store.country == "IR" else {1, 10, 20})


@pytest.mark.parametrize("slug", ["offykala", "persianpetshop", "fetrashop"])
def test_persian_stores_speak_persian(slug):
    store = load(slug)
    for product in store.products.values():
        for text in (product.name, product.about, *(row.group + row.label for row in product.specification)):
            assert PERSIAN.search(text), text
            assert not ARABIC_LOOKALIKES.search(text), text
        assert not PERSIAN.search(product.english_name)
    natives = [customer for customer in store.customers.values() if customer.language == "fa"]
    assert len(natives) >= 20
    assert all(PERSIAN.search(customer.name) for customer in natives)


@pytest.mark.parametrize("slug", ["ofiskutum", "hepsiburada"])
def test_turkish_stores_speak_turkish(slug):
    store = load(slug)
    assert not any(PERSIAN.search(product.name + product.about) for product in store.products.values())
    for product in store.products.values():
        own = product.name + product.about + "".join(row.label + row.value for row in product.specification)
        assert TURKISH.search(own), own


@pytest.mark.parametrize("slug", STORES)
def test_names_and_texts_stand_in_three_scripts(slug):
    store = load(slug)
    names = [product.category.name for product in store.products.values()]
    for text in (store.name, store.texts.welcome, store.texts.hours, store.texts.returns, *names):
        assert PERSIAN.search(text.fa)
        assert not PERSIAN.search(text.tr + text.en)


def test_marketplace_products_name_their_sellers():
    store = load("hepsiburada")
    assert {product.seller for product in store.products.values()} == set(store.sellers)
    assert all(not product.seller for product in load("ofiskutum").products.values())


# ---- people ----


@pytest.mark.parametrize("slug", STORES)
def test_phones_are_mobile_numbers_of_the_country_and_nobody_shares_one(slug):
    store = load(slug)
    phones = [customer.phone for customer in store.customers.values()] + [person.phone for person in store.staff]
    assert len(set(phones)) == len(phones)
    for phone in phones:
        number = phonenumbers.parse(phone)
        assert phonenumbers.is_valid_number(number), phone
        assert phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
        assert phonenumbers.region_code_for_number(number) == store.country
    assert phonenumbers.is_valid_number(phonenumbers.parse(store.contact.phone))


@pytest.mark.parametrize("slug", STORES)
def test_people_are_as_varied_as_people(slug):
    people = list(load(slug).customers.values())
    assert {customer.language for customer in people} == {"tr", "fa", "en"}
    assert len({customer.email for customer in people}) == len(people)
    assert len({customer.address.province for customer in people}) >= 12
    assert any("'" in customer.name for customer in people)
    assert any(len(customer.name) >= 45 for customer in people)
    assert any(len(customer.address.street) >= 60 for customer in people)
    assert {account.kind for customer in people for account in customer.accounts} == {"card", "iban"}


def test_some_names_carry_a_zero_width_non_joiner():
    assert any("\u200c" in customer.name for slug in STORES for customer in load(slug).customers.values())


@pytest.mark.parametrize("slug", STORES)
def test_minors_have_a_parent_whose_account_is_registered(slug, now):
    people = load(slug).customers
    minors = [customer for customer in people.values() if customer.is_minor(now.date())]
    assert len(minors) >= 2
    assert {minor.guardian.relation for minor in minors} == {"father", "mother"}
    for minor in minors:
        parent = people[minor.guardian.customer]
        assert not parent.is_minor(now.date())
        assert {account.holder for account in minor.accounts} == {parent.name}
    adults = [customer for customer in people.values() if customer not in minors]
    assert all(account.holder == customer.name for customer in adults for account in customer.accounts)


@pytest.mark.parametrize("slug", ["ofiskutum", "hepsiburada"])
def test_turkish_ibans_are_those_of_banks_that_exist(slug):
    ibans = [account.number for customer in load(slug).customers.values() for account in customer.accounts if account.kind == "iban"]
    assert len(ibans) >= 5
    assert all(IBAN(number).bank_name for number in ibans)


@pytest.mark.parametrize("slug", STORES)
def test_the_accent_can_be_read_on_paper_and_under_white(slug):
    accent = load(slug).accent
    parts = [int(accent[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5

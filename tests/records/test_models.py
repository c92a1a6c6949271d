"""The tables exist as the models say, on this database."""

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from avdet.records.people.models import BankAccount
from avdet.records.stores.models import Store
from tests.factories import LONG_AGO, NOW, make_customer, make_order, make_store

pytestmark = pytest.mark.django_db


def test_no_migration_is_missing() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_what_is_sealed_cannot_be_read_in_the_table() -> None:
    from django.db import connection

    customer = make_customer(make_store(), name="شیرین عبادی")
    BankAccount.objects.create(customer=customer, kind="iban", number="IR062960000000100324200001", number_print="x", last_digits="0001",
                               holder_name="شیرین", holder="self", consent_at=NOW)  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("select number, holder_name from people_bankaccount")
        raw = " ".join(cursor.fetchone())
    assert "IR06" not in raw
    assert "شیرین" not in raw
    assert BankAccount.objects.get().number == "IR062960000000100324200001"


def test_an_order_keeps_its_number_to_itself() -> None:
    store = make_store()
    order = make_order(store)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(store, number=order.number)
    make_order(make_store("other", country="IR"), number=order.number)


def test_a_store_is_named_in_its_readers_language() -> None:
    store = Store(slug="x", names={"fa": "فروشگاه"}, languages=["fa", "en"], created_at=LONG_AGO)
    assert store.name_in("en") == "فروشگاه"

"""A new key in front: old text is still read, everything is sealed anew, and then the old key only finds, no longer reads."""

import pytest
from cryptography.fernet import Fernet
from django.db import connection

from avdet.core.errors import AvdetError
from avdet.records.people.models import Customer
from avdet.records.shared.rotation import seal_anew
from avdet.records.shared.sealed import fingerprint, unseal
from tests.factories import make_customer, make_store

pytestmark = pytest.mark.django_db


def stored_name() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select name from people_customer")
        return str(cursor.fetchone()[0])


def test_everything_is_sealed_with_the_newest_key(settings) -> None:
    (old,) = settings.DATA_KEYS
    customer = make_customer(make_store(), name="شیرین", email="")
    before, found_by = stored_name(), fingerprint(customer.phone, "phone")

    new = Fernet.generate_key().decode()
    settings.DATA_KEYS = [new, old]
    assert Customer.objects.get().name == "شیرین"
    assert dict(seal_anew())["people_customer"] == 1

    settings.DATA_KEYS = [new]
    assert stored_name() != before
    assert Customer.objects.get().name == "شیرین"
    with pytest.raises(AvdetError, match="cannot be read with this installation's keys"):
        unseal(before)
    settings.DATA_KEYS = [new, old]
    assert fingerprint(customer.phone, "phone") == found_by
    assert Customer.objects.get().email == ""

"""The numbers that a store gives its orders: rising, never given twice, one that is not used leaves a gap; and how any
number, a shop's own too, stands in an address.

SQLite has one writer at a time and counts in the store's row. On PostgreSQL a counter in that row would make each order wait
for the one before it to be finished; there each store has a sequence, which its row brings with it.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from avdet.records.stores.models import Store


def in_address(number: str) -> str:
    """A number as one step of an address, where a slash would be two, and dots would lead elsewhere.

    >>> in_address("2026/001"), in_address("A~2F"), in_address(".."), in_address("A.1")
    ('2026~2F001', 'A~7E2F', '~2E~2E', 'A.1')
    """
    dots = {".": "~2E"} if not number.strip(".") else {}
    return "".join({"~": "~7E", "/": "~2F", **dots}.get(sign, sign) for sign in number)


def from_address(step: str) -> str:
    """The number that such a step names.

    >>> [from_address(in_address(number)) for number in ("2026/001", "A~2F", "..", "~", "A~B")]
    ['2026/001', 'A~2F', '..', '~', 'A~B']
    """
    return step.replace("~2F", "/").replace("~2E", ".").replace("~7E", "~")


def next_number(store: Store) -> str:
    """A number that no order of the store has."""
    while True:
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(_SEQUENCE, [store.pk, f"order_numbers_{store.pk:d}"])
            else:
                cursor.execute(_COUNTER, [store.pk])
            number, taken = cursor.fetchone()
        if not taken:
            return str(number)


def go_on_from(store: Store, last: int) -> None:
    """The store's own numbers go on behind `last`, as those of orders that it had before."""
    Store.objects.filter(pk=store.pk).update(last_order_number=last)
    store.last_order_number = last
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT setval(%s, %s)", [f"order_numbers_{store.pk:d}", last])


_SEQUENCE: Final = """
    SELECT given, EXISTS (SELECT 1 FROM orders_order WHERE store_id = %s AND number = CAST(given AS varchar(60)))
    FROM nextval(%s) AS given
"""
_COUNTER: Final = """
    UPDATE stores_store SET last_order_number = last_order_number + 1 WHERE id = %s
    RETURNING last_order_number, EXISTS (
        SELECT 1 FROM orders_order WHERE store_id = stores_store.id AND number = CAST(last_order_number AS varchar(60)))
"""

CREATION: Final = (
    """
    CREATE FUNCTION avdet_order_numbers() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'INSERT' THEN
            EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %I START %s', 'order_numbers_' || NEW.id, NEW.last_order_number + 1);
        ELSE
            EXECUTE format('DROP SEQUENCE IF EXISTS %I', 'order_numbers_' || OLD.id);
        END IF;
        RETURN NULL;
    END $$
    """,
    """
    CREATE TRIGGER avdet_order_numbers AFTER INSERT OR DELETE ON stores_store
    FOR EACH ROW EXECUTE FUNCTION avdet_order_numbers()
    """,
)
"""What a migration makes on PostgreSQL."""
REMOVAL: Final = (
    "DROP TRIGGER IF EXISTS avdet_order_numbers ON stores_store",
    "DROP FUNCTION IF EXISTS avdet_order_numbers()",
)

"""Fills a PostgreSQL database with so many orders, as fast as it takes them: rows are drawn by the database itself.

Each order has two lines, one event, and a sealed contact and address, which are the same for all. It is found by its number
and by a first and a last name of its own, through the very words that the service makes of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.db import connection

from avdet.records.orders.models import Order
from avdet.records.orders.words import words_of
from avdet.records.shared.sealed import SealedJson
from avdet.records.stores.models import Store

STATES: Final = ("placed", "confirmed", "preparing", "shipped", "delivered", "closed", "cancelled")
CONTACT: Final = {"name": "Sara Ahmadi", "phone": "+989121234567", "email": "sara@example.test"}
ADDRESS: Final = {"country": "IR", "province": "Tehran", "street": "Valiasr 1", "postcode": "1234567890"}

_ORDERS: Final = """
    INSERT INTO orders_order (store_id, number, source, external_ref, state, revision, language, currency, goods_minor,
        discount_minor, shipping_minor, vat_minor, total_minor, breakdown, payment_method, delivery_method, recipient, contact,
        address, country, policy_version_id, policy_fingerprint, placed_at, note)
    SELECT %(store)s, 'B-' || n, 'file', '', (%(states)s::text[])[1 + n %% %(count)s], 0, 'fa', 'IRR', 90000000, 0, 0, 8181818,
        90000000, '{}', 'online', 'carrier', 'customer', %(contact)s, %(address)s, 'IR', %(version)s, 'x',
        now() - n * interval '1 minute', ''
    FROM generate_series(%(first)s, %(last)s) AS n
"""
_REST: Final = (
    """INSERT INTO orders_orderline (order_id, position, product_id, sku, name, traits, quantity, unit_price_minor,
        discount_minor, vat_basis_points, total_minor, cancelled_quantity, claimed_quantity)
    SELECT o.id, p, %(product)s, %(sku)s, 'Kettle', '[]', 1, 45000000, 0, 1000, 45000000, 0, 0
    FROM orders_order o, generate_series(1, 2) AS p WHERE o.store_id = %(store)s AND o.source = 'file'""",
    """INSERT INTO orders_orderevent (order_id, kind, from_state, to_state, actor, source, facts, at, recorded_at)
    SELECT o.id, 'placed', '', 'placed', 'system', 'file', '{}', o.placed_at, o.placed_at
    FROM orders_order o WHERE o.store_id = %(store)s AND o.source = 'file'""",
)
_WORDS: Final = (
    "CREATE TEMPORARY TABLE name_word (part text, at int, word bigint)",
    "CREATE TEMPORARY TABLE number_word (number text, word bigint)",
)
_FOUND_BY: Final = """
    INSERT INTO orders_orderword (store_id, word, order_id)
    WITH drawn AS (
        SELECT id, store_id, number,
            floor(%(first_names)s * power((substr(number, 3)::bigint * 7919 %% 10007) / 10007.0, 2))::int AS first,
            floor(%(last_names)s * power((substr(number, 3)::bigint * 104729 %% 100003) / 100003.0, 2))::int AS last
        FROM orders_order WHERE store_id = %(store)s AND source = 'file'
    )
    SELECT o.store_id, w.word, o.id FROM drawn AS o JOIN name_word AS w ON w.part = 'first' AND w.at = o.first
    UNION SELECT o.store_id, w.word, o.id FROM drawn AS o JOIN name_word AS w ON w.part = 'last' AND w.at = o.last
    UNION SELECT o.store_id, w.word, o.id FROM drawn AS o JOIN number_word AS w ON w.number = o.number
    ORDER BY 1, 2, 3
"""
"""The square makes the first names of each list common, as names are: one order in seven has the very first one."""
FIRST_NAMES: Final = (
    "محمد", "علی", "فاطمه", "زهرا", "حسین", "مریم", "رضا", "مهدی", "سارا", "امیر",
    "حسن", "زینب", "نرگس", "احمد", "لیلا", "مهسا", "سعید", "نیلوفر", "پریسا", "حمید",
    "بهرام", "شیرین", "کیان", "یاسمن", "داریوش", "آرش", "نازنین", "کاوه", "سیمین", "فرهاد",
    "یلدا", "بابک", "گلناز", "پویا", "ترانه", "سهراب", "مینا", "شهرام", "ژاله", "کامران",
    "پروانه", "بیژن", "رویا", "سیاوش", "هستی", "کیوان", "نگار", "ایرج", "شبنم", "فرزاد",
)  # fmt: skip
_STEMS: Final = (
    "محمد", "احمد", "حسین", "کریم", "رحیم", "صادق", "قاسم", "هاشم", "اکبر", "اسد",
    "یوسف", "موسی", "عیسی", "ابراهیم", "اسماعیل", "باقر", "جعفر", "تقی", "نقی", "رضا",
    "علی", "حسن", "مهدی", "نادر", "نصیر", "امین", "ملک", "شریف", "طاهر", "ظهیر",
    "غلام", "فتح", "کاظم", "لطیف", "مراد", "نجف", "ولی", "یعقوب", "زمان", "سلیم",
)  # fmt: skip
LAST_NAMES: Final = tuple(stem + ending for ending in ("ی", "زاده", "پور", "نیا", "یان") for stem in _STEMS)


def fill(store: Store, *, product_id: int, sku: str, orders: int) -> None:
    """Writes the orders B-1 to B-<orders>, and has the database look at what it holds now."""
    sealed = SealedJson()
    values: dict[str, Any] = {
        "store": store.pk, "states": list(STATES), "count": len(STATES), "contact": sealed.get_prep_value(CONTACT),
        "address": sealed.get_prep_value(ADDRESS), "version": store.policy_versions.values_list("pk", flat=True).first(),
        "product": product_id, "sku": sku, "first": 1, "last": orders,
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in (_ORDERS, *_REST):
            cursor.execute(statement, values)
        name_orders(store, "B", last=orders)
        cursor.execute("VACUUM ANALYZE")  # as years have done it: else the server does it while the pages are measured


def name_orders(store: Store, letter: str, *, last: int) -> None:
    """Has each of the store's orders <letter>-1 to <letter>-<last> found by its number and by two names."""
    values = {"store": store.pk, "first_names": len(FIRST_NAMES), "last_names": len(LAST_NAMES)}
    with connection.cursor() as cursor:
        for statement in _WORDS:
            cursor.execute(statement)
        with cursor.copy("COPY name_word FROM STDIN") as rows:
            for row in _name_words():
                rows.write_row(row)
        with cursor.copy("COPY number_word FROM STDIN") as rows:
            for row in _number_words(letter, last):
                rows.write_row(row)
        cursor.execute("ANALYZE name_word, number_word")
        cursor.execute(_FOUND_BY, values)
        cursor.execute("DROP TABLE name_word, number_word")


def _name_words() -> Iterator[tuple[str, int, int]]:
    """Which list, which of its names, and one word that it is found by."""
    for part, names in (("first", FIRST_NAMES), ("last", LAST_NAMES)):
        for at, name in enumerate(names):
            found = words_of(Order(contact={"name": name}, country="IR"))
            yield from ((part, at, word) for word in found)


def _number_words(letter: str, last: int) -> Iterator[tuple[str, int]]:
    for number in (f"{letter}-{n}" for n in range(1, last + 1)):
        found = words_of(Order(number=number, contact={}, country="IR"))
        yield from ((number, word) for word in found)

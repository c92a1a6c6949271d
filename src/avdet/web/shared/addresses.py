"""How an order's number, which may be a shop's own, stands in the addresses of pages."""

from __future__ import annotations

from functools import cache

from django.urls import register_converter

from avdet.records.orders.numbers import from_address, in_address


class OrderNumber:
    """`<number:number>`: anything that an order may be called, a slash, a hash and a question mark among it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """The number."""
        return from_address(value)

    def to_url(self, value: str) -> str:
        """One step of an address; Django sees to the rest."""
        return in_address(str(value))


@cache
def know_numbers() -> None:
    """Makes `<number:…>` known to Django, once."""
    register_converter(OrderNumber, "number")

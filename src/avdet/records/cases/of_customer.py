"""The cases of one buyer, the newest first."""

from __future__ import annotations

from avdet.records.cases.models import Case
from avdet.records.people.models import Customer
from avdet.records.shared.pages import Page, newest_first


def cases_of_customer(customer: Customer, *, after: str = "", before: str = "", size: int = 20) -> Page[Case]:
    """A page of a buyer's cases with their lines and orders. One statement. `AvdetError` for a mark that nobody gave out."""
    rows = Case.objects.filter(order__customer=customer, store=customer.store_id)
    rows = rows.select_related("order", "order_line").defer("question", "answers")  # how one stands, its decision says
    return newest_first(rows, size=size, after=after, before=before)

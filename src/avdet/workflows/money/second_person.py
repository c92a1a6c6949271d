"""What one person alone may give away on an order: as much as the store has set, whether at once or in parts."""

from __future__ import annotations

from avdet.records.cases.models import Case
from avdet.records.cases.overrides import overridden_alone
from avdet.records.orders.models import Order
from avdet.records.refunds.queries import given_alone


def needs_second(order: Order, worth_minor: int, *, of: Case | None = None) -> bool:
    """Whether a second person has to agree to a sum without a return, or to a decision otherwise than the terms about goods of
    this worth, in minor units. What was done alone before counts, but for that in the same case. The caller has locked the
    order, so that two who ask at once see each other.
    """
    limit = order.store.second_approval_minor
    return limit is not None and worth_minor + given_alone(order) + overridden_alone(order, but=of) > limit

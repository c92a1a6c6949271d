"""*What if I return it?* for one product of a store, by the terms that an order placed now would be under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec

from avdet.contract.returns import Goods, Returns
from avdet.contract.returns import if_returned as asked_of
from avdet.core.policy import Edition, Policy
from avdet.records.catalogue.models import Product
from avdet.records.stores.models import Store
from avdet.records.stores.terms import terms_in_force
from avdet.words.returns import returns_slip
from avdet.words.slip import Slip


@dataclass(frozen=True, slots=True)
class IfReturned:
    """The answers, the slip that shows them, and the version of the terms that gave them."""

    returns: Returns
    slip: Slip
    version: int

    def document(self) -> dict[str, Any]:
        """The answers as plain data, for programs."""
        plain: dict[str, Any] = msgspec.to_builtins(self.returns)
        return plain


@lru_cache(maxsize=512)
def _asked(policy: Policy, edition: Edition, goods: Goods, hour: datetime, language: str) -> Returns:
    return asked_of(policy, edition, goods, now=hour, language=language)


def if_returned(store: Store, product: Product, *, now: datetime, language: str) -> IfReturned | None:
    """What a customer who orders this product now may expect; `None` while the store has no terms in force.

    It is worked out once an hour for all products that the terms cannot tell apart.
    """
    terms = terms_in_force(store, now)
    if terms is None:
        return None
    goods = Goods(tuple(product.traits), product.price_minor, store.country)
    found = _asked(terms.policy, terms.edition, goods, now.replace(minute=0, second=0, microsecond=0), language)
    slip = returns_slip(
        msgspec.to_builtins(found), calendar=terms.calendar, in_force_from=terms.edition.in_force_from,
        name=store.name_in(language), about=product.name_in(language), language=language,
    )  # fmt: skip
    return IfReturned(found, slip, terms.version.number)

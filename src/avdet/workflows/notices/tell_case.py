"""The customer, and the programs that listen, are told how a case stands; in the transaction of the change itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from avdet.records.cases.models import Case
from avdet.workflows.notices.tell import tell
from avdet.workflows.notices.tell_order import reached


def tell_case(case: Case, kind: str, *, now: datetime, cause: str = "", **values: Any) -> None:
    """Tells of one change, once for each revision of the case and each `cause`. `values` are what the notice names."""
    order = case.order
    tell(
        case.store,
        kind=kind,
        order_number=order.number,
        to=reached(order),
        language=case.claim.language,
        values={"case": case.number, "outcome": case.outcome, "currency": order.currency, **values},
        key=f"{kind}:{case.pk}:{case.revision}:{cause}",
        now=now,
    )

"""How long is waited where neither the terms nor the law nor the store say; `docs/how-to/operate.md` shows the same table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from avdet.core.policy import Period

OURS: Final[Mapping[str, Period]] = {
    "evidence_by": Period("days", 14, "evidence_asked"),
    "send_by": Period("days", 14, "reported"),
    "decide_by": Period("days", 7, "goods_received"),
    "refund_by": Period("days", 14, "found"),
    "carrier_by": Period("days", 14, "asked"),
    "choose_by": Period("days", 14, "offered"),
    "visit_by": Period("days", 14, "chosen"),
    "pay_by": Period("days", 5, "chosen"),
    "store_by": Period("working_days", 3, "turned"),
    "close": Period("days", 30, "delivered"),
}

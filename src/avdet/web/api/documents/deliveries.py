"""Deliveries as documents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from avdet.records.deliveries.models import Delivery
from avdet.web.api.documents.plain import columns

Plain = dict[str, Any]
_COLUMNS: Final = (
    "number", "state", "method", "carrier", "tracking_number", "tracking_url", "expected_from", "expected_to", "handed_over_at",
    "delivered_at", "attempts", "external_ref",
)  # fmt: skip
_EVENT: Final = ("kind", "at", "recorded_at", "source", "place", "note", "reference")


def delivery_document(delivery: Delivery, positions: Mapping[int, int]) -> Plain:
    """A delivery with its lines and events at hand. `positions`: order line id → where it stands in the order."""
    return {
        **columns(delivery, _COLUMNS),
        "lines": [{"position": positions[each.order_line_id], "quantity": each.quantity} for each in delivery.lines.all()],
        "events": [columns(event, _EVENT) for event in delivery.events.all()],
    }

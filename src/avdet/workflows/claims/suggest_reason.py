"""What a customer wrote in their own words is put beside the reasons that can be given for a line. It is a suggestion only."""

from __future__ import annotations

from avdet.records.orders.models import OrderLine
from avdet.words.reasons import suggest
from avdet.workflows.policy.ask_policy import OrderFile
from avdet.workflows.policy.options_now import reasons_for


def suggest_reason(file: OrderFile, line: OrderLine, text: str) -> tuple[str, ...]:
    """The likely reasons among those that the line's state and traits allow, the likeliest first; often none."""
    allowed = reasons_for(file, line)
    return tuple(reason for reason in suggest(text) if reason in allowed)

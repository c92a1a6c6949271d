"""A case whose goods were examined is put to the terms once more, with what has become known since."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from avdet.contract.shape import Answer
from avdet.records.cases.models import Case
from avdet.workflows.cases.decide_case import file_of_case
from avdet.workflows.cases.inspect_case import facts_found, weigh


def ask_inspected(case: Case, *, now: datetime, **changed: Any) -> Answer | None:
    """The terms' answer to the newest inspection, with the facts of it that have `changed` since (`in_stock`,
    `carrier_confirmed` …); `None` where nothing was examined.
    """
    found = facts_found(case)
    return weigh(case, file_of_case(case, now), replace(found, **changed)) if found else None

"""The chain of a case's events: each link is a hash of what happened and of the link before it.

Whoever edits, removes or puts in a row afterwards breaks the chain at that row; whoever takes the last one away is found by
the case itself, which keeps its last link and counts its events.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC
from typing import Final

from avdet.records.cases.models import Case, CaseEvent

_LINKED: Final = ("number", "kind", "axis", "from_state", "to_state", "actor", "actor_id", "source", "facts")


def link(number: str, event: CaseEvent, before: str) -> str:
    """The link of an event of the case `number` that follows the link `before`; 64 hexadecimal digits."""
    said = {name: getattr(event, name) for name in _LINKED} | {"case": number, "at": event.at.astimezone(UTC).isoformat()}
    plain = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{before}\n{plain}".encode()).hexdigest()


def broken(case: Case, events: Iterable[CaseEvent]) -> int | None:
    """The number of the first event that is not as it was written, in the order of their numbers; `None`: the chain is whole.

    An event that is missing is named by the number that it would have.
    """
    before, expected = "", 0
    for event in events:
        expected += 1
        if event.number != expected or event.chain != link(case.number, event, before):
            return expected
        before = event.chain
    return None if (case.revision, case.chain) == (expected, before) else expected + 1

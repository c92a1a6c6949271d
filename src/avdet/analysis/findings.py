"""What a study of a policy finds: one shape for gaps, conflicts, wording and the law, each with a claim to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Level = Literal["error", "law", "note"]
"""`error`: the policy should not be published; `law`: below the law's floor; `note`: worth knowing, such as a named gap."""


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` names the check (gap, conflict, dead_clause, …); `witness` is a question document that shows the finding,

    already put to `decide`, and `decided` is what `decide` answered (outcome and cited clauses).
    """

    kind: str
    level: Level
    clauses: tuple[str, ...]
    message: str
    cure: str = ""
    point: str = ""
    line: int = 0
    witness: Mapping[str, Any] | None = None
    decided: Mapping[str, Any] = field(default_factory=dict)

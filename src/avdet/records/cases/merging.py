"""What a case takes over from another that is merged into it."""

from __future__ import annotations

from avdet.records.cases.models import Case


def take_over(kept: Case, gone: Case) -> None:
    """The evidence of both belongs to the one that goes on; the other keeps its own as well."""
    kept.evidence.add(*gone.evidence.values_list("pk", flat=True))


def alike(case: Case) -> list[Case]:
    """Other cases of the same line and reason, the oldest first."""
    rows = Case.objects.filter(order=case.order_id, order_line=case.order_line_id, reason=case.reason).exclude(pk=case.pk)
    return list(rows.order_by("pk"))

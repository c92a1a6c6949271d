"""What is left of a customer's claims once they are to be forgotten: figures, dates and clauses, and nothing of their own."""

from __future__ import annotations

from django.db import transaction

from avdet.records.cases.evidence_files import throw_away
from avdet.records.cases.models import OVER, Case, CaseNote, Claim, ClaimDraft, Evidence
from avdet.records.people.models import Customer


def cases_under_way(customer: Customer) -> bool:
    """Whether somebody is still waited for in a case of theirs."""
    return Case.objects.filter(order__customer=customer).exclude(state__in=OVER).exists()


def forget_claims(customer: Customer) -> None:
    """Takes away what they wrote, what they handed in, and what colleagues wrote about it; files go once that is decided.

    The cases stay, with their chains: no event holds anything personal.
    """
    evidence = Evidence.objects.filter(order__customer=customer)
    files = [name for names in evidence.values_list("file", "thumbnail") for name in names]
    evidence.delete()
    ClaimDraft.objects.filter(order__customer=customer).delete()
    CaseNote.objects.filter(case__order__customer=customer).delete()
    Claim.objects.filter(order__customer=customer).update(words="")
    transaction.on_commit(lambda: throw_away(*files))


def claims_with_evidence(customer: Customer) -> list[Claim]:
    """Everything that they have filed, the oldest first, with its cases, what was handed in for them and what was written.
    Four statements.
    """
    rows = Claim.objects.filter(order__customer=customer)
    return list(rows.prefetch_related("cases__evidence", "cases__notes", "order").order_by("pk"))


def evidence_without_case(customer: Customer) -> list[Evidence]:
    """What they have handed in that no case stands behind: a payer's documents, or a draft's. One statement."""
    return list(Evidence.objects.filter(order__customer=customer, cases=None, removed_at=None).order_by("pk"))

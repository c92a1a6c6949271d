"""By which clauses a store's cases were decided. A case keeps them as one line, sorted: few lines recur in many cases."""

from __future__ import annotations

from typing import Final

from django.db import connection
from django.db.models import Exists, OuterRef, Q, TextField
from django.db.models.functions import Cast

from avdet.records.cases.models import CaseOverride
from avdet.records.stores.models import Store

GAP: Final = "GAP"
"""Stands for a clause where the terms leave the outcome open."""
_MET: Final = """
WITH RECURSIVE met (clauses) AS (
    SELECT MIN(clauses) FROM cases_case WHERE store_id = %s
    UNION ALL
    SELECT (SELECT MIN(clauses) FROM cases_case WHERE store_id = %s AND clauses > met.clauses) FROM met
    WHERE met.clauses IS NOT NULL
)
SELECT clauses FROM met WHERE clauses IS NOT NULL
"""
"""Each line once, by leaping from one to the next along the index, so that a million cases cost no more than a few."""


def lines_met(store: Store) -> list[str]:
    """The lines of clauses that some case of the store was decided by. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_MET, [store.pk, store.pk])
        return [line for (line,) in cursor.fetchall()]


def clauses_in(lines: list[str]) -> list[str]:
    """The clauses that lines are made of, each once, sorted.

    >>> clauses_in(["FET-WDR-1 FET-WDR-4", "", "FET-WDR-1"])
    ['FET-WDR-1', 'FET-WDR-4']
    """
    return sorted({clause for line in lines for clause in line.split()})


def decided_by(store: Store, clause: str) -> Q:
    """Cases whose outcome rests on a clause. One statement, for the lines that name it."""
    return Q(clauses__in=[line for line in lines_met(store) if clause in line.split()])


def decided_otherwise(clause: str = "") -> Q:
    """Cases that a colleague decided otherwise than the terms; otherwise than one clause, where it is named."""
    if not clause:
        return Q(overridden=True)
    rows = CaseOverride.objects.filter(case=OuterRef("pk"), state="in_force").annotate(named=Cast("against", TextField()))
    return Q(Exists(rows.filter(named__contains=f'"{clause}"')), overridden=True)

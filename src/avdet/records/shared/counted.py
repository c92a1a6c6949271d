"""Counting that stops: beyond so many rows a page says only that there are more."""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class _Counted(Subquery):
    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"


def counted(rows: QuerySet[Any], most: int) -> Subquery:
    """How many rows there are, as a part of a statement; `most` + 1 stands for more."""
    return _Counted(rows.order_by().values("pk")[: most + 1], output_field=IntegerField())

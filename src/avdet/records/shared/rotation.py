"""Sealing everything anew, after a new key was put in front of `DATA_KEYS`."""

from __future__ import annotations

from collections.abc import Iterator

from django.apps import apps
from django.db import connection, transaction

from avdet.records.shared.sealed import SealedJson, SealedText, seal, unseal

ROWS_AT_ONCE = 500


def seal_anew() -> Iterator[tuple[str, int]]:
    """Re-encrypts each sealed column with the newest key; yields (table, rows). It may be run again at any time."""
    for model in apps.get_models():
        sealed = [field for field in model._meta.concrete_fields if isinstance(field, SealedText | SealedJson)]
        if sealed:
            columns = [str(field.column) for field in sealed]
            yield model._meta.db_table, _table(model._meta.db_table, str(model._meta.pk.column), columns)


def _table(table: str, key: str, columns: list[str]) -> int:
    quote = connection.ops.quote_name
    names = ", ".join(quote(column) for column in (key, *columns))
    places = ", ".join(f"{quote(column)} = %s" for column in columns)
    last, done = 0, 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                f"select {names} from {quote(table)} where {quote(key)} > %s order by {quote(key)} limit {ROWS_AT_ONCE}", [last]
            )
            rows = cursor.fetchall()
            if not rows:
                return done
            for row_id, *tokens in rows:
                fresh = [token and seal(unseal(token)) for token in tokens]
                cursor.execute(f"update {quote(table)} set {places} where {quote(key)} = %s", [*fresh, row_id])
            last, done = rows[-1][0], done + len(rows)

"""Statements of which every request needs some. Django composes each anew, which takes longer than the database takes for a row
or two; these are composed once in a process, and only their values change.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Final, Generic, ParamSpec, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import AutoField, Model, QuerySet, Value
from django.db.models.constants import OnConflict
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
FEW: Final = 8
"""So many new rows are worth a statement of their own; more are left to Django."""


def composed(query: Callable[P, QuerySet[M]]) -> Callable[P, list[M]]:
    """Makes of a function that composes a query one that gives its rows; arguments are numbers and texts, given by position.

    The query must be the same whatever they are: it is composed of places where they will stand. It may join
    (`select_related`), leave columns out and lock rows; it may neither prefetch nor annotate.
    """

    @cache
    def reading() -> _Reading[M]:
        places = [Value(_Place(at)) for at in range(len(inspect.signature(query).parameters))]
        return _Reading(cast(Any, query)(*places))

    @wraps(query)
    def rows(*values: Any) -> list[M]:
        return reading().rows(values)

    return cast(Callable[P, list[M]], rows)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one of the values stands among a statement's parameters."""

    at: int


class _Reading(Generic[M]):
    """A query's statement, and how its rows become records."""

    def __init__(self, query: QuerySet[M]) -> None:
        compiler: Any = query.query.get_compiler(DEFAULT_DB_ALIAS)
        self.sql, self.parameters = compiler.as_sql()
        columns, made = [each[0] for each in compiler.select], compiler.klass_info
        self.place = slice(made["select_fields"][0], made["select_fields"][-1] + 1)
        self.model, self.names = made["model"], frozenset(each.target.attname for each in columns[self.place])
        self.joined = cast(Any, get_related_populators)(made, compiler.select, DEFAULT_DB_ALIAS)
        found = compiler.get_converters(columns).items()
        self.converters = [(at, convert, column) for at, (several, column) in found for convert in several]

    def rows(self, values: Sequence[Any]) -> list[M]:
        connection = connections[DEFAULT_DB_ALIAS]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, [values[each.at] if isinstance(each, _Place) else each for each in self.parameters])
            found = cursor.fetchall()
        return [self.record(list(row), connection) for row in found]

    def record(self, row: list[Any], connection: Any) -> M:
        for at, convert, column in self.converters:
            row[at] = convert(row[at], column, connection)
        made: M = self.model.from_db(DEFAULT_DB_ALIAS, self.names, row[self.place])
        for each in self.joined:
            each.populate(row, made)
        return made


def keep(owner: Model, name: str, rows: Sequence[Model]) -> None:
    """Has `owner.<name>.all()` give these rows, as a prefetch would have."""
    held: Any = getattr(owner, name).all()
    held._result_cache, held._prefetch_done = list(rows), True
    vars(owner).setdefault("_prefetched_objects_cache", {})[name] = held


def forget(owner: Model, name: str) -> None:
    """Has `owner.<name>.all()` read its rows anew."""
    vars(owner).get("_prefetched_objects_cache", {}).pop(name, None)


def insert(rows: Sequence[M], *, once: bool = False) -> None:
    """Saves new records of one kind, and gives them their ids; one statement.

    `once`: those that are there already are left out, and none is given its id.
    """
    if not rows:
        return
    if len(rows) > FEW:
        type(rows[0])._base_manager.bulk_create(rows, ignore_conflicts=once)
        return
    connection = connections[DEFAULT_DB_ALIAS]
    sql, columns = _insertion(type(rows[0]), len(rows), once)
    values = [column.get_db_prep_save(column.pre_save(row, True), connection) for row in rows for column in columns]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = [] if once else cursor.fetchall()
    for row, (number,) in zip(rows, found, strict=not once):
        row.pk, row._state.adding, row._state.db = number, False, DEFAULT_DB_ALIAS


@cache
def _insertion(model: type[Model], count: int, once: bool) -> tuple[str, list[Any]]:
    ops: Any = connections[DEFAULT_DB_ALIAS].ops
    columns = [each for each in model._meta.concrete_fields if not isinstance(each, AutoField)]
    conflict = OnConflict.IGNORE if once else None
    names = ", ".join(ops.quote_name(each.column) for each in columns)
    into = f"{ops.insert_statement(on_conflict=conflict)} {ops.quote_name(model._meta.db_table)} ({names})"
    values = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * count)
    end = ops.on_conflict_suffix_sql(columns, conflict, (), ()) if once else ops.return_insert_columns([model._meta.pk])[0]
    return f"{into} VALUES {values} {end}", columns


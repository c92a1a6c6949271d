"""A file of past claims: Parquet or CSV, one claim a row, read in bounded batches whatever its size.

The columns are the decision contract laid flat. A column that is missing says of every claim that the fact is not known, or the
event has not happened; a column that is not one of these is an error, so that a misspelt one cannot go unnoticed.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import pyarrow as _pyarrow
import pyarrow.compute as _compute
import pyarrow.csv as _csv
import pyarrow.parquet as _parquet

from avdet.core.errors import AvdetError
from avdet.core.facts import FACTS
from avdet.core.typecheck import nearest
from avdet.core.vocabulary import EVENTS, POINTS
from avdet.words.digits import PLACES

pa: Any = _pyarrow  # typed in part only
pc: Any = _compute
_csv_reader: Any = _csv
pq: Any = _parquet

Kind = Literal["text", "bool", "enum", "int", "instant", "traits"]
Given = Mapping[str, Any]
"""Column → Arrow array, for the columns that a file has and that are not empty of everything."""
BATCH_ROWS: Final = 1 << 17
_BLOCK_BYTES: Final = 8 << 20
_LONGEST_HEAD: Final = 1 << 16
_DERIVED: Final = {"local_minute", "working_day", *EVENTS}


@dataclass(frozen=True, slots=True)
class FileColumn:
    """One column that a claims file may have."""

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    required: bool = False
    says: str = ""


def _columns() -> Iterator[FileColumn]:
    yield FileColumn("claim_id", "text", required=True, says="names the claim in the report")
    yield FileColumn("store", "text", says="not used: the policies are those you give")
    yield FileColumn("at", "enum", POINTS, says="the decision point; claim where missing")
    yield FileColumn("now", "instant", says="the moment of the decision; that of the report where missing")
    for event in EVENTS:
        yield FileColumn(f"{event}_at", "instant", says="when it happened; missing = it has not")
    for fact in FACTS:
        if not fact.event and fact.name not in _DERIVED:
            yield FileColumn(fact.name, fact.kind, fact.values, fact.name in ("quantity", "unit_price"), fact.asked("en"))
    yield FileColumn("traits", "traits", says="the product's traits as a list, instead of a column each")
    yield FileColumn("currency", "enum", tuple(PLACES), says="of the amounts; that of the old policy where missing")
    yield FileColumn("value", "int", says="invoiced value of the claimed pieces, minor units; price times pieces where missing")
    yield FileColumn("return_cost", "int", says="what the return carriage cost or will cost, minor units")


COLUMNS: Final[dict[str, FileColumn]] = {column.name: column for column in _columns()}


class ClaimsFile:
    """A claims file, opened and its columns checked. `batches` may be gone through more than once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.kind = {".parquet": "parquet", ".pq": "parquet", ".csv": "csv"}.get(path.suffix.lower(), "")
        if not self.kind:
            raise self.fault("neither Parquet nor CSV", "give a file that ends in .parquet or .csv")
        if path.exists() and not path.is_file():
            raise self.fault("no ordinary file", "give a file: a pipe or a device cannot be gone through twice")
        try:
            self.names = self._parquet_names() if self.kind == "parquet" else self._csv_names()
        except (OSError, pa.ArrowException, UnicodeDecodeError, csv.Error) as fault:
            raise self.fault(f"cannot be read: {_first_line(fault)}", "check the path and the file's format") from None
        self._check_names()

    def fault(self, what: str, cure: str) -> AvdetError:
        return AvdetError(what, where=str(self.path), cure=cure)

    @cached_property
    def rows(self) -> int | None:
        """How many claims the file has; `None` for CSV, which does not say."""
        return int(pq.read_metadata(self.path).num_rows) if self.kind == "parquet" else None

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of the file's bytes."""
        with self.path.open("rb") as file:
            return "sha256:" + hashlib.file_digest(file, "sha256").hexdigest()

    def batches(self) -> Iterator[tuple[Given, int]]:
        """At most `BATCH_ROWS` claims at a time, as Arrow columns of this module's types, and how many they are."""
        read = self._parquet_batches() if self.kind == "parquet" else self._csv_batches()
        try:
            for batch in read:
                yield {name: typed(name, batch.column(i)) for i, name in enumerate(batch.schema.names)}, len(batch)
        except (OSError, pa.ArrowException) as fault:
            cure = "mend that row; times need an offset, such as 2026-03-18T20:00:00+03:30"
            raise self.fault(_first_line(fault), cure) from None

    # ---- Parquet ----

    def _parquet_names(self) -> list[str]:
        schema = pq.read_schema(self.path)
        for field in schema:
            if field.name in COLUMNS:
                self._check_type(field.name, field.type)
        return list(schema.names)

    def _check_type(self, name: str, found: Any) -> None:
        kind, types = COLUMNS[name].kind, pa.types
        if types.is_null(found):
            return
        text = types.is_string(found) or types.is_large_string(found)
        listed = types.is_dictionary(found) and types.is_string(found.value_type)
        fits = {
            "text": text or listed or types.is_integer(found), "enum": text or listed, "bool": types.is_boolean(found),
            "int": types.is_integer(found), "instant": text or (types.is_timestamp(found) and found.tz is not None),
            "traits": text or (types.is_list(found) and types.is_string(found.value_type)),
        }[kind]  # fmt: skip
        if not fits:
            raise self.fault(f"column {name} is {found}", f"make it {_WANTED[kind]}")

    def _parquet_batches(self) -> Iterator[Any]:
        with pq.ParquetFile(self.path, memory_map=False, pre_buffer=False) as file:
            yield from file.iter_batches(batch_size=BATCH_ROWS, columns=self.names, use_threads=False)

    # ---- CSV ----

    def _csv_names(self) -> list[str]:
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            return next(csv.reader([file.readline(_LONGEST_HEAD)]), [])

    def _csv_batches(self) -> Iterator[Any]:
        types = {name: _CSV_TYPES[COLUMNS[name].kind]() for name in self.names}
        convert = _csv_reader.ConvertOptions(
            column_types=types, null_values=[""], strings_can_be_null=True, quoted_strings_can_be_null=True,
            true_values=["true", "True", "TRUE", "1", "yes"], false_values=["false", "False", "FALSE", "0", "no"],
        )  # fmt: skip
        parse = _csv_reader.ParseOptions(newlines_in_values=False)
        read = _csv_reader.ReadOptions(block_size=_BLOCK_BYTES, use_threads=False)
        with _csv_reader.open_csv(self.path, read_options=read, parse_options=parse, convert_options=convert) as reader:
            for batch in reader:
                yield from (batch.slice(start, BATCH_ROWS) for start in range(0, len(batch), BATCH_ROWS))

    # ---- columns ----

    def _check_names(self) -> None:
        for name in self.names:
            if name not in COLUMNS:
                cure = nearest(name, tuple(COLUMNS)) + "; or take it out"
                raise self.fault(f"{name!r:.60} is no column of a claims file", cure)
        twice = next((name for name in self.names if self.names.count(name) > 1), None)
        if twice:
            raise self.fault(f"two columns are named {twice}", "keep one")
        lacking = [name for name, column in COLUMNS.items() if column.required and name not in self.names]
        if lacking:
            raise self.fault(f"no column {lacking[0]}", f"a claims file needs {', '.join(lacking)}")
        if not {"reported_at", "now"} & set(self.names):
            raise self.fault("no moment of the claims", "give reported_at (or now), with an offset")


_WANTED: Final = {
    "text": "text", "enum": "text", "bool": "boolean", "int": "a whole number, amounts in minor units",
    "instant": "a timestamp with a time zone, or text with an offset", "traits": "a list of text",
}  # fmt: skip
_CSV_TYPES: Final[dict[str, Any]] = {
    "text": pa.string, "enum": pa.string, "bool": pa.bool_, "int": pa.int64,
    "instant": lambda: pa.timestamp("us", "UTC"), "traits": pa.string,
}  # fmt: skip


def typed(name: str, column: Any) -> Any:
    """A column in the one type that is worked with; finer than microseconds is cut off, as the calendar counts in those."""
    kind, found, types = COLUMNS[name].kind, column.type, pa.types
    if types.is_null(found):
        return column.cast(_CSV_TYPES[kind]())
    if kind == "traits" and types.is_list(found):
        joined = pc.binary_join(column, " ")  # nothing, where one of a list's items is nothing: that row is to be refused
        return pc.if_else(pc.and_(column.is_valid(), joined.is_null()), "?", joined)
    if kind in ("text", "enum", "traits"):
        return column if types.is_string(found) or types.is_dictionary(found) else column.cast(pa.string())
    fine = types.is_timestamp(found) and found.unit == "ns"
    return column.cast(_CSV_TYPES[kind](), safe=not fine)


def _first_line(fault: BaseException) -> str:
    return str(fault).split("\n", 1)[0].split(". If ", 1)[0][:300]

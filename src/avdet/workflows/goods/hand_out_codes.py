"""A carrier's list of return codes: looked at first, with what is wrong in which line, then handed out, and taken back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from avdet.core.errors import AvdetError
from avdet.core.spreadsheet import read_rows
from avdet.records.parcels.actions import note
from avdet.records.parcels.models import Parcel
from avdet.records.parcels.queries import codes_lately, codes_of_list, codes_used, parcels_without_code
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.words.faults import coded
from avdet.workflows.goods.announce_parcel import LONGEST_CODE, write_return_code

MOST: Final = 2_000
"""Codes in one list."""
MOST_LISTS: Final = 5


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A line of a list: the code, and the parcel that it goes to. `fault`: no_code, twice, used, no_parcel (the one that is
    named waits for no code), left_over (nobody waits any more); empty where it can be given.
    """

    line: int
    code: str
    parcel: Parcel | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """A list that codes were given out of: its mark, when, how many, and how many can still be taken back."""

    file: str
    at: datetime
    given: int
    open: int


def read_codes(store: Store, text: str) -> list[CodeRow]:
    """What would become of each line. A line is a code, or a code beside the number of a parcel or of its order.

    Codes without a parcel go to those that have waited longest. `AvdetError` for a list that is too long. Two statements.
    """
    rows = list(_cells(text))
    if len(rows) > MOST:
        raise coded(AvdetError, "parcel.many_codes", where="codes", most=MOST)
    waiting = {each.code: each for each in parcels_without_code(store, size=MOST)}
    named = {each.order.number: each for each in reversed(waiting.values()) if each.order is not None} | waiting
    used = codes_used(store, (cell for _, cells in rows for cell in cells))
    return list(_planned(rows, waiting, named, used))


def _cells(text: str) -> Iterator[tuple[int, list[str]]]:
    """Number of a line → its cells. The head of a table, and what is empty, is left out: a code has a figure in it."""
    for at, (line, cells) in enumerate(read_rows(text)):
        said = [each.strip() for each in cells if each.strip()]
        if said and (at or any(sign.isdigit() for sign in "".join(said))):
            yield line, said


def _planned(
    rows: list[tuple[int, list[str]]], waiting: dict[str, Parcel], named: Mapping[str, Parcel], used: set[str]
) -> Iterator[CodeRow]:
    seen: set[str] = set()
    wanted = {parcel.code for _, cells in rows for cell in cells if len(cells) > 1 and (parcel := named.get(cell))}
    free = iter([each for code, each in waiting.items() if code not in wanted])
    for line, cells in rows:
        parcel = next((named[cell] for cell in cells if cell in named), None) if len(cells) > 1 else None
        if len(cells) > 1 and parcel is None:
            yield CodeRow(line, " ".join(cells)[:LONGEST_CODE], None, "no_parcel")
            continue
        code = next((cell for cell in cells if parcel is None or named.get(cell) is not parcel), "")
        if fault := _fault(code, seen, used):
            yield CodeRow(line, code, None, fault)
            continue
        seen.add(code)
        if parcel is not None and waiting.pop(parcel.code, None) is None:
            yield CodeRow(line, code, None, "no_parcel")
            continue
        found = parcel or next(free, None)
        yield CodeRow(line, code, found, "" if found else "left_over")


def _fault(code: str, seen: set[str], used: set[str]) -> str:
    if len(code) > LONGEST_CODE or not code.isprintable() or not any(sign.isdigit() for sign in code):
        return "no_code"
    return "twice" if code in seen else "used" if code in used else ""


@transaction.atomic
def hand_out_codes(store: Store, text: str, *, actor: Actor, now: datetime) -> tuple[int, int]:
    """Gives every code that can be given, and tells the customers; how many were given, and how many were not."""
    rows = read_codes(store, text)
    mark = hashlib.sha256(f"{now.isoformat()} {text}".encode()).hexdigest()[:16]
    given = [row for row in rows if row.parcel is not None]
    for row in given:
        assert row.parcel is not None
        write_return_code(row.parcel, row.code, actor=actor, now=now, file=mark)
    return len(given), len(rows) - len(given)


def lists_lately(store: Store) -> list[CodeList]:
    """The latest lists, the newest first. One statement."""
    found: dict[str, CodeList] = {}
    for event, is_open in codes_lately(store):
        mark = str(event.facts["file"])
        known = found.get(mark, CodeList(mark, event.at, 0, 0))
        found[mark] = CodeList(mark, event.at, known.given + 1, known.open + is_open)
    return list(found.values())[:MOST_LISTS]


@transaction.atomic
def take_codes_back(store: Store, file: str, *, actor: Actor, now: datetime) -> int:
    """Takes the codes of a list back from parcels that nobody has handed in yet; how many. They wait for another one.

    `AvdetError` where there is none.
    """
    parcels = codes_of_list(store, file)
    if not parcels:
        raise coded(AvdetError, "parcel.no_codes_back", where="file")
    for parcel in parcels:
        note(parcel, "code_taken_back", actor=actor, now=now, return_code="", facts={"file": file, "code": parcel.return_code})
    return len(parcels)

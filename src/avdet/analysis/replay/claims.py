"""A batch of claims as columns: what each row states, what goes without saying, and which rows cannot be judged.

The same readings as `contract.gather`, for whole columns: an event that a row does not mention has not happened, an answer that
it does not give is unknown, and a row that is impossible in time or quantity is refused with a reason, never mended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from avdet.analysis.columns.cells import Column
from avdet.analysis.replay.file import COLUMNS, FileColumn, Given, pa, pc
from avdet.analysis.replay.time import FIRST, LAST, Instants
from avdet.core import vocabulary as v
from avdet.core.facts import BY_NAME, MAX_MINOR, MAX_QUANTITY

NEVER: Final = np.iinfo(np.int64).min
"""The instant of an event that has not happened."""

_SAID: Final[Mapping[str, object]] = {
    "payment_method": "online", "delivery_method": "carrier", "recipient": "customer", "place": "other",
    "payer": "customer", "refund_holder": "none", "partial_consent": False, "form_complete": True, "recipient_details": True,
    "sales_stopped": False, "placed_before_stop": True, "attempts": 0, "paid_from_registered": True,
    "payer_documents_checked": False, "arranged": True,
} | dict.fromkeys(v.TRAITS, False)  # fmt: skip
"""What goes without saying where a row is silent: the contract's own defaults."""

_INSPECTING: Final = tuple(v.POINTS.index(point) for point in ("inspection", "refund", "custody"))
_INSPECTED_FALSE: Final = ("customer_refuses_goods", "makers_opinion_needed")
"""What an inspection that does not say so has not found."""

AFTER: Final = (
    ("paid", "placed"), ("invoiced", "placed"), ("handed_to_carrier", "placed"), ("delivered", "placed"),
    ("delivered", "handed_to_carrier"), ("refused", "placed"), ("refused", "handed_to_carrier"), ("reported", "placed"),
    ("first_attempt", "handed_to_carrier"), ("first_attempt", "placed"), ("last_attempt", "first_attempt"),
    ("goods_received", "reported"), ("found", "goods_received"), ("custody_started", "reported"),
)  # fmt: skip


@dataclass
class Claims:
    """Rows of a batch. `stated` are the columns of facts, `events` the instants (`NEVER` where it has not happened).

    `asked` is the moment of the report, at which a claim's periods are taken; of rows that are not `claimed`, it is now.

    `faults` says for each row what is wrong with it, as a position in `complaints`; 0 where nothing is.
    """

    ids: Any
    rows: int
    point: NDArray[np.int16]
    now: Instants
    asked: Instants
    claimed: NDArray[np.bool_]
    events: dict[str, Instants]
    stated: dict[str, Column]
    currency: NDArray[np.int32]
    value: NDArray[np.int64]
    return_cost: NDArray[np.int64]
    faults: NDArray[np.int16]
    complaints: list[str] = field(default_factory=lambda: [""])

    def complain(self, rows: NDArray[np.bool_], what: str) -> None:
        """Note what is wrong with rows of which nothing else was wrong."""
        if rows.any():
            if what not in self.complaints:
                self.complaints.append(what)
            self.faults[rows & (self.faults == 0)] = self.complaints.index(what)

    def only(self, rows: NDArray[np.intp]) -> Claims:
        """These rows alone."""
        return Claims(
            self.ids.take(pa.array(rows)), len(rows), self.point[rows], self.now[rows], self.asked[rows], self.claimed[rows],
            {name: column[rows] for name, column in self.events.items()},
            {name: column[rows] for name, column in self.stated.items()},
            self.currency[rows], self.value[rows], self.return_cost[rows], self.faults[rows], self.complaints,
        )  # fmt: skip


class Reading:
    """Reads batches for the facts that are wanted; amounts are in `currency` where the file names none."""

    def __init__(self, wanted: Sequence[str], currency: str) -> None:
        self.wanted = tuple(name for name in dict.fromkeys(wanted) if not BY_NAME[name].event)
        self.currency, self.currencies = currency, COLUMNS["currency"].values

    def read(self, given: Given, rows: int) -> Claims:
        """The claims of one batch."""
        claims = self._frame(given, rows)
        self._state(claims, given)
        self._amounts(claims, given)
        _check_times(claims)
        return claims

    def _frame(self, given: Given, rows: int) -> Claims:
        reported, now = instants(given, "reported_at", rows), instants(given, "now", rows)
        events = {event: instants(given, f"{event}_at", rows) for event in v.EVENTS}
        now = np.where(now == NEVER, reported, now)
        asked = np.where(reported == NEVER, now, reported)
        claims = Claims(
            given["claim_id"], rows, np.zeros(rows, dtype=np.int16), now, asked, reported != NEVER,
            events | {"reported": asked}, {},
            np.zeros(rows, dtype=np.int32), np.zeros(rows, dtype=np.int64), np.zeros(rows, dtype=np.int64),
            np.zeros(rows, dtype=np.int16),
        )  # fmt: skip
        claims.complain(now == NEVER, "no moment: neither reported_at nor now")
        claims.complain(_nulls(given["claim_id"]), "no claim_id")
        point = self._listed(claims, given, COLUMNS["at"])
        claims.point = np.where(point < 0, v.POINTS.index("claim"), point).astype(np.int16)
        return claims

    # ---- facts ----

    def _state(self, claims: Claims, given: Given) -> None:
        needed = ("reason", "finding", "customer_refuses_goods", "unit_price", "quantity", "claimed_quantity")
        for name in dict.fromkeys((*self.wanted, *needed)):
            if name in COLUMNS:
                claims.stated[name] = self._stated(claims, given, name)
        _add_traits(claims, given)
        _inspected(claims)
        stated, priced = claims.stated, claims.stated["unit_price"]
        if "gift" in stated:
            stated["gift"] = np.where(priced == 0, 1, stated["gift"]).astype(np.int8)
        withdrawn = (claims.point == v.POINTS.index("cancellation")) & ~claims.claimed
        stated["reason"] = np.where(withdrawn & (stated["reason"] < 0), 0, stated["reason"]).astype(np.int16)

    def _stated(self, claims: Claims, given: Given, name: str) -> Column:
        column = COLUMNS[name]
        if column.kind == "int":
            return self._figure(claims, given, name)
        found = self._yes_no(given, name, claims.rows) if column.kind == "bool" else self._listed(claims, given, column)
        silent = found < 0
        if name in _SAID:
            said = _SAID[name]
            meant = int(said) if isinstance(said, bool) else column.values.index(str(said))
            return np.where(silent, meant, found).astype(found.dtype)
        if name in ("card_registered", "minor"):
            holder = self._stated(claims, given, "refund_holder")
            values = COLUMNS["refund_holder"].values
            meant_ = holder != values.index("none") if name == "card_registered" else holder == values.index("parent")
            return np.where(silent, meant_, found).astype(np.int8)
        if name in _INSPECTED_FALSE:
            return np.where(silent & np.isin(claims.point, _INSPECTING), 0, found).astype(np.int8)
        return found

    def _yes_no(self, given: Given, name: str, rows: int) -> NDArray[np.int8]:
        if name not in given:
            return np.full(rows, -1, dtype=np.int8)
        found: NDArray[np.int8] = _numpy(pc.fill_null(given[name].cast(pa.int8()), -1))
        return found

    def _listed(self, claims: Claims, given: Given, column: FileColumn) -> NDArray[np.int16]:
        """The positions of a list's values; -1 where nothing is said."""
        texts = given.get(column.name)
        if texts is None:
            return np.full(claims.rows, -1, dtype=np.int16)
        coded = texts if pa.types.is_dictionary(texts.type) else pc.dictionary_encode(texts)
        other = column.values.index("other") if column.name == "country" else -2
        place = {value: i for i, value in enumerate(column.values)} | {None: -1}
        known = np.array([*(place.get(text, other) for text in coded.dictionary.to_pylist()), -1], dtype=np.int16)
        found: NDArray[np.int16] = known[_numpy(pc.fill_null(coded.indices.cast(pa.int64()), -1))]
        claims.complain(found == -2, f"{column.name} has a value that is none of its list")
        return np.maximum(found, -1)

    def _figure(self, claims: Claims, given: Given, name: str) -> NDArray[np.int64]:
        fact = BY_NAME[name]
        found, silent = figures(given, name, claims.rows)
        if name in ("quantity", "unit_price"):
            claims.complain(silent, f"no {name}")
        else:
            found = np.where(silent, self._meant(claims, given, name), found)
        outside = (found < fact.low) | (found > fact.high)
        claims.complain(outside, f"{name} is not between {fact.low} and {fact.high}")
        return np.where(outside, fact.low, found)

    def _meant(self, claims: Claims, given: Given, name: str) -> Any:
        if name == "claimed_quantity":
            return figures(given, "quantity", claims.rows)[0]
        if name == "order_total":
            prices = np.clip(figures(given, "unit_price", claims.rows)[0], 0, MAX_MINOR)
            return prices * np.clip(figures(given, "quantity", claims.rows)[0], 0, _room(prices))
        return _SAID[name]

    # ---- money ----

    def _amounts(self, claims: Claims, given: Given) -> None:
        prices, bought, pieces = (claims.stated[name] for name in ("unit_price", "quantity", "claimed_quantity"))
        claims.complain(bought > _room(prices), "the line comes to more than 10^15")
        claims.complain(pieces > bought, "more pieces are claimed than were bought")
        value, silent = figures(given, "value", claims.rows)
        claims.value = np.where(silent, prices * np.minimum(pieces, _room(prices)), value)
        claims.return_cost = figures(given, "return_cost", claims.rows)[0]
        for name, amounts in (("value", claims.value), ("return_cost", claims.return_cost)):
            claims.complain((amounts < 0) | (amounts > MAX_MINOR), f"{name} is not between 0 and {MAX_MINOR}")
        named = self._listed(claims, given, COLUMNS["currency"])
        claims.currency = np.where(named < 0, self.currencies.index(self.currency), named).astype(np.int32)


# ---- pieces ----------------------------------------------------------------------------------------------------------


def instants(given: Given, name: str, rows: int) -> Instants:
    """A column of instants in microseconds; `NEVER` where there is none."""
    column = given.get(name)
    if column is None:
        return np.full(rows, NEVER, dtype=np.int64)
    found: Instants = _numpy(pc.fill_null(column.cast(pa.int64()), int(NEVER)))
    return found


def figures(given: Given, name: str, rows: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A column of whole numbers, and where nothing is said (0 stands there)."""
    column = given.get(name)
    if column is None:
        return np.zeros(rows, dtype=np.int64), np.ones(rows, dtype=bool)
    return _numpy(pc.fill_null(column, 0)), _nulls(column)


def _room(prices: NDArray[np.int64]) -> NDArray[np.int64]:
    """How many pieces at a price stay within the greatest amount."""
    return np.minimum(MAX_MINOR // np.clip(prices, 1, MAX_MINOR), MAX_QUANTITY)


def _numpy(array: Any) -> Any:
    return array.to_numpy(zero_copy_only=False)


def _nulls(array: Any) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = _numpy(array.is_null())
    return found


def _add_traits(claims: Claims, given: Given) -> None:
    """The traits that stand in a list column, as text or as an Arrow list."""
    column = given.get("traits")
    if column is None:
        return
    texts = pc.dictionary_encode(column)
    listed = [set((text or "").replace(";", " ").replace(",", " ").split()) for text in texts.dictionary.to_pylist()]
    place = _numpy(pc.fill_null(texts.indices.cast(pa.int64()), -1))
    strange = np.array([*(bool(names - set(v.TRAITS)) for names in listed), False])
    claims.complain(strange[place], "traits names something that is no trait")
    for trait in v.TRAITS:
        if trait in claims.stated:
            has = np.array([*(trait in names for names in listed), False])[place]
            claims.stated[trait] = np.where(has, 1, claims.stated[trait]).astype(np.int8)


def _inspected(claims: Claims) -> None:
    """At the inspection a finding is made now, and goods that are refused go into custody now, unless the row says when."""
    here = claims.point == v.POINTS.index("inspection")
    refused = claims.stated["customer_refuses_goods"] == 1
    for event, seen in (("found", claims.stated["finding"] >= 0), ("custody_started", refused)):
        at = claims.events[event]
        claims.events[event] = np.where(here & seen & (at == NEVER), claims.now, at)


def _check_times(claims: Claims) -> None:
    """What contradicts itself in time is refused, and so is what lies outside all calendars."""
    happened = {event: at != NEVER for event, at in claims.events.items()}
    for event, at in [("now", claims.now), *claims.events.items()]:
        claims.complain((at != NEVER) & ((at < FIRST) | (at > LAST)), f"{event} lies outside the years 1900 to 2199")
    for event, at in claims.events.items():
        claims.complain(happened[event] & (at > claims.now), f"{event} lies after now")
    for later, earlier in AFTER:
        both = happened[later] & happened[earlier]
        if "reported" in (later, earlier):
            both &= claims.claimed
        claims.complain(both & (claims.events[later] < claims.events[earlier]), f"{later} is before {earlier}")

"""How a store lets goods be sent back: what it has chosen, within what the decision's own clauses ask and allow.

`Store.returns`: `address` (language → text), `ways` (key → {`places`: [...], `notes`: language → text}), `answer_days`,
`choose_days` and `pay_days` (see `length_of` in `our_deadline`), and `second_approval_minor` (see `Store`). A store that has
chosen nothing has the ways that are usual in its country.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from avdet.contract.gather import place_of
from avdet.contract.question import Destination
from avdet.core.errors import AvdetError
from avdet.core.facts import PLACES
from avdet.records.cases.models import Case
from avdet.records.orders.models import Order
from avdet.records.shared.actors import Actor
from avdet.records.stores.actions import change_store
from avdet.records.stores.models import Store
from avdet.records.stores.queries import texts_of
from avdet.words.faults import coded

WAYS: Final = ("express_post", "post", "tipax", "carrier_code", "carrier", "courier", "in_person")
USUAL: Final[Mapping[str, tuple[str, ...]]] = {
    "IR": ("express_post", "post", "tipax", "courier", "in_person"), "TR": ("carrier_code", "carrier", "in_person"),
}  # fmt: skip
"""What a store of a country allows as long as it has chosen nothing."""
CARRIERS: Final = {"express_post": "post", "post": "post", "tipax": "tipax"}
"""The carrier of a way, where there is but one."""
ASKED_FOR: Final = {"courier": "courier_collection", "in_person": "bring_in_person"}
"""Ways that only a clause opens, unless the store names the places itself."""
NOT_POST: Final = ("courier", "in_person")
MOST_NOTE: Final = 400
MOST_DAYS: Final = 60
MOST_ADDRESS: Final = 600


@dataclass(frozen=True, slots=True)
class Way:
    """One way back. `clauses` opened it or narrowed the choice to it; `note` is the store's own word, as the reader speaks."""

    key: str
    carrier: str = ""
    note: str = ""
    clauses: tuple[str, ...] = ()

    @property
    def is_brought(self) -> bool:
        """Whether nobody hands it to a carrier: it is fetched, or brought by the customer."""
        return self.key in NOT_POST


@dataclass(frozen=True, slots=True)
class Allowed:
    """A way as a store has chosen it: for orders to these places, or everywhere; with a note, language → text."""

    key: str
    places: tuple[str, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)


def allowed(store: Store) -> list[Allowed]:
    """The ways of a store, in the order in which they are offered."""
    chosen: Mapping[str, Any] | None = store.returns.get("ways")
    if chosen is None:
        return [Allowed(key) for key in USUAL.get(store.country, ("carrier", "in_person"))]
    return [
        Allowed(key, tuple(chosen[key].get("places", ())), dict(chosen[key].get("notes", {}))) for key in WAYS if key in chosen
    ]


def ways_for(order: Order, cases: Iterable[Case], language: str) -> list[Way]:
    """How these cases of an order may be sent in one parcel. No statements."""
    known = list(cases)
    wanted = demands(known)
    here, store_pays = place(order), payer(known) == "store"
    found = []
    for each in allowed(order.store):
        clause = wanted.get(ASKED_FOR.get(each.key, ""), ())
        if each.places and here not in each.places:
            continue
        if each.key in ASKED_FOR and not each.places and not clause:
            continue
        if each.key == "carrier_code" and not store_pays:
            continue
        if "express_post_only" in wanted and each.key != "express_post" and each.key not in NOT_POST:
            continue
        only = wanted["express_post_only"] if each.key == "express_post" and "express_post_only" in wanted else ()
        note = each.notes.get(language) or each.notes.get(order.store.language, "")
        found.append(Way(each.key, CARRIERS.get(each.key, ""), note, clause or only))
    return found


def payer(cases: Iterable[Case]) -> str:
    """Who pays the parcel: the store where it bears the carriage of anything in it, since one parcel is paid once.

    Where the terms leave it to the inspection the customer pays first, and is repaid against the receipt if it turns out so.
    """
    return "store" if any(case.decision.get("return_shipping") == "store" for case in cases) else "customer"


def place(order: Order) -> str:
    """Where the order went, as the clauses know places: tehran, karaj, istanbul or other."""
    address = order.address or {}
    known = {key: str(address[key])[:200] for key in ("province", "city") if address.get(key)}
    return place_of(Destination("TR", **known))


def return_address(store: Store, language: str) -> str:
    """Where goods are sent: in the reader's language, or else as the carrier reads it, in the store's."""
    said: Mapping[str, str] = store.returns.get("address", {})
    found = said.get(language) or said.get(store.language)
    if not found:
        worded = texts_of(store, ("returns_address",)).get("returns_address", {})
        found = worded.get(language) or worded.get(store.language)
    contact = store.contact.get("address", "")
    return str(found or (contact.get(store.language, "") if isinstance(contact, dict) else contact))


def set_ways(
    store: Store, ways: Iterable[Allowed], address: Mapping[str, str], *, actor: Actor, now: datetime,
    days: Mapping[str, int] = MappingProxyType({}), second_approval_minor: int | None = None,
) -> list[str]:  # fmt: skip
    """Keeps what a store allows; says what has changed. `AvdetError` for an unknown way or place, for no way at all, and for
    more than 60 `days`, which go by the name of their setting; 0 leaves one as it is. Without a `second_approval_minor` there
    is no limit any more.
    """
    rows = list(ways)
    for name, count in days.items():
        if not 0 <= count <= MOST_DAYS:
            raise coded(AvdetError, "record.days", where=name, most=MOST_DAYS)
    for each in rows:
        if each.key not in WAYS or not set(each.places) <= set(PLACES):
            raise coded(AvdetError, "parcel.unknown_way", where="ways", way=each.key[:20], ways=", ".join(WAYS))
        if any(len(text) > MOST_NOTE for text in each.notes.values()):
            raise coded(AvdetError, "record.long", where=f"note-{each.key}", most=MOST_NOTE)
    if not rows:
        raise coded(AvdetError, "parcel.no_ways", where="ways")
    if any(len(text) > MOST_ADDRESS for text in address.values()):
        raise coded(AvdetError, "record.long", where="address", most=MOST_ADDRESS)
    kept = {each.key: {"places": list(each.places), "notes": {k: v for k, v in each.notes.items() if v}} for each in rows}
    said = {language: text for language, text in address.items() if text}
    chosen = {**store.returns, **{name: count for name, count in days.items() if count}}
    chosen |= {"ways": kept, "address": said, "second_approval_minor": second_approval_minor}
    return change_store(store, {"returns": chosen}, actor=actor, now=now)


def demands(cases: Iterable[Case]) -> dict[str, tuple[str, ...]]:
    """Everything that the decisions ask of whoever sends these cases' goods → the clauses beside each demand."""
    found: dict[str, list[str]] = {}
    for case in cases:
        for row in case.decision.get("because", ()):
            if row.get("effect") == "requires" and row.get("value") in case.decision.get("requires", ()):
                clauses = found.setdefault(str(row["value"]), [])
                clauses += [row["clause"]] if row["clause"] not in clauses else []
    return {name: tuple(clauses) for name, clauses in found.items()}

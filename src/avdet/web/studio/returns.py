"""How goods come back to the store, by which ways and for whom; how long is waited where no clause says; and above which amount
two people decide what is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.core.facts import MAX_MINOR, PLACES
from avdet.core.spreadsheet import figure
from avdet.ports.amounts import exponent, to_decimal
from avdet.records.stores.models import Store
from avdet.web.shared.access import PageRequest, open_to
from avdet.web.shared.context import NAMES
from avdet.web.studio.pages import OWNERS, actor_of, done, page
from avdet.words.digits import digits
from avdet.words.phrases import phrase
from avdet.workflows.cases.our_deadline import CHOSEN, length_of
from avdet.workflows.goods.return_ways import ASKED_FOR, WAYS, Allowed, allowed, return_address, set_ways

DAYS: Final = tuple(CHOSEN.values())


@dataclass(frozen=True, slots=True)
class Box:
    """One way as the form shows it: whether it is on, the places that are ticked, and a note for each language."""

    key: str
    is_on: bool
    places: list[tuple[str, str, bool]]
    notes: list[tuple[str, str, str]]
    by_clause: bool


@open_to(*OWNERS)
def returns(request: PageRequest) -> HttpResponse:
    """Shows the ways back, or keeps them."""
    if request.method != "POST":
        return _page(request, allowed(request.store), _addresses(request), _set_figures(request.store, request.language))
    ways, address = _ways(request), _said_addresses(request)
    said = {name: request.POST.get(name, "").strip()[:40] for name in (*DAYS, "second_approval")}
    try:
        days, limit = {name: _days(name, said[name]) for name in DAYS}, _limit(said["second_approval"], request.store.currency)
        set_ways(
            request.store, ways, address, actor=actor_of(request), now=timezone.now(), days=days, second_approval_minor=limit
        )
    except AvdetError as fault:
        return _page(request, ways, address, said, _why(request, fault), 422)
    return done(request, "returns", "returns")


def _days(name: str, said: str) -> int:
    """A number of days as it was typed, 0 where nothing was; `AvdetError` for what is no number of days."""
    count = digits(said, "en")
    if count and not (count.isascii() and count.isdigit() and int(count)):
        raise AvdetError("no number of days", where=name, cure="give a whole number")
    return int(count or 0)


def _limit(said: str, currency: str) -> int | None:
    """The amount in minor units, none where nothing was typed; 0 has a second person agree to everything."""
    try:
        found = figure(said, exponent(currency)) if said else None
    except ValueError:
        found = -1
    if found is not None and not 0 <= found <= MAX_MINOR:
        raise AvdetError("not an amount", where="second_approval", cure="write a number, such as 4500000")
    return found


def _set_figures(store: Store, language: str) -> dict[str, str]:
    """The days and the limit as they are set."""
    limit = store.second_approval_minor
    days = {name: digits(str(length_of(store, kind).length), language) for kind, name in CHOSEN.items()}
    return {**days, "second_approval": "" if limit is None else to_decimal(limit, store.currency)}


def _languages(request: PageRequest) -> list[str]:
    return [code for code in request.store.languages if code in NAMES]


def _addresses(request: PageRequest) -> dict[str, str]:
    """What is set, or what stands elsewhere as long as nothing is: the store's own text about returns."""
    said = request.store.returns.get("address") or {
        request.store.language: return_address(request.store, request.store.language)
    }
    return {code: str(said.get(code, "")) for code in _languages(request)}


def _said_addresses(request: PageRequest) -> dict[str, str]:
    return {
        code: request.POST.get(f"address-{code}", "").replace("\r\n", "\n").strip()[:10_000] for code in _languages(request)
    }


def _ways(request: PageRequest) -> list[Allowed]:
    sent = request.POST
    return [
        Allowed(
            key, tuple(each for each in PLACES if each in sent.getlist(f"place-{key}")),
            {code: " ".join(sent.get(f"note-{key}-{code}", "").split())[:10_000] for code in _languages(request)},
        )
        for key in WAYS if key in sent.getlist("way")
    ]  # fmt: skip


def _why(request: PageRequest, fault: AvdetError) -> str:
    where = str(fault.where).partition("-")[0]
    where = "days" if where in DAYS else where
    named = where if where in ("ways", "note", "address", "days", "second_approval") else "ways"
    return phrase(request.language, f"studio.returns.fault.{named}")


def _page(
    request: PageRequest, ways: list[Allowed], address: dict[str, str], figures: dict[str, str], fault: str = "",
    status: int = 200,
) -> HttpResponse:  # fmt: skip
    on = {each.key: each for each in ways}
    boxes = [_box(request, key, on.get(key)) for key in WAYS]
    addresses = [(f"address-{code}", NAMES[code], code, address.get(code, "")) for code in _languages(request)]
    context = {"boxes": boxes, "addresses": addresses, "fault": fault, **figures}
    return page(request, "returns", "returns", context, status=status)


def _box(request: PageRequest, key: str, way: Allowed | None) -> Box:
    places = [
        (each, phrase(request.language, f"studio.returns.place.{each}"), way is not None and each in way.places)
        for each in PLACES
    ]
    notes = [(f"note-{key}-{code}", NAMES[code], way.notes.get(code, "") if way else "") for code in _languages(request)]
    return Box(key, way is not None, places, notes, key in ASKED_FOR)

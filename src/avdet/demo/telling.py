"""Tells one recipe as an order: lines with prices and gifts, the story shaped by the way of paying, every event dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from random import Random
from typing import Final

from avdet.core.calendar import Calendar
from avdet.core.errors import AvdetError
from avdet.demo.course import course
from avdet.demo.moments import moments
from avdet.demo.orders import DemoEvent, DemoLine, DemoOrder, DemoPayment
from avdet.demo.recipes import Beat, Gap, Recipe, RecipeLine, Recipient, stories
from avdet.demo.store import DemoStore

DIRECT: Final = "direct"
_TRANSFER_MINUTES: Final = 95
_BY_CARRIER: Final = frozenset({"attempted", "delivered", "refused", "returned"})
_CARRIED: Final = _BY_CARRIER | {"handed_over"}
_BY_CUSTOMER: Final = frozenset({"placed", "consented"})
_TRACKING: Final = {
    "HepsiJet": ("HJ", 10), "پست پیشتاز": ("", 24), "تیپاکس": ("", 21), "چاپار": ("CH", 12), "ماهکس": ("MX", 11),
}  # fmt: skip
"""Carrier → how its tracking numbers begin, and the digits that follow; others have twelve digits."""


def told(store: DemoStore, recipe: Recipe, index: int, now: datetime, calendar: Calendar) -> DemoOrder:
    """The order that a recipe makes, without a number yet; `index` seeds what is drawn: minutes, carrier, references."""
    chance = Random(f"{store.slug} {index}")
    customer, story = store.customers[recipe.customer], stories()[recipe.story]
    beats = _beats(story.events, recipe)
    times = moments(beats, recipe.ended, now=now, calendar=calendar, chance=chance)
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise AvdetError(f"the events of order {index} do not rise in time", where=f"{store.slug}/orders.yaml",
                         cure="correct the times of its story")  # fmt: skip
    lines = _lines(store, recipe)
    receiver = recipe.recipient or Recipient(customer.name, customer.phone, customer.address)
    shipping = _shipping(store, recipe, lines)
    amount = sum(line.quantity * line.unit_minor - line.discount_minor for line in lines) + shipping
    return DemoOrder(
        number="", story=recipe.story, customer=customer.key, language=customer.language, state=course(beats)[1], lines=lines,
        shipping_minor=shipping, payment=_payment(recipe, beats, amount, chance),
        delivery_method=DIRECT if recipe.carrier == DIRECT else "carrier", recipient=receiver,
        recipient_is_customer=recipe.recipient is None,
        partial_consent=any(beat.event == "consented" for beat in beats), note=recipe.note,
        events=_events(store, recipe, beats, times, chance), claim=recipe.claim,
    )  # fmt: skip


def _payment(recipe: Recipe, beats: Sequence[Beat], amount_minor: int, chance: Random) -> DemoPayment:
    paid = any(beat.event == "paid" for beat in beats)
    reference = f"DEMO-{chance.randrange(10**9):09d}" if paid else ""
    return DemoPayment(recipe.payment, amount_minor, recipe.payer, reference)


def _beats(beats: Sequence[Beat], recipe: Recipe) -> list[Beat]:
    """The story as this order's way of paying shapes it."""
    if recipe.payment == "online":
        return list(beats)
    if recipe.payment == "card_to_card":
        return [Beat("paid", Gap(minutes=_TRANSFER_MINUTES), beat.at) if beat.event == "paid" else beat for beat in beats]
    found: list[Beat] = []
    for beat in beats:
        if beat.event == "paid":  # the gap to the next event stays, the time of day goes back to what came before
            found[-1] = Beat(found[-1].event, found[-1].after, beat.at or found[-1].at, found[-1].parcel, found[-1].by)
        elif beat.event != "refunded":
            found.append(beat)
            if beat.event == "delivered" and beat.parcel == 1:
                found.append(Beat("paid", Gap(minutes=1)))
    return found


def _lines(store: DemoStore, recipe: Recipe) -> tuple[DemoLine, ...]:
    """The lines with today's prices, and the gifts that come with them at 0."""
    found = [_line(store, line) for line in recipe.lines]
    for line in recipe.lines:
        found += [_line(store, RecipeLine(sku=gift, quantity=line.quantity, parcel=line.parcel))
                  for gift in store.products[line.sku].gifts]  # fmt: skip
    return tuple(found)


def _line(store: DemoStore, line: RecipeLine) -> DemoLine:
    product = store.products[line.sku]
    unit = product.price_minor if line.unit_minor is None else line.unit_minor
    return DemoLine(line.sku, line.quantity, unit, line.discount_minor, product.vat_percent, line.parcel)


def _shipping(store: DemoStore, recipe: Recipe, lines: Sequence[DemoLine]) -> int:
    if recipe.shipping_minor is not None:
        return recipe.shipping_minor
    goods = sum(line.quantity * line.unit_minor - line.discount_minor for line in lines)
    cards_only = all("gift_card" in store.products[line.sku].traits for line in lines)
    return 0 if cards_only or goods >= store.delivery.free_from_minor else store.delivery.shipping_minor


def _events(store: DemoStore, recipe: Recipe, beats: Sequence[Beat], times: Sequence[datetime],
            chance: Random) -> tuple[DemoEvent, ...]:  # fmt: skip
    carrier = recipe.carrier or chance.choice(store.delivery.carriers)
    carrier = "" if carrier == DIRECT else carrier
    numbers = {parcel: _tracking(carrier, chance) for parcel in (1, 2)}
    return tuple(
        DemoEvent(
            beat.event, move, at, _source(beat, recipe), beat.parcel, carrier if beat.event in _CARRIED else "",
            numbers[beat.parcel] if beat.event in _CARRIED else "",
        )
        for beat, move, at in zip(beats, course(beats)[0], times, strict=True)
    )  # fmt: skip


def _source(beat: Beat, recipe: Recipe) -> str:
    if beat.by:
        return beat.by
    if beat.event in _BY_CUSTOMER:
        return "customer"
    if beat.event in _BY_CARRIER:
        return "store" if recipe.carrier == DIRECT else "carrier"
    if beat.event in {"paid", "refunded"}:
        return {"online": "gateway", "card_to_card": "store", "cash_on_delivery": "carrier"}[recipe.payment]
    return "store"


def _tracking(carrier: str, chance: Random) -> str:
    if not carrier:
        return ""
    start, digits = _TRACKING.get(carrier, ("", 12))
    return start + "".join(str(chance.randint(1, 9)) for _ in range(digits))

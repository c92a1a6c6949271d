"""Everything that has happened to an order, from all its rooms, as one line of time: what, when, by whom, how we know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from avdet.core.vocabulary import LANGUAGES
from avdet.records.deliveries.models import Delivery
from avdet.records.refunds.history import Happened
from avdet.records.refunds.shown import GivenBack, MoneyShown, Paid
from avdet.web.desk.pages import titled
from avdet.web.shared.states import EVENT_ICONS, EVENT_TONES
from avdet.words import money as priced
from avdet.words.phrases import phrase


@dataclass(frozen=True, slots=True)
class Happening:
    """One knot of the line. `notice` is the id of a message that can be sent once more; `notes` are what was said."""

    at: datetime
    title: str
    by: str
    icon: str
    tone: str
    notes: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    notice: int = 0


def timeline(
    history: Iterable[Happened], deliveries: Sequence[Delivery], money: MoneyShown, currency: str, language: str
) -> list[Happening]:
    """All of it, the newest first."""
    if language not in LANGUAGES:
        raise ValueError(language)
    rooms: dict[str, list[Happened]] = {"order": [], "delivery": [], "payment": [], "refund": [], "notice": []}
    for each in history:
        rooms[each.room].append(each)
    tellers = {each.of: each.name for each in rooms["delivery"]}
    paid, back = {each.pk: each for each in money.payments}, {each.pk: each for each in money.refunds}
    found = [
        *(_of_order(each, language) for each in rooms["order"]), *_of_deliveries(deliveries, tellers, language),
        *(_of_payment(each, paid[each.of], currency, language) for each in rooms["payment"]),
        *(_of_refund(each, back[each.of], currency, language) for each in rooms["refund"]),
        *(_of_notice(each, language) for each in reversed(rooms["notice"])),
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_order(event: Happened, language: str) -> Happening:
    facts = event.facts
    notes = [titled(language, "desk.reason", facts["reason"])] if facts.get("reason") else []
    notes += [phrase(language, "desk.order.overridden", why=str(facts["override"]))] if facts.get("override") else []
    notes += [str(facts["number"])] if facts.get("number") else []
    rows = facts.get("because") or facts.get("against") or []
    clauses = tuple(dict.fromkeys(str(row.get("clause", "")) for row in rows if row.get("clause")))
    return Happening(
        event.at, titled(language, "desk.event", event.kind), _by(event.actor, event.name, event.source, language),
        EVENT_ICONS.get(event.kind, ""), EVENT_TONES.get(event.kind, ""), tuple(notes), clauses[:6],
    )  # fmt: skip


def _of_deliveries(deliveries: Sequence[Delivery], tellers: Mapping[int, str], language: str) -> Iterator[Happening]:
    for delivery in deliveries:
        for event in delivery.events.all():
            by = _by(event.actor.partition(" ")[0] or "system", tellers.get(event.pk, ""), event.source, language)
            title = phrase(
                language, "desk.order.of_parcel", number=delivery.number, what=titled(language, "desk.happened", event.kind)
            )
            notes = tuple(each for each in (event.place, event.note) if each)
            yield Happening(event.at, title, by, EVENT_ICONS.get(event.kind, ""), EVENT_TONES.get(event.kind, ""), notes)


def _of_payment(told: Happened, payment: Paid, currency: str, language: str) -> Happening:
    amount = priced(payment.amount_minor, currency, language)
    title = phrase(language, "desk.order.of_amount", what=titled(language, "desk.payment", told.kind), amount=amount)
    notes = (payment.reference,) if payment.reference else ()
    return Happening(told.at, title, titled(language, "desk.source", told.source), "credit-card", "", notes)


def _of_refund(event: Happened, refund: GivenBack, currency: str, language: str) -> Happening:
    amount = priced(refund.amount_minor, currency, language)
    title = phrase(language, "desk.order.of_amount", what=titled(language, "desk.refund_event", event.kind), amount=amount)
    said = [str(value) for key, value in event.facts.items() if key in ("why", "what", "reference") and value]
    by = _by(event.actor, event.name, event.source, language)
    return Happening(event.at, title, by, "hand-coins", "bad" if event.state == "failed" else "", tuple(said))


def _of_notice(notice: Happened, language: str) -> Happening:
    title = phrase(language, f"desk.told.{notice.actor}", what=titled(language, "desk.notice", notice.kind))
    tone = {"dead": "bad", "sent": ""}.get(notice.state, "wait")
    by = titled(language, "desk.message", notice.state)
    return Happening(notice.at, title, by, "phone" if notice.actor == "sms" else "mail", tone, notice=notice.of)


def _by(kind: str, name: str, source: str, language: str) -> str:
    """Who, and by which way."""
    said = name or titled(language, "desk.actor", kind)
    way = titled(language, "desk.source", source) if source else ""
    return f"{said} · {way}" if way and way != said else said

"""Everything that has happened to an order, from all its rooms, as one line of time: what, when, by whom, how we know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from avdet.core.vocabulary import LANGUAGES
from avdet.records.deliveries.models import Delivery
from avdet.records.orders.models import OrderEvent
from avdet.records.outbox.models import Notice
from avdet.records.refunds.queries import OrderMoney
from avdet.web.desk.pages import titled
from avdet.web.desk.states import EVENT_ICONS, EVENT_TONES
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
    events: Iterable[OrderEvent], deliveries: Sequence[Delivery], money: OrderMoney, notices: Iterable[Notice],
    names: Mapping[int, str], language: str,
) -> list[Happening]:  # fmt: skip
    """All of it, the newest first."""
    if language not in LANGUAGES:
        raise ValueError(language)
    found = [
        *(_of_order(event, names, language) for event in events), *_of_deliveries(deliveries, names, language),
        *_of_money(money, names, language), *(_of_notice(notice, language) for notice in notices),
    ]  # fmt: skip
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_order(event: OrderEvent, names: Mapping[int, str], language: str) -> Happening:
    facts: dict[str, Any] = event.facts or {}
    notes = [titled(language, "desk.reason", facts["reason"])] if facts.get("reason") else []
    notes += [phrase(language, "desk.order.overridden", why=str(facts["override"]))] if facts.get("override") else []
    notes += [str(facts["number"])] if facts.get("number") else []
    rows = facts.get("because") or facts.get("against") or []
    clauses = tuple(dict.fromkeys(str(row.get("clause", "")) for row in rows if row.get("clause")))
    return Happening(
        event.at, titled(language, "desk.event", event.kind), _by(event.actor, event.actor_id, event.source, names, language),
        EVENT_ICONS.get(event.kind, ""), EVENT_TONES.get(event.kind, ""), tuple(notes), clauses[:6],
    )  # fmt: skip


def _of_deliveries(deliveries: Sequence[Delivery], names: Mapping[int, str], language: str) -> Iterator[Happening]:
    for delivery in deliveries:
        for event in delivery.events.all():
            kind, _, who = event.actor.partition(" ")
            by = _by(kind or "system", int(who) if who.isdecimal() else None, event.source, names, language)
            title = phrase(
                language, "desk.order.of_parcel", number=delivery.number, what=titled(language, "desk.happened", event.kind)
            )
            notes = tuple(each for each in (event.place, event.note) if each)
            yield Happening(event.at, title, by, EVENT_ICONS.get(event.kind, ""), EVENT_TONES.get(event.kind, ""), notes)


def _of_money(money: OrderMoney, names: Mapping[int, str], language: str) -> Iterator[Happening]:
    for payment in money.payments:
        amount = priced(payment.amount_minor, payment.currency, language)
        for told in payment.events.all():
            what = titled(language, "desk.payment", told.kind)
            title = phrase(language, "desk.order.of_amount", what=what, amount=amount)
            notes = (payment.reference,) if payment.reference else ()
            yield Happening(told.at, title, titled(language, "desk.source", told.source), "credit-card", "", notes)
    for refund in money.refunds:
        amount = priced(refund.amount_minor, refund.currency, language)
        for event in refund.events.all():
            what = titled(language, "desk.refund_event", event.kind)
            title = phrase(language, "desk.order.of_amount", what=what, amount=amount)
            said = [str(value) for key, value in (event.facts or {}).items() if key in ("why", "what", "reference") and value]
            by = _by(event.actor, event.actor_id, event.source, names, language)
            yield Happening(event.at, title, by, "hand-coins", "bad" if event.to_state == "failed" else "", tuple(said))


def _of_notice(notice: Notice, language: str) -> Happening:
    title = phrase(language, f"desk.told.{notice.channel}", what=titled(language, "desk.notice", notice.kind))
    tone = {"dead": "bad", "sent": ""}.get(notice.state, "wait")
    by = titled(language, "desk.message", notice.state)
    icon = "phone" if notice.channel == "sms" else "mail"
    return Happening(notice.sent_at or notice.created_at, title, by, icon, tone, notice=notice.pk)


def _by(kind: str, who: int | None, source: str, names: Mapping[int, str], language: str) -> str:
    """Who, and by which way."""
    said = names.get(who or 0, "") or titled(language, "desk.actor", kind)
    way = titled(language, "desk.source", source) if source else ""
    return f"{said} · {way}" if way and way != said else said

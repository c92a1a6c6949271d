"""What has happened to an order and its money, and what was told of it, with the names of those who acted: one statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import BigIntegerField, Case, CharField, F, JSONField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce, Substr

from avdet.records.deliveries.models import DeliveryEvent
from avdet.records.orders.models import Order, OrderEvent
from avdet.records.outbox.models import Notice
from avdet.records.payments.models import PaymentEvent
from avdet.records.people.models import User
from avdet.records.refunds.models import RefundEvent
from avdet.records.shared.sealed import SealedText

MOST: Final = 1_000
"""So many of an order's happenings are read, the newest."""
_STAFF: Final = "staff "
_NOTHING: Final = Value("", CharField())
_NO_FACTS: Final = Value(None, JSONField())
_NOBODY: Final = (Value(None, SealedText()), Value(None, CharField()))


@dataclass(frozen=True, slots=True)
class Happened:
    """One thing. `room`: order, delivery, payment, refund or notice; `of`: the id of the payment, refund or notice, else of the
    event. `actor` is the kind of who acted, or a notice's channel; `name` is what a person among them is called."""

    room: str
    of: int
    kind: str
    state: str
    actor: str
    source: str
    facts: dict[str, Any]
    at: datetime
    name: str


def history_of(order: Order) -> list[Happened]:
    """All of it, as it was recorded in each room. Of a delivery's event it holds who told of it; the rest is the delivery's."""
    first, *others = (_orders(order), _deliveries(order), _payments(order), _refunds(order), _notices(order))
    rows = first.union(*others, all=True).order_by("-happened_at")[:MOST]
    found = [
        Happened(room, of, kind, state, actor, source, facts or {}, at, name or address or "")
        for room, of, kind, state, actor, source, facts, at, name, address, _ in rows
    ]
    return sorted(found, key=lambda each: (each.room, each.of))


def _row(rows: QuerySet[Any], room: str, of: str, *columns: Any, who: Any = None) -> QuerySet[Any, tuple[Any, ...]]:
    """`columns`: kind, state, actor, source, facts and moment; `who`: the user's id, where one may have acted."""
    people = User.objects.filter(pk=OuterRef("user_id"))
    names = _NOBODY if who is None else (Subquery(people.values("name")), Subquery(people.values("email")))
    given = dict(zip(("happening", "state_then", "kind_of_actor", "way", "told", "happened_at"), columns, strict=True))
    user = {"user_id": Value(None, BigIntegerField()) if who is None else who}
    marked = rows.order_by().annotate(room=Value(room, CharField()), of=F(of), **given, **user)
    named: QuerySet[Any, Any] = marked.annotate(full_name=names[0], address=names[1])
    return named.values_list("room", "of", *given, "full_name", "address", "user_id")


def _orders(order: Order) -> QuerySet[Any, tuple[Any, ...]]:
    rows = OrderEvent.objects.filter(order=order)
    columns = F("kind"), F("to_state"), F("actor"), F("source"), F("facts"), F("at")
    return _row(rows, "order", "pk", *columns, who=F("actor_id"))


def _deliveries(order: Order) -> QuerySet[Any, tuple[Any, ...]]:
    number = Cast(Substr("actor", len(_STAFF) + 1), BigIntegerField())
    who = Case(When(actor__regex=rf"^{_STAFF}[0-9]{{1,18}}$", then=number))
    rows = DeliveryEvent.objects.filter(delivery__order=order, actor__startswith=_STAFF)
    return _row(rows, "delivery", "pk", F("kind"), _NOTHING, F("actor"), F("source"), _NO_FACTS, F("at"), who=who)


def _payments(order: Order) -> QuerySet[Any, tuple[Any, ...]]:
    rows = PaymentEvent.objects.filter(payment__order=order)
    return _row(rows, "payment", "payment_id", F("kind"), _NOTHING, _NOTHING, F("source"), _NO_FACTS, F("at"))


def _refunds(order: Order) -> QuerySet[Any, tuple[Any, ...]]:
    rows = RefundEvent.objects.filter(refund__payment__order=order)
    columns = F("kind"), F("to_state"), F("actor"), F("source"), F("facts"), F("at")
    return _row(rows, "refund", "refund_id", *columns, who=F("actor_id"))


def _notices(order: Order) -> QuerySet[Any, tuple[Any, ...]]:
    rows = Notice.objects.filter(store=order.store_id, order_number=order.number)
    at = Coalesce("sent_at", "created_at")
    return _row(rows, "notice", "pk", F("kind"), F("state"), F("channel"), _NOTHING, _NO_FACTS, at)

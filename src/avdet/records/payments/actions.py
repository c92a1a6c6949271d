"""Writing down what came in. A payment's state moves by compare-and-swap, with the event that moved it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from avdet.core.errors import AvdetError
from avdet.core.lifecycles import PAYMENT
from avdet.ports.gateways import provider_of
from avdet.records.orders.models import Order
from avdet.records.payments.models import GatewayAccount, Payment, PaymentEvent
from avdet.records.shared.composed import composed, forget
from avdet.records.stores.models import Store
from avdet.words.faults import coded


def expect(
    order: Order,
    *,
    amount_minor: int,
    method: str,
    gateway: str,
    reference: str,
    now: datetime,
    card_last_digits: str = "",
    payer_name: str = "",
) -> Payment:
    """The payment with this gateway and reference, as it stands or newly expected. Without a reference it is always new.

    `AvdetError` for an amount below 1, or a reference that pays another order.
    """
    if amount_minor < 1:
        raise AvdetError("a payment is of something", where="amount_minor", cure="give the amount that came in, in minor units")
    fresh = {
        "order": order,
        "method": method,
        "amount_minor": amount_minor,
        "currency": order.currency,
        "card_last_digits": card_last_digits,
        "payer_name": payer_name,
        "created_at": now,
    }
    if not reference:
        made: Payment = Payment.objects.create(store_id=order.store_id, gateway=gateway, **fresh)
        return made
    payment, _ = Payment.objects.get_or_create(store_id=order.store_id, gateway=gateway, reference=reference, defaults=fresh)
    if payment.order_id != order.pk:
        raise AvdetError(
            "this reference pays another order already", where="reference", cure="look it up in the gateway's panel"
        )
    return payment


def move(
    payment: Payment,
    name: str,
    *,
    now: datetime,
    source: str,
    reference: str,
    facts: Mapping[str, Any] | None = None,
    **fields: Any,
) -> bool:
    """One move of the lifecycle, with its event; False where the payment has moved meanwhile.

    `fields` are columns that the move fills in, such as `paid_at`.
    """
    target = PAYMENT.after(payment.state, name)
    changed = Payment.objects.filter(pk=payment.pk, state=payment.state).update(state=target, **fields)
    if not changed:
        return False
    for column, value in {"state": target, **fields}.items():
        setattr(payment, column, value)
    said = dict(facts or {})
    PaymentEvent.objects.create(payment=payment, kind=name, source=source[:30], reference=reference, facts=said, at=now)
    return True


def hear(
    payment: Payment, kind: str, *, now: datetime, source: str, reference: str, facts: Mapping[str, Any] | None = None
) -> bool:
    """Keep what was said of a payment, once for each reference; whether it was new."""
    values = {"kind": kind[:20], "source": source[:30], "facts": dict(facts or {}), "at": now}
    return PaymentEvent.objects.get_or_create(payment=payment, reference=reference[:120], defaults=values)[1]


def looked(payment: Payment, *, now: datetime) -> None:
    """The gateway has just been asked about it."""
    Payment.objects.filter(pk=payment.pk).update(looked_at=now)


def hold_back(order: Order, amount_minor: int, *, only: Payment | None = None) -> list[tuple[Payment, int]]:
    """Promise a sum back out of the order's payments, the oldest first, or out of one: which payment, how much of it.

    They stay locked until the transaction ends. `AvdetError` for more than came in and is not promised yet.
    """
    payments = [each for each in locked_payments(order) if only is None or each.pk == only.pk]
    left = sum(each.amount_minor - each.refunded_minor for each in payments)
    if amount_minor < 1:
        raise AvdetError("a refund is of something", where="amount_minor", cure="give the amount in minor units")
    if amount_minor > left:
        raise coded(AvdetError, "refund.left", where="amount_minor", most=left)
    parts = []
    for payment in payments:
        part = min(amount_minor, payment.amount_minor - payment.refunded_minor)
        if part:
            Payment.objects.filter(pk=payment.pk).update(refunded_minor=F("refunded_minor") + part)
            payment.refunded_minor += part
            parts.append((payment, part))
            amount_minor -= part
    return parts


def locked_payments(order: Order) -> list[Payment]:
    """The order's paid payments, the oldest first, locked until the transaction ends.

    After them stand those of the order that it follows, and so on: what makes goods good was paid for there.
    """
    chain = chain_of(order)
    rows = Payment.objects.select_for_update().filter(order__in=chain, state="paid").order_by("paid_at", "id")
    place = {each: at for at, each in enumerate(chain)}
    return sorted(rows, key=lambda payment: place[payment.order_id])


def chain_of(order: Order) -> list[int]:
    """The ids of an order and of those that it follows, the nearest first; no statement for one that follows none."""
    chain, follows = [order.pk], order.follows_id
    while follows is not None:
        chain.append(follows)
        follows = Order.objects.values_list("follows_id", flat=True).get(pk=follows)
    return chain


def release(payment_id: int, amount_minor: int) -> None:
    """A promise is void: the sum can be promised again."""
    Payment.objects.filter(pk=payment_id).update(refunded_minor=F("refunded_minor") - amount_minor)


def keep_account(
    store: Store, gateway: str, credentials: Mapping[str, str], *, now: datetime, active: bool = True
) -> GatewayAccount:
    """A store's account with a gateway, new or changed. `AvdetError` for an unknown gateway, or credentials it lacks."""
    missing = [each for each in provider_of(gateway).needs if not credentials.get(each)]
    if missing:
        raise AvdetError(
            f"{gateway} needs {', '.join(missing)}", where="credentials", cure="copy them from the gateway's panel"
        )
    kept: dict[str, Any] = {"credentials": dict(credentials), "active": active}
    return GatewayAccount.objects.update_or_create(
        store=store, gateway=gateway, defaults=kept, create_defaults={**kept, "created_at": now}
    )[0]


def lock(order: Order) -> None:
    """Nobody else records a payment of the order until the transaction ends; its state, as it is now, is read into it."""
    (fresh,) = _locked(order.pk)
    if fresh.revision != order.revision:
        forget(order, "lines")
    order.state, order.revision, order.paid_at = fresh.state, fresh.revision, fresh.paid_at


@composed
def _locked(order: int) -> QuerySet[Order]:
    return Order.objects.select_for_update(no_key=True).only("state", "revision", "paid_at").filter(pk=order)

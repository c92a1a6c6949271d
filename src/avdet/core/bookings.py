"""What each thing that happens to an order's money writes into the books: recipes, each giving transfers.

| what happens | out of (credit) | into (debit) |
| --- | --- | --- |
| payment received | liability:orders | asset:gateway.… , asset:bank or asset:cash_on_delivery |
| order delivered | income:sales, income:shipping, liability:vat | liability:orders |
| order cancelled, part kept | income:cancellations | liability:orders |
| refund granted | liability:refunds | liability:orders as far as it holds, income:returns, income:shipping, liability:vat |
| refund sent | asset:… | liability:refunds, pending until it is confirmed |
| goods are made good by other goods | liability:credit | as for a refund granted, of the order whose goods they are |
| the order that makes them good is paid for by it | liability:orders | liability:credit |
| a way of goods paid to its carrier | asset:bank | expense:carriage |
| carriage of a return deducted from its refund | income:carriage | income:returns |
| carriage charged | income:carriage | asset:bank |
| postage repaid against its receipt | asset:bank | expense:carriage |
| a carrier has made damage good | income:recoveries | asset:bank |

`liability:orders` of one order is what its customer has paid beyond what has been delivered to them; between the delivery
and the payment at the door it lies on the other side, and is what the customer owes.
"""

from __future__ import annotations

from typing import Final

from avdet.core.errors import MoneyError
from avdet.core.postings import State, Transfer

BANK: Final = "asset:bank"
CASH_ON_DELIVERY: Final = "asset:cash_on_delivery"
ORDERS: Final = "liability:orders"
REFUNDS: Final = "liability:refunds"
VAT: Final = "liability:vat"
SALES: Final = "income:sales"
SHIPPING: Final = "income:shipping"
RETURNS: Final = "income:returns"
CANCELLATIONS: Final = "income:cancellations"
CREDIT: Final = "liability:credit"
CARRIAGE: Final = "income:carriage"
RECOVERIES: Final = "income:recoveries"
POSTAGE: Final = "expense:carriage"
CHART: Final = (
    BANK, CASH_ON_DELIVERY, ORDERS, REFUNDS, CREDIT, VAT, SALES, SHIPPING, CARRIAGE, RETURNS, CANCELLATIONS, RECOVERIES,
    POSTAGE,
)  # fmt: skip
"""The accounts that every store has; beside them stands one `asset:gateway.<name>` for each gateway it uses."""


def purse(method: str, gateway: str) -> str:
    """The account in which money of a payment lies.

    >>> purse("online", "iyzico"), purse("card_to_card", "manual"), purse("cash_on_delivery", "manual")
    ('asset:gateway.iyzico', 'asset:bank', 'asset:cash_on_delivery')
    """
    if method == "cash_on_delivery":
        return CASH_ON_DELIVERY
    return BANK if gateway in ("manual", "payout") else f"asset:gateway.{gateway}"


def payment_received(amount_minor: int, currency: str, *, into: str) -> tuple[Transfer, ...]:
    """A customer has paid for an order that is still owed to them."""
    return (Transfer(into, ORDERS, amount_minor, currency),)


def order_delivered(*, total_minor: int, shipping_minor: int, vat_minor: int, currency: str) -> tuple[Transfer, ...]:
    """The sale is made: what the order cost is earned. VAT is contained in the total, and is taken out of the goods first."""
    if vat_minor > total_minor or shipping_minor > total_minor:
        raise MoneyError("VAT and shipping cannot exceed the total", where="total_minor", cure="give amounts of the same order")
    shipping = min(shipping_minor, total_minor - vat_minor)
    parts = ((VAT, vat_minor), (SHIPPING, shipping), (SALES, total_minor - vat_minor - shipping))
    return tuple(Transfer(ORDERS, account, amount, currency) for account, amount in parts if amount)


def order_cancelled(kept_minor: int, currency: str) -> tuple[Transfer, ...]:
    """What is kept of a cancelled order, where the terms allow it: a fee that was earned."""
    return (Transfer(ORDERS, CANCELLATIONS, kept_minor, currency),) if kept_minor else ()


def refund_granted(
    amount_minor: int, currency: str, *, held_minor: int, vat_minor: int, total_minor: int, shipping_minor: int = 0
) -> tuple[Transfer, ...]:
    """A sum is owed back. `held_minor` is what `liability:orders` still holds for the order; beyond it, a sale is taken back.

    `vat_minor` of `total_minor` is the order's VAT, and its share of the sale that is taken back; `shipping_minor` of the sum
    is what is given back of the first delivery. As when the sale was made, VAT is taken out of the goods first.
    """
    held = max(0, min(amount_minor, held_minor))
    undone = amount_minor - held
    vat = undone * vat_minor // total_minor if total_minor else 0
    shipping = min(shipping_minor, undone - vat)
    parts = ((ORDERS, held), (VAT, vat), (SHIPPING, shipping), (RETURNS, undone - vat - shipping))
    return tuple(Transfer(account, REFUNDS, amount, currency) for account, amount in parts if amount)


def refund_sent(amount_minor: int, currency: str, *, out_of: str, state: State = "pending") -> tuple[Transfer, ...]:
    """The gateway or the bank was asked to pay it; pending until it is confirmed, void if it is refused."""
    return (Transfer(REFUNDS, out_of, amount_minor, currency, state),)


def credit_given(amount_minor: int, currency: str, *, held_minor: int, vat_minor: int) -> tuple[Transfer, ...]:
    """Goods are made good by other goods: what they were worth stands for those. `vat_minor` is the VAT that it contains.

    As with a refund, what `liability:orders` still holds for the order goes first; beyond it, the sale is taken back.
    """
    held = max(0, min(amount_minor, held_minor))
    undone = amount_minor - held
    vat = undone * vat_minor // amount_minor if amount_minor else 0
    parts = ((ORDERS, held), (VAT, vat), (RETURNS, undone - vat))
    return tuple(Transfer(account, CREDIT, amount, currency) for account, amount in parts if amount)


def credit_used(amount_minor: int, currency: str) -> tuple[Transfer, ...]:
    """The order that makes goods good is paid for by what they were worth."""
    return (Transfer(CREDIT, ORDERS, amount_minor, currency),) if amount_minor else ()


def carriage_paid(amount_minor: int, currency: str) -> tuple[Transfer, ...]:
    """The store has paid a carrier for a way of goods: an expense, whoever bears it in the end."""
    return (Transfer(POSTAGE, BANK, amount_minor, currency),) if amount_minor else ()


def carriage_deducted(amount_minor: int, currency: str) -> tuple[Transfer, ...]:
    """The store paid for a return that its customer bears, and keeps as much of the refund: the goods came back, so their
    sale is undone whole, and what is kept is earned as carriage. Its VAT is where the goods' own was.
    """
    return (Transfer(RETURNS, CARRIAGE, amount_minor, currency),) if amount_minor else ()


def carriage_charged(amount_minor: int, currency: str) -> tuple[Transfer, ...]:
    """A customer has paid the store for a way of the goods that they bear."""
    return (Transfer(BANK, CARRIAGE, amount_minor, currency),) if amount_minor else ()


def postage_repaid(amount_minor: int, currency: str) -> tuple[Transfer, ...]:
    """Postage that a customer laid out and the store bears has been transferred to them."""
    return (Transfer(POSTAGE, BANK, amount_minor, currency),) if amount_minor else ()


def damage_recovered(amount_minor: int, currency: str) -> tuple[Transfer, ...]:
    """A carrier has paid for what was damaged on its way."""
    return (Transfer(BANK, RECOVERIES, amount_minor, currency),) if amount_minor else ()

"""States as the lifecycles name them: the document lists them, and whatever else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from avdet.core.lifecycles import MESSAGE, ORDER, PAYMENT, REFUND

if TYPE_CHECKING:
    OrderState: TypeAlias = str
    PaymentState: TypeAlias = str
    RefundState: TypeAlias = str
    MessageState: TypeAlias = str
else:
    OrderState = Literal[ORDER.states]
    PaymentState = Literal[PAYMENT.states]
    RefundState = Literal[REFUND.states]
    MessageState = Literal[MESSAGE.states]

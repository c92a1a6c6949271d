"""States as the lifecycles name them: the document lists them, and whatever else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from avdet.core.lifecycles import CARRIER_CLAIM, CASE, GOODS, MESSAGE, ORDER, PARCEL, PAYMENT, REFUND
from avdet.core.vocabulary import REASONS, REMEDIES, REQUIREMENTS
from avdet.records.cases.models import Case
from avdet.records.inspections.models import FINDINGS
from avdet.workflows.cases.inspect_case import SEEN

if TYPE_CHECKING:
    OrderState: TypeAlias = str
    PaymentState: TypeAlias = str
    RefundState: TypeAlias = str
    MessageState: TypeAlias = str
    CaseState: TypeAlias = str
    GoodsState: TypeAlias = str
    WaitsFor: TypeAlias = str
    ParcelState: TypeAlias = str
    CarrierClaimState: TypeAlias = str
    Finding: TypeAlias = str
    CheckItem: TypeAlias = str
    RemedyKind: TypeAlias = str
    Reason: TypeAlias = str
else:
    OrderState = Literal[ORDER.states]
    PaymentState = Literal[PAYMENT.states]
    RefundState = Literal[REFUND.states]
    MessageState = Literal[MESSAGE.states]
    CaseState = Literal[CASE.states]
    GoodsState = Literal[GOODS.states]
    WaitsFor = Literal[tuple(Case.WaitsFor.values)]
    Reason = Literal[REASONS]
    ParcelState = Literal[PARCEL.states]
    CarrierClaimState = Literal[CARRIER_CLAIM.states]
    Finding = Literal[FINDINGS]
    CheckItem = Literal[tuple(dict.fromkeys((*REQUIREMENTS, *SEEN)))]
    RemedyKind = Literal[REMEDIES]

"""What money and goods leave behind of a customer who is to be forgotten: sums and dates, and neither names nor notes."""

from __future__ import annotations

from django.db import transaction

from avdet.records.deliveries.models import DeliveryEvent
from avdet.records.inspections.models import Inspection
from avdet.records.parcels.models import Parcel
from avdet.records.payments.models import Payment
from avdet.records.payouts.models import PayoutLine
from avdet.records.people.models import Customer
from avdet.records.refunds.models import RefundEvent
from avdet.records.remedies.models import CarrierClaim


def transfers_under_way(customer: Customer) -> bool:
    """Whether a transfer to them stands in a file that its bank has not answered yet, and that may have to be made again."""
    lines = PayoutLine.objects.filter(refund__payment__order__customer=customer).exclude(result="taken_out")
    return lines.exclude(batch__state__in=("settled", "void")).exists()


@transaction.atomic
def forget_dealings(customer: Customer, *reasons: str) -> None:
    """Takes away who paid, where money went to, what was noted of parcels, findings and carriers, and the words of refunds'
    events of the kinds that are `reasons`. Sums, references and dates stay.
    """
    DeliveryEvent.objects.filter(delivery__order__customer=customer).update(note="")
    Parcel.objects.filter(order__customer=customer).update(note="")
    PayoutLine.objects.filter(refund__payment__order__customer=customer).update(
        iban="", holder_name="", last_digits="", note=""
    )
    Payment.objects.filter(order__customer=customer).update(payer_name="", card_last_digits="")
    RefundEvent.objects.filter(refund__payment__order__customer=customer, kind__in=reasons).update(facts={})
    Inspection.objects.filter(case__order__customer=customer).update(note="")
    CarrierClaim.objects.filter(case__order__customer=customer).update(note="")

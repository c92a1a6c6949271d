"""What is owed to accounts when the demo begins: most of it is in the due list, one refund in a batch for a second person."""

from __future__ import annotations

from datetime import datetime

from avdet.ports.jobs import KINDS
from avdet.records.payouts.due import due_page
from avdet.records.people.models import User
from avdet.records.refunds.models import Refund
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.workflows.money.make_batch import day_to_pay, make_batch
from avdet.workflows.money.release_batch import approve_batch


def gather_payouts(store: Store, accountant: User, now: datetime) -> None:
    """Finds where each transfer goes; the first that is known is batched and approved, and waits for the owner."""
    for refund in Refund.objects.filter(store=store, state="granted", payment__gateway="manual").order_by("pk"):
        KINDS["send_refund"].work({"refund": refund.pk}, now)
    due = due_page(store, "batch", now=now).rows
    if len(due) < 2:
        return
    actor = Actor.of(accountant, "staff", "desk")
    batch = make_batch(store, [due[0].pk], pay_on=day_to_pay(store, None, now), user=accountant, now=now, actor=actor)
    approve_batch(batch, user=accountant, now=now, actor=actor)

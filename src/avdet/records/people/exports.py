"""A customer's data on its way to them: asked for, put together by a job, taken away once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from avdet.records.people.models import Customer, DataExport
from avdet.records.shared.sealed import box

LASTS: Final = timedelta(days=1)
STEPS: Final = 4
"""Steps of putting it together: the person, the orders, the messages, the file."""


def ask_for_export(customer: Customer, *, now: datetime) -> DataExport:
    """A new export; one that was asked for before is dropped."""
    customer.exports.all().delete()
    made: DataExport = DataExport.objects.create(customer=customer, asked_at=now)
    return made


def export_by_id(export_id: int) -> DataExport | None:
    """An export with its customer, as its job names it."""
    return DataExport.objects.select_related("customer__store", "customer__user").filter(pk=export_id).first()


def newest_export(customer: Customer, *, now: datetime) -> DataExport | None:
    """The export that a customer waits for or can take away."""
    return customer.exports.filter(taken_at=None, asked_at__gt=now - LASTS).defer("content").order_by("-pk").first()


def advance(export: DataExport, step: int) -> None:
    """Notes how far it is, so that the page can say so."""
    DataExport.objects.filter(pk=export.pk).update(step=step)


def keep(export: DataExport, content: bytes, *, now: datetime) -> None:
    """Keeps the finished file, sealed."""
    DataExport.objects.filter(pk=export.pk).update(content=box().encrypt(content), step=STEPS, ready_at=now)


@transaction.atomic
def take(customer: Customer, export_id: int, *, now: datetime) -> bytes | None:
    """The file, and never again; nothing for one that is not this customer's, was taken, or has lapsed."""
    found = (
        customer.exports.select_for_update()
        .filter(pk=export_id, taken_at=None, ready_at__isnull=False, asked_at__gt=now - LASTS)
        .first()
    )
    if found is None:
        return None
    content = box().decrypt(bytes(found.content))
    DataExport.objects.filter(pk=found.pk).update(taken_at=now, content=b"")
    return content

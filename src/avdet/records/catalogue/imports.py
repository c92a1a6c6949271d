"""What is kept of a file that was read into the catalogue: its rows, whether it was applied, whether it was taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import ProtectedError

from avdet.records.catalogue.models import CatalogueImport, CatalogueImportRow, Product
from avdet.records.catalogue.shelf import AT_ONCE
from avdet.records.shared.actors import Actor
from avdet.records.shared.errors import Conflict
from avdet.records.stores.models import Store


def begin(store: Store, file_name: str, *, now: datetime, actor: Actor) -> CatalogueImport:
    """A file that is being read."""
    return CatalogueImport.objects.create(store=store, file_name=file_name[:200], actor=str(actor), read_at=now)


def keep_rows(rows: Iterable[CatalogueImportRow]) -> None:
    """Keeps what some of the file's rows say."""
    CatalogueImportRow.objects.bulk_create(list(rows), batch_size=AT_ONCE)


def counted(run: CatalogueImport, counts: dict[str, int]) -> None:
    """Notes how many rows of which kind there were."""
    run.counts = counts
    run.save(update_fields=["counts"])


def applied(run: CatalogueImport, *, now: datetime) -> None:
    """Marks a file as applied, once. `Conflict` where that was done before."""
    if not CatalogueImport.objects.filter(pk=run.pk, applied_at=None).update(applied_at=now):
        raise Conflict("this file has been applied already", where=run.file_name, cure="look at the list of files")


def undone(run: CatalogueImport, *, now: datetime) -> None:
    """Marks an applied file as taken back, once. `Conflict` where it was not applied, or is taken back already."""
    if not CatalogueImport.objects.filter(pk=run.pk, applied_at__isnull=False, undone_at=None).update(undone_at=now):
        raise Conflict("there is nothing here to undo", where=run.file_name, cure="look at the list of files")


def withdraw(product: Product) -> bool:
    """Removes a product that nobody has ordered; says whether it is gone. One that was ordered is kept."""
    if product.reservations.exists():
        return False
    try:
        product.delete()
    except ProtectedError:
        return False
    return True

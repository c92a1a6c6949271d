"""`avdet import`: a file of orders is taken in here and now. Broken off at any moment, the same command goes on."""

from __future__ import annotations

import contextlib
import hashlib
import lzma
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.core.files.base import File
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from avdet.core.errors import AvdetError
from avdet.ports.shop_systems import open_file
from avdet.records.connections.models import ImportRun
from avdet.records.shared.actors import Actor
from avdet.records.stores.models import Store
from avdet.records.stores.queries import store_by_slug
from avdet.workflows.orders.bulk_orders import SOURCE, begin_bulk, bulk_orders
from avdet.workflows.orders.import_orders import import_file, read_orders
from avdet.workflows.people.open_store import open_store

KINDS: Final = ("orders", SOURCE)
LONDON: Final[dict[str, Any]] = {"currency": "GBP", "time_zone": "Europe/London", "languages": ["en"]}


class Command(BaseCommand):
    """Says how far it is while it goes on, and what came of it at the end."""

    help = "Import a file of orders into a store"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("file")
        parser.add_argument("--store", required=True)
        parser.add_argument("--unit", default="")

    def handle(self, kind: str, file: str, **options: Any) -> None:
        path, store = Path(file), store_by_slug(options["store"])
        if not path.is_file():
            raise CommandError(f"{file}: there is no such file")
        if store is None and kind != SOURCE:
            raise CommandError(f"there is no store {options['store']!r}; open one with avdet createstore")
        began = time.perf_counter()
        with _unpacked(path) as plain:
            if kind == SOURCE:
                run = self._past(store or _london(options["store"]), path.name, plain)
            else:
                assert store is not None  # said above
                run = self._orders(store, plain, path.name, options["unit"] or store.currency)
        self._finish(run, time.perf_counter() - began)

    def _past(self, store: Store, name: str, plain: Path) -> ImportRun:
        content, total = hashlib.sha256(), -1
        with plain.open("rb") as raw:
            for chunk in iter(lambda: raw.read(1 << 20), b""):
                content.update(chunk)
                total += chunk.count(b"\n")
        run = begin_bulk(store, name, content=content.hexdigest(), now=timezone.now(), total=max(0, total))
        items = open_file(plain, language="en", unit=store.currency, zone=timezone.get_default_timezone()).orders()
        bulk_orders(run, items, now=timezone.now(), progress=self._progress)
        return run

    def _orders(self, store: Store, plain: Path, name: str, unit: str) -> ImportRun:
        now, actor = timezone.now(), Actor.system("import")
        with plain.open("rb") as raw:
            run = read_orders(store, name, File(raw, name=plain.name), unit=unit, actor=actor, now=now)
        try:
            import_file(run, now=now, progress=self._progress)
        except AvdetError as fault:
            raise CommandError(str(fault)) from None
        return run

    def _progress(self, run: ImportRun) -> None:
        lines, total = run.counts.get("lines", 0), run.total or 0
        part = min(1.0, lines / total) if total else 1.0
        bar = ("█" * int(part * 30)).ljust(30, "░")
        self.stderr.write(f"\r{bar} {part:4.0%}  {lines:,} lines", ending="")

    def _finish(self, run: ImportRun, seconds: float) -> None:
        self.stderr.write("")
        said = ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in sorted(run.counts.items()) if count)
        self.stdout.write(f"{said or 'nothing'} in {seconds:.1f} s")
        self.stdout.write(f"The report: /{run.store.slug}/studio/imports/{run.pk}/")


@contextlib.contextmanager
def _unpacked(path: Path) -> Iterator[Path]:
    """The file itself; of a compressed one, its content for as long as it is needed."""
    if path.suffix != ".xz":
        yield path
        return
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / path.stem
        with lzma.open(path) as packed, plain.open("wb") as out:
            shutil.copyfileobj(packed, out, 1 << 20)
        yield plain


def _london(slug: str) -> Store:
    """A store for a British shop's past, where there is none yet."""
    return open_store(slug, {"en": "Online Retail"}, "GB", now=timezone.now(), **LONDON).store

"""`avdet case export`: a store's cases as a file of claims, which `avdet replay` reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from avdet.records.stores.queries import store_by_slug
from avdet.workflows.cases.export_cases import export_cases


class Command(BaseCommand):
    """Writes the file line by line, however many cases there are."""

    help = "Export a store's cases"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("store")
        parser.add_argument("file")

    def handle(self, *_: Any, **options: Any) -> None:
        store = store_by_slug(options["store"])
        if store is None:
            raise CommandError(f"no store is called {options['store']!r:.40} → give the name in its addresses")
        try:
            with Path(options["file"]).open("w", encoding="utf-8", newline="") as file:
                rows = sum(1 for _ in map(file.write, export_cases(store, timezone.now()))) - 1
        except OSError as fault:
            raise CommandError(f"{options['file']}: {fault.strerror} → give another file") from None
        self.stdout.write(f"{rows:,} rows")

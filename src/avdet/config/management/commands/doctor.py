"""`avdet doctor`: examines the installation, and says what is wrong and what to do."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from avdet.config.examination import examine
from avdet.records.shared.rotation import seal_anew


class Command(BaseCommand):
    """One line a finding; exit code 1 if anything must be mended."""

    help = "Examine the installation"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rotate-keys", action="store_true")

    def handle(self, *_: Any, **options: Any) -> None:
        if options["rotate_keys"]:
            for table, rows in seal_anew():
                self.stdout.write(f"sealed anew: {table}: {rows} rows")
            return
        findings = examine()
        for each in findings:
            self.stdout.write(f"{'✔' if each.fine else '✘'} {each.what}" + ("" if each.fine else f" → {each.cure}"))
        if not all(each.fine for each in findings):
            raise SystemExit(1)

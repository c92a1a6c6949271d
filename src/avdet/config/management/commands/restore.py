"""`avdet restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from avdet.config.backup import restore


class Command(BaseCommand):
    """What a backup holds, in the place of what is there now."""

    help = "Restore a backup"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        restore(file.resolve())
        self.stdout.write(f"{file}: restored; now run: avdet migrate")

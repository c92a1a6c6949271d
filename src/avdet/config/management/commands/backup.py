"""`avdet backup`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from avdet.config.backup import back_up


class Command(BaseCommand):
    """Everything but the secrets, in one file."""

    help = "Back up"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *_: Any, file: Path, **__: Any) -> None:
        size = back_up(file.resolve())
        self.stdout.write(f"{file}: {size / 1e6:.1f} MB; the secrets are not in it, keep them apart")

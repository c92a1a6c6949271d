"""`avdet worker`: does jobs until it is told to stop, and finishes those it has begun."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from avdet.config.wiring import run_worker


class Command(BaseCommand):
    """One worker; start as many as you like, on as many machines."""

    help = "Do jobs"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--threads", type=int, default=4)

    def handle(self, *_: Any, **options: Any) -> None:
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        run_worker(stop, concurrency=options["threads"])

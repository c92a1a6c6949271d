"""`avdet demo`: five stores with goods, customers and a past; stand-ins of gateways and messengers; one server process."""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.utils import timezone

from avdet.demo.filling import SUPPORT, fill
from avdet.demo.gateway_books import open_books


class Command(BaseCommand):
    """Everything is made at the first start, and found again at the next."""

    help = "Serve five demo stores"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000)

    def handle(self, *_: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        self.stdout.write("filling five stores with goods, customers and orders …")
        stores = fill(timezone.now())
        stand_ins = [self._stand_in("messages"), self._stand_in("payments")]
        open_books(os.environ["AVDET_PAYMENT_SIMULATOR_URL"], stores)
        self.stdout.write(f"\n  {settings.URL}/\n")
        for store in stores:
            self.stdout.write(f"  {settings.URL}/{store.slug}/".ljust(48) + f"owner@{store.slug}.example")
        self.stdout.write(f"\n  everybody's password: {settings.DEMO_PASSWORD} · platform support: {SUPPORT}")
        self.stdout.write(f"  mail and SMS of the demo: {os.environ['AVDET_MESSAGE_SIMULATOR_URL']}/ · stop with Ctrl+C\n")
        self.stdout.flush()
        connection.close()
        try:
            call_command("serve", port=options["port"])
        finally:
            for each in stand_ins:
                each.terminate()

    def _stand_in(self, kind: str) -> subprocess.Popen[bytes]:
        """A simulator, at the ports that the command line chose before the settings were read."""
        ports = {
            "messages": ["--port", os.environ["AVDET_MESSAGE_PORT"], "--smtp-port", os.environ["AVDET_SMTP_PORT"]],
            "payments": ["--port", os.environ["AVDET_PAYMENT_PORT"]],
        }
        command = [sys.executable, "-m", "avdet", "simulate", kind, *ports[kind]]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        atexit.register(process.kill)
        assert process.stdout is not None
        if not process.stdout.readline():  # it says where it listens as soon as it does
            raise SystemExit(f"the simulator of {kind} did not start")
        return process

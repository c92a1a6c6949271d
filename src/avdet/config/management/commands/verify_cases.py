"""`avdet case verify`: goes through the chains of the cases' events, and names the first that is broken in each."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from avdet.records.cases.verification import walk
from avdet.records.stores.queries import store_by_slug


class Command(BaseCommand):
    """One line for each broken chain, one for the sum; exit code 1 if any is broken."""

    help = "Verify the cases' histories"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("store", nargs="?", default="")
        parser.add_argument("number", nargs="?", default="")

    def handle(self, *_: Any, **options: Any) -> None:
        store = store_by_slug(options["store"]) if options["store"] else None
        if options["store"] and store is None:
            raise CommandError(f"no store is called {options['store']!r:.40} → give the name in its addresses")
        cases = bad = 0
        for case, first in walk(store, options["number"]):
            cases += 1
            if first is not None:
                bad += 1
                self.stdout.write(f"✘ {case.store.slug} {case.number}: event {first} is not as it was written")
        if options["number"] and not cases:
            raise CommandError(f"no case is called {options['number']!r:.70} → look for it at the desk")
        self.stdout.write(f"{'✘' if bad else '✔'} {cases:,} cases, {bad:,} broken")
        if bad:
            raise SystemExit(1)

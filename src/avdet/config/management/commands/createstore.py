"""`avdet createstore`: opens a store and invites its owner."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from avdet.workflows.people.open_store import HOMES, open_store


class Command(BaseCommand):
    """Says where the store is, and how its owner gets in."""

    help = "Open a store"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug")
        for name in ("name", "owner", "country", "currency", "languages", "policy"):
            parser.add_argument(f"--{name}", default="")

    def handle(self, slug: str, *_: Any, **options: Any) -> None:
        country = options["country"] or "TR"
        custom = HOMES.get(country, {}).get("languages", ["en"])
        languages = [each for each in options["languages"].split(",") if each] or custom
        fields: dict[str, Any] = {"languages": languages} | ({"currency": options["currency"]} if options["currency"] else {})
        opened = open_store(
            slug,
            {str(languages[0]): options["name"] or slug},
            country,
            now=timezone.now(),
            owner_email=options["owner"],
            policy=options["policy"],
            **fields,
        )
        self.stdout.write(f"{settings.URL}/{slug}/")
        if opened.invitation:
            self.stdout.write(f"{options['owner']} accepts here: {settings.URL}/{slug}/studio/invitations/{opened.invitation}/")

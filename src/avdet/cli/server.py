"""The commands of the service. Each is one of Django's management commands, called by name: the wiring room knows them."""

from __future__ import annotations

import os
from typing import Any

from avdet.core.errors import AvdetError


def run(command: str, /, *arguments: str, **options: Any) -> int:
    """Starts Django and runs one of its commands; what it refuses is one line and exit code 2."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "avdet.config.settings")
    import django
    from django.core.management import CommandError, call_command
    from django.db import OperationalError

    django.setup()
    try:
        call_command(command, *arguments, **options)
    except CommandError as refusal:
        raise AvdetError(str(refusal)) from None
    except OperationalError as fault:
        raise AvdetError(
            str(fault).strip().split("\n")[0], where="DATABASE_URL", cure="check the address, or run: avdet migrate"
        ) from None
    except SystemExit as end:
        return int(end.code or 0)
    return 0

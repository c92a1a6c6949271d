"""`python -m tests.simulation CASES [SEED]` plays it on the database of DATABASE_URL, or on SQLite in AVDET_HOME."""

# ruff: noqa: E402 - Django is set up before anything of it is imported
from __future__ import annotations

import json
import os
import sys

import tests.home  # noqa: F401 - it keeps everything in a folder of its own

os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"

import django

django.setup()

from django.core.management import call_command

from tests.simulation.play import main

call_command("migrate", verbosity=0)
print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1), indent=1, ensure_ascii=False))

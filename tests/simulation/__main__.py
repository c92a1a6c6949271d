"""`python -m tests.simulation --cases 100000 --years 2 --seed 7` plays it long: shop by shop, two at a time, each in a process and
on an SQLite database of its own, with a seed of its own that follows from the one given. Progress goes to stderr; the result,
as JSON, to stdout: what did not hold, what happened how often, and a digest, which is the same for the same seed.

With `--store` one shop is played in this process, on the database of DATABASE_URL if that is set.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

SHOPS = ("offykala", "persianpetshop", "fetrashop", "ofiskutum", "hepsiburada")


def asked() -> argparse.Namespace:
    said = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    said.add_argument("--cases", type=int, default=3_000, help="in all shops together")
    said.add_argument("--years", type=float, default=2)
    said.add_argument("--seed", type=int, default=7)
    said.add_argument("--store", choices=SHOPS, help="this one alone, here")
    said.add_argument("--processes", type=int, default=2)
    return said.parse_args()


def one(store: str, cases: int, weeks: int, seed: int) -> dict[str, Any]:
    """One shop, here and now."""
    import tests.home  # noqa: F401 - it keeps everything in a folder of its own

    os.environ["DJANGO_SETTINGS_MODULE"] = "avdet.config.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from avdet.records.cases.models import Case
    from tests.simulation.play import Play

    call_command("migrate", verbosity=0)

    def told(line: str) -> None:
        print(f"{time.strftime('%H:%M:%S')} {store}, {line}", file=sys.stderr, flush=True)

    play = Play(cases, f"{seed} {store}", weeks, shops=[store], told=told)
    wrong = play.run()
    for each in wrong:
        told(each)
    stands = Counter(f"{state}, {goods}" for state, goods in Case.objects.values_list("state", "goods"))
    return {
        "store": store, "wrong": wrong, "cases": play.tally["cases filed"], "processor seconds": round(time.process_time()),
        "digest": play.digest(), "stands": dict(stands.most_common()), "happened": dict(sorted(play.tally.items())),
    }  # fmt: skip


def all_of_them(wish: argparse.Namespace) -> dict[str, Any]:
    """Every shop in a process of its own, so many at once."""
    here = {name: value for name, value in os.environ.items() if name not in ("AVDET_HOME", "DATABASE_URL")}

    def other(store: str) -> dict[str, Any]:
        options = ["--cases", wish.cases // len(SHOPS), "--years", wish.years, "--seed", wish.seed, "--store", store]
        command = [sys.executable, "-m", "tests.simulation", *map(str, options)]
        ended = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False, env=here)
        if not ended.stdout:  # what did not hold is told in the result, whatever the process ended with
            return {"store": store, "wrong": [f"{store} ended with {ended.returncode}: see stderr"], "cases": 0, "digest": ""}
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    with ThreadPoolExecutor(wish.processes) as rooms:
        found = list(rooms.map(other, SHOPS))
    happened = sum((Counter(each.get("happened", {})) for each in found), Counter[str]())
    return {
        "wrong": [f"{each['store']}: {what}" for each in found for what in each["wrong"]],
        "cases": sum(each["cases"] for each in found),
        "digest": hashlib.sha256("".join(each["digest"] for each in found).encode()).hexdigest(),
        "happened": dict(sorted(happened.items())), "shops": found,
    }  # fmt: skip


if __name__ == "__main__":
    wish = asked()
    weeks = round(wish.years * 52)
    result = one(wish.store, wish.cases, weeks, wish.seed) if wish.store else all_of_them(wish)
    print(json.dumps(result, indent=1, ensure_ascii=False))
    sys.exit(1 if result["wrong"] else 0)

"""Proofs in a process of their own: the solver knows no threads, and where it fails it takes its whole process with it."""

from __future__ import annotations

import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable
from typing import Any, Final

from avdet.core.errors import AvdetError

SECONDS: Final = 900
_CHILD: Final = "from avdet.analysis.apart import answer; answer()"


def apart(question: str, *given: Any) -> list[Any]:
    """What `avdet.analysis.prove.<question>(*given)` finds. `AvdetError` where the solver fails or takes too long.

    What is given and found goes through pickle, between two processes of one installation.
    """
    asked = pickle.dumps((question, given))
    try:
        done = subprocess.run([sys.executable, "-c", _CHILD], input=asked, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise AvdetError(f"the solver took more than {SECONDS} s", where=question, cure="make the policy smaller") from None
    if done.returncode:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise AvdetError(f"the solver failed: {''.join(last)}", where=question, cure="check it by hand: avdet policy check")
    found: list[Any] = pickle.loads(done.stdout)
    return found


def answer() -> None:
    """The child's side: reads a question, writes what was found."""
    from avdet.analysis import prove

    question, given = pickle.load(sys.stdin.buffer)
    questions: dict[str, Callable[..., Iterable[Any]]] = {"check": prove.check, "diff": prove.diff}
    found = list(questions[question](*given))
    sys.stdout.buffer.write(pickle.dumps(found))

"""`avdet simulate`: one of the stand-ins, in this process until it is stopped."""

from __future__ import annotations

import contextlib
import signal
import threading
from pathlib import Path
from types import FrameType
from typing import Final

from avdet.core.errors import AvdetError
from avdet.simulators.bank import BankSimulator
from avdet.simulators.messages import Messages, running_smtp
from avdet.simulators.payments import Payments
from avdet.simulators.server import running
from avdet.simulators.shops import Shops
from avdet.simulators.stand import Stand

PORTS: Final = {"payments": 8811, "shops": 8812, "messages": 8813, "bank": 8814}


def run(kind: str, *, port: int | None, smtp_port: int, orders: int, state: str | None) -> int:
    """Answer until interrupted or told to end; without `port` at the simulator's own, with 0 at any free one."""
    stand = _stand(kind, orders=orders, state=Path(state) if state else None)
    over = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signals are told
        over.set()

    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(running(stand, port=PORTS[kind] if port is None else port)).url
            said = f"{kind}: {url}"
            if isinstance(stand, Messages):
                said += f", smtp://127.0.0.1:{stack.enter_context(running_smtp(stand, port=smtp_port))}"
        except OSError as error:
            raise AvdetError(f"the port is taken: {error.strerror}", where=kind, cure="give another --port") from None
        print(said, flush=True)
        over.wait()
    return 0


def _stand(kind: str, *, orders: int, state: Path | None) -> Stand:
    if kind == "payments":
        return Payments(state=state)
    if kind == "shops":
        return Shops(count=orders, state=state)
    if kind == "messages":
        return Messages(state=state)
    if kind == "bank":
        return BankSimulator(state=state)
    raise AvdetError(f"there is no simulator {kind!r}", where="simulate", cure="payments, shops, messages or bank")

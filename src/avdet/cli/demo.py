"""`avdet demo`: the settings of a demonstration; and with `--slips` one real claim of each store, decided and drawn."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import Final

from avdet.cli.deciding import show
from avdet.cli.terminal import console, write_json
from avdet.contract import answer
from avdet.contract.answer import settle_question
from avdet.contract.question import read_question
from avdet.policies import STORES

CLAIMS: Final = Path(__file__).parent / "claims"


def run(*, json: bool = False) -> int:
    """Decide each of the claims in `claims/`, and draw it or print the answers."""
    questions = [read_question((CLAIMS / f"{store}.yaml").read_bytes()) for store in STORES]
    if json:
        write_json([answer(question) for question in questions])
        return 0
    out = console()
    for question in questions:
        show(settle_question(question), question, out, None)
        out.print()
    return 0


def settle(port: int) -> None:
    """Sets what the demonstration is told by its environment: where it is reached, and who stands in for the outside world."""
    payments, messages, smtp = (str(each) for each in _free_ports(3))
    said = {
        "DEMO": "1", "URL": f"http://127.0.0.1:{port}", "LOG_FORMAT": "plain", "ALLOW_PRIVATE_WEBHOOKS": "1",
        "PAYMENT_PORT": payments, "MESSAGE_PORT": messages, "SMTP_PORT": smtp,
        "PAYMENT_SIMULATOR_URL": f"http://127.0.0.1:{payments}", "MESSAGE_SIMULATOR_URL": f"http://127.0.0.1:{messages}",
        "IYZICO_URL": f"http://127.0.0.1:{payments}", "ZARINPAL_URL": f"http://127.0.0.1:{payments}",
        "ZARINPAL_GRAPH_URL": f"http://127.0.0.1:{payments}/api/v4/graphql/",
        "MAIL_URL": f"mailto://127.0.0.1:{smtp}?from=avdet@avdet.example&name=Avdet&mode=insecure",
        "SMS_URL": "kavenegar://2000500666@sandboxofavdet", "KAVENEGAR_URL": f"http://127.0.0.1:{messages}",
    }  # fmt: skip
    for name, value in said.items():
        os.environ.setdefault(f"AVDET_{name}", value)


def _free_ports(count: int) -> list[int]:
    """Ports that nobody listens at."""
    probes = [socket.socket() for _ in range(count)]
    for probe in probes:
        probe.bind(("127.0.0.1", 0))
    ports = [int(probe.getsockname()[1]) for probe in probes]
    for probe in probes:
        probe.close()
    return ports

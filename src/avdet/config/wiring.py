"""Which adapter stands behind which port. The only place that names adapters."""

from __future__ import annotations

import threading
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Final

from django.conf import settings

from avdet.adapters.jobs.embedded import EmbeddedJobs
from avdet.config import banks
from avdet.config.gateways import connect_gateways
from avdet.config.messengers import connect_messengers
from avdet.config.shops import connect_shops
from avdet.ports import jobs

if TYPE_CHECKING:
    from avdet.adapters.jobs.procrastinate import ProcrastinateJobs

WORK: Final = (
    "cases.follow_decision", "cases.watch_deadlines", "catalogue.map_traits", "claims.remove_evidence",
    "claims.write_claim", "goods.custody", "money.ask_bank", "money.look_up_payment", "money.reconcile_payments",
    "money.send_refund", "notices.send_notices", "notices.send_webhooks", "orders.close_orders", "orders.end_recalled",
    "orders.import_orders", "people.erase_customer", "people.export_customer", "people.forget_keys", "policy.check_policy",
    "policy.edit_calendar", "shops.open_shop", "shops.pull_shop",
)  # fmt: skip
"""The workflows that are jobs: they are loaded at start-up, so that every kind is known."""


def wire() -> None:
    """Connects ports to adapters; called once, when Django is ready."""
    jobs.connect(job_adapter(), job_adapter())
    banks.connect()
    connect_gateways()
    connect_messengers()
    connect_shops()
    for name in WORK:
        import_module(f"avdet.workflows.{name}")


@cache
def job_adapter() -> EmbeddedJobs | ProcrastinateJobs:
    """Where this installation's jobs wait."""
    if settings.JOBS != "procrastinate":
        return EmbeddedJobs()
    from avdet.adapters.jobs.procrastinate import ProcrastinateJobs  # its library is loaded where it is used only

    return ProcrastinateJobs()


def run_worker(stop: threading.Event, *, concurrency: int) -> None:
    """Does jobs in this process until `stop` is set."""
    job_adapter().run_worker(stop, concurrency)


def work_in_background() -> None:
    """Does jobs in threads of this process, for as long as it lives."""
    threading.Thread(target=run_worker, args=(threading.Event(),), kwargs={"concurrency": 2}, name="jobs", daemon=True).start()

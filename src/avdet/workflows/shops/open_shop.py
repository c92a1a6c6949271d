"""A store's shop, opened with the credentials that it keeps for it; and asked for once, to see whether they are right."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from avdet.core.errors import AvdetError
from avdet.ports.jobs import Payload, defer, job
from avdet.ports.shop_systems import Access, system_of
from avdet.ports.shops import Shop
from avdet.records.connections import actions, queries
from avdet.records.connections.models import Connection


def open_shop(connection: Connection) -> Shop:
    """The shop of a connection; `AvdetError` where its keys are missing. Nothing is asked yet."""
    system = system_of(connection.kind)
    missing = [name for name in system.needs if not connection.credentials.get(name)]
    if missing or not connection.url:
        what = f"the connection lacks {', '.join(missing) or 'the shop’s address'}"
        raise AvdetError(what, where=connection.kind, cure="copy it from the shop")
    store = connection.store
    unit, zone = connection.unit or store.currency, ZoneInfo(store.time_zone)
    return system.open(Access(connection.url, unit, zone, connection.credentials, connection.webhook_secret))


def try_shop(connection: Connection) -> None:
    """Has the shop asked for one page of its products: nothing of it is kept but whether that went well."""
    defer("try_shop", {"connection": connection.pk}, key=f"try_shop:{connection.pk}")


@job("try_shop", attempts=2)
def ask_shop(payload: Payload, now: datetime) -> None:
    """Asks, and keeps what came of it."""
    connection = queries.connection_by_id(payload["connection"])
    if connection is None or not connection.active:
        return
    error = ""
    try:
        open_shop(connection).products()
    except AvdetError as fault:
        error = str(fault)
    actions.tried(connection, error=error, now=now)

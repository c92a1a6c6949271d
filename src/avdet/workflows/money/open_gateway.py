"""A store's account with a gateway is opened."""

from __future__ import annotations

from avdet.core.errors import AvdetError
from avdet.ports.gateways import provider_of
from avdet.ports.payments import Gateway, Refused
from avdet.records.payments.queries import gateway_account
from avdet.records.stores.models import Store


def open_gateway(store: Store, name: str) -> Gateway | Refused:
    """The gateway as this store uses it; refused for good where the store has no account with it."""
    try:
        provider = provider_of(name)
    except AvdetError as error:
        return Refused("no_gateway", str(error), permanent=True)
    if provider.by_hand:
        return provider.open({})
    account = gateway_account(store, name)
    if account is None:
        return Refused("no_account", f"the store has no account with {name}", permanent=True)
    missing = [each for each in provider.needs if not account.credentials.get(each)]
    if missing:
        return Refused("no_account", f"the account with {name} lacks {', '.join(missing)}", permanent=True)
    return provider.open(account.credentials)

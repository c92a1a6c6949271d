"""Which payment gateways there are. `config` connects each by its name; a store's account with one is opened when needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from avdet.core.errors import AvdetError
from avdet.ports.payments import Gateway, PaymentNews

Credentials = Mapping[str, str]
Opener = Callable[[Credentials], Gateway]
Reader = Callable[[Mapping[str, str], bytes, Credentials], PaymentNews]
"""Headers, body and credentials of a callback → its news; raises `AvdetError` for one that is forged or malformed."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One kind of gateway. `needs` names the credentials of an account; `news` reads its signed callbacks, if it sends any.

    Where `keeps_keys` is false, the gateway finds a way back by its payment alone. `by_hand`: a person pays and confirms.
    """

    name: str
    open: Opener
    needs: tuple[str, ...] = ()
    news: Reader | None = None
    keeps_keys: bool = True
    by_hand: bool = False


_connected: dict[str, Provider] = {}


def connect(provider: Provider) -> None:
    """From now on the provider's name leads to it."""
    _connected[provider.name] = provider


def names() -> tuple[str, ...]:
    """The gateways that a store may open an account with."""
    return tuple(sorted(name for name, provider in _connected.items() if not provider.by_hand))


def provider_of(name: str) -> Provider:
    """The provider of this name; `AvdetError` where there is none."""
    if name not in _connected:
        raise AvdetError(f"no gateway is called {name!r:.40}", where="gateway", cure=f"one of {', '.join(sorted(_connected))}")
    return _connected[name]

"""Which network addresses a stranger's URL may lead to: public ones. The rest is this installation's own house."""

from __future__ import annotations

import socket
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_NAT64: Final = IPv6Network("64:ff9b::/96")
_SPECIAL: Final = tuple(
    ip_network(text) for text in ("192.0.0.0/24", "192.88.99.0/24", "64:ff9b:1::/48", "2001::/23", "3fff::/20", "5f00::/16")
)
"""What IANA keeps for special uses and older Pythons take for public."""


class ForbiddenPlaceError(Exception):
    """The name leads, at least in part, to where nobody is to be sent."""


def public(text: str) -> bool:
    """Whether a network address lies in the public internet; one that carries an IPv4 address inside is as that one is.

    >>> [public(each) for each in ("1.1.1.1", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1", "64:ff9b::7f00:1")]
    [True, False, False, False, False]
    """
    address = ip_address(text.split("%")[0])
    inside = _carried(address) if isinstance(address, IPv6Address) else None
    if inside is not None:
        return public(str(inside))
    special = address.is_multicast or address.is_reserved or any(address in network for network in _SPECIAL)
    return address.is_global and not special


def _carried(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)


def resolve(host: str, port: int, *, allow_private: bool) -> str:
    """The network address to connect to. `ForbiddenPlaceError` where any of them is not public; `OSError` for no such name.

    A name with one public and one private address is refused as a whole: which of the two is meant would be luck.
    """
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found:
        raise OSError("no address")
    if not allow_private and not all(public(each) for each in found):
        raise ForbiddenPlaceError(host)
    return found[0]

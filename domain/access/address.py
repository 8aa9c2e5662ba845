"""Where a request comes from: the socket's address, or what proxies of ours say stood before them."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Network = IPv4Network | IPv6Network
_IPV6_SITE_BITS = 64  # a subscriber has at least so much; single addresses are theirs to invent


def networks_of(texts: Sequence[str]) -> tuple[Network, ...]:
    """Networks or single addresses, as in `10.0.0.0/8` and `192.0.2.7`. Raises ValueError for anything else."""
    return tuple(ip_network(text, strict=False) for text in texts)


def client_address(peer: str | None, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The last address that no proxy of ours has; `-` where the socket has none.

    `forwarded_for` is the list of X-Forwarded-For, oldest first. It counts only as far back as those who wrote it are
    trusted: each proxy appends whom it saw, and whoever is outside may have begun it with anything.
    """
    seen = _address(peer or "")
    if seen is None:
        return "-"
    for text in reversed(forwarded_for):
        if not any(seen in network for network in trusted):
            break
        before = _address(text.strip())
        if before is None:
            break
        seen = before
    return str(seen)


def site_of(address: str) -> str:
    """What is counted as one place: an IPv4 address, or the network of 64 bits around one of IPv6."""
    parsed = _address(address)
    if isinstance(parsed, IPv6Address):
        return str(ip_network((parsed, _IPV6_SITE_BITS), strict=False))
    return address


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return mapped or found

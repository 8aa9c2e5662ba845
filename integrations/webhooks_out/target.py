"""Which address may be called at all, judged by its text; and which IP addresses are public.

The text is read by one strict expression and taken apart here, and the call is made from the parts: no second parser
can read it differently.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import idna

from integrations.ports import AddressRefused

PORTS = frozenset({443, 8443})
LONGEST = 2000
_DEFAULT_PORT = {"https": 443, "http": 80}
_URL = re.compile(
    r"(?P<scheme>https?)://(?:\[(?P<six>[0-9A-Fa-f:.]{2,45})\]|(?P<host>[^\s/?#@:\\\[\]%]{1,253}))"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<target>(?:/[!$%&'()*+,./0-9:;=@A-Z_a-z~-]*)?(?:\?[!$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC = re.compile(r"[0-9]+|0x[0-9a-f]*")
# What `is_global` lets through: relays into IPv4 and blocks that are nobody's.
_NOT_PUBLIC_4 = tuple(map(ip_network, ("192.0.0.0/24", "192.88.99.0/24")))
_GLOBAL_6 = ip_network("2000::/3")
_NOT_PUBLIC_6 = tuple(map(ip_network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")))

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Target:
    """Where to call: `host` is ASCII, `target` path and query. `literal` is the address where the host is one.

    `allowed`: the installation names this very place, wherever it is.
    """

    scheme: str
    host: str
    port: int
    target: str
    literal: Address | None
    allowed: bool

    @property
    def authority(self) -> str:
        """As `Host` has it."""
        host = f"[{self.host}]" if isinstance(self.literal, IPv6Address) else self.host
        return host if self.port == _DEFAULT_PORT[self.scheme] else f"{host}:{self.port}"


def target_of(url: str, allow: Collection[str] = (), ports: Collection[int] = PORTS) -> Target:
    """Take an address apart. Raises AddressRefused; `allow` holds `host:port` of places that are permitted."""
    found = _URL.fullmatch(url) if len(url) <= LONGEST else None
    if found is None:
        raise AddressRefused("not_an_address")
    scheme = found["scheme"].lower()
    literal = _literal(found["six"], found["host"])
    host = str(literal) if literal else _name(found["host"])
    port = int(found["port"] or _DEFAULT_PORT[scheme])
    named = f"[{host}]:{port}" if isinstance(literal, IPv6Address) else f"{host}:{port}"
    target = Target(scheme, host, port, _path(found["target"]), literal, named in allow)
    if not target.allowed:
        _insist_on_outside(target, ports)
    return target


def is_public(address: Address) -> bool:
    """Whether an address is one that anybody in the world may reach, by no detour through another family."""
    if isinstance(address, IPv4Address):
        unusable = address.is_multicast or address.is_reserved or any(address in net for net in _NOT_PUBLIC_4)
        return address.is_global and not unusable
    return address.is_global and address in _GLOBAL_6 and not any(address in net for net in _NOT_PUBLIC_6)


def _insist_on_outside(target: Target, ports: Collection[int]) -> None:
    if target.scheme != "https":
        raise AddressRefused("not_https")
    if target.port not in ports:
        raise AddressRefused("port_not_allowed")
    inside = not is_public(target.literal) if target.literal else "." not in target.host
    if inside:
        raise AddressRefused("inside_address")


def _literal(six: str | None, host: str | None) -> Address | None:
    """An address in its plain form; None for a name. Other ways to write numbers are refused, not understood."""
    text = six or _ascii(host or "")
    if six is None and not _NUMERIC.fullmatch(text.rpartition(".")[2]):
        return None
    try:
        address = ip_address(text)
    except ValueError:
        raise AddressRefused("not_an_address") from None
    return address


def _name(host: str) -> str:
    name = _ascii(host)
    if len(name) > 253 or not all(_LABEL.fullmatch(label) for label in name.split(".")):
        raise AddressRefused("not_an_address")
    return name


def _ascii(host: str) -> str:
    """Lower-case ASCII; another script as browsers would write it, so that no look-alike of a digit or dot is left."""
    if host.isascii():
        return host.lower()
    try:
        return idna.encode(host, uts46=True).decode().lower()
    except idna.IDNAError:
        raise AddressRefused("not_an_address") from None


def _path(target: str) -> str:
    return target if target.startswith("/") else f"/{target}"

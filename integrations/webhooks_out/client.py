"""One call to an address that a customer named: resolved once, checked, and connected to exactly what was checked."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from time import perf_counter

import httpcore
import httpx

from integrations.ports import AddressRefused, Receipt, SendFailed
from integrations.webhooks_out.target import PORTS, Target, is_public, target_of

SECONDS = 20.0
RESOLVING_SECONDS = 5.0
READ_BYTES = 64 * 1024
KEPT_BYTES = 1024
LONGEST_WAIT = timedelta(hours=24)

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]


async def resolve_by_system(host: str, port: int) -> Sequence[str]:
    """Every address that the machine's resolver gives, in its order. Raises OSError."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[4][0]) for address in found))


class WebhookClient:
    """Calls out. `allow` are the `host:port` inside that the installation permits."""

    def __init__(
        self,
        allow: Collection[str] = (),
        resolve: Resolve = resolve_by_system,
        seconds: float = SECONDS,
        ports: Collection[int] = PORTS,
    ) -> None:
        self._allow = frozenset(name.lower() for name in allow)
        self._resolve, self._seconds, self._ports = resolve, seconds, ports
        self._tls: ssl.SSLContext | None = None

    async def check(self, url: str) -> None:
        """Judge an address before it is kept. Raises AddressRefused; one that no resolver knows yet may pass."""
        target = target_of(url, self._allow, self._ports)
        try:
            async with asyncio.timeout(RESOLVING_SECONDS):
                await self._addresses(target)
        except (OSError, TimeoutError, UnicodeError):
            return

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Receipt:
        """Call once. Raises SendFailed where there was no answer, AddressRefused where there may be no call."""
        began = perf_counter()
        try:
            async with asyncio.timeout(self._seconds):
                target = target_of(url, self._allow, self._ports)
                answer = await self._call(target, await self._addresses(target), headers, body)
        except TimeoutError:
            raise SendFailed(f"no answer within {self._seconds:g} s") from None
        except (
            OSError,
            UnicodeError,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            httpcore.TimeoutException,
        ) as error:
            raise SendFailed(f"{type(error).__name__}: {error}"[:500]) from error
        return Receipt(answer.status, int((perf_counter() - began) * 1000), answer.kept, answer.retry_after)

    async def _addresses(self, target: Target) -> Sequence[str]:
        """Where the host is; one inside address among them spoils the whole answer. Raises AddressRefused, OSError."""
        if target.literal is not None:
            return [str(target.literal)]
        addresses = await self._resolve(target.host, target.port)
        if not addresses:
            raise OSError("the name has no address")
        if not target.allowed and not all(is_public(ip_address(address)) for address in addresses):
            raise AddressRefused("inside_address")
        return addresses

    async def _call(self, target: Target, addresses: Sequence[str], headers: Mapping[str, str], body: bytes) -> _Answer:
        url = httpcore.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=target.target.encode()
        )
        told = {"host": target.authority, "content-length": str(len(body)), "connection": "close", **headers}
        pool = httpcore.AsyncConnectionPool(
            ssl_context=self._tls_context() if target.scheme == "https" else None,
            network_backend=_Pinned(addresses),
            max_connections=1,
        )
        lines = [(name.encode(), value.encode()) for name, value in told.items()]
        async with pool, pool.stream("POST", url, headers=lines, content=body) as response:
            return _Answer(response.status, await _beginning(response), _retry_after(response))

    def _tls_context(self) -> ssl.SSLContext:
        """Made once, as reading the certificates of the world takes a while."""
        self._tls = self._tls or httpx.create_ssl_context()
        return self._tls


class _Answer:
    __slots__ = ("kept", "retry_after", "status")

    def __init__(self, status: int, kept: bytes, retry_after: timedelta) -> None:
        self.status, self.kept, self.retry_after = status, kept, retry_after


class _Pinned(httpcore.AsyncNetworkBackend):
    """Connects to the addresses that were checked, whatever name is asked for; no name is looked up here."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses, self._plain = addresses, httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The first of the addresses that answers."""
        del host
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    async def sleep(self, seconds: float) -> None:
        """httpcore waits through its backend."""
        await self._plain.sleep(seconds)


async def _beginning(response: httpcore.Response) -> bytes:
    """The first KB of the answer; after 64 KB nobody listens any more."""
    read, kept = 0, b""
    async for chunk in response.aiter_stream():
        kept = (kept + chunk)[:KEPT_BYTES] if len(kept) < KEPT_BYTES else kept
        read += len(chunk)
        if read >= READ_BYTES:
            break
    return kept


def _retry_after(response: httpcore.Response) -> timedelta:
    """`Retry-After` in seconds or as a date; nothing where it is missing, unreadable or past. At most a day."""
    text = next((value for name, value in response.headers if name.lower() == b"retry-after"), b"").decode("latin-1")
    if text.isascii() and text.isdigit() and len(text) < 10:
        wait = timedelta(seconds=int(text))
    else:
        try:
            wait = parsedate_to_datetime(text) - datetime.now(UTC)
        except (TypeError, ValueError):
            return timedelta(0)
    return min(max(wait, timedelta(0)), LONGEST_WAIT)

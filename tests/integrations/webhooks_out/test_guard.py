"""Nothing inside the network is called, however its address is written, named, renamed or forwarded to."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_address
from typing import Any

import httpcore
import pytest

from integrations.ports import AddressRefused, SendFailed
from integrations.webhooks_out.client import KEPT_BYTES, WebhookClient
from integrations.webhooks_out.target import is_public, target_of
from tests.integrations.webhooks_out.hostile import HOSTILE
from tests.integrations.webhooks_out.receiver import Receiver, answering, receiving

PUBLIC = "93.184.215.14"
# What an attacker's own name server says.
NAMES: dict[str, list[str]] = {
    "inside.example": ["127.0.0.1"],
    "mixed.example": [PUBLIC, "127.0.0.1"],
    "mixed6.example": [PUBLIC, "::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "sixtofour.example": ["2002:7f00:1::"],
    "linklocal.example": ["fe80::1"],
    "metadata.example": ["169.254.169.254"],
    "cgnat.example": ["100.100.100.200"],
    "zero.example": ["0.0.0.0"],
}


class NameServer:
    """Answers everything; `rebind.example` is outside when asked first and inside from then on."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        del port
        self.asked.append(host)
        if host == "rebind.example":
            return [PUBLIC] if self.asked.count(host) == 1 else ["127.0.0.1"]
        return NAMES.get(host, ["127.0.0.1"])


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a connection was opened to; those outside this machine are not reached."""
    opened: list[str] = []
    connect = httpcore.AnyIOBackend.connect_tcp

    async def counted(self: Any, host: str, port: int, *more: Any, **named: Any) -> Any:
        opened.append(host)
        if not ip_address(host).is_loopback:
            raise httpcore.ConnectError("this test reaches nobody outside")
        return await connect(self, host, port, *more, **named)

    monkeypatch.setattr(httpcore.AnyIOBackend, "connect_tcp", counted)
    return opened


@pytest.fixture
async def inside() -> AsyncIterator[Receiver]:
    """Somebody inside who should never hear from us."""
    async with receiving() as receiver:
        yield receiver


def test_there_are_two_hundred_of_them() -> None:
    assert len(set(HOSTILE)) >= 200


async def test_no_hostile_address_is_kept_or_called(called: list[str], inside: Receiver) -> None:
    ports = {443, 8443, inside.port}
    names = NameServer()
    client = WebhookClient(resolve=names, ports=ports)
    kept = []
    for url in (*HOSTILE, *(url.replace("/", f":{inside.port}/", 3) for url in HOSTILE), *_at_port(inside.port)):
        try:
            await client.check(url)
            kept.append(url)
        except AddressRefused:
            pass
        with pytest.raises((AddressRefused, SendFailed)):
            await client.post(url, {}, b"{}")
    assert kept == ["https://rebind.example/"], "its name server told the truth once"
    assert called == []
    assert (inside.connections, inside.came) == (0, [])


def _at_port(port: int) -> list[str]:
    return [url.removesuffix("/") + f":{port}/" for url in HOSTILE if url.startswith("https://") and url.endswith("/")]


async def test_the_receiver_inside_is_called_where_the_installation_names_it(inside: Receiver) -> None:
    receipt = await WebhookClient({inside.place}).post(inside.url, {"webhook-id": "msg_1"}, b'{"a":1}')
    assert receipt.status == 204
    (came,) = inside.came
    assert (came.line, came.body) == ("POST /hook?from=test HTTP/1.1", b'{"a":1}')
    assert came.headers["host"] == inside.place
    assert came.headers["webhook-id"] == "msg_1"


async def test_permitting_one_place_permits_no_other(called: list[str], inside: Receiver) -> None:
    client = WebhookClient({"127.0.0.1:1"}, NameServer())
    for url in (inside.url, f"https://127.0.0.1:{inside.port}/", f"https://inside.example:{inside.port}/"):
        with pytest.raises(AddressRefused):
            await client.post(url, {}, b"{}")
    assert called == []


async def test_a_name_is_looked_up_once_and_the_call_goes_to_what_was_checked(called: list[str]) -> None:
    names = NameServer()
    with pytest.raises(SendFailed, match="reaches nobody outside"):
        await WebhookClient(resolve=names).post("https://rebind.example/", {}, b"{}")
    assert names.asked == ["rebind.example"]
    assert called == [PUBLIC]


async def test_a_name_that_changed_its_mind_is_refused_at_the_next_call(called: list[str]) -> None:
    client = WebhookClient(resolve=NameServer())
    await client.check("https://rebind.example/")
    with pytest.raises(AddressRefused, match="inside_address"):
        await client.post("https://rebind.example/", {}, b"{}")
    assert called == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_answer_and_is_not_followed(inside: Receiver, status: int) -> None:
    chain = answering(status, f"location: {inside.url}")
    async with receiving(lambda _: chain) as outside:
        receipt = await WebhookClient({outside.place}).post(outside.url, {}, b"{}")
    assert receipt.status == status
    assert inside.connections == 0


async def test_no_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch, inside: Receiver) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, f"http://{inside.place}")
    async with receiving() as outside:
        await WebhookClient({outside.place}).post(outside.url, {}, b"{}")
    assert (outside.connections, inside.connections) == (1, 0)


async def test_an_endless_answer_is_cut_and_its_beginning_kept() -> None:
    head = b"HTTP/1.1 500 No\r\ntransfer-encoding: chunked\r\n\r\n"
    endless = head + b"".join(b"400\r\n%b\r\n" % (b"x" * 1024) for _ in range(4000))
    async with receiving(lambda _: endless) as receiver:
        receipt = await WebhookClient({receiver.place}, seconds=10).post(receiver.url, {}, b"{}")
    assert (receipt.status, receipt.answer) == (500, b"x" * KEPT_BYTES)


async def test_who_does_not_answer_in_time_did_not_answer() -> None:
    async with receiving(lambda _: None) as receiver:
        with pytest.raises(SendFailed, match=r"no answer within 0\.2 s"):
            await WebhookClient({receiver.place}, seconds=0.2).post(receiver.url, {}, b"{}")


async def test_who_speaks_no_http_did_not_answer() -> None:
    for nonsense in (b"", b"hello\r\n\r\n", b"HTTP/1.1 9999 x\r\n\r\n"):
        async with receiving(lambda _, said=nonsense: said) as receiver:  # type: ignore[misc]
            with pytest.raises(SendFailed):
                await WebhookClient({receiver.place}).post(receiver.url, {}, b"{}")


@pytest.mark.parametrize(
    ("said", "wait"),
    [("120", 120), ("99999999", 24 * 3600), ("-5", 0), ("soon", 0), ("", 0), ("DATE", 600)],
)
async def test_when_to_come_back_is_heard(said: str, wait: int) -> None:
    text = format_datetime(datetime.now(UTC) + timedelta(seconds=600), usegmt=True) if said == "DATE" else said
    async with receiving(lambda _: answering(503, f"retry-after: {text}")) as receiver:
        receipt = await WebhookClient({receiver.place}).post(receiver.url, {}, b"{}")
    assert abs(receipt.retry_after.total_seconds() - wait) < 5


async def test_an_address_that_nobody_knows_yet_may_be_kept_and_is_not_called() -> None:
    async def nobody(_host: str, _port: int) -> Sequence[str]:
        raise OSError("no such name")

    client = WebhookClient(resolve=nobody)
    await client.check("https://new.example.com/hook")
    with pytest.raises(SendFailed, match="no such name"):
        await client.post("https://new.example.com/hook", {}, b"{}")


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://crm.example.com", "crm.example.com", 443, "/"),
        ("HTTPS://CRM.Example.com/Hook?a=b&c=%20", "crm.example.com", 443, "/Hook?a=b&c=%20"),
        ("https://crm.example.com:8443/x", "crm.example.com", 8443, "/x"),
        ("https://crm.example.com?x=1", "crm.example.com", 443, "/?x=1"),
        ("https://订单.example.cn/", "xn--4kr132k.example.cn", 443, "/"),
        (f"https://{PUBLIC}/", PUBLIC, 443, "/"),
        ("https://[2606:4700::1111]/", "2606:4700::1111", 443, "/"),
    ],
)
def test_an_honest_address_is_taken_apart(url: str, host: str, port: int, path: str) -> None:
    target = target_of(url)
    assert (target.host, target.port, target.target, target.allowed) == (host, port, path, False)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", PUBLIC, "2606:4700:4700::1111", "2400:3200::1"])
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(ip_address(address))

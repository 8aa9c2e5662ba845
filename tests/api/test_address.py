"""Who is behind a proxy is believed from proxies that the settings name, and from nobody else."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from api.address import address_of
from domain.access.address import networks_of
from tests.api.support import Api


@pytest.mark.parametrize(("trusted", "address"), [((), "127.0.0.1"), (("127.0.0.0/8",), "198.51.100.1")])
async def test_a_forwarded_address_counts_from_a_trusted_proxy(
    api: Api, trusted: tuple[str, ...], address: str
) -> None:
    api.parts.trusted_proxies = networks_of(trusted)
    headers = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"198.51.100.1")]
    request = Request({"type": "http", "client": ("127.0.0.1", 5), "headers": headers, "app": api.app})
    assert address_of(request) == address

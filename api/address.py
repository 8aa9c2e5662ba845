"""Where a request comes from, told by the socket and by proxies that the settings trust, by nobody else."""

from __future__ import annotations

from starlette.requests import HTTPConnection

from api.actor import parts_of
from domain.access.address import client_address


def address_of(request: HTTPConnection) -> str:
    """The client's IP address; `-` where the server listens on no network."""
    peer = request.client.host if request.client else None
    said = ",".join(request.headers.getlist("x-forwarded-for"))
    return client_address(peer, said.split(",") if said else (), parts_of(request).trusted_proxies)

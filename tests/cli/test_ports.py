"""A port that is taken is said with the mend."""

from __future__ import annotations

import os
import socket

import pytest

from cli.ports import free_port, insist_on
from cli.stop import Stop


def test_a_taken_port_is_named_with_another() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Stop, match=rf"Port {port} on 127.0.0.1 is taken .* THROUGHLINE_PORT=\d+ make run"):
            insist_on("127.0.0.1", port)


def test_a_free_port_is_fine_on_loopback_and_everywhere() -> None:
    for host in ("127.0.0.1", "0.0.0.0", "localhost"):
        insist_on(host, free_port())


@pytest.mark.parametrize("host", ["203.0.113.9", "no.such.host.invalid"])
def test_a_foreign_address_is_refused(host: str) -> None:
    with pytest.raises(Stop, match=f"THROUGHLINE_HOST={host} is no address of this machine"):
        insist_on(host, free_port())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may listen anywhere")
def test_a_privileged_port_is_refused() -> None:
    with pytest.raises(Stop, match=r"may not listen on port 80|is taken"):
        insist_on("127.0.0.1", 80)

"""Ports: a free one for what nobody needs to remember, and a plain word when the one that was asked for is taken."""

from __future__ import annotations

import errno
import socket

from cli.stop import Stop


def free_port() -> int:
    """A TCP port of loopback that nothing uses at this moment."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def insist_on(host: str, port: int) -> None:
    """Refuse, with the mend, when the HTTP server could not listen at this address."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror:
        raise Stop(f"THROUGHLINE_HOST={host} is no address of this machine; leave it out, or set 0.0.0.0.") from None
    try:
        with socket.create_server(address[:2], family=family, reuse_port=False):
            return
    except OSError as problem:
        raise Stop(_reason(host, port, problem)) from None


def _reason(host: str, port: int, problem: OSError) -> str:
    if problem.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is taken by another program; stop that, or choose another port: "
            f"THROUGHLINE_PORT={port + 1 if port < 65535 else port - 1} make run"
        )
    if problem.errno in {errno.EACCES, errno.EPERM}:
        return f"This user may not listen on port {port}; choose one above 1023: THROUGHLINE_PORT=8000 make run"
    if problem.errno == errno.EADDRNOTAVAIL:
        return f"THROUGHLINE_HOST={host} is no address of this machine; leave it out, or set 0.0.0.0."
    return f"Port {port} on {host} cannot be used: {problem.strerror}."

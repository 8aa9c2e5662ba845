"""`throughline api`: the HTTP server alone, as under systemd or Kubernetes."""

from __future__ import annotations

import argparse

from cli.ports import insist_on
from wiring.settings import load_settings

# A client has this long to hear the end of its answer once the server is told to stop.
GRACE_SECONDS = 8


def describe(_parser: argparse.ArgumentParser) -> None:
    """It takes no arguments: all is set by the environment."""


def run(_arguments: argparse.Namespace) -> int:
    """Serve until told to stop."""
    import uvicorn

    settings = load_settings()
    insist_on(settings.host, settings.port)
    uvicorn.run(
        "api.main:app_factory",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.api_processes,
        timeout_graceful_shutdown=GRACE_SECONDS,
        log_config=None,
        access_log=False,
        server_header=False,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
        # Whom a forwarded address is believed from is THROUGHLINE_TRUSTED_PROXIES, and nobody by default.
        proxy_headers=False,
    )
    return 0

"""`throughline up`: everything on this machine, from the servers to the first page, kept running until Ctrl-C."""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime

from cli.banner import banner
from cli.commands.cert import HTTPS_PORT
from cli.folder import find_folder
from cli.installation import Servers, account_for
from cli.ports import insist_on
from cli.probe import is_ready, local_address
from cli.stop import Stop
from cli.supervisor import Part, StopRequested, Supervisor, end_leftovers
from cli.tls import Certificates, make
from wiring.settings import Settings, load_settings

READY_SECONDS = 90


def describe(parser: argparse.ArgumentParser) -> None:
    """Its one choice."""
    parser.add_argument(
        "--quick", action="store_true", help="an empty factory: no demo data, and only the address shown"
    )


def run(arguments: argparse.Namespace) -> int:
    """Start everything and keep it running."""
    account = account_for(os.environ)
    folder = find_folder(os.environ, account)
    folder.prepare(account)
    folder.lock()
    end_leftovers(folder)
    servers = Servers(os.environ, folder, account)
    given = servers.environment(os.environ)
    settings = load_settings(given)
    insist_on(settings.host, settings.port)
    supervisor = Supervisor(folder, say)
    supervisor.listen()
    supervisor.publish(
        supervisor=os.getpid(),
        started_at=datetime.now(UTC).isoformat(),
        url=settings.public_url,
        environment=given,
    )
    with suppress(StopRequested):
        try:
            _start(supervisor, servers, settings, {**os.environ, **given}, quick=arguments.quick)
            supervisor.watch()
        finally:
            say("Stopping 正在停止 ...")
            supervisor.stop_all()
    return 0


def _start(
    supervisor: Supervisor, servers: Servers, settings: Settings, environ: dict[str, str], *, quick: bool
) -> None:
    say(f"Starting {servers} 正在启动服务 ...")
    servers.start(supervisor, environ, settings)
    supervisor.run_step("migrate", _ourselves("migrate"), environ)
    if settings.demo and not quick and not servers.seeded:
        say("Looking after the demo factory 正在准备演示工厂 ...")
        supervisor.run_step("seed", _ourselves("seed", "--if-empty"), environ, shown=True)
        servers.note_seeded()
    say("Starting the API and the worker 正在启动接口和后台任务 ...")
    address = local_address(settings)
    api = supervisor.start(Part("api", _ourselves("api"), environ, address={"host": address[0], "port": address[1]}))
    supervisor.start(Part("worker", _ourselves("worker"), environ))
    phones = _serve_phones(supervisor, settings, environ)
    _wait_until_ready(supervisor, api, address)
    say(settings.public_url if quick else banner(settings, address, supervisor.folder, phones))


def _serve_phones(supervisor: Supervisor, settings: Settings, environ: dict[str, str]) -> str | None:
    """The same over https on every address, where `throughline cert` has made a certificate; says where."""
    certificates = Certificates(supervisor.folder.root / "tls")
    if not certificates.exist or settings.tls_certificate:
        return None
    names, now = certificates.names, datetime.now(UTC)
    if not certificates.is_fresh(now):
        make(certificates, names, now)
    url = f"https://{names[0]}:{HTTPS_PORT}"
    secure = {
        **environ,
        "THROUGHLINE_HOST": "0.0.0.0",
        "THROUGHLINE_PORT": str(HTTPS_PORT),
        "THROUGHLINE_PUBLIC_URL": url,
        "THROUGHLINE_TLS_CERTIFICATE": str(certificates.server),
        "THROUGHLINE_TLS_KEY": str(certificates.key),
    }
    supervisor.start(Part("https", _ourselves("api"), secure, address={"host": "0.0.0.0", "port": HTTPS_PORT}))
    return url


def _wait_until_ready(supervisor: Supervisor, api: Part, address: tuple[str, int]) -> None:
    deadline = api.started_at + READY_SECONDS
    while not is_ready(*address):
        supervisor.wait_for(api)
        if supervisor.now() > deadline:
            raise Stop(
                f"The API was not ready after {READY_SECONDS} s: {supervisor.last_words(api)} "
                f"(its log: {supervisor.folder.log_path('api')})"
            )


def _ourselves(*words: str) -> list[str]:
    return [sys.executable, "-m", "cli", *words]


def say(line: str) -> None:
    """Tell the person in front of it; a closed terminal stops nothing."""
    with suppress(OSError):
        print(line, flush=True)

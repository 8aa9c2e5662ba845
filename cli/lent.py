"""Servers for a command that works on an installation directly, whether that runs now or not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from cli.folder import find_folder
from cli.installation import Servers, account_for
from cli.supervisor import Supervisor, end_leftovers
from wiring.settings import PREFIX, Settings, load_settings


@contextmanager
def servers_for(environ: Mapping[str, str]) -> Iterator[tuple[Settings, Servers | None]]:
    """Settings whose servers answer: those that are named or run, else our own, for as long as this lasts."""
    if environ.get(f"{PREFIX}DATABASE_URL"):
        yield load_settings(environ), None
        return
    account = account_for(environ)
    folder = find_folder(environ, account)
    folder.prepare(account)
    folder.lock()
    end_leftovers(folder)
    servers = Servers(environ, folder, account)
    settings = load_settings(servers.environment(environ))
    supervisor = Supervisor(folder, print)
    try:
        servers.start(supervisor, environ, settings)
        yield settings, servers
    finally:
        supervisor.stop_all()
        folder.unlock()

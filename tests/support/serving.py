"""The real server as a process of its own, for tests that speak to it over a socket."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from cli.ports import free_port
from cli.probe import is_ready
from domain.access.actor import system
from domain.access.roles import ROLES
from tests.support.servers import UNLIMITED, apart
from usecases.people.add_person import AddPerson, add_person
from usecases.workflows.install_builtin import install_builtin
from wiring.build import build
from wiring.settings import Settings

ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "throughline-demo"
READY_SECONDS = 60
People = Mapping[str, Sequence[str]]
ONE_PER_ROLE: People = {role: (role,) for role in ROLES}


@contextmanager
def serving(settings: Settings, *commands: str, people: People = ONE_PER_ROLE) -> Iterator[str]:
    """Runs `throughline api` and the commands named on these settings; gives the address that answers.

    `people` are logins with their roles. What the processes wrote is shown when the block ends in an error.
    """
    apart(move_in(settings, people))
    log = settings.data_dir / "serving.log"
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        port = free_port()
        environ = environment(settings, THROUGHLINE_PORT=str(port))
        processes = [
            subprocess.Popen([sys.executable, "-m", "cli", name], cwd=ROOT, env=environ, stdout=output, stderr=output)
            for name in ("api", *commands)
        ]
        try:
            _wait_until_ready(processes[0], port)
            yield f"http://127.0.0.1:{port}"
        except BaseException:
            print("".join(log.read_text(errors="replace").splitlines(keepends=True)[-60:]))
            raise
        finally:
            for process in processes:
                process.kill()
                process.wait()


def environment(settings: Settings, **changes: str) -> dict[str, str]:
    """The settings as variables, for a child; the machine's own settings do not count."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("THROUGHLINE_")}
    return {
        **clean,
        "THROUGHLINE_DATABASE_URL": settings.database_url,
        "THROUGHLINE_MIGRATION_DATABASE_URL": settings.migration_database_url,
        "THROUGHLINE_REDIS_URL": settings.redis_url,
        "THROUGHLINE_SECRET_KEY": settings.secret_key,
        "THROUGHLINE_DATA_DIR": str(settings.data_dir),
        "THROUGHLINE_DEMO": "1",
        "THROUGHLINE_PASSWORD_COST": "minimal",
        "THROUGHLINE_LOG_LEVEL": "warning",
        "THROUGHLINE_WEBHOOK_ALLOW": ",".join(settings.webhook_allow),
        "THROUGHLINE_TRUSTED_PROXIES": ",".join(settings.trusted_proxies),
        **UNLIMITED,
        # A fuzzer guesses at every name from one address, and must still come in itself.
        "THROUGHLINE_SIGN_IN_TRIES_PER_ADDRESS": "1000000",
        **changes,
    }


async def move_in(settings: Settings, people: People = ONE_PER_ROLE) -> None:
    """The built-in documents, and the people."""
    parts = build(settings.model_copy(update={"password_cost": "minimal"}))
    try:
        await parts.door.run(system("tests"), install_builtin, None)
        hashed = await parts.passwords.hash(PASSWORD)
        for login, roles in people.items():
            await parts.door.run(system("tests"), add_person, AddPerson(login, f"测试 {login}", hashed, roles))
    finally:
        await parts.redis.aclose()
        await parts.database.close()


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not is_ready("127.0.0.1", port):
        assert process.poll() is None, "the API ended by itself"
        assert time.monotonic() < deadline, f"the API was not ready after {READY_SECONDS} s"
        time.sleep(0.1)

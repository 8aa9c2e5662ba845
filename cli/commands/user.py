"""`throughline user add`: a person of the staff, such as the first administrator of a new installation."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys

from cli.reach import insist_on_postgres
from cli.stop import Stop
from domain.access.actor import system
from domain.access.password_rules import LONGEST, SHORTEST
from domain.access.roles import ROLES
from usecases.people.add_person import AddPerson, add_person
from wiring.build import build
from wiring.settings import Settings, load_settings


def describe(parser: argparse.ArgumentParser) -> None:
    """`user add` and what it takes; the password is asked for, or read from a pipe, never an argument."""
    adding = parser.add_subparsers(dest="what", metavar="WHAT", required=True).add_parser(
        "add", help="add a person", description="Add a person. The password is asked for, or read from standard input."
    )
    adding.add_argument("login", help="what they sign in with")
    adding.add_argument("name", help="what others see")
    adding.add_argument(
        "--role",
        action="append",
        required=True,
        help=f"{', '.join(ROLES)}, or one of your own; may be given repeatedly",
    )
    adding.add_argument("--position", action="append", default=[], help="an office, such as production_manager")
    adding.add_argument("--email")
    adding.add_argument("--phone")
    adding.add_argument("--language", choices=["zh", "en"], default="zh")


def run(arguments: argparse.Namespace) -> int:
    """Add the person through the same door as the API does."""
    settings = load_settings()
    asyncio.run(insist_on_postgres(settings.database_url, "THROUGHLINE_DATABASE_URL"))
    asyncio.run(_add(settings, arguments, _password()))
    print(f"{arguments.login} may sign in at {settings.public_url} 已添加。")
    return 0


async def _add(settings: Settings, arguments: argparse.Namespace, password: str) -> None:
    parts = build(settings, application="user-add")
    async with parts.running():
        about = (arguments.login, arguments.name, arguments.email)
        await parts.passwords.insist_on_good(password, "/password", about)
        command = AddPerson(
            login=arguments.login,
            name=arguments.name,
            password_hash=await parts.passwords.hash(password),
            roles=arguments.role,
            email=arguments.email,
            phone=arguments.phone,
            positions=arguments.position,
            language=arguments.language,
        )
        await parts.door.run(system("command line"), add_person, command)


def _password() -> str:
    if not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = getpass.getpass("Password 密码: ")
        if getpass.getpass("Once more 再输入一次: ") != password:
            raise Stop("The two passwords differ; run this again. 两次输入不一致。")
    if not SHORTEST <= len(password) <= LONGEST:
        raise Stop(f"A password has {SHORTEST} to {LONGEST} characters. 密码长度为 {SHORTEST} 至 {LONGEST} 个字符。")
    return password

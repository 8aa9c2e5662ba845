"""The `throughline` command: everything that can be started, asked or mended from a shell."""

from __future__ import annotations

import argparse
import importlib
import io
import os
import sys
from collections.abc import Sequence

from cli.environment import adopt_running
from cli.stop import Stop, sentence_of
from domain.refusals.kinds import Refusal
from wiring.settings import SettingsError

# Name -> module with `describe(parser)` and `run(arguments) -> exit status`, and the line that `--help` shows. Only the
# module of the subcommand that is asked for is imported.
COMMANDS: dict[str, tuple[str, str]] = {
    "up": ("cli.commands.up", "start everything: servers where none are set, migrations, API and worker"),
    "api": ("cli.commands.api", "the HTTP server alone"),
    "worker": ("cli.commands.worker", "the worker alone"),
    "migrate": ("cli.commands.migrate", "bring the database's shape up to date"),
    "seed": ("cli.commands.seed", "the demo factory, with two months of orders, where there is nothing yet"),
    "demo": ("cli.commands.demo", "play two real orders through their whole life against the running server"),
    "verify": ("cli.commands.verify", "prove every history and every invariant; names the row where one fails"),
    "backup": ("cli.commands.backup", "one file with everything of this installation, while it runs"),
    "restore": ("cli.commands.restore", "bring a backup back into an empty installation, and prove it"),
    "simulate": (
        "cli.commands.simulate",
        "a seeded year in a factory that does not exist, and what early warning was worth",
    ),
    "doctor": ("cli.commands.doctor", "look for what would stand in the way, and say the mend"),
    "user": ("cli.commands.user", "the staff: user add"),
    "stock": ("cli.commands.stock", "the stock of connected ERPs: stock sync"),
    "alerts": ("cli.commands.alerts", "early warning: alerts evaluate, now or as of another time"),
    "voice": ("cli.commands.voice", "understand sentences of the floor: a line of text in, a line of JSON out"),
    "cert": ("cli.commands.cert", "https for phones on the factory's network, with the page that installs it on each"),
    "openapi": ("cli.commands.openapi", "print the OpenAPI document of the HTTP interface"),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one subcommand; the exit status is its answer, 2 when something stands in its way."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that knows no Chinese shows question marks; it does not end the command.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    chosen = next((word for word in given if not word.startswith("-")), None)
    try:
        parsed = _parser(chosen).parse_args(given)
        module = importlib.import_module(COMMANDS[parsed.command][0])
        if parsed.command != "up":
            adopt_running(os.environ)
        return int(module.run(parsed))
    except (Stop, SettingsError) as reason:
        return _refuse(str(reason))
    except Refusal as refusal:
        return _refuse(f"{refusal.detail.en} {refusal.detail.zh}")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return 0
    except OSError as problem:
        return _refuse(sentence_of(problem))


def _refuse(reason: str) -> int:
    for line in reason.splitlines():
        print(f"throughline: {line}", file=sys.stderr)
    return 2


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="throughline", description=__doc__)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, line) in COMMANDS.items():
        command = commands.add_parser(name, help=line, description=f"{line[0].upper()}{line[1:]}.")
        if name == chosen:
            importlib.import_module(module).describe(command)
    return parser

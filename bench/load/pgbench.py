"""The same transactions by pgbench: what PostgreSQL can do with them when nobody speaks HTTP or Python.

The scripts write the product's own tables with every guard on them: hashes fit, chains hold, deferred triggers ask.
pgbench reads `:name` as a variable even inside a literal, so that no text here may hold a colon before a letter.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from bench.load.factory import FIRST_NUMBER, GROUP
from bench.load.fill import Stock
from bench.load.http import Tally
from persistence import orders, people
from persistence.queries import order_board
from persistence.queries.order_board import OrderFilter
from persistence.queries.scope import Scope

_TPS = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
_DONE = re.compile(r"^number of transactions actually processed: (\d+)", re.MULTILINE)
_FAILED = re.compile(r"^number of failed transactions: (\d+)", re.MULTILINE)
_SQL = Path(__file__).with_name("sql")


@dataclass(frozen=True)
class Login:
    """Whose session the scripts look up, as every request does."""

    session_id: UUID
    person_id: UUID


def scripts(stock: Stock, login: Login, wanted: OrderFilter) -> dict[str, str]:
    """Every script by name: `create`, `action`, `action_one`, `read`, `list`."""
    facts = {
        "actor": _bound(people._ACTOR, {1: f"'{login.session_id}'::uuid", 2: f"'{login.person_id}'::uuid", 3: "now()"}),
        "pick": f"\\set number {stock.pool_first} + :client_id % {GROUP} "
        f"+ {GROUP} * random(0, {stock.pool // GROUP - 1})",
        "pick_any": f"\\set number random({FIRST_NUMBER}, {FIRST_NUMBER + stock.total - 1})",
        "load": _bound(orders._LOAD, _LOAD_VALUES).strip(),
        "move": _bound(orders._MOVE, _MOVE_VALUES).strip(),
        "list": _list_statement(wanted),
    }
    return {path.stem: _filled(path.read_text(), facts) for path in sorted(_SQL.glob("*.sql"))}


# By the number, under a key that nobody has used, and the whole factory's.
_LOAD_VALUES = {1: "('SO' || :number)", 2: "'pgbench'", 3: "'none'"} | dict.fromkeys(range(4, 7), "NULL")
# What the product's own statement is given, in the names that sql/action_one.sql has looked up or made.
_EFFECT = (
    "jsonb_build_object('id', gen_random_uuid(), 'kind', 'notify', 'channel', '*', 'recipient', 'pgbench{n}', 'body', "
    "jsonb_build_object('order_no', :order_no::text, 'stage', :to_stage::text), 'due_at', now() + interval '1 year')"
)
_MOVE_VALUES = {
    1: ":event_id::uuid",
    2: ":id::uuid",
    3: ":next_version::int",
    4: "'ActionPerformed'",
    5: ":action",
    6: ":stage",
    7: ":to_stage",
    8: "false",
    9: "now()",
    10: ":canonical",
    11: ":head_hash",
    12: ":hash",
    13: ":order_no",
    14: f"jsonb_build_array({_EFFECT.format(n=1)}, {_EFFECT.format(n=2)})",
    15: "'pgbench'",
    16: ":event_id",
    17: ":hash",
    18: "jsonb_build_object('lines', :lines::jsonb, 'event', :canonical::jsonb)",
    19: ":to_category",
    20: "now()",
    21: "nullif(:promised_date, '')::date",
    22: "false",
    23: "nullif(:due_at, '')::timestamptz",
    24: "nullif(:external_version, '')",
    25: ":revision::int",
    26: ":workflow_version::int",
}


def _bound(sql: str, values: dict[int, str]) -> str:
    """A statement of the product with expressions in place of its numbered values; one more or less is an error."""
    numbers = {int(number) for number in re.findall(r"\$(\d+)", sql)}
    if numbers != set(values):
        raise SystemExit(f"a statement of the product has other values than bench/load/pgbench.py knows: {numbers}")
    return re.sub(r"\$(\d+)", lambda found: f"({values[int(found[1])]})", sql)


def _filled(script: str, facts: dict[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: facts[found[1]], script)


def _list_statement(wanted: OrderFilter) -> str:
    """The very statement that the product's list sends, caught on its way."""
    caught: list[tuple[str, tuple[Any, ...]]] = []

    async def rows(sql: str, *values: Any) -> list[Any]:
        caught.append((sql, values))
        return []

    tx: Any = SimpleNamespace(connection=SimpleNamespace(rows=rows), now=None)
    asyncio.run(order_board.list_orders(tx, Scope(None), wanted))
    (sql, values), *_ = caught
    return _bound(sql, {number: _literal(value) for number, value in enumerate(values, 1)})


def _literal(value: Any) -> str:
    if isinstance(value, list):
        return "ARRAY[" + ", ".join(_literal(item) for item in value) + "]"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


@dataclass(frozen=True)
class Pgbench:
    """pgbench against one database, as the application's role."""

    program: Path
    url: str
    database: str

    def run(self, script: str, clients: int, seconds: int) -> tuple[Tally, float]:
        """What it counted, and the CPU seconds that pgbench itself used."""
        folder = Path(tempfile.mkdtemp(prefix="throughline-pgbench-"))
        try:
            (folder / "script.sql").write_text(script)
            command = [str(self.program), "-n", "-M", "prepared", "-f", "script.sql", "-c", str(clients)]
            command += ["-j", str(min(clients, 2)), "-T", str(seconds), "-l", "--log-prefix=log", self.url]
            output, cpu = _run(command, folder)
            return _tally(output, folder, seconds), cpu
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _run(command: list[str], folder: Path) -> tuple[str, float]:
    with (folder / "output").open("w+") as output:
        pid = os.posix_spawn(
            "/bin/sh",
            ["/bin/sh", "-c", 'cd "$0" && exec "$@"', str(folder), *command],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)],
        )
        _, status, usage = os.wait4(pid, 0)
        output.seek(0)
        text = output.read()
    if status:
        raise SystemExit(f"pgbench failed: {text[-2000:]}")
    return text, usage.ru_utime + usage.ru_stime


def _tally(output: str, folder: Path, seconds: int) -> Tally:
    tally = Tally(seconds)
    done, tps, failed = _DONE.search(output), _TPS.search(output), _FAILED.search(output)
    if done is None or tps is None:
        raise SystemExit(f"pgbench said something else: {output[-2000:]}")
    tally.completed, tally.seconds = int(done[1]), int(done[1]) / max(float(tps[1]), 1e-9)
    tally.errors = int(failed[1]) if failed else 0
    for log in folder.glob("log.*"):
        tally.latencies += (int(line.split()[2]) / 1e6 for line in log.read_text().splitlines())
    return tally

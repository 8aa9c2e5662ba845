"""One run: every target's slices of one path side by side, in rounds, so that what disturbs one disturbs all."""

from __future__ import annotations

import asyncio
import signal
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from os import kill
from typing import Any

import asyncpg

from bench.load import feeds, pgbench
from bench.load.cpu import CORES, GENERATOR, Reading, load_average, used, used_by
from bench.load.fill import LOGIN, Stock, fill
from bench.load.http import Tally, run_slice
from bench.load.pgbench import Login, Pgbench
from bench.load.servers import HOST, Machine, Site

# What the worker did not get to in one slice would weigh on the next one.
_FORGET_EFFECTS = "UPDATE outbox SET state = 'done', lease_until = NULL WHERE state IN ('ready', 'leased')"
CALM_CORES = 0.35  # others below this: the slice counts as calm


@dataclass(frozen=True)
class Plan:
    """What a run measures. `compared` is the size at which everything stands beside everything."""

    sizes: tuple[int, ...]
    compared: int
    clients: tuple[int, ...]
    rounds: int
    seconds: int
    operations: tuple[str, ...] = feeds.OPERATIONS
    warm_up: float = 0.7
    sparse: bool = False  # beside the compared size the product alone is measured
    worker: bool = True


@dataclass(frozen=True)
class Figure:
    """What one slice came to. CPU in milliseconds a request; `others_cores` is what the machine did for others.

    `worker_ms` is the worker with the part of PostgreSQL that serves it: what carries out the effects of actions.
    """

    round: int
    size: int
    operation: str
    clients: int
    target: str
    per_second: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    completed: int
    late: int
    errors: int
    unfinished: int
    server_ms: float
    postgres_ms: float
    worker_ms: float
    generator_ms: float
    others_cores: float
    samples: tuple[str, ...]

    @property
    def cpu_ms(self) -> float:
        """Server and PostgreSQL together, as performance goals count it."""
        return self.server_ms + self.postgres_ms

    @property
    def calm(self) -> bool:
        """Whether the machine was ours."""
        return self.others_cores < CALM_CORES


@dataclass(frozen=True)
class Place:
    """A filled site, ready to be measured."""

    site: Site
    stock: Stock
    scripts: dict[str, str]
    pgbench: Pgbench
    worker: int | None


class Run:
    """The run itself; `figures` grows by one for each slice."""

    def __init__(self, machine: Machine, plan: Plan) -> None:
        self.machine, self.plan = machine, plan
        self.figures: list[Figure] = []
        self.places: dict[int, Place] = {}
        self.load_before = load_average()
        self.began_at = datetime.now(UTC)

    def prepare(self) -> None:
        """Databases filled, servers up."""
        for size in self.plan.sizes:
            self.places[size] = self._place(size)

    def _place(self, size: int) -> Place:
        site = self.machine.site(size)
        superuser_url = self.machine.superuser_url(site.database)
        stock = asyncio.run(fill(dict(site.environ), superuser_url, size))
        self.machine.serve_product(site, 2)
        if size == self.plan.compared:
            self.machine.serve_product(site, 1)
        self.machine.serve_minimal(site)
        worker = None
        if self.plan.worker:
            worker = self.machine.pid(self.machine.start_worker(site))
            self._pause(worker, site)
        feeds.sign_in(site.targets["product2"])
        login = asyncio.run(_login(superuser_url))
        assert self.machine.servers.postgres is not None
        program = self.machine.servers.postgres.binary.beside("pgbench")
        bench = Pgbench(program, site.app_url.replace("+asyncpg", ""), site.database)
        return Place(site, stock, pgbench.scripts(stock, login, feeds.LISTED), bench, worker)

    def measure(self) -> None:
        """All rounds."""
        total = sum(1 for _ in self._slices(0)) * self.plan.rounds
        for number in range(self.plan.rounds):
            asyncio.run(_execute(self._superuser(self.plan.compared), "CHECKPOINT"))
            for operation, clients, size, target in self._slices(number):
                figure = self._slice(number, operation, clients, size, target)
                self.figures.append(figure)
                self.machine.insist_all_alive()
                _tell(figure, len(self.figures), total)

    def _slices(self, number: int) -> Iterator[tuple[str, int, int, str]]:
        """Sizes and targets of one path follow each other; each round turns their order."""
        for operation in self.plan.operations:
            for clients in self.plan.clients:
                pairs = [
                    (size, target) for size in self.plan.sizes for target in self._targets(operation, clients, size)
                ]
                turn = number % len(pairs)
                for size, target in pairs[turn:] + pairs[:turn]:
                    yield operation, clients, size, target

    def _targets(self, operation: str, clients: int, size: int) -> list[str]:
        if size == 0 or (self.plan.sparse and size != self.plan.compared):
            return ["product2"]
        targets = ["product2", "minimal", "pgbench"]
        if operation == "action":
            targets.append("pgbench_one")
        if size == self.plan.compared and operation == "action" and self.plan.worker:
            targets.append("product2_alone")
        if size == self.plan.compared and clients == 8:
            targets.append("product1")
        return targets

    def _slice(self, number: int, operation: str, clients: int, size: int, target: str) -> Figure:
        place = self.places[size]
        if target.startswith("pgbench"):
            return self._by_pgbench(number, operation, clients, place, target)
        pool = asyncio.run(feeds.standings(self._superuser(size), place.stock))
        server = place.site.targets[target.removesuffix("_alone")]
        if target == "minimal":
            asked = feeds.minimal_feeds(operation, clients, place.stock, pool)
        else:
            asked = feeds.product_feeds(operation, clients, feeds.sign_in(server), place.stock, pool)
        readings: list[Reading] = []
        works = place.worker is not None and target in ("product1", "product2") and operation in ("create", "action")
        if works and place.worker:
            kill(place.worker, signal.SIGCONT)
        try:
            tally = asyncio.run(
                run_slice(
                    HOST,
                    server.port,
                    asked,
                    warm_up=self.plan.warm_up,
                    window=self.plan.seconds,
                    at_window=lambda: readings.append(self.machine.cpu.read()),
                )
            )
        finally:
            if works and place.worker:
                self._pause(place.worker, place.site)
                asyncio.run(_execute(self._superuser(size), _FORGET_EFFECTS))
        spent = used(readings[0], readings[1])
        if works:
            backends = asyncio.run(_worker_backends(self._superuser(size)))
            carried = used_by(backends, readings[0], readings[1])
            spent["postgres"] -= carried
            spent[f"worker_{size}"] += carried
        return _figure(number, size, operation, clients, target, tally, spent, server.group)

    def _by_pgbench(self, number: int, operation: str, clients: int, place: Place, target: str) -> Figure:
        name = f"{operation}_one" if target == "pgbench_one" else operation
        before = self.machine.cpu.read()
        tally, own = place.pgbench.run(place.scripts[name], clients, self.plan.seconds)
        spent = used(before, self.machine.cpu.read())
        spent["others"] = max(0.0, spent["others"] - own)
        spent["pgbench"] = own
        return _figure(number, place.site.size, operation, clients, target, tally, spent, "pgbench")

    def _pause(self, worker: int, site: Site) -> None:
        """Stop the worker for a while, between two of its transactions: in the middle of one it would hold locks."""
        for _ in range(2000):
            kill(worker, signal.SIGSTOP)
            if asyncio.run(_is_between_transactions(self.machine.superuser_url(site.database))):
                return
            kill(worker, signal.SIGCONT)
            time.sleep(0.01)
        raise SystemExit("the worker never came to the end of a transaction")

    def _superuser(self, size: int) -> str:
        return self.machine.superuser_url(self.places[size].site.database)

    def facts(self) -> dict[str, Any]:
        """Everything about the run, for the report."""
        return {
            "began_at": self.began_at.isoformat(),
            "cores": CORES,
            "load_before": self.load_before,
            "others_cores_median": statistics.median(figure.others_cores for figure in self.figures),
            "calm_share": sum(figure.calm for figure in self.figures) / len(self.figures),
            "plan": asdict(self.plan),
            "figures": [asdict(figure) for figure in self.figures],
        }


def _figure(
    number: int, size: int, operation: str, clients: int, target: str, tally: Tally, spent: dict[str, float], group: str
) -> Figure:  # fmt: skip
    done = max(tally.completed, 1)
    quantiles = _quantiles(tally.latencies)
    return Figure(
        round=number,
        size=size,
        operation=operation,
        clients=clients,
        target=target,
        per_second=tally.per_second,
        p50_ms=quantiles[0],
        p95_ms=quantiles[1],
        p99_ms=quantiles[2],
        completed=tally.completed,
        late=tally.late,
        errors=tally.errors,
        unfinished=tally.unfinished,
        server_ms=spent[group] * 1000 / done,
        postgres_ms=spent["postgres"] * 1000 / done,
        worker_ms=spent.get(f"worker_{size}", 0.0) * 1000 / done,
        generator_ms=spent[GENERATOR] * 1000 / done,
        others_cores=spent["others"] / tally.seconds,
        samples=tuple(tally.samples),
    )


def _quantiles(latencies: Sequence[float]) -> tuple[float, float, float]:
    """p50, p95 and p99 in milliseconds."""
    ordered = sorted(latencies) or [0.0]
    p50, p95, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000 for share in (0.5, 0.95, 0.99))
    return p50, p95, p99


def _tell(figure: Figure, place: int, total: int) -> None:
    fault = f"  {figure.errors} ERRORS {figure.samples[:1]}" if figure.errors else ""
    fault += f"  {figure.unfinished} UNFINISHED" if figure.unfinished else ""
    print(
        f"  {place:3}/{total} {figure.operation:6} {figure.clients:2} clients {figure.size:>9,} orders "
        f"{figure.target:14} {figure.per_second:8.0f}/s  p95 {figure.p95_ms:6.1f} ms  CPU {figure.server_ms:5.2f} + "
        f"{figure.postgres_ms:4.2f} ms  worker {figure.worker_ms:4.2f}  others {figure.others_cores:4.2f}{fault}",
        flush=True,
    )


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


async def _worker_backends(superuser_url: str) -> set[int]:
    """The processes of PostgreSQL that serve this database's worker."""
    connection = await asyncpg.connect(superuser_url)
    try:
        rows = await connection.fetch(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
            "AND application_name = 'throughline-worker'"
        )
    finally:
        await connection.close()
    return {row["pid"] for row in rows}


async def _is_between_transactions(superuser_url: str) -> bool:
    """Whether no connection of this database's worker has a transaction open."""
    connection = await asyncpg.connect(superuser_url)
    try:
        busy = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL "
            "AND application_name = 'throughline-worker'"
        )
    finally:
        await connection.close()
    return not busy


async def _login(superuser_url: str) -> Login:
    """The newest session of the bench's own person."""
    connection = await asyncpg.connect(superuser_url)
    try:
        row = await connection.fetchrow(
            "SELECT s.id, s.person_id FROM sessions s JOIN people p ON p.id = s.person_id "
            "WHERE p.login = $1 ORDER BY s.created_at DESC LIMIT 1",
            LOGIN,
        )
    finally:
        await connection.close()
    assert row is not None
    return Login(row["id"], row["person_id"])

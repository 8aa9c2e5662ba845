"""What a run came to, beside the goals: as text, and as bench/results/latest.json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.load.goals import GOALS, GROWTH, JUDGED_CLIENTS, Goal
from bench.load.run import CALM_CORES, Figure, Run

RESULTS = Path(__file__).resolve().parent.parent / "results" / "latest.json"


@dataclass(frozen=True)
class Figures:
    """The figures of a run, asked by size, path, clients and target."""

    all: Sequence[Figure]

    def of(self, size: int, operation: str, clients: int, target: str) -> list[Figure]:
        """One figure for each round; empty where it was not measured."""
        return [f for f in self.all if (f.size, f.operation, f.clients, f.target) == (size, operation, clients, target)]

    def middle(self, size: int, operation: str, clients: int, target: str, what: Callable[[Figure], float]) -> float:
        """The median over the rounds. Raises LookupError where it was not measured."""
        found = self.of(size, operation, clients, target)
        if not found:
            raise LookupError(f"{target} was not measured")
        return median(map(what, found))

    def ratio(self, size: int, operation: str, clients: int, target: str, beside: str) -> float:
        """Requests a second of one target as a share of another's, the median of the ratios of each round."""
        shares = [
            mine.per_second / theirs.per_second
            for mine in self.of(size, operation, clients, target)
            for theirs in self.of(size, operation, clients, beside)
            if mine.round == theirs.round and theirs.per_second
        ]
        if not shares:
            raise LookupError(f"{target} was not measured beside {beside}")
        return median(shares)

    def growth(self, operation: str, clients: int) -> float:
        """Requests a second of the product at 1,000,000 orders as a share of those at 1,000."""
        few, many = (self.of(size, operation, clients, "product2") for size in (1_000, 1_000_000))
        shares = [m.per_second / f.per_second for m in many for f in few if m.round == f.round and f.per_second]
        if not shares:
            raise LookupError("growth was not measured")
        return median(shares)


def report(run: Run) -> str:
    """The whole report as text."""
    figures = Figures(run.figures)
    parts = [_state(run), _everything(run, figures), _verdicts(run, figures), _growth(run, figures), _faults(run)]
    return "\n\n".join(part for part in parts if part)


def write_json(run: Run) -> None:
    """Every slice and every verdict, for tools and for comparing runs."""
    RESULTS.parent.mkdir(exist_ok=True)
    content = {**run.facts(), "verdicts": [verdict.as_json() for verdict in verdicts(run, Figures(run.figures))]}
    RESULTS.write_text(json.dumps(content, indent=1, default=str) + "\n")


def _state(run: Run) -> str:
    others = [figure.others_cores for figure in run.figures]
    return (
        f"Load before {run.load_before[0]:.2f}; others used {min(others):.2f} to {max(others):.2f} cores meanwhile "
        f"(median {median(others):.2f}); {sum(f.calm for f in run.figures)} of {len(others)} slices were calm "
        f"(others below {CALM_CORES}). Slices of {run.plan.seconds} s, {run.plan.rounds} rounds; figures are medians."
    )


_HEAD = "orders    path    clients  target           req/s    p50     p95     p99 ms  CPU ms: server + postgres  worker"


def _everything(run: Run, figures: Figures) -> str:
    lines = [_HEAD]
    for key in dict.fromkeys((f.size, f.operation, f.clients, f.target) for f in _sorted(run.figures)):
        size, operation, clients, target = key

        def middle(what: str, key: tuple[int, str, int, str] = key) -> float:
            return figures.middle(*key, lambda figure: float(getattr(figure, what)))

        lines.append(
            f"{size:<9} {operation:7} {clients:>7}  {target:15} {middle('per_second'):6.0f} {middle('p50_ms'):6.1f} "
            f"{middle('p95_ms'):7.1f} {middle('p99_ms'):7.1f}  {middle('server_ms'):14.2f} + "
            f"{middle('postgres_ms'):.2f}  {middle('worker_ms'):12.2f}"
        )
    return "\n".join(lines)


def _sorted(figures: Iterable[Figure]) -> list[Figure]:
    names = list(GOALS)
    return sorted(figures, key=lambda f: (f.size, names.index(f.operation), f.clients, f.target))


@dataclass(frozen=True)
class Verdict:
    """One goal and what became of it. `at_least` False: the figure shall not exceed the goal."""

    path: str
    clients: int
    what: str
    figure: float
    goal: float
    at_least: bool = True

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.figure >= self.goal if self.at_least else self.figure <= self.goal

    @property
    def words(self) -> str:
        """Met, or by how much it was missed."""
        if self.met:
            return "met"
        return f"missed by {abs(self.figure - self.goal) / self.goal:.0%}"

    def as_json(self) -> dict[str, Any]:
        """For latest.json."""
        return {
            "path": self.path,
            "clients": self.clients,
            "what": self.what,
            "figure": self.figure,
            "goal": self.goal,
            "met": self.met,
        }


def verdicts(run: Run, figures: Figures) -> list[Verdict]:
    """Every goal that this run has figures for."""
    found = []
    for operation, goal in GOALS.items():
        for clients in (c for c in JUDGED_CLIENTS if c in run.plan.clients):
            for target, how in _JUDGED.items():
                if figures.of(run.plan.compared, operation, clients, target):
                    found += _of_path(figures, run.plan.compared, operation, clients, goal, target, how)
    return found


# The product as it runs; and with nobody carrying out effects meanwhile, to tell the path from what it causes.
_JUDGED = {"product2": "", "product2_alone": ", no worker"}


def _of_path(
    figures: Figures, size: int, operation: str, clients: int, goal: Goal, target: str, how: str
) -> list[Verdict]:  # fmt: skip
    share = figures.ratio(size, operation, clients, target, "minimal")
    of_pgbench = figures.ratio(size, operation, clients, target, "pgbench")
    cpu = figures.middle(size, operation, clients, target, lambda figure: figure.cpu_ms)
    path = goal.words + how
    found = [Verdict(path, clients, "x the minimal app", share, goal.of_minimal)]
    if goal.of_pgbench is not None:
        found.append(Verdict(path, clients, "x pgbench, same transaction", of_pgbench, goal.of_pgbench))
    found.append(Verdict(path, clients, "ms of CPU a request", cpu, goal.cpu_ms, at_least=False))
    found += (
        Verdict(path, clients, f"x {peer} (reckoned)", share * lead.minimal, lead.wanted)
        for peer, lead in goal.peers.items()
    )
    return found


def _verdicts(run: Run, figures: Figures) -> str:
    lines = [f"Goals, with {run.plan.compared:,} orders, 2 processes:"]
    for verdict in verdicts(run, figures):
        sign = ">=" if verdict.at_least else "<="
        lines.append(
            f"{verdict.path:20} {verdict.clients:>2} clients  {verdict.figure:7.2f} {verdict.what:30} "
            f"goal {sign} {verdict.goal:<5g} {verdict.words}"
        )
    return "\n".join(lines)


def _growth(run: Run, figures: Figures) -> str:
    if not {1_000, 1_000_000} <= set(run.plan.sizes):
        return "Growth to 1,000,000 orders: not run."
    lines = [f"Growth, 1,000,000 against 1,000 orders (goal >= {GROWTH} x requests/s):"]
    for operation, goal in GOALS.items():
        if operation in run.plan.operations:
            shares = ((clients, figures.growth(operation, clients)) for clients in run.plan.clients)
            shown = "  ".join(f"{clients} clients {share:.2f} x" for clients, share in shares)
            lines.append(f"{goal.words:20} {shown}")
    return "\n".join(lines)


def _faults(run: Run) -> str:
    bad = [figure for figure in run.figures if figure.errors or figure.unfinished]
    if not bad:
        return f"No request failed and none was lost, of {sum(figure.completed for figure in run.figures):,}."
    lines = ["REQUESTS FAILED OR WERE LOST: the figures of these slices say nothing."]
    lines += (
        f"{figure.operation} {figure.target} {figure.size} orders {figure.clients} clients: {figure.errors} failed, "
        f"{figure.unfinished} lost {' | '.join(figure.samples)}"
        for figure in bad
    )
    return "\n".join(lines)

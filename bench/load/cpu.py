"""Who used how much CPU, from /proc: each group of processes is its root with everything below, the dead included."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count() or 1
GENERATOR = "generator"  # this very process, without what it started


@dataclass(frozen=True)
class Reading:
    """CPU seconds since start: of each group, of each process of PostgreSQL, and of the whole machine."""

    groups: dict[str, float]
    backends: dict[int, float]
    machine: float


@dataclass
class Account:
    """The groups that are watched, by the pid of each root."""

    roots: dict[str, int] = field(default_factory=dict)

    def read(self) -> Reading:
        """What each group has used up to now. A child that was waited for counts with its parent."""
        stats = _all_stats()
        below: dict[int, list[int]] = {}
        for pid, (parent, _) in stats.items():
            below.setdefault(parent, []).append(pid)
        groups = {name: _sum(root, stats, below) for name, root in self.roots.items()}
        backends = {pid: stats[pid][1] for pid in below.get(self.roots["postgres"], ())}
        return Reading({**groups, GENERATOR: time.process_time()}, backends, _machine())


def used(before: Reading, after: Reading) -> dict[str, float]:
    """CPU seconds of each group between two readings; `others` is what the machine did for nobody in them."""
    groups = {name: after.groups[name] - before.groups.get(name, 0.0) for name in after.groups}
    return {**groups, "others": max(0.0, after.machine - before.machine - sum(groups.values()))}


def used_by(pids: set[int], before: Reading, after: Reading) -> float:
    """CPU seconds of these processes of PostgreSQL between two readings."""
    return sum(after.backends.get(pid, 0.0) - before.backends.get(pid, 0.0) for pid in pids & after.backends.keys())


def _sum(pid: int, stats: dict[int, tuple[int, float]], below: dict[int, list[int]]) -> float:
    if pid not in stats:
        return 0.0
    return stats[pid][1] + sum(_sum(child, stats, below) for child in below.get(pid, ()))


def _all_stats() -> dict[int, tuple[int, float]]:
    """Parent and CPU seconds of every process."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                text = (folder / "stat").read_text()
            except OSError:
                continue
            fields = text.rpartition(")")[2].split()
            # utime, stime, and both of the children that were waited for
            found[int(folder.name)] = int(fields[1]), sum(map(int, fields[11:15])) / _TICKS
    return found


def _machine() -> float:
    """CPU seconds of the machine that were not idle."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, kernel, _idle, _wait, irq, softirq, steal = map(int, fields[:8])
    return (user + nice + kernel + irq + softirq + steal) / _TICKS


def load_average() -> tuple[float, float, float]:
    """The machine's load over 1, 5 and 15 minutes."""
    return os.getloadavg()

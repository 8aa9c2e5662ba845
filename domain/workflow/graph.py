"""Which places lead where."""

from __future__ import annotations

from collections.abc import Iterable


def reachable(edges: Iterable[tuple[str, str]], starts: Iterable[str]) -> set[str]:
    """Every place that can be reached from these, themselves included."""
    onward: dict[str, list[str]] = {}
    for one, other in edges:
        onward.setdefault(one, []).append(other)
    found, waiting = set(starts), list(starts)
    while waiting:
        for place in onward.get(waiting.pop(), ()):
            if place not in found:
                found.add(place)
                waiting.append(place)
    return found


def reaching(edges: Iterable[tuple[str, str]], ends: Iterable[str]) -> set[str]:
    """Every place from which one of these can be reached, themselves included."""
    return reachable(((other, one) for one, other in edges), ends)

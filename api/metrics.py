"""Measures for Prometheus. Several server processes need PROMETHEUS_MULTIPROC_DIR, so that a scrape sees them all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = CONTENT_TYPE_LATEST
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_AT_SCRAPE = {
    "outbox_waiting": "effects that wait to be carried out",
    "outbox_dead": "effects given up, which need a person",
    "outbox_oldest_seconds": "how long the oldest due effect has waited",
    "database_up": "1 where PostgreSQL answered this scrape",
    "pool_in_use": "connections of this process in use",
    "pool_size": "connections that this process keeps",
}


class Metrics:
    """What one process counts. Labels come from routes and never from what a client wrote."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "throughline_http_requests", "answers", ["method", "route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "throughline_http_request_duration_seconds",
            "seconds from the request's head to the answer's end",
            ["method", "route"],
            buckets=_BUCKETS,
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "throughline_http_requests_in_flight",
            "requests being answered",
            multiprocess_mode="livesum",
            registry=self.registry,
        )
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._histograms: dict[tuple[str, str], Histogram] = {}

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer."""
        method = method if method in _METHODS else "OTHER"
        counter = self._counters.get((method, route, status))
        if counter is None:
            counter = self._counters[method, route, status] = self._requests.labels(method, route, status)
        counter.inc()
        histogram = self._histograms.get((method, route))
        if histogram is None:
            histogram = self._histograms[method, route] = self._seconds.labels(method, route)
        histogram.observe(seconds)

    def text(self, figures: Mapping[str, float]) -> bytes:
        """The whole page; `figures` are what is looked up at each scrape, by the names of `_AT_SCRAPE`."""
        return generate_latest(self._counted()) + generate_latest(_looked_up(figures))

    def _counted(self) -> CollectorRegistry:
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return self.registry
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return together


def _looked_up(figures: Mapping[str, float]) -> CollectorRegistry:
    registry = CollectorRegistry()
    for name, value in figures.items():
        registry.register(_Now(name, value))
    return registry


class _Now(Collector):
    """One figure as it is at this moment; unlike a Gauge it is not shared between processes."""

    def __init__(self, name: str, value: float) -> None:
        self._metric = GaugeMetricFamily(f"throughline_{name}", _AT_SCRAPE[name], value=value)

    def collect(self) -> Iterable[Metric]:
        """The figure."""
        return [self._metric]

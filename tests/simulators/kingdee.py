"""The Kingdee simulator on a free port, for as long as a block lasts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.simulators import kingdee_simulator

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "kingdee"
DATA_CENTRE, USER, PASSWORD = "65a1b2c3d4e5f6", "接口用户", "Demo#2026"
APP_ID, APP_SECRET = "218888_AbCdEfGhIjKlMnOpQrStUvWxYz012345", "0123456789abcdef0123456789abcdef"


@dataclass(frozen=True)
class KingdeeServer:
    """A server that answers at `url`, and how to make it behave badly."""

    url: str

    def control(self, what: str, **body: Any) -> None:
        """`reset`, `expire`, `faults` (next=[...]), `stock` (material, warehouse, qty)."""
        httpx.post(f"{self.url}/__sim__/{what}", json=body).raise_for_status()

    def state(self) -> dict[str, Any]:
        """Sessions, counts per service, what was saved."""
        found: dict[str, Any] = httpx.get(f"{self.url}/__sim__/state").json()
        return found


@contextmanager
def kingdee_server(materials: int = 0, session_seconds: float = 1200) -> Iterator[KingdeeServer]:
    """Serves the sample dataset, with so many made-up materials more."""
    serve: Any = kingdee_simulator.serve
    server, _ = serve("127.0.0.1", 0, SAMPLES / "dataset.json", materials, session_seconds)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield KingdeeServer(f"http://127.0.0.1:{server.server_address[1]}")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()

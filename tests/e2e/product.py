"""The whole running product for a browser: the API as a process that can be killed, people, work orders."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from copy import copy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, TypeVar
from uuid import uuid4

import httpx

from cli.ports import free_port
from cli.probe import is_ready
from domain.access.actor import system
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.support.servers import apart
from tests.support.serving import PASSWORD, ROOT, environment, move_in
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.build import Parts, build
from wiring.settings import Settings

T = TypeVar("T")
READY_SECONDS = 60
SKU = "RAD-CU6012-W"
PEOPLE = {
    "sales": ("sales",),
    "production": ("production",),
    "li.wei": ("production",),
    "quality": ("quality",),
    "warehouse": ("warehouse",),
    "driver": ("driver",),
    "management": ("management",),
    "admin": ("admin",),
}
_STEPS = (
    Operation("OP10", Text("下料", "Cut"), "开料锯", Decimal(6), Decimal(15), Text("长度 ±1 mm", "length within 1 mm")),
    Operation("OP50", Text("焊接", "Weld"), "焊机", Decimal(14)),
)
_RADIATOR = Article(SKU, "铜铝复合散热器", "组", "product", name_en="Radiator", operations=_STEPS)
_TUBE = Article("CU.T", "紫铜管", "米", "material", name_en="Copper tube")
_OTHER_TUBE = Article("AL.T", "铝管", "米", "material", name_en="Aluminium tube")


class Product:
    """`url` answers whenever the API runs; it keeps its port through every kill."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._tokens: dict[str, str] = {}
        self._variables: dict[str, str] = {}
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        apart(move_in(settings, PEOPLE))
        apart(self.with_parts(_load))
        self.start()
        self._worker = self._run("worker")

    @contextmanager
    def beside(self, **variables: str) -> Iterator[Product]:
        """Another API over the same data, with these variables, for as long as a block lasts."""
        other = copy(self)
        other.port, other._process, other._variables = free_port(), None, variables
        other.url = f"http://127.0.0.1:{other.port}"
        other.start()
        try:
            yield other
        finally:
            other.kill()

    def end(self) -> None:
        """Stop everything."""
        self.kill()
        self._worker.kill()
        self._worker.wait()

    def start(self) -> None:
        """Run the API, on the same port as before."""
        self._process = self._run("api")
        deadline = time.monotonic() + READY_SECONDS
        while not is_ready("127.0.0.1", self.port):
            assert self._process.poll() is None, "the API ended by itself"
            assert time.monotonic() < deadline, "the API was not ready"
            time.sleep(0.05)

    def _run(self, name: str) -> subprocess.Popen[bytes]:
        own = {"THROUGHLINE_PORT": str(self.port), "THROUGHLINE_PUBLIC_URL": self.url, **self._variables}
        environ = environment(self.settings, **own)
        with (self.settings.data_dir / f"{name}.log").open("ab") as log:
            return subprocess.Popen([sys.executable, "-m", "cli", name], cwd=ROOT, env=environ, stdout=log, stderr=log)

    def kill(self) -> None:
        """End the API without a word, as a power cut does."""
        if self._process:
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()
            self._process = None

    def call(self, method: str, path: str, role: str, **sent: Any) -> Any:
        """Ask the interface as somebody; the answer's body."""
        answer = self._asked(method, path, role, **sent)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            # A token lives for minutes, and a journey may have ended the session.
            del self._tokens[role]
            answer = self._asked(method, path, role, **sent)
        assert answer.status_code < 300, answer.text
        return answer.json() if answer.content else None

    def _asked(self, method: str, path: str, role: str, **sent: Any) -> httpx.Response:
        headers = {"authorization": f"Bearer {self._token(role)}", **sent.get("headers", {})}
        return httpx.request(method, f"{self.url}/api/v1{path}", timeout=30, **{**sent, "headers": headers})

    def person(self, login: str) -> str:
        """The id of somebody."""
        return str(self.call("GET", "/me", login)["id"])

    def release(self, quantity: int = 100) -> dict[str, Any]:
        """A work order for so many pieces, as the release of an order makes it."""
        line = {"name": "铜铝复合散热器", "sku": SKU, "quantity": str(quantity), "unit": "组", "unit_price": "180.00"}
        body = {"order_type": "standard", "currency": "CNY", "customer": {"name": "李女士"}, "lines": [line]}
        order_no = self.call("POST", "/orders", "sales", json=body)["order_no"]
        for action in ("submit_review", "approve_review"):
            self.act(order_no, action, "sales")
        found: list[dict[str, Any]] = self.until(
            lambda: self.call("GET", f"/work-orders?order_no={order_no}", "production")["items"]
        )
        return found[0]

    def propose(self, work: dict[str, Any], quantity: str) -> str:
        """The customer wants another quantity; the id of the change."""
        body = {
            "patch": {"lines": [{"line": work["line"], "quantity": quantity}]},
            "reason": "客户改数量",
            "asked_by": "customer",
        }
        return str(self.call("POST", f"/orders/{work['order_no']}/changes", "sales", json=body)["id"])

    def change(self, work: dict[str, Any], quantity: str) -> None:
        """The same, and the management agrees; until the workshop is told."""
        self.call("POST", f"/changes/{self.propose(work, quantity)}/approve", "management", json={})
        self.until(lambda: not self.call("GET", f"/work-orders/{work['number']}", "production")["current"])

    def report(self, kind: str, body: dict[str, Any], login: str = "production") -> str:
        """A report from a device of its own; what became of it."""
        device = self.call("POST", "/devices", login, json={"id": str(uuid4()), "name": "手机", "kind": "phone"})["id"]
        at = datetime.now(UTC).isoformat()
        report = {"id": str(uuid4()), "v": 1, "seq": 1, "by": None, "kind": kind, "occurred_at": at, "body": body}
        told = self.call("POST", "/sync", login, json={"device_id": device, "sent_at": at, "reports": [report]})
        return str(told["results"][0]["status"])

    def until(self, wanted: Callable[[], T], seconds: float = 30) -> T:
        """What the worker brings about, as soon as it is there."""
        deadline = time.monotonic() + seconds
        while not (found := wanted()):
            assert time.monotonic() < deadline, "it did not come about"
            time.sleep(0.1)
        return found

    def act(self, order_no: str, action: str, role: str) -> None:
        """A business action on an order."""
        self.call("POST", f"/orders/{order_no}/actions", role, json={"action": action})

    def _token(self, login: str) -> str:
        if login not in self._tokens:
            form = {"username": login, "password": PASSWORD}
            answer = httpx.post(f"{self.url}/api/v1/auth/token", data=form, timeout=30)
            assert answer.status_code == 200, answer.text
            self._tokens[login] = answer.json()["access_token"]
        return self._tokens[login]

    async def with_parts(self, work: Callable[[Parts], Awaitable[None]]) -> None:
        """Do something by the use cases themselves, beside the running product."""
        parts = build(self.settings)
        try:
            await work(parts)
        finally:
            await parts.redis.aclose()
            await parts.database.close()


async def _load(parts: Parts) -> None:
    catalogue = LoadCatalogue((_RADIATOR, _TUBE, _OTHER_TUBE), (BillLine(SKU, 1, "CU.T", Decimal("6.2")),))
    await parts.door.run(system("tests"), load_catalogue, catalogue)

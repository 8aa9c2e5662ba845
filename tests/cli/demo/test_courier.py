from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

import cli.demo.courier as module
from cli.demo.courier import Courier, StepFailed

TOKEN = {"access_token": "t1"}
PROBLEM = {"content-type": "application/problem+json"}


class Server:
    """Answers one after the other; the sign-in always works."""

    def __init__(self, *answers: Callable[[], httpx.Response]) -> None:
        self.answers = list(answers)
        self.seen: list[httpx.Request] = []

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/v1/auth/token":
            return httpx.Response(200, json=TOKEN)
        self.seen.append(request)
        return self.answers.pop(0)()


def gone() -> httpx.Response:
    raise httpx.ConnectError("refused")


def says(status: int, **body: Any) -> Callable[[], httpx.Response]:
    headers = PROBLEM if status >= 400 else {}
    return lambda: httpx.Response(status, json=body, headers=headers)


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cli.demo.courier.time.sleep", lambda _: None)


def courier(server: Server, heard: list[str] | None = None) -> Courier:
    heard = [] if heard is None else heard
    return Courier("http://factory", "en", heard.append, httpx.MockTransport(server.handle))


def test_a_call_whose_answer_was_lost_is_sent_again_under_the_same_key() -> None:
    heard: list[str] = []
    server = Server(gone, says(503, code="database_unavailable"), says(200, done=True))
    assert courier(server, heard).post("sales", "orders/SO1/actions", "k1", json={"action": "x"}) == {"done": True}
    assert [request.headers["idempotency-key"] for request in server.seen] == ["k1"] * 3
    assert len({request.content for request in server.seen}) == 1
    assert heard == ["POST /api/v1/orders/SO1/actions: ConnectError"]


@pytest.mark.parametrize("code", ["request_in_progress", "lost_race"])
def test_what_only_a_moment_mends_is_tried_again(code: str) -> None:
    server = Server(says(409, code=code), says(200, done=True))
    assert courier(server).post("sales", "x", "k") == {"done": True}


def test_signs_in_again_where_the_token_has_run_out() -> None:
    server = Server(says(401, code="session_ended"), says(200, done=True))
    assert courier(server).get("sales", "orders") == {"done": True}
    assert all(request.headers["authorization"] == "Bearer t1" for request in server.seen)


def test_a_refusal_is_told_with_its_problem_and_fields() -> None:
    refusal = says(
        422, code="payload_invalid", detail="not valid", errors=[{"pointer": "/payload/x", "detail": "is missing"}]
    )
    with pytest.raises(StepFailed, match=r"POST x: 422 payload_invalid: not valid\n    /payload/x is missing"):
        courier(Server(refusal)).post("sales", "x", "k")


def test_gives_up_after_its_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.0)
    with pytest.raises(StepFailed, match="ConnectError for 0 s"):
        courier(Server(gone)).get("sales", "orders")

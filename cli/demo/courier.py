"""Speaks to the running server as people and shops do, and does not mind if a part of it dies in between.

Every unsafe call bears an Idempotency-Key, so that one whose answer was lost is sent again and is still done once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import httpx

from cli.banner import DEMO_PASSWORD
from domain.text import Language

PATIENCE_SECONDS = 60.0
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 2.0
_REQUEST_SECONDS = 10.0
_AWAY = {
    HTTPStatus.BAD_GATEWAY,
    HTTPStatus.SERVICE_UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT,
    HTTPStatus.TOO_MANY_REQUESTS,
}
_AGAIN = {"request_in_progress", "lost_race"}


class StepFailed(Exception):
    """A step did not do what it must; the text is the server's own problem, or what was missing."""


class Courier:
    """One client for all roles. `interrupted` hears, once for each trouble, that a call is being tried again."""

    def __init__(
        self,
        url: str,
        language: Language,
        interrupted: Callable[[str], None],
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._client = httpx.Client(
            base_url=url,
            headers={"accept-language": language},
            timeout=_REQUEST_SECONDS,
            trust_env=False,
            transport=transport,
        )
        self._interrupted = interrupted
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def get(self, role: str, path: str, **query: Any) -> Any:
        """What a role reads. Raises StepFailed."""
        return self._as(role, "GET", path, params=query).json()

    def post(self, role: str, path: str, key: str, **request: Any) -> Any:
        """What a role does, once for a key. Raises StepFailed."""
        return self._as(role, "POST", path, headers={"idempotency-key": key}, **request).json()

    def _as(self, role: str, method: str, path: str, headers: dict[str, str] | None = None, **request: Any) -> Any:
        response = self._signed_in(role, method, path, headers or {}, request)
        if response.status_code == HTTPStatus.UNAUTHORIZED:
            self._tokens.pop(role)
            response = self._signed_in(role, method, path, headers or {}, request)
        return _good(response, f"{method} {path}")

    def _signed_in(
        self, role: str, method: str, path: str, headers: dict[str, str], request: dict[str, Any]
    ) -> httpx.Response:
        bearer = {"authorization": f"Bearer {self._token(role)}"}
        return self.send(method, f"/api/v1/{path}", headers={**bearer, **headers}, **request)

    def _token(self, role: str) -> str:
        if role not in self._tokens:
            form = {"username": role, "password": DEMO_PASSWORD}
            answer = _good(self.send("POST", "/api/v1/auth/token", data=form), f"sign in as {role}")
            self._tokens[role] = answer.json()["access_token"]
        return self._tokens[role]

    def send(self, method: str, path: str, **request: Any) -> httpx.Response:
        """The answer, after as many tries as a minute allows; what is away may come back. Raises StepFailed."""
        deadline, pause = time.monotonic() + PATIENCE_SECONDS, _FIRST_PAUSE_SECONDS
        while True:
            response, trouble = self._try(method, path, request)
            if response is not None and trouble is None:
                return response
            if time.monotonic() + pause > deadline:
                raise StepFailed(f"{method} {path}: {trouble} for {PATIENCE_SECONDS:.0f} s")
            if pause == _FIRST_PAUSE_SECONDS:
                self._interrupted(f"{method} {path}: {trouble}")
            time.sleep(pause)
            pause = min(pause * 1.7, _LONGEST_PAUSE_SECONDS)

    def _try(self, method: str, path: str, request: dict[str, Any]) -> tuple[httpx.Response | None, str | None]:
        try:
            response = self._client.request(method, path, **request)
        except httpx.TransportError as error:
            return None, type(error).__name__
        if response.status_code in _AWAY or problem_of(response).get("code") in _AGAIN:
            return response, f"{response.status_code} {problem_of(response).get('code', '')}".strip()
        return response, None


def problem_of(response: httpx.Response) -> dict[str, Any]:
    """The problem+json of an answer; empty where it is none."""
    if "problem+json" not in response.headers.get("content-type", ""):
        return {}
    found = response.json()
    return found if isinstance(found, dict) else {}


def _good(response: httpx.Response, what: str) -> httpx.Response:
    if response.is_success:
        return response
    problem = problem_of(response)
    told = f"{problem.get('code')}: {problem.get('detail')}" if problem else response.text[:300]
    fields = "".join(f"\n    {one['pointer']} {one['detail']}" for one in problem.get("errors", ()))
    raise StepFailed(f"{what}: {response.status_code} {told}{fields}")

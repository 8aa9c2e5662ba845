from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
import logging
import httpx
import structlog
from wiring.logs import configure_logs

configure_logs("info")
log = structlog.get_logger()
structlog.contextvars.bind_contextvars(request_id="r-1")
log.debug("unheard")
log.info("request", path="/单", status=200)
logging.getLogger("asyncpg").warning("away: %s", "x")
with httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(200))) as client:
    client.get("https://api.example/list?token=secret")

def sign_in(password):
    raise ZeroDivisionError("told")

for logged in (log.error, logging.getLogger("uvicorn.error").error):
    try:
        sign_in("the secret password")
    except ZeroDivisionError as error:
        logged("unhandled", exc_info=error)
"""


def _lines() -> list[dict[str, Any]]:
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert run.stderr == b""
    assert b"secret" not in run.stdout
    return [json.loads(line) for line in run.stdout.splitlines()]


def test_every_line_is_an_object_with_its_time_level_and_request_whoever_wrote_it() -> None:
    lines = _lines()
    assert [line["event"] for line in lines] == ["request", "away: x", "unhandled", "unhandled"]
    assert [line["level"] for line in lines] == ["info", "warning", "error", "error"]
    assert {line["request_id"] for line in lines} == {"r-1"}
    assert all(line["at"].endswith("Z") for line in lines)
    assert lines[0]["path"] == "/单"
    assert lines[1]["logger"] == "asyncpg"


def test_an_error_is_told_with_its_place_and_without_the_values_of_its_variables() -> None:
    for line in _lines()[2:]:
        [told] = line["exception"]
        assert told["exc_type"] == "ZeroDivisionError"
        assert told["frames"][-1]["name"] == "sign_in"

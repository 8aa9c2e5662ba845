"""Every sample of an ERPNext server is read as its expected meaning, and what is no answer is never 'nothing'."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.calling import Answered
from integrations.erpnext.client import ErpNextClient, data_of, rows_of
from integrations.erpnext.erp import BIN, BIN_FIELDS, ErpNext, bin_rows
from integrations.ports import ErpFailed

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "other_erp"


def sample(name: str) -> tuple[dict[str, Any], Answered, dict[str, Any]]:
    """The request, the answer, and what it means."""
    told = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    wanted = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    response = told["response"]
    return told["request"], Answered(response["status"], {}, json.dumps(response["body"]).encode()), wanted


def test_stock() -> None:
    _, answer, wanted = sample("erpnext_bin_list")
    assert bin_rows(rows_of(answer, BIN_FIELDS)) == [
        {**row, "quantity": Decimal(row["quantity"]), "reserved": Decimal(row["reserved"])} for row in wanted["rows"]
    ]


async def test_stock_is_asked_for_as_in_the_sample_and_a_full_page_may_have_more() -> None:
    request, answer, wanted = sample("erpnext_bin_list")
    sent: list[httpx.Request] = []

    def respond(asked: httpx.Request) -> httpx.Response:
        sent.append(asked)
        return httpx.Response(200, content=answer.body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(respond)) as http:
        client = ErpNextClient(http, "http://erp", "***", "***", lambda: datetime(2026, 11, 24, tzinfo=UTC))
        page = await ErpNext(client, warehouses="%- HN", page_rows=3).stock(0)
    assert (sent[0].method, sent[0].url.path) == (request["method"], request["path"])
    assert dict(sent[0].url.params) == {name: str(value) for name, value in request["query"].items()}
    assert sent[0].headers["authorization"] == request["headers"]["Authorization"]
    assert (page.next_start == 3) is wanted["may_have_more"]
    assert sent[0].url.path.endswith(BIN)


def test_a_refusal_is_told_in_its_own_words() -> None:
    _, answer, wanted = sample("erpnext_validation_error")
    with pytest.raises(ErpFailed) as failed:
        data_of(answer)
    told = failed.value
    assert (told.reason, told.problem) == (wanted["reason"], wanted["message"])
    assert (told.retryable, told.needs_login, told.alert) == (False, False, False)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"{}", b'{"data": 4}', b'{"data": [{"name": 1}]}', b"<html>Login</html>", b"\xff"],
)
def test_what_is_no_answer_is_never_no_documents(body: bytes) -> None:
    with pytest.raises(ErpFailed):
        rows_of(Answered(200, {}, body), ("actual_qty",))


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (401, "login_refused", False),
        (403, "permission", False),
        (429, "rate_limited", True),
        (502, "server_error", True),
    ],
)
def test_a_code_without_words_is_understood(status: int, reason: str, retryable: bool) -> None:
    with pytest.raises(ErpFailed) as failed:
        data_of(Answered(status, {}, b"<html></html>"))
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)

"""Every sample of an Odoo server is read as its expected meaning, and what is no answer is never 'nothing'."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from integrations.odoo import forms
from integrations.odoo.answers import records, result_of_json2, result_of_rpc
from integrations.odoo.client import OdooClient
from integrations.ports import ErpFailed

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples" / "other_erp"


def sample(name: str) -> tuple[dict[str, Any], bytes, dict[str, Any]]:
    """The request, the answer's body and what it means."""
    told = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    wanted = json.loads((SAMPLES / f"{name}.expected.json").read_text(encoding="utf-8"))
    return told["request"], json.dumps(told["response"]["body"]).encode(), wanted


def test_stock() -> None:
    _, body, wanted = sample("odoo_jsonrpc_stock_quant")
    rows = forms.quant_rows(records(result_of_rpc(200, body), forms.QUANT_FIELDS))
    assert rows == [
        {**row, "quantity": Decimal(row["quantity"]), "reserved": Decimal(row["reserved"])} for row in wanted["rows"]
    ]


async def test_stock_is_asked_for_as_in_the_sample() -> None:
    request, body, _ = sample("odoo_jsonrpc_stock_quant")
    sent: list[dict[str, Any]] = []

    def answer(asked: httpx.Request) -> httpx.Response:
        sent.append(json.loads(asked.content))
        signed_in = sent[-1]["params"]["service"] == "common"
        return httpx.Response(200, json={"result": 7}) if signed_in else httpx.Response(200, content=body)

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        client = OdooClient(http, "http://odoo", "huanuan", "***", lambda: datetime(2026, 11, 24, tzinfo=UTC), "api")
        await client.search(forms.QUANT, [forms.OWN_STOCK], forms.QUANT_FIELDS, limit=3)
    assert sent[1]["params"] == request["body"]["params"]


@pytest.mark.parametrize(
    ("name", "read", "status"),
    [("odoo_jsonrpc_access_error", result_of_rpc, 200), ("odoo_json2_not_found", result_of_json2, 404)],
)
def test_failures(name: str, read: Any, status: int) -> None:
    _, body, wanted = sample(name)
    with pytest.raises(ErpFailed) as failed:
        read(status, body)
    told = failed.value
    assert (told.reason, told.retryable, told.needs_login, told.alert) == (
        wanted["reason"],
        wanted["retryable"],
        wanted["needs_login"],
        wanted["alert"],
    )


@pytest.mark.parametrize("body", [b"", b"[", b"null", b"{}", b"<html>Log in</html>", b'[{"id": 1}]', b"[3]", b"\xff"])
@pytest.mark.parametrize("read", [result_of_rpc, result_of_json2])
def test_what_is_no_answer_is_never_no_records(read: Any, body: bytes) -> None:
    with pytest.raises(ErpFailed):
        records(read(200, body), ("quantity",))


@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (401, "login_refused", False),
        (422, "validation", False),
        (429, "rate_limited", True),
        (503, "server_error", True),
    ],
)
def test_a_code_without_words_is_understood(status: int, reason: str, retryable: bool) -> None:
    with pytest.raises(ErpFailed) as failed:
        result_of_json2(status, b"<html></html>")
    assert (failed.value.reason, failed.value.retryable) == (reason, retryable)

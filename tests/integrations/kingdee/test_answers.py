"""Every sample answer of a Kingdee server is read as its expected meaning, and the signature fits the vectors."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from integrations.kingdee import forms
from integrations.kingdee.answers import check_status, read_json, rows_of, saved_document
from integrations.kingdee.signature import Application, signature_headers
from integrations.ports import ErpFailed

SAMPLES = Path(__file__).resolve().parent.parent.parent / "samples"
KINGDEE = SAMPLES / "kingdee"


def answer(name: str) -> Any:
    return read_json((KINGDEE / f"{name}.json").read_bytes(), 200)


def expected(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((KINGDEE / f"{name}.expected.json").read_text(encoding="utf-8"))
    return found


def alike(found: Any, wanted: Any) -> bool:
    """Numbers compare as decimals; only what is expected is compared."""
    if isinstance(wanted, dict):
        return all(alike(found[name], value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return len(found) == len(wanted) and all(map(alike, found, wanted))
    if isinstance(found, Decimal):
        return found == Decimal(wanted)
    return bool(found == wanted)


@pytest.mark.parametrize("page", ["page1", "page2", "page3", "empty"])
def test_stock(page: str) -> None:
    rows = forms.stock_rows(rows_of(answer(f"STK_Inventory.{page}"), len(forms.STOCK_FIELDS)))
    assert alike(rows, expected(f"STK_Inventory.{page}")["rows"])


def test_usable_stock_adds_up_over_warehouses_and_lots() -> None:
    totals: dict[str, Decimal] = {}
    for page in ("page1", "page2", "page3"):
        for row in forms.stock_rows(rows_of(answer(f"STK_Inventory.{page}"), len(forms.STOCK_FIELDS))):
            totals[row["material"]] = totals.get(row["material"], Decimal(0)) + row["usable"] * row["quantity"]
    wanted = json.loads((KINGDEE / "STK_Inventory.totals.json").read_text())["available_by_material"]
    assert {name: amount for name, amount in totals.items() if amount} == {
        name: Decimal(amount) for name, amount in wanted.items() if Decimal(amount)
    }


def test_materials() -> None:
    rows = forms.material_rows(rows_of(answer("BD_MATERIAL.changed"), len(forms.MATERIAL_FIELDS)))
    assert alike(rows, expected("BD_MATERIAL.changed")["rows"])


def test_substitution_plans() -> None:
    rows = rows_of(answer("ENG_Substitution.page1"), len(forms.SUBSTITUTION_FIELDS))
    assert alike(forms.substitution_plans(rows), expected("ENG_Substitution.page1")["plans"])


def test_receivables() -> None:
    wanted = expected("AR_receivable.page1")
    rows = rows_of(answer("AR_receivable.page1"), len(forms.RECEIVABLE_FIELDS))
    assert alike(forms.receivable_rows(rows, wanted["as_of"]), wanted["rows"])


def test_receipts() -> None:
    rows = rows_of(answer("AR_RECEIVEBILL.page1"), len(forms.RECEIPT_FIELDS))
    assert alike(forms.receipt_rows(rows), expected("AR_RECEIVEBILL.page1")["rows"])


def test_a_saved_document() -> None:
    wanted = expected("Save.ok")
    assert saved_document(answer("Save.ok")) == (wanted["id"], wanted["number"])


def judged(name: str) -> Any:
    found = answer(name)
    return saved_document(found) if name.startswith("Save") else rows_of(found, 2)


FAILURES = sorted(
    path.name.removesuffix(".expected.json")
    for path in KINGDEE.glob("*.expected.json")
    if json.loads(path.read_text(encoding="utf-8"))["kind"] == "failure"
)


@pytest.mark.parametrize("name", FAILURES)
def test_failures(name: str) -> None:
    wanted = expected(name)
    with pytest.raises(ErpFailed) as failed:
        judged(name)
    told = failed.value
    assert (told.reason, told.retryable, told.needs_login, told.alert) == (
        wanted["reason"],
        wanted["retryable"],
        wanted["needs_login"],
        wanted["alert"],
    )
    if "number" in wanted:
        assert told.number == wanted["number"]
    assert list(told.fields) == wanted.get("fields", [wanted["field"]] if "field" in wanted else list(told.fields))


@pytest.mark.parametrize(
    "body", [b"", b"[[1", b"null", b"42", b'{"a": 1}', b"[1, 2]", b'[["a"]]', "不是".encode(), b"\xff\xfe"]
)
def test_what_is_no_answer_is_never_no_rows(body: bytes) -> None:
    with pytest.raises(ErpFailed):
        rows_of(read_json(body, 200), 2)


def test_an_empty_list_and_the_code_for_no_data_are_no_rows() -> None:
    assert rows_of([], 2) == []
    status = {"ResponseStatus": {"IsSuccess": False, "Errors": [], "MsgCode": 10}}
    assert rows_of([[{"Result": status}]], 2) == []
    check_status({"Result": {"ResponseStatus": {"IsSuccess": "true", "MsgCode": 0}}})


def test_signature() -> None:
    vector = json.loads((SAMPLES / "signatures" / "test_vectors.json").read_text())["kingdee_api_signature"]
    given = vector["input"]
    application = Application(
        given["app_id"], given["app_secret"], given["acct"], given["user"], given["lcid"], str(given["org_num"])
    )
    assert signature_headers(application, given["url_path"], given["ts"], given["nonce"]) == vector["headers"]

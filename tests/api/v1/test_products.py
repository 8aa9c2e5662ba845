"""Products over HTTP: an article with how it is made, as versions that are published once for all."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Any

import pytest

from domain.access.actor import system
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.api.support import Api, problem
from tests.support.files import pdf
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue

STEP = Operation("OP10", Text("下料", "Cut"), "开料锯", Decimal(6))
OPERATION = {"code": "OP10", "name": {"zh": "下料", "en": "Cut"}, "work_centre": "开料锯", "minutes": "7.5"}
WELD = {
    **OPERATION, "code": "OP50", "name": {"zh": "焊接", "en": "Weld"}, "setup_minutes": "10",
    "requirements": {"zh": "氩气 12 L/min", "en": "argon 12 L/min"}, "outsourced": True,
}  # fmt: skip


@pytest.fixture
async def api(shared: Api) -> Api:
    """One installation for the whole file, with one radiator that costs something."""
    articles = (
        Article("RAD", "散热器", "组", "product", name_en="Radiator", operations=(STEP,), aliases=("暖气片",)),
        Article("CU.T", "铜管", "米", "material", details={"cost": "24.3219", "safety_stock": "10"}),
        Article("AL.T", "铝管", "米", "material"),
    )
    await shared.parts.door.run(
        system("tests"), load_catalogue, LoadCatalogue(articles, (BillLine("RAD", 1, "CU.T", Decimal("6.2")),))
    )
    return shared


async def put(api: Api, body: Any, sku: str = "RAD", role: str = "production") -> Any:
    return await api.request("PUT", f"/products/{sku}/draft", json=body, role=role)


async def test_loading_a_catalogue_publishes_how_things_are_made(api: Api) -> None:
    found = (await api.get("/products/RAD", role="production")).json()
    assert found["version"] >= 1
    assert found["specification"]["operations"][0]["work_centre"] == "开料锯"
    assert found["specification"]["bill"][0] == {
        "material": "CU.T", "name": "铜管", "name_en": "", "unit": "米", "quantity": "6.2", "alternatives": [],
    }  # fmt: skip


async def test_a_draft_says_what_is_wrong_and_only_a_right_one_is_published(api: Api) -> None:
    wrong = {
        "operations": [OPERATION, {**OPERATION, "work_centre": "月球"}],
        "bill": [{"material": "RAD", "quantity": "1"}, {"material": "GONE", "quantity": "1"}],
        "drawings": [{"name": "A", "sha256": "0" * 64}],
    }
    draft = await put(api, wrong)
    assert draft.status_code == 200, draft.text
    assert {problem["pointer"] for problem in draft.json()["problems"]} == {
        "/operations/1/code", "/operations/1/work_centre", "/bill/0/material", "/bill/1/material",
        "/drawings/0/sha256",
    }  # fmt: skip
    refused = await api.post("/products/RAD/draft/publish", {}, role="production")
    assert len(problem(refused, 422, "specification_invalid")["errors"]) == 5
    assert (await api.request("DELETE", "/products/RAD/draft", role="production")).status_code == 200
    problem(await api.get("/products/RAD/draft", role="production"), 404, "not_found")


async def test_a_published_version_never_changes_and_the_next_follows_it(api: Api) -> None:
    drawing = pdf("drawing")
    upload = await api.request(
        "POST", "/products/RAD/drawings", files={"file": ("RAD 图.pdf", drawing, "application/pdf")}, role="design"
    )
    assert upload.status_code == 201, upload.text
    sha256 = upload.json()["sha256"]
    assert sha256 == hashlib.sha256(drawing).hexdigest()
    before = (await api.get("/products/RAD", role="production")).json()
    body = {
        "operations": [OPERATION, WELD],
        "bill": [
            {"material": "CU.T", "quantity": "6.5", "alternatives": [{"sku": "AL.T", "ratio": "1.1", "note": "薄"}]}
        ],
        "quality": [{"code": "Q1", "name": {"zh": "试压", "en": "Pressure"}, "limit": "1.5 MPa"}],
        "drawings": [{"name": "总图", "sha256": sha256}],
    }
    assert (await put(api, body)).json()["valid"] is True
    published = await api.post("/products/RAD/draft/publish", {}, role="production")
    assert published.json() == {"sku": "RAD", "version": before["version"] + 1}
    now = (await api.get("/products/RAD", role="production")).json()
    assert now["specification"]["operations"][1]["requirements"]["en"] == "argon 12 L/min"
    assert now["specification"]["bill"][0]["alternatives"] == [{"sku": "AL.T", "ratio": "1.1", "note": "薄"}]
    old = await api.get(f"/products/RAD/versions/{before['version']}", role="production")
    assert old.json()["bill"][0]["quantity"] == "6.2"
    assert len((await api.get("/products/RAD/versions", role="production")).json()["items"]) == now["version"]
    bytes_ = await api.get(f"/drawings/{sha256}", role="production")
    assert (bytes_.content, bytes_.headers["etag"]) == (drawing, f'"{sha256}"')
    assert "sandbox" in bytes_.headers["content-security-policy"]
    problem(await api.get(f"/drawings/{'1' * 64}", role="production"), 404, "not_found")


async def test_a_draft_edited_by_two_is_not_overwritten(api: Api) -> None:
    first = await put(api, {"operations": [OPERATION]})
    headers = {"If-Match": first.headers["etag"]}
    assert (
        await api.request("PUT", "/products/RAD/draft", json={"operations": [WELD]}, headers=headers, role="production")
    ).status_code == 200
    stale = await api.request("PUT", "/products/RAD/draft", json={"operations": []}, headers=headers, role="production")
    problem(stale, 412, "version_stale")


async def test_who_may_not_plan_publishes_nothing(api: Api) -> None:
    assert (await put(api, {"operations": [OPERATION]}, role="design")).status_code == 200
    problem(await api.post("/products/RAD/draft/publish", {}, role="design"), 403, "right_missing")
    problem(await put(api, {"operations": []}, role="driver"), 403, "right_missing")
    problem(await put(api, {"operations": []}, sku="NONE"), 404, "not_found")


async def test_the_list_is_searched_and_costs_are_for_few(api: Api) -> None:
    found = (await api.get("/products?q=暖气&kind=product", role="warehouse")).json()["items"]
    assert [row["sku"] for row in found] == ["RAD"]
    assert "24.3219" not in (await api.get("/products/CU.T", role="warehouse")).text
    assert "24.3219" in (await api.get("/products/CU.T", role="finance")).text

"""What customers see of their orders, and what they never see: canaries stand where they must not look."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.api.support import Api, problem
from tests.factory import STANDARD_LINE
from tests.support.customers import ELEANOR, JONAS, a_customer, order_of
from tests.support.files import pdf

SECRETS = {
    "cost": "21987.65",
    "margin": "-21627.65",
    "note": "CANARY-NOTE",
    "extension": "CANARY-EXTENSION",
    "technical": "CANARY-TECHNICAL",
    "reason": "CANARY-REASON",
    "paper": "CANARY-PAPER.pdf",
}


async def act(api: Api, order_no: str, action: str, role: str, payload: dict[str, Any] | None = None) -> None:
    answer = await api.post(f"/orders/{order_no}/actions", {"action": action, "payload": payload or {}}, role=role)
    assert answer.status_code == 200, answer.text


async def attach(api: Api, order_no: str, name: str = "plan.pdf", words: str = "plan") -> str:
    answer = await api.request(
        "POST",
        f"/orders/{order_no}/attachments",
        role="sales",
        data={"kind": "drawing"},
        files={"file": (name, pdf(words))},
    )
    assert answer.status_code == 201, answer.text
    paper: str = answer.json()["attachment"]["id"]
    return paper


async def release(api: Api, order_no: str, paper: str, method: str = "POST", role: str = "sales") -> httpx.Response:
    return await api.request(method, f"/orders/{order_no}/attachments/{paper}/release", role=role)


async def secretive(api: Api, email: str) -> str:
    """An order with something secret wherever something can be."""
    order = await order_of(
        api,
        email,
        external_id=f"PO-{email[:3]}",
        promised_date="2027-01-31",
        notes={"buyer": SECRETS["note"]},
        lines=[
            {
                "name": "Radiator",
                "sku": "RAD-1",
                "quantity": "2",
                "unit": "pcs",
                "unit_price": "180.00",
                "technical": {"finish": SECRETS["technical"]},
            }
        ],
    )
    order_no: str = order["order_no"]
    finance = await api.request(
        "PATCH",
        f"/orders/{order_no}",
        role="finance",
        json={"cost": SECRETS["cost"], "margin": SECRETS["margin"]},
        headers={"if-match": f'"{order["version"]}"'},
    )
    assert finance.status_code == 200, finance.text
    await attach(api, order_no, SECRETS["paper"])
    await act(api, order_no, "hold", "sales", {"reason": SECRETS["reason"], "note": SECRETS["note"]})
    await act(api, order_no, "release_hold", "sales", {"reason": SECRETS["reason"]})
    return order_no


async def test_an_order_tells_where_it_is_and_when_it_comes(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = await secretive(api, ELEANOR)
    await act(api, order_no, "submit_review", "sales")
    answer = await eleanor.get(f"/orders/{order_no}")
    order = answer.json()
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"
    assert order["stage"] == {"zh": "订单评审中", "en": "Being reviewed"}
    assert order["reference"] == "PO-ele"
    assert order["expected"] == {"date": "2027-01-31", "basis": "agreed"}
    assert [stop["state"] for stop in order["line"]][:3] == ["done", "current", "ahead"]
    assert [entry["kind"] for entry in order["timeline"]] == ["stage", "pause", "resume", "stage"]
    assert order["lines"][0]["amount"] == order["total"] == "360.00"
    again = await eleanor.get(f"/orders/{order_no}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


async def test_shipments_carry_what_the_carrier_is_asked_by(api: Api, eleanor: httpx.AsyncClient) -> None:
    order_no = (await order_of(api, ELEANOR))["order_no"]
    for action, role in STANDARD_LINE[:5]:
        await act(api, order_no, action, role)
    part = {"lines": [{"line": 1, "quantity": "0.5"}], "carrier": "SF", "tracking": "SF0001", "note": SECRETS["note"]}
    await act(api, order_no, "ship_part", "warehouse", part)
    await act(api, order_no, "dispatch", "warehouse", {"carrier": "DB", "tracking": "DB9", "vehicle": "CANARY-V"})
    answer = await eleanor.get(f"/orders/{order_no}")
    shipped = answer.json()["shipments"]
    assert [(one["carrier"], one["tracking"], one["lines"][0]["quantity"]) for one in shipped] == [
        ("SF", "SF0001", "0.5"),
        ("DB", "DB9", "1.5"),
    ]
    assert "CANARY" not in answer.text


async def test_the_list_is_filtered_searched_and_paged(api: Api, eleanor: httpx.AsyncClient) -> None:
    numbers = [(await order_of(api, ELEANOR, external_id=f"PO-{n}"))["order_no"] for n in range(3)]
    await act(api, numbers[0], "cancel", "sales")
    listed = (await eleanor.get("/orders?limit=2")).json()
    assert [row["order_no"] for row in listed["items"]] == numbers[:0:-1]
    rest = (await eleanor.get(f"/orders?limit=2&cursor={listed['next_cursor']}")).json()
    assert rest["items"][0]["order_no"] == numbers[0]
    assert rest["next_cursor"] is None
    finished = (await eleanor.get("/orders?state=finished")).json()["items"]
    assert [row["order_no"] for row in finished] == numbers[:1]
    assert len((await eleanor.get("/orders?state=open")).json()["items"]) == 3
    assert [row["reference"] for row in (await eleanor.get("/orders?q=po-1")).json()["items"]] == ["PO-1"]
    assert (await eleanor.get("/orders?q=%25")).json()["items"] == []
    problem(await eleanor.get("/orders?sort=margin"), 400, "field_not_readable")


async def test_papers_are_seen_once_released_and_no_longer_when_taken_back(
    api: Api, eleanor: httpx.AsyncClient
) -> None:
    order_no = (await order_of(api, ELEANOR))["order_no"]
    paper = await attach(api, order_no)
    assert (await eleanor.get(f"/orders/{order_no}")).json()["papers"] == []
    problem(await eleanor.get(f"/papers/{paper}"), 404, "not_found")
    released = await release(api, order_no, paper)
    assert released.json()["event"]["type"] == "PaperReleased"
    assert (await release(api, order_no, paper)).json()["event"] is None
    (shown,) = (await eleanor.get(f"/orders/{order_no}")).json()["papers"]
    assert (shown["id"], shown["file_name"]) == (paper, "plan.pdf")
    file = await eleanor.get(f"/papers/{paper}")
    assert file.content == pdf()
    assert file.headers["content-disposition"].startswith("attachment")
    assert "no-store" in file.headers["cache-control"]
    staff = (await api.get(f"/orders/{order_no}/attachments", role="sales")).json()["items"][0]
    assert staff["released_at"] is not None
    assert (await release(api, order_no, paper, "DELETE")).json()["event"]["type"] == "PaperWithdrawn"
    problem(await eleanor.get(f"/papers/{paper}"), 404, "not_found")
    assert (await api.get(f"/orders/{order_no}/events/verify", role="sales")).json()["holds"]


async def test_papers_are_released_by_who_deals_with_customers_on_the_order_they_belong_to(api: Api) -> None:
    one, other = [(await order_of(api, ELEANOR))["order_no"] for _ in range(2)]
    paper = await attach(api, one)
    problem(await release(api, one, paper, role="production"), 403, "right_missing")
    problem(await release(api, other, paper), 404, "not_found")
    problem(await release(api, one, str(uuid4())), 404, "not_found")


def everything(answer: httpx.Response) -> tuple[int, bytes, list[tuple[str, str]]]:
    return (
        answer.status_code,
        answer.content,
        sorted(pair for pair in answer.headers.items() if pair[0] != "x-request-id"),
    )


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_what_is_another_customers_is_answered_like_what_does_not_exist(
    api: Api, eleanor: httpx.AsyncClient, method: str
) -> None:
    theirs = (await order_of(api, JONAS))["order_no"]
    paper = await attach(api, theirs)
    await release(api, theirs, paper)
    for path, own, missing in (
        ("/orders/{}", theirs, "SO999999"),
        ("/papers/{}", paper, str(uuid4())),
    ):
        answers = [everything(await eleanor.request(method, path.format(one))) for one in (own, missing)]
        assert answers[0] == answers[1]
        assert answers[0][0] in {404, 405}


async def test_no_canary_reaches_a_customer(api: Api, eleanor: httpx.AsyncClient) -> None:
    own, theirs = await secretive(api, ELEANOR), await secretive(api, JONAS)
    paper = await attach(api, theirs, "CANARY-JONAS.pdf", "CANARY-BYTES")
    await release(api, theirs, paper)
    paths = [
        "/orders",
        "/orders?q=SO",
        "/orders?q=CANARY",
        "/orders?state=open",
        f"/orders/{own}",
        f"/orders/{theirs}",
        f"/papers/{paper}",
        "/me",
        "/orders?sort=cost",
    ]
    answers = [await eleanor.get(path) for path in paths]
    told = "".join(answer.text + str(answer.headers) for answer in answers)
    assert [secret for secret in [*SECRETS.values(), "CANARY", "Jonas", JONAS, theirs, "测试"] if secret in told] == []
    assert own in told


async def test_another_customer_has_a_list_of_their_own(api: Api, jonas: httpx.AsyncClient) -> None:
    theirs = {row["order_no"] for row in (await jonas.get("/orders")).json()["items"]}
    async with a_customer(api, ELEANOR) as eleanor:
        hers = {row["order_no"] for row in (await eleanor.get("/orders")).json()["items"]}
    assert len(theirs) == len(hers) == 1
    assert not theirs & hers

"""Every sample of the channels, delivered as it comes: orders are opened, or wait for a person with the reason."""

from __future__ import annotations

import pytest

from domain.access.actor import system
from tests.api.support import Api
from tests.api.v1.test_hooks import signed
from tests.api.v1.test_intake_templates import read_all
from tests.domain.intake.support import body, body_path, expected, headers, sample_names
from tests.usecases.intake.channel import articles
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from wiring.outside import outside_of
from workers.relay import Relay

CHANNELS = ("woocommerce", "youzan", "crm", "export", "project")
TYPES = {".xml": "application/xml", ".csv": "text/csv", ".txt": "application/x-www-form-urlencoded"}
# A supplement and a later state come to an order that is there already.
LATER = {"project_change_order", "order_updated_partial_refund"}
CASES = [(channel, name) for channel in CHANNELS for name in sample_names(channel) if name not in LATER]


async def delivered(api: Api, channel: str, name: str) -> str:
    content = body(channel, name)
    kind = TYPES.get(body_path(channel, name).suffix, "application/json")
    told = headers(channel, name) or {**signed(api, content, name), "content-type": kind}
    answer = await api.http.post(f"/api/v1/hooks/{channel}", content=content, headers=told)
    assert answer.status_code in (200, 202), answer.text
    await read_all(api)
    found: str = answer.json()["id"]
    return found


@pytest.fixture
async def stocked(api: Api) -> Api:
    await api.parts.door.run(system("tests"), load_catalogue, LoadCatalogue(articles()))
    return api


@pytest.mark.parametrize(("channel", "name"), CASES)
async def test_a_delivery_is_an_order_or_waits_with_its_reasons(stocked: Api, channel: str, name: str) -> None:
    item = (await stocked.get(f"/intake/{await delivered(stocked, channel, name)}", role="sales")).json()
    wanted = expected(channel, name)
    if wanted["kind"] == "event":
        assert item["status"] in ("ignored", "parsed")
        return
    assert set(wanted["review_reasons"]) <= set(item["review_reasons"])
    lacks = {"missing_price", "missing_quantity", "amounts_do_not_add_up"} & set(item["review_reasons"])
    waits = wanted["needs_review"] and (wanted["action"] != "hold" or lacks)
    assert item["status"] == ("review" if waits else "ordered"), item["problem"]
    if item["status"] == "ordered":
        order = (await stocked.get(f"/orders/{item['order_no']}", role="sales")).json()
        assert order["order_type"] == wanted["order_type"]
        assert float(order["total"]) == float(wanted["total"])


async def test_a_supplement_asks_for_the_change_of_its_order_or_shows_a_person_what_differs(stocked: Api) -> None:
    early = await delivered(stocked, "project", "project_change_order")
    item = (await stocked.get(f"/intake/{early}", role="sales")).json()
    assert (item["status"], item["problem"]["code"]) == ("review", "supplement_before_order")
    await delivered(stocked, "project", "project_two_buildings")
    await stocked.request("POST", f"/intake/{early}/reparse", role="sales")
    await Relay(
        stocked.parts.door, outside_of(stocked.parts.settings, stocked.parts.mailbox, stocked.parts.clock)
    ).drain()
    again = (await stocked.get(f"/intake/{early}", role="sales")).json()
    assert again["problem"] is None
    assert [line["quantity"] for line in again["meaning"]["lines"]] == ["960", "1000", "2000", "345", "20"]
    assert again["meaning"]["change"]["diff"][-1] == {"fee": "四舍五入让利", "added": "-10.00"}
    assert "order_differs" in again["review_reasons"]

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.api.support import Api, an_order, problem
from tests.support.customers import ELEANOR, a_browser, mail_to, order_of, signed_in


async def contacts(api: Api, query: str = "") -> list[dict[str, object]]:
    items: list[dict[str, object]] = (await api.get(f"/contacts{query}", role="sales")).json()["items"]
    return items


async def test_whoever_orders_with_an_address_may_sign_in_by_it(api: Api) -> None:
    order = await order_of(api, ELEANOR)
    (contact,) = await contacts(api, f"?order_no={order['order_no']}")
    assert (contact["email"], contact["language"], contact["invited_at"]) == (ELEANOR, "en", None)
    assert contact["customers"] == [
        {"id": order["customer"]["id"], "name": "Eleanor", "company": None, "channel": "manual", "origin": "order"}
    ]
    assert await contacts(api, f"?customer={order['customer']['id']}") == [contact]
    assert await contacts(api, "?q=ELEA") == [contact]
    assert await contacts(api, f"?customer={uuid4()}") == []


@pytest.mark.parametrize("email", [None, "", "e***r@example.com", "nobody", "a@b", "x y@example.com"])
async def test_what_is_masked_or_no_address_lets_nobody_in(api: Api, email: str | None) -> None:
    customer = {"name": "王**", "email": email}
    assert (await api.post("/orders", an_order(customer=customer), role="sales")).status_code == 201
    assert await contacts(api) == []


async def test_one_address_is_one_login_for_all_of_a_company(api: Api) -> None:
    for number in ("A", "B"):
        await order_of(api, ELEANOR, customer={"name": f"Works {number}", "email": ELEANOR.upper()})
    (contact,) = await contacts(api)
    assert isinstance(contact["customers"], list)
    assert [one["name"] for one in contact["customers"]] == ["Works A", "Works B"]


async def test_an_invited_colleague_gets_a_mail_and_signs_in(api: Api) -> None:
    order = await order_of(api, ELEANOR)
    body = {"email": "Buyer@Example.com", "name": "The Buyer", "language": "en", "order_no": order["order_no"]}
    answer = await api.post("/contacts", body, role="sales")
    assert answer.status_code == 201
    assert answer.json()["customers"][0]["origin"] == "invited"
    letter = (await mail_to(api, "buyer@example.com"))[0]
    assert "http://127.0.0.1:8000/portal/" in letter["text"]
    async with a_browser(api) as browser:
        await signed_in(api, browser, "buyer@example.com")
        assert (await browser.get("/me")).json()["customers"] == [{"name": "Eleanor"}]


async def test_who_was_shut_out_stays_out_whatever_is_ordered_until_invited_again(api: Api) -> None:
    order = await order_of(api, ELEANOR)
    (contact,) = await contacts(api)
    assert (await api.request("DELETE", f"/contacts/{contact['id']}", role="sales")).status_code == 204
    problem(await api.request("DELETE", f"/contacts/{contact['id']}", role="sales"), 404, "not_found")
    await order_of(api, ELEANOR, customer={"name": "Another", "email": ELEANOR})
    (after,) = await contacts(api)
    assert after["removed_at"] is not None
    body = {"email": ELEANOR, "name": "Eleanor", "customer_id": order["customer"]["id"]}
    assert (await api.post("/contacts", body, role="sales")).json()["removed_at"] is None


async def test_speaking_for_one_customer_ends_and_for_another_goes_on(api: Api) -> None:
    orders = [await order_of(api, ELEANOR, customer={"name": f"W{n}", "email": ELEANOR}) for n in range(2)]
    (contact,) = await contacts(api)
    path = f"/contacts/{contact['id']}/customers/{orders[0]['customer']['id']}"
    assert (await api.request("DELETE", path, role="sales")).status_code == 204
    problem(await api.request("DELETE", path, role="sales"), 404, "not_found")
    (after,) = await contacts(api)
    assert isinstance(after["customers"], list)
    assert [one["name"] for one in after["customers"]] == ["W1"]


async def test_name_and_language_can_be_changed(api: Api) -> None:
    await order_of(api, ELEANOR)
    (contact,) = await contacts(api)
    path = f"/contacts/{contact['id']}"
    changed = await api.request("PATCH", path, json={"language": "zh"}, role="management")
    assert (changed.json()["language"], changed.json()["name"]) == ("zh", "Eleanor")
    assert (await api.get(path, role="sales")).json()["language"] == "zh"
    problem(await api.get(f"/contacts/{uuid4()}", role="sales"), 404, "not_found")
    problem(await api.request("PATCH", f"/contacts/{uuid4()}", json={"name": "X"}, role="sales"), 404, "not_found")


async def test_one_is_invited_for_somebody_who_exists(api: Api) -> None:
    body = {"email": "a@example.com", "name": "A"}
    problem(await api.post("/contacts", body, role="sales"), 422, "field_invalid")
    for name, value in (("customer_id", str(uuid4())), ("order_no", "SO999999")):
        found = problem(await api.post("/contacts", {**body, name: value}, role="sales"), 422, "field_invalid")
        assert found["errors"][0]["pointer"] == f"/{name}"


@pytest.mark.parametrize("role", ["production", "driver", "finance", "quality", "warehouse", "design"])
async def test_who_does_not_deal_with_customers_sees_no_contact(api: Api, role: str) -> None:
    problem(await api.get("/contacts", role=role), 403, "right_missing")

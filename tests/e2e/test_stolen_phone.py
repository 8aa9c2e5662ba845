"""What a thief finds on a phone of the floor: today's work and nothing that opens, costs or names anything."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.phone import Phone
from tests.e2e.product import SKU, Product
from tests.support.serving import PASSWORD

SECRETS = ("73913.37", "13900007777", "canary.li@example.com", "canary-street")
# All that the browser keeps of this origin, as far as scripts can read it.
DUMP = """
async () => {
  const told = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)]
  for (const { name } of await indexedDB.databases()) {
    const database = await new Promise((done, failed) => {
      const opening = indexedDB.open(name)
      opening.onsuccess = () => done(opening.result)
      opening.onerror = () => failed(opening.error)
    })
    for (const table of database.objectStoreNames)
      told.push(JSON.stringify(await new Promise(done => {
        const reading = database.transaction(table).objectStore(table).getAll()
        reading.onsuccess = () => done(reading.result)
      })))
    database.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys())
      if (!/[.](js|css|woff2|wasm|png|svg)$/.test(new URL(request.url).pathname))
        told.push(request.url, await (await cache.match(request)).text())
  }
  return told.join('\\n')
}
"""


def test_a_stolen_phone_holds_no_price_no_customer_and_nothing_that_opens(
    phone: Callable[..., Phone], product: Product
) -> None:
    work = _released(product)
    hired = {"login": "robbed", "name": "被盗", "password": PASSWORD, "roles": ["production"]}
    robbed = product.call("POST", "/users", "admin", json=hired)["id"]
    one = phone()
    one.sign_in("robbed")
    one.wait_for_worker()
    one.go(f"w/{work}")
    expect(one.page.locator("h1")).to_be_visible()
    one.until(lambda: any(kept["token"] == work for kept in one.stored("workOrders")), "the work is on the phone")
    found = one.page.evaluate(DUMP)
    assert work in found
    assert [secret for secret in (*SECRETS, "eyJ", "refresh_token", "tl_access") if secret in found] == []

    product.call("PATCH", f"/users/{robbed}", "admin", json={"disabled": True})
    asked = "async path => (await fetch(path, { credentials: 'same-origin' })).status"
    assert [one.page.evaluate(asked, f"/api/v1/{path}") for path in ("me", "orders", f"work-orders/{work}")] == [
        401
    ] * 3
    renewed = "async () => (await fetch('/api/v1/auth/refresh', { method: 'POST', credentials: 'same-origin' })).status"
    assert one.page.evaluate(renewed) == 401


def _released(product: Product) -> str:
    """What the ticket of a dear customer's work order says."""
    line = {"name": "散热器", "sku": SKU, "quantity": "3", "unit": "组", "unit_price": SECRETS[0]}
    address = {"country": "CN", "street": SECRETS[3]}
    customer = {"name": "李女士", "phone": SECRETS[1], "email": SECRETS[2], "external_id": "C-dear", "address": address}
    body = {"order_type": "standard", "currency": "CNY", "customer": customer, "lines": [line]}
    order_no = product.call("POST", "/orders", "sales", json=body)["order_no"]
    for action in ("submit_review", "approve_review"):
        product.act(order_no, action, "sales")
    found = product.until(lambda: product.call("GET", f"/work-orders?order_no={order_no}", "production")["items"])
    return str(found[0]["token"])

"""The office sees what will be late while there is time, and how far to trust it; a customer, a day and how sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import expect

from tests.e2e.customer import enter
from tests.e2e.desk import DESK, HAND, Open, sign_in
from tests.e2e.phone import inspect
from tests.e2e.product import SKU, Product
from tests.support.servers import apart
from wiring.build import Parts
from workers.schedule import foretell_all

EMAIL = "wang@example.com"
# A year of forecasts that were compared: as good as they say, too bold for a month, and hardly any.
MONTHS = {200: (60, 30, 48, 57), 120: (80, 42, 66, 76), 90: (70, 35, 40, 55), 40: (10, 5, 8, 9)}
_KEPT = """
INSERT INTO kept_forecasts
  (order_id, stage_since, made_at, workflow, stage, p50, p80, p95, hours, settled_at, delivered)
SELECT o.id, d.day - interval '1 day' - g * interval '1 second', d.day - interval '1 day', 'standard', 'scheduled',
  d.day + interval '1 hour', d.day + interval '2 hours', d.day + interval '3 hours', '{1}',
  d.day + CASE WHEN g <= $3 THEN interval '30 minutes' WHEN g <= $4 THEN interval '90 minutes'
    WHEN g <= $5 THEN interval '150 minutes' ELSE interval '9 days' END, true
FROM (SELECT now() - $1 * interval '1 day' AS day) d, generate_series(1, $2::int) g,
  (SELECT id FROM orders ORDER BY id LIMIT 1) o
"""


def an_order(product: Product, days: int | None) -> str:
    """One that is promised for so many days from now."""
    day = days and (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
    line = {"name": "铜铝复合散热器", "sku": SKU, "quantity": "2", "unit": "组", "unit_price": "180.00"}
    customer = {"name": "王女士", "email": EMAIL, "external_id": "C-wang"}
    body = {"order_type": "standard", "currency": "CNY", "customer": customer, "lines": [line], "promised_date": day}
    order_no: str = product.call("POST", "/orders", "sales", json=body)["order_no"]
    return order_no


def foretold(product: Product, *, sure: bool = False, compared: bool = False) -> None:
    """As the worker does every ten minutes; `sure` as if the factory had a long history."""

    async def work(parts: Parts) -> None:
        await foretell_all(parts.door)
        async with parts.database.connect() as connection:
            if sure:
                await connection.run("UPDATE forecasts SET confidence = 'high', basis = 'history'")
            for days, counts in MONTHS.items() if compared else ():
                await connection.run(_KEPT, days, *counts)

    apart(product.with_parts(work))


def test_the_office_sees_what_will_be_late_and_how_far_to_trust_it(browser: Open, product: Product) -> None:
    page = browser(size=DESK)
    sign_in(page, product, "management")
    page.goto(f"{product.url}/console/likely")
    expect(page.get_by_text("还没有可核对的预测")).to_be_visible()
    inspect(page, "console-likely-none")
    order_no = an_order(product, 4)
    foretold(product, compared=True)
    page.reload()
    card = page.locator("li.likely", has_text=order_no)
    expect(card).to_contain_text("可能延期")
    expect(card.locator("summary")).to_contain_text("时间主要在“生产中”")
    card.locator("summary").click()
    expect(card.locator(".slowest")).to_contain_text("生产中")
    expect(page.locator("table")).to_contain_text("偏乐观")
    expect(page.locator("table")).to_contain_text("准")
    inspect(page, "console-likely")
    card.get_by_role("link").click()
    expect(page.locator("h1")).to_have_text(order_no)
    expect(page.get_by_text("八成在")).to_be_visible()
    expect(page.locator("ol li", has_text="已签收")).to_contain_text("约")
    inspect(page, "console-order-forecast")
    page.goto(f"{product.url}/console/orders?risk=likely_late")
    expect(page.get_by_text(order_no)).to_be_visible()
    expect(page.locator("a.order", has_text=order_no)).to_contain_text("预计延期")


def test_in_english_on_a_phone_in_the_dark(browser: Open, product: Product) -> None:
    order_no = an_order(product, 4)
    foretold(product, sure=True)
    page = browser(size=HAND, locale="en-GB", dark=True)
    sign_in(page, product, "sales")
    page.goto(f"{product.url}/console/likely?percent=30")
    expect(page.locator("li.likely", has_text=order_no)).to_contain_text("likely late")
    inspect(page, "console-likely-phone")
    page.goto(f"{product.url}/console/orders/{order_no}")
    expect(page.get_by_text("8 in 10 by")).to_be_visible()
    inspect(page, "console-order-forecast-phone")


def test_a_customer_is_told_a_day_only_where_it_is_known(browser: Open, product: Product) -> None:
    order_no = an_order(product, 30)
    foretold(product)
    page: Any = browser(size=HAND)
    enter(page, product, EMAIL)
    page.get_by_text(order_no).click()
    expect(page.get_by_text("现在还说不准具体哪天")).to_be_visible()
    inspect(page, "portal-forecast-low")
    foretold(product, sure=True)
    page.reload()
    expect(page.get_by_text("八成把握在")).to_be_visible()
    inspect(page, "portal-forecast")
    page.set_viewport_size(DESK)
    page.emulate_media(color_scheme="dark")
    inspect(page, "portal-forecast-desk-dark")

"""C2, C5, C8: scan, see, report in three touches; fifty reports without network or server, and a browser that dies."""

from __future__ import annotations

from collections.abc import Callable

import asyncpg
import pytest
from playwright.sync_api import expect

from tests.e2e.between import between
from tests.e2e.phone import Phone
from tests.e2e.product import Product
from tests.support.servers import TestDatabase, apart

Make = Callable[..., Phone]


def reported(database: TestDatabase, work_order: str) -> list[tuple[str, int, str, str]]:
    """What the server has, in the order of the device: status, number, person, how many good ones."""

    async def read() -> list[tuple[str, int, str, str]]:
        connection = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
        try:
            rows = await connection.fetch(
                "SELECT status, seq, person_id::text AS person, body->>'good' AS good FROM reports "
                "WHERE work_order = $1 AND kind = 'complete' ORDER BY received_at, seq",
                work_order,
            )
        finally:
            await connection.close()
        return [(row["status"], row["seq"], row["person"], row["good"]) for row in rows]

    return apart(read())


def report(phone: Phone, work_order: str, good: int) -> None:
    """At the number pad, as a thumb does it."""
    if not phone.page.url.endswith(f"/w/{work_order}"):
        phone.go(f"w/{work_order}")
    phone.touch(".thumb a")
    for digit in str(good):
        phone.touch(f".keys button:text-is('{digit}')")
    phone.touch(".thumb button")
    expect(phone.page.locator(".thumb a")).to_be_visible()


def test_from_the_open_app_to_a_reported_completion_in_three_touches(
    phone: Make, product: Product, product_database: TestDatabase
) -> None:
    work = product.release(28)
    one = phone(sees=f"{product.url}/floor/w/{work['token']}")
    one.sign_in("production")
    one.wait_for_worker()
    one.touches = 0
    one.touch(".thumb a")
    expect(one.page.locator("h1", has_text="铜铝复合散热器")).to_be_visible()
    one.look("work-order")
    one.touch(".thumb a")
    one.look("complete")
    one.touch(".thumb button")
    assert one.touches == 3
    one.until(lambda: one.waiting() == [] and len(one.verdicts()) == 1, "the report was not sent")
    person = product.person("production")
    assert reported(product_database, work["number"]) == [("applied", 1, person, "28")]
    assert product.call("GET", f"/work-orders/{work['number']}", "production")["operations"][1]["state"] == "ready"


@pytest.mark.parametrize("reports", [10, pytest.param(50, marks=pytest.mark.soak)])
def test_reports_without_network_or_server_and_a_killed_browser_arrive_once_in_order_under_their_names(
    phone: Make, product: Product, product_database: TestDatabase, reports: int
) -> None:
    work = product.release(5000)
    one = phone()
    for login, pin in (("li.wei", "1357"), ("production", "2468")):
        one.go("sign-in")
        one.sign_in(login)
        one.go("me")
        one.page.fill("input[minlength]", pin)
        one.page.click("form button:text-is('保存')")
        expect(one.page.get_by_text("PIN 已保存")).to_be_visible()
    one.go(f"w/{work['number']}")
    expect(one.page.locator(".thumb a")).to_be_visible()
    one.wait_for_worker()
    # Yesterday's sign-in: a browser writes cookies down only every half minute, or when it is closed.
    one.close()
    one.open()
    one.become("production", "2468")

    product.kill()
    one.context.set_offline(True)
    for good in range(1, reports + 1):
        if good == reports // 2 + 1:
            one.go("")
            one.touch(".switch")
            one.become("li.wei", "1357")
        report(one, work["number"], good)
    assert [each["seq"] for each in one.waiting()] == list(range(1, reports + 1))
    one.look("waiting")

    one.kill()
    one.open()
    assert len(one.waiting()) == reports
    one.become("production", "2468")
    expect(one.page.get_by_text(f"{reports} 条待发送")).to_be_visible()
    product.start()
    one.until(lambda: one.waiting() == [], "the queue was not sent")

    names = [product.person(login) for login in ("production", "li.wei")]
    half = reports // 2
    wanted = [("applied", seq, names[0] if seq <= half else names[1], str(seq)) for seq in range(1, reports + 1)]
    assert reported(product_database, work["number"]) == wanted
    assert {each["status"] for each in one.verdicts()} == {"applied"}


@pytest.mark.parametrize(
    ("reports", "kill_every"), [(3, 2), pytest.param(50, 1, marks=pytest.mark.soak)], ids=["some", "every"]
)
def test_a_server_killed_between_commit_and_answer_books_nothing_twice(
    phone: Make, product: Product, product_database: TestDatabase, reports: int, kill_every: int
) -> None:
    work = product.release(5000)
    with between(product.port) as wire:
        one = phone(url=wire.url)
        one.sign_in("production")
        one.go(f"w/{work['number']}")
        expect(one.page.locator(".thumb a")).to_be_visible()
        lost = 0

        def swallow_once() -> bool:
            """The server has committed and answered; the answer is lost, and every so often the server with it."""
            nonlocal lost
            lost += 1
            wire.swallow = lambda: False
            if lost % kill_every == 0:
                product.kill()
                product.start()
            return True

        for good in range(1, reports + 1):
            wire.swallow = swallow_once
            report(one, work["number"], good)
            one.until(lambda: one.waiting() == [], f"report {good} was not settled", seconds=60)
        assert lost == reports
    told = reported(product_database, work["number"])
    assert [(status, good) for status, _, _, good in told] == [("applied", str(n)) for n in range(1, reports + 1)]
    assert [each["status"] for each in one.verdicts()] == ["duplicate"] * reports

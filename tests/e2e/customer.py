"""A customer at the portal: her orders, and her browser, in which she is signed in by a code that was mailed to her."""

from __future__ import annotations

import io
import re
from typing import Any
from uuid import uuid4

import httpx
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.e2e.desk import HAND, Open
from tests.e2e.product import Product
from tests.e2e.test_without_network import SHIPPED

_SEEN = "localStorage.setItem('throughline-tour', 'seen')"
_CODE = re.compile(r"\b\d{8}\b")


class Customer:
    """Somebody whom nobody knew before; `order` makes her known."""

    def __init__(self, product: Product, name: str = "李女士") -> None:
        self.product, self.name = product, name
        self.email = f"li-{uuid4().hex[:10]}@example.com"

    def order(self, quantity: str = "2") -> str:
        """Radiators for her; the order's number."""
        line = {
            "name": "铜铝复合散热器",
            "sku": "RAD-CU6012-W",
            "quantity": quantity,
            "unit": "组",
            "unit_price": "180.00",
        }
        body = {
            "order_type": "standard",
            "currency": "CNY",
            "customer": {"name": self.name, "email": self.email, "external_id": self.email},
            "lines": [line],
            "promised_date": "2027-01-15",
            "merchandiser_id": self.product.person("sales"),
        }
        return str(self.product.call("POST", "/orders", "sales", json=body)["order_no"])

    def deliver(self, order_no: str) -> None:
        """All that has to happen until she has it."""
        for action in ("submit_review", "approve_review"):
            self.product.act(order_no, action, "sales")
        for action, role in SHIPPED:
            self.product.act(order_no, action, role)
        self.product.act(order_no, "sign_delivery", "driver")

    def sign_in(self, browser: Open, *, toured: bool = True, **how: Any) -> Page:
        """Her browser, with the list of her orders; the guided tour is behind her where `toured`."""
        page = browser(**{"size": HAND, **how})
        enter(page, self.product, self.email, toured=toured)
        expect(page.locator("a.order").first).to_be_visible()
        return page

    def told(self, order_no: str, text: str, **more: Any) -> None:
        """The merchandiser writes to her."""
        body = {"id": str(uuid4()), "text": text, **more}
        self.product.call("POST", f"/orders/{order_no}/messages", "sales", json=body)

    def asked_about(self, order_no: str) -> list[dict[str, Any]]:
        """What she and the staff wrote, oldest first."""
        log: list[dict[str, Any]] = self.product.call("GET", f"/orders/{order_no}/messages", "sales")["items"]
        return log[::-1]

    def change_asked(self, order_no: str, patch: dict[str, Any]) -> None:
        """The management would like to change her order, and waits for her."""
        body = {"patch": patch, "reason": "排产调整", "asked_by": "us"}
        change = self.product.call("POST", f"/orders/{order_no}/changes", "sales", json=body)
        self.product.call("POST", f"/changes/{change['id']}/approve", "management", json={})


def enter(page: Page, product: Product, email: str, *, toured: bool = True) -> None:
    """Into the portal by a code; the guided tour is behind whom it belongs to where `toured`."""
    if toured:
        page.add_init_script(_SEEN)
    page.goto(f"{product.url}/portal/")
    page.fill("#email", email)
    page.click("form button.main")
    page.wait_for_selector("#code")
    page.fill("#code", product.until(lambda: code_mailed(product, email)))
    page.click("form button.main")


def code_mailed(product: Product, email: str) -> str:
    """The code in the newest mail to somebody, as soon as it has come."""
    headers = {"accept": "application/json"}
    letters = httpx.get(f"{product.url}/dev/mailbox", headers=headers).json()["items"]
    found = (_CODE.search(letter["text"]) for letter in letters if letter["to"] == email)
    return next((code[0] for code in found if code), "")


def not_taken() -> FilePayload:
    """A file of a kind that nobody takes."""
    return {"name": "x.exe", "mimeType": "", "buffer": b"MZ"}


def a_photo(name: str = "破损.jpg") -> FilePayload:
    """A photo as a phone takes it, small."""
    content = io.BytesIO()
    Image.new("RGB", (320, 240), "brown").save(content, "JPEG")
    return {"name": name, "mimeType": "image/jpeg", "buffer": content.getvalue()}

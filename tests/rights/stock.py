"""A house in which everything is to be found, with a canary in every field that somebody may not read.

Prices and costs are numbers of five digits and more that stand nowhere else; the database tells what became of them, so
that sums count as canaries too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import UUID

import httpx
from openpyxl import load_workbook
from pyotp import TOTP

from domain.access.actor import system
from domain.access.badges import badge_text
from domain.access.roles import ROLES
from domain.effects import Effect
from domain.products.article import Article, Operation
from domain.products.bill import BillLine
from domain.text import Text
from tests.api.support import PASSWORD, Api, an_order
from tests.rights.asking import Canary
from tests.rights.examples import TAOBAO
from tests.support.customers import ELEANOR, JONAS, a_browser, ask, code_for, mail_to, relay_of, signed_in
from tests.support.documents import publish
from tests.support.files import pdf, picture
from tests.support.senders import sample, signed
from tests.support.workbooks import workbook
from tests.workers.postroom import Cause, cause_effects
from usecases.erp.compare_orders import AskComparison, ask_comparison
from usecases.people.add_person import AddPerson, add_person
from usecases.products.load_catalogue import LoadCatalogue, load_catalogue
from usecases.warning.replace_substitutes import ReplaceSubstitutes, Substitute, replace_substitutes

EVERYTHING = "everything"
NO_ID = "01a20a9a-a9fe-71b3-acb8-d6b87582837b"
FEE, SCORE, NOTE, FOREIGN = "canary-fee-7731", "canary-score-5512", "canary-internal-6617", "canary-jonas-3391"
STEPS = (
    Operation("OP10", Text("下料", "Cut"), "锯", Decimal(6), Decimal(15)),
    Operation("OP50", Text("焊接", "Weld"), "焊机", Decimal(14)),
)
ARTICLES = (
    Article("RAD-CU6012-W", "散热器", "组", "product", operations=STEPS),
    Article("CU.T", "紫铜管", "米", "material", details={"cost": "21733.61"}),
    Article("AL.T", "铝管", "米", "material", details={"cost": "20119.47"}),
)
BILL = (BillLine("RAD-CU6012-W", 1, "CU.T", Decimal("6.2")),)
LEVELS = [
    {"material": "CU.T", "on_hand": "10", "safety_level": "50", "unit_cost": "21733.61"},
    {"material": "AL.T", "on_hand": "90", "unit_cost": "20119.47", "lead_days": 3},
]


@dataclass
class House:
    """`stock` has what examples name, `cookies` the customers' sessions; `canaries` must reach their readers alone."""

    api: Api
    stock: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    canaries: list[Canary] = field(default_factory=list)

    async def does(self, method: str, path: str, role: str = EVERYTHING, **sent: Any) -> Any:
        """One call of somebody who may do everything, or of one role; its answer."""
        answer = await self.api.request(method, path, role=role, **sent)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json() if answer.content else None

    async def items(self, path: str) -> list[dict[str, Any]]:
        """The first page of a list."""
        found: list[dict[str, Any]] = (await self.does("GET", path))["items"]
        return found


@asynccontextmanager
async def furnished(api: Api) -> AsyncIterator[House]:
    """The house, once it is full."""
    house = House(api)
    hashed = await api.parts.passwords.hash(PASSWORD)
    for login, roles in ((EVERYTHING, tuple(ROLES)), ("victim", ("driver",)), ("limited", ("sales",))):
        person = AddPerson(login, f"测试 {login}", hashed, roles)
        await api.parts.door.run(system("tests"), add_person, person)
    await _documents(house)
    await _catalogue(house)
    await _orders(house)
    await _papers(house)
    await _changes(house)
    await _people(house)
    await _intake(house)
    await _conflict(house)
    await _chat(house)
    await _warning(house)
    await _exports(house)
    await _endpoint(house)
    async with a_browser(api) as eleanor, a_browser(api) as jonas:
        await _customers(house, eleanor, jonas)
        await _told(house)
        await _count(house)
        yield house


async def _documents(house: House) -> None:
    """Fields that documents close, and drafts of each kind."""
    own = {"agent_fee": {"type": "string", "x-read": ["finance"], "x-write": ["finance"]}}
    await publish(house.api, "order-types", "export", lambda body: body["fields"]["properties"].update(own))
    score = {"score": {"type": "string", "x-read": ["quality"], "x-write": ["quality"]}}
    await publish(house.api, "forms", "inspect", lambda body: body["schema"]["properties"].update(score))
    body = await house.does("GET", "/workflows/standard/versions/1")
    for transition in body["transitions"]:
        if transition.get("form") == "inspect@1":
            transition["form"] = "inspect@2"
    await publish(house.api, "workflows", "standard", lambda old: old.update(body))
    for path, kind, key in (
        ("workflows", "workflow", "standard"), ("order-types", "order_type", "export"), ("forms", "form", "inspect"),
    ):  # fmt: skip
        house.stock[f"{kind}_body"] = await house.does("GET", f"/{path}/{key}/versions/2")
        await house.does("PUT", f"/{path}/{key}/draft", json=house.stock[f"{kind}_body"])
    template = await house.does("GET", "/intake-templates/taobao/versions/1")
    house.stock["intake_template_body"] = template
    await house.does("PUT", "/intake-templates/taobao/draft", json=template)


async def _catalogue(house: House) -> None:
    run = house.api.parts.door.run
    await run(system("tests"), load_catalogue, LoadCatalogue(ARTICLES, BILL))
    allowed = [Substitute("CU.T", "AL.T", Decimal("0.5"), 1, note={"zh": "铜改铝", "en": "aluminium for copper"})]
    await run(system("tests"), replace_substitutes, ReplaceSubstitutes("tests", allowed))
    await run(system("tests"), ask_comparison, AskComparison(["kingdee"], date(2026, 11, 24)))
    await house.does("POST", "/stock/levels", json={"source": "warehouse", "levels": LEVELS})
    files = {"file": ("plan.pdf", pdf("drawing"))}
    drawing = await house.does("POST", "/products/RAD-CU6012-W/drawings", files=files)
    photo = await house.does("POST", "/photos", role="production", files={"file": ("a.png", picture())})
    house.stock["photo_sha256"] = photo["sha256"]
    operation = {"code": "OP10", "name": {"zh": "下料", "en": "Cut"}, "work_centre": "锯", "minutes": "6"}
    draft = {"operations": [operation], "drawings": [{"name": "总图", "sha256": drawing["sha256"]}]}
    await house.does("PUT", "/products/RAD-CU6012-W/draft", json=draft)
    house.stock |= {"sha256": drawing["sha256"], "sku": "RAD-CU6012-W", "key": "standard"}
    house.canaries += [
        Canary("unit_cost", text.encode(), "house")
        for text in ("21733.61", "20119.47", "1614.14")  # the third: their difference
    ]


def _export(email: str, base: str, **more: Any) -> dict[str, Any]:
    """An order of which every amount begins with figures of its own."""
    name = email.partition("@")[0].title()
    return {
        "order_type": "export", "currency": "CNY", "shipping": f"{base}1.57", "tax": f"{base}2.43",
        "customer": {"name": name, "email": email, "external_id": f"C-{email}", "address": {"country": "GB"}},
        "discounts": [{"kind": "order", "label": "满减", "amount": f"{base}3.51"}],
        "fees": [{"kind": "fee", "label": "木箱", "amount": f"{base}4.19"}],
        "lines": [
            {"name": "散热器", "sku": "RAD-CU6012-W", "quantity": "3", "unit": "组", "unit_price": f"{base}8.93"},
            {"name": "紫铜管", "sku": "CU.T", "quantity": "7", "unit": "米", "unit_price": f"{base}9.37"},
        ],
        "extension": {"agent_fee": FEE, "port": "Ningbo"}, "notes": {"internal": NOTE, "buyer": "gift wrap"},
        "cost": f"{base}5.23", "margin": f"{base}6.77", **more,
    }  # fmt: skip


async def _orders(house: House) -> None:
    """One of Eleanor's that nothing was done about, one that is made, and one of Jonas'."""
    opened = await house.does("POST", "/orders", json=_export(ELEANOR, "4821"))
    await house.does(
        "PATCH", f"/orders/{opened['order_no']}", headers={"if-match": '"1"'}, json={"cost": "48215.24", "priority": 2}
    )
    running = await house.does("POST", "/orders", json=_export(ELEANOR, "5932"))
    foreign = await house.does("POST", "/orders", json=_export(JONAS, "6043", notes={"buyer": FOREIGN}))
    steps: list[tuple[str, dict[str, Any]]] = [
        ("submit_review", {}), ("approve_review", {}), ("start_production", {}), ("completion_reported", {}),
        ("fail_inspection", {"score": SCORE, "defects": []}),
    ]  # fmt: skip
    for action, payload in steps:
        body = {"action": action, "payload": payload}
        await house.does("POST", f"/orders/{running['order_no']}/actions", json=body)
        await relay_of(house.api).drain()
    made = await house.does("POST", "/orders", json=_export(ELEANOR, "9376"))
    for action, payload in steps[:3]:
        await house.does("POST", f"/orders/{made['order_no']}/actions", json={"action": action, "payload": payload})
        await relay_of(house.api).drain()
    work_orders = await house.items(f"/work-orders?order_no={made['order_no']}")
    house.stock |= {
        "order_no": opened["order_no"], "version": '"2"', "running_no": running["order_no"],
        "foreign_no": foreign["order_no"], "customer_id": opened["customer"]["id"],
        "code": work_orders[0]["number"], "token": work_orders[0]["token"],
        "now": datetime.now(UTC).isoformat(),
    }  # fmt: skip


async def _papers(house: House) -> None:
    place = f"/orders/{house.stock['order_no']}/attachments"
    sent: dict[str, Any] = {"data": {"kind": "drawing"}, "files": {"file": ("plan.pdf", pdf())}}
    for name in ("attachment_id", "unreleased_id"):
        house.stock[name] = (await house.does("POST", place, **sent))["attachment"]["id"]
    await house.does("POST", f"{place}/{house.stock['attachment_id']}/release")
    house.stock["version"] = f'"{(await house.does("GET", place.removesuffix("/attachments")))["version"]}"'


async def _changes(house: House) -> None:
    """One in force that waits for departments, one that waits for the customer, one that waits for a decision."""
    patch = {"lines": [{"line": 1, "quantity": "4"}]}

    async def asked(order_no: str, **more: Any) -> str:
        body = {"patch": patch, "reason": "客户来电", **more}
        found: str = (await house.does("POST", f"/orders/{order_no}/changes", "sales", json=body))["id"]
        return found

    applied = await asked(house.stock["running_no"])
    await house.does("POST", f"/changes/{applied}/approve", json={})
    confirmable = (await house.does("POST", "/orders", json=_export(ELEANOR, "7154")))["order_no"]
    waiting = (await house.does("POST", "/orders", json=_export(ELEANOR, "8265")))["order_no"]
    house.stock |= {
        "applied_id": applied,
        "confirmable_no": confirmable,
        "confirmable_id": await asked(confirmable, confirm_by_customer=True),
        "change_id": await asked(waiting),
    }
    await house.does("POST", f"/changes/{house.stock['confirmable_id']}/approve", json={})


async def _people(house: House) -> None:
    role = {"key": "packer", "label": {"zh": "打包", "en": "Packer"}, "based_on": "driver", "rights": ["orders.read"]}
    await house.does("POST", "/roles", json=role)
    person = {"login": "p.acker", "name": "包", "password": "a-long-enough-password", "roles": ["driver"]}
    await house.does("POST", "/users", json=person)
    device = await house.does("POST", "/devices", json={"name": "手机", "kind": "phone"})
    me = await house.does("GET", "/me")
    shift = {"name": "白班", "starts": "08:00", "ends": "16:00"}
    await house.does("PUT", "/shifts/day", json=shift)
    users = {user["login"]: user["id"] for user in await house.items("/users?limit=200")}
    await house.does("PATCH", f"/users/{users['limited']}", json={"orders_of": "own"})
    secret = (await house.does("POST", "/me/second-factor", json={"password": PASSWORD}))["secret"]
    badge = await house.does("POST", f"/users/{users['victim']}/badge")
    await house.api.as_("victim")
    (session,) = await house.items(f"/users/{users['victim']}/sessions")
    house.stock |= {
        "totp": TOTP(secret).at(house.api.clock()), "victim_session_id": session["id"],
        "badge": badge_text(house.api.parts.badges.key, badge["number"]),
        "role_key": "packer", "device_id": device["id"], "person_id": me["id"], "user_id": users["victim"],
        "session_id": me["session_id"], "refresh_token": house.api.tokens[EVERYTHING]["refresh_token"],
    }  # fmt: skip


async def _conflict(house: House) -> None:
    """A report that comes before the one that it needs."""
    body = {"work_order": house.stock["token"], "operation": "OP50", "revision": 1, "good": "1"}
    report = {
        "id": str(UUID(int=81)), "v": 1, "seq": 1, "by": None, "kind": "complete", "occurred_at": house.stock["now"],
        "body": body,
    }  # fmt: skip
    call = {"device_id": house.stock["device_id"], "sent_at": house.stock["now"], "reports": [report]}
    (result,) = (await house.does("POST", "/sync", json=call))["results"]
    house.stock["conflict_id"] = result["conflict_id"]


async def _warning(house: House) -> None:
    """The rules and the calendar as they came; no alert is raised, so that one's number names nothing."""
    rule = (await house.items("/alert-rules"))[0]
    calendar = await house.does("GET", "/calendar")
    house.stock |= {
        "rule_key": rule["key"], "rule_body": (await house.does("GET", f"/alert-rules/{rule['key']}")),
        "calendar_body": calendar, "alert_id": NO_ID, "delivery_id": NO_ID,
    }  # fmt: skip


async def _exports(house: House) -> None:
    """What somebody exported of their own, and their copy that came back edited."""
    me = await house.does("GET", "/me")
    await house.does("POST", "/orders", json=an_order(merchandiser_id=me["id"]))
    made = await house.does("POST", "/exports", json={})
    await relay_of(house.api).drain()
    place = f"/exports/{made['id']}"
    file = await house.api.get(f"{place}/file", role=EVERYTHING)
    book = load_workbook(BytesIO(file.content))
    orders: Any = book.worksheets[0]
    column = next(column for column, cell in enumerate(orders[1]) if str(cell.value).startswith("优先级"))
    orders[2][column].value = 5
    edited = BytesIO()
    book.save(edited)
    copy = edited.getvalue()
    back = await house.does("POST", f"{place}/return", files={"file": ("copy.xlsx", copy)})
    house.stock |= {
        "export_id": made["id"], "return_id": back["id"], "copy": copy, "returned_no": back["items"][0]["order_no"],
    }  # fmt: skip


async def _endpoint(house: House) -> None:
    body = {"name": "ERP", "url": "https://hooks.example.com/in", "types": ["order.opened"]}
    house.stock["endpoint_id"] = (await house.does("POST", "/webhook-endpoints", json=body))["id"]


async def _chat(house: House) -> None:
    """A message with a file, to the customer."""
    place = f"/orders/{house.stock['order_no']}/messages"
    file = await house.does("POST", f"{place}/files", files={"file": ("plan.pdf", pdf("chat"))})
    await house.does("POST", place, json={"id": str(UUID(int=82)), "text": "您好", "files": [file["id"]]})
    house.stock["file_id"] = file["id"]


async def _intake(house: House) -> None:
    """What arrived and waits for a person, with a price of its own in it."""
    body = sample(TAOBAO)
    headers = signed("taobao", body, "d-1", datetime.now(UTC))
    kept = await house.api.http.post("/api/v1/hooks/taobao", content=body, headers=headers)
    assert kept.status_code == 202, kept.text
    await relay_of(house.api).drain()
    house.stock |= {"intake_id": kept.json()["id"], "channel": "taobao"}
    await _rejected(house)
    sheet = workbook([["R-0", "海润暖通", "", "", "支架", 1, 1]])
    imported = await house.does("POST", "/imports/orders?dry_run=true", files={"file": ("orders.xlsx", sheet)})
    house.stock["import_id"] = imported["id"]
    await _alike(house)


async def _rejected(house: House) -> None:
    """Another that somebody rejected."""
    body = b"{}"
    headers = signed("taobao", body, "d-2", datetime.now(UTC))
    kept = await house.api.http.post("/api/v1/hooks/taobao", content=body, headers=headers)
    await relay_of(house.api).drain()
    house.stock["rejected_id"] = kept.json()["id"]
    await house.does("POST", f"/intake/{house.stock['rejected_id']}/reject", json={"reason": "x"})


async def _alike(house: House) -> None:
    """Customers who may be merged, and two who have been."""
    ids = []
    for name in ("甲", "乙", "丙"):
        body = an_order(customer={"name": name, "external_id": f"A-{name}"})
        ids.append((await house.does("POST", "/orders", json=body))["customer"]["id"])
    merged = await house.does("POST", f"/customers/{ids[1]}/merge", json={"customer_id": ids[2], "reason": "x"})
    house.stock |= {"alike_id": ids[0], "merge_id": merged["id"]}
    item = await house.does("GET", f"/intake/{house.stock['intake_id']}")
    assert item["status"] == "review"
    house.stock["corrected_meaning"] = {**item["meaning"], "promised_date": "2026-12-24"}
    await house.does("PUT", f"/intake/{item['id']}/meaning", json={"meaning": house.stock["corrected_meaning"]})
    await house.does("POST", "/intake-channels", json={"key": "fair", "name": "Fair"})


async def _customers(house: House, eleanor: httpx.AsyncClient, jonas: httpx.AsyncClient) -> None:
    for name, browser, email in (("eleanor", eleanor, ELEANOR), ("jonas", jonas, JONAS)):
        await signed_in(house.api, browser, email)
        cookies = "; ".join(f"{one}={value}" for one, value in browser.cookies.items())
        house.cookies[name] = {"cookie": cookies, "origin": str(browser.headers["origin"])}
        house.stock[name] = house.cookies[name]
    complaint = {"category": "damage", "id": str(UUID(int=84)), "text": "scratched"}
    sent = await eleanor.post(f"/orders/{house.stock['order_no']}/complaints", json=complaint)
    assert sent.is_success, sent.text
    house.stock["complaint_id"] = sent.json()["id"]
    (contact,) = await house.items(f"/contacts?order_no={house.stock['order_no']}")
    async with a_browser(house.api) as third:
        await ask(third, ELEANOR)
        await mail_to(house.api, ELEANOR)
        code = await code_for(house.api, ELEANOR)
    house.stock |= {"contact_id": contact["id"], "code_email": ELEANOR, "code_mailed": code}


async def _told(house: House) -> None:
    """A letter that nobody could carry, and a notice of one's own."""
    await house.api.parts.door.run(system("tests"), cause_effects, Cause([Effect("fax", "paper", "x", {})]))
    await relay_of(house.api).drain()
    (letter,) = await house.items("/outbox?state=dead")
    house.stock |= {"effect_id": letter["id"], "notice_id": (await house.items("/notices"))[0]["id"]}


_MONEY = """
SELECT 'unit_price' AS field, l.unit_price AS value, o.customer_id FROM order_lines l JOIN orders o ON o.id = l.order_id
UNION SELECT 'amount', l.amount, o.customer_id FROM order_lines l JOIN orders o ON o.id = l.order_id
UNION SELECT 'amount', (d->>'amount')::numeric, o.customer_id
  FROM orders o, jsonb_array_elements(o.discounts || o.fees) d
UNION SELECT 'shipping', shipping, customer_id FROM orders UNION SELECT 'tax', tax, customer_id FROM orders
UNION SELECT 'total', total, customer_id FROM orders UNION SELECT 'cost', cost, customer_id FROM orders
UNION SELECT 'margin', margin, customer_id FROM orders
"""


async def _count(house: House) -> None:
    """Every amount that the orders came to, as it is written and in minor units, and the secrets in words."""
    eleanor = UUID(house.stock["customer_id"])
    async with house.api.parts.database.connect() as connection:
        rows = await connection.rows(_MONEY)
    for row in rows:
        if row["value"] is None or row["value"] < 10_000:
            continue
        owner = "eleanor" if row["customer_id"] == eleanor else "jonas"
        text = f"{row['value']:.2f}"
        house.canaries += [Canary(row["field"], one.encode(), owner) for one in (text, text.replace(".", ""))]
    assert len(house.canaries) > 100
    foreign = (FOREIGN, JONAS, house.stock["foreign_no"])
    staff = frozenset({*ROLES, "key"})
    house.canaries += [
        Canary("agent_fee", FEE.encode(), "eleanor", frozenset({"finance"})),
        Canary("score", SCORE.encode(), "eleanor", frozenset({"quality"})),
        Canary("notes", NOTE.encode(), "eleanor", staff),
        *(Canary("notes", text.encode(), "jonas", staff | {"customer"}) for text in foreign),
    ]

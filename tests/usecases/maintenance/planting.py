"""A factory with something of everything, and hands that reach into its database behind everybody's back."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import asyncpg

from domain.access.actor import system
from domain.orders.events import canonical_text, chain_hash
from integrations.blobs.folder import BlobFolder
from integrations.ports import BlobDamaged, BlobMissing
from persistence.database import Database
from tests.factory import Factory, an_opening, person
from tests.floor import Workshop
from tests.support.servers import TestDatabase
from usecases.floor.settle_conflict import SettleConflict, settle_conflict
from usecases.intake.acting import INTAKE
from usecases.intake.keep_payload import KeepPayload, keep_payload
from usecases.maintenance.tally import Tally
from usecases.maintenance.verify_all import FileProblem, VerifyAll, verify_all
from usecases.orders.attach_paper import AttachPaper, attach_paper
from usecases.orders.decide_change import DecideChange, approve_change
from usecases.orders.edit_order import EditOrder, edit_order
from usecases.orders.open_order import NewLine, open_order
from usecases.orders.propose_change import ProposeChange, propose_change
from workers.schedule import Means, Schedule

SHANGHAI = ZoneInfo("Asia/Shanghai")
LINES = (NewLine("散热器", Decimal(10), Decimal("180.00"), sku="RAD"), NewLine("阀", Decimal(7), Decimal("33.33")))


async def furnish(factory: Factory, blobs: BlobFolder) -> dict[str, Any]:
    """Orders edited, shipped in parts, returned, split, held; papers, a delivery, a root. Answers their names."""
    facts: dict[str, Any] = {"whole": await _whole(factory, blobs)}
    facts["parent"], facts["child"] = await _split(factory)
    facts["held"] = (await factory.an_order(customer=None))["order_no"]
    await factory.act(facts["held"], "hold", "sales", payload={"reason": "尾款未到"})
    facts["changed"] = await _changed(factory)
    facts["arrived"] = await _arrived(factory)
    facts["work_order"], facts["report"] = await _reported(factory)
    await _settled(factory)
    await Schedule(Means(factory.door, blobs, lambda: factory.clock, SHANGHAI)).run_overdue()
    return facts


async def _reported(factory: Factory) -> tuple[str, str]:
    """A work order on which something was reported, sent back, and told twice; and its first report."""
    workshop = await Workshop.open(factory)
    (number,) = await workshop.released()
    phone = await workshop.phone()
    lots = [{"sku": "CU.T", "lot": "L1", "quantity": "6"}]
    told = await workshop.complete(phone, number, "OP10", "9", scrap="1", lots=lots,
                                   scrap_reasons=[{"code": "scratch", "quantity": "1"}])  # fmt: skip
    await workshop.tell(phone, "rework", {"work_order": number, "operation": "OP10", "quantity": "2"})
    again = await workshop.complete(phone, number, "OP10", "9")
    command = SettleConflict(UUID(again["conflict_id"]), "discard", "重复")
    await factory.run(settle_conflict, command, actor=workshop.people["management"])
    await workshop.complete(phone, number, "OP50", "20")
    return number, told["id"]


async def _changed(factory: Factory) -> str:
    """An order with a change in force."""
    order_no: str = (await factory.an_order(customer=None))["order_no"]
    await factory.play(order_no, "start_production")
    asked = ProposeChange(order_no, {"lines": [{"line": 1, "quantity": "3"}]}, "加订")
    change = await factory.run(propose_change, asked, actor=person("sales"))
    await factory.run(approve_change, DecideChange(UUID(change["id"])), actor=person("management"))
    return order_no


async def _settled(factory: Factory) -> None:
    """Until no transaction, of another test's database either, is older than the events: then a root holds them."""
    newest = "SELECT feed_frontier() > xid FROM events ORDER BY xid DESC LIMIT 1"
    async with asyncio.timeout(60), factory.database.connect() as connection:
        while not await connection.value(newest):  # noqa: ASYNC110 - PostgreSQL rings no bell for it
            await asyncio.sleep(0.05)


async def _whole(factory: Factory, blobs: BlobFolder) -> str:
    order = await factory.an_order(lines=LINES, customer=None, shipping=Decimal("20.00"))
    order_no: str = order["order_no"]
    patch = {"lines": [{"line": 1, "quantity": Decimal(12)}], "priority": 2}
    await factory.run(edit_order, EditOrder(order_no, patch, order["version"]), actor=person("sales"))
    stored = await blobs.put_bytes(b"a contract")
    paper = AttachPaper(order_no, "contract", "c.pdf", "application/pdf", stored.size_bytes, stored.sha256)
    await factory.run(attach_paper, paper, actor=person("sales"))
    await factory.play(order_no, "start_production")
    await factory.act(order_no, "ship_part", "warehouse", payload={"lines": [{"line": 1, "quantity": "5"}]})
    for action, role in (("completion_reported", "production"), ("fail_inspection", "quality")):
        await factory.act(order_no, action, role)
    for action, role in (
        ("completion_reported", "production"),
        ("pass_inspection", "quality"),
        ("dispatch", "warehouse"),
        ("depart", "driver"),
        ("sign_delivery", "driver"),
    ):
        await factory.act(order_no, action, role)
    await factory.act(order_no, "receive_return", "warehouse", payload={"lines": [{"line": 2, "quantity": "1"}]})
    return order_no


async def _split(factory: Factory) -> tuple[str, str]:
    discounts = [{"kind": "line", "label": "让利", "amount": "10.01", "line": "L1"}]
    lines = (NewLine("散热器", Decimal(3), Decimal("99.99"), external_id="L1"),)
    order_no = (await factory.an_order(lines=lines, discounts=discounts, customer=None))["order_no"]
    answer = await factory.act(order_no, "split", "sales", payload={"lines": [{"line": 1, "quantity": "1"}]})
    child_no = answer["child"]["order_no"]
    await factory.play(child_no, "approve_review")
    return order_no, child_no


async def _arrived(factory: Factory) -> str:
    kept = await factory.run(keep_payload, KeepPayload("taobao", b"{}", "application/json", {}, "m1"), actor=INTAKE)
    opening = an_opening(channel="taobao", external_id="T1", customer=None, cause=kept["id"])
    order = (await factory.run(open_order, opening, actor=person("sales")))["order"]
    async with factory.database.connect() as connection:
        await connection.run(
            "UPDATE payloads SET status = 'ordered', order_no = $2, external_id = 'T1' WHERE id = $1",
            UUID(kept["id"]),
            order["order_no"],
        )
    return str(kept["id"])


@dataclass
class Behind:
    """A furnished factory of one test, reached with all rights and no trigger in the way."""

    database: TestDatabase
    folder: Path
    facts: Mapping[str, Any]
    at: datetime
    superuser: Any

    @staticmethod
    async def reach(database: TestDatabase, folder: Path, facts: Mapping[str, Any], at: datetime) -> Behind:
        superuser = await asyncpg.connect(database.superuser_url.replace("+asyncpg", ""))
        await superuser.execute("SET session_replication_role = replica")
        return Behind(database, folder, facts, at, superuser)

    async def sql(self, statements: str) -> None:
        """Do it; `{name}` stands for a fact, `events_of({name})` and the like for what SQL makes of it."""
        await self.superuser.execute(statements.format(**self.facts))

    async def forge(self, order_no: str, **changes: Any) -> None:
        """Add one more event that fits the chain, and move the order with it, as a program without rules would."""
        last = await self.superuser.fetchrow(
            "SELECT e.*, o.category FROM events e JOIN orders o ON o.id = e.order_id WHERE o.order_no = $1 "
            "ORDER BY seq DESC LIMIT 1",
            order_no,
        )
        body = {**json.loads(last["body"]), "id": str(uuid4()), "seq": last["seq"] + 1, "from": last["to_stage"]}
        body = {**body, "type": "ActionPerformed", "payload": {}, "evidence": [], **changes}
        text = canonical_text(body)
        digest = chain_hash(last["hash"], text)
        await self.superuser.execute(
            "INSERT INTO events (id, order_id, seq, type, action, from_stage, to_stage, held, recorded_at, canonical, "
            "prev_hash, hash) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
            *(UUID(body["id"]), last["order_id"], body["seq"], body["type"], body["action"], body["from"], body["to"]),
            *(body["held"], last["recorded_at"], text, last["hash"], digest),
        )
        await self.superuser.execute(
            "UPDATE orders SET version = $2, head_hash = $3, stage = $4, held = $5 WHERE id = $1",
            *(last["order_id"], body["seq"], digest, body["to"], body["held"]),
        )

    async def verify(self, url: str | None = None) -> list[Tally]:
        """Every check, as the application's role unless told otherwise."""
        factory = Factory(Database(url or self.database.app_url, pool_size=1), self.at)
        try:
            found: list[Tally] = await factory.door.read(
                system("verify"), verify_all, VerifyAll(lambda _: None, time.monotonic, self._read)
            )
            return found
        finally:
            await factory.close()

    async def broken(self) -> list[str]:
        """`check: table row: problem` for everything that does not hold."""
        return [
            f"{tally.key}: {one.table} {one.row}: {one.problem}"
            for tally in await self.verify()
            for one in tally.violations
        ]

    async def _read(self, sha256: str) -> bytes:
        try:
            return await BlobFolder(self.folder).read(sha256)
        except BlobMissing:
            raise FileProblem("is missing") from None
        except BlobDamaged:
            raise FileProblem("holds other bytes") from None


def soon(factory: Factory) -> datetime:
    """A little later, when nothing of what is due lies about yet."""
    return factory.clock + timedelta(minutes=1)

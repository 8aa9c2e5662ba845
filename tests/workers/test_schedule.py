from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest

from integrations.blobs.folder import BlobFolder
from tests.factory import Factory, a_key, an_opening, person
from tests.support.frontier import nothing_is_withheld
from tests.workers.postroom import PostRoom, a_relay, hire, rows
from usecases.intake.keep_payload import KeepPayload, KeepRefused, keep_payload, keep_refused
from usecases.orders.open_order import open_order
from usecases.outgoing.chain_heads import take_root
from workers.schedule import DAY, HOUR, TICKS, Means, Schedule, Tick

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def means(factory: Factory, tmp_path: Any) -> Means:
    return Means(factory.door, BlobFolder(tmp_path), lambda: factory.clock, SHANGHAI)


class Counted:
    def __init__(self, failures: int = 0) -> None:
        self.turns: list[str] = []
        self.failures = failures

    async def work(self, _: Means, period: Any) -> Any:
        self.turns.append(period.start.isoformat())
        if self.failures:
            self.failures -= 1
            raise RuntimeError("not now")
        return {"turn": len(self.turns)}


async def test_a_period_is_run_once_however_many_ask(factory: Factory, means: Means) -> None:
    counted = Counted()
    schedules = [Schedule(means, (Tick("hourly", HOUR, counted.work),)) for _ in range(6)]
    await asyncio.gather(*(schedule.run_overdue() for schedule in schedules))
    await schedules[0].run_overdue()
    assert counted.turns == ["2026-11-23T01:00:00+00:00"]
    factory.later(hours=1)
    await schedules[0].run_overdue()
    assert len(counted.turns) == 2


async def test_what_was_missed_while_all_was_down_is_made_up_once(factory: Factory, means: Means) -> None:
    counted = Counted()
    schedule = Schedule(means, (Tick("hourly", HOUR, counted.work),))
    await schedule.run_overdue()
    factory.later(days=3, minutes=20)
    await schedule.run_overdue()
    await schedule.run_overdue()
    assert counted.turns == ["2026-11-23T01:00:00+00:00", "2026-11-26T01:00:00+00:00"]


async def test_a_turn_of_one_who_died_is_taken_over_when_its_lease_has_run_out(factory: Factory, means: Means) -> None:
    class Died(BaseException):
        pass

    async def die(*_: Any) -> None:
        raise Died

    with pytest.raises(Died):
        await Schedule(means, (Tick("hourly", HOUR, die),)).run_overdue()
    counted = Counted()
    heir = Schedule(means, (Tick("hourly", HOUR, counted.work),))
    await heir.run_overdue()
    assert counted.turns == []
    factory.later(minutes=6)
    await heir.run_overdue()
    assert len(counted.turns) == 1


async def test_a_failure_is_kept_and_tried_again_soon_and_the_others_run(factory: Factory, means: Means) -> None:
    bad, good = Counted(failures=1), Counted()
    schedule = Schedule(means, (Tick("bad", HOUR, bad.work), Tick("good", HOUR, good.work)))
    await schedule.run_overdue()
    (row,) = await rows(factory, "SELECT problem, finished_at FROM ticks WHERE name = 'bad'")
    assert row == {"problem": "RuntimeError: not now", "finished_at": None}
    assert len(good.turns) == 1
    await schedule.run_overdue()
    assert len(bad.turns) == 1
    factory.later(minutes=1)
    await schedule.run_overdue()
    assert len(bad.turns) == 2
    (row,) = await rows(factory, "SELECT problem, result FROM ticks WHERE name = 'bad'")
    assert row == {"problem": None, "result": {"turn": 2}}


async def test_nightly_work_begins_at_three_in_the_factorys_night(factory: Factory, means: Means) -> None:
    counted = Counted()
    await Schedule(means, (Tick("nightly", DAY, counted.work, nightly=True),)).run_overdue()
    assert counted.turns == ["2026-11-22T19:00:00+00:00"]


async def test_the_root_of_all_heads_is_stored_and_mailed_once_an_hour(
    factory: Factory, means: Means, post: PostRoom
) -> None:
    await hire(factory, "root", "admin")
    await factory.an_order()
    await nothing_is_withheld(factory)
    schedule = Schedule(means, tuple(tick for tick in TICKS if tick.name == "chain_heads"))
    await schedule.run_overdue()
    (row,) = await rows(factory, "SELECT result FROM ticks")
    root = row["result"]
    assert root["orders"] == 1
    assert orjson.loads(await means.blobs.read(root["blob"])) == {k: v for k, v in root.items() if k != "blob"}
    await a_relay(factory, post).drain()
    (mail,) = [message for _, to, message in post.sent if to == "root@example.com"]
    assert root["root"] in mail.text


async def test_the_root_is_what_anybody_computes_from_the_events(factory: Factory) -> None:
    orders = [await factory.an_order() for _ in range(3)]
    await factory.act(orders[1]["order_no"], "submit_review", "sales")
    await nothing_is_withheld(factory)
    found = await factory.read(take_root, None)
    heads = await rows(
        factory,
        "SELECT DISTINCT ON (o.order_no) o.order_no, e.hash FROM events e JOIN orders o ON o.id = e.order_id "
        "ORDER BY o.order_no, e.seq DESC",
    )
    lines = "\n".join(f"{head['order_no']} {head['hash']}" for head in heads)
    assert found["root"] == hashlib.sha256(lines.encode()).hexdigest()
    assert found["orders"] == 3


async def test_a_root_of_the_past_is_found_again_later_and_not_from_a_rewritten_history(
    factory: Factory, database: Any
) -> None:
    order = await factory.an_order()
    await nothing_is_withheld(factory)
    before = await factory.read(take_root, None)
    await factory.act(order["order_no"], "submit_review", "sales")
    await factory.an_order()
    await nothing_is_withheld(factory)
    assert (await factory.read(take_root, None))["root"] != before["root"]
    assert (await factory.read(take_root, before["frontier"]))["root"] == before["root"]

    forger = await Factory.open(database.superuser_url)
    try:
        await rows(forger, "ALTER TABLE events DISABLE TRIGGER USER")
        await rows(
            forger,
            "UPDATE events SET canonical = replace(canonical, '\"CNY\"', '\"USD\"'), hash = encode(sha256(convert_to("
            "prev_hash || E'\\n' || replace(canonical, '\"CNY\"', '\"USD\"'), 'UTF8')), 'hex') WHERE seq = 1",
        )
    finally:
        await forger.close()
    assert (await factory.read(take_root, before["frontier"]))["root"] != before["root"]


async def test_old_answers_and_refused_payloads_are_forgotten_and_authentic_ones_are_not(
    factory: Factory, means: Means
) -> None:
    await factory.run(open_order, an_opening(), actor=person("sales"), key=a_key())
    await factory.run(keep_refused, KeepRefused("shopify", b"{}", "application/json", {}, "mismatch"))
    await factory.run(keep_payload, KeepPayload("shopify", b"{}", "application/json", {}, "d1"))
    factory.clock += timedelta(days=31)
    await Schedule(means).run_overdue()
    assert await rows(factory, "SELECT 1 FROM replies") == []
    assert await rows(factory, "SELECT status FROM payloads") == [{"status": "kept"}]

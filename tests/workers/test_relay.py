from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access.actor import Actor
from domain.effects import Effect
from integrations.ports import SendFailed
from persistence.outbox import Claimed
from tests.factory import Factory
from tests.support.eventually import eventually
from tests.workers.postroom import Cause, PostRoom, a_mail, a_relay, cause_effects, hire, rows
from usecases.door import Door, Outcome
from usecases.outgoing.claim_effects import ClaimEffects, claim_effects
from usecases.outgoing.dead_letters import DropEffect, EffectPage, drop_effect, list_effects, retry_effect
from usecases.outgoing.open_tasks import open_tasks
from usecases.outgoing.settle_effect import Failed, Follow, Sent, follow, settle_failed, settle_sent
from workers.reactions import IN_ORDER
from workers.relay import Relay

SETTLED = "SELECT state, count(*) AS n FROM outbox GROUP BY state ORDER BY state"


async def states(factory: Factory) -> dict[str, int]:
    return {row["state"]: row["n"] for row in await rows(factory, SETTLED)}


async def claim(factory: Factory, limit: int = 100, **more: frozenset[str]) -> list[Claimed]:
    claimed: list[Claimed] = await factory.run(claim_effects, ClaimEffects(limit, limit, **more))
    return claimed


def tell_quality(order_no: str) -> Effect:
    body = {"order_no": order_no, "stage": "awaiting_qc", "template": "awaiting_qc", "channels": ["in_app"]}
    return Effect("notify", "*", "role:quality:awaiting_qc", body)


async def test_completion_reaches_the_inspector_in_the_app_and_nobody_else(factory: Factory, post: PostRoom) -> None:
    inspector = await hire(factory, "wang", "quality")
    await hire(factory, "zhao", "warehouse")
    order = await factory.an_order()
    await factory.play(order["order_no"], until="completion_reported")
    await a_relay(factory, post).drain()
    told = await rows(factory, "SELECT person_id::text, template, order_no FROM notices WHERE template = 'awaiting_qc'")
    assert told == [{"person_id": inspector["id"], "template": "awaiting_qc", "order_no": order["order_no"]}]
    assert set(await states(factory)) == {"done"}


async def test_a_channel_that_nobody_configured_is_skipped_and_is_no_error(factory: Factory, post: PostRoom) -> None:
    await hire(factory, "wang", "quality")
    body = {"order_no": None, "stage": "x", "template": "awaiting_qc", "channels": ["wecom", "in_app", "email"]}
    await factory.run(cause_effects, Cause([Effect("notify", "*", "role:quality:awaiting_qc", body)]))
    await a_relay(factory, post).drain()
    found = await rows(factory, "SELECT channel, state FROM outbox ORDER BY channel")
    assert [(row["channel"], row["state"]) for row in found] == [("*", "done"), ("email", "done"), ("in_app", "done")]
    assert [to for _, to, _ in post.sent] == ["wang@example.com"]


async def test_the_customer_is_written_to_unless_the_platform_masks_her(factory: Factory, post: PostRoom) -> None:
    known = {"name": "Eleanor", "email": "e@example.co.uk", "phone": "+44770", "external_id": "C7",
             "address": {"country": "GB"}}  # fmt: skip
    masked = {**known, "name": "王**", "external_id": "C8", "masked": True}
    for customer in (known, masked):
        order = await factory.an_order(customer=customer)
        await factory.play(order["order_no"], until="sign_delivery")
    await a_relay(factory, post).drain()
    written = [(to, message.subject) for _, to, message in post.sent]
    assert ("e@example.co.uk", "Order SO100001 has been delivered") in written
    assert all("SO100002" not in subject for _, subject in written)


async def test_eight_relays_at_once_send_each_thing_once(factory: Factory, post: PostRoom) -> None:
    people = [await hire(factory, f"p{n}", "quality") for n in range(30)]
    await factory.run(cause_effects, Cause([a_mail(person["id"]) for person in people]))
    relays = [a_relay(factory, post) for _ in range(8)]
    await asyncio.gather(*(relay.drain() for relay in relays))
    assert Counter(to for _, to, _ in post.sent) == Counter(f"p{n}@example.com" for n in range(30))
    assert await states(factory) == {"done": 30}


async def test_a_lease_keeps_rivals_off_until_it_runs_out(factory: Factory) -> None:
    wang = await hire(factory, "wang", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"])]))
    (first,) = await claim(factory)
    assert await claim(factory) == []
    factory.later(seconds=61)
    (second,) = await claim(factory)
    assert (second.id, second.fence, second.attempts) == (first.id, first.fence + 1, 2)


async def test_who_lost_the_lease_settles_nothing(factory: Factory) -> None:
    wang = await hire(factory, "wang", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"])]))
    (late,) = await claim(factory)
    factory.later(seconds=61)
    (present,) = await claim(factory)
    assert await factory.run(settle_sent, Sent(late, "late")) is False
    assert await factory.run(settle_failed, Failed(late, "no", final=True)) == "lost"
    assert await factory.run(settle_sent, Sent(present, "mine")) is True
    (row,) = await rows(factory, "SELECT state, provider_id FROM outbox")
    assert row == {"state": "done", "provider_id": "mine"}


async def test_a_reaction_of_a_lost_lease_leaves_nothing_in_the_database(factory: Factory) -> None:
    order = await factory.an_order()
    body = {"order_no": order["order_no"], "stage": "signed", "form": None}
    await factory.run(cause_effects, Cause([Effect("open_task", "*", "role:quality", body)]))
    late = next(effect for effect in await claim(factory) if effect.kind == "open_task")
    factory.later(seconds=61)
    present = next(effect for effect in await claim(factory) if effect.kind == "open_task")
    assert await factory.run(follow, Follow(late, open_tasks, [late])) is None
    assert await rows(factory, "SELECT 1 FROM tasks") == []
    assert await factory.run(follow, Follow(present, open_tasks, [present])) == {"opened": 1}


async def test_what_was_taken_together_is_told_in_one_transaction(factory: Factory, post: PostRoom) -> None:
    for login in ("wang", "li"):
        await hire(factory, login, "quality")
    orders = [await factory.an_order() for _ in range(3)]
    for order in orders:
        await factory.run(cause_effects, Cause([tell_quality(order["order_no"])], order["order_no"]))
    await a_relay(factory, post).drain()
    told = await rows(factory, "SELECT order_no, xmin::text FROM notices WHERE template = 'awaiting_qc'")
    assert Counter(notice["order_no"] for notice in told) == {order["order_no"]: 2 for order in orders}
    assert len({notice["xmin"] for notice in told}) == 1


async def test_what_cannot_be_carried_out_keeps_nothing_back_that_was_taken_with_it(
    factory: Factory, post: PostRoom
) -> None:
    order = await factory.an_order()
    await a_relay(factory, post).drain()
    fine = {"order_no": order["order_no"], "stage": "signed"}
    good = [Effect("open_task", "*", f"role:{role}", fine) for role in ("quality", "production")]
    await factory.run(cause_effects, Cause([good[0], Effect("open_task", "*", "role:sales", {}), good[1]]))
    await a_relay(factory, post).drain()
    opened = await rows(factory, "SELECT role FROM tasks ORDER BY role")
    assert [row["role"] for row in opened] == ["production", "quality"]
    (left,) = await rows(factory, "SELECT recipient, state, problem FROM outbox WHERE state <> 'done'")
    assert (left["recipient"], left["state"]) == ("role:sales", "ready")
    assert "order_no" in left["problem"]


async def test_a_failed_send_waits_longer_each_time_and_then_goes(factory: Factory, post: PostRoom) -> None:
    wang = await hire(factory, "wang", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"])]))
    post.failures += [SendFailed("451 later"), SendFailed("451 later")]
    relay = a_relay(factory, post)
    await relay.drain()
    (row,) = await rows(factory, "SELECT state, due_at, problem FROM outbox")
    assert (row["state"], row["problem"]) == ("ready", "451 later")
    assert row["due_at"] - factory.clock == timedelta(seconds=5)
    factory.later(seconds=5)
    await relay.drain()
    (row,) = await rows(factory, "SELECT state, due_at FROM outbox")
    assert row["due_at"] - factory.clock == timedelta(seconds=10)
    factory.later(seconds=10)
    await relay.drain()
    assert (await states(factory), len(post.sent)) == ({"done": 1}, 1)


async def test_a_provider_that_names_a_time_is_obeyed(factory: Factory, post: PostRoom) -> None:
    wang = await hire(factory, "wang", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"])]))
    post.failures.append(SendFailed("slow down", retry_after=timedelta(hours=9)))
    await a_relay(factory, post).drain()
    (row,) = await rows(factory, "SELECT due_at FROM outbox")
    assert row["due_at"] - factory.clock == timedelta(hours=9)


async def test_a_final_error_becomes_a_dead_letter_that_a_person_can_retry_or_drop(
    factory: Factory, post: PostRoom
) -> None:
    wang, li = await hire(factory, "wang", "quality"), await hire(factory, "li", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"]), a_mail(li["id"])]))
    post.failures += [SendFailed("550 no such user", final=True)] * 2
    relay = a_relay(factory, post)
    await relay.drain()
    dead = await factory.run(list_effects, EffectPage(state="dead"))
    assert [letter["problem"] for letter in dead] == ["550 no such user"] * 2
    factory.later(hours=1)
    await relay.drain()
    assert post.sent == []

    again = await factory.run(retry_effect, UUID(dead[0]["id"]))
    assert (again["state"], again["attempts"]) == ("ready", 0)
    dropped = await factory.run(drop_effect, DropEffect(UUID(dead[1]["id"]), "he left"))
    assert (dropped["state"], dropped["dropped"], dropped["problem"]) == ("done", True, "he left")
    await relay.drain()
    assert len(post.sent) == 1
    assert await states(factory) == {"done": 2}


async def test_after_three_days_of_trying_it_is_dead_and_the_clock_starts_anew_when_a_person_retries(
    factory: Factory, post: PostRoom
) -> None:
    wang = await hire(factory, "wang", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"])]))
    factory.later(days=5)
    relay = a_relay(factory, post)
    post.failures += [SendFailed("451 later")] * 3
    await relay.drain()
    assert await states(factory) == {"ready": 1}
    factory.later(hours=73)
    await relay.drain()
    assert await states(factory) == {"dead": 1}


async def test_a_hung_provider_does_not_keep_others_waiting(factory: Factory, post: PostRoom) -> None:
    people = [await hire(factory, f"p{n}", "quality") for n in range(12)]
    await factory.run(cause_effects, Cause([a_mail(person["id"]) for person in people]))
    post.gate = asyncio.Event()
    relay = a_relay(factory, post)
    for _ in range(5):
        await relay.turn()
        await asyncio.sleep(0.05)
    hung = post.waiting
    order = await factory.an_order()
    body = {"order_no": order["order_no"], "stage": "signed"}
    await factory.run(cause_effects, Cause([Effect("open_task", "*", "role:quality", body)]))
    await relay.turn()
    await eventually(lambda: rows(factory, "SELECT 1 FROM tasks"), seconds=10)
    assert 0 < hung <= 16
    post.gate.set()
    await relay.drain()
    assert len(post.sent) == 12


async def test_what_releasing_an_order_causes_follows_in_its_order(factory: Factory) -> None:
    effects = [Effect("create_work_orders", "*", "order:SO1", {"order_no": "SO1"}),
               Effect("reserve_material", "*", "order:SO1", {"order_no": "SO1"})]  # fmt: skip
    await factory.run(cause_effects, Cause(effects, "SO1"))
    await factory.run(cause_effects, Cause(effects[:1], "SO2"))
    kinds = frozenset({"create_work_orders", "reserve_material"})
    first = await claim(factory, in_order=kinds)
    assert sorted((effect.order_no, effect.kind) for effect in first) == [
        ("SO1", "create_work_orders"),
        ("SO2", "create_work_orders"),
    ]
    assert await claim(factory, in_order=kinds) == []
    for effect in first:
        await factory.run(settle_sent, Sent(effect))
    (second,) = await claim(factory, in_order=kinds)
    assert (second.order_no, second.kind) == ("SO1", "reserve_material")


@dataclass
class SlowToAnswer:
    """A door that has looked into the outbox some time before it says what it saw."""

    door: Door

    async def run(self, actor: Actor, verb: Any, command: Any) -> Outcome:
        outcome = await self.door.run(actor, verb, command)
        if verb is claim_effects:
            await asyncio.sleep(0.1)
        return outcome

    async def read(self, actor: Actor, verb: Any, query: Any) -> Any:
        return await self.door.read(actor, verb, query)


async def test_what_became_due_while_it_looked_is_carried_out_too(factory: Factory, post: PostRoom) -> None:
    order = await factory.an_order()
    people = [await hire(factory, f"p{n}", "quality") for n in range(8)]
    await a_relay(factory, post).drain()
    number = order["order_no"]
    one_by_one = [Effect(kind, "*", f"order:{number}", {"order_no": number}) for kind in sorted(IN_ORDER)[:2]]
    await factory.run(cause_effects, Cause([*one_by_one, *(a_mail(person["id"]) for person in people)], number))
    slow: Any = SlowToAnswer(factory.door)
    await Relay(slow, post.outside()).drain()
    assert await states(factory) == {"done": len(await rows(factory, "SELECT 1 FROM outbox"))}


async def test_one_system_hears_of_one_order_one_thing_at_a_time(factory: Factory) -> None:
    for order_no, channel in (("SO1", "kingdee"), ("SO1", "kingdee"), ("SO1", "odoo"), ("SO2", "kingdee")):
        await factory.run(cause_effects, Cause([Effect("tell_erp", channel, f"order:{order_no}", {})], order_no))
    lanes = frozenset({"tell_erp"})
    first = await claim(factory, in_lanes=lanes)
    assert [(effect.order_no, effect.channel) for effect in first] == [
        ("SO1", "kingdee"),
        ("SO1", "odoo"),
        ("SO2", "kingdee"),
    ]
    assert await claim(factory, in_lanes=lanes) == []
    await factory.run(settle_sent, Sent(first[0]))
    (second,) = await claim(factory, in_lanes=lanes)
    assert (second.order_no, second.channel) == ("SO1", "kingdee")


async def test_nothing_is_sent_to_who_has_left(factory: Factory, post: PostRoom) -> None:
    wang = await hire(factory, "wang", "quality")
    await factory.run(cause_effects, Cause([a_mail(wang["id"])]))
    await rows(factory, "UPDATE people SET disabled = true RETURNING id")
    await a_relay(factory, post).drain()
    assert (await states(factory), post.sent) == ({"dead": 1}, [])


@pytest.mark.parametrize("kind", ["notify", "carrier_pigeon"])
async def test_what_nothing_can_carry_is_a_dead_letter_and_not_a_loop(
    factory: Factory, post: PostRoom, kind: str
) -> None:
    await factory.run(cause_effects, Cause([Effect(kind, "fax", "x", {"person": "person:x"})]))
    await a_relay(factory, post).drain()
    assert await states(factory) == {"dead": 1}

"""Rules find what is due, open one alert a cause, climb while nobody acts, and end by themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.access.actor import system
from domain.refusals.kinds import Refusal
from domain.warning.builtin import builtin_rules
from domain.warning.facts import FACT_KINDS
from domain.warning.rules import rule_problems
from integrations.ports import SendFailed
from tests.factory import Factory, person
from tests.usecases.warning.watch import PROMISED, Watch
from usecases.warning.handle_alert import HandleAlert, acknowledge_alert, resolve_alert
from usecases.warning.read_alerts import read_alert
from usecases.warning.run_rules import run_rule
from usecases.warning.save_rule import SaveRule, save_calendar, save_rule, try_rule

FIRST = "first_operation_late"


@pytest.fixture
async def watch(factory: Factory) -> Watch:
    """A factory with a production manager and a vice president, at eight in the morning."""
    made = Watch(factory)
    await made.staff()
    return made


async def test_an_order_due_in_72_hours_tells_the_manager_and_48_hours_later_the_vice_president(watch: Watch) -> None:
    await watch.an_order_due(in_hours=80)
    assert await watch.texts() == []
    watch.later(hours=9)
    assert await watch.texts() == ["manager"]
    watch.later(hours=47)
    assert await watch.texts() == ["manager"]
    watch.later(hours=2)
    assert await watch.texts() == ["manager", "president"]
    watch.later(days=4)
    assert await watch.texts() == ["manager", "president"]


@pytest.mark.parametrize("verb", [acknowledge_alert, resolve_alert])
async def test_once_somebody_acts_nobody_further_up_hears(watch: Watch, verb: Any) -> None:
    await watch.an_order_due(in_hours=71)
    assert await watch.texts() == ["manager"]
    (alert,) = await watch.alerts(FIRST)
    await watch.factory.run(verb, HandleAlert(UUID(alert["id"]), "在处理"), actor=person("production"))
    watch.later(days=3)
    assert await watch.texts() == ["manager"]
    with pytest.raises(Refusal, match="alert_not_open"):
        await watch.factory.run(verb, HandleAlert(UUID(alert["id"])), actor=person("production"))


async def test_what_fell_due_while_all_was_down_is_told_once_and_in_order(watch: Watch) -> None:
    await watch.an_order_due(in_hours=80)
    watch.later(hours=70)
    assert await watch.texts() == ["manager"]
    watch.later(hours=47)
    assert await watch.texts() == ["manager"]
    watch.later(hours=1)
    assert await watch.texts() == ["manager", "president"]


async def test_an_alert_ends_by_itself_and_goes_on_where_it_stopped(watch: Watch) -> None:
    order = await watch.an_order_due(in_hours=71)
    assert await watch.texts() == ["manager"]
    await watch.promise(order, PROMISED + timedelta(days=9))
    await watch.look()
    assert await watch.alerts(FIRST) == []
    await watch.promise(order, PROMISED)
    watch.later(hours=49)
    assert await watch.texts() == ["manager", "president"]


async def test_people_sleep_unless_it_is_urgent(watch: Watch) -> None:
    rule = await watch.rule("delivery_late")
    rule["levels"] = [{"after_hours": 0, "to": ["position:production_manager"], "channels": ["sms"]}]
    await watch.save({**rule, "fact": "delivery_late"})
    await watch.switch_off(FIRST)
    await watch.an_order_due(in_hours=14)
    watch.later(hours=14, minutes=30)
    assert await watch.texts() == []
    watch.later(hours=9)
    assert await watch.texts() == ["manager"]


async def test_the_next_channel_then_a_banner_when_all_fail(watch: Watch) -> None:
    watch.post.failures = [SendFailed("no balance", final=True), SendFailed("no such mailbox", final=True)]
    await watch.an_order_due(in_hours=71)
    await watch.look()
    (alert,) = await watch.alerts(FIRST)
    assert (watch.post.sent, alert["banner"]) == ([], True)
    steps = (await watch.factory.read(read_alert, UUID(alert["id"])))["steps"]
    assert [step["kind"] for step in steps] == ["opened", "told", "banner"]
    watch.post.failures = [SendFailed("no balance", final=True)]
    await watch.an_order_due(in_hours=71)
    await watch.look()
    assert watch.mails() == ["wang@example.com"]


async def test_where_nobody_holds_the_position_everybody_sees_a_banner(watch: Watch) -> None:
    rule = await watch.rule(FIRST)
    rule["levels"][0]["to"] = ["position:nobody"]
    await watch.save(rule)
    await watch.an_order_due(in_hours=71)
    await watch.look()
    assert [alert["banner"] for alert in await watch.alerts(FIRST)] == [True]


async def test_an_alert_on_which_nobody_acts_ends_with_a_banner(watch: Watch) -> None:
    await watch.an_order_due(in_hours=71)
    await watch.look()
    watch.later(hours=49)
    await watch.look()
    assert [alert["banner"] for alert in await watch.alerts(FIRST)] == [False]
    watch.later(hours=25)
    await watch.look()
    assert [alert["banner"] for alert in await watch.alerts(FIRST)] == [True]


async def test_many_of_one_kind_are_one_message(watch: Watch) -> None:
    for _ in range(7):
        await watch.an_order_due(in_hours=71)
    assert await watch.texts() == ["manager"]
    assert len(await watch.alerts(FIRST)) == 7
    assert "7" in watch.post.sent[0][2].text
    assert await watch.texts() == ["manager"]


async def test_a_stage_has_its_time_by_the_calendar(watch: Watch) -> None:
    await watch.factory.an_order()
    await watch.look()
    assert await watch.alerts("stage_overdue") == []
    watch.later(days=9)
    await watch.look()
    (alert,) = await watch.alerts("stage_overdue")
    assert alert["facts"]["stage"] == "signed"
    assert "“已签约”" in alert["text"]["zh"]
    assert "'Signed'" in alert["text"]["en"]


async def test_an_order_to_which_nothing_happens_is_found(watch: Watch) -> None:
    order = await watch.factory.an_order()
    watch.later(days=15)
    await watch.look()
    assert [alert["order_no"] for alert in await watch.alerts("order_idle")] == [order["order_no"]]
    await watch.factory.act(order["order_no"], "submit_review", "sales")
    await watch.look()
    assert await watch.alerts("order_idle") == []


async def test_a_rule_is_checked_and_tried_before_it_counts(watch: Watch) -> None:
    await watch.an_order_due(in_hours=100)
    rule = {**await watch.rule(FIRST), "hours": 120, "when": "facts.priority >= 0 && facts.stage == 'signed'"}
    tried = await watch.factory.read(try_rule, SaveRule(FIRST, rule))
    assert (tried["due"], len(tried["items"])) == (1, 1)
    wrong = {**rule, "fact": "weather", "levels": [{"after_hours": -1, "to": ["everybody"], "channels": ["fax"]}]}
    with pytest.raises(Refusal) as refused:
        await watch.factory.run(save_rule, SaveRule(FIRST, wrong))
    assert {field.pointer for field in refused.value.fields} == {
        "/fact",
        "/levels/0/after_hours",
        "/levels/0/to/0",
        "/levels/0/channels/0",
    }
    with pytest.raises(Refusal, match="rule_invalid"):
        await watch.factory.run(save_rule, SaveRule(FIRST, {**rule, "when": "facts.cost > 3"}))
    await watch.save(rule)
    assert await watch.texts() == ["manager"]


async def test_a_calendar_that_never_works_is_refused(watch: Watch) -> None:
    with pytest.raises(Refusal, match="calendar_invalid"):
        await watch.factory.run(save_calendar, {"week": {}})


async def test_short_material_is_one_alert_however_many_orders_wait(watch: Watch) -> None:
    await watch.short_copper(orders=3)
    await watch.look()
    (alert,) = await watch.alerts("material_short")
    assert (alert["subject"], alert["facts"]["waiting_orders"]) == ("CU.T", 3)
    await watch.count_copper("500")
    await watch.look()
    assert await watch.alerts("material_short") == []


@pytest.mark.parametrize("rule", builtin_rules(), ids=lambda rule: rule["key"])
async def test_every_rule_that_comes_with_the_product_is_valid_and_runs(watch: Watch, rule: dict[str, Any]) -> None:
    assert list(rule_problems(rule)) == []
    assert (await watch.factory.run(run_rule, rule["key"], actor=system("relay")))["due"] == 0


@pytest.mark.parametrize("fact", FACT_KINDS)
async def test_every_kind_of_fact_can_be_looked_for(watch: Watch, fact: str) -> None:
    await watch.an_order_due(in_hours=71)
    rule = {**await watch.rule(FIRST), "fact": fact, "hours": 0}
    assert (await watch.factory.read(try_rule, SaveRule(FIRST, rule)))["due"] in {0, 1}

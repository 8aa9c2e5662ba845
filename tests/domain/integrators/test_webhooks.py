from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.access.fields import FIELDS
from domain.access.roles import RIGHTS
from domain.integrators.webhooks import (
    PAUSE_AFTER,
    TYPES,
    Happening,
    Health,
    Listener,
    deliveries,
    health_after,
    order_types,
)
from tests.makers import uid

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)


def happening(*types: str, **data: Any) -> Happening:
    return Happening(uid(1), types, NOON, {"order_no": "SO100001", **data}, "SO100001")


def listener(*types: str, **facts: Any) -> Listener:
    return Listener(uid(7), frozenset(types), facts.pop("paused", False), **facts)


@pytest.mark.parametrize(
    ("event", "told"),
    [
        (("OrderOpened", None, "signed", "not_started"), ("order.opened",)),
        (("OrderSplitOff", "signed", "signed", "not_started"), ("order.opened",)),
        (("OrderEdited", "signed", "signed", "not_started"), ("order.changed",)),
        (("ActionPerformed", "signed", "in_review", "not_started"), ("order.stage_changed",)),
        (("ActionPerformed", "in_transit", "delivered", "done"), ("order.stage_changed", "order.delivered")),
        (("ActionPerformed", "delivered", "delivered", "done"), ("order.changed",)),
        (("ActionPerformed", "signed", "cancelled", None), ("order.stage_changed",)),
    ],
)
def test_an_event_is_told_by_what_it_did(event: tuple[str, str | None, str, str | None], told: tuple[str, ...]) -> None:
    assert order_types(*event) == told
    assert set(told) <= TYPES.keys()


def test_each_hears_what_it_chose_and_nothing_else() -> None:
    told = deliveries(
        [happening("order.stage_changed", "order.delivered"), happening("order.changed")],
        [listener("order.delivered"), listener("order.delivered", "order.changed", paused=True), listener()],
    )
    assert [(each.type, each.paused) for each in told] == [
        ("order.delivered", False), ("order.delivered", True), ("order.changed", True)
    ]  # fmt: skip


@pytest.mark.parametrize(("roles", "sees"), [((), set()), (("sales",), {"total"}), (("finance",), {"total", "cost"})])
def test_a_body_holds_no_money_that_the_endpoint_may_not_read(roles: tuple[str, ...], sees: set[str]) -> None:
    money = {name: "1" for name, rule in FIELDS.items() if rule.read is not None}
    (told,) = deliveries(
        [happening("order.changed", **money, deep=[{"lines": [money]}])],
        [listener("order.changed", field_roles=frozenset(roles))],
    )
    text = str(told.body)
    assert {name for name in ("total", "cost") if f"'{name}'" in text} == sees


def test_every_type_takes_a_right_that_exists() -> None:
    assert set(TYPES.values()) <= RIGHTS


def test_success_forgets_failure_and_three_days_without_it_pause() -> None:
    first = health_after(None, NOON, taken=False, gone=False)
    assert first == Health(NOON, None)
    almost = NOON + PAUSE_AFTER - timedelta(seconds=1)
    assert health_after(NOON, almost, taken=False, gone=False).pause is None
    assert health_after(NOON, NOON + PAUSE_AFTER, taken=False, gone=False) == Health(NOON, "failing")
    assert health_after(NOON, NOON + PAUSE_AFTER, taken=True, gone=False) == Health()
    assert health_after(None, NOON, taken=False, gone=True).pause == "gone"

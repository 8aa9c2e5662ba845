"""Workbooks of orders at work: by the rights of whoever sent them, and once, whatever dies on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from domain.access.actor import Actor
from domain.refusals.kinds import Refusal
from integrations.sheet.workbook import rows_of
from tests.factory import person
from tests.support.workbooks import workbook
from tests.usecases.intake.channel import Channel
from usecases.intake import import_desk
from usecases.intake.import_desk import ImportDesk
from usecases.intake.open_import import open_import
from usecases.intake.order_imports import KeepImport, keep_import, read_import

LI = person("sales", number=7)
ROWS = [
    ["PO-1", "海润暖通", "13800002222", "", "散热器", 2, "180.00"],
    ["PO-2", "海润暖通", "13800002222", "", "架", 1, 1],
]


async def kept(channel: Channel, rows: list[list[Any]], actor: Actor = LI) -> UUID:
    command = KeepImport("orders.xlsx", workbook(rows), dry_run=False)
    return UUID((await channel.factory.run(keep_import, command, actor=actor))["id"])


async def came(channel: Channel, import_id: UUID, actor: Actor = LI) -> dict[str, Any]:
    found: dict[str, Any] = await channel.factory.door.read(actor, read_import, import_id)
    return found


def desk(channel: Channel) -> ImportDesk:
    return ImportDesk(channel.factory.door, rows_of)


async def test_who_may_not_write_a_column_is_told_at_its_heading(channel: Channel) -> None:
    designer = replace(person("design"), rights=frozenset({"orders.open", "orders.read"}))
    import_id = await kept(channel, ROWS, designer)
    await desk(channel).work_off(import_id)
    told = (await came(channel, import_id, designer))["errors"]
    closed = {(one["row"], one["column"], one["code"]) for one in told}
    assert (1, "G", "field_not_writable") in closed
    assert await channel.rows("SELECT 1 FROM orders") == []


async def test_whoever_sees_only_their_own_orders_looks_after_what_they_import_and_sees_no_other_import(
    channel: Channel,
) -> None:
    await channel.rows(
        "INSERT INTO people (id, login, name, roles, password_hash, created_at) "
        "VALUES ($1, 'own', 'own', '{sales}', '!', now()) RETURNING id",
        UUID(int=9),
    )
    own = replace(person("sales", number=9), orders_of="own")
    import_id = await kept(channel, ROWS, own)
    await desk(channel).work_off(import_id)
    assert (await came(channel, import_id, own))["state"] == "done"
    found = await channel.rows("SELECT DISTINCT merchandiser_id::text AS id FROM orders")
    assert found == [{"id": own.id}]
    other = replace(person("sales", number=10), orders_of="own")
    with pytest.raises(Refusal) as caught:
        await came(channel, import_id, other)
    assert caught.value.code == "not_found"


async def test_a_process_that_dies_leaves_nothing_and_the_next_one_does_it_once(
    channel: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = await kept(channel, ROWS)
    real: Callable[..., Any] = open_import

    async def dying(tx: Any, command: Any) -> Any:
        await real(tx, command)
        raise RuntimeError("killed before the commit")

    dying.terms = real.terms  # type: ignore[attr-defined]
    monkeypatch.setattr(import_desk, "open_import", dying)
    with pytest.raises(RuntimeError):
        await desk(channel).work_off(import_id)
    assert await channel.rows("SELECT 1 FROM orders") == []
    assert (await came(channel, import_id))["state"] == "opening"
    monkeypatch.undo()
    for _ in range(2):
        await desk(channel).work_off(import_id)
    done = await came(channel, import_id)
    assert (done["state"], done["orders"], len(await channel.rows("SELECT 1 FROM orders"))) == ("done", 2, 2)
    assert len(await channel.rows("SELECT 1 FROM customers")) == 1

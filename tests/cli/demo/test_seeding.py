from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from uuid_utils.compat import uuid7

import cli.demo.samples
from cli.banner import CUSTOMERS
from cli.commands.verify import verify
from cli.demo.seeding import seed
from cli.stop import Stop
from domain.workflow.builtin import builtin_workflows
from persistence.database import Database
from tests.domain.intake.support import CHANNELS, body, differences, expected, headers, sample_names
from tests.factory import Factory, person
from tests.support.servers import Addresses, TestDatabase, drop_database, make_database
from usecases.door import Door
from usecases.intake.try_payload import TryPayload, try_payload
from usecases.workflows.edit_documents import SaveDraft, save_draft
from usecases.workflows.rehearse import Rehearse, rehearse
from wiring.settings import Settings, load_settings

PRESENT = datetime(2026, 11, 24, 7, 3, tzinfo=UTC)
_SAMPLES = [
    (channel, name)
    for channel in CHANNELS
    for name in sample_names(channel)
    # A supplement is laid over an order, which the demo factory has not got.
    if expected(channel, name)["kind"] != "rejected" and "change" not in expected(channel, name)
]
_HEADS = "SELECT order_no, stage, version, head_hash FROM orders ORDER BY order_no"


@dataclass(frozen=True)
class Seeded:
    """A seeded factory, and how to ask its database."""

    settings: Settings
    database: Database
    counts: dict[str, int]

    async def rows(self, sql: str) -> list[tuple[Any, ...]]:
        async with self.database.connect() as connection:
            return [tuple(row.values()) for row in await connection.rows(sql)]

    async def value(self, sql: str) -> Any:
        return (await self.rows(sql))[0][0]


def settings_on(database: TestDatabase, folder: Path) -> Settings:
    return load_settings(
        {
            "THROUGHLINE_DATABASE_URL": database.app_url,
            "THROUGHLINE_REDIS_URL": "redis://127.0.0.1:1/0",
            "THROUGHLINE_SECRET_KEY": "0123456789abcdef0123456789abcdef",
            "THROUGHLINE_DATA_DIR": str(folder),
            "THROUGHLINE_DEMO": "1",
            "THROUGHLINE_PASSWORD_COST": "minimal",
        }
    )


async def seed_once(settings: Settings, say: Callable[[str], None] = lambda _: None) -> dict[str, int]:
    made = await seed(settings, PRESENT, say)
    assert made is not None
    return made


@pytest.fixture(scope="module")
async def factory(module_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Seeded]:
    settings = settings_on(module_database, tmp_path_factory.mktemp("data"))
    counts = await seed_once(settings)
    database = Database(module_database.app_url, pool_size=2)
    yield Seeded(settings, database, counts)
    await database.close()


async def test_every_stage_of_every_workflow_has_orders(factory: Seeded) -> None:
    there = set(await factory.rows("SELECT workflow_key, stage FROM orders"))
    wanted = {(one["key"], stage["key"]) for one in builtin_workflows() for stage in one["stages"]}
    assert there == wanted | {(one["key"], "cancelled") for one in builtin_workflows()}


async def test_some_sixty_orders_of_three_families_over_several_channels(factory: Seeded) -> None:
    assert 60 <= factory.counts["orders"] <= 75
    channels = {channel for (channel,) in await factory.rows("SELECT DISTINCT channel FROM orders")}
    assert channels >= {"taobao", "shopify", "woocommerce", "youzan", "crm", "export", "project", "manual"}
    families = "SELECT DISTINCT a.line FROM order_lines l JOIN articles a ON a.sku = l.sku WHERE a.kind <> 'gift'"
    assert {line for (line,) in await factory.rows(families)} >= {"radiator", "furniture", "lighting", "workshop"}


@pytest.mark.parametrize(
    "what",
    [
        "orders WHERE held",
        "orders WHERE due_at < '2026-11-24T07:03Z' AND category NOT IN ('done', 'cancelled')",
        "orders WHERE due_at BETWEEN '2026-11-24T07:03Z' AND '2026-11-27T07:03Z' AND category = 'not_started'",
        "orders WHERE parent_no IS NOT NULL",
        "orders WHERE promised_derived",
        "orders WHERE cost IS NOT NULL AND margin > 0",
        "orders WHERE priority > 0",
        "orders WHERE jsonb_array_length(discounts) > 0",
        "orders WHERE extension ? 'glass_colour'",
        "orders WHERE notes <> '{}'",
        "order_lines WHERE is_gift",
        "order_lines WHERE shipped_quantity > 0 AND shipped_quantity < quantity",
        "order_lines WHERE returned_quantity > 0",
        "events WHERE action = 'open_rework'",
        "events WHERE action = 'fail_inspection'",
        "events WHERE action = 'release_hold'",
        "work_orders WHERE jsonb_array_length(operations) > 0",
        "work_orders WHERE state = 'in_progress'",
        "work_orders w JOIN orders o ON o.id = w.order_id WHERE w.state = 'done' AND o.stage = 'awaiting_qc'",
        "reservations WHERE material = 'CU.T.1608'",
        "tasks WHERE done_at IS NULL",
        "notices WHERE read_at IS NULL",
        "payloads WHERE status = 'review'",
        "payloads WHERE status = 'ordered'",
        "people WHERE 'production_manager' = ANY (positions)",
        "people WHERE 'vice_president' = ANY (positions)",
        "conversations WHERE waiting_since IS NOT NULL",
        "messages WHERE internal",
        "complaints WHERE state = 'open'",
        "attachments WHERE released_at IS NOT NULL",
    ],
)
async def test_there_is_something_of_everything(factory: Seeded, what: str) -> None:
    assert await factory.value(f"SELECT count(*) FROM {what}") > 0


async def test_of_what_is_behind_an_order_nothing_is_left_to_make(factory: Seeded) -> None:
    left = (
        "SELECT o.order_no, o.stage FROM work_orders w JOIN orders o ON o.id = w.order_id "
        "WHERE w.state IN ('released', 'in_progress') AND o.category IN ('quality', 'shipping', 'done')"
    )
    assert await factory.rows(left) == []


async def test_rehearsing_what_is_published_reproduces_two_months(factory: Seeded) -> None:
    door = Door(factory.database, lambda: PRESENT, uuid7, factory.settings.zone)
    for one in builtin_workflows():
        await door.run(person("admin"), save_draft, SaveDraft("workflow", one["key"], one))
        told = await door.read(person("admin"), rehearse, Rehearse(one["key"], 500))
        assert told["orders"] > 5
        assert told["as_before"] == told["orders"], told
        assert {alert["count"] - alert["before"] for alert in told["alerts"]} <= {0}


async def test_the_nine_roles_can_sign_in(factory: Seeded) -> None:
    logins = {login for (login,) in await factory.rows("SELECT login FROM people WHERE login = ANY (roles)")}
    assert logins == {
        "sales", "design", "production", "warehouse", "management", "quality", "driver", "finance", "admin",
    }  # fmt: skip


async def test_the_customers_of_the_banner_can_sign_in_and_have_orders(factory: Seeded) -> None:
    orders = """
    SELECT DISTINCT t.email FROM contacts t JOIN contact_customers l ON l.contact_id = t.id
    JOIN orders o ON o.customer_id = l.customer_id
    """
    assert CUSTOMERS.keys() <= {email for (email,) in await factory.rows(orders)}


async def test_nothing_of_the_past_is_still_to_be_sent(factory: Seeded) -> None:
    assert await factory.rows("SELECT DISTINCT state FROM outbox") == [("done",)]


async def test_papers_are_in_the_store_and_in_the_history(factory: Seeded) -> None:
    papers = await factory.rows("SELECT sha256 FROM attachments")
    blobs = factory.settings.data_dir / "blobs"
    assert len(papers) > 50
    assert all((blobs / sha[:2] / sha[2:4] / sha).is_file() for (sha,) in papers)


async def test_each_step_was_done_by_a_person_of_its_role(factory: Seeded) -> None:
    system = await factory.value("SELECT count(*) FROM events WHERE body->'actor'->>'kind' = 'system' AND action <> ''")
    assert system <= 2  # what intake itself does
    recorded = await factory.value("SELECT count(*) FROM events WHERE recorded_at > '2026-11-24T07:03Z'")
    assert recorded == 0


@pytest.mark.parametrize(("channel", "name"), _SAMPLES)
async def test_the_factory_reads_each_sample_as_a_careful_person_does(factory: Seeded, channel: str, name: str) -> None:
    """With the workshop's numbers and the ERP's materials beside the sales catalogue, too."""
    told = headers(channel, name)
    command = TryPayload(channel, body(channel, name), told.get("Content-Type", "application/json"), told)
    door = Door(factory.database, lambda: PRESENT, uuid7, factory.settings.zone)
    meaning = (await door.read(person("sales"), try_payload, command))["meaning"]
    assert differences(expected(channel, name), meaning) == []


async def test_the_whole_past_holds(factory: Seeded) -> None:
    tallies = await verify(factory.settings, lambda _: None)
    assert [one.as_json() for tally in tallies for one in (*tally.violations, *tally.warnings)] == []


async def test_a_complete_seed_does_nothing_more(factory: Seeded) -> None:
    before = await factory.rows(_HEADS)
    assert await seed(factory.settings, datetime(2026, 11, 25, tzinfo=UTC), lambda _: None) is None
    assert await factory.rows(_HEADS) == before


async def test_a_seed_that_was_killed_goes_on_to_the_very_same_factory(
    factory: Seeded, servers: Addresses, tmp_path: Path
) -> None:
    other = await make_database(servers, "seeded_in_two")
    try:
        settings = settings_on(other, tmp_path)
        await _killed_in_the_middle(settings)
        counts = await seed(settings, datetime(2026, 11, 24, 9, tzinfo=UTC), lambda _: None)
        database = Database(other.app_url, pool_size=1)
        heads = await Seeded(settings, database, {}).rows(_HEADS)
        await database.close()
    finally:
        await drop_database(servers, "seeded_in_two")
    assert counts == factory.counts
    assert heads == await factory.rows(_HEADS)


async def _killed_in_the_middle(settings: Settings) -> None:
    """As a kill would do it: in the midst of things, whatever is open rolls back."""
    reached = asyncio.Event()
    working = asyncio.ensure_future(
        seed(settings, PRESENT, lambda line: reached.set() if line.strip().startswith("200 ") else None)
    )
    await reached.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working


async def test_a_factory_with_orders_of_its_own_is_left_alone(database: TestDatabase, tmp_path: Path) -> None:
    own = await Factory.open(database.app_url)
    await own.an_order()
    await own.close()
    assert await seed(settings_on(database, tmp_path), PRESENT, lambda _: None) is None


async def test_says_what_is_missing_where_the_samples_are(
    database: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli.demo.samples, "FOLDER", tmp_path)
    with pytest.raises(Stop, match=r"catalog\.json is missing.*--quick"):
        await seed(settings_on(database, tmp_path), PRESENT, lambda _: None)

"""Everything holds in a factory at work; each thing that somebody with all rights does behind its back is named."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from integrations.blobs.folder import BlobFolder
from tests.factory import Factory
from tests.support.servers import Addresses, TestDatabase, drop_database, make_database
from tests.usecases.maintenance.planting import Behind, furnish, soon
from usecases.maintenance.tally import KEPT

_numbers = count(1)
_NO_CHECKS = "ALTER TABLE events DROP CONSTRAINT ck_events_hash_fits_text, DROP CONSTRAINT ck_events_columns_fit_text;"
_OF = "order_id = (SELECT id FROM orders WHERE order_no = '{whole}')"
_LAST = "seq = (SELECT version FROM orders WHERE order_no = '{whole}')"


@pytest.fixture(scope="module")
async def furnished(
    module_database: TestDatabase, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TestDatabase, Path, dict[str, Any], Any]:
    """A factory to copy: its database, its files, its names, its present."""
    folder = tmp_path_factory.mktemp("blobs")
    factory = await Factory.open(module_database.app_url)
    facts = await furnish(factory, BlobFolder(folder))
    await factory.close()
    return module_database, folder, facts, soon(factory)


@pytest.fixture
async def behind(furnished: Any, servers: Addresses) -> AsyncIterator[Behind]:
    original, folder, facts, at = furnished
    name = f"planted_{next(_numbers)}_{original.name}"
    copy = await make_database(servers, name, template=original.name)
    reached = await Behind.reach(copy, folder, facts, at)
    yield reached
    await reached.superuser.close()
    await drop_database(servers, name)


async def test_everything_holds_in_a_factory_at_work(behind: Behind) -> None:
    tallies = await behind.verify()
    assert [
        (tally.key, tally.violations, tally.warnings) for tally in tallies if tally.violations or tally.warnings
    ] == []
    counted = {tally.key: tally.counted for tally in tallies}
    assert counted["chains"] == counted["transitions"] == await behind.superuser.fetchval("SELECT count(*) FROM events")
    assert counted["standings"] == await behind.superuser.fetchval("SELECT count(*) FROM orders")
    assert min(number for key, number in counted.items() if key != "changes") > 0  # nobody changed an order here


async def test_the_owner_sees_the_same(behind: Behind) -> None:
    tallies = await behind.verify(behind.database.owner_url)
    assert all(tally.holds for tally in tallies)


PLANTED = [
    # The floor
    (
        "UPDATE work_orders SET good = 7 WHERE number = '{work_order}'",
        "work_orders: work_orders {work_order}: says good 7",
    ),
    (
        """
        UPDATE work_orders SET progress = jsonb_set(progress, '{{operations,OP10,good}}', '"70"')
        WHERE number = '{work_order}'
        """,
        "work_orders: work_orders {work_order}: OP10: good is 70, its reports say 7",
    ),
    (
        "UPDATE work_orders SET state = 'done' WHERE number = '{work_order}'",
        "work_orders: work_orders {work_order}: says that it is done, its progress says in_progress",
    ),
    (
        "UPDATE reports SET body = jsonb_set(body, '{{good}}', '\"90\"') WHERE id = '{report}'",
        "work_orders: work_orders {work_order}: OP10: good is 7, its reports say 88",
    ),
    ("DELETE FROM reports WHERE id = '{report}'", "work_orders: work_orders {work_order}: OP10: good is 7"),
    ("UPDATE reports SET event_ids = ARRAY[id] WHERE id = '{report}'", "reports: reports {report}: names the event"),
    ("UPDATE reports SET status = 'conflict' WHERE id = '{report}'", "reports: reports {report}: waits for a person"),
    ("UPDATE conflicts SET decision = 'apply' WHERE state = 'resolved'", "reports: conflicts"),
    # Histories
    (
        f"{_NO_CHECKS} UPDATE events SET canonical = replace(canonical, 'sales', 'admin') WHERE {_OF} AND seq = 2",
        "chains: events {whole} #2: hash does not fit the text",
    ),
    (
        """
        UPDATE events SET canonical = replace(canonical, 'sales', 'admin'),
          hash = encode(sha256(convert_to(prev_hash || E'\\n' || replace(canonical, 'sales', 'admin'), 'UTF8')), 'hex')
        WHERE order_id = (SELECT id FROM orders WHERE order_no = '{whole}') AND seq = 2
        """,
        "chains: events {whole} #3: prev_hash is not the hash of the event before",
    ),
    (f"DELETE FROM events WHERE {_OF} AND seq = 4", "chains: events {whole} #5: event 4 is missing"),
    (f"DELETE FROM events WHERE {_OF} AND {_LAST}", "standings: orders {whole}: the order says version"),
    (f"DELETE FROM events WHERE {_OF}", "standings: orders {whole}: the order says version"),
    (
        (
            f"{_NO_CHECKS} UPDATE events SET seq = -seq WHERE {_OF} AND seq IN (4, 5); "
            f"UPDATE events SET seq = 9 + seq WHERE {_OF} AND seq IN (-4, -5)"
        ),
        "chains: events {whole} #4: prev_hash is not the hash of the event before",
    ),
    (
        f"{_NO_CHECKS} UPDATE events SET to_stage = 'delivered' WHERE {_OF} AND seq = 4",
        "chains: events {whole} #4: column to differs from the text",
    ),
    (
        f"UPDATE events SET recorded_at = recorded_at - interval '1 day' WHERE {_OF} AND seq = 4",
        "chains: events {whole} #4: column recorded_at differs from the text",
    ),
    (
        f"UPDATE events SET order_id = gen_random_uuid() WHERE {_OF} AND {_LAST}",
        "belongs to no order",
    ),
    (
        f'{_NO_CHECKS} UPDATE events SET canonical = \'{{{{"id":"x"}}}}\' WHERE {_OF} AND seq = 3',
        "chains: events {whole} #3: does not say what an event must",
    ),
    # Orders against their histories
    (
        "UPDATE orders SET stage = 'qc_passed' WHERE order_no = '{whole}'",
        "standings: orders {whole}: the order says stage",
    ),
    (
        "UPDATE orders SET category = 'shipping' WHERE order_no = '{whole}'",
        "standings: orders {whole}: shipping is not the category of stage delivered",
    ),
    ("UPDATE orders SET held = false WHERE order_no = '{held}'", "standings: orders {held}: the order says held False"),
    (
        "UPDATE orders SET head_hash = repeat('a', 64) WHERE order_no = '{whole}'",
        "standings: orders {whole}: the order says head_hash aaaa",
    ),
    (
        "UPDATE orders SET workflow_version = 7 WHERE order_no = '{whole}'",
        "standings: orders {whole}: the order says workflow standard@7",
    ),
    (
        "UPDATE orders SET revision = 2 WHERE order_no = '{whole}'",
        "standings: orders {whole}: the order says revision 2",
    ),
    # Money and quantities
    ("UPDATE orders SET total = total - 1 WHERE order_no = '{whole}'", "money: orders {whole}: lines - discounts"),
    ("UPDATE orders SET shipping = 0 WHERE order_no = '{whole}'", "money: orders {whole}: lines - discounts"),
    (
        "UPDATE orders SET total = total - 20, shipping = 0 WHERE order_no = '{whole}'",
        "ledger: orders {whole}: the order's total is 2393.31",
    ),
    (
        f"UPDATE order_lines SET amount = amount + 1 WHERE {_OF} AND line = 1",
        "money: orders {whole}: line 1: 12",
    ),
    (
        (
            f"UPDATE order_lines SET quantity = 11, amount = 1980 WHERE {_OF} AND line = 1; "
            "UPDATE orders SET total = total - 180 WHERE order_no = '{whole}'"
        ),
        "ledger: orders {whole}: line 1 is 11 / 12 / 0, its history says 12 / 12 / 0",
    ),
    (f"DELETE FROM order_lines WHERE {_OF} AND line = 2", "ledger: orders {whole}: line 2 is missing"),
    (
        f"UPDATE order_lines SET returned_quantity = 3 WHERE {_OF} AND line = 2",
        "ledger: orders {whole}: line 2 is 7 / 7 / 3, its history says 7 / 7 / 1",
    ),
    (
        f"UPDATE order_lines SET shipped_quantity = 13 WHERE {_OF} AND line = 1",
        "quantities: order_lines {whole} line 1: 0.000000 returned, 13.000000 shipped, 12.000000 ordered",
    ),
    (
        "UPDATE orders SET total = total + 5, fees = '[{{\"amount\": \"5.00\"}}]' WHERE order_no = '{child}'",
        "splits: orders {parent}: it and its parts are worth",
    ),
    (
        "UPDATE orders SET parent_no = 'SO999' WHERE order_no = '{child}'",
        "splits: orders {child}: its parent SO999 does not exist",
    ),
    (
        "DELETE FROM orders WHERE order_no = '{child}'",
        "splits: events {parent} #2: the part {child} does not exist",
    ),
    # Papers
    ("DELETE FROM attachments", "papers: events {whole} #3: the paper"),
    ("UPDATE attachments SET sha256 = repeat('0', 64)", "no event of its order tells of it with this kind and SHA-256"),
    ("UPDATE attachments SET kind = 'signed_delivery_note'", "no event of its order tells of it"),
    ("UPDATE attachments SET size_bytes = 11", "has 10 bytes, not 11"),
    # The outbox
    (
        """
        ALTER TABLE outbox DROP CONSTRAINT uq_outbox_event_id_kind_channel_recipient;
        INSERT INTO outbox (id, event_id, order_no, kind, channel, recipient, body, created_at, due_at)
        SELECT gen_random_uuid(), event_id, order_no, kind, channel, recipient, body, created_at, due_at
        FROM outbox ORDER BY id LIMIT 1
        """,
        "the same effect is there 2 times",
    ),
    (
        "UPDATE outbox SET state = 'leased', lease_until = created_at - interval '1 hour' WHERE kind = 'open_task'",
        "and nobody has taken it",
    ),
    ("UPDATE outbox SET due_at = due_at - interval '1 day' WHERE kind = 'open_task'", "open_task has been due since"),
    (
        "UPDATE outbox SET order_no = 'SO999' WHERE kind = 'open_task'",
        "speaks of the order SO999, which does not exist",
    ),
    ("UPDATE outbox SET state = 'lost' WHERE kind = 'open_task'", "is in the state lost"),
    # What arrived
    ("UPDATE payloads SET body = 'x'", "intake: payloads {arrived}: its bytes are no longer"),
    ("UPDATE payloads SET order_no = 'SO999'", "intake: payloads {arrived}: its order SO999 does not exist"),
    ("UPDATE payloads SET order_no = NULL", "intake: payloads {arrived}: is ordered without an order"),
    ("UPDATE payloads SET external_id = 'T2'", "is of the number T1, not T2"),
    ("UPDATE payloads SET status = 'lost'", "intake: payloads {arrived}: is in the state lost"),
    # Documents and roots
    (
        "UPDATE documents SET version = 3 WHERE kind = 'workflow' AND key = 'simple'",
        "documents: documents workflow simple: has 1 versions, from 3 to 3",
    ),
    (
        "UPDATE documents SET body = jsonb_set(body::jsonb, '{{version}}', '9') WHERE kind || key = 'workflowsimple'",
        "documents: documents workflow simple@1: says that it is version 9",
    ),
    (
        "DELETE FROM documents WHERE kind = 'workflow' AND key = 'standard'",
        "transitions: events {whole} #1: there is no workflow standard@1",
    ),
    (
        "UPDATE ticks SET result = jsonb_set(result, '{{root}}', '\"00\"') WHERE name = 'chain_heads'",
        "keeps another root",
    ),
    (
        f"{_NO_CHECKS} UPDATE events SET hash = repeat('b', 64) WHERE {_OF} AND {_LAST}",
        "roots: events chain_heads",
    ),
]


@pytest.mark.parametrize(("statements", "told"), PLANTED, ids=[told for _, told in PLANTED])
async def test_names_the_row_of_what_was_planted(behind: Behind, statements: str, told: str) -> None:
    await behind.sql(statements)
    broken = await behind.broken()
    assert any(told.format(**behind.facts) in one for one in broken), broken


FORGED = [
    ({"action": "sign_delivery", "to": "delivered"}, "sign_delivery does not lead from signed to delivered"),
    ({"action": "submit_review", "to": "in_review"}, "submit_review was done while the order was on hold"),
    ({"action": "release_hold", "to": "signed", "held": True}, "release_hold leaves the hold on"),
    (
        {
            "action": "release_hold",
            "to": "signed",
            "held": False,
            "actor": {"kind": "user", "id": "1", "role": "driver"},
        },
        "release_hold is not for the role driver",
    ),
    (
        {"action": None, "type": "OrderEdited", "to": "in_review", "payload": {"changed": {}}},
        "which a OrderEdited cannot",
    ),
    ({"action": None, "type": "OrderOpened", "to": "signed", "payload": {"total": "1", "lines": []}}, "exists already"),
    ({"action": None, "type": "Miracle", "to": "signed"}, "is of a kind that nobody knows: Miracle"),
    ({"action": "hold", "from": "in_review", "to": "signed"}, "begins in in_review, but the order stood in signed"),
    ({"action": "hold", "to": "heaven"}, "leads to heaven, which standard@1 does not have"),
    (
        {"action": "cancel", "to": "cancelled", "workflow": "simple@1"},
        "changes the workflow from standard@1 to simple@1",
    ),
    (
        {
            "action": None,
            "type": "OrderEdited",
            "to": "signed",
            "actor": {"kind": "user", "id": "1", "role": "production"},
            "payload": {"changed": {"cost": [None, "1"]}},
        },
        "rights: events {held} #3: cost was written by the role production, which may not",
    ),
]


@pytest.mark.parametrize(("changes", "told"), FORGED, ids=[told for _, told in FORGED])
async def test_a_step_outside_the_model_is_found_though_its_chain_is_whole(
    behind: Behind, changes: dict[str, Any], told: str
) -> None:
    await behind.forge(behind.facts["held"], **changes)
    broken = await behind.broken()
    assert any(told.format(**behind.facts) in one for one in broken), broken
    assert not any(one.startswith("chains") for one in broken)


async def test_a_missing_and_a_damaged_file_are_named(behind: Behind, tmp_path: Path) -> None:
    behind.folder = tmp_path
    assert any("is missing" in one for one in await behind.broken())
    sha256 = await behind.superuser.fetchval("SELECT sha256 FROM attachments")
    place = tmp_path / sha256[:2] / sha256[2:4]
    place.mkdir(parents=True)
    (place / sha256).write_bytes(b"a contrast")
    assert any(f"its file {sha256} holds other bytes" in one for one in await behind.broken())


async def test_a_dead_effect_is_a_warning_and_breaks_nothing(behind: Behind) -> None:
    await behind.sql("UPDATE outbox SET state = 'dead', problem = 'no such number' WHERE kind = 'open_task'")
    outbox = next(tally for tally in await behind.verify() if tally.key == "outbox")
    assert outbox.holds
    assert "failed for good: no such number" in outbox.warnings[0].problem


async def test_effects_may_wait_an_hour(behind: Behind) -> None:
    due = behind.at - timedelta(minutes=50)
    await behind.sql(f"UPDATE outbox SET due_at = '{due.isoformat()}' WHERE state = 'ready'")
    assert await behind.broken() == []
    behind.at += timedelta(minutes=20)
    assert all(one.startswith("outbox: ") for one in await behind.broken())


async def test_all_are_counted_and_the_first_hundred_named(behind: Behind) -> None:
    await behind.sql(
        "INSERT INTO payloads (id, channel, received_at, content_type, headers, body, sha256, status, authentic) "
        "SELECT gen_random_uuid(), 'x', now(), '', '{{}}', 'x', 'y', 'kept', true FROM generate_series(1, 150)"
    )
    intake = next(tally for tally in await behind.verify() if tally.key == "intake")
    assert (intake.found, len(intake.violations)) == (150, KEPT)
